"""Real organisations: people.csv and ties.csv become a communication graph and known states.

``people.csv`` has the columns ``id`` and ``department`` (``marketing`` or ``sales``) and, where known, any attribute
of an employee. ``ties.csv`` has the columns ``a`` and ``b`` and, where known, ``kind`` (``regular`` or ``team``),
``trust`` and ``friction``. Ties inside a department are internal. Empty cells are unknown and drawn as in a virtual
company.

Both may come as files or as text: what somebody uploads need not be written to a disk.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.company import ATTRIBUTES, MOTIVES, TIE_STATES, Organisation
from sim.errors import BadInputError, Words, nearest_name, phrase, unknown_name
from sim.graph import Graph
from sim.parameters import parameters
from sim.tables import ROW, Problems, Row, read_number, read_table
from sim.textfile import no_file, read_text, text_of
from sim.texts import languages
from sim.texts import text_of as text_of_key

MAX_PEOPLE: Final = 10_000
MOST_PROBLEMS: Final = 50
"""So many problems are told at once; who has more has one that repeats."""
_MOST_NEAREST: Final = 10
"""For so many of them the nearest name is sought, which takes half a second among ten thousand."""
FILES: Final = ("people.csv", "ties.csv")
DEPARTMENTS: Final = ("marketing", "sales")
KINDS: Final = ("regular", "team")


@dataclass(frozen=True, slots=True)
class Inspection:
    """The people and ties read from an organisation's two files.

    Attributes
    ----------
    organisation
        The organisation, None if anything is wrong.
    problems
        All that is wrong, at most :data:`MOST_PROBLEMS`.
    """

    organisation: Organisation | None
    problems: tuple[BadInputError, ...]


def load_organisation(people: str | Path, ties: str | Path) -> Organisation:
    """Return the organisation in two CSV files, or in two texts: what has more than one line is no path.

    Raises
    ------
    BadInputError
        For files that are missing, empty or not UTF-8; for unknown columns, duplicate people, ties to nobody, values
        out of bounds, a department without people, no tie between the departments. Names file, row and column.
    """
    if is_text(people) or is_text(ties):
        names = tuple(n if is_text(s) else str(s) for s, n in zip((people, ties), FILES, strict=True))
        return read_organisation(source_text(people), source_text(ties), names=(names[0], names[1]))
    paths = [Path(people), Path(ties)]
    stamps = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            raise no_file(path) from None
        stamps.append((status.st_mtime_ns, status.st_size))
    return _load(str(people), str(ties), tuple(stamps))


def is_text(source: str | Path) -> bool:
    """Return whether ``people`` or ``ties`` of a scenario is the content itself rather than a file's path."""
    return isinstance(source, str) and ("\n" in source or "\r" in source)


def beside(file: str | Path, source: str) -> str:
    """Return what ``people`` or ``ties`` in a file stands for: a file beside it, or the content itself."""
    return source if is_text(source) else str(Path(file).parent / source)


def source_text(source: str | Path) -> str:
    """Return the content that ``people`` or ``ties`` of a scenario stands for."""
    return str(source).removeprefix("\ufeff") if is_text(source) else read_text(source, sheet=True)


# Cached, so that lanes of the same organisation are recognised as such: one object per state of files, or per content.
@lru_cache(maxsize=16)
def _load(people: str, ties: str, stamps: tuple[tuple[int, int], ...]) -> Organisation:
    return _strict(lambda: read_text(people, sheet=True), lambda: read_text(ties, sheet=True), (people, ties))


@lru_cache(maxsize=16)
def read_organisation(people: str | bytes, ties: str | bytes, names: tuple[str, str] = FILES) -> Organisation:
    """Return the organisation in the contents of two CSV files, which need not lie on any disk.

    A scenario takes the same texts in place of paths: ``company={"people": people, "ties": ties}``.

    Parameters
    ----------
    people, ties
        Their content, as text or as UTF-8 bytes.
    names
        What the files are called in messages.

    Raises
    ------
    BadInputError
        As :func:`load_organisation`.
    """
    return _strict(lambda: text_of(people, names[0], sheet=True), lambda: text_of(ties, names[1], sheet=True), names)


def inspect_organisation(people: str | Path, ties: str | Path) -> Inspection:
    """Return everything that is wrong in two CSV files or texts, or else the organisation; raises nothing."""
    names = tuple(n if is_text(s) else str(s) for s, n in zip((people, ties), FILES, strict=True))
    problems = Problems(MOST_PROBLEMS)
    try:
        found = _build(lambda: source_text(people), lambda: source_text(ties), (names[0], names[1]), problems)
    except BadInputError:
        found = None
    return Inspection(None if problems.found else found, tuple(problems.found))


def _strict(people: Callable[[], str], ties: Callable[[], str], names: tuple[str, str]) -> Organisation:
    found = _build(people, ties, names, Problems(most=1))
    assert found is not None, "the first problem is raised"
    return found


def _build(
    people: Callable[[], str], ties: Callable[[], str], names: tuple[str, str], problems: Problems
) -> Organisation | None:
    """Return the organisation, None where anything is wrong that ``problems`` has not raised."""
    staff = _people(names[0], _table(people, names[0], ("id", "department"), ATTRIBUTES, problems), problems)
    rows = _table(ties, names[1], ("a", "b"), ("kind", *TIE_STATES), problems)
    found = _ties(names[1], rows, staff, problems)
    return None if problems.found else _organisation(staff, found)


def _table(
    source: Callable[[], str], file: str, required: tuple[str, ...], optional: tuple[str, ...], problems: Problems
) -> list[Row]:
    try:
        text = source()
    except BadInputError as error:
        problems.add(error)
        return []
    return read_table(text, file, required, optional, problems)


@dataclass(frozen=True, slots=True)
class _Staff:
    """People by id, marketing first, and what is known of them, shape (people, attributes)."""

    number: dict[str, int]
    marketing: int
    known: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Tie:
    team: bool
    a: int
    b: int
    trust: float = math.nan
    friction: float = math.nan


def attribute_bounds(attribute: str) -> tuple[float, float]:
    """Return between which bounds an attribute of a person may lie."""
    if attribute == "backlog":
        return 0.0, parameters()["coefficient"]["backlog_limit"].low
    return (-1.0, 1.0) if attribute in MOTIVES else (0.0, 1.0)


def unknown_department(name: str, where: Words) -> BadInputError:
    """Return the error for a department that is none; what it is called on screens, in any language, is understood."""
    called = {text_of_key(f"department.{side}", language): side for side in DEPARTMENTS for language in languages()}
    return unknown_name(name, DEPARTMENTS, key=where, called=called)


def _people(file: str, rows: list[Row], problems: Problems) -> _Staff:
    if len(rows) > MAX_PEOPLE:
        allowed = phrase("at_most", high=MAX_PEOPLE)
        problems.add(BadInputError("bounds", file=file, key="people", value=len(rows), allowed=allowed))
        rows = rows[:MAX_PEOPLE]
    departments: dict[str, str] = {}
    known: dict[str, list[float]] = {}
    bounds = [attribute_bounds(attribute) for attribute in ATTRIBUTES]
    for row in rows:
        name, department = row["id"], row["department"]
        where = phrase("cell", row=row[ROW], column="id")
        if not name:
            problems.add(BadInputError("missing", file=file, key=where))
        elif name in departments:
            problems.add(BadInputError("duplicate", file=file, key=where, value=name))
        if department not in DEPARTMENTS:
            where = phrase("cell", row=row[ROW], column="department")
            problems.add(unknown_department(department, where).in_file(file))
        values = [
            read_number(row, attribute, file, low, high, problems)
            for attribute, (low, high) in zip(ATTRIBUTES, bounds, strict=True)
        ]
        departments.setdefault(name, department)
        known.setdefault(name, values)
    order = [name for side in DEPARTMENTS for name, department in departments.items() if department == side]
    counts = {side: list(departments.values()).count(side) for side in DEPARTMENTS}
    # Whoever stands in a department that there is not may belong to the one that seems empty.
    if rows and len(order) == len(departments):
        for side in (side for side in DEPARTMENTS if not counts[side]):
            allowed = phrase("person_in", department=side)
            problems.add(BadInputError("missing", file=file, key="department", allowed=allowed))
    order += [name for name, department in departments.items() if department not in DEPARTMENTS]
    number = {name: place for place, name in enumerate(order)}
    return _Staff(number, counts["marketing"], np.array([known[name] for name in order]))


def _ties(file: str, rows: list[Row], staff: _Staff, problems: Problems) -> list[_Tie]:
    found: dict[tuple[int, int], _Tie] = {}
    for row in rows:
        ends = [_end(file, row, column, staff, problems) for column in ("a", "b")]
        kind = row.get("kind") or "regular"
        if kind not in KINDS:
            key = phrase("cell", row=row[ROW], column="kind")
            problems.add(unknown_name(kind, KINDS, key=key).in_file(file))
        states = {column: read_number(row, column, file, 0.0, 1.0, problems) for column in TIE_STATES}
        if None in ends:
            continue
        a, b = sorted(end for end in ends if end is not None)
        where = phrase("row", row=row[ROW])
        if a == b:
            problems.add(BadInputError("invalid", file=file, key=where, value=row["a"], allowed=phrase("two_people")))
        elif (a, b) in found:
            problems.add(BadInputError("duplicate", file=file, key=where, value=f"{row['a']} - {row['b']}"))
        else:
            found[a, b] = _Tie(kind == "team", a, b, **states)
    regular = [tie for tie in found.values() if not tie.team and tie.a < staff.marketing <= tie.b]
    # Where anything was left out, the tie that is missing may be among it.
    if not regular and not problems.found:
        problems.add(BadInputError("missing", file=file, key="ties", allowed=phrase("regular_tie")))
    return list(found.values())


def _end(file: str, row: Row, column: str, staff: _Staff, problems: Problems) -> int | None:
    """Return the number of the person at an end of a tie, None if nobody is called so."""
    name = row[column]
    # Without people, because their file cannot be read, every id would seem unknown.
    if name not in staff.number and staff.number:
        key = phrase("cell", row=row[ROW], column=column)
        near = nearest_name(name, staff.number) if len(problems) < _MOST_NEAREST else ""
        problems.add(
            BadInputError("unknown", file=file, key=key, value=name, allowed=phrase("person_id"), nearest=near)
        )
    return staff.number.get(name)


def _organisation(staff: _Staff, ties: list[_Tie]) -> Organisation:
    interface = sorted(
        (tie for tie in ties if tie.a < staff.marketing <= tie.b), key=lambda tie: (tie.team, tie.a, tie.b)
    )
    internal = sorted((tie.a, tie.b) for tie in ties if not tie.a < staff.marketing <= tie.b)
    graph = Graph(
        marketing=staff.marketing,
        sales=len(staff.number) - staff.marketing,
        tie_marketing=np.array([tie.a for tie in interface], dtype=np.uint32),
        tie_sales=np.array([tie.b for tie in interface], dtype=np.uint32),
        team=np.array([float(tie.team) for tie in interface]),
        inner_a=np.array([a for a, _ in internal], dtype=np.uint32),
        inner_b=np.array([b for _, b in internal], dtype=np.uint32),
        names=tuple(staff.number),
    )
    states = np.array([[getattr(tie, state) for state in TIE_STATES] for tie in interface], dtype=np.float64)
    return Organisation(graph=graph, people=staff.known, ties=states)


__all__ = [
    "DEPARTMENTS",
    "FILES",
    "KINDS",
    "MOST_PROBLEMS",
    "MOTIVES",
    "TIE_STATES",
    "Inspection",
    "attribute_bounds",
    "beside",
    "inspect_organisation",
    "is_text",
    "load_organisation",
    "read_organisation",
    "source_text",
    "unknown_department",
]
