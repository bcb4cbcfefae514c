"""Numbers for charts: quantiles fast enough for an answer at once, and axes that end on round numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ROUND: Final = (1.0, 2.0, 5.0, 10.0)


def quantiles(values: NDArray[np.floating], at: Sequence[float]) -> Floats:
    """Return quantiles over the last axis, shape (quantiles, ...): those of ``np.quantile``, several times faster.

    A plain sort of contiguous rows is quicker than selecting a few places along another axis.
    """
    ordered = np.sort(np.ascontiguousarray(values), axis=-1)
    last = ordered.shape[-1] - 1
    places = np.asarray(at, dtype=np.float64) * last
    below = places.astype(np.int64)
    part = places - below
    found = ordered[..., below] * (1.0 - part) + ordered[..., np.minimum(below + 1, last)] * part
    return np.moveaxis(found.astype(np.float64), -1, 0)


def round_step(span: float, most: int) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten with which a span has at most so many steps."""
    if not span > 0.0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    return next(times * power for times in _ROUND if span <= times * power * most * (1.0 + 1e-9))


def round_ends(low: float, high: float, most: int = 7) -> dict[str, float]:
    """Return ``min``, ``max`` and ``interval`` of an axis over a range: round numbers, which seldom move."""
    step = round_step(high - low, most)
    ends = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if ends[0] == ends[1]:
        ends = ends[0] - step, ends[1] + step
    return {"min": round(ends[0], 9), "max": round(ends[1], 9), "interval": step}


__all__ = ["quantiles", "round_ends", "round_step"]
