"""One scenario's outcomes in numbers: shares of the four types, means with spread, hours by purpose.

Pure functions on the frames of :class:`sim.Results`. Intervals say how far chance among virtual companies reaches: what
more companies of the same kind would show. They say nothing about whether the model's assumptions are right.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from sim.outcomes import OUTCOMES, TYPES
from sim.parameters import measurement
from sim.scenario import Scenario


def averaged_weeks(scenario: Scenario, weeks: int) -> int:
    """Return over how many last weeks of a run of so many weeks outcomes are averaged."""
    return min(int(measurement(scenario.outcome).window_weeks), weeks)


def type_shares(outcomes: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Return the share of companies in each coordination type, with Wilson intervals.

    Parameters
    ----------
    outcomes
        :attr:`sim.Results.outcomes`.
    confidence
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        Index (scenario, type), all four types for each scenario in the order of :data:`sim.outcomes.TYPES`; columns
        ``share``, ``low``, ``high``, as fractions of one.
    """
    rows = []
    for scenario, group in outcomes.groupby("scenario", sort=False):
        counts = group["type"].value_counts()
        for kind in TYPES:
            count = int(counts.get(kind, 0))
            low, high = share_interval(count, len(group), confidence)
            rows.append((scenario, kind, count / len(group), low, high))
    frame = pd.DataFrame(rows, columns=["scenario", "type", "share", "low", "high"])
    return frame.set_index(["scenario", "type"])


def share_interval(count: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson interval of a share; it is meaningful for shares of none and all, too.

    Parameters
    ----------
    count, total
        Of cases. Weighted cases are worth a number that need not be whole, which is why SciPy's does not do.
    confidence
        Of the interval.
    """
    # A sum of weights may be more than one by a rounding error.
    share, z = min(1.0, count / total), float(stats.norm.ppf(0.5 + confidence / 2.0))
    middle = (share + z * z / (2.0 * total)) / (1.0 + z * z / total)
    half = z / (1.0 + z * z / total) * math.sqrt(share * (1.0 - share) / total + (z / (2.0 * total)) ** 2)
    return (0.0 if share == 0.0 else middle - half), (1.0 if share == 1.0 else middle + half)


def summary(outcomes: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Return mean and spread of every outcome among the companies of each scenario.

    Parameters
    ----------
    outcomes
        :attr:`sim.Results.outcomes`.
    confidence
        Of the interval of the mean.

    Returns
    -------
    pandas.DataFrame
        Index (scenario, outcome); columns ``mean``, ``low`` and ``high`` (the mean's interval, Student's t; NaN for a
        single company), ``sd``, and the quantiles ``p10``, ``median``, ``p90``.
    """
    frames = []
    for scenario, group in outcomes.groupby("scenario", sort=False):
        values = group[list(OUTCOMES)].to_numpy(dtype=np.float64)
        mean, half = mean_interval(values, confidence)
        sd = values.std(axis=0, ddof=1) if len(values) > 1 else np.full(len(OUTCOMES), np.nan)
        p10, median, p90 = np.quantile(values, (0.1, 0.5, 0.9), axis=0)
        columns = {"mean": mean, "low": mean - half, "high": mean + half, "sd": sd}
        columns |= {"p10": p10, "median": median, "p90": p90}
        index = pd.MultiIndex.from_product([[scenario], OUTCOMES], names=["scenario", "outcome"])
        frames.append(pd.DataFrame(columns, index=index))
    return pd.concat(frames)


def mean_interval(values: np.ndarray, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean over the first axis and half the width of its interval (Student's t; NaN for a single row)."""
    count, mean = len(values), values.mean(axis=0)
    if count < 2:
        return mean, np.full_like(mean, np.nan)
    reach = stats.t.ppf((1.0 + confidence) / 2.0, count - 1)
    return mean, reach * values.std(axis=0, ddof=1) / np.sqrt(count)


def mean_hours(hours: pd.DataFrame) -> pd.DataFrame:
    """Return hours per person and week by purpose, averaged over companies.

    Parameters
    ----------
    hours
        :attr:`sim.Results.hours`.

    Returns
    -------
    pandas.DataFrame
        Index (scenario, purpose) in the order of the input, one column per department.
    """
    index = ["scenario", "purpose"]
    table = hours.pivot_table(index=index, columns="department", values="hours", aggfunc="mean", sort=False)
    return table.reindex(pd.MultiIndex.from_frame(hours[index].drop_duplicates()))


__all__ = ["averaged_weeks", "mean_hours", "mean_interval", "share_interval", "summary", "type_shares"]
