"""Random halves of a table's rows: one for training, one held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sim.draws import MAX_SEED
from sim.errors import BadInputError, between, phrase

Bools = NDArray[np.bool_]
_FEWEST: Final = 5
"""Fewest groups in each half, and fewest rows with and without the target."""


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Training rows and held-out rows.

    Attributes
    ----------
    train, held
        Predictors: numbers, and categories for all else.
    train_target, held_target
        Shape (rows,).
    train_groups
        Labels of rows that belong together.
    rng
        For all other random choices.
    """

    train: pd.DataFrame
    held: pd.DataFrame
    train_target: Bools
    held_target: Bools
    train_groups: NDArray[np.int64]
    rng: np.random.Generator


def halves(frame: pd.DataFrame, target: ArrayLike, groups: ArrayLike | None, seed: int) -> Halves:
    """Return rows cut in half at random; see :func:`analysis.discovery.search.tree`."""
    if not 0 <= seed <= MAX_SEED:
        raise BadInputError("bounds", key="seed", value=seed, allowed=between(0, MAX_SEED))
    if not len(frame.columns):
        raise BadInputError("missing", key="predictors", allowed=phrase("at_least_one"))
    happened = np.asarray(target)
    if happened.dtype != np.bool_:
        raise BadInputError("type", key="target", value=str(happened.dtype), allowed="true, false")
    labels = np.arange(len(frame)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    for key, given in (("target", happened), ("groups", labels)):
        if given.shape != (len(frame),):
            allowed = phrase("count_values", count=len(frame))
            raise BadInputError("invalid", key=key, value=str(given.shape), allowed=allowed)
    clean = pd.DataFrame({str(name): _clean(str(name), column) for name, column in frame.items()})
    rng = np.random.default_rng(seed)
    count = int(labels.max(initial=-1)) + 1
    if count < 2 * _FEWEST:
        allowed = phrase("at_least_count", count=2 * _FEWEST)
        raise BadInputError("bounds", key="groups", value=count, allowed=allowed)
    first = np.zeros(count, dtype=bool)
    first[rng.permutation(count)[: (count + 1) // 2]] = True
    train = first[labels]
    for rows in (happened[train], happened[~train]):
        if min(rows.sum(), (~rows).sum()) < _FEWEST:
            allowed = phrase("in_each_half_at_least_count", count=_FEWEST)
            value = phrase("true_of_all_true", true=int(happened.sum()), all=len(happened))
            raise BadInputError("invalid", key="target", value=value, allowed=allowed)
    return Halves(clean[train], clean[~train], happened[train], happened[~train], labels[train], rng)


def _clean(name: str, column: pd.Series[Any]) -> pd.Series[Any]:
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    bad = int((~np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan)) if numeric else column.isna()).sum())
    if bad:
        value = phrase("bad_of_all_missing_or_not_finite", bad=bad, all=len(column))
        allowed = phrase("a_value_in_every_row")
        raise BadInputError("invalid", key=name, value=value, allowed=allowed)
    if numeric:
        return column.astype(np.int64 if pd.api.types.is_integer_dtype(column) else np.float64)
    return column.astype("category")


__all__ = ["Bools", "Halves", "halves"]
