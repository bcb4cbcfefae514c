"""What a conclusion is worth: in which share of the accepted parameter sets it holds, and which coefficients decide it.

The sets of an ensemble all reproduce the patterns, and nothing tells which of them is right. A conclusion that holds in
all of them does not hang on what cannot be known; one that holds in half of them does, and says on what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.stats.intervals import share_interval
from analysis.stats.multiple_tests import holm
from experiments.ensemble import Ensemble

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

RANGE: Final = (0.05, 0.95)
"""Quantiles over the sets that a range reaches from and to."""
LEVEL: Final = 0.05
"""Probability that noise makes a coefficient decide, over all coefficients together (Holm 1979)."""
FEWEST: Final = 20
"""Fewest families of sets from which deciders are sought; of fewer, noise passes the test more often than it claims."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity over the sets of an ensemble.

    Attributes
    ----------
    default
        Under the first set, the default.
    median, low, high
        Median and the quantiles :data:`RANGE` over all sets where the quantity exists; NaN if it exists in none.
    """

    default: float
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Conclusion:
    """A conclusion, judged in every set of an ensemble.

    Attributes
    ----------
    holds
        Whether it holds, shape (sets,); the first set is the default.
    strength
        The quantity that it is about, shape (sets,), in units of its own; NaN where it does not exist.
    relatives
        Of how many families the sets are (:attr:`experiments.ensemble.Ensemble.relatives`); None if each stands alone.
    """

    holds: Bools
    strength: Floats
    relatives: int | None = None

    @property
    def share(self) -> float:
        """Share of sets in which it holds."""
        return float(self.holds.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95% interval of the share: what more sets, accepted likewise, would show.

        A family counts as one case, as if all its members agreed: that is on the safe side.
        """
        return share_interval(self.share * self.families, self.families)

    @property
    def families(self) -> int:
        """Of how many families the sets are."""
        return len(self.holds) if self.relatives is None else self.relatives

    @property
    def default_holds(self) -> bool:
        """Whether it holds under the default."""
        return bool(self.holds[0])

    @property
    def spread(self) -> Spread:
        """The strength over the sets."""
        return spread(self.strength)

    def under(self, ensemble: Ensemble) -> Conclusion:
        """Return the same conclusion, judged in the sets of an ensemble, some of which are relatives."""
        return replace(self, relatives=ensemble.relatives)


@dataclass(frozen=True, slots=True)
class Decider:
    """A coefficient that decides a conclusion.

    Attributes
    ----------
    name
        The coefficient.
    rho
        Spearman's rank correlation of its value with the strength of the conclusion, over the means of families.
    share_low, share_high
        Share of sets in which the conclusion holds, among the third of sets with the lowest values of the coefficient
        and among the third with the highest.
    """

    name: str
    rho: float
    share_low: float
    share_high: float


def spread(strength: ArrayLike) -> Spread:
    """Return a quantity's default, median and range over sets; sets in which it is NaN count for none of the last."""
    values = np.asarray(strength, dtype=np.float64)
    known = values[np.isfinite(values)]
    low, median, high = np.quantile(known, (RANGE[0], 0.5, RANGE[1])) if len(known) else (np.nan,) * 3
    return Spread(float(values[0]), float(median), float(low), float(high))


def same_sign(
    strength: ArrayLike, *, of: Literal["default", "majority"] = "default", tolerance: float = 0.0
) -> Conclusion:
    """Return the conclusion that a quantity has the sign that it has under the default, or in most sets.

    Parameters
    ----------
    strength
        The quantity, shape (sets,).
    of
        Whose sign is meant. The majority's is that of the median over sets.
    tolerance
        Up to this size, a quantity counts as zero, which is a sign of its own.
    """
    values = np.asarray(strength, dtype=np.float64)
    meant = spread(values)
    sign = _sign(np.array([meant.default if of == "default" else meant.median]), tolerance)
    # A quantity that does not exist has no sign, and NaN equals nothing.
    return Conclusion(_sign(values, tolerance) == sign, values)


def above(strength: ArrayLike, bound: float = 0.0) -> Conclusion:
    """Return the conclusion that a quantity, shape (sets,), is greater than a bound; nowhere where it is NaN."""
    values = np.asarray(strength, dtype=np.float64)
    return Conclusion(values > bound, values)


def deciders(
    ensemble: Ensemble, strength: ArrayLike, most: int = 3, *, holds: ArrayLike | None = None
) -> list[Decider]:
    """Return the coefficients that surely go with the strength of a conclusion, the strongest first.

    Parameters
    ----------
    ensemble
        The sets, as many as the strength has numbers.
    strength
        The quantity that the conclusion is about, shape (sets,). Sets in which it is NaN are left out.
    most
        Return so many at most.
    holds
        Whether the conclusion holds, shape (sets,). Without it, the conclusion is :func:`same_sign`.

    Returns
    -------
    list of Decider
        Coefficients whose rank correlation with the strength differs from zero, tested at :data:`LEVEL` with Holm's
        correction for all coefficients that vary in the ensemble. Sets of one family are alike in everything, so that
        each family counts once, with its means. Empty if there are none, for less than :data:`FEWEST` families, and if
        the strength is the same in all sets: then no single coefficient decides.

    Raises
    ------
    ValueError
        If the numbers of sets differ.
    """
    values = np.asarray(strength, dtype=np.float64)
    shown = same_sign(values).holds if holds is None else np.asarray(holds, dtype=bool)
    if not len(ensemble) == len(values) == len(shown):
        raise ValueError(f"{len(ensemble)} sets, {len(values)} strengths, {len(shown)} judgements")
    known = np.isfinite(values)
    columns, values, shown = ensemble.values[known], values[known], shown[known]
    family = np.unique(ensemble.families[known], return_inverse=True)[1]
    if family.max(initial=-1) + 1 < FEWEST or np.ptp(values) == 0.0:
        return []
    varying = np.flatnonzero(np.ptp(columns, axis=0) > 0.0)
    if not len(varying):
        return []
    rho, p = _rank_correlations(_means(columns[:, varying], family), _means(values[:, None], family)[:, 0])
    chosen = np.flatnonzero(holm(p) <= LEVEL)
    chosen = chosen[np.argsort(-np.abs(rho[chosen]), kind="stable")][:most]
    third = len(values) // 3
    found = []
    for k in chosen:
        order = np.argsort(columns[:, varying[k]], kind="stable")
        low, high = float(shown[order[:third]].mean()), float(shown[order[-third:]].mean())
        found.append(Decider(ensemble.names[varying[k]], float(rho[k]), low, high))
    return found


def conclusion_json(conclusion: Conclusion, decided_by: Sequence[Decider]) -> dict[str, Any]:
    """Return a conclusion and what decides it, in the shape of ``--json`` and of ``ensemble.json``."""
    low, high = conclusion.interval
    return {
        "sets": len(conclusion.holds),
        "families": conclusion.families,
        "share": conclusion.share,
        "low": low,
        "high": high,
        "default_holds": conclusion.default_holds,
        "strength": spread_json(conclusion.spread),
        "decided_by": [
            {"name": one.name, "rho": one.rho, "share_low": one.share_low, "share_high": one.share_high}
            for one in decided_by
        ],
    }


def spread_json(over: Spread) -> dict[str, float]:
    """Return a quantity over sets, in the shape of ``--json``."""
    return {"default": over.default, "median": over.median, "p05": over.low, "p95": over.high}


def _sign(values: Floats, tolerance: float) -> Floats:
    return np.where(np.abs(values) <= tolerance, 0.0, np.sign(values))


def _means(columns: Floats, family: Ints) -> Floats:
    """Return the means over the members of each family, shape (families, columns)."""
    total = np.zeros((int(family.max()) + 1, columns.shape[1]))
    np.add.at(total, family, columns)
    return total / np.bincount(family)[:, None]


def _rank_correlations(columns: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return Spearman's correlation of each column, shape (sets, columns), with the values, and its p value."""
    found = stats.spearmanr(np.column_stack([columns, values]))
    # For a single column SciPy returns a number in place of a matrix.
    rho, p = np.asarray(found.statistic), np.asarray(found.pvalue)
    return (rho[-1, :-1], p[-1, :-1]) if rho.ndim else (rho[None], p[None])


__all__ = [
    "FEWEST",
    "LEVEL",
    "RANGE",
    "Conclusion",
    "Decider",
    "Spread",
    "above",
    "conclusion_json",
    "deciders",
    "same_sign",
    "spread",
    "spread_json",
]
