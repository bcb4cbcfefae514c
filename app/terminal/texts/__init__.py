"""Display texts, one catalogue per language, and how numbers are written in it.

A catalogue is a folder with a file per command or view, and ``common.toml`` for what several of them say. Both
languages have the same keys and placeholders; a test holds that. Labels of levers, parameters and evidence stand with
their declarations in sim/.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any, Final, Literal

from analysis.figures import labels

Language = Literal["en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return all texts of a language by dotted key, such as ``"run.title"``.

    Raises
    ------
    ValueError
        If two files have the same table.
    """
    found: dict[str, str] = {}
    for entry in sorted(files(__name__).joinpath(language).iterdir(), key=lambda entry: entry.name):
        texts = dict(_flat(tomllib.loads(entry.read_text(encoding="utf-8")), ""))
        if twice := found.keys() & texts.keys():
            raise ValueError(f"{entry.name}: {min(twice)}")
        found |= texts
    return found


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language.

    Attributes
    ----------
    language
        ``"en"`` or ``"de"``.
    """

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in; without values, braces stand for themselves."""
        text = catalogue(self.language)[key]
        return text.format(**values) if values else text

    def get(self, key: str, default: str = "") -> str:
        """Return a text as it stands, or ``default`` if there is none."""
        return catalogue(self.language).get(key, default)

    def counted(self, what: str, count: int) -> str:
        """Return how many there are of something under ``count`` in the catalogue: one company, but two companies."""
        return self(f"count.{what}_one" if count == 1 else f"count.{what}", count=self.number(count, 0))

    def number(self, value: float, digits: int = 2, *, sign: bool = False) -> str:
        """Return a number with the language's decimal and thousands separators; a dash for what is not known."""
        return labels.number(value, digits, self.language, sign=sign)

    def percent(self, value: float, digits: int = 1, *, sign: bool = False) -> str:
        """Return a fraction of one as a percentage."""
        shown = self.number(100.0 * value, digits, sign=sign)
        return shown if shown == labels.MISSING else shown + self("number.percent")

    def interval(self, low: str, high: str) -> str:
        """Return an interval between two numbers that are texts already."""
        return labels.MISSING if labels.MISSING in (low, high) else self("number.interval", low=low, high=high)


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language to speak: ``--lang`` if it names a known one, else the environment's, else English.

    Parameters
    ----------
    arguments
        The command line without the program's name. It is searched before it is parsed, because help and complaints
        about the command line itself are in the chosen language, too.
    environment
        ``os.environ``; as usual, the first of LC_ALL, LC_MESSAGES and LANG that is set decides.
    """
    named = ""
    for word, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        if word == "--":
            break
        if word.startswith("--lang="):
            named = word.partition("=")[2]
        elif word == "--lang":
            named = following
    for language in LANGUAGES:
        if language == named:
            return language
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "de" if locale.lower().startswith("de") else "en"


__all__ = ["LANGUAGES", "Language", "Texts", "catalogue", "language_of"]
