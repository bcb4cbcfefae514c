"""One scenario's outcomes in numbers: shares of the four types, means with spread, hours by purpose.

Pure functions on the frames of :class:`sim.Results`. Intervals say how far chance among virtual companies reaches: what
more companies of the same kind would show. They say nothing about whether the model's assumptions are right.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.stats.intervals import mean_interval, share_interval
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


__all__ = ["averaged_weeks", "mean_hours", "summary", "type_shares"]
