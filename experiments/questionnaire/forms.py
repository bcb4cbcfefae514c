"""Filled forms: what people answered, and everything that is wrong with it, by file, row and column.

A form is a CSV file with a row per question, in the columns ``item`` and ``answer``. Whoever asks with another tool may
hand in a table with a row per respondent instead; its columns are the items.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from experiments.questionnaire.items import ALL_ITEMS, MOST_TIES, colleague_item, partner_items
from sim.errors import BadInputError, phrase, unknown_name
from sim.organisation import DEPARTMENTS, KINDS, TIE_STATES, unknown_department
from sim.perceptions import Side
from sim.tables import ROW, Problems, Row, header_of, read_number, read_table
from sim.textfile import read_text


@dataclass(frozen=True, slots=True)
class Place:
    """The place of an answer: row and column of a file."""

    file: str
    row: Row
    column: str

    @property
    def text(self) -> str:
        """The cell's content."""
        return self.row.get(self.column, "")

    def wrong(self, problem: str, **more: object) -> BadInputError:
        """Return what is wrong here."""
        key = phrase("cell", row=self.row[ROW], column=self.column)
        return BadInputError(problem, file=self.file, key=key, **more)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Contact:
    """A person whom a respondent names.

    Attributes
    ----------
    code
        The person's code.
    place
        The cell that names the person.
    kind
        ``regular`` or ``team``.
    trust, friction
        States of the tie in [0, 1], NaN if there is no answer.
    """

    code: str
    place: Place
    kind: str = "regular"
    trust: float = math.nan
    friction: float = math.nan


@dataclass(frozen=True, slots=True)
class Form:
    """A respondent's answers.

    Attributes
    ----------
    respondent, department
        Code and department.
    place
        The cell with the code.
    states
        By item, the states that the answers stand for; without those that were not answered.
    partners, colleagues
        People in the other and in one's own department.
    """

    respondent: str
    department: Side
    place: Place
    states: Mapping[str, float]
    partners: tuple[Contact, ...]
    colleagues: tuple[Contact, ...]


def read_forms(files: Sequence[str | Path], problems: Problems) -> list[Form]:
    """Return the forms in files, each a form or a table of forms.

    Parameters
    ----------
    files
        Paths.
    problems
        Where to report what is wrong; forms with problems are left out, or kept in part.
    """
    forms: dict[str, Form] = {}
    for file in files:
        try:
            text = read_text(file, sheet=True)
        except BadInputError as error:
            problems.add(error)
            continue
        for answers in _sheets(text, str(file), problems):
            form = _form(answers, problems)
            if form is None:
                continue
            if form.respondent in forms:
                problems.add(form.place.wrong("duplicate", value=form.respondent))
            forms.setdefault(form.respondent, form)
    return list(forms.values())


def _sheets(text: str, file: str, problems: Problems) -> list[dict[str, Place]]:
    """Return the answers of each respondent by item."""
    if "respondent" in header_of(text):
        required = ("respondent", "department")
        rows = read_table(text, file, required, tuple(name for name in ALL_ITEMS if name not in required), problems)
        return [{name: Place(file, row, name) for name in row if name in ALL_ITEMS} for row in rows]
    answers: dict[str, Place] = {}
    for row in read_table(text, file, ("item", "answer"), ("question", "scale"), problems):
        name, place = row["item"], Place(file, row, "answer")
        if not name and not place.text:  # a heading
            continue
        if name not in ALL_ITEMS:
            problems.add(unknown_name(name, ALL_ITEMS, key=phrase("cell", row=row[ROW], column="item")).in_file(file))
        elif name in answers:
            problems.add(Place(file, row, "item").wrong("duplicate", value=name))
        else:
            answers[name] = place
    if not answers:
        # Questions alone, or nothing that is one.
        if not any(error.file == file for error in problems.found):
            problems.add(BadInputError("empty", file=file))
        return []
    # A form without these rows is as wrong as one in which they are empty.
    nowhere = {name: Place(file, {ROW: "1"}, name) for name in ("respondent", "department")}
    return [{**nowhere, **answers}]


def _form(answers: Mapping[str, Place], problems: Problems) -> Form | None:
    who, where = answers["respondent"], answers["department"]
    if not who.text:
        problems.add(who.wrong("missing"))
    if where.text not in DEPARTMENTS:
        key = phrase("cell", row=where.row[ROW], column=where.column)
        problems.add(unknown_department(where.text, key).in_file(where.file))
    states = {
        name: state
        for name, place in answers.items()
        if ALL_ITEMS[name].kind not in ("partner", "colleague")
        and not math.isnan(state := _state(name, place, problems))
    }
    partners = [contact for k in range(1, MOST_TIES + 1) if (contact := _partner(k, answers, problems)) is not None]
    colleagues = [
        Contact(place.text, place)
        for k in range(1, MOST_TIES + 1)
        if (place := answers.get(colleague_item(k).id)) is not None and place.text
    ]
    seen: set[str] = set()
    for contact in (*partners, *colleagues):
        if contact.code == who.text:
            problems.add(contact.place.wrong("invalid", value=contact.code, allowed=phrase("two_people")))
        elif contact.code in seen:
            problems.add(contact.place.wrong("duplicate", value=contact.code))
        seen.add(contact.code)
    if not who.text or where.text not in DEPARTMENTS:
        return None
    return Form(who.text, cast("Side", where.text), who, states, tuple(partners), tuple(colleagues))


def _state(name: str, place: Place, problems: Problems) -> float:
    """Return the state that an answer stands for, NaN if there is none."""
    scale = ALL_ITEMS[name].scale
    if scale is None:
        return math.nan
    answer = read_number(place.row, place.column, place.file, scale.low, scale.high, problems)
    return answer if math.isnan(answer) else scale.state(answer)


def _partner(number: int, answers: Mapping[str, Place], problems: Problems) -> Contact | None:
    code, kind, *states = (answers.get(item.id) for item in partner_items(number))
    given = [place for place in (kind, *states) if place is not None and place.text]
    if code is None or not code.text:
        if given:
            problems.add((code or given[0]).wrong("missing", allowed=phrase("who_it_is")))
        return None
    if kind is not None and kind.text and kind.text not in KINDS:
        key = phrase("cell", row=kind.row[ROW], column=kind.column)
        problems.add(unknown_name(kind.text, KINDS, key=key).in_file(kind.file))
    found = {
        state: math.nan if place is None else _state(f"partner_{number}_{state}", place, problems)
        for state, place in zip(TIE_STATES, states, strict=True)
    }
    return Contact(code.text, code, kind.text if kind is not None and kind.text else "regular", **found)


__all__ = ["Contact", "Form", "Place", "read_forms"]
