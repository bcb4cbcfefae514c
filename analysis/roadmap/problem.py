"""The question of a roadmap: company, candidates, horizon, limits and goal.

What the company does today is a scenario; its levers are in place and stay. Budget and limit concern the new levers
alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from analysis.roadmap.costs import NEVER, QUARTER, Floats, Ints, Limits, by_quarter, weekly_costs, weeks_to_settle
from sim.declarations import BETTER
from sim.errors import BadInputError, between, phrase, plain, unknown_name
from sim.lanes import Settings
from sim.outcomes import WEEKLY
from sim.policies import Policy
from sim.scenario import MAX_WEEKS, Lever, Scenario
from sim.settings import settings_of

GOALS: Final = {name: BETTER[name] for name in WEEKLY if BETTER[name]}
"""Weekly outcomes a roadmap can aim at, and whether more (1) or less (-1) is better."""

_NEW: Final = phrase("levers_that_are_not_in_use")
_SOMETHING: Final = phrase("at_least_one_lever_that_is")
_BUDGET: Final = phrase("a_number_above_0_percent_of")
_AT_LEAST_ONE: Final = phrase("a_whole_number_at_least_1")


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A roadmap to be found; :func:`pose` makes one.

    A schedule is a row of start quarters, one per candidate: 0 starts in the first week, 1 in week 13, and so on;
    :data:`~analysis.roadmap.costs.NEVER` leaves the company's lever as it is. A lever that starts rises to full
    intensity within its own ramp.

    Attributes
    ----------
    scenario
        What the company does today; its weeks are the horizon.
    policies
        The candidates, in the order of their numbers.
    today
        Intensity of each candidate today, shape (candidates,).
    outcome
        What is to be improved, one of :data:`GOALS`, cumulated over the weeks of the horizon.
    limits
        Budget per quarter and most levers that rise at once, with what each lever uses of them.
    """

    scenario: Scenario
    policies: tuple[Policy, ...]
    today: Floats
    outcome: str
    limits: Limits
    _frame: _Frame

    @property
    def horizon(self) -> int:
        """Return the number of weeks."""
        return self.scenario.weeks

    @property
    def levers(self) -> tuple[str, ...]:
        """Return the ids of the candidates."""
        return tuple(policy.id for policy in self.policies)

    @property
    def better(self) -> int:
        """Return whether more of the outcome is better (1) or less (-1)."""
        return GOALS[self.outcome]

    def settings(self, schedules: Ints) -> Settings:
        """Return schedules, shape (schedules, candidates), as lever settings for the engine."""
        return self._frame.settings(schedules)

    def scheduled(self, schedule: Sequence[int] | Ints, name: str) -> Scenario:
        """Return a schedule as a scenario under another name."""
        levers: dict[str, Any] = dict(self.scenario.levers)
        for policy, quarter, now in zip(self.policies, schedule, self.today.tolist(), strict=True):
            if quarter != NEVER:
                step = {"intensity": 1.0, "start": float(QUARTER * quarter), "ramp": _own_ramp(policy)}
                levers[policy.id] = {"steps": [{"intensity": now, "ramp": 1.0}, step]} if now else step
        return self.scenario.changed(name=name, levers=levers)


def pose(
    scenario: Scenario,
    *,
    budget: float,
    at_once: int = 2,
    levers: Sequence[str] | None = None,
    horizon: int | None = None,
    outcome: str = "return_on_sales",
) -> Problem:
    """Return the question for a company.

    Parameters
    ----------
    scenario
        What the company does today.
    budget
        Most that may fall due for the new levers in any quarter, within the horizon and after: percent of a year's base
        revenue. A budget of 0.5 is two percent of a quarter's revenue.
    at_once
        Most new levers that may rise in the same week.
    levers
        Candidates by id; every lever of the study that is not in use, and the scenario's own, if None. A lever that is
        in place may be named if its intensity is below 1; it then rises to 1.
    horizon
        Weeks; the scenario's if None.
    outcome
        One of :data:`GOALS`.

    Raises
    ------
    BadInputError
        For arguments out of bounds, and for a budget that no candidate fits.
    """
    weeks: Any = scenario.weeks if horizon is None else horizon
    amount: Any = budget
    if not _whole(weeks) or not QUARTER <= weeks <= MAX_WEEKS:
        allowed = phrase("a_whole_number", range=between(QUARTER, MAX_WEEKS))
        raise BadInputError("bounds", key="horizon", value=weeks, allowed=allowed)
    if not _whole(at_once) or at_once < 1:
        raise BadInputError("bounds", key="at_once", value=at_once, allowed=_AT_LEAST_ONE)
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not 0.0 < amount < math.inf:
        raise BadInputError("bounds", key="budget", value=budget, allowed=_BUDGET)
    if outcome not in GOALS:
        raise unknown_name(str(outcome), GOALS, key="outcome")
    scenario = scenario.changed(weeks=int(weeks))
    policies = _candidates(scenario, levers)
    today = np.array([_intensity(scenario.levers.get(policy.id)) for policy in policies])
    frame = _Frame.of(scenario, policies, today)
    limits = _limits(frame, policies, int(weeks), float(amount), int(at_once))
    return Problem(scenario, policies, today, outcome, limits, frame)


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """Lever settings in which only the starts of the candidates are missing.

    Attributes
    ----------
    empty
        One setting: today's, with room for a step of each candidate.
    rows, slots
        Where the candidates' starts belong: lever and step, shape (candidates,) each.
    """

    empty: Settings
    rows: Ints
    slots: Ints

    @classmethod
    def of(cls, scenario: Scenario, policies: Sequence[Policy], today: Floats) -> _Frame:
        now = settings_of([scenario])
        ids = [policy.id for policy in now.policies]
        rows = np.array([ids.index(policy.id) for policy in policies], dtype=np.int64)
        # The first step's ramp tells a lever that was in place before from one that begins: a new lever must not be
        # preceded by an empty step, and a lever in place must keep its own.
        more = 1 if today.any() else 0
        slots = np.where(today > 0.0, now.start.shape[2], 0)
        wider = ((0, 0), (0, 0), (0, more))
        start = np.pad(now.start, wider, constant_values=np.inf)
        ramp = np.pad(now.ramp, wider, constant_values=1.0)
        target = np.pad(now.target, wider, constant_values=0.0)
        unused = rows[today == 0.0]
        start[:, unused], ramp[:, unused], target[:, unused] = np.inf, 1.0, 0.0
        ramp[:, rows, slots] = [_own_ramp(policy) for policy in policies]
        target[:, rows, slots] = 1.0
        return cls(replace(now, start=start, ramp=ramp, target=target), rows, slots)

    def settings(self, schedules: Ints) -> Settings:
        one, count = self.empty, len(schedules)
        start = np.repeat(one.start, count, axis=0)
        start[:, self.rows, self.slots] = np.where(schedules == NEVER, np.inf, schedules * float(QUARTER))
        return replace(
            one,
            base=np.broadcast_to(one.base, (count, *one.base.shape[1:])),
            start=start,
            ramp=np.broadcast_to(one.ramp, start.shape),
            target=np.broadcast_to(one.target, start.shape),
            world=np.broadcast_to(one.world, (count,)),
        )


def _limits(frame: _Frame, policies: Sequence[Policy], horizon: int, budget: float, at_once: int) -> Limits:
    levers, starts = len(policies), -(-horizon // QUARTER)
    ramps = np.array([_own_ramp(policy) for policy in policies])
    weeks = weeks_to_settle(starts, ramps)
    cost = np.zeros((levers, starts + 1, weeks // QUARTER))
    for lever, row in enumerate(frame.rows.tolist()):
        # Each start of this lever alone, and never. Levers do not share costs.
        schedules = np.full((starts + 1, levers), NEVER, dtype=np.int64)
        schedules[:starts, lever] = np.arange(starts)
        rates = by_quarter(weekly_costs(frame.settings(schedules), weeks)[:, row])
        cost[lever] = rates - rates[-1]
    since = QUARTER * (np.arange(weeks // QUARTER) - np.arange(starts)[:, None])
    rising = np.zeros(cost.shape, dtype=np.int64)
    rising[:, :starts] = (since >= 0) & (since < ramps[:, None, None])
    # The dearest quarter of each lever, at the start where that is cheapest.
    peak = cost[:, :starts].max(axis=2).min(axis=1)
    cheapest = int(np.argmin(peak))
    limits = Limits(cost, rising, budget, at_once)
    if not any(limits.fit_alone()):
        # Rounded up, so that the amount named is enough.
        digits = 4 - math.ceil(math.log10(peak[cheapest]))
        need = plain(math.ceil(peak[cheapest] * 10.0**digits) / 10.0**digits)
        allowed = phrase("at_least_need_the_cheapest_lever", need=need, lever=policies[cheapest].id)
        raise BadInputError("bounds", key="budget", value=budget, allowed=allowed)
    return limits


def open_levers(scenario: Scenario) -> tuple[str, ...]:
    """Return all levers that a roadmap can start or raise, by id: those not in use, and those in place below 1."""
    used, known = _used(scenario), scenario.all_policies()
    return tuple(p.id for p in known if p.id not in used or 0.0 < _intensity(scenario.levers[p.id]) < 1.0)


def _candidates(scenario: Scenario, levers: Sequence[str] | None) -> tuple[Policy, ...]:
    known = {policy.id: policy for policy in scenario.all_policies()}
    used = _used(scenario)
    if levers is None:
        named = [name for name in known if name not in used]
    else:
        named = [levers] if isinstance(levers, str) else list(levers)
    for name in named:
        if name not in known:
            raise unknown_name(str(name), known, key="levers")
        if named.count(name) > 1:
            raise BadInputError("duplicate", key="levers", value=name)
        if name in used and not 0.0 < _intensity(scenario.levers[name]) < 1.0:
            raise BadInputError("invalid", key="levers", value=name, allowed=_NEW)
    if not named:
        raise BadInputError("missing", key="levers", allowed=_SOMETHING)
    return tuple(policy for name, policy in known.items() if name in named)


def _used(scenario: Scenario) -> set[str]:
    return {name for name, lever in scenario.levers.items() if any(step.intensity > 0.0 for step in lever.schedule())}


def _intensity(lever: Lever | None) -> float:
    """Return the intensity of a lever that was in place before the first week; 0 for one that moves or is not there."""
    steps = () if lever is None else lever.schedule()
    if len(steps) != 1 or steps[0].start != 0.0 or steps[0].ramp != 1.0:
        return 0.0
    return steps[0].intensity


def _own_ramp(policy: Policy) -> float:
    """Return the weeks a new lever rises; a ramp of exactly 1 at week 0 would say that it was there before."""
    return max(policy.ramp, math.nextafter(1.0, 2.0))


def _whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


__all__ = ["GOALS", "Problem", "open_levers", "pose"]
