"""Real organisations: people.csv and ties.csv become a communication graph and known states.

``people.csv`` has the columns ``id`` and ``department`` (``marketing`` or ``sales``) and, where known, any attribute
of an employee. ``ties.csv`` has the columns ``a`` and ``b`` and, where known, ``kind`` (``regular`` or ``team``),
``trust`` and ``friction``. Ties inside a department are internal. Empty cells are unknown and drawn as in a virtual
company.
"""

from __future__ import annotations

import csv
import io
import math
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.company import ATTRIBUTES, Organisation
from sim.errors import BadInputError, between, nearest_name, phrase, unknown_name
from sim.graph import Graph
from sim.parameters import parameters
from sim.textfile import no_file, read_text

MAX_PEOPLE: Final = 10_000
_DEPARTMENTS: Final = ("marketing", "sales")
_KINDS: Final = ("regular", "team")
_MOTIVES: Final = ("autonomy", "recognition", "status", "contacts")


def load_organisation(people: str | Path, ties: str | Path) -> Organisation:
    """Return the organisation in two CSV files.

    Raises
    ------
    BadInputError
        For files that are missing, empty or not UTF-8; for unknown columns, duplicate people, ties to nobody, values
        out of bounds, a department without people, no tie between the departments. Names file, row and column.
    """
    paths = [Path(people), Path(ties)]
    stamps = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            raise no_file(path) from None
        stamps.append((status.st_mtime_ns, status.st_size))
    return _load(str(people), str(ties), tuple(stamps))


@lru_cache(maxsize=16)
def _load(people: str, ties: str, stamps: tuple[tuple[int, int], ...]) -> Organisation:
    # One object per state of the files, so that lanes of the same organisation are recognised as such.
    staff = _read(people, ("id", "department"), ATTRIBUTES)
    names, departments, known = _people(people, staff)
    order = [k for side in _DEPARTMENTS for k, department in enumerate(departments) if department == side]
    marketing = departments.count("marketing")
    for side, count in zip(_DEPARTMENTS, (marketing, len(names) - marketing), strict=True):
        if not count:
            raise BadInputError("missing", file=people, key="department", allowed=phrase("person_in", department=side))
    number = {names[k]: place for place, k in enumerate(order)}
    rows = _read(ties, ("a", "b"), ("kind", "trust", "friction"))
    return _organisation(ties, rows, number, marketing, known[order])


def _read(file: str, required: tuple[str, ...], optional: tuple[str, ...]) -> list[dict[str, str]]:
    """Return the rows of a CSV file with a header, all cells stripped."""
    text = read_text(file)
    delimiter = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadInputError("syntax", file=file, value=str(error)) from None
    header = [name.strip() for name in lines[0]]
    for name in header:
        if name not in (*required, *optional):
            raise unknown_name(name, (*required, *optional), key=phrase("row", row=1)).in_file(file)
        if header.count(name) > 1:
            raise BadInputError("duplicate", file=file, key=phrase("row", row=1), value=name)
    for name in required:
        if name not in header:
            raise BadInputError("missing", file=file, key=phrase("cell", row=1, column=name))
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise BadInputError(
                "invalid",
                file=file,
                key=phrase("row", row=number),
                value=phrase("cells", count=len(cells)),
                allowed=phrase("cells", count=len(header)),
            )
        rows.append({"": str(number), **dict(zip(header, (cell.strip() for cell in cells), strict=True))})
    if not rows:
        raise BadInputError("empty", file=file)
    return rows


def _people(file: str, rows: list[dict[str, str]]) -> tuple[list[str], list[str], NDArray[np.float64]]:
    if len(rows) > MAX_PEOPLE:
        raise BadInputError(
            "bounds", file=file, key="people", value=len(rows), allowed=phrase("at_most", high=MAX_PEOPLE)
        )
    names: dict[str, None] = {}
    departments: list[str] = []
    known = np.full((len(rows), len(ATTRIBUTES)), math.nan)
    backlog_limit = parameters()["coefficient"]["backlog_limit"].low
    for k, row in enumerate(rows):
        number, name, department = row[""], row["id"], row["department"]
        where = phrase("cell", row=number, column="id")
        if not name:
            raise BadInputError("missing", file=file, key=where)
        if name in names:
            raise BadInputError("duplicate", file=file, key=where, value=name)
        if department not in _DEPARTMENTS:
            where = phrase("cell", row=number, column="department")
            raise unknown_name(department, _DEPARTMENTS, key=where).in_file(file)
        names[name] = None
        departments.append(department)
        for column, attribute in enumerate(ATTRIBUTES):
            low, high = -1.0 if attribute in _MOTIVES else 0.0, backlog_limit if attribute == "backlog" else 1.0
            known[k, column] = _cell(file, number, attribute, row.get(attribute, ""), low, high)
    return list(names), departments, known


def _cell(file: str, row: str, column: str, cell: str, low: float, high: float) -> float:
    """Return a cell's number, NaN if it is empty; German decimal commas are understood."""
    if not cell:
        return math.nan
    key, allowed = phrase("cell", row=row, column=column), phrase("or_empty", range=between(low, high))
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        raise BadInputError("type", file=file, key=key, value=cell, allowed=allowed) from None
    if not low <= value <= high:
        raise BadInputError("bounds", file=file, key=key, value=cell, allowed=allowed)
    return value


def _organisation(
    file: str, rows: list[dict[str, str]], number: dict[str, int], marketing: int, known: NDArray[np.float64]
) -> Organisation:
    seen: set[tuple[int, int]] = set()
    interface: list[tuple[bool, int, int, float, float]] = []
    internal: list[tuple[int, int]] = []
    for row in rows:
        where = phrase("row", row=row[""])
        ends = []
        for column in ("a", "b"):
            if row[column] not in number:
                near = nearest_name(row[column], number)
                raise BadInputError(
                    "unknown",
                    file=file,
                    key=phrase("cell", row=row[""], column=column),
                    value=row[column],
                    allowed=phrase("person_id"),
                    nearest=near,
                )
            ends.append(number[row[column]])
        a, b = min(ends), max(ends)
        if a == b:
            raise BadInputError("invalid", file=file, key=where, value=row["a"], allowed=phrase("two_people"))
        if (a, b) in seen:
            raise BadInputError("duplicate", file=file, key=where, value=f"{row['a']} - {row['b']}")
        seen.add((a, b))
        kind = row.get("kind") or "regular"
        if kind not in _KINDS:
            raise unknown_name(kind, _KINDS, key=phrase("cell", row=row[""], column="kind")).in_file(file)
        trust, friction = (
            _cell(file, row[""], column, row.get(column, ""), 0.0, 1.0) for column in ("trust", "friction")
        )
        if a < marketing <= b:
            interface.append((kind == "team", a, b, trust, friction))
        else:
            internal.append((a, b))
    if not any(not team for team, *_ in interface):
        raise BadInputError("missing", file=file, key="ties", allowed=phrase("regular_tie"))
    interface.sort(key=lambda tie: tie[:3])
    internal.sort()
    names = tuple(sorted(number, key=lambda name: number[name]))
    graph = Graph(
        marketing=marketing,
        sales=len(number) - marketing,
        tie_marketing=np.array([tie[1] for tie in interface], dtype=np.uint32),
        tie_sales=np.array([tie[2] for tie in interface], dtype=np.uint32),
        team=np.array([float(tie[0]) for tie in interface]),
        inner_a=np.array([tie[0] for tie in internal], dtype=np.uint32),
        inner_b=np.array([tie[1] for tie in internal], dtype=np.uint32),
        names=names,
    )
    return Organisation(graph=graph, people=known, ties=np.array([tie[3:] for tie in interface], dtype=np.float64))
