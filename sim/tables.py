"""CSV tables that people hand in: read whole, with everything that is wrong in them named by row and column.

Spreadsheets write commas, semicolons or tabs, decimal points or commas, a first line ``sep=;``, empty rows and columns,
spaces around cells, and the same letter in more than one Unicode form; all of that is understood.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sim.errors import BadInputError, between, phrase, unknown_name

ROW: Final = ""
"""Key under which a row of a table has its number in the file; no column is called so."""
Row = dict[str, str]

_DELIMITERS: Final = ";,\t"
_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
"""A number as people write it; ``float`` would also take ``1_0`` and digits of other scripts."""


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
    (first, header), before = lines[0], len(problems)
    names = (*required, *optional)
    for place, name in enumerate(header):
        if name not in names:
            problems.add(unknown_name(name, names, key=phrase("row", row=first)).in_file(file))
        elif name in header[:place]:
            problems.add(BadInputError("duplicate", file=file, key=phrase("row", row=first), value=name))
    for name in required:
        if name not in header:
            problems.add(BadInputError("missing", file=file, key=phrase("cell", row=first, column=name)))
    if any(name not in header for name in required) or len(set(header)) < len(header):
        return []
    rows = []
    for number, cells in lines[1:]:
        # A spreadsheet ends every row where its longest one ends.
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if len(cells) != len(header):
            counts = [phrase("cells", count=count) for count in (len(cells), len(header))]
            key = phrase("row", row=number)
            problems.add(BadInputError("invalid", file=file, key=key, value=counts[0], allowed=counts[1]))
            continue
        row = {**dict(zip(header, cells, strict=True)), ROW: str(number)}
        _refuse_controls(row, file, problems)
        rows.append(row)
    if not rows and len(problems) == before:
        problems.add(BadInputError("empty", file=file))
    return rows


def header_of(text: str, file: str = "") -> list[str]:
    """Return the names of the columns of a CSV text, as :func:`read_table` reads them; empty if it cannot be read."""
    lines = _lines(text, file, Problems(most=2))
    return lines[0][1] if lines else []


def _lines(text: str, file: str, problems: Problems) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything with their numbers, header first, without empty names at its end."""
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    delimiter, told = _delimiter(text.splitlines())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            stripped = [cell.strip() for cell in cells]
            if any(stripped) and not (told and not found and number == told):
                found.append((number, stripped))
    except csv.Error:
        key = phrase("row", row=reader.line_num)
        problems.add(BadInputError("syntax", file=file, key=key, value=phrase("quotation_marks")))
        return []
    while found and not found[0][1][-1]:
        found[0][1].pop()
    return found


def _delimiter(lines: Iterable[str]) -> tuple[str, int]:
    """Return what separates the cells, and the number of the line that says so, 0 if none does."""
    for number, line in enumerate(lines, start=1):
        if named := re.fullmatch(rf"\s*\"?sep=([{_DELIMITERS}])\"?\s*", line, re.IGNORECASE):
            return named[1], number
        if line.strip():
            return max(",;\t", key=line.count), 0
    return ",", 0


def _refuse_controls(row: Row, file: str, problems: Problems) -> None:
    """Refuse characters that would steer a terminal or end a text."""
    for column, cell in row.items():
        if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in cell):
            key = phrase("cell", row=row[ROW], column=column)
            problems.add(BadInputError("invalid", file=file, key=key, value=cell, allowed=phrase("printable")))


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
    if _NUMBER.fullmatch(cell) is None:
        problems.add(BadInputError("type", file=file, key=key, value=cell, allowed=allowed))
        return math.nan
    value = float(cell.replace(",", "."))
    if low <= value <= high:
        return value
    problems.add(BadInputError("bounds", file=file, key=key, value=cell, allowed=allowed))
    return math.nan


__all__ = ["ROW", "Problems", "Row", "header_of", "read_number", "read_table"]
