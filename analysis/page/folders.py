"""A folder that another command has written, as the source of a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.figures.labels import Labels, short_names
from analysis.files import read_json, read_table
from experiments.files import checksum
from sim.errors import BadInputError
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Source:
    """A folder with findings, and how the report on it is to be worded.

    Attributes
    ----------
    folder
        The folder.
    say
        The language.
    command
        The command that makes the same report again; empty if there is none.
    """

    folder: Path
    say: Labels
    command: str

    @property
    def levers(self) -> Mapping[str, str]:
        """Display names of levers, by id."""
        return short_names(Scenario(), self.say)

    def json(self, name: str, *needed: str) -> dict[str, Any]:
        """Return the content of a JSON file.

        Raises
        ------
        BadInputError
            If it is none, or something is missing in it.
        """
        return read_json(self.folder / name, *needed)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table, as :func:`analysis.files.read_table` does.

        Raises
        ------
        BadInputError
            If it cannot be read.
        """
        return read_table(self.folder / name)

    def hashes(self, *names: str) -> list[tuple[str, str]]:
        """Return the checksums of files, with their display names in a report.

        Raises
        ------
        BadInputError
            If one cannot be read.
        """
        found = []
        for name in names:
            try:
                found.append((self.say("again.file", name=name), checksum(self.folder / name)))
            except OSError:
                raise BadInputError("no_file", file=str(self.folder / name)) from None
        return found


__all__ = ["Source"]
