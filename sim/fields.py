"""Allowed values of a pydantic model's fields, read off its JSON schema: for messages and for commented files.

Bounds are written once, with the field; whoever tells people about them asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from sim.errors import (
    BadInputError,
    Phrase,
    Words,
    between,
    is_phrase,
    nearest_name,
    phrase,
    plain,
    shown,
    unknown_name,
)

_KINDS: Final = {
    "boolean": "truth",
    "number": "number",
    "integer": "whole_number",
    "string": "text",
    "object": "table",
    "array": "list",
}
"""Types of a JSON schema, and what messages call them."""


@dataclass(frozen=True, slots=True)
class Holds:
    """Allowed values of a field.

    Attributes
    ----------
    kind
        ``truth``, ``number``, ``whole_number``, ``text``, ``choice``, ``table`` or ``list``.
    low, high
        Bounds of a number or of a text's length, None where there are none.
    open_low
        Whether the lower bound itself is excluded.
    choices
        The values to choose from.
    """

    kind: str
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    choices: tuple[Any, ...] = ()

    def range(self) -> Words:
        """Return the bounds or choices in words, empty if there are none."""
        if self.choices:
            return ", ".join(str(choice) for choice in self.choices)
        if self.low is None or self.high is None:
            return ""
        if self.kind == "text":
            return phrase("length", low=plain(self.low), high=plain(self.high))
        if self.open_low:
            return phrase("above", low=plain(self.low), high=plain(self.high))
        return between(self.low, self.high)

    def words(self) -> Words:
        """Return everything that is allowed, in words."""
        found = self.range()
        if isinstance(found, Phrase) and self.kind in ("number", "whole_number"):
            return phrase(f"a_{self.kind}", range=found)
        return found or phrase(self.kind)


def field_holds(model: type[BaseModel], name: str) -> Holds:
    """Return what a field of a model may hold."""
    return _holds(_schema_at(model, (name,)))


def holds_at(model: type[BaseModel], where: Iterable[int | str]) -> Holds | None:
    """Return what may stand at a place, such as ``("levers", "joint_planning", "start")``; None if there is none."""
    found = _schema_at(model, where)
    return _holds(found) if found else None


def fields_at(model: type[BaseModel], where: Iterable[int | str]) -> list[str]:
    """Return the names of the fields at a place; empty if there are none."""
    return list(_schema_at(model, where).get("properties", ()))


def complaint(model: type[BaseModel], first: ErrorDetails, *, key: str) -> BadInputError:
    """Return what pydantic complains about as one sentence with key, value, what is allowed, and the nearest name."""
    where, value, kind = first["loc"], first.get("input"), first["type"]
    if kind == "extra_forbidden":
        return unknown_name(str(where[-1]), fields_at(model, where[:-1]), key=key)
    if kind == "missing":
        return BadInputError("missing", key=key)
    problem = "bounds" if kind.startswith(("greater", "less")) else "type" if kind.endswith("_type") else "invalid"
    if is_phrase(kind):
        # A check of the model's own, about several fields together: these are what stands there.
        fields = ", ".join(value) if isinstance(value, dict) else value
        return BadInputError("invalid", key=key, value=fields, allowed=phrase(kind))
    holds = holds_at(model, where)
    names = [choice for choice in (holds.choices if holds is not None else ()) if isinstance(choice, str)]
    return BadInputError(
        problem,
        key=key,
        value=shown(value),
        allowed=first["msg"] if holds is None else holds.words(),
        nearest=nearest_name(value, names) if isinstance(value, str) else "",
    )


@cache
def _schema(model: type[BaseModel]) -> Mapping[str, Any]:
    return model.model_json_schema()


def _schema_at(model: type[BaseModel], where: Iterable[int | str]) -> Mapping[str, Any]:
    """Return the JSON schema of a place in a model; empty if there is none."""
    definitions = _schema(model).get("$defs", {})

    def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
        # The first of several is what may stand there besides nothing.
        schema = schema["anyOf"][0] if "anyOf" in schema else schema
        return definitions[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema

    here = resolved(_schema(model))
    for part in where:
        named = here.get("properties", {}) if "properties" in here else {part: here.get("additionalProperties")}
        inner = here["items"] if "items" in here else named.get(part)
        if not isinstance(inner, Mapping):
            return {}
        here = resolved(inner)
    return here


def _holds(schema: Mapping[str, Any]) -> Holds:
    choices = (schema["const"],) if "const" in schema else tuple(schema.get("enum", ()))
    low, above, high = (schema.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
    return Holds(
        kind="choice" if choices else _KINDS.get(schema.get("type", ""), "table"),
        low=schema.get("minLength", low if above is None else above),
        high=schema.get("maxLength", high),
        open_low=above is not None,
        choices=choices,
    )
