"""Bad input, said once and clearly: which file, which key, which value, what is allowed, the nearest valid name.

Messages exist in English and German. Whatever goes into one is either language-neutral (a name, a number) or a
:class:`Phrase`, which is put into a language when the message is shown.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sim.texts import ENGLISH, Texts, catalogue, text_of

_LONGEST: Final = 80
"""Longer values are cut off in messages."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A few words of the catalogue, put into a language when they are shown.

    Attributes
    ----------
    key
        Of the text, with places to fill in braces.
    values
        Names and values of what goes into them; a value may be another phrase.
    """

    key: str
    values: tuple[tuple[str, object], ...] = ()

    def text(self, language: str = "en") -> str:
        """Return the words in a language."""
        return text_of(self.key, language).format(
            **{name: value.text(language) if isinstance(value, Phrase) else value for name, value in self.values}
        )

    def __str__(self) -> str:
        """Return the English words."""
        return self.text("en")


Words = str | Phrase


def phrase(name: str, /, **values: object) -> Phrase:
    """Return a phrase of the catalogue's table ``phrase``."""
    text_of(f"phrase.{name}", ENGLISH)  # a KeyError for words that nobody has
    return Phrase(f"phrase.{name}", tuple(values.items()))


def is_phrase(name: str) -> bool:
    """Return whether the catalogue has a phrase of this name."""
    return f"phrase.{name}" in catalogue(ENGLISH)


def between(low: float, high: float, *, unit: str = "1") -> Phrase:
    """Return the phrase for a range; the unit ``"1"`` is not worth a word."""
    found = phrase("range", low=plain(low), high=plain(high))
    return found if unit == "1" else phrase("with_unit", range=found, unit=unit)


def shown(value: object) -> object:
    """Return a value that can be shown: in place of a list or a table, the word for it."""
    if isinstance(value, (list, tuple)):
        return phrase("a_list")
    return phrase("a_table") if isinstance(value, Mapping) else value


def plain(number: float) -> str:
    """Return a number as one would type it: 5000, not 5e+03."""
    if isinstance(number, int) or (number.is_integer() and abs(number) < 1e15):
        return str(int(number))
    return f"{number:g}"


class BadInputError(ValueError):
    """Input that cannot be used.

    Parameters
    ----------
    problem
        One of the problems in this module's catalogue, such as ``"unknown"`` or ``"bounds"``.
    key, value
        Where in the input, and what stands there.
    allowed
        What would be allowed, in words or as a range.
    nearest
        The nearest valid name, where a name was misspelt.
    file
        The file that holds the input; filled in by the reader of the file.
    """

    def __init__(
        self,
        problem: str,
        *,
        key: Words = "",
        value: object = "",
        allowed: Words = "",
        nearest: str = "",
        file: str = "",
    ) -> None:
        text_of(f"problem.{problem}", ENGLISH)  # a KeyError for a problem that nobody has words for
        self.problem, self.key, self.value = problem, key, value
        self.allowed, self.nearest, self.file = allowed, nearest, file
        super().__init__(problem, key, value, allowed, nearest, file)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between processes: keyword arguments are not in ``args``."""
        return _rebuild, (self.problem, self.key, self.value, self.allowed, self.nearest, self.file)

    def in_file(self, file: str) -> BadInputError:
        """Return the same error with the name of the file, unless it has one."""
        return _rebuild(self.problem, self.key, self.value, self.allowed, self.nearest, self.file or file)

    def at(self, key: Words) -> BadInputError:
        """Return the same error with another key: the one that the person who wrote the input knows."""
        return _rebuild(self.problem, key, self.value, self.allowed, self.nearest, self.file)

    def render(self, language: str = "en") -> str:
        """Return the message in a language, on one line."""
        labels = Texts(language, "message.")
        # A parser's or the system's own words stand unquoted.
        quoted = self.problem not in ("syntax", "unwritable", "other_plan", "other_version")
        value = _quoted(self.value, labels("quoted") if quoted else "", language)
        parts = [f"{labels('file')} {_printable(self.file)}"] if self.file else []
        if self.key:
            where = self.key.text(language) if isinstance(self.key, Phrase) else f"{labels('key')} {self.key}"
            parts.append(_printable(where))
        message = ": ".join([*parts, text_of(f"problem.{self.problem}", language).format(value=value)])
        if self.allowed:
            allowed = self.allowed.text(language) if isinstance(self.allowed, Phrase) else self.allowed
            message += f"; {labels('allowed')}: {allowed}"
        if self.nearest:
            message += f"; {labels('nearest').format(name=_quoted(self.nearest, labels('quoted'), language))}"
        return message

    def __str__(self) -> str:
        """Return the English message."""
        return self.render("en")


class StoppedError(RuntimeError):
    """A run that could not go on, and why, in both languages; not the fault of what was handed in."""

    def __init__(self, why: Phrase) -> None:
        self.why = why
        super().__init__(why)

    def __str__(self) -> str:
        """Return the English message."""
        return self.why.text("en")


def _rebuild(problem: str, key: Words, value: object, allowed: Words, nearest: str, file: str) -> BadInputError:
    return BadInputError(problem, key=key, value=value, allowed=allowed, nearest=nearest, file=file)


def _printable(text: str) -> str:
    """Return a text without line breaks and other characters that would garble the message."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _quoted(value: object, quoted: str, language: str) -> str:
    """Return a value as it stands in the input, cut off where it is very long."""
    if isinstance(value, Phrase):
        return value.text(language)
    if isinstance(value, bool):
        return str(value).lower()
    text = _printable(value if isinstance(value, str) else str(value))
    # What the system or a parser says is never cut off.
    if quoted and len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    return quoted.format(text=text) if quoted and isinstance(value, str) else text


def nearest_name(name: str, names: Iterable[str], called: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the valid name most like ``name``, or an empty string if none is near.

    Parameters
    ----------
    name
        What was written.
    names
        The valid names.
    called
        Valid names by what else they are called on screens, where somebody may have read it.
    """
    by_lower: Mapping[str, str] = {word.lower(): valid for word, valid in called.items()} | {
        valid.lower(): valid for valid in names
    }
    found = difflib.get_close_matches(name.lower()[:_LONGEST], list(by_lower), n=1, cutoff=0.5)
    return by_lower[found[0]] if found else ""


def unknown_name(
    name: str, names: Iterable[str], *, key: Words, called: Mapping[str, str] = MappingProxyType({})
) -> BadInputError:
    """Return the error for a name that is not among ``names``; ``called`` is as for :func:`nearest_name`."""
    listed = sorted(names)
    some = phrase("names", count=len(listed), some=", ".join(listed[:3]))
    allowed: Words = ", ".join(listed) if len(listed) <= 20 else some
    return BadInputError("unknown", key=key, value=name, allowed=allowed, nearest=nearest_name(name, listed, called))
