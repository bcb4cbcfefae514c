"""What each lever is worth to a company, and what it costs: alone, within a scenario, and in pairs.

Three questions that give different orders, because levers help and hinder one another:

- ``full``: what does a lever do if it alone is raised to full strength, and all else stays as it is?
- ``alone``: what does one of the scenario's moves do by itself?
- ``without``: what would be lost if this move were left out of the scenario?

All are differences within the same virtual companies, which vary far less than companies do.
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

from analysis.ranking.runs import AFTER, BEFORE, intensity, moves, pair, settings
from analysis.stats.intervals import mean_interval
from sim.declarations import BETTER
from sim.lanes import Founded
from sim.policies import Policy
from sim.scenario import Scenario
from sim.simulation import simulate

KINDS: Final = ("full", "alone", "without")
"""Kinds of effects; see the module."""
OUTCOMES: Final = (
    "return_on_sales",
    "cooperation_quality",
    "coordination_efficiency",
    "customer_hours",
    "friction",
    "escalations",
)
"""Outcomes by which levers can be ranked."""
MOST_IN_PAIRS: Final = 6
"""Number of moves, the strongest, that are paired."""
COMPANIES: Final = 200
"""As many as the studio's first answer simulates: a second or two with the usual number of moves."""
_INSTALMENT: Final = 16
"""Companies per turn, so that other work has its turn in between."""

Floats = NDArray[np.float64]
_Values = dict[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, eq=False)
class RankingFindings:
    """Effects and costs of levers. Intervals are Student's t over companies, of differences within companies.

    Attributes
    ----------
    effects
        A row per outcome, kind (:data:`KINDS`) and lever: ``today`` and ``target`` (intensity before and after),
        ``running`` (percent of base revenue per year, in full effect) and ``once`` (percent of base revenue) of that
        change, ``effect`` with ``low`` and ``high``, and ``probability``: the share of companies that are better off,
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
) -> RankingFindings:
    """Simulate and rank the levers of a company.

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
        Context entered around every instalment, for whoever shares processors out; all work is done in the calling
        thread.
    progress
        Called with the number of company histories done and of all at most. An exception from it ends the work.
    """
    policies = {policy.id: policy for policy in after.all_policies()}
    moved = [name for name in policies if moves(before, after, name)]
    low = [name for name in policies if intensity(before, name) < 1.0]
    tried = settings(before, after, low, moved)
    pairs = min(len(moved), MOST_IN_PAIRS) * (min(len(moved), MOST_IN_PAIRS) - 1) // 2
    total, done = (len(tried) + pairs) * companies, 0
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

    known = values(tried)
    ways = {("full", name): (intensity(before, name), 1.0) for name in low}
    ways |= {(kind, name): (intensity(before, name), intensity(after, name)) for kind in KINDS[1:] for name in moved}
    effects = _effects(known, ways, policies)
    strongest = _strongest(effects, moved)
    couples = list(combinations(strongest, 2))
    known |= values([pair(before, after, *couple) for couple in couples]) if couples else {}
    return RankingFindings(effects, _pairs(known, couples), tuple(moved), companies, seed)


def _effects(
    known: _Values, ways: dict[tuple[str, str], tuple[float, float]], policies: dict[str, Policy]
) -> pd.DataFrame:
    rows = []
    for outcome in OUTCOMES:
        for (kind, lever), (today, target) in ways.items():
            with_it, without_it = (AFTER, f"without {lever}") if kind == "without" else (f"{kind} {lever}", BEFORE)
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
                for name in (f"pair {lever} {other}", f"alone {lever}", f"alone {other}", BEFORE)
            )
            rows.append((outcome, lever, other, *_interval(both - one - two + none)))
    return pd.DataFrame(rows, columns=["outcome", "lever", "other", "effect", "low", "high"])


def _values(known: _Values, scenario: str, outcome: str) -> Floats:
    return known[scenario][outcome].to_numpy(dtype=np.float64)


def _interval(values: Floats) -> tuple[float, float, float]:
    mean, half = mean_interval(values)
    return float(mean), float(mean - half), float(mean + half)


__all__ = ["COMPANIES", "KINDS", "MOST_IN_PAIRS", "OUTCOMES", "RankingFindings", "rank_levers"]
