"""Boxes in the space of predictors, and their measures on held-out rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from analysis.discovery.halves import Bools, Halves
from analysis.stats.intervals import share_interval
from sim.errors import BadInputError, phrase

Floats = NDArray[np.float64]
_PERMUTATIONS: Final = 20


class Estimate(NamedTuple):
    """A number with its interval; NaN where there is nothing to estimate it from."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Condition:
    """The limits of a box on one predictor, in the predictor's own unit.

    Attributes
    ----------
    predictor
        Its name.
    low, high
        Limits of a number, both inclusive; None where there is none.
    categories
        Which categories or booleans belong to the box; None for a number.
    p_low, p_high, p_categories
        Quasi-p-values (Bryant and Lempert 2010) on the held-out half: the probability of the target being as frequent
        in the box if this limit did nothing, by a one-sided binomial test. None where there is no such limit.
    """

    predictor: str
    low: float | None = None
    high: float | None = None
    categories: tuple[Any, ...] | None = None
    p_low: float | None = None
    p_high: float | None = None
    p_categories: float | None = None


class Cell(NamedTuple):
    """A part of the space, with the target's share of the training rows in it."""

    conditions: tuple[Condition, ...]
    density: float


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the space in which the target is more frequent, measured on the held-out half.

    Share, coverage and density have Wilson intervals; the lift has that of the density.

    Attributes
    ----------
    conditions
        The box is where all of them hold.
    share
        Of the rows, how many lie in the box.
    coverage
        Of the rows with the target, how many lie in the box.
    density
        Of the rows in the box, how many have the target.
    lift
        Density, as a multiple of the share of rows with the target overall, which is taken as known.
    """

    conditions: tuple[Condition, ...]
    share: Estimate
    coverage: Estimate
    density: Estimate
    lift: Estimate

    @property
    def holds(self) -> bool:
        """Whether the target is clearly more frequent in the box than in all held-out rows."""
        return self.lift.low > 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Discovery:
    """Boxes and importance of predictors; all measures are those on the held-out half.

    Attributes
    ----------
    method
        ``tree`` or ``prim``.
    boxes
        Most dense first for a tree; for PRIM in the order found, each holding the rows that no earlier one holds.
    importance
        Index predictor, most important first; columns ``value``: the loss of AUC when the predictor's column is
        shuffled, mean over 20 shuffles, and ``sd`` between them.
    base
        Share of rows with the target.
    balanced_accuracy
        Of predicting the target in the boxes and nowhere else; 0.5 is guessing.
    auc
        Area under the ROC curve with the training half's densities as a score; 0.5 is guessing.
    rows
        Number of training rows and of held-out rows.
    """

    method: str
    boxes: tuple[Box, ...]
    importance: pd.DataFrame
    base: float
    balanced_accuracy: float
    auc: float
    rows: tuple[int, int]

    def table(self) -> pd.DataFrame:
        """Return a row per box; columns share, coverage, density and lift, each with ``_low`` and ``_high``."""
        names = ("share", "coverage", "density", "lift")
        columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
        rows = [[number for name in names for number in getattr(box, name)] for box in self.boxes]
        return pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(1, len(rows) + 1, name="box"), dtype=np.float64)


def judged(method: str, cells: Sequence[Cell], cut: Halves, confidence: float) -> Discovery:
    """Measure cells on the held-out half.

    Parameters
    ----------
    method
        The search that found them.
    cells
        Parts of the space; a row belongs to the first one that it lies in. Those that are denser than the training
        half as a whole become boxes.
    cut
        The halves.
    confidence
        Of the intervals.
    """
    if not 0.0 < confidence < 1.0:
        raise BadInputError("bounds", key="confidence", value=confidence, allowed=phrase("range", low=0, high=1))
    outside = _first_cell(cells, cut.train) == len(cells)
    # The last number is the score of rows in none of the cells.
    base = float(cut.train_target.mean())
    densities = np.array([c.density for c in cells] + [cut.train_target[outside].mean() if outside.any() else base])
    where = _first_cell(cells, cut.held)
    boxes, predicted = [], np.zeros(len(where), dtype=bool)
    for k, cell in enumerate(cells):
        if cell.conditions and cell.density > base:
            boxes.append(_measured(cell, where >= k, cut, confidence))
            predicted |= where == k
    auc = float(roc_auc_score(cut.held_target, densities[where]))
    return Discovery(
        method=method,
        boxes=tuple(boxes),
        importance=_importance(cells, densities, cut, auc),
        base=float(cut.held_target.mean()),
        balanced_accuracy=float(balanced_accuracy_score(cut.held_target, predicted)),
        auc=auc,
        rows=(len(cut.train), len(cut.held)),
    )


def inside(conditions: Sequence[Condition], frame: pd.DataFrame) -> Bools:
    """Return which rows meet all conditions."""
    found = np.ones(len(frame), dtype=bool)
    for condition in conditions:
        column = frame[condition.predictor]
        if condition.categories is not None:
            found &= column.isin(condition.categories).to_numpy()
            continue
        values = column.to_numpy()
        if condition.low is not None:
            found &= values >= condition.low
        if condition.high is not None:
            found &= values <= condition.high
    return found


def quasi_p(
    conditions: Sequence[Condition], condition: Condition, side: str, frame: pd.DataFrame, target: Bools
) -> float:
    """Return the quasi-p-value of one limit of a box; see :class:`Condition`. NaN if no row is in the box."""
    within = target[inside(conditions, frame)]
    if not len(within):
        return float("nan")
    wider = target[inside(_without(conditions, condition, side), frame)]
    return float(stats.binomtest(int(within.sum()), len(within), float(wider.mean()), alternative="greater").pvalue)


def significant(
    conditions: Sequence[Condition], frame: pd.DataFrame, target: Bools, level: float
) -> tuple[Condition, ...]:
    """Return the conditions without limits that do nothing: the worst goes first, until all quasi-p are small."""
    kept = tuple(conditions)
    while kept:
        worst, condition, side = max(
            ((quasi_p(kept, c, side, frame, target), c, side) for c in kept for side in _limits(c)),
            key=lambda limit: limit[0],
        )
        if worst <= level:
            break
        kept = _without(kept, condition, side)
    return kept


def _limits(condition: Condition) -> list[str]:
    return [side for side in ("low", "high", "categories") if getattr(condition, side) is not None]


def _without(conditions: Sequence[Condition], condition: Condition, side: str) -> tuple[Condition, ...]:
    """Return the conditions without one limit, and without a condition that has none left."""
    relaxed: dict[str, Any] = {side: None}
    found = [replace(c, **relaxed) if c is condition else c for c in conditions]
    return tuple(c for c in found if _limits(c))


def _first_cell(cells: Sequence[Cell], frame: pd.DataFrame) -> NDArray[np.int64]:
    """Return the number of the first cell that a row lies in, or the number of cells if there is none."""
    found = np.full(len(frame), len(cells))
    for k in reversed(range(len(cells))):
        found[inside(cells[k].conditions, frame)] = k
    return found


def _measured(cell: Cell, there: Bools, cut: Halves, confidence: float) -> Box:
    """Return a box, judged on those held-out rows that are ``there`` for it: in none of the earlier boxes."""
    target = cut.held_target
    rows = there & inside(cell.conditions, cut.held)
    hits, size, base = int(target[rows].sum()), int(rows.sum()), float(target.mean())
    seen, happened = cut.held[there], target[there]
    conditions = []
    for c in cell.conditions:
        limits: dict[str, Any] = {f"p_{side}": quasi_p(cell.conditions, c, side, seen, happened) for side in _limits(c)}
        conditions.append(replace(c, **limits))
    density = _share(hits, size, confidence)
    lift = Estimate(*(number / base for number in density))
    return Box(
        tuple(conditions),
        _share(size, len(target), confidence),
        _share(hits, int(target.sum()), confidence),
        density,
        lift,
    )


def _share(count: int, total: int, confidence: float) -> Estimate:
    if total == 0:
        return Estimate(float("nan"), float("nan"), float("nan"))
    return Estimate(count / total, *share_interval(count, total, confidence))


def _importance(cells: Sequence[Cell], densities: Floats, cut: Halves, auc: float) -> pd.DataFrame:
    used = {condition.predictor for cell in cells for condition in cell.conditions}
    lost = np.zeros((len(cut.held.columns), _PERMUTATIONS))
    for k, name in enumerate(cut.held.columns):
        # Shuffling what no cell asks for changes nothing.
        for repeat in range(_PERMUTATIONS if name in used else 0):
            shuffled = cut.held[name].array.take(cut.rng.permutation(len(cut.held)))
            scores = densities[_first_cell(cells, cut.held.assign(**{name: shuffled}))]
            lost[k, repeat] = auc - roc_auc_score(cut.held_target, scores)
    found = {"value": lost.mean(axis=1), "sd": lost.std(axis=1, ddof=1)}
    table = pd.DataFrame(found, index=pd.Index(list(cut.held.columns), name="predictor"))
    return table.sort_values("value", ascending=False, kind="stable")


__all__ = ["Box", "Cell", "Condition", "Discovery", "Estimate", "inside", "judged", "significant"]
