"""Sobol' indices and Morris screening, from the points of a design and the outcome at each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from experiments.plan.designs import Space
from sim.draws import MAX_SEED
from sim.errors import BadInputError, between, phrase

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """Shares of an outcome's variance by factor.

    Attributes
    ----------
    indices
        Columns ``factor``, ``index`` (``first``: the factor alone; ``total``: with all that it interacts with),
        ``value``, ``low``, ``high``. Estimates scatter, so small ones may be negative.
    pairs
        Columns ``first``, ``second`` (two factors), ``value``, ``low``, ``high``: second-order indices, the share of
        their interaction. None if the design has no points for it.
    constant
        Whether the outcome is the same throughout: there is no variance to divide, and all values are zero.
    """

    indices: pd.DataFrame
    pairs: pd.DataFrame | None
    constant: bool


def sobol_indices(
    names: Sequence[str],
    evaluations: ArrayLike,
    *,
    second_order: bool,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 200,
) -> SobolIndices:
    """Return Sobol' indices (Saltelli 2010 for first and total, Saltelli 2002 for pairs) with intervals.

    Parameters
    ----------
    names
        Of the factors, in the order of the design.
    evaluations
        Outcome at the points of a :class:`experiments.plan.designs.Saltelli` design in its order, shape (points,).
    second_order
        As in the design.
    seed
        Of the bootstrap, 0 to 2^63 - 1.
    confidence
        Of the intervals: estimate -+ normal quantile times bootstrap standard error. They say how far more points
        would move the estimates.
    resamples
        Of the bootstrap.

    Raises
    ------
    BadInputError
        If the evaluations are not finite, or not as many as such a design has.
    """
    # SALib takes seconds to import.
    from SALib.analyze import sobol  # noqa: PLC0415

    y = _finite(evaluations)
    _check(seed, confidence)
    step = (2 if second_order else 1) * len(names) + 2
    if len(y) == 0 or len(y) % step:
        allowed = phrase("a_multiple_of_step", step=step)
        raise BadInputError("invalid", key="evaluations", value=len(y), allowed=allowed)
    # The variance is that of the two samples that are mixed, first and last in each block.
    constant = _same(np.concatenate([y[::step], y[step - 1 :: step]]))
    pairs = list(combinations(range(len(names)), 2))
    if constant:
        nothing = np.zeros(len(names))
        found: dict[str, Floats] = dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), nothing)
        found |= dict.fromkeys(("S2", "S2_conf"), np.zeros((len(names), len(names))))
    else:
        problem: dict[str, Any] = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
        found = sobol.analyze(
            problem,
            y,
            calc_second_order=second_order,
            num_resamples=resamples,
            conf_level=confidence,
            # With seed 0 it would use, and move, NumPy's global random numbers.
            seed=seed + 1,
        )
    table = pd.DataFrame(
        {
            "factor": [*names, *names],
            "index": ["first"] * len(names) + ["total"] * len(names),
            **_interval(np.append(found["S1"], found["ST"]), np.append(found["S1_conf"], found["ST_conf"])),
        }
    )
    if not second_order:
        return SobolIndices(table, None, constant)
    rows, columns = [i for i, _ in pairs], [j for _, j in pairs]
    together = pd.DataFrame(
        {
            "first": [names[i] for i in rows],
            "second": [names[j] for j in columns],
            **_interval(found["S2"][rows, columns], found["S2_conf"][rows, columns]),
        }
    )
    return SobolIndices(table, together, constant)


def morris_screening(
    names: Sequence[str],
    spaces: Sequence[Space],
    points: ArrayLike,
    evaluations: ArrayLike,
    *,
    seed: int,
    confidence: float = 0.95,
    resamples: int = 1000,
) -> pd.DataFrame:
    """Return the Morris measures: means and spread of the elementary effects of each factor.

    An elementary effect is the change of the outcome divided by the step of the factor that made it, in shares of that
    factor's whole range: what a change from low to high would do if it went on like this, so that factors of different
    units compare. The step of a discrete factor is counted in indices, first to last being the whole range; for values
    without an order only ``mu_star`` means something.

    Parameters
    ----------
    names, spaces
        Of the factors, in the order of the design.
    points
        What :func:`experiments.plan.designs.draw` returned for a Morris design, shape (points, factors).
    evaluations
        Outcome at the points, shape (points,).
    seed
        Of the bootstrap over trajectories, 0 to 2^63 - 1.
    confidence
        Of the interval: quantiles of the bootstrap, and above that what trajectories may have missed
        (:func:`_unseen`).
    resamples
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        Index factor; columns ``mu`` (mean effect), ``mu_star`` (mean absolute effect) with ``mu_star_low`` and
        ``mu_star_high``, ``sigma`` (standard deviation: interactions and curvature). In the outcome's unit.

    Raises
    ------
    BadInputError
        If the evaluations are not finite, or the points are not those of two or more trajectories.
    """
    y = _finite(evaluations)
    _check(seed, confidence)
    effects = _elementary_effects(np.asarray(points, dtype=np.float64), spaces, y)
    size = np.abs(effects)
    rng = np.random.default_rng(seed)
    again = rng.integers(len(effects), size=(resamples, len(effects)))
    tails = (0.5 - confidence / 2.0, 0.5 + confidence / 2.0)
    # Factor by factor: all at once would take a gigabyte for a large design.
    limits = np.array([np.quantile(size[:, k][again].mean(axis=1), tails) for k in range(size.shape[1])])
    limits[:, 1] = np.maximum(limits[:, 1], _unseen(size, confidence))
    return pd.DataFrame(
        {
            "mu": effects.mean(axis=0),
            "mu_star": size.mean(axis=0),
            "mu_star_low": limits[:, 0],
            "mu_star_high": limits[:, 1],
            "sigma": effects.std(axis=0, ddof=1),
        },
        index=pd.Index(list(names), name="factor"),
    )


def _unseen(size: Floats, confidence: float) -> Floats:
    """Return an upper bound of each factor's mean absolute effect where few trajectories show an effect.

    Where an outcome is a share, most elementary effects are zero and few are large: ten zeros are no proof that a
    factor does nothing, and a bootstrap of ten zeros is zero. The rate of effects is at most the upper limit of Clopper
    and Pearson; the size of an effect is the mean of those seen, or that of all factors if none was. Where factors with
    an effect show it nearly everywhere, as with a mean, one that never shows any has none.
    """
    count = len(size)
    shown = (size > 0.0).sum(axis=0)
    rate = stats.beta.ppf(0.5 + confidence / 2.0, shown + 1, np.maximum(count - shown, 1e-9))
    total, every = size.sum(axis=0), int(shown.sum())
    typical = np.where(shown > 0, total / np.maximum(shown, 1), total.sum() / max(1, every))
    usual = shown[shown > 0].mean() / count if every else 1.0
    silent = (shown == 0) & ((1.0 - usual) ** count < 0.5 - confidence / 2.0)
    return np.where((shown < count) & ~silent, rate * typical, 0.0)


def important(frame: pd.DataFrame, threshold: float = 0.05) -> list[str]:
    """Return the factors that clearly matter, the most important first.

    Parameters
    ----------
    frame
        :attr:`SobolIndices.indices`, or what :func:`morris_screening` returned.
    threshold
        A factor matters if the lower bound of its total index is above this share of the variance; after a screening,
        if the lower bound of its mean absolute effect is above this share of the largest mean absolute effect.
    """
    if "mu_star" in frame:
        largest = float(frame["mu_star"].max())
        chosen = frame[frame["mu_star_low"] > threshold * largest].sort_values(
            "mu_star", ascending=False, kind="stable"
        )
        return [str(name) for name in chosen.index]
    total = frame[(frame["index"] == "total") & (frame["low"] > threshold)]
    return [str(name) for name in total.sort_values("value", ascending=False, kind="stable")["factor"]]


def _elementary_effects(points: Floats, spaces: Sequence[Space], y: Floats) -> Floats:
    """Return the effects, shape (trajectories, factors)."""
    factors = len(spaces)
    trajectories = len(y) // (factors + 1)
    allowed = phrase("the_points_of_a_morris_design")
    if points.shape != (trajectories * (factors + 1), factors) or len(y) != len(points) or trajectories < 2:
        raise BadInputError("invalid", key="points", value=str(points.shape), allowed=allowed)
    shares = np.stack([space.share(points[:, k]) for k, space in enumerate(spaces)], axis=1)
    steps = np.diff(shares.reshape(trajectories, factors + 1, factors), axis=1)
    moved = np.abs(steps) > 1e-9
    if not (moved.sum(axis=1) == 1).all() or not (moved.sum(axis=2) == 1).all():
        raise BadInputError("invalid", key="points", value=str(points.shape), allowed=allowed)
    change = np.diff(y.reshape(trajectories, factors + 1), axis=1)[:, :, None]
    effects: Floats = np.where(moved, change / np.where(moved, steps, 1.0), 0.0).sum(axis=1)
    return effects


def _finite(evaluations: ArrayLike) -> Floats:
    y = np.asarray(evaluations, dtype=np.float64)
    bad = int((~np.isfinite(y)).sum())
    if bad:
        value = phrase("bad_of_all_not_finite", bad=bad, all=y.size)
        raise BadInputError("invalid", key="evaluations", value=value, allowed=phrase("finite_numbers"))
    return y.ravel()


def _check(seed: int, confidence: float) -> None:
    if not 0 <= seed <= MAX_SEED:
        raise BadInputError("bounds", key="seed", value=seed, allowed=between(0, MAX_SEED))
    if not 0.0 < confidence < 1.0:
        raise BadInputError("bounds", key="confidence", value=confidence, allowed=phrase("range", low=0, high=1))


def _same(values: Floats) -> bool:
    """Return whether values differ by no more than rounding."""
    return bool(np.ptp(values) <= 8.0 * np.finfo(np.float64).eps * np.abs(values).max())


def _interval(value: Floats, half: Floats) -> dict[str, Floats]:
    return {"value": value, "low": value - half, "high": value + half}


__all__ = ["SobolIndices", "important", "morris_screening", "sobol_indices"]
