"""CSV tables that people hand in: read whole, with everything that is wrong in them named by row and column.

Spreadsheets write commas or semicolons, decimal points or commas, empty rows and spaces around cells; all of that is
understood.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, field
from typing import Final

from sim.errors import BadInputError, between, phrase, unknown_name

ROW: Final = ""
"""Key under which a row of a table has its number in the file; no column is called so."""
Row = dict[str, str]


@dataclass(slots=True)
class Problems:
    """Problems of an input, collected so that all are reported at once.

    A reader reports here what it finds and goes on as well as it can. Whether the first problem ends it or only the
    hundredth is up to whoever calls it; there is one reader for both.

    Attributes
    ----------
    most
        At so many problems the last one is raised.
    found
        Those reported so far.
    """

    most: int = 1
    found: list[BadInputError] = field(default_factory=list)

    def add(self, error: BadInputError) -> None:
        """Report a problem.

        Raises
        ------
        BadInputError
            The problem, if it is one too many.
        """
        self.found.append(error)
        if len(self.found) >= self.most:
            raise error

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.found)


def read_table(
    text: str, file: str, required: tuple[str, ...], optional: tuple[str, ...], problems: Problems
) -> list[Row]:
    """Return the rows of a CSV text with a header, all cells stripped.

    Rows with too few or too many cells are left out.

    Parameters
    ----------
    text, file
        The text, and the name of the file for messages.
    required, optional
        Names of the columns.
    problems
        Where to report what is wrong.
    """
    lines = _lines(text, file, problems)
    if not lines:
        return []
    header, before = [name.strip() for name in lines[0]], len(problems)
    names = (*required, *optional)
    for place, name in enumerate(header):
        if name not in names:
            problems.add(unknown_name(name, names, key=phrase("row", row=1)).in_file(file))
        elif name in header[:place]:
            problems.add(BadInputError("duplicate", file=file, key=phrase("row", row=1), value=name))
    for name in required:
        if name not in header:
            problems.add(BadInputError("missing", file=file, key=phrase("cell", row=1, column=name)))
    if any(name not in header for name in required) or len(set(header)) < len(header):
        return []
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) == len(header):
            rows.append({**dict(zip(header, (cell.strip() for cell in cells), strict=True)), ROW: str(number)})
            continue
        counts = [phrase("cells", count=count) for count in (len(cells), len(header))]
        key = phrase("row", row=number)
        problems.add(BadInputError("invalid", file=file, key=key, value=counts[0], allowed=counts[1]))
    if not rows and len(problems) == before:
        problems.add(BadInputError("empty", file=file))
    return rows


def _lines(text: str, file: str, problems: Problems) -> list[list[str]]:
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        problems.add(BadInputError("syntax", file=file, value=str(error)))
    return []


def read_number(
    row: Row, column: str, file: str, low: float, high: float, problems: Problems, *, named: str = ""
) -> float:
    """Return a cell's number, NaN if it is empty, absent or wrong; German decimal commas are understood.

    Parameters
    ----------
    row, column, file
        Which cell.
    low, high
        Its bounds.
    problems
        Where to report what is wrong.
    named
        The column as it is called in the file, if not ``column``.
    """
    cell = row.get(column, "")
    if not cell:
        return math.nan
    key, allowed = phrase("cell", row=row[ROW], column=named or column), phrase("or_empty", range=between(low, high))
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        problems.add(BadInputError("type", file=file, key=key, value=cell, allowed=allowed))
        return math.nan
    if low <= value <= high:
        return value
    problems.add(BadInputError("bounds", file=file, key=key, value=cell, allowed=allowed))
    return math.nan


__all__ = ["ROW", "Problems", "Row", "read_number", "read_table"]
