"""Two scenarios on the same virtual companies: what differs, how surely, and who changes type.

A virtual company has the same people, the same ties and the same chance under both scenarios, so its two outcomes are a
matched pair. Everything here is judged on the differences within companies, which vary far less than companies do.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from analysis.stats.intervals import difference_limits, mean_interval
from sim.errors import BadInputError, phrase, unknown_name
from sim.outcomes import OUTCOMES, TYPES
from sim.parameters import group_values
from sim.scenario import Scenario

BETTER: Final = {
    "cooperation_quality": 1,
    "coordination_efficiency": 1,
    "return_on_sales": 1,
    "market_success": 1,
    "adaptation_success": 1,
    "openness_to_change": 1,
    "mean_return_on_sales": 1,
    "return_before_levers": 1,
    "alignment": 1,
    "trust": 1,
    "friction": -1,
    "regard": 1,
    "understanding": 1,
    "understanding_unlike": 1,
    "disagreement": 0,
    "decision_quality": 1,
    "knowledge_gap": -1,
    "goal_divergence": -1,
    "strangeness": -1,
    "escalations": -1,
    "backlog": -1,
    "mandate": 0,
    "coordination_hours": 0,
    "customer_hours": 1,
    "lever_cost": -1,
}
"""Whether more of an outcome is better (1), worse (-1) or neither (0): of disagreement, too little harms, too (E20)."""


def measured_differently(a: Scenario, b: Scenario) -> list[str]:
    """Return the names of the outcome parameters that differ: part of what two scenarios differ by is then the measure.

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
    """Return how the outcomes of two scenarios differ.

    Parameters
    ----------
    outcomes
        :attr:`sim.Results.outcomes`.
    a, b
        Names of the scenarios; differences are b less a.
    confidence
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        Index outcome; columns ``a`` and ``b`` (means), ``difference``, ``low`` and ``high`` (interval of the mean
        paired difference, Student's t over companies; NaN for a single company), ``better`` (:data:`BETTER`) and
        ``probability``: the share of companies that are better off under b, NaN where neither direction is better.
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
    """Return the shares of the coordination types under two scenarios, and how they differ.

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
        rows.append((before.mean(), after.mean(), *difference_limits(after, before, confidence)))
    columns = ["a", "b", "difference", "low", "high"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(TYPES, name="type"))


def moves(outcomes: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """Return how many companies go from which type under a (rows) to which under b (columns)."""
    first, second = pairs(outcomes, a, b)
    codes = [pd.Categorical(part["type"], categories=list(TYPES)).codes.astype(np.int64) for part in (first, second)]
    counts = np.zeros((len(TYPES), len(TYPES)), dtype=np.int64)
    np.add.at(counts, (codes[0], codes[1]), 1)
    return pd.DataFrame(counts, index=pd.Index(TYPES, name="from"), columns=pd.Index(TYPES, name="to"))


__all__ = ["BETTER", "compare_outcomes", "compare_types", "measured_differently", "moves", "pairs"]
