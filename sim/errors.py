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

_SENTENCES: Final = {
    "unknown": {"en": "unknown name {value}", "de": "unbekannter Name {value}"},
    "bounds": {"en": "value {value} is out of bounds", "de": "Wert {value} liegt außerhalb der Grenzen"},
    "type": {"en": "value {value} has the wrong type", "de": "Wert {value} hat den falschen Typ"},
    "missing": {"en": "a required value is missing", "de": "ein Pflichtwert fehlt"},
    "invalid": {"en": "value {value} is not valid", "de": "Wert {value} ist nicht gültig"},
    "duplicate": {"en": "{value} occurs twice", "de": "{value} kommt doppelt vor"},
    "no_file": {
        "en": "the file does not exist or cannot be read",
        "de": "die Datei fehlt oder ist nicht lesbar",
    },
    "empty": {"en": "the file is empty", "de": "die Datei ist leer"},
    "encoding": {"en": "the file is not UTF-8 text", "de": "die Datei ist kein UTF-8-Text"},
    "syntax": {"en": "the file cannot be parsed: {value}", "de": "der Inhalt ist nicht lesbar: {value}"},
    "exists": {
        "en": "the file or folder already exists and is not overwritten",
        "de": "die Datei oder der Ordner existiert bereits und wird nicht überschrieben",
    },
    "unwritable": {"en": "cannot write here: {value}", "de": "hier kann nicht geschrieben werden: {value}"},
    "unreachable": {"en": "cannot reach {value}", "de": "{value} ist nicht erreichbar"},
    "no_store": {"en": "this is no folder of a sweep", "de": "das ist kein Ordner eines Sweeps"},
    "other_plan": {
        "en": "this folder holds another sweep; different: {value}",
        "de": "in diesem Ordner liegt ein anderer Sweep; verschieden: {value}",
    },
    "other_version": {
        "en": "this sweep was begun with other versions; different: {value}",
        "de": "dieser Sweep wurde mit anderen Versionen begonnen; verschieden: {value}",
    },
    "locked": {
        "en": "another process is working in this folder",
        "de": "in diesem Ordner arbeitet gerade ein anderer Prozess",
    },
    "foreign": {
        "en": "this file does not belong to the sweep",
        "de": "diese Datei gehört nicht zum Sweep",
    },
    "damaged": {"en": "the file is damaged", "de": "die Datei ist beschädigt"},
}
_PHRASES: Final = {
    # Places in the input
    "row": {"en": "row {row}", "de": "Zeile {row}"},
    "cell": {"en": "row {row}, column {column}", "de": "Zeile {row}, Spalte {column}"},
    # What is allowed
    "range": {"en": "{low} to {high}", "de": "{low} bis {high}"},
    "above": {"en": "more than {low}, at most {high}", "de": "mehr als {low}, höchstens {high}"},
    "at_least": {"en": "at least {low}", "de": "mindestens {low}"},
    "at_most": {"en": "at most {high}", "de": "höchstens {high}"},
    "bytes": {"en": "at most {high} bytes", "de": "höchstens {high} Bytes"},
    "length": {"en": "{low} to {high} characters", "de": "{low} bis {high} Zeichen"},
    "with_unit": {"en": "{range} (unit {unit})", "de": "{range} (Einheit {unit})"},
    "or_empty": {"en": "{range}, or empty", "de": "{range} oder leer"},
    "a_number": {"en": "a number, {range}", "de": "eine Zahl, {range}"},
    "a_whole_number": {"en": "a whole number, {range}", "de": "eine ganze Zahl, {range}"},
    "truth": {"en": "true, false", "de": "true, false"},
    "number": {"en": "a number", "de": "eine Zahl"},
    "whole_number": {"en": "a whole number", "de": "eine ganze Zahl"},
    "text": {"en": "text in quotes", "de": "Text in Anführungszeichen"},
    "table": {"en": "a table of keys and values", "de": "eine Tabelle aus Schlüsseln und Werten"},
    "list": {"en": "a list", "de": "eine Liste"},
    "names": {"en": "{count} names, such as {some}", "de": "{count} Namen, etwa {some}"},
    "name_characters": {"en": "a-z, 0-9 and _", "de": "a-z, 0-9 und _"},
    "intensity_or_steps": {"en": "either intensity or steps", "de": "entweder intensity oder steps"},
    "steps_in_order": {"en": "steps in the order of their start", "de": "Schritte in der Reihenfolge ihres Beginns"},
    "both_files": {"en": "both people and ties, or neither", "de": "people und ties, oder keines von beiden"},
    "person_in": {
        "en": "at least one person with department = {department}",
        "de": "mindestens eine Person mit department = {department}",
    },
    "regular_tie": {
        "en": "at least one regular tie between the departments",
        "de": "mindestens eine reguläre Beziehung zwischen den Abteilungen",
    },
    "two_people": {
        "en": "a tie between two different people",
        "de": "eine Beziehung zwischen zwei verschiedenen Personen",
    },
    "person_of": {"en": "somebody in {department}", "de": "jemand aus {department}"},
    "who_it_is": {"en": "the code of the person", "de": "der Code der Person"},
    "person_id": {"en": "an id of people.csv", "de": "eine id aus people.csv"},
    "cells": {"en": "{count} cells", "de": "{count} Zellen"},
    "at_least_one": {"en": "at least one", "de": "mindestens eines"},
    "same_companies": {"en": "scenarios on the same companies", "de": "Szenarien mit denselben Unternehmen"},
    "same_horizon": {"en": "the same number of weeks for all", "de": "für alle dieselbe Anzahl Wochen"},
    # Why something cannot be written
    "no_folder": {"en": "the folder does not exist", "de": "den Ordner gibt es nicht"},
    "not_allowed": {"en": "no permission", "de": "keine Berechtigung"},
    "disk_full": {"en": "the disk is full", "de": "der Datenträger ist voll"},
    "bounds_or_values": {"en": "either low and high, or values", "de": "entweder low und high, oder values"},
    "in_scenario": {"en": "a value in scenario {name}", "de": "eine Angabe im Szenario {name}"},
    "one_step": {
        "en": "a lever with a single step in scenario {name}",
        "de": "ein Hebel mit nur einem Schritt im Szenario {name}",
    },
    "same_present": {
        "en": "the same value in all scenarios, as one_at_a_time begins with it, or a plan for each scenario",
        "de": "derselbe Wert in allen Szenarien, denn damit beginnt one_at_a_time, oder für jedes Szenario ein Plan",
    },
    "in_two_scenarios": {"en": "{first} ({one}), {second} ({other})", "de": "{first} ({one}), {second} ({other})"},
    "present_in_bounds": {
        "en": "bounds that include {value}, which is what scenario {name} has and where one_at_a_time begins",
        "de": "Grenzen, die {value} einschließen, den Wert im Szenario {name}, mit dem one_at_a_time beginnt",
    },
    "present_among_values": {
        "en": "values with {value} among them, which is what scenario {name} has and where one_at_a_time begins",
        "de": "Werte, unter denen {value} ist, der Wert im Szenario {name}, mit dem one_at_a_time beginnt",
    },
    "lever_in_use": {
        "en": "a lever to which scenario {name} gives an intensity above 0, as one_at_a_time begins with it",
        "de": "ein Hebel, dem das Szenario {name} eine Intensität über 0 gibt, denn damit beginnt one_at_a_time",
    },
    "preset_or_file": {"en": "a scenario file or a preset", "de": "eine Szenariodatei oder eine Vorlage"},
    "at_least_a_factor": {"en": "at least one factor", "de": "mindestens ein Faktor"},
    "at_most_runs": {"en": "at most {high} runs in all", "de": "insgesamt höchstens {high} Läufe"},
    "elsewhere": {"en": "any other folder", "de": "jeder andere Ordner"},
    "a_calibration": {
        "en": "the folder of handshake calibrate",
        "de": "der Ordner von handshake calibrate",
    },
    "an_ensemble": {
        "en": "a Parquet file of parameter sets, with every coefficient of the model and the three anchors as columns",
        "de": "eine Parquet-Datei mit Parametersätzen, mit jedem Koeffizienten des Modells und den drei Ankern als "
        "Spalten",
    },
    "its_calibration_or_new_folder": {
        "en": "the calibration that it was begun with, or a new folder",
        "de": "die Kalibrierung, mit der er begonnen wurde, oder ein neuer Ordner",
    },
    "new_folder": {"en": "a new folder", "de": "ein neuer Ordner"},
    "its_plan_or_new_folder": {
        "en": "the plan that it was begun with, or a new folder",
        "de": "der Plan, mit dem er begonnen wurde, oder ein neuer Ordner",
    },
    "its_version_or_new_folder": {
        "en": "the versions that it was begun with, or a new folder",
        "de": "die Versionen, mit denen er begonnen wurde, oder ein neuer Ordner",
    },
    "install_extra": {
        "en": "after pip install 'handshake-sim[{name}]'",
        "de": "nach pip install 'handshake-sim[{name}]'",
    },
    # Why a run stopped
    "stopped_writing": {
        "en": "{file} could not be written ({reason}); nothing that was stored is lost, and the same command continues",
        "de": "{file} ließ sich nicht schreiben ({reason}); was gespeichert war, ist nicht verloren, und derselbe "
        "Befehl macht weiter",
    },
    "stopped_workers": {
        "en": "the workers are gone ({reason}); nothing that was stored is lost, and the same command continues",
        "de": "die Arbeitsprozesse sind fort ({reason}); was gespeichert war, ist nicht verloren, und derselbe Befehl "
        "macht weiter",
    },
    "chunks_failed": {
        "en": "{count} of {chunks} chunks could not be computed; see {folder}/failures. The others are stored, and the "
        "same command tries again",
        "de": "{count} von {chunks} Stücken ließen sich nicht berechnen; siehe {folder}/failures. Die anderen sind "
        "gespeichert, und derselbe Befehl versucht es erneut",
    },
    "chunk_killed": {
        "en": "the process that worked on it died twice, alone with it; it may need more memory than there is",
        "de": "der Prozess, der daran arbeitete, ist zweimal abgestürzt, zuletzt allein mit diesem Stück; vielleicht "
        "braucht es mehr Speicher, als da ist",
    },
    # What stands there
    "a_table": {"en": "(a table)", "de": "(eine Tabelle)"},
    "a_list": {"en": "(a list)", "de": "(eine Liste)"},
    "parser": {"en": "{message}", "de": "{message}"},
    "parser_at": {
        "en": "line {line}, column {column}: {message}",
        "de": "Zeile {line}, Spalte {column} ({message})",
    },
}
_LABELS: Final = {
    "en": {"file": "file", "key": "key", "allowed": "allowed", "nearest": "did you mean {name}?", "quotes": "''"},
    "de": {
        "file": "Datei",
        "key": "Schlüssel",
        "allowed": "erlaubt",
        "nearest": "gemeint ist vielleicht {name}",
        "quotes": "„“",
    },
}
_LONGEST: Final = 80
"""Longer values are cut off in messages."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A few words in both languages.

    Attributes
    ----------
    en, de
        The words, with places to fill in braces.
    values
        Names and values of what goes into them; a value may be another phrase.
    """

    en: str
    de: str
    values: tuple[tuple[str, object], ...] = ()

    def text(self, language: str = "en") -> str:
        """Return the words in ``"en"`` or ``"de"``."""
        return (self.de if language == "de" else self.en).format(
            **{name: value.text(language) if isinstance(value, Phrase) else value for name, value in self.values}
        )

    def __str__(self) -> str:
        """Return the English words."""
        return self.text("en")


Words = str | Phrase


def phrase(name: str, /, **values: object) -> Phrase:
    """Return a phrase of this module's catalogue."""
    return Phrase(_PHRASES[name]["en"], _PHRASES[name]["de"], tuple(values.items()))


def is_phrase(name: str) -> bool:
    """Return whether the catalogue has a phrase of this name."""
    return name in _PHRASES


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
        if problem not in _SENTENCES:
            raise KeyError(problem)
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
        """Return the message in ``"en"`` or ``"de"``, on one line."""
        labels = _LABELS[language]
        # A parser's or the system's own words stand unquoted.
        quoted = self.problem not in ("syntax", "unwritable", "other_plan", "other_version")
        value = _quoted(self.value, labels["quotes"] if quoted else "", language)
        parts = [f"{labels['file']} {_printable(self.file)}"] if self.file else []
        if self.key:
            where = self.key.text(language) if isinstance(self.key, Phrase) else f"{labels['key']} {self.key}"
            parts.append(_printable(where))
        message = ": ".join([*parts, _SENTENCES[self.problem][language].format(value=value)])
        if self.allowed:
            allowed = self.allowed.text(language) if isinstance(self.allowed, Phrase) else self.allowed
            message += f"; {labels['allowed']}: {allowed}"
        if self.nearest:
            message += f"; {labels['nearest'].format(name=_quoted(self.nearest, labels['quotes'], language))}"
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


def _quoted(value: object, quotes: str, language: str) -> str:
    """Return a value as it stands in the input, cut off where it is very long."""
    if isinstance(value, Phrase):
        return value.text(language)
    if isinstance(value, bool):
        return str(value).lower()
    text = _printable(value if isinstance(value, str) else str(value))
    # What the system or a parser says is never cut off.
    if quotes and len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}…"
    return f"{quotes[0]}{text}{quotes[1]}" if quotes and isinstance(value, str) else text


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
