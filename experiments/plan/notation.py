"""The notation of plans: values, names with dots or tables inside tables, and where something stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator

from sim.errors import BadInputError, phrase, shown

_RANGE: Final = ("low", "high", "values")


def _value(value: object) -> float | str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        allowed = phrase("a_number_or_text_in_quotes")
        raise BadInputError("type", value=shown(value), allowed=allowed)
    # Python's whole numbers have no upper end; a float has.
    if (isinstance(value, int) and value.bit_length() > 1000) or not math.isfinite(value):
        raise BadInputError("bounds", value=value, allowed=phrase("a_finite_number"))
    return float(value)


Value = Annotated[float | str, BeforeValidator(_value)]
"""A number or a name."""


def ranges(given: object) -> object:
    """Return the factors of a plan with dots in their names, also where they stand as tables inside tables.

    ``levers.joint_planning = { high = 0.5 }`` without quotes is a table in a table in TOML.

    Raises
    ------
    BadInputError
        If one is there twice.
    """
    if not isinstance(given, Mapping):
        return given
    tables = (Mapping, BaseModel)
    # Misspelt keys of a range stay with it, to be complained about there.
    leaves = _leaves(given, lambda name, inner: name in _RANGE or not isinstance(inner, tables))
    return _by_name(leaves, key="factors")


def row(given: object, *, key: str) -> dict[str, float | str]:
    """Return a point of a list by the names of factors, with dots.

    Raises
    ------
    BadInputError
        If it is no table, a value is neither number nor name, or one is there twice.
    """
    if not isinstance(given, Mapping):
        raise BadInputError("type", key=key, value=shown(given), allowed=phrase("table"))
    found = _by_name(_leaves(given, lambda name, inner: False), key=key)
    for name, value in found.items():
        try:
            found[name] = _value(value)
        except BadInputError as error:
            raise error.at(f"{key}.{name}") from None
    return found


def place(parts: Iterable[int | str]) -> str:
    """Return a place in a plan as one would say it: the first scenario is ``scenarios[1]``."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def _leaves(
    given: Mapping[str, Any], stays: Callable[[str, object], bool], path: str = ""
) -> Iterator[tuple[str, Any]]:
    """Yield names with dots and what stands there; of a table with a name, what ``stays`` is not looked into."""
    for name, inner in given.items():
        where = f"{path}.{name}" if path else str(name)
        if not isinstance(inner, Mapping):
            yield where, inner
            continue
        here = {key: value for key, value in inner.items() if stays(key, value)}
        if here or not inner:
            yield where, here
        yield from _leaves({key: value for key, value in inner.items() if key not in here}, stays, where)


def _by_name(leaves: Iterable[tuple[str, Any]], *, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in leaves:
        if name in found:
            raise BadInputError("duplicate", key=key, value=name)
        found[name] = value
    return found


__all__ = ["Value", "place", "ranges", "row"]
