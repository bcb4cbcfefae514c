"""Regular two-level fractional factorial designs: a power of two of points, and what they cannot tell apart.

The first factors (the base) take all combinations. Each further factor follows a product of base factors, its
generator, where low counts as -1 and high as 1. A product of factors that is the same at all points is a word of the
defining relation; the shortest word's length is the resolution. At III main effects are mixed up with interactions of
two factors, at IV those interactions with one another, at V neither.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInputError, between

MAX_FACTORS: Final = 64
"""For up to so many factors all resolutions have been tried; none took more than seconds to find."""
_ALL_WORDS: Final = 10
"""Up to so many generators all words are listed; there are 2^generators - 1 of them."""


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fractional factorial design.

    Attributes
    ----------
    base
        Number of base factors; there are 2^base points.
    columns
        What each factor follows: a number whose bit b says that base factor b is in the product.
    resolution
        Length of the shortest word; None where there is none, because all combinations are there.
    """

    base: int
    columns: tuple[int, ...]
    resolution: int | None

    def points(self) -> NDArray[np.float64]:
        """Return the points, shape (2^base, factors), 0 for low and 1 for high; the first factor varies slowest."""
        high = np.arange(2**self.base)[:, None] >> np.arange(self.base)[::-1] & 1
        # A product of -1s and 1s is -1 where an odd number of its factors is low.
        low = [(1 - high[:, [b for b in range(self.base) if column >> b & 1]]).sum(axis=1) for column in self.columns]
        return 1.0 - np.stack(low, axis=1) % 2.0

    def about(self, names: Sequence[str]) -> dict[str, Any]:
        """Return resolution, generators, defining relation and aliases in words.

        Parameters
        ----------
        names
            Of the factors.

        Returns
        -------
        dict
            ``resolution``; ``generators``, one per factor beyond the base; ``defining_relation``: all words or, with
            more than 10 generators, only theirs, whose products are the others; ``aliases``: lists of main effects and
            interactions of two factors that the design cannot tell apart.
        """
        extra = range(self.base, len(self.columns))
        of_base = [[b for b in range(self.base) if column >> b & 1] for column in self.columns]
        generators = [1 << k | sum(1 << b for b in of_base[k]) for k in extra]
        words = generators if len(generators) > _ALL_WORDS else _products(generators)
        return {
            "resolution": self.resolution,
            "generators": [f"{names[k]} = {'*'.join(names[b] for b in of_base[k])}" for k in extra],
            "defining_relation": sorted(
                ("*".join(names[k] for k in range(len(names)) if word >> k & 1) for word in words),
                key=lambda word: (word.count("*"), word),
            ),
            "aliases": self._aliases(names),
        }

    def _aliases(self, names: Sequence[str]) -> list[list[str]]:
        alike: dict[int, list[str]] = defaultdict(list)
        for name, column in zip(names, self.columns, strict=True):
            alike[column].append(name)
        for (a, first), (b, second) in combinations(zip(names, self.columns, strict=True), 2):
            alike[first ^ second].append(f"{a}*{b}")
        return [group for group in alike.values() if len(group) > 1]


@lru_cache(maxsize=32)
def fraction(factors: int, resolution: int) -> Fraction:
    """Return a fraction of the least number of points that is known to reach a resolution.

    Parameters
    ----------
    factors
        How many.
    resolution
        The least resolution. The design has a higher one where that costs no further point.

    Raises
    ------
    BadInputError
        For fewer than 2 or more than :data:`MAX_FACTORS` factors.
    """
    if not 2 <= factors <= MAX_FACTORS:
        raise BadInputError("bounds", key="factors", value=factors, allowed=between(2, MAX_FACTORS))
    signs = _by_resolution(factors, resolution)
    assert signs is not None
    # Asked for resolution III with four factors, the library gives III, though IV takes no more points.
    while len(signs) < 2**factors:
        resolution += 1
        better = _by_resolution(factors, resolution)
        if better is None or len(better) > len(signs):
            break
        signs = better
    base = len(signs).bit_length() - 1
    # Where a single base factor is high instead of low, the factors that follow it change sign.
    single = signs[[2 ** (base - 1 - b) for b in range(base)]] != signs[0]
    columns = tuple(int(column) for column in (1 << np.arange(base)) @ single)
    return Fraction(base, columns, _shortest_word(columns, base))


def _by_resolution(factors: int, resolution: int) -> NDArray[np.float64] | None:
    # It and all that comes with it take a second to import, and few plans need it.
    from pydoe import fracfact_by_res  # noqa: PLC0415

    try:
        return np.asarray(fracfact_by_res(factors, resolution))
    except ValueError:
        # The search gave up.
        return None


def _products(generators: Sequence[int]) -> list[int]:
    """Return all products of words; what occurs twice cancels out."""
    words = [0]
    for generator in generators:
        words += [word ^ generator for word in words]
    return words[1:]


def _shortest_word(columns: Sequence[int], base: int) -> int | None:
    """Return the smallest number of columns whose product is constant: found as two halves with the same product."""
    if len(columns) == base:
        return None
    for length in range(1, base + 2):
        half, rest = length // 2, length - length // 2
        first, second = _sums(columns, half), _sums(columns, rest)
        if len(first) < math.comb(len(columns), half) if half == rest else first & second:
            return length
    raise AssertionError(columns)


def _sums(columns: Sequence[int], size: int) -> set[int]:
    found = set()
    for chosen in combinations(columns, size):
        product = 0
        for column in chosen:
            product ^= column
        found.add(product)
    return found


__all__ = ["MAX_FACTORS", "Fraction", "fraction"]
