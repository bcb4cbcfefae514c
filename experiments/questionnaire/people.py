"""From forms to the two files of an organisation: who works where, who is tied to whom, what each of them said."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from experiments.questionnaire.forms import Contact, Form
from experiments.questionnaire.items import PERSON, ROUNDED
from sim.errors import phrase
from sim.organisation import TIE_STATES
from sim.perceptions import OPPOSITE, Side
from sim.tables import Problems


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of an organisation, as its forms name them.

    Attributes
    ----------
    departments
        By code, marketing first, in the order in which they are named.
    silent
        Those who are named but filled no form in.
    """

    departments: dict[str, Side]
    silent: tuple[str, ...]


def roster(forms: Sequence[Form], problems: Problems) -> Roster:
    """Return who works where: respondents say so themselves, of others it follows from who names them as what.

    Whoever is named as a partner by one and as a colleague by another of the same department is reported, and so is a
    code that differs from another one by nothing but capital letters.
    """
    departments: dict[str, Side] = {form.respondent: form.department for form in forms}
    spelt = {code.casefold(): code for code in departments}
    for form in forms:
        for contacts, side in ((form.partners, OPPOSITE[form.department]), (form.colleagues, form.department)):
            for contact in contacts:
                code = contact.code
                if (known := spelt.setdefault(code.casefold(), code)) != code:
                    problems.add(contact.place.wrong("unknown", value=code, nearest=known))
                elif departments.setdefault(code, side) != side:
                    allowed = phrase("person_of", department=side)
                    problems.add(contact.place.wrong("invalid", value=code, allowed=allowed))
    order = sorted(departments, key=lambda code: departments[code] != "marketing")
    answered = {form.respondent for form in forms}
    return Roster({code: departments[code] for code in order}, tuple(code for code in order if code not in answered))


def people_csv(forms: Sequence[Form], people: Roster) -> str:
    """Return ``people.csv``: what each person said; empty where nobody said anything."""
    states = {form.respondent: form.states for form in forms}
    columns = [item.id for item in PERSON]
    rows = (
        [code, department, *(_cell(states.get(code, {}).get(name, math.nan)) for name in columns)]
        for code, department in people.departments.items()
    )
    return _csv(["id", "department", *columns], rows)


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie between two people, as one or both of them told of it.

    Attributes
    ----------
    a, b
        Who, in the order of the roster.
    kind
        ``regular`` if anybody says so, ``team`` if all do, empty inside a department.
    trust, friction
        Mean of what was said, NaN if nothing was.
    """

    a: str
    b: str
    kind: str
    trust: float = math.nan
    friction: float = math.nan


def ties_of(forms: Sequence[Form], people: Roster) -> list[Tie]:
    """Return all ties that anybody named."""
    told: dict[tuple[str, str], list[Contact]] = {}
    place = {code: k for k, code in enumerate(people.departments)}
    for form in forms:
        for contact in (*form.partners, *form.colleagues):
            a, b = sorted((form.respondent, contact.code), key=place.__getitem__)
            told.setdefault((a, b), []).append(contact)
    return [
        _tie(a, b, contacts, across=people.departments[a] != people.departments[b])
        for (a, b), contacts in sorted(told.items(), key=lambda item: (place[item[0][0]], place[item[0][1]]))
    ]


def _tie(a: str, b: str, contacts: list[Contact], *, across: bool) -> Tie:
    if not across:
        return Tie(a, b, "")
    kind = "team" if all(contact.kind == "team" for contact in contacts) else "regular"
    return Tie(a, b, kind, *(mean(getattr(contact, state) for contact in contacts) for state in TIE_STATES))


def ties_csv(ties: Iterable[Tie]) -> str:
    """Return ``ties.csv``."""
    return _csv(["a", "b", "kind", *TIE_STATES], ([t.a, t.b, t.kind, _cell(t.trust), _cell(t.friction)] for t in ties))


def mean(values: Iterable[float]) -> float:
    """Return the mean of what is known, NaN if nothing is."""
    known = [value for value in values if not math.isnan(value)]
    return round(math.fsum(known) / len(known), ROUNDED) if known else math.nan


def _cell(value: float) -> str:
    return "" if math.isnan(value) else f"{value:g}"


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


__all__ = ["Roster", "Tie", "mean", "people_csv", "roster", "ties_csv", "ties_of"]
