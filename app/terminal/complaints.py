"""Whatever is wrong with a command line as a :class:`sim.errors.BadInputError`, in both languages."""

from __future__ import annotations

from typing import Any

from app.terminal.help import MisuseError, metavar, spelling, usage
from sim.errors import BadInputError, Phrase, between, phrase, unknown_name


def said(key: str, **values: object) -> Phrase:
    """Return a text of the catalogues for use in a message."""
    return Phrase(key, tuple(values.items()))


def whole_number(option: str, text: str, low: int, high: int) -> int:
    """Return an option's value as a whole number.

    Raises
    ------
    BadInputError
        If it is none, or out of bounds.
    """
    key, allowed = said("bad.option", name=option), phrase("a_whole_number", range=between(low, high))
    # int() would also take " 1_000 " and other digits than 0 to 9; thousands of digits it refuses in its own words.
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise BadInputError("type", key=key, value=text, allowed=allowed)
    if len(digits) > 30 or not low <= int(text) <= high:
        raise BadInputError("bounds", key=key, value=text, allowed=allowed)
    return int(text)


def as_bad_input(error: Exception) -> BadInputError | None:
    """Return an exception as bad input, or None if it is something else."""
    if isinstance(error, BadInputError):
        return error
    if isinstance(error, MisuseError):
        key = said(error.place[0], **error.place[1])
        if error.names:
            return unknown_name(error.value, error.names, key=key)
        return BadInputError(error.problem, key=key, value=error.value, allowed=error.allowed)
    return _of_typer(error)


def _of_typer(error: Any) -> BadInputError | None:
    """Return Typer's complaint about a command line as one of ours.

    Typer keeps the classes of these exceptions to itself; what they carry is enough to tell them apart.
    """
    ctx, option = getattr(error, "ctx", None), getattr(error, "option_name", None)
    if getattr(error, "exit_code", None) != 2 or ctx is None:
        return None
    known = {name: parameter for parameter in ctx.command.get_params(ctx) for name in parameter.opts}
    if option and option not in known:
        return unknown_name(option, [name for name in known if name.startswith("--")], key=said("bad.options"))
    parameter = known.get(option) or getattr(error, "param", None)
    if parameter is None:
        return BadInputError("invalid", key=said("bad.too_much"), value=str(error), allowed=usage(ctx))
    if parameter.param_type_name == "argument":
        key = said("bad.argument", name=metavar(parameter, ctx))
        return BadInputError("missing", key=key, allowed=usage(ctx))
    key, written = said("bad.option", name=parameter.opts[0]), spelling(parameter, ctx)
    if getattr(parameter, "is_flag", False):
        return BadInputError("invalid", key=key, value=said("bad.value"), allowed=written)
    return BadInputError("missing", key=key, allowed=written)


__all__ = ["as_bad_input", "said", "whole_number"]
