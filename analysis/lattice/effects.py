"""Tables of the effects of levers, alone and together, from outcomes on the complete lever lattice.

All functions take a mapping from outcomes to ``values`` of shape (companies, 2**n), see :mod:`analysis.lattice.walsh`,
and the ids of the n levers in the order of the bits. Outcomes are processed one at a time, so a mapping that loads
values on access keeps only one outcome in memory. All intervals are over companies and Student's; for an outcome that
is 0 or 1 everywhere, an effect that is the same in all companies has an interval, too
(:func:`analysis.stats.intervals.mean_limits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.lattice.bundles import name_of
from analysis.lattice.walsh import (
    Floats,
    as_lattice,
    effects,
    energies,
    order_of,
    shapley,
    shares_by_lever,
    shares_by_order,
    walsh_hadamard,
)
from analysis.stats.intervals import is_zero_one, mean_limits
from sim.declarations import BETTER
from sim.errors import unknown_name

_ROUNDING: Final = 8.0 * float(np.finfo(np.float64).eps)


def main_effects(
    values_by_outcome: Mapping[str, ArrayLike], levers: Sequence[str], *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the main effect of each lever: its mean effect over all settings of the other levers.

    Parameters
    ----------
    values_by_outcome
        For each outcome shape (companies, 2**n).
    levers
        The ids of the n levers.
    confidence
        Of each interval by itself.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome``, ``lever``, ``effect`` (mean with the lever less mean without it, in the outcome's unit),
        ``low`` and ``high`` (NaN for a single company); in the order of the input.

    Raises
    ------
    ValueError
        If values are no lattice or do not fit the levers.
    """
    frames = []
    for outcome, values in _outcomes(values_by_outcome, levers):
        found, bound = effects(values)[:, 2 ** np.arange(len(levers))], 1.0 if is_zero_one(values) else None
        mean, low, high = mean_limits(found, confidence, bound=bound)
        columns = {"outcome": outcome, "lever": list(levers), "effect": mean, "low": low, "high": high}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def interaction_frame(
    values_by_outcome: Mapping[str, ArrayLike],
    levers: Sequence[str],
    orders: Sequence[int] = (2,),
    most: int | None = None,
    *,
    confidence: float = 0.95,
    better: Mapping[str, int] = BETTER,
) -> pd.DataFrame:
    """Return the Banzhaf interaction indices of sets of levers: their joint effect beyond that of their parts.

    Parameters
    ----------
    values_by_outcome
        For each outcome shape (companies, 2**n).
    levers
        The ids of the n levers.
    orders
        Sizes of the sets: 2 for pairs, 3 for triples.
    most
        For each outcome and order, keep only so many of the highest and so many of the lowest effects; all by default.
    confidence
        Simultaneous, of all intervals of an outcome and order (Bonferroni), whether kept or not.
    better
        For each outcome 1, -1 or 0, as in :data:`sim.declarations.BETTER`.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome``, ``levers`` (ids joined by "+"), ``set`` (bit v is lever v), ``order``, ``effect`` (in the
        outcome's unit), ``low``, ``high`` (NaN for a single company), ``clear`` (the interval excludes 0, by more than
        rounding) and ``synergy``: the effect in the direction that is better, NaN where neither is. With a positive
        synergy, the levers are worth more together than apart; with a negative one, an antagonism, they replace or
        obstruct each other. Sorted by effect, highest first, within outcome and order.

    Raises
    ------
    ValueError
        If values are no lattice or do not fit the levers, or an order is not from 2 to n.
    BadInputError
        If nothing says which direction of an outcome is better.
    """
    of_set = order_of(len(levers))
    if not all(2 <= order <= len(levers) for order in orders):
        raise ValueError(f"orders must be from 2 to {len(levers)}, not {tuple(orders)}")
    frames = []
    for outcome, values in _outcomes(values_by_outcome, levers):
        if outcome not in better:
            raise unknown_name(outcome, better, key="outcome")
        direction = float(better[outcome]) or np.nan
        largest = max(float(values.max()), -float(values.min()))
        index, zero_one = effects(values), is_zero_one(values)
        for order in orders:
            sets = np.flatnonzero(of_set == order)
            # Bonferroni: each of the m intervals may miss with an m-th of the chance that any of them may.
            share = 1.0 - (1.0 - confidence) / len(sets)
            # Of the 2**order settings of a set, half count with a plus and half with a minus.
            mean, low, high = mean_limits(index[:, sets], share, bound=2.0 ** (order - 1) if zero_one else None)
            # Levers that only add up leave rounding errors, the same in all companies if the values are.
            felt = np.abs(mean) > _ROUNDING * len(levers) * 2**order * largest
            kept = _ends(mean, most)
            columns = {
                "outcome": outcome,
                "levers": [name_of(int(s), levers) for s in sets[kept]],
                "set": sets[kept],
                "order": order,
                "effect": mean[kept],
                "low": low[kept],
                "high": high[kept],
                "clear": (felt & ((low > 0.0) | (high < 0.0)))[kept],
                "synergy": direction * mean[kept],
            }
            frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def synergies(interactions: pd.DataFrame, order: int = 2, most: int = 5, *, only_clear: bool = True) -> pd.DataFrame:
    """Return the sets of levers that are worth most together, for each outcome.

    Parameters
    ----------
    interactions
        From :func:`interaction_frame`; if it was cut short there, by no less than here.
    order
        2 for pairs, 3 for triples.
    most
        How many for each outcome.
    only_clear
        Whether to leave out those whose interval includes 0 (with a single company: all).

    Returns
    -------
    pandas.DataFrame
        Rows of the input, strongest first within each outcome. Outcomes of which neither direction is better have none.
    """
    return _strongest(interactions, order, most, only_clear, 1.0)


def antagonisms(interactions: pd.DataFrame, order: int = 2, most: int = 5, *, only_clear: bool = True) -> pd.DataFrame:
    """Return the sets of levers that are worth least together; otherwise as :func:`synergies`."""
    return _strongest(interactions, order, most, only_clear, -1.0)


def shapley_frame(
    values_by_outcome: Mapping[str, ArrayLike], levers: Sequence[str], *, confidence: float = 0.95
) -> pd.DataFrame:
    """Return the Shapley value of each lever: its fair share of the joint effect of all levers.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome``, ``lever``, ``value`` (mean Shapley value over companies, in the outcome's unit), ``low``
        and ``high`` (of each by itself; NaN for a single company) and ``share``: value by the mean of f(all on) -
        f(all off), below 0 for a lever that works against the others, NaN if all levers together bring nothing.
    """
    frames = []
    for outcome, values in _outcomes(values_by_outcome, levers):
        mean, low, high = mean_limits(shapley(values), confidence, bound=1.0 if is_zero_one(values) else None)
        total = float((values[:, -1] - values[:, 0]).mean())
        columns = {"outcome": outcome, "lever": list(levers), "value": mean, "low": low, "high": high}
        frames.append(pd.DataFrame(columns | {"share": mean / total if total else np.full_like(mean, np.nan)}))
    return pd.concat(frames, ignore_index=True)


def spectrum_frame(values_by_outcome: Mapping[str, ArrayLike], levers: Sequence[str]) -> pd.DataFrame:
    """Return the shares of the variance that are due to single levers, pairs, triples and so on.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome``, ``order`` (1 to n), ``share``: of the variance, over the settings, of the mean function of
        the companies; and ``corrected`` for chance among companies. There are so many sets of medium size that the
        little chance in each adds up. The correction subtracts the squared standard error of each Walsh coefficient, so
        a corrected share may be negative, and is unreliable where little variance remains. NaN for a single company and
        where no variance remains. Both add up to 1, or to 0 for a function that is the same at all settings.
    """
    frames = []
    for outcome, values in _outcomes(values_by_outcome, levers):
        share, corrected = shares_by_order(_energies(values))
        columns = {"outcome": outcome, "order": np.arange(1, len(levers) + 1), "share": share, "corrected": corrected}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def total_index_frame(values_by_outcome: Mapping[str, ArrayLike], levers: Sequence[str]) -> pd.DataFrame:
    """Return the total Sobol index of each lever: the share of the variance to which it contributes, alone or not.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome``, ``lever``, ``total`` (of the mean function of the companies, exact, from 0 to 1) and
        ``corrected``, as in :func:`spectrum_frame`.
    """
    frames = []
    for outcome, values in _outcomes(values_by_outcome, levers):
        total, corrected = shares_by_lever(_energies(values))
        columns = {"outcome": outcome, "lever": list(levers), "total": total, "corrected": corrected}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def _outcomes(values_by_outcome: Mapping[str, ArrayLike], levers: Sequence[str]) -> Iterator[tuple[str, Floats]]:
    """Yield outcomes with their values, one at a time, after a check that they fit the levers."""
    if not values_by_outcome or len(set(levers)) < len(levers):
        raise ValueError("there must be at least one outcome, and no lever twice")
    for outcome, values in values_by_outcome.items():
        found, n = as_lattice(values)
        if n != len(levers):
            raise ValueError(f"{outcome}: values of {n} levers do not fit {len(levers)} ids")
        yield outcome, found


def _ends(effect: Floats, most: int | None) -> np.ndarray:
    """Return the positions of effects, highest first; of long lists only both ends."""
    ranked = np.argsort(-effect, kind="stable")
    if most is None or 2 * most >= len(ranked):
        return ranked
    return np.concatenate([ranked[:most], ranked[len(ranked) - most :]])


def _strongest(interactions: pd.DataFrame, order: int, most: int, only_clear: bool, sign: float) -> pd.DataFrame:
    """Return the rows with the largest synergy times sign, as far as it is above 0."""
    wanted = (interactions["order"] == order) & (sign * interactions["synergy"] > 0.0)
    found = interactions[wanted & interactions["clear"]] if only_clear else interactions[wanted]
    ranked = found.sort_values("synergy", ascending=sign < 0.0, kind="stable").groupby("outcome", sort=False).head(most)
    # Outcomes back in the order of the input, which sorting by strength has mixed.
    place = {outcome: i for i, outcome in enumerate(interactions["outcome"].unique())}
    return ranked.sort_values("outcome", key=lambda names: names.map(place), kind="stable").reset_index(drop=True)


def _energies(values: Floats) -> Floats:
    """Return the energies of the mean function, uncorrected and corrected for chance among companies.

    The square of a mean is too large by the square of its standard error, on average.
    """
    coefficients, count = walsh_hadamard(values), len(values)
    plain = energies(values.mean(axis=0, keepdims=True))[0]
    chance = coefficients.var(axis=0, ddof=1) / count if count > 1 else np.full_like(plain, np.nan)
    found = np.stack([plain, plain - chance])
    found[:, 0] = 0.0
    # Less than no variance has no shares.
    found[1] = np.where(found[1].sum() < 0.0, np.nan, found[1])
    return found


__all__ = [
    "antagonisms",
    "interaction_frame",
    "main_effects",
    "shapley_frame",
    "spectrum_frame",
    "synergies",
    "total_index_frame",
]
