"""The best bundle of k levers for every k: its value, its gain over the next smaller one, and how stable the choice is.

The best of thousands of bundles looks better than it is (the winner's curse). The mean and the intervals of a
:class:`Bundle` do not account for its selection on the same companies; ``held_out`` and ``stability`` do.

More is better here. The values may be an outcome, an outcome less a cost, or the negative of something of which less is
better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.lattice.walsh import Floats, Ints, as_lattice, members, order_of
from analysis.stats.intervals import company_limits, is_zero_one, paired_limits

_MOST: Final = 4_000_000
"""Most means in memory at a time: 32 MB."""

_TIED: Final = 1e-12
"""Sums that differ by less, relative to the largest value, are tied: adding up in another order moves them as far."""


@dataclass(frozen=True)
class Bundle:
    """The best bundle of k levers. Values and differences are in the unit of what was valued.

    Attributes
    ----------
    k
        How many levers.
    set_index
        Which levers: bit v is lever v, see :func:`analysis.lattice.walsh.members`. Of several that are equally good,
        the one with the lowest number.
    mean, low, high
        The mean over companies and its interval (Student's t; Wilson's if the outcome is 0 or 1 everywhere; NaN for a
        single company).
    gain, gain_low, gain_high
        What it has over the best bundle of k - 1 levers, company by company, and the interval of the mean gain
        (Student's t; :func:`analysis.stats.intervals.difference_limits` if the outcome is 0 or 1 everywhere). The
        smaller bundle need not be a part of this one. NaN for k = 0.
    runner_up
        The second-best bundle of k levers; None if there is only one of that size.
    lead, lead_low, lead_high
        What it has over the runner-up, company by company, and the interval of the mean lead. NaN without a runner-up.
    stability
        Share of the bootstrap samples of companies in which this bundle is the best of its size; ties are shared. NaN
        for a single company.
    held_out
        Mean value in held-out companies: the best bundle in one half of the companies is valued in the other half, and
        the other way round, averaged over many random halvings. This is what to expect of a bundle of k levers that is
        chosen on half as many companies. NaN for a single company.
    """

    k: int
    set_index: int
    mean: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float
    runner_up: int | None
    lead: float
    lead_low: float
    lead_high: float
    stability: float
    held_out: float


def best_bundles(
    values: ArrayLike, *, draws: int = 500, splits: int = 50, seed: int = 0, confidence: float = 0.95
) -> tuple[Bundle, ...]:
    """Return the best bundle of every size, from no lever to all of them.

    Parameters
    ----------
    values
        Shape (companies, 2**n); more is better.
    draws
        Number of bootstrap samples of companies, for ``stability``.
    splits
        Number of random halvings of the companies, for ``held_out``.
    seed
        Of the samples and halvings, which are the same for all sizes.
    confidence
        Of the intervals.

    Returns
    -------
    tuple of Bundle
        n + 1 of them, by size.

    Raises
    ------
    ValueError
        If the values are not a lattice (:func:`analysis.lattice.walsh.as_lattice`), or draws or splits are less than 1.
    """
    given, n = as_lattice(values)
    if draws < 1 or splits < 1:
        raise ValueError("draws and splits must be at least 1")
    redrawn, halves = _redrawn(len(given), draws, seed), _halves(len(given), splits, seed)
    means, order, zero_one = given.mean(axis=0), order_of(n), is_zero_one(given)
    found: list[Bundle] = []
    for k in range(n + 1):
        sets = np.flatnonzero(order == k)
        # A stable sort, so that ties do not depend on the machine.
        ranked = [int(sets[i]) for i in np.argsort(-means[sets], kind="stable")[:2]]
        best, runner_up = ranked[0], ranked[1] if len(ranked) > 1 else None
        mine = given[:, sets]
        found.append(
            Bundle(
                k,
                best,
                *company_limits(given[:, best], confidence, zero_one=zero_one),
                *_lead(given, best, found[-1].set_index if found else None, confidence, zero_one=zero_one),
                runner_up,
                *_lead(given, best, runner_up, confidence, zero_one=zero_one),
                stability=_stability(mine, int(np.searchsorted(sets, best)), redrawn),
                held_out=_held_out(mine, halves),
            )
        )
    return tuple(found)


def bundle_frame(bundles: Sequence[Bundle], levers: Sequence[str]) -> pd.DataFrame:
    """Return bundles as a table.

    Parameters
    ----------
    bundles
        From :func:`best_bundles`.
    levers
        The ids of the n levers, in the order of the bits.

    Returns
    -------
    pandas.DataFrame
        Index k; column ``levers`` (ids joined by "+", empty for no lever) and the attributes of :class:`Bundle`, of
        which ``runner_up`` in ids, too (empty if there is none).
    """
    rows = []
    for bundle in bundles:
        row = {"k": bundle.k, "levers": name_of(bundle.set_index, levers)} | asdict(bundle)
        row["runner_up"] = "" if bundle.runner_up is None else name_of(bundle.runner_up, levers)
        rows.append(row)
    return pd.DataFrame(rows).set_index("k")


def name_of(set_index: int, levers: Sequence[str]) -> str:
    """Return the ids of the levers in a set, joined by "+"."""
    return "+".join(levers[v] for v in members(set_index, len(levers)))


def _lead(
    given: Floats, best: int, other: int | None, confidence: float, *, zero_one: bool
) -> tuple[float, float, float]:
    """Return the mean paired difference of two bundles with its interval; NaN if there is no other."""
    if other is None:
        return (np.nan,) * 3
    return paired_limits(given[:, best], given[:, other], confidence, zero_one=zero_one)


def _redrawn(count: int, draws: int, seed: int) -> Floats:
    """Return how often each company is in each bootstrap sample, shape (draws, companies)."""
    # Streams of their own, so that more draws do not change the halves.
    rng = np.random.default_rng([seed, 0])
    return rng.multinomial(count, np.full(count, 1.0 / count), size=draws).astype(np.float64)


def _halves(count: int, splits: int, seed: int) -> Floats:
    """Return 1 for companies in the first half, the smaller one if odd, else 0; shape (splits, companies)."""
    rng = np.random.default_rng([seed, 1])
    return rng.permuted(np.tile(np.arange(count) < count // 2, (splits, 1)), axis=1).astype(np.float64)


def _stability(mine: Floats, winner: int, redrawn: Floats) -> float:
    """Return the share of bootstrap samples in which a column of (companies, sets) has the largest sum."""
    count, won = len(mine), 0.0
    if count < 2:
        return np.nan
    tied = _TIED * count * float(np.abs(mine).max())
    for rows in _rows(len(redrawn), mine.shape[1]):
        # Counts are not divided by the number of companies, so that sums of 0 and 1 are exact and ties are ties.
        sums = redrawn[rows] @ mine
        first = sums >= sums.max(axis=1, keepdims=True) - tied
        won += float((first[:, winner] / first.sum(axis=1)).sum())
    return won / len(redrawn)


def _held_out(mine: Floats, halves: Floats) -> float:
    """Return the mean value, in the held-out half, of the best column of (companies, sets) in the other half."""
    count = len(mine)
    if count < 2:
        return np.nan
    value = 0.0
    for rows in _rows(len(halves), 2 * mine.shape[1]):
        first, second = halves[rows] @ mine, (1.0 - halves[rows]) @ mine
        # Every company is valued once per split, so that halves of unequal size do not favour any.
        value += (_valued(first, second) + _valued(second, first)) / count
    return value / len(halves)


def _valued(chosen_on: Floats, valued_on: Floats) -> float:
    """Return the sum over rows of the values, in one array, of the best columns of the other."""
    best: Ints = chosen_on.argmax(axis=1)[:, None]
    return float(np.take_along_axis(valued_on, best, axis=1).sum())


def _rows(total: int, width: int) -> Iterator[slice]:
    """Yield slices of so many rows that rows times width stays within bounds."""
    step = max(1, _MOST // width)
    return (slice(start, start + step) for start in range(0, total, step))


__all__ = ["Bundle", "best_bundles", "bundle_frame", "name_of"]
