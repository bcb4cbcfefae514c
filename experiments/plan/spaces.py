"""Spaces of factors, the placing of points in them, and the base class of designs."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.errors import BadInputError, Phrase, between, phrase, plain
from sim.fields import complaint

Floats = NDArray[np.float64]
MAX_POINTS: Final = 2**24
"""Most points that are drawn."""
Levels = Annotated[int, Field(strict=True, ge=2, le=1000)]
Points = Annotated[int, Field(strict=True, ge=1, le=MAX_POINTS)]


@dataclass(frozen=True, slots=True)
class Space:
    """A factor's space: bounds and number of levels.

    Attributes
    ----------
    low, high
        Bounds of a continuous factor, in its own unit; they mean nothing for a discrete one.
    levels
        Number of values of a discrete factor, which a design addresses by index, 0 to levels - 1; 0 if continuous.

    Raises
    ------
    BadInputError
        For bounds that are not finite or leave no room, and a negative number of values.
    """

    low: float
    high: float
    levels: int = 0

    def __post_init__(self) -> None:
        """Check bounds and levels."""
        if self.levels < 0:
            allowed = phrase("0_or_more")
            raise BadInputError("bounds", key="factors.levels", value=self.levels, allowed=allowed)
        if self.levels == 0 and not (self.low < self.high and math.isfinite(self.high - self.low)):
            allowed = phrase("low_high_both_finite")
            raise BadInputError("bounds", key="factors", value=f"{self.low}, {self.high}", allowed=allowed)

    def placed(self, share: Floats) -> Floats:
        """Return the values at shares (0 to 1) of the way from low to high; of a discrete factor the indices."""
        if self.levels == 0:
            # In this form both ends come out exactly.
            return np.clip(self.low * (1.0 - share) + self.high * share, self.low, self.high)
        # The nudge keeps 29/49 of 49 values at index 29, which rounding would make 28.
        return np.clip(np.floor(share * self.levels + 1e-9), 0.0, self.levels - 1.0)

    def share(self, values: Floats) -> Floats:
        """Return how far values lie on the way from low to high, 0 to 1; indices on the way from first to last."""
        if self.levels == 0:
            return (values - self.low) / (self.high - self.low)
        return values / max(1.0, self.levels - 1.0)

    def values(self, levels: int) -> Floats:
        """Return this many equidistant values of a continuous factor, or all indices of a discrete one."""
        return np.linspace(self.low, self.high, levels) if self.levels == 0 else np.arange(float(self.levels))


Spaces = Sequence[Space]


def placed(shares: Floats, spaces: Spaces) -> Floats:
    """Return points given as shares of each factor's way from low to high; shape (points, factors), as the result."""
    return np.stack([space.placed(shares[:, k]) for k, space in enumerate(spaces)], axis=1)


def middle(spaces: Spaces) -> Floats:
    """Return the middle of every factor; of an even number of values the lower of the two, so off for on/off."""
    return np.array([(s.levels - 1) // 2 if s.levels else s.low + (s.high - s.low) / 2.0 for s in spaces])


def within(point: ArrayLike, spaces: Spaces, *, key: str) -> Floats:
    """Return a point, checked.

    Parameters
    ----------
    point
        Shape (factors,): values of continuous factors, indices of discrete ones.
    spaces
        The factors.
    key
        What the point is called in messages.

    Raises
    ------
    BadInputError
        If it has another number of coordinates, or one is out of bounds or no index.
    """
    found = np.array(point, dtype=np.float64)
    if found.shape != (len(spaces),):
        allowed = phrase("count_numbers", count=len(spaces))
        raise BadInputError("invalid", key=key, value=str(found.shape), allowed=allowed)
    for k, (value, space) in enumerate(zip(found.tolist(), spaces, strict=True)):
        low, high = (0.0, space.levels - 1.0) if space.levels else (space.low, space.high)
        if not low <= value <= high or (space.levels and not value.is_integer()):
            raise BadInputError("bounds", key=f"{key}[{k + 1}]", value=plain(value), allowed=between(low, high))
    return found


def need_two_levels(spaces: Spaces) -> None:
    """Refuse discrete factors of which low and high are not all there is."""
    _need(spaces, lambda levels: levels in (0, 2), phrase("exactly_2_values"))


def need_a_choice(spaces: Spaces) -> None:
    """Refuse discrete factors with a single value."""
    _need(spaces, lambda levels: levels != 1, phrase("at_least_2_values"))


def _need(spaces: Spaces, fits: Callable[[int], bool], allowed: Phrase) -> None:
    for k, space in enumerate(spaces):
        if not fits(space.levels):
            raise BadInputError("invalid", key=f"factors[{k + 1}].values", value=space.levels, allowed=allowed)


def unit_cube(spaces: Spaces) -> dict[str, Any]:
    """Return the unit cube in SALib's form."""
    names = [f"x{k + 1}" for k in range(len(spaces))]
    return {"num_vars": len(spaces), "names": names, "bounds": [[0.0, 1.0]] * len(spaces)}


class StatedDesign(BaseModel):
    """The statement under ``design`` in a plan.

    Raises
    ------
    BadInputError
        For unknown keys, wrong types and values out of bounds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __init__(self, **data: Any) -> None:
        """Validate, and say in one sentence what is wrong."""
        try:
            super().__init__(**data)
        except ValidationError as error:
            found = error.errors()
            # A misspelt key is also a missing one; the misspelling says more.
            first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
            cause = first.get("ctx", {}).get("error")
            if isinstance(cause, BadInputError):
                raise cause from None
            key = ".".join(str(part) for part in ("design", *first["loc"]))
            raise complaint(type(self), first, key=key) from None


class AnyDesign(StatedDesign):
    """A design that makes its points from the spaces of the factors."""

    @abstractmethod
    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""

    @abstractmethod
    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points, shape (points, factors)."""

    def about(self, spaces: Spaces, names: Sequence[str]) -> dict[str, Any]:
        """Return what else there is to know of it."""
        return {}


__all__ = [
    "MAX_POINTS",
    "AnyDesign",
    "Floats",
    "Levels",
    "Points",
    "Space",
    "Spaces",
    "StatedDesign",
    "middle",
    "need_a_choice",
    "need_two_levels",
    "placed",
    "unit_cube",
    "within",
]
