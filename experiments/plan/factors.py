"""Factors: what a plan varies, between which bounds or over which values.

A factor is named like the place in a scenario file that it varies: ``levers.joint_planning`` (its intensity),
``levers.joint_planning.start``, ``parameters.voice``, ``coefficients.repair_rate``, ``founding.…``, ``outcome.…``,
``context.meeting_culture``, ``company.division_type``, ``clash.week``. A star stands for all names of a table, each
between its own bounds: ``coefficients.*``, ``levers.*`` (the intensity of every lever).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from experiments.plan.designs import Space
from experiments.plan.notation import Value
from experiments.plan.targets import COMPANY, WITH_ALL, farthest, holds, names
from sim.errors import BadInputError, nearest_name, phrase, plain
from sim.fields import Holds
from sim.scenario import Number, Scenario

Floats = NDArray[np.float64]
MOST_VALUES: Final = 10_000
_ALL: Final = "*"


class Range(BaseModel):
    """The range of a factor, as a plan states it.

    Attributes
    ----------
    low, high
        Bounds; those of what is varied if None, in weeks none beyond the horizon.
    values
        The values to try, instead of bounds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: Number | None = None
    high: Number | None = None
    values: Annotated[tuple[Value, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Range:
        if self.values is not None and (self.low is not None or self.high is not None):
            raise PydanticCustomError("bounds_or_values", "either bounds or values")
        return self


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor, checked against what it varies.

    Attributes
    ----------
    target
        The place in a scenario, table and name (and field) with dots between.
    low, high
        Bounds; of the indices of the values, if there are any.
    values
        The values to try; empty for all numbers between the bounds.
    open_low
        Whether the lower bound itself is excluded, which only a list of points can heed.
    """

    target: str
    low: float
    high: float
    values: tuple[Any, ...] = ()
    open_low: bool = False

    @property
    def table(self) -> str:
        """The table of the scenario that it is in."""
        return self.target.split(".")[0]

    @property
    def name(self) -> str:
        """Return the name inside the table that it varies."""
        return self.target.split(".")[1]

    @property
    def field(self) -> str:
        """Return the field of a lever that it varies."""
        return [*self.target.split("."), "intensity"][2]

    @property
    def place(self) -> str:
        """The target in full: ``levers.joint_planning`` is ``levers.joint_planning.intensity``."""
        return f"{self.table}.{self.name}.{self.field}" if self.table == "levers" else self.target

    @property
    def space(self) -> Space:
        """Return what a design needs of it: its space."""
        return Space(low=self.low, high=self.high, levels=len(self.values))

    def value(self, coordinate: float) -> Any:
        """Return the value at a design's coordinate: the number itself, or the value with this index."""
        return self.values[int(coordinate)] if self.values else float(coordinate)

    def numbers(self, coordinates: Floats) -> Floats:
        """Return the values at a design's coordinates, for a factor whose values are numbers."""
        if not self.values:
            return coordinates
        found: Floats = np.asarray(self.values, dtype=np.float64)[coordinates.astype(np.int64)]
        return found

    def coordinate(self, value: Any, *, key: str) -> float:
        """Return where a value lies in a design.

        Raises
        ------
        BadInputError
            If it is out of bounds or none of the values.
        """
        if not self.values:
            return _number(value, Holds("number", self.low, self.high, self.open_low), key)
        if value not in self.values:
            nearest = nearest_name(value, map(str, self.values)) if isinstance(value, str) else ""
            raise BadInputError("invalid", key=key, value=_shown(value), allowed=listed(self.values), nearest=nearest)
        return float(self.values.index(value))


def factor(
    target: str, given: Range, scenarios: Sequence[Scenario], *, weeks: int, key: str = "", by_points: bool = False
) -> Factor:
    """Return a factor with its bounds.

    Parameters
    ----------
    target
        What it varies.
    given
        How far, as the plan states it.
    scenarios
        The scenarios in which it is varied.
    weeks
        The plan's horizon.
    key
        Where the plan says so.
    by_points
        Whether only values that a list of points names are put in.

    Raises
    ------
    BadInputError
        For a target that none of the scenarios knows, and for bounds or values outside of what it may hold.
    """
    key = key or f"factors.{target}"
    may = holds(target, scenarios, key, weeks=weeks)
    if given.values is not None:
        return _of_values(target, tuple(_checked(value, may, f"{key}.values") for value in given.values), key)
    if may.kind == "choice":
        for name in ("low", "high"):
            if getattr(given, name) is not None:
                allowed = phrase("values_from_choices", choices=may.range())
                raise BadInputError("unknown", key=key, value=name, allowed=allowed, nearest="values")
        return _of_values(target, may.choices, key)
    far = may.high if by_points else farthest(target, may, weeks=weeks)
    low, high = _bounds(given, may, far, key, by_points=by_points)
    if may.kind == "whole_number":
        return _of_values(target, tuple(range(int(low), int(high) + 1)), key)
    return Factor(target, low, high, open_low=may.open_low and low == may.low)


def expanded(given: Mapping[str, Range], scenarios: Sequence[Scenario]) -> list[tuple[str, Range, str]]:
    """Return factors as targets, ranges and where the plan says so, with one for each name that a star stands for.

    A factor that the plan also names itself goes by what it says there.

    Raises
    ------
    BadInputError
        For a star in a table that has none, and bounds that cannot be those of all names.
    """
    named = {target.removesuffix(".intensity") for target in given}
    found = []
    for target, how_far in given.items():
        key = f"factors.{target}"
        table, _, name = target.partition(".")
        if name != _ALL or table not in WITH_ALL:
            found.append((target, how_far, key))
            continue
        if table != "levers" and (stated := [part for part, value in how_far if value is not None]):
            allowed = phrase("as_each_has_its_own_bounds")
            raise BadInputError("invalid", key=key, value=", ".join(stated), allowed=allowed)
        targets = (f"{table}.{each}" for each in names(table, scenarios))
        found += [(each, how_far, key) for each in targets if each not in named]
    return found


def listed(values: Sequence[Any]) -> str:
    """Return values one after the other; of many the first ones and the last."""
    words = [str(_shown(value)) for value in values]
    return ", ".join(words if len(words) <= 20 else [*words[:3], "…", words[-1]])


def _of_values(target: str, values: tuple[Any, ...], key: str) -> Factor:
    if len(values) > MOST_VALUES:
        raise BadInputError(
            "bounds", key=f"{key}.values", value=len(values), allowed=phrase("at_most", high=MOST_VALUES)
        )
    seen = set()
    for value in values:
        if value in seen:
            raise BadInputError("duplicate", key=f"{key}.values", value=_shown(value))
        seen.add(value)
    return Factor(target, 0.0, float(len(values) - 1), values)


def _bounds(given: Range, may: Holds, far: float | None, key: str, *, by_points: bool) -> tuple[float, float]:
    """Return both bounds; where a plan says nothing, the upper one is ``far``."""
    assert may.low is not None, key
    assert may.high is not None, key
    if given.low is None and may.open_low and not by_points:
        raise BadInputError("missing", key=f"{key}.low", allowed=may.words())
    low = may.low if given.low is None else _checked(given.low, may, f"{key}.low")
    above_low = Holds(may.kind, low, may.high)
    assert far is not None, key
    high = far if given.high is None else _checked(given.high, above_low, f"{key}.high")
    # Of a horizon of one week, the only week there is.
    if low < high or by_points or may.low == may.high:
        return low, high
    if low == may.high:
        below = phrase("less_than_high", high=plain(may.high))
        raise BadInputError("bounds", key=f"{key}.low", value=_shown(low), allowed=below)
    above = phrase("above", low=plain(low), high=plain(may.high))
    if given.high is None:
        # It could go on, but not up to where it ends unless said otherwise.
        raise BadInputError("missing", key=f"{key}.high", allowed=above)
    raise BadInputError("bounds", key=f"{key}.high", value=_shown(high), allowed=above)


def _checked(value: Any, may: Holds, key: str) -> Any:
    if may.kind == "choice":
        if value not in may.choices:
            nearest = nearest_name(value, map(str, may.choices)) if isinstance(value, str) else ""
            raise BadInputError("invalid", key=key, value=_shown(value), allowed=may.words(), nearest=nearest)
        return may.choices[may.choices.index(value)]
    number = _number(value, may, key)
    if may.kind == "number":
        return number
    if not number.is_integer():
        raise BadInputError("type", key=key, value=value, allowed=may.words())
    return int(number)


def _number(value: Any, may: Holds, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadInputError("type", key=key, value=value, allowed=may.words())
    assert may.low is not None, key
    assert may.high is not None, key
    if not may.low <= value <= may.high or (may.open_low and value == may.low):
        raise BadInputError("bounds", key=key, value=_shown(value), allowed=may.words())
    return float(value)


def _shown(value: Any) -> Any:
    """Return a number as one would type it: whoever wrote 7 did not write 7.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


__all__ = ["COMPANY", "Factor", "Range", "expanded", "factor", "listed"]
