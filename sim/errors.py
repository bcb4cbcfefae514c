"""Bad input, said once and clearly: which file, which key, which value, what is allowed, the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SENTENCES = {
    "unknown": {"en": "unknown name {value!r}", "de": "unbekannter Name {value!r}"},
    "bounds": {"en": "value {value!r} is out of bounds", "de": "Wert {value!r} liegt außerhalb der Grenzen"},
    "type": {"en": "value {value!r} has the wrong type", "de": "Wert {value!r} hat den falschen Typ"},
    "missing": {"en": "a required value is missing", "de": "ein Pflichtwert fehlt"},
    "invalid": {"en": "value {value!r} is not valid", "de": "Wert {value!r} ist nicht gültig"},
    "duplicate": {"en": "{value!r} occurs twice", "de": "{value!r} kommt doppelt vor"},
    "no_file": {"en": "the file does not exist or cannot be read", "de": "die Datei fehlt oder ist nicht lesbar"},
    "empty": {"en": "the file is empty", "de": "die Datei ist leer"},
    "encoding": {"en": "the file is not UTF-8 text", "de": "die Datei ist kein UTF-8-Text"},
    "syntax": {"en": "the file cannot be parsed: {value}", "de": "die Datei ist nicht lesbar: {value}"},
    "exists": {"en": "the file or folder already exists", "de": "die Datei oder der Ordner existiert bereits"},
    "unwritable": {"en": "cannot write here: {value}", "de": "hier kann nicht geschrieben werden: {value}"},
}
_LABELS = {
    "en": {"file": "file", "key": "key", "allowed": "allowed", "nearest": "did you mean"},
    "de": {"file": "Datei", "key": "Schlüssel", "allowed": "erlaubt", "nearest": "gemeint ist vielleicht"},
}


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
        key: str = "",
        value: object = "",
        allowed: str = "",
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
        return BadInputError(
            self.problem,
            key=self.key,
            value=self.value,
            allowed=self.allowed,
            nearest=self.nearest,
            file=self.file or file,
        )

    def render(self, language: str = "en") -> str:
        """Return the message in ``"en"`` or ``"de"``, on one line."""
        labels = _LABELS[language]
        parts = [_SENTENCES[self.problem][language].format(value=self.value)]
        if self.file:
            parts.insert(0, f"{labels['file']} {self.file}")
        if self.key:
            parts.insert(-1, f"{labels['key']} {self.key}")
        message = ": ".join(parts)
        if self.allowed:
            message += f"; {labels['allowed']}: {self.allowed}"
        if self.nearest:
            message += f"; {labels['nearest']} {self.nearest!r}?"
        return message

    def __str__(self) -> str:
        """Return the English message."""
        return self.render("en")


def _rebuild(problem: str, key: str, value: object, allowed: str, nearest: str, file: str) -> BadInputError:
    return BadInputError(problem, key=key, value=value, allowed=allowed, nearest=nearest, file=file)


def nearest_name(name: str, names: Iterable[str]) -> str:
    """Return the valid name most like ``name``, or an empty string if none is near."""
    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.5)
    return found[0] if found else ""


def unknown_name(name: str, names: Iterable[str], *, key: str) -> BadInputError:
    """Return the error for a name that is not among ``names``."""
    listed = sorted(names)
    allowed = ", ".join(listed) if len(listed) <= 20 else f"{len(listed)} names, e.g. {', '.join(listed[:3])}"
    return BadInputError("unknown", key=key, value=name, allowed=allowed, nearest=nearest_name(name, listed))
