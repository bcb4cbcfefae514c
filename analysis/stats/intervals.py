"""Confidence intervals over companies: of means, of shares, and of differences within the same companies.

An outcome that is 0 or 1 in every company needs intervals of its own. If all companies at hand are alike, their spread
is 0 and Student's interval is a point, as if no other company could ever differ; ten companies out of ten do not show
that. So a share has Wilson's interval, a difference of two shares in the same companies Tango's, and another mean over
companies that are all alike a bound of the same kind. How often the intervals of differences cover the truth is
measured by ``benchmarks/coverage_of_shares.py``.
"""

from __future__ import annotations

from math import nan, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_HALVINGS: Final = 60
"""How often the search for a limit halves where it can be: beyond the precision of numbers."""
_ROUNDING: Final = 1e-12
"""Companies that differ by less, relative to the bound, are alike."""


def mean_interval(values: Floats, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return the mean over the first axis and half the width of its interval (Student's t; NaN for a single row)."""
    count, mean = len(values), values.mean(axis=0)
    if count < 2:
        return mean, np.full_like(mean, np.nan)
    reach = stats.t.ppf((1.0 + confidence) / 2.0, count - 1)
    return mean, reach * values.std(axis=0, ddof=1) / np.sqrt(count)


def share_interval(count: float, total: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the Wilson interval of a share, which is meaningful for shares of none and all, too.

    Parameters
    ----------
    count, total
        Numbers of cases. Weighted cases are worth a number that need not be whole, which SciPy's function refuses.
    confidence
        Confidence level.
    """
    # A sum of weights may be more than one by a rounding error.
    share, z = min(1.0, count / total), float(stats.norm.ppf(0.5 + confidence / 2.0))
    middle = (share + z * z / (2.0 * total)) / (1.0 + z * z / total)
    half = z / (1.0 + z * z / total) * sqrt(share * (1.0 - share) / total + (z / (2.0 * total)) ** 2)
    return (0.0 if share == 0.0 else middle - half), (1.0 if share == 1.0 else middle + half)


def is_zero_one(values: Floats) -> bool:
    """Return whether an outcome, shape (companies, settings), is 0 or 1 everywhere."""
    # A row is enough to know that a return is no such outcome.
    return all(bool(((part == 0.0) | (part == 1.0)).all()) for part in (values[:1], values))


def share_limits(column: Floats, confidence: float = 0.95) -> tuple[float, float, float]:
    """Return the share of ones in a number per company, and its Wilson interval (NaN for a single company)."""
    count = len(column)
    limits = share_interval(int(column.sum()), count, confidence) if count > 1 else (nan, nan)
    return float(column.mean()), *limits


def difference_limits(
    after: Floats | Bools, before: Floats | Bools, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Return the difference of two shares in the same companies, and Tango's interval of it.

    Parameters
    ----------
    after, before
        0 or 1 per company, or whether.
    confidence
        Confidence level.

    Returns
    -------
    tuple of float
        Mean of ``after`` less mean of ``before``, low and high: all differences that the score test does not reject
        (Tango 1998). It depends on how many companies change one way and how many the other way. If none changes, it
        reaches as far as Wilson's interval of a share of none. Low and high are NaN for a single company.
    """
    count, gained, lost = len(after), int((after > before).sum()), int((after < before).sum())
    difference = (gained - lost) / count
    if count < 2:
        return difference, nan, nan
    reach = float(stats.norm.ppf((1.0 + confidence) / 2.0))
    return difference, _lowest(gained, lost, count, reach), -_lowest(lost, gained, count, reach)


def mean_limits(
    values: Floats, confidence: float = 0.95, *, bound: float | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return means over companies with their intervals: Student's t, with limits and a floor if values are bounded.

    Parameters
    ----------
    values
        Shape (companies, quantities).
    confidence
        Of each interval by itself.
    bound
        What no company's value can exceed in size, None if there is nothing of the sort. With it, intervals end there,
        and a quantity that is the same in all n companies has the interval which allows a share z**2 / (n + z**2) of
        unseen companies (the upper Wilson limit of none in n, close to the rule of three) to be at either bound.

    Returns
    -------
    tuple of numpy.ndarray
        Mean, low and high of each quantity. Low and high are NaN for a single company.
    """
    mean, half = mean_interval(values, confidence)
    low, high = mean - half, mean + half
    if bound is not None and len(values) > 1:
        alike = np.ptp(values, axis=0) <= _ROUNDING * bound
        unseen = _none_of(len(values), confidence)
        low = np.where(alike, mean - unseen * (bound + mean), low)
        high = np.where(alike, mean + unseen * (bound - mean), high)
        # Student's t knows no bound, but a mean cannot lie where no company can.
        low, high = np.maximum(low, -bound), np.minimum(high, bound)
    return mean, low, high


def company_limits(column: Floats, confidence: float = 0.95, *, zero_one: bool) -> tuple[float, float, float]:
    """Return mean, low and high of a number per company: Wilson's limits if it is 0 or 1, Student's otherwise."""
    if zero_one:
        return share_limits(column, confidence)
    mean, low, high = (float(found[0]) for found in mean_limits(column[:, None], confidence))
    return mean, low, high


def paired_limits(
    after: Floats, before: Floats, confidence: float = 0.95, *, zero_one: bool
) -> tuple[float, float, float]:
    """Return mean, low and high of a difference within companies: Tango's limits if both are 0 or 1, else Student's."""
    if zero_one:
        return difference_limits(after, before, confidence)
    return company_limits(after - before, confidence, zero_one=False)


def _none_of(count: int, confidence: float) -> float:
    """Return the upper Wilson limit of a share that none of so many companies shows."""
    square = float(stats.norm.ppf((1.0 + confidence) / 2.0)) ** 2
    return square / (count + square)


def _lowest(gained: int, lost: int, count: int, reach: float) -> float:
    """Return the lowest difference of shares from which what was found is no more than ``reach`` deviations away."""
    low, high = -1.0, (gained - lost) / count
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if gained - lost - count * middle > reach * _deviation(gained, lost, count, middle):
            low = middle
        else:
            high = middle
    return high


def _deviation(gained: int, lost: int, count: int, difference: float) -> float:
    """Return the standard deviation of gained less lost companies if their shares differ by so much.

    The share of lost companies is then the likeliest one: the larger root of a quadratic equation.
    """
    two, one = 2.0 * count, -(gained + lost) + (2.0 * count - gained + lost) * difference
    zero = -lost * difference * (1.0 - difference)
    share = (sqrt(max(one * one - 4.0 * two * zero, 0.0)) - one) / (2.0 * two)
    return sqrt(count * max(2.0 * share + difference * (1.0 - difference), 0.0))


__all__ = [
    "company_limits",
    "difference_limits",
    "is_zero_one",
    "mean_interval",
    "mean_limits",
    "paired_limits",
    "share_interval",
    "share_limits",
]
