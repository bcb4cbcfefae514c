"""Reports on what other commands have written into folders: which kind of folder it is, and how its files are read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.figures.labels import Labels
from analysis.files import read_json, read_table
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
        """Return the content of a JSON file; see :func:`analysis.files.read_json`."""
        return read_json(self.folder / name, *needed)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table; see :func:`analysis.files.read_table`."""
        return read_table(self.folder / name)

    def hashes(self, *names: str) -> list[tuple[str, str]]:
        """Return the checksums of files, with what they are called in a report."""
        return [
            (self.say("again.file", name=name), hashlib.sha256((self.folder / name).read_bytes()).hexdigest())
            for name in names
        ]


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
