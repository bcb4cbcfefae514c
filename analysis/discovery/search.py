"""Searches for boxes in the predictors' space in which a target is more frequent: trees (CART) and PRIM.

Corners are boxes, found on one half of the rows and judged on the other, which the search has not seen.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence, Set
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import GroupKFold
from sklearn.tree import DecisionTreeClassifier

from analysis.discovery.boxes import Box, Cell, Condition, Discovery, Estimate, inside, judged, significant
from analysis.discovery.halves import Halves, halves
from sim.errors import BadInputError, between, phrase

Floats = NDArray[np.float64]
_FOLDS: Final = 5
_SIGNIFICANT: Final = 0.05
"""Largest quasi-p-value of a limit of PRIM that is kept, on the rows that it was found on (Bryant and Lempert 2010)."""


class _Column(NamedTuple):
    """A column that a tree may split: a number, or a category (by its code) against the others."""

    predictor: str
    code: int | None


def tree(
    frame: pd.DataFrame,
    target: ArrayLike,
    *,
    seed: int,
    leaves: int = 8,
    smallest: float = 0.02,
    groups: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Discovery:
    """Return the boxes of a classification tree (CART) in which the target is more frequent than overall.

    The tree grows to at most ``leaves`` leaves, each with at least the share ``smallest`` of the rows that it grows on,
    always splitting where the Gini impurity falls most. It is then pruned by cost and complexity: of the subtrees, the
    smallest one whose squared error in 5-fold cross-validation exceeds the least by no more than its standard error.
    So without a pattern there is no box.

    Parameters
    ----------
    frame
        Predictors, a row per case: numbers, booleans, categories or texts; nothing missing.
    target
        Whether it happened, booleans, shape (rows,).
    seed
        Of the halves, folds and permutations, 0 to 2^63 - 1.
    leaves
        Most leaves, at least 2.
    smallest
        Smallest leaf, as a share of the rows.
    groups
        Labels, shape (rows,), of rows that belong together and go into the same half, such as those of one virtual
        company; each row for itself if None. The intervals take rows for independent all the same.
    confidence
        Of the intervals.

    Raises
    ------
    BadInputError
        For predictors that are missing or not finite, and where the target is true or false too seldom.
    """
    _bounds("leaves", leaves, 2, 1000)
    _bounds("smallest", smallest, 0.0, 0.5)
    cut = halves(frame, target, groups, seed)
    columns = _columns(cut.train)
    x, y = _encoded(cut.train, columns), cut.train_target
    options: dict[str, Any] = {
        "max_leaf_nodes": leaves,
        "min_samples_leaf": max(1, int(np.ceil(smallest * len(y)))),
        "random_state": int(cut.rng.integers(2**31)),
    }
    grown = DecisionTreeClassifier(**options, ccp_alpha=_pruning(x, cut, options)).fit(x, y)
    cells = sorted(_leaves(grown, columns, cut.train), key=lambda cell: -cell.density)
    return judged("tree", cells, cut, confidence)


def prim(
    frame: pd.DataFrame,
    target: ArrayLike,
    *,
    seed: int,
    boxes: int = 3,
    smallest: float = 0.05,
    peel: float = 0.05,
    groups: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Discovery:
    """Return boxes found by the patient rule induction method (PRIM), one after the other.

    Of the boxes on a peeling and pasting trajectory, the one is taken that separates best: with the largest difference
    between the share of cases inside and the share of other rows inside. Its limits are dropped, the worst first, until
    the quasi-p-values of all are significant. The next box is sought among the rows outside, so a box holds the rows
    that no earlier box holds. In many steps, PRIM follows chance rather than a faint pattern; :func:`tree` sees more.

    Parameters
    ----------
    frame, target, seed, groups, confidence
        As for :func:`tree`.
    boxes
        Most boxes.
    smallest
        Smallest box, as a share of the rows.
    peel
        Share of a box's rows that one step of peeling removes.

    Raises
    ------
    BadInputError
        As for :func:`tree`, and without the extra ``discovery``.
    """
    _bounds("boxes", boxes, 1, 100)
    _bounds("smallest", smallest, 0.0, 0.5)
    _bounds("peel", peel, 0.001, 0.5)
    cut = halves(frame, target, groups, seed)
    # It gets numbers as floats, as its discrete limits do not work with pandas 3; categories by their codes, as it goes
    # through sets of texts in an order that changes from process to process; and names that mean nothing to it.
    coded = pd.DataFrame(
        {
            f"x{k}": pd.Categorical(column.cat.codes) if _is_category(column) else column.to_numpy(dtype=np.float64)
            for k, (_, column) in enumerate(cut.train.items())
        }
    )
    cells = []
    with warnings.catch_warnings():
        # It warns of packages for parallel runs that nobody needs here, and of pandas to come.
        warnings.simplefilter("ignore")
        try:
            from ema_workbench.analysis.prim import Prim  # noqa: PLC0415
        except ImportError:
            allowed = phrase("install_extra", name="discovery")
            raise BadInputError("invalid", key="method", value="prim", allowed=allowed) from None
        y = cut.train_target.astype(np.int64)
        left = np.ones(len(y), dtype=bool)
        for _ in range(boxes):
            mass = smallest * len(y) / max(1, left.sum())
            if mass > 1.0 or not y[left].any() or y[left].all():
                break
            # What reaches the threshold counts as a case, so it must be more than 0.
            search = Prim(coded[left], y[left], threshold=1e-9, peel_alpha=peel, mass_min=mass)
            found = search.find_box()
            limits = _limits(found.box_lims[_best_entry(found, y[left])], search.box_init, cut.train)
            conditions = significant(limits, cut.train[left], cut.train_target[left], _SIGNIFICANT)
            if not conditions:
                break
            within = left & inside(conditions, cut.train)
            # What is no denser than all becomes no box, and must not take rows from those after it.
            if y[within].mean() <= y.mean():
                break
            cells.append(Cell(conditions, float(y[within].mean())))
            left &= ~within
    return judged("prim", cells, cut, confidence)


def _is_category(column: pd.Series[Any]) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)


def _columns(frame: pd.DataFrame) -> list[_Column]:
    """Return the columns that a tree may split: numbers, and each category of a predictor against the others."""
    found = []
    for name, column in frame.items():
        if not _is_category(column):
            found.append(_Column(str(name), None))
            continue
        codes = range(len(column.cat.categories))
        found += [_Column(str(name), code) for code in (codes[1:] if len(codes) < 3 else codes)]
    return found


def _encoded(frame: pd.DataFrame, columns: Sequence[_Column]) -> Floats:
    return np.stack(
        [
            (frame[name].to_numpy() if code is None else frame[name].cat.codes.to_numpy() == code).astype(np.float64)
            for name, code in columns
        ],
        axis=1,
    )


def _pruning(x: Floats, cut: Halves, options: dict[str, Any]) -> float:
    """Return the complexity parameter (the price of a leaf) by cross-validation."""
    y = cut.train_target
    alphas = np.clip(DecisionTreeClassifier(**options).cost_complexity_pruning_path(x, y).ccp_alphas, 0.0, None)
    # Between two prices at which the tree changes; no tree is worth the last one.
    tried = np.append(np.sqrt(alphas[:-1] * alphas[1:]), 1.0)
    loss = np.zeros((len(tried), len(y)))
    folds = GroupKFold(_FOLDS, shuffle=True, random_state=int(cut.rng.integers(2**31)))
    for train, test in folds.split(x, y, cut.train_groups):
        for k, alpha in enumerate(tried):
            grown = DecisionTreeClassifier(**options, ccp_alpha=alpha).fit(x[train], y[train])
            # A fold may lack one of the classes.
            chance = grown.predict_proba(x[test]) @ grown.classes_
            loss[k, test] = (chance - y[test]) ** 2
    excess = loss - loss[loss.mean(axis=1).argmin()]
    error = excess.std(axis=1, ddof=1) / np.sqrt(len(y))
    return float(tried[(excess.mean(axis=1) <= error).nonzero()[0].max()])


def _leaves(grown: DecisionTreeClassifier, columns: Sequence[_Column], frame: pd.DataFrame) -> list[Cell]:
    nodes = grown.tree_
    found = []
    waiting: list[tuple[int, list[tuple[_Column, float, bool]]]] = [(0, [])]
    while waiting:
        node, path = waiting.pop()
        if nodes.children_left[node] < 0:
            true = float(nodes.value[node, 0] @ grown.classes_ / nodes.value[node, 0].sum())
            found.append(Cell(_conditions(path, frame), true))
            continue
        split = columns[nodes.feature[node]], float(nodes.threshold[node])
        waiting.append((nodes.children_right[node], [*path, (*split, True)]))
        waiting.append((nodes.children_left[node], [*path, (*split, False)]))
    return found


def _conditions(path: Sequence[tuple[_Column, float, bool]], frame: pd.DataFrame) -> tuple[Condition, ...]:
    """Return the conditions of a leaf: its splits, merged per predictor."""
    found = {}
    for name in dict.fromkeys(column.predictor for column, _, _ in path):
        splits = [(column.code, limit, above) for column, limit, above in path if column.predictor == name]
        column = frame[name]
        if _is_category(column):
            codes = set(range(len(column.cat.categories)))
            for code, _, above in splits:
                codes = codes & {code} if above else codes - {code}
            found[name] = _categories(name, codes, column)
        else:
            lows = [limit for _, limit, above in splits if above]
            highs = [limit for _, limit, above in splits if not above]
            # A value at the limit goes to the left.
            low = float(np.nextafter(max(lows), np.inf)) if lows else None
            found[name] = _numbers(name, low, min(highs) if highs else None, column)
    return tuple(found.values())


def _best_entry(box: Any, y: NDArray[np.int64]) -> int:
    """Return the place on a trajectory of the box that separates best; 0 is all rows."""
    cases, rows = (box.peeling_trajectory[name].to_numpy(dtype=np.float64) for name in ("k", "n"))
    return int((cases / y.sum() - (rows - cases) / (len(y) - y.sum())).argmax())


def _limits(limits: pd.DataFrame, initial: pd.DataFrame, frame: pd.DataFrame) -> tuple[Condition, ...]:
    """Return the conditions of a box of PRIM, without those that every row meets."""
    found = []
    for k, (name, column) in enumerate(frame.items()):
        # A predictor with a single category is not there.
        if f"x{k}" not in limits:
            continue
        (low, high), (first, last) = limits[f"x{k}"], initial[f"x{k}"]
        if _is_category(column):
            if low != first:
                found.append(_categories(str(name), low, column))
        elif low != first or high != last:
            sides = None if low == first else float(low), None if high == last else float(high)
            found.append(_numbers(str(name), *sides, column))
    return tuple(found)


def _categories(name: str, codes: Set[int], column: pd.Series[Any]) -> Condition:
    values = column.cat.categories.tolist()
    return Condition(name, categories=tuple(values[code] for code in sorted(codes)))


def _numbers(name: str, low: float | None, high: float | None, column: pd.Series[Any]) -> Condition:
    if pd.api.types.is_integer_dtype(column):
        low, high = None if low is None else math.ceil(low), None if high is None else math.floor(high)
    return Condition(name, low, high)


def _bounds(key: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise BadInputError("bounds", key=key, value=value, allowed=between(low, high))


__all__ = ["Box", "Condition", "Discovery", "Estimate", "prim", "tree"]
