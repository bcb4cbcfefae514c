"""A roadmap: the plan, what it brings and costs by quarter, what else could be done, and how far to trust it.

A plan is chosen on some virtual companies and judged on others: on those it was chosen on it looks better than it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.roadmap.costs import NEVER, QUARTER, Floats, Ints
from analysis.roadmap.evaluate import Evaluator
from analysis.roadmap.problem import Problem
from analysis.stats.intervals import mean_interval
from sim.rules import WEEKS_PER_YEAR
from sim.scenario import Scenario

_PLAN: Final = (
    *("lever", "number", "quarter", "start", "ramp", "full", "today", "cost", "dearest", "running"),
    *("worth", "worth_low", "worth_high"),
)
_BASELINES: Final = (
    *("name", "feasible", "mean", "difference", "low", "high"),
    *("behind", "behind_low", "behind_high"),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """How much of what a plan promises is kept: its difference to today where it was chosen, and on other companies.

    Attributes
    ----------
    chosen, chosen_low, chosen_high
        Mean difference to doing nothing and its interval on the companies on which the plan was chosen.
    fresh, fresh_low, fresh_high
        The same on the other companies.
    """

    chosen: float
    chosen_low: float
    chosen_high: float
    fresh: float
    fresh_low: float
    fresh_high: float

    @property
    def lost(self) -> float:
        """Return the share of the promised difference that is lost on the other companies; 0 if none was promised."""
        return 0.0 if self.chosen == 0.0 else 1.0 - self.fresh / self.chosen


@dataclass(frozen=True, slots=True, eq=False)
class Roadmap:
    """Which levers to start, and when. Intervals are Student's t over companies, of differences within companies.

    Outcomes are means over weeks; ``low`` and ``high`` stand beside the mean they belong to. Money is percent of a
    year's base revenue, due in a quarter, for the new levers alone.

    Attributes
    ----------
    problem
        What was asked.
    schedules
        Start quarters by candidate, -1 for never, of the ``plan`` and of all that is in ``baselines``.
    finals
        The best of them as schedules, which met on eight times as many other companies, in the order of how they did
        there; the plan won.
    method
        ``exact``: all feasible schedules were tried on the choosing companies. ``search``: a small part of them was.
    seed, companies, fresh
        With which it can be made again: chance, and the numbers of companies on which plans were chosen and judged.
    feasible, counted
        Number of feasible schedules, and whether it was counted or estimated.
    valued, histories
        Different schedules valued while choosing, and company histories simulated in all.
    promise
        What of the gain is left on companies on which nothing was chosen.
    plan
        One row per lever that starts, in the order of starts: ``lever``, ``number``, ``quarter``, ``start`` (week),
        ``ramp`` (weeks until it works in full), ``full`` (first week in which it does), ``today`` (intensity so far),
        ``cost`` (all that falls due within the quarters of the horizon), ``dearest`` (most in a quarter), ``running``
        (per quarter, once it works in full), and ``worth`` with ``worth_low`` and ``worth_high``: the outcome
        less that under the same plan without this lever.
    costs
        One row per lever that starts and quarter, beyond the horizon until any lever would work in full: ``lever``,
        ``quarter``, ``due``.
    spending
        One row per quarter, as in ``costs``: ``quarter``, ``due`` for all levers together, ``budget``.
    path
        One row per quarter of the horizon: ``quarter``, ``first_week``, ``last_week``, ``today``, ``plan`` and
        ``greedy`` (mean outcome), ``difference`` (plan less today) with ``low`` and ``high``, ``greedy_difference``
        with ``greedy_low`` and ``greedy_high``, and ``cumulated`` with ``cumulated_low`` and ``cumulated_high``: the
        plan's weekly differences so far, added up, over 52. For returns that is, nearly, in shares of a year's revenue,
        as much as the company then makes; costs are percent of base revenue, which is more: revenue at full price.
    load
        One row per week of the horizon: ``week``, ``rising`` (number of new levers), ``at_once`` (the limit).
    baselines
        Index ``plan``, ``nothing``, ``earliest`` (levers in the order of their numbers, each as early as the limits
        allow), ``greedy`` (the lever and start that gain most, again and again), ``runner_up`` (second among the
        finalists), ``everything`` (all at once in the first week). Columns ``feasible``, ``mean``, ``difference`` to
        doing nothing with ``low`` and ``high``, and ``behind`` with ``behind_low`` and ``behind_high``: the plan's
        outcome less this one's.
    """

    problem: Problem
    schedules: Mapping[str, tuple[int, ...]]
    finals: tuple[tuple[int, ...], ...]
    method: str
    seed: int
    companies: int
    fresh: int
    feasible: float
    counted: bool
    valued: int
    histories: int
    promise: Promise
    plan: pd.DataFrame = field(repr=False)
    costs: pd.DataFrame = field(repr=False)
    spending: pd.DataFrame = field(repr=False)
    path: pd.DataFrame = field(repr=False)
    load: pd.DataFrame = field(repr=False)
    baselines: pd.DataFrame = field(repr=False)

    @property
    def schedule(self) -> tuple[int, ...]:
        """Return the plan's start quarters, one per candidate; -1 for one that never starts."""
        return self.schedules["plan"]

    @property
    def finalists(self) -> int:
        """Return the number of finalists."""
        return len(self.finals)

    @property
    def share(self) -> float:
        """Return the share of the feasible schedules that was valued."""
        return min(1.0, self.valued / self.feasible)

    def scenario(self, name: str = "roadmap") -> Scenario:
        """Return the company with the plan as a scenario."""
        return self.problem.scheduled(self.schedule, name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain numbers, texts, lists and dictionaries; what is not a number is None."""
        limits = self.problem.limits
        names = ("method", "finalists", "seed", "companies", "fresh", "feasible", "counted", "valued", "histories")
        return {
            "scenario": self.problem.scenario.name,
            "outcome": self.problem.outcome,
            "better": self.problem.better,
            "horizon": self.problem.horizon,
            "budget": limits.budget,
            "at_once": limits.at_once,
            "schedules": {
                name: dict(zip(self.problem.levers, schedule, strict=True)) for name, schedule in self.schedules.items()
            },
            **{name: getattr(self, name) for name in (*names, "share")},
            "promise": {
                **{name: _plain(value) for name, value in asdict(self.promise).items()},
                "lost": self.promise.lost,
            },
            **{name: _records(getattr(self, name)) for name in ("plan", "costs", "spending", "path", "load")},
            "baselines": _records(self.baselines.reset_index()),
        }


def judged(
    problem: Problem, schedules: Mapping[str, Ints], chosen_on: Evaluator, fresh: Evaluator
) -> tuple[Promise, dict[str, pd.DataFrame]]:
    """Return what is said of a plan, and the frames of a :class:`Roadmap` by name.

    Parameters
    ----------
    problem
        What was asked.
    schedules
        Schedules by name, shape (candidates,) each: the ``plan`` first, ``nothing``, ``greedy`` and others.
    chosen_on, fresh
        The companies on which the plan was chosen, and those on which it is judged.
    """
    schedule, nothing = schedules["plan"], schedules["nothing"]
    started = np.flatnonzero(schedule != NEVER)
    started = started[np.argsort(schedule[started], kind="stable")]
    without = np.tile(schedule, (len(started), 1))
    without[np.arange(len(started)), started] = NEVER
    values = fresh.values(np.concatenate([np.stack(list(schedules.values())), without]))
    promised = np.subtract(*chosen_on.values(np.stack([schedule, nothing])))
    promise = Promise(*_interval(promised), *_interval(values[0] - values[list(schedules).index("nothing")]))
    return promise, {
        "plan": _plan(problem, schedule, started, values[0] - values[len(schedules) :]),
        "costs": _costs(problem, schedule, started),
        "spending": _spending(problem, schedule),
        "path": _path(problem, fresh.paths(np.stack([nothing, schedule, schedules["greedy"]]))),
        "load": _load(problem, schedule),
        "baselines": _baselines(problem, schedules, values[: len(schedules)]),
    }


def _plan(problem: Problem, schedule: Ints, started: Ints, worth: Floats) -> pd.DataFrame:
    cost = problem.limits.cost
    rows = []
    for lever, difference in zip(started.tolist(), worth, strict=True):
        policy, quarter, now = problem.policies[lever], int(schedule[lever]), float(problem.today[lever])
        due, start = cost[lever, quarter], QUARTER * quarter
        full, due_by_then = start + int(np.ceil(policy.ramp)) - 1, float(due[: problem.limits.quarters].sum())
        running = policy.running_cost * (1.0 - now) * QUARTER / WEEKS_PER_YEAR
        about = policy.id, policy.number, quarter, start, policy.ramp, full, now
        rows.append((*about, due_by_then, float(due.max()), running, *_interval(difference)))
    return pd.DataFrame(rows, columns=list(_PLAN))


def _costs(problem: Problem, schedule: Ints, started: Ints) -> pd.DataFrame:
    due = problem.limits.cost[started, schedule[started]]
    lever, quarter = np.indices(due.shape).reshape(2, -1)
    names = np.array(problem.levers, dtype=object)[started][lever]
    return pd.DataFrame({"lever": names.tolist(), "quarter": quarter, "due": due.ravel()})


def _spending(problem: Problem, schedule: Ints) -> pd.DataFrame:
    due = problem.limits.costs(schedule[None])[0]
    return pd.DataFrame({"quarter": np.arange(len(due)), "due": due, "budget": problem.limits.budget})


def _path(problem: Problem, paths: Floats) -> pd.DataFrame:
    """Return the path from means by quarter under nothing, the plan and greedy, shape (3, companies, quarters)."""
    first = np.arange(0, problem.horizon, QUARTER)
    last = np.minimum(first + QUARTER, problem.horizon) - 1
    difference = paths[1] - paths[0]
    mean, half = mean_interval(difference)
    greedy, greedy_half = mean_interval(paths[2] - paths[0])
    total, reach = mean_interval(np.add.accumulate(difference * (last - first + 1), axis=1) / WEEKS_PER_YEAR)
    return pd.DataFrame(
        {
            "quarter": np.arange(len(first)),
            "first_week": first,
            "last_week": last,
            "today": paths[0].mean(axis=0),
            "plan": paths[1].mean(axis=0),
            "greedy": paths[2].mean(axis=0),
            "difference": mean,
            "low": mean - half,
            "high": mean + half,
            "greedy_difference": greedy,
            "greedy_low": greedy - greedy_half,
            "greedy_high": greedy + greedy_half,
            "cumulated": total,
            "cumulated_low": total - reach,
            "cumulated_high": total + reach,
        }
    )


def _load(problem: Problem, schedule: Ints) -> pd.DataFrame:
    week, begun = np.arange(problem.horizon), schedule != NEVER
    since = week[:, None] - QUARTER * schedule[begun]
    ramps = np.array([policy.ramp for policy in problem.policies])[begun]
    rising = ((since >= 0) & (since < ramps)).sum(axis=1)
    return pd.DataFrame({"week": week, "rising": rising, "at_once": problem.limits.at_once})


def _baselines(problem: Problem, schedules: Mapping[str, Ints], values: Floats) -> pd.DataFrame:
    at = dict(zip(schedules, values, strict=True))
    feasible = problem.limits.feasible(np.stack(list(schedules.values())))
    rows = []
    for (name, value), allowed in zip(at.items(), feasible.tolist(), strict=True):
        difference, behind = _interval(value - at["nothing"]), _interval(at["plan"] - value)
        rows.append((name, allowed, float(value.mean()), *difference, *behind))
    return pd.DataFrame(rows, columns=list(_BASELINES)).set_index("name")


def _interval(values: Floats) -> tuple[float, float, float]:
    mean, half = mean_interval(values)
    return float(mean), float(mean - half), float(mean + half)


def _plain(value: object) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


__all__ = ["Promise", "Roadmap", "judged"]
