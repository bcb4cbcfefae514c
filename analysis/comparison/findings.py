"""Findings on two scenarios on the same virtual companies: what differs, how clearly, and which companies change type.

A virtual company has the same people, the same ties and the same chance under both scenarios, so its two outcomes are a
matched pair. Everything here is judged on the differences within companies, which vary far less than companies do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.scenario.findings import averaged_weeks
from analysis.stats.intervals import difference_limits, mean_interval
from experiments.trajectory import Trajectory
from sim.declarations import BETTER
from sim.errors import BadInputError, phrase, unknown_name
from sim.outcomes import OUTCOMES, TYPES
from sim.parameters import group_values
from sim.scenario import Scenario
from sim.simulation import Results
from sim.version import __version__


@dataclass(frozen=True, slots=True, eq=False)
class ComparisonFindings:
    """What differs between two scenarios on the same virtual companies.

    Attributes
    ----------
    a, b
        The scenarios; differences are b less a.
    companies, weeks, seed
        What was simulated under both.
    outcomes
        :func:`compare_outcomes`.
    types
        :func:`compare_types`.
    moves
        :func:`moves`.
    spread
        Standard deviation of the return on sales among companies under a; NaN for a single company.
    same_returns
        Whether no company's return differs at all.
    trajectories
        Weekly trajectories and images under a and b, from which figures are drawn; None if they were not kept.
    ensemble
        The same under other parameter sets, as JSON (:func:`analysis.comparison.ensemble.pairs_report`); None if that
        was not asked.
    """

    a: Scenario
    b: Scenario
    companies: int
    weeks: int
    seed: int
    outcomes: pd.DataFrame
    types: pd.DataFrame
    moves: pd.DataFrame
    spread: float
    same_returns: bool
    trajectories: tuple[Trajectory, Trajectory] | None = None
    ensemble: Mapping[str, Any] | None = None

    @classmethod
    def of_results(cls, results: Results, a: Scenario, b: Scenario) -> ComparisonFindings:
        """Return the findings from a simulation of two scenarios."""
        return cls._of(results.outcomes, a, b, weeks=results.weeks, seed=results.seed)

    @classmethod
    def of_trajectories(cls, before: Trajectory, after: Trajectory) -> ComparisonFindings:
        """Return the findings from two trajectories of the same companies.

        Raises
        ------
        BadInputError
            If the two are not of the same companies over the same weeks.
        """
        if len(before) != len(after) or before.seed != after.seed:
            raise BadInputError("invalid", key="company", allowed=phrase("same_companies"))
        if before.weeks != after.weeks:
            raise BadInputError("invalid", key="weeks", value=after.weeks, allowed=phrase("same_horizon"))
        # The scenarios may have the same name.
        frame = pd.concat([before.frame("A"), after.frame("B")], ignore_index=True)
        found = cls._of(frame, before.scenario, after.scenario, weeks=after.weeks, seed=after.seed)
        return replace(found, trajectories=(before, after))

    @classmethod
    def _of(cls, frame: pd.DataFrame, a: Scenario, b: Scenario, *, weeks: int, seed: int) -> ComparisonFindings:
        one, other = (str(name) for name in frame["scenario"].unique())
        before, after = (part["return_on_sales"].to_numpy() for part in pairs(frame, one, other))
        return cls(
            a=a,
            b=b,
            companies=len(before),
            weeks=weeks,
            seed=seed,
            outcomes=compare_outcomes(frame, one, other),
            types=compare_types(frame, one, other),
            moves=moves(frame, one, other),
            spread=float(before.std(ddof=1)) if len(before) > 1 else np.nan,
            same_returns=bool((before == after).all()),
        )

    @property
    def averaged_weeks(self) -> dict[str, int]:
        """Number of last weeks that the outcomes of ``a`` and of ``b`` are means of."""
        return {side: averaged_weeks(one, self.weeks) for side, one in (("a", self.a), ("b", self.b))}

    @property
    def measured_differently(self) -> list[str]:
        """Names of outcome parameters that differ."""
        return measured_differently(self.a, self.b)

    @property
    def alike(self) -> bool:
        """Whether the scenarios differ in nothing but their names."""
        return self.a.changed(name=self.b.name) == self.b

    @property
    def effect_size(self) -> float:
        """Difference of the return in multiples of its spread among companies under a; NaN where there is no spread."""
        return abs(float(self.outcomes["difference"]["return_on_sales"])) / self.spread if self.spread else np.nan

    def to_json(self) -> dict[str, Any]:
        """Return the findings as JSON, as ``--json`` prints them."""
        directions = {1: "higher", -1: "lower", 0: None}
        outcomes = self.outcomes.to_dict("index")
        return {
            "a": self.a.name,
            "b": self.b.name,
            "companies": self.companies,
            "weeks": self.weeks,
            "averaged_weeks": self.averaged_weeks,
            "measured_differently": self.measured_differently,
            "alike": self.alike,
            "seed": self.seed,
            "version": __version__,
            "types": self.types.to_dict("index"),
            "moves": self.moves.to_dict("index"),
            "outcomes": {name: {**row, "better": directions[row["better"]]} for name, row in outcomes.items()},
            **({} if self.ensemble is None else {"ensemble": self.ensemble}),
        }


def measured_differently(a: Scenario, b: Scenario) -> list[str]:
    """Return the outcome parameters that differ between two scenarios: part of a difference is then the measure's.

    Parameters
    ----------
    a, b
        The two scenarios.
    """
    one, other = group_values("outcome", a.outcome), group_values("outcome", b.outcome)
    return [name for name in one if one[name] != other[name]]


def pairs(outcomes: pd.DataFrame, a: str, b: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the outcomes of two scenarios, row by row the same companies.

    Parameters
    ----------
    outcomes
        :attr:`sim.Results.outcomes`.
    a, b
        Names of the scenarios.

    Raises
    ------
    BadInputError
        If a scenario is not there, or the two were not run on the same companies.
    """
    found = []
    for name in (a, b):
        part = outcomes[outcomes["scenario"] == name]
        if part.empty:
            raise unknown_name(name, [str(known) for known in outcomes["scenario"].unique()], key="scenario")
        found.append(part.set_index("company").sort_index())
    if not found[0].index.equals(found[1].index):
        raise BadInputError("invalid", key="company", value=f"{a}, {b}", allowed=phrase("same_companies"))
    return found[0], found[1]


def compare_outcomes(outcomes: pd.DataFrame, a: str, b: str, confidence: float = 0.95) -> pd.DataFrame:
    """Return the differences between the outcomes of two scenarios.

    Parameters
    ----------
    outcomes
        :attr:`sim.Results.outcomes`.
    a, b
        Names of the scenarios; differences are b less a.
    confidence
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Index outcome; columns ``a`` and ``b`` (means), ``difference``, ``low`` and ``high`` (interval of the mean
        paired difference, Student's t over companies; NaN for a single company), ``better`` (1, -1 or 0, as
        declared) and ``probability``: the share of companies that are better off under b, NaN where neither
        direction is better.
    """
    first, second = pairs(outcomes, a, b)
    names = list(OUTCOMES)
    before, after = (part[names].to_numpy(dtype=np.float64) for part in (first, second))
    difference = after - before
    mean, half = mean_interval(difference, confidence)
    better = np.array([BETTER[name] for name in names])
    share = (difference * better > 0.0).mean(axis=0)
    return pd.DataFrame(
        {
            "a": before.mean(axis=0),
            "b": after.mean(axis=0),
            "difference": mean,
            "low": mean - half,
            "high": mean + half,
            "better": better,
            "probability": np.where(better == 0, np.nan, share),
        },
        index=pd.Index(names, name="outcome"),
    )


def compare_types(outcomes: pd.DataFrame, a: str, b: str, confidence: float = 0.95) -> pd.DataFrame:
    """Return the shares of the coordination types under two scenarios, and their differences.

    Returns
    -------
    pandas.DataFrame
        Index type, in the order of :data:`sim.outcomes.TYPES`; columns ``a``, ``b``, ``difference`` (b less a), ``low``
        and ``high`` (:func:`analysis.stats.intervals.difference_limits`).
    """
    first, second = pairs(outcomes, a, b)
    rows = []
    for kind in TYPES:
        before, after = (first["type"] == kind).to_numpy(), (second["type"] == kind).to_numpy()
        one, other = before.mean(), after.mean()
        rows.append((one, other, other - one, *difference_limits(after, before, confidence)[1:]))
    columns = ["a", "b", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(TYPES, name="type"))


def moves(outcomes: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """Return the numbers of companies by their type under a (rows) and under b (columns)."""
    first, second = pairs(outcomes, a, b)
    codes = [pd.Categorical(part["type"], categories=list(TYPES)).codes.astype(np.int64) for part in (first, second)]
    counts = np.zeros((len(TYPES), len(TYPES)), dtype=np.int64)
    np.add.at(counts, (codes[0], codes[1]), 1)
    return pd.DataFrame(counts, index=pd.Index(TYPES, name="from"), columns=pd.Index(TYPES, name="to"))


__all__ = [
    "ComparisonFindings",
    "compare_outcomes",
    "compare_types",
    "measured_differently",
    "moves",
    "pairs",
]
