"""Simulation-based calibration: ranks of true parameters among posterior draws.

The truths and draws come from :mod:`experiments.calibration.known_truths`.

If the inference is right, a truth and the draws made from its data are exchangeable. Any of them might then have been
the truth, and taking others of them for it, many times, shows how far ranks stray by chance: with all the dependence
between coefficients of the same truth, which are no independent evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.stats.multiple_tests import holm
from experiments.calibration.inquiry import Inquiry
from experiments.calibration.known_truths import KINDS, TRUTH, Checked
from experiments.calibration.priors import Priors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GROUPS: Final = ("coefficients", "informed", "margins")
"""Groups whose ranks are pooled: all coefficients; those that the data inform; the margins of the data."""
INFORMED: Final = 0.9
"""The data inform a coefficient if they leave less than this share of its prior standard deviation."""
LEVELS: Final = (0.5, 0.8, 0.9)
LEVEL: Final = 0.05
"""Level of tests; bands hold one less this."""
_EXCHANGES: Final = 2000
_UNIFORMS: Final = 20_000
_BINS: Final = 5
"""Bins of tests that count ranks."""
NAMES: Final = {"coefficients": "all coefficients", "informed": "informed coefficients", "margins": "margins"}


@dataclass(frozen=True, slots=True, eq=False)
class CoverageFindings:
    """Findings of a check of the inference.

    Attributes
    ----------
    inquiry
        Its settings.
    truths
        A row per truth: ``accepted`` and ``effective`` number of sets, and whether it was ``ranked``.
    without_data
        Truths that gave no data.
    quantities
        A row per coefficient and margin: its ``group`` (``"coefficients"`` or ``"margins"``), the ``spread`` that the
        data leave as a share of the prior's, mean ``rank`` as a share of the highest, p-values ``ks`` and
        ``chi_square``, the least of them after Holm's correction for all (``holm``), and ``covered_50`` to
        ``covered_90``: shares of truths in central intervals.
    pooled
        A row per :data:`GROUPS`, :data:`experiments.calibration.known_truths.KINDS` and rank: ``share`` of ranks, with
        the ``low`` and ``high`` ends of a band that holds 95% of such shares if the inference is right.
    tests
        A row per group and kind: number of ``quantities``, p-value ``p`` of the pooled ranks, and the shares of truths
        in central intervals (``covered_50`` ...) with their standard errors (``error_50`` ...).
    """

    inquiry: Inquiry
    truths: pd.DataFrame
    without_data: int
    quantities: pd.DataFrame
    pooled: pd.DataFrame
    tests: pd.DataFrame

    @property
    def ranked(self) -> int:
        """Number of truths that were ranked."""
        return int(self.truths["ranked"].sum())

    @property
    def failing(self) -> list[str]:
        """Quantities whose ranks are clearly not uniform, and groups whose pooled ranks are not."""
        single = self.quantities.loc[self.quantities["holm"] < LEVEL, "quantity"]
        mine = self.tests[self.tests["kind"] == KINDS[0]]
        return [*single, *(NAMES[group] for group in mine.loc[mine["p"] < LEVEL / len(GROUPS), "group"])]


class NothingRankedError(ValueError):
    """Too few sets were accepted for every truth, so none could be ranked."""


def coverage_findings(checked: Checked) -> CoverageFindings:
    """Return the findings of a check.

    Parameters
    ----------
    checked
        The check.

    Raises
    ------
    NothingRankedError
        If no truth was ranked.
    """
    setting = checked.setting
    names = [*setting.priors.names, *setting.parts]
    rows = checked.rows
    truths = rows[rows["kind"] == TRUTH].set_index("truth")[["proposed", "accepted", "effective"]]
    ranked = np.sort(rows.loc[rows["kind"] == KINDS[0], "truth"].unique())
    if not len(ranked):
        raise NothingRankedError("for no truth were enough sets accepted")
    truths["ranked"] = truths.index.isin(ranked)
    rng = np.random.default_rng([setting.inquiry.seed, 3])
    members = {kind: _members(rows, kind, ranked, names) for kind in KINDS}
    ranks = {kind: ranks_of(members[kind], rng) for kind in KINDS}
    coefficients = len(setting.priors.names)
    left = spread_left(members[KINDS[0]][:, 1:, :coefficients], setting.priors)
    quantities = _quantities(names, coefficients, left, ranks[KINDS[0]][:, 0], setting.inquiry.draws, rng)
    columns = {
        "coefficients": np.arange(coefficients),
        "informed": np.flatnonzero(left < INFORMED),
        "margins": np.arange(coefficients, len(names)),
    }
    pooled, tests = [], []
    for group, mine in columns.items():
        for kind in KINDS:
            if len(mine):
                table, p = exchanged(ranks[kind][:, :, mine], rng)
                pooled.append(table.assign(group=group, kind=kind))
                cover = coverage(ranks[kind][:, 0, mine], setting.inquiry.draws)
                tests.append({"group": group, "kind": kind, "quantities": len(mine), "p": p, **_mean(cover)})
    return CoverageFindings(
        setting.inquiry, truths, checked.without_data, quantities, pd.concat(pooled, ignore_index=True),
        pd.DataFrame(tests),
    )  # fmt: skip


def _members(rows: pd.DataFrame, kind: str, ranked: NDArray[Any], names: list[str]) -> Floats:
    """Return truth and draws, the truth first, shape (truths, 1 + draws, quantities)."""
    mine = rows[rows["truth"].isin(ranked) & rows["kind"].isin([TRUTH, kind])]
    # A stable sort: the truth stands first among its rows.
    values = mine.sort_values("truth", kind="stable")[names].to_numpy(dtype=np.float64)
    return values.reshape(len(ranked), -1, len(names))


def ranks_of(members: Floats, rng: np.random.Generator) -> Ints:
    """Return the rank of each member among all of its truth, from 0; equal ones in random order.

    Parameters
    ----------
    members
        Shape (truths, members, quantities).
    rng
        Of the random order.
    """
    order = np.lexsort((rng.random(members.shape), members), axis=1)
    ranks: Ints = np.argsort(order, axis=1)
    return ranks


def exchanged(ranks: Ints, rng: np.random.Generator) -> tuple[pd.DataFrame, float]:
    """Return the pooled histogram of the truths' ranks against those of members that might have been the truths.

    Parameters
    ----------
    ranks
        Of all members, the truth first, shape (truths, members, quantities).
    rng
        Of the exchanges.

    Returns
    -------
    tuple
        A row per ``rank`` with its ``share``, and the ends ``low`` and ``high`` of its pointwise band; and the p-value
        of the distance from uniform (sum of squares over a few bins). It is exact whatever depends on what within a
        truth.
    """
    truths, count, _ = ranks.shape
    # Of each member: how many of its quantities have each rank.
    counts = np.stack([(ranks == rank).sum(axis=2) for rank in range(count)], axis=2)
    chosen = rng.integers(count, size=(_EXCHANGES, truths))
    null = counts[np.arange(truths), chosen].sum(axis=1) / (truths * ranks.shape[2])
    share = counts[:, 0].sum(axis=0) / (truths * ranks.shape[2])
    low, high = np.quantile(null, [LEVEL / 2.0, 1.0 - LEVEL / 2.0], axis=0)
    # In a few bins: ranks that stray do so together with their neighbours.
    binned = [np.stack([(each - 1.0 / count)[..., b].sum(axis=-1) for b in _bins(count)]) for each in (share, null)]
    far, others = (np.square(each).sum(axis=0) for each in binned)
    p = float((1 + (others >= far - 1e-12).sum()) / (1 + _EXCHANGES))
    return pd.DataFrame({"rank": np.arange(count), "share": share, "low": low, "high": high}), p


def coverage(ranks: Ints, draws: int) -> dict[str, Floats]:
    """Return by level, in percent, the share of each truth's quantities in central intervals, shape (truths,).

    An interval lies between two draws; its content is nearest to the level, and exactly that with 19 draws.
    """
    cuts = {level: round(0.5 * (1.0 - level) * (draws + 1)) for level in LEVELS}
    return {
        f"{100.0 * level:.0f}": ((ranks >= cut) & (ranks <= draws - cut)).mean(axis=1) for level, cut in cuts.items()
    }


def _mean(cover: Mapping[str, Floats]) -> dict[str, float]:
    found = {f"covered_{level}": float(each.mean()) for level, each in cover.items()}
    # Truths are independent, quantities of a truth are not.
    # Of one truth alone it cannot be told.
    return found | {
        f"error_{level}": float(stats.sem(each)) if len(each) > 1 else np.nan for level, each in cover.items()
    }


def spread_left(draws: Floats, priors: Priors) -> Floats:
    """Return the standard deviation of draws, shape (truths, draws, parameters), as a share of the prior's."""
    left: Floats = np.sqrt(draws.var(axis=1, ddof=1).mean(axis=0)) / priors.std
    return left


def _quantities(
    names: list[str], coefficients: int, left: Floats, ranks: Ints, draws: int, rng: np.random.Generator
) -> pd.DataFrame:
    truths = len(ranks)
    values = np.arange(draws + 1)
    # One quantity has one rank per truth, and these are independent: the tests' own distributions can be drawn.
    uniform = rng.integers(draws + 1, size=(truths, _UNIFORMS))
    null = np.sort(_farthest(uniform, values))
    ks = (1 + _UNIFORMS - np.searchsorted(null, _farthest(ranks, values) - 1e-12)) / (1 + _UNIFORMS)
    bins = _bins(draws + 1)
    observed = np.array([np.isin(ranks, each).sum(axis=0) for each in bins])
    expected = truths * np.array([[len(each)] for each in bins]) / len(values)
    chi_square = stats.chisquare(observed, np.broadcast_to(expected, observed.shape), axis=0).pvalue
    corrected = holm(np.concatenate([ks, chi_square])).reshape(2, -1).min(axis=0)
    table = pd.DataFrame(
        {
            "quantity": names,
            "group": ["coefficients"] * coefficients + ["margins"] * (len(names) - coefficients),
            "spread": np.concatenate([left, np.full(len(names) - coefficients, np.nan)]),
            "rank": ranks.mean(axis=0) / draws,
            "ks": ks,
            "chi_square": chi_square,
            "holm": corrected,
        }
    )
    each = [coverage(ranks[:, [k]], draws) for k in range(len(names))]
    for level in LEVELS:
        table[f"covered_{100.0 * level:.0f}"] = [one[f"{100.0 * level:.0f}"].mean() for one in each]
    return table


def _bins(count: int) -> list[Ints]:
    """Return the ranks that belong together in a test."""
    return np.array_split(np.arange(count), _BINS)


def _farthest(ranks: Ints, values: Ints) -> Floats:
    """Return the greatest distance of the share of ranks up to a value from what it should be, over truths."""
    found = np.zeros(ranks.shape[1])
    for value in values[:-1]:
        found = np.maximum(found, np.abs((ranks <= value).mean(axis=0) - (value + 1) / len(values)))
    return found


__all__ = [
    "GROUPS",
    "INFORMED",
    "LEVEL",
    "LEVELS",
    "NAMES",
    "CoverageFindings",
    "coverage",
    "coverage_findings",
    "exchanged",
    "ranks_of",
    "spread_left",
]
