"""Display texts and numbers in a language: the one catalogue and its loader.

A catalogue file lies beside what its texts belong to and is called ``<anything>.<language>.toml``, such as
``analysis/lattice/texts.de.toml``; tables of the same name in several files are one table. A text is asked for by its
dotted key. Names that are declared together with a thing (a lever, a number, an outcome) are pairs of English and
German there. A further language is a matter of adding files: one beside each file in English, and a table
``[declared]`` that translates the English names of declarations. What a language lacks is said in English.

The folder in the environment variable ``HANDSHAKE_TEXTS``, if there is one, holds further catalogue files in any
subfolders: a translation can be tried out before it is part of the program.
"""

from __future__ import annotations

import math
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from babel import Locale

from sim import declarations

Pair = tuple[str, str]
"""An English and a German text."""

ENGLISH: Final = "en"
PACKAGES: Final = ("sim", "experiments", "analysis", "app")
MISSING: Final = "–"
"""What stands for a number that is not known."""

_FILE: Final = re.compile(r"[^.]+\.([a-z]{2,3})\.toml")
_TABLE: Final = re.compile(r"^\[(\w+)", re.MULTILINE)
_MINUS: Final = "−"
_BEFORE_UNIT: Final = re.compile(r"(?<!\D) (?=%|h\b)")
"""The space behind a number, or at the beginning of what is put behind one."""


@cache
def _files() -> Mapping[str, Mapping[str, tuple[Path, ...]]]:
    """Return the catalogue files by language and by the names of their top-level tables."""
    roots = [Path(spec.submodule_search_locations[0]) for name in PACKAGES if (spec := find_spec(name)) is not None
             and spec.submodule_search_locations]  # fmt: skip
    if further := os.environ.get("HANDSHAKE_TEXTS"):
        roots.append(Path(further))
    found: dict[str, dict[str, tuple[Path, ...]]] = {}
    for root in roots:
        for folder, _, names in sorted(os.walk(root)):
            for name in sorted(names):
                if (match := _FILE.fullmatch(name)) is None:
                    continue
                path = Path(folder, name)
                tables = found.setdefault(match[1], {})
                for table in dict.fromkeys(_TABLE.findall(path.read_text(encoding="utf-8"))):
                    tables[table] = (*tables.get(table, ()), path)
    return found


def languages() -> tuple[str, ...]:
    """Return the languages that there are files of, English first."""
    return (ENGLISH, *sorted(set(_files()) - {ENGLISH}))


@cache
def _table(language: str, name: str) -> Mapping[str, str]:
    """Return all texts of a language whose dotted keys begin with the name of a top-level table.

    Raises
    ------
    ValueError
        If two files hold the same key.
    """
    found: dict[str, str] = {}
    for path in _files().get(language, {}).get(name, ()):
        texts = dict(_flat(tomllib.loads(path.read_text(encoding="utf-8")).get(name, {}), f"{name}."))
        if twice := found.keys() & texts.keys():
            raise ValueError(f"{path.name}: {min(twice)}")
        found |= texts
    return found


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return all texts of a language by dotted key, such as ``"run.title"``.

    Raises
    ------
    ValueError
        If two files hold the same key.
    """
    return {key: text for name in _files().get(language, {}) for key, text in _table(language, name).items()}


def text_of(key: str, language: str) -> str:
    """Return a text as it stands in the catalogue, in English where the language lacks it.

    Raises
    ------
    KeyError
        For a key that English lacks, too.
    """
    name = key.partition(".")[0]
    found = _table(language, name).get(key)
    return _table(ENGLISH, name)[key] if found is None else found


def declared(pair: Pair, language: str) -> str:
    """Return the text of a declaration's pair in a language."""
    if language in (ENGLISH, "de"):
        return pair[language != ENGLISH]
    return _table(language, "declared").get(f"declared.{pair[0]}", pair[0])


def number(value: float, digits: int, language: str, *, sign: bool = False) -> str:
    """Return a number with the language's decimal and thousands separators; a dash for what is not known."""
    if not math.isfinite(value):
        return MISSING
    # A zero with a minus sign looks like a mistake.
    rounded = round(value, digits) or 0.0
    symbols = locale_of(language).number_symbols["latn"]
    text = f"{abs(rounded):,.{digits}f}".translate({ord(","): symbols["group"], ord("."): symbols["decimal"]})
    return (_MINUS if rounded < 0.0 else "+" if sign and rounded else "") + text


@cache
def locale_of(language: str) -> Locale:
    """Return what Babel knows of a language; English's ways for one that it does not know."""
    return Locale.parse(language if language in Locale.parse(ENGLISH).languages else ENGLISH)


def kept_together(text: str) -> str:
    """Return a text for a page, where no line may break between a number and its unit (%, h)."""
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts and numbers of one language.

    Attributes
    ----------
    language
        One of :func:`languages`.
    within
        What all keys begin with: a room's table, with its dot. Empty for whole keys.
    """

    language: str = ENGLISH
    within: str = ""

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in; without values, braces stand for themselves."""
        text = text_of(self.within + key, self.language)
        return text.format(**values) if values else text

    def get(self, key: str, default: str = "") -> str:
        """Return a text as it stands, or ``default`` if there is none."""
        try:
            return text_of(self.within + key, self.language)
        except KeyError:
            return default

    def table(self, prefix: str) -> dict[str, str]:
        """Return all texts whose keys begin with a prefix, by what stands behind it."""
        prefix = self.within + prefix
        name = prefix.partition(".")[0]
        every = {**_table(ENGLISH, name), **_table(self.language, name)}
        return {key.removeprefix(prefix): text for key, text in every.items() if key.startswith(prefix)}

    def inside(self, within: str) -> Texts:
        """Return the same language with another beginning of all keys."""
        return replace(self, within=within)

    def of(self, pair: Pair) -> str:
        """Return the text of a declaration's pair."""
        return declared(pair, self.language)

    def counted(self, what: str, count: int) -> str:
        """Return how many there are of something under ``count`` in the catalogue: one company, but two companies."""
        form = locale_of(self.language).plural_form(count)
        key = f"count.{what}" if form == "other" else f"count.{what}_{form}"
        return text_of(key, self.language).format(count=self.number(count, 0))

    def number(self, value: float, digits: int = 2, *, sign: bool = False) -> str:
        """Return a number with so many digits after the point; a dash for what is not known."""
        return number(float(value), digits, self.language, sign=sign)

    def short(self, value: float) -> str:
        """Return a number with as few digits as it needs, as it stands at an axis."""
        text = f"{round(float(value), 10) or 0.0:g}".replace("-", _MINUS)
        return text.replace(".", locale_of(self.language).number_symbols["latn"]["decimal"])

    def percent(self, share: float, digits: int = 1, *, sign: bool = False) -> str:
        """Return a share of one as a percentage."""
        shown = self.number(100.0 * share, digits, sign=sign)
        return shown if shown == MISSING else shown + text_of("number.percent", self.language)

    def outcome(self, name: str, *, short: bool = False, unit: bool = True) -> str:
        """Return what an outcome is called as a heading, with its unit unless that stands elsewhere.

        Parameters
        ----------
        name
            Its id in :func:`sim.declarations.declared`.
        short
            Whether there is little room, as on a terminal of 80 columns.
        unit
            Whether to name the unit.
        """
        called = self.mention(name, short=short)
        called = called[0].upper() + called[1:]
        key = f"amount.{declarations.declared()[name].unit}.{'short' if short else 'label'}"
        return text_of(key, self.language).format(name=called) if unit else called

    def mention(self, name: str, *, short: bool = False) -> str:
        """Return what an outcome is called inside a sentence, without its unit."""
        one = declarations.declared()[name]
        return self.of(((short and one.short_en) or one.en, (short and one.short_de) or one.de))

    def amount(self, name: str, value: float, *, sign: bool = False, half: float = math.nan) -> str:
        """Return a value of an outcome as a number in its unit: the same digits wherever it is shown.

        A level has the digits that are declared. A difference keeps two significant digits of half its interval;
        without one it has a digit more than a level.

        Parameters
        ----------
        name
            The outcome's id.
        value
            In the outcome's own scale: shares of one where percent are shown.
        sign
            Whether it is a difference.
        half
            Half the interval of a difference, in the same scale.
        """
        one = declarations.declared()[name]
        return self.number(one.scale * value, one.digits_beside(half) if sign else one.digits, sign=sign)

    def amounts(self, name: str, value: float, low: float, high: float, *, sign: bool = False) -> tuple[str, str]:
        """Return a value of an outcome as :meth:`amount` writes it, and its interval.

        The ends of a level's interval have more digits than the level where they would not differ otherwise.
        """
        one, half = declarations.declared()[name], (high - low) / 2.0
        digits = one.digits_beside(half) if sign or half > 0.0 else one.digits
        digits = digits if sign else max(one.digits, digits)
        ends = (self.number(one.scale * end, digits, sign=sign) for end in (low, high))
        return self.amount(name, value, sign=sign, half=half), self.interval(*ends)

    def plus_minus(self, name: str, value: float, half: float) -> str:
        """Return a difference of an outcome with half its interval, in the same digits, such as ``+1.2 ± 0.3``."""
        one = declarations.declared()[name]
        shown = self.number(one.scale * half, one.digits_beside(half))
        value_shown = self.amount(name, value, sign=True, half=half)
        return text_of("number.plus_minus", self.language).format(value=value_shown, half=shown)

    def quantity(self, name: str, value: float, *, sign: bool = False, half: float = math.nan) -> str:
        """Return what :meth:`amount` does with the unit behind it, such as ``+1.2 percentage points``."""
        amount, unit = self.amount(name, value, sign=sign, half=half), declarations.declared()[name].unit
        if amount == MISSING:
            return amount
        return text_of(f"amount.{unit}.{'difference' if sign else 'level'}", self.language).format(amount=amount)

    def interval(self, low: str, high: str) -> str:
        """Return an interval between two numbers that are texts already."""
        return (
            MISSING if MISSING in (low, high) else text_of("number.interval", self.language).format(low=low, high=high)
        )

    def quoted(self, text: str) -> str:
        """Return a text in quotation marks."""
        return text_of("number.quoted", self.language).format(text=text)

    def listed(self, names: Sequence[str]) -> str:
        """Return names in quotation marks, the last after an "and"."""
        *some, last = map(self.quoted, names)
        joined = text_of("number.listed", self.language)
        return joined.format(some=", ".join(some), last=last) if some else last


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return the language to speak: ``--lang`` if it names a known one, else the environment's, else English.

    Parameters
    ----------
    arguments
        The command line without the program's name. It is searched before it is parsed, because help and messages
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
    if named in languages():
        return named
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    spoken = re.split(r"[_.@-]", locale.lower())[0]
    return spoken if spoken in languages() else ENGLISH


__all__ = [
    "ENGLISH",
    "MISSING",
    "Pair",
    "Texts",
    "catalogue",
    "declared",
    "kept_together",
    "language_of",
    "languages",
    "locale_of",
    "number",
    "text_of",
]
