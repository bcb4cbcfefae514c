"""Allowed values of a pydantic model's fields, for messages and commented files.

Bounds are written once, with the field; whoever tells people about them asks here.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
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

_KINDS: Mapping[Any, str] = {
    bool: "truth",
    float: "number",
    int: "whole_number",
    str: "text",
    dict: "table",
    tuple: "list",
}


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
    return _holds(model.model_fields[name])


def holds_at(model: type[BaseModel], where: Iterable[int | str]) -> Holds | None:
    """Return what may stand at a place, such as ``("levers", "joint_planning", "start")``; None if there is none."""
    here: Any = model
    for part in where:
        if isinstance(here, FieldInfo):
            here = here.annotation
        here = _without_none(here)
        if isinstance(here, type) and issubclass(here, BaseModel):
            if part not in here.model_fields:
                return None
            here = here.model_fields[str(part)]
        elif get_origin(here) in (dict, tuple):
            # dict[str, X] and tuple[X, ...]
            here = get_args(here)[1 if get_origin(here) is dict else 0]
        else:
            return None
    return _holds(here)


def fields_at(model: type[BaseModel], where: Iterable[int | str]) -> list[str]:
    """Return the names of the fields at a place; empty if there are none."""
    here: Any = model
    for part in where:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(part))
            here = None if field is None else _without_none(field.annotation)
        elif get_origin(here) in (dict, tuple):
            here = _without_none(get_args(here)[1 if get_origin(here) is dict else 0])
    return list(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


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


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _holds(declared: Any) -> Holds:
    """Return what an annotation or a field may hold, bounds collected from all of its layers."""
    if isinstance(declared, FieldInfo):
        return _bounded(_holds(declared.annotation), declared.metadata)
    if get_origin(declared) in (Union, types.UnionType):
        return _holds(next(part for part in get_args(declared) if part is not type(None)))
    if get_origin(declared) is Annotated:
        inner, *extras = get_args(declared)
        return _bounded(_holds(inner), extras)
    if get_origin(declared) is Literal:
        return Holds("choice", choices=get_args(declared))
    return Holds(_KINDS.get(get_origin(declared) or declared, "table"))


def _bounded(found: Holds, metadata: Iterable[Any]) -> Holds:
    for extra in metadata:
        if isinstance(extra, FieldInfo):
            found = _bounded(found, extra.metadata)
        for name, side in (("ge", "low"), ("gt", "low"), ("le", "high"), ("min_length", "low"), ("max_length", "high")):
            if (bound := getattr(extra, name, None)) is not None:
                found = replace(found, **{side: bound}, open_low=found.open_low or name == "gt")
    return found
