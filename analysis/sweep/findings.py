"""How an outcome differs between low and high values of each factor of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
SURE: Final = 0.95
"""How often all intervals hold together, as everywhere in reports."""


def factor_effects(
    points: pd.DataFrame,
    factors: Sequence[str],
    outcome: str,
    *,
    base: pd.Series | None = None,
    intervals: bool = True,
) -> pd.DataFrame:
    """Return how an outcome differs between low and high values of each factor that is a number.

    Low and high values are those in the lowest and in the highest third of the points; where points share a value, all
    that have it. If points vary one factor at a time around a base, they are a factor's lowest and its highest value
    while all others are at the base: anything else would mostly compare the base with itself.

    Parameters
    ----------
    points
        A row per point, shape (points, at least 1 + factors): the outcome's mean over companies, and the factors.
    factors, outcome
        Names of columns.
    base
        The base's values by factor, if points vary one factor at a time around it.
    intervals
        Whether points count as drawn independently; if not, there are no intervals.

    Returns
    -------
    pandas.DataFrame
        ``factor``; the means at low and high values, ``lowest`` and ``highest``, and over how many points they are,
        ``lowest_points`` and ``highest_points``; the difference ``value`` and its interval ``low`` to ``high``, all in
        the outcome's unit; the largest difference first. Factors with a single value are left out. The intervals are
        Welch's over points, NaN for too few points, and simultaneous: at a level after Bonferroni, so that all of them
        hold together in at least 95% of cases, however many factors there are.
    """
    compared = {}
    for name in factors:
        if not pd.api.types.is_numeric_dtype(points[name]):
            continue
        among = points if base is None else points[_others_at(points, base, name, factors)]
        values = among[name].to_numpy(dtype=np.float64)
        if len(np.unique(values)) > 1:
            low, high = _thirds(values) if base is None else (values == values.min(), values == values.max())
            found = among[outcome].to_numpy(dtype=np.float64)
            compared[name] = found[low], found[high]
    level = 1.0 - (1.0 - SURE) / max(1, len(compared))
    rows = [
        (
            name, lowest.mean(), highest.mean(), len(lowest), len(highest), highest.mean() - lowest.mean(),
            *(_welch(lowest, highest, level) if intervals else (np.nan, np.nan)),
        )
        for name, (lowest, highest) in compared.items()
    ]  # fmt: skip
    columns = ["factor", "lowest", "highest", "lowest_points", "highest_points", "value", "low", "high"]
    frame = pd.DataFrame(rows, columns=columns)
    order = frame["value"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _others_at(points: pd.DataFrame, base: pd.Series, name: str, factors: Sequence[str]) -> Mask:
    """Return at which points all other factors are at the base, shape (points,)."""
    others = [other for other in factors if other != name]
    there: Mask = points[others].eq(base[others], axis="columns").all(axis="columns").to_numpy()
    return there


def _thirds(values: Floats) -> tuple[Mask, Mask]:
    """Return which of at least two different values are low and which are high, shape (points,) each; none is both."""
    low, high = np.quantile(values, (1 / 3, 2 / 3))
    if low < high:
        return values <= low, values >= high
    # More than a third of the points share one value; it is low, high or neither.
    least, most = values.min(), values.max()
    return values <= low if low == least else values < low, values >= high if high == most else values > high


def _welch(lowest: Floats, highest: Floats, level: float) -> tuple[float, float]:
    """Return the interval of the difference of means at a level; NaN if there are too few values to tell."""
    if min(len(lowest), len(highest)) < 2 or (np.ptp(lowest) == 0.0 and np.ptp(highest) == 0.0):
        return np.nan, np.nan
    interval = stats.ttest_ind(highest, lowest, equal_var=False).confidence_interval(level)
    return float(interval.low), float(interval.high)


__all__ = ["SURE", "factor_effects"]
