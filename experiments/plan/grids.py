"""Designs that take low, high and what lies between in a pattern: nothing about them is left to chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import numpy as np
from pydantic import Field

from experiments.plan.fractions import Fraction, fraction
from experiments.plan.spaces import AnyDesign, Floats, Levels, Spaces, need_two_levels, placed
from sim.errors import BadInputError, between

MAX_LATTICE: Final = 20
"""Most factors of which all on/off combinations are made: a million points."""


class Factorial(AnyDesign):
    """All combinations; the first factor varies slowest.

    Attributes
    ----------
    levels
        Number of equidistant values of a continuous factor, from low to high; a discrete one takes all of its values.
    """

    kind: Literal["factorial"] = "factorial"
    levels: Levels = 2

    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""
        return math.prod(space.levels or self.levels for space in spaces)

    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points."""
        axes = np.meshgrid(*(space.values(self.levels) for space in spaces), indexing="ij")
        return np.stack([axis.ravel() for axis in axes], axis=1)


class Fractional(AnyDesign):
    """A regular fraction of all combinations of low and high; see :mod:`experiments.plan.fractions`.

    Attributes
    ----------
    resolution
        3, 4 or 5: the least resolution.
    """

    kind: Literal["fractional"] = "fractional"
    resolution: Annotated[int, Field(strict=True, ge=3, le=5)] = 4

    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""
        return 1 << self._fraction(spaces).base

    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points."""
        return placed(self._fraction(spaces).points(), spaces)

    def about(self, spaces: Spaces, names: Sequence[str]) -> dict[str, Any]:
        """Return resolution, generators, defining relation and aliases."""
        return self._fraction(spaces).about(names)

    def _fraction(self, spaces: Spaces) -> Fraction:
        need_two_levels(spaces)
        return fraction(len(spaces), self.resolution)


class OneAtATime(AnyDesign):
    """A baseline, and then each factor alone through its values.

    A discrete factor takes all values but the baseline's, a continuous one all of its levels: if one of them is the
    baseline's, that point comes again, so that the number of points does not depend on the baseline.

    Attributes
    ----------
    levels
        Number of equidistant values of a continuous factor, from low to high.
    """

    kind: Literal["one_at_a_time"] = "one_at_a_time"
    levels: Levels = 2

    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""
        return 1 + sum(space.levels - 1 if space.levels else self.levels for space in spaces)

    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points."""
        found = np.repeat(baseline[None], self.size(spaces), axis=0)
        row = 1
        for k, space in enumerate(spaces):
            values = space.values(self.levels)
            values = values[values != baseline[k]] if space.levels else values
            found[row : row + len(values), k] = values
            row += len(values)
        return found


class Lattice(AnyDesign):
    """All on/off combinations: bit v of a point's number says whether factor v is high."""

    kind: Literal["lattice"] = "lattice"

    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""
        if len(spaces) > MAX_LATTICE:
            raise BadInputError("bounds", key="factors", value=len(spaces), allowed=between(1, MAX_LATTICE))
        need_two_levels(spaces)
        return 1 << len(spaces)

    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points."""
        return placed((np.arange(1 << len(spaces))[:, None] >> np.arange(len(spaces)) & 1).astype(np.float64), spaces)


__all__ = ["MAX_LATTICE", "Factorial", "Fractional", "Lattice", "OneAtATime"]
