"""Which lever is worth most to a company: each alone, each within a scenario, in pairs, and what it costs.

Three questions that give different orders, because levers help and hinder one another:

- ``full``: what does a lever do when it alone is raised to full strength, and all else stays as it is?
- ``alone``: what does one of the scenario's moves do by itself?
- ``without``: what would be lost if this move were left out of the scenario?

All are differences within the same virtual companies, so they are far surer than companies are alike.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.comparison.findings import BETTER
from analysis.stats.intervals import mean_interval
from sim.lanes import Founded
from sim.policies import Policy
from sim.scenario import Lever, Scenario, Step
from sim.simulation import simulate

KINDS: Final = ("full", "alone", "without")
"""What an effect is of; see the module."""
OUTCOMES: Final = (
    "return_on_sales",
    "cooperation_quality",
    "coordination_efficiency",
    "customer_hours",
    "friction",
    "escalations",
)
"""What levers can be ranked by."""
MOST_IN_PAIRS: Final = 6
"""Pairs are looked at among so many of the moves: the strongest."""
COMPANIES: Final = 200
"""As many as a first answer of the studio is on; a second or two with the usual number of moves."""
_INSTALMENT: Final = 16
"""Companies per turn, so that others have theirs in between."""
_BEFORE, _AFTER = "before", "after"

Floats = NDArray[np.float64]
_Values = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """What levers do and cost. Intervals are Student's t over companies, of differences within companies.

    Attributes
    ----------
    effects
        A row per outcome, kind (:data:`KINDS`) and lever: ``today`` and ``target`` (intensity before and after the
        way), ``running`` (percent of base revenue per year, once it works) and ``once`` (percent of base revenue) for
        that way, ``effect`` with ``low`` and ``high``, and ``probability``: the share of companies that are better off,
        NaN for outcomes of which neither direction is better.
    pairs
        A row per outcome and pair of the scenario's strongest moves: ``lever``, ``other``, and ``effect`` with ``low``
        and ``high``: what both together do beyond the sum of what each does alone.
    moved
        The scenario's moves: levers that it uses otherwise than the company as it is.
    companies, seed
        With which it can be made again.
    """

    effects: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame = field(repr=False)
    moved: tuple[str, ...]
    companies: int
    seed: int


def rank_levers(
    before: Scenario,
    after: Scenario,
    *,
    companies: int = COMPANIES,
    seed: int = 1,
    founded: Founded | None = None,
    turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Ranking:
    """Return what the levers do to a company.

    Parameters
    ----------
    before
        The company as it is.
    after
        The same company with levers moved; none need be.
    companies, seed
        The virtual companies.
    founded
        As for :func:`sim.simulate`.
    turn
        Entered around every instalment of the work, by who shares processors out; work is done in the calling thread.
    progress
        Told how many company histories are done, and how many there will be at most. What it raises ends the work.
    """
    policies = {policy.id: policy for policy in after.all_policies()}
    moved = [name for name in policies if _moves(before, after, name)]
    low = [name for name in policies if _intensity(before, name) < 1.0]
    settings = _settings(before, after, low, moved)
    pairs = min(len(moved), MOST_IN_PAIRS) * (min(len(moved), MOST_IN_PAIRS) - 1) // 2
    total, done = (len(settings) + pairs) * companies, 0
    shared = Founded() if founded is None else founded

    def told(histories: int) -> None:
        nonlocal done
        done += histories
        progress(done, total)

    def values(wanted: list[Scenario]) -> _Values:
        parts: dict[str, list[pd.DataFrame]] = {scenario.name: [] for scenario in wanted}
        for first in range(0, companies, _INSTALMENT):
            count = min(_INSTALMENT, companies - first)
            with turn():
                found = simulate(
                    wanted, companies=count, first_company=first, seed=seed, threads=1, progress=told, founded=shared
                )
            for name, part in found.outcomes.groupby("scenario", sort=False):
                parts[str(name)].append(part)
        return {name: pd.concat(found, ignore_index=True) for name, found in parts.items()}

    known = values(settings)
    ways = {("full", name): (_intensity(before, name), 1.0) for name in low}
    ways |= {(kind, name): (_intensity(before, name), _intensity(after, name)) for kind in KINDS[1:] for name in moved}
    effects = _effects(known, ways, policies)
    strongest = _strongest(effects, moved)
    couples = list(combinations(strongest, 2))
    known |= values([_pair(before, after, *couple) for couple in couples]) if couples else {}
    return Ranking(effects, _pairs(known, couples), tuple(moved), companies, seed)


def raised(scenario: Scenario, lever: str) -> Lever:
    """Return a lever's way from where it is in a scenario to full strength, from the first week on."""
    steps = scenario.levers[lever].schedule() if lever in scenario.levers else ()
    # A lever that is at 0 is not there: its introduction costs, which a step before it would hide.
    in_place = tuple(step for step in steps if step.start <= 0.0) if any(step.intensity > 0.0 for step in steps) else ()
    return Lever(steps=(*in_place, Step(intensity=1.0)))


def _schedule(scenario: Scenario, lever: str) -> tuple[Step, ...]:
    steps = scenario.levers[lever].schedule() if lever in scenario.levers else ()
    return steps if any(step.intensity > 0.0 for step in steps) else ()


def _moves(before: Scenario, after: Scenario, lever: str) -> bool:
    return _schedule(before, lever) != _schedule(after, lever)


def _intensity(scenario: Scenario, lever: str) -> float:
    """Return the intensity at which a lever ends up."""
    steps = _schedule(scenario, lever)
    return steps[-1].intensity if steps else 0.0


def _settings(before: Scenario, after: Scenario, low: list[str], moved: list[str]) -> list[Scenario]:
    found = [before.changed(name=_BEFORE), after.changed(name=_AFTER)]
    for name in low:
        levers = {**before.levers, name: raised(before, name)}
        found.append(before.changed(name=f"full {name}", levers=levers))
    for name in moved:
        found.append(_with_moves(before, after, f"alone {name}", [name]))
        found.append(_with_moves(before, after, f"without {name}", [other for other in moved if other != name]))
    return found


def _pair(before: Scenario, after: Scenario, lever: str, other: str) -> Scenario:
    return _with_moves(before, after, f"pair {lever} {other}", [lever, other])


def _with_moves(before: Scenario, after: Scenario, name: str, moves: list[str]) -> Scenario:
    """Return the company as it is with some of the scenario's moves."""
    levers = {lever: kept for lever, kept in before.levers.items() if lever not in moves}
    levers |= {lever: after.levers[lever] for lever in moves if lever in after.levers}
    return before.changed(name=name, levers=levers)


def _effects(
    known: _Values, ways: dict[tuple[str, str], tuple[float, float]], policies: dict[str, Policy]
) -> pd.DataFrame:
    rows = []
    for outcome in OUTCOMES:
        for (kind, lever), (today, target) in ways.items():
            with_it, without_it = (_AFTER, f"without {lever}") if kind == "without" else (f"{kind} {lever}", _BEFORE)
            difference = _values(known, with_it, outcome) - _values(known, without_it, outcome)
            better, rise, policy = BETTER[outcome], target - today, policies[lever]
            cost = policy.running_cost * rise, policy.one_off_cost * max(rise, 0.0)
            probability = float((difference * better > 0.0).mean()) if better else float("nan")
            rows.append((outcome, kind, lever, today, target, *cost, *_interval(difference), probability))
    columns = ["outcome", "kind", "lever", "today", "target", "running", "once", "effect", "low", "high", "probability"]
    return pd.DataFrame(rows, columns=columns)


def _strongest(effects: pd.DataFrame, moved: list[str]) -> list[str]:
    """Return the moves that do most to return on sales by themselves, in the order of levers."""
    alone = effects[(effects["kind"] == "alone") & (effects["outcome"] == OUTCOMES[0])].set_index("lever")["effect"]
    most = set(alone.abs().sort_values(ascending=False, kind="stable").index[:MOST_IN_PAIRS])
    return [name for name in moved if name in most]


def _pairs(known: _Values, couples: list[tuple[str, str]]) -> pd.DataFrame:
    rows = []
    for outcome in OUTCOMES:
        for lever, other in couples:
            both, one, two, none = (
                _values(known, name, outcome)
                for name in (f"pair {lever} {other}", f"alone {lever}", f"alone {other}", _BEFORE)
            )
            rows.append((outcome, lever, other, *_interval(both - one - two + none)))
    return pd.DataFrame(rows, columns=["outcome", "lever", "other", "effect", "low", "high"])


def _values(known: _Values, scenario: str, outcome: str) -> Floats:
    return known[scenario][outcome].to_numpy(dtype=np.float64)


def _interval(values: Floats) -> tuple[float, float, float]:
    mean, half = mean_interval(values)
    return float(mean), float(mean - half), float(mean + half)


__all__ = ["COMPANIES", "KINDS", "MOST_IN_PAIRS", "OUTCOMES", "Ranking", "raised", "rank_levers"]
