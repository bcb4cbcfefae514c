"""Coordination need of marketing and sales, by division of labour (E6-E9).

Need is overlap of responsibility inside task areas, and coupling between areas that lie on different sides. Overlap
alone would put the types in the wrong order.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, reduce
from operator import add
from typing import Final

from sim.evidence import TASK_AREAS, division_types, marketing_share, type_shares

_COUPLED: Final = (
    ("product", "selling"),
    ("selling", "advertising"),
    ("product", "market_research"),
    ("price", "product"),
    ("strategy", "price"),
    ("strategy", "selling"),
)


def added(values: Iterable[float]) -> float:
    """Add up numbers from the first to the last; from Python 3.12 on ``sum`` adds floats with other last bits."""
    return reduce(add, values, 0.0)


def area_need(division_type: int) -> dict[str, float]:
    """Return overlap of responsibility inside each task area, 4m(1-m), in [0, 1] (E6-E9)."""
    shares = dict(zip(TASK_AREAS, marketing_share(division_type), strict=True))
    return {area: 4.0 * m * (1.0 - m) for area, m in shares.items()}


def coupling_need(division_type: int) -> dict[tuple[str, str], float]:
    """Return how far two coupled areas lie on different sides, in [0, 1] (E9)."""
    shares = dict(zip(TASK_AREAS, marketing_share(division_type), strict=True))
    return {(a, b): shares[a] * (1.0 - shares[b]) + (1.0 - shares[a]) * shares[b] for a, b in _COUPLED}


def raw_need(division_type: int, coupling_weight: float) -> float:
    """Return mean overlap inside areas plus weighted mean coupling between them (E9)."""
    inside, between = area_need(division_type), coupling_need(division_type)
    overlap, coupled = added(inside.values()), added(between.values())
    return overlap / len(inside) + coupling_weight * coupled / len(between)


@lru_cache(maxsize=64)
def coordination_need(division_type: int, coupling_weight: float) -> float:
    """Return the coordination need of a division of labour, relative to the average company's (E4, E9)."""
    shares = type_shares("all")
    mean = added(
        share * raw_need(kind.number, coupling_weight) for share, kind in zip(shares, division_types(), strict=True)
    )
    return raw_need(division_type, coupling_weight) * added(shares) / mean
