"""Reports on what other commands have written into folders: which kind of folder it is, and how its files are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.figures.labels import Labels
from experiments.sweep.manifest import MANIFEST
from sim.errors import BadInputError, Phrase

Called = Callable[[Mapping[str, Any]], Callable[[str], str]]
"""Gives, for a plan in JSON's types, what its factors are called."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a report on a folder is made of.

    Attributes
    ----------
    folder
        The folder.
    say
        The language.
    command
        The command that makes the same report again.
    levers
        What levers are called, by id.
    called
        What factors are called.
    conclusions
        What the conclusions of a sensitivity analysis are called, by name.
    """

    folder: Path
    say: Labels
    command: str
    levers: Mapping[str, str] = field(default_factory=dict)
    called: Called = lambda _plan: str
    conclusions: Mapping[str, str] = field(default_factory=dict)

    def json(self, name: str, *needed: str) -> dict[str, Any]:
        """Return the content of a JSON file.

        Raises
        ------
        BadInputError
            If it is none, or something is missing in it.
        """
        path = self.folder / name
        try:
            found = json.loads(path.read_bytes())
        except OSError:
            raise BadInputError("no_file", file=str(path)) from None
        except (ValueError, RecursionError):  # RecursionError: lists a thousand deep
            raise BadInputError("damaged", file=str(path)) from None
        for key in needed:
            if not isinstance(found, dict) or key not in found:
                raise BadInputError("missing", file=str(path), key=key)
        return dict(found)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; a text of no letters, which stands for a set without levers, stays one.

        Raises
        ------
        BadInputError
            If it cannot be read.
        """
        path = self.folder / name
        try:
            return pd.read_csv(path, keep_default_na=False, na_values={name: [""] for name in _numeric(path)})
        except OSError:
            raise BadInputError("no_file", file=str(path)) from None
        except (ValueError, pd.errors.ParserError):
            raise BadInputError("damaged", file=str(path)) from None

    def hashes(self, *names: str) -> list[tuple[str, str]]:
        """Return the checksums of files, with what they are called in a report."""
        return [
            (self.say("again.file", name=name), hashlib.sha256((self.folder / name).read_bytes()).hexdigest())
            for name in names
        ]


def _numeric(path: Path) -> list[str]:
    """Return the columns of a table that hold numbers, where an empty cell is a number that is not known."""
    frame = pd.read_csv(path)
    return [str(name) for name in frame if pd.api.types.is_numeric_dtype(frame[name])]


def kind_of(folder: Path) -> str:
    """Return which command has written a folder, by a key of :data:`analysis.reports.PAGES`.

    Raises
    ------
    BadInputError
        If none of them has.
    """
    for name in ("study", "roadmap"):
        if (folder / f"{name}.json").is_file():
            return name
    report = folder / "report"
    if (report / "VALIDATION.md").is_file():
        return "validation"
    # Of the following, a folder may hold the sweep, too, that the report is on.
    for name, table in (("discovery", "boxes"), ("sensitivity", "morris")):
        if (report / "tables" / f"{table}.csv").is_file():
            return name
    if (folder / MANIFEST).is_file():
        return "lattice" if (report / "tables" / "shapley.csv").is_file() else "sweep"
    raise BadInputError("invalid", value=str(folder), allowed=Phrase("folder.unknown"))


__all__ = ["Called", "Source", "kind_of"]
