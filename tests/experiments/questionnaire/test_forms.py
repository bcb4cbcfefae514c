"""How filled forms are read, and what is refused, by file, row, column, value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.questionnaire.forms import read_forms
from experiments.questionnaire.items import ALL_ITEMS, form_sections
from experiments.questionnaire.people import roster
from sim.errors import BadInputError
from sim.tables import Problems
from tests.experiments.questionnaire.answering import answers, as_form, as_table, read, write

M1 = answers("M1", "marketing", "S1", "S2", status=5, partner_2_kind="team", colleague_1="M2")


def test_a_form_says_who_knows_whom_and_what(tmp_path):
    (form,) = read(tmp_path, as_form(M1))
    assert (form.respondent, form.department) == ("M1", "marketing")
    assert [(c.code, c.kind, c.trust, c.friction) for c in form.partners] == [
        ("S1", "regular", 0.75, 0.25),
        ("S2", "team", 0.75, 0.25),
    ]
    assert [contact.code for contact in form.colleagues] == ["M2"]
    assert form.states["status"] == 1.0
    assert form.states["own_customers"] == 0.5
    assert "autonomy" not in form.states


@pytest.mark.parametrize(
    "text",
    [
        as_form(M1, ";"),
        "\ufeff" + as_form(M1),
        as_form(M1).replace("\n", "\r\n"),
        as_form(M1).replace(",50\n", ', " 50" \n'.replace('"', "")),
        as_form({**M1, "own_customers": "50.0"}),
        as_form({**M1, "own_customers": "50,0"}, ";"),
        as_table([M1]),
    ],
)
def test_forms_as_spreadsheets_and_other_tools_write_them(tmp_path, text):
    (found,), (plain,) = read(tmp_path, text), read(tmp_path, as_form(M1))
    assert (found.respondent, dict(found.states)) == (plain.respondent, dict(plain.states))
    assert [(c.code, c.kind, c.trust) for c in found.partners] == [(c.code, c.kind, c.trust) for c in plain.partners]


def test_a_table_and_forms_may_be_mixed(tmp_path):
    table = as_table([answers("S1", "sales", "M1"), answers("S2", "sales")])
    assert [form.respondent for form in read(tmp_path, as_form(M1), table)] == ["M1", "S1", "S2"]


def with_row(row: str) -> str:
    return as_form(M1) + row + "\n"


LAST = len(M1) + 3  # after the header and a heading
REFUSED = {
    "no code": (as_form({**M1, "respondent": ""}), "missing", "row 3, column answer"),
    "no department": (as_form({**M1, "department": ""}), "unknown", "row 4, column answer"),
    "German department": (as_form({**M1, "department": "Vertrieb"}), "unknown", "row 4, column answer"),
    "rating above 100": (as_form({**M1, "own_customers": 101}), "bounds", "row 5, column answer"),
    "a word": (as_form({**M1, "own_customers": "good"}), "type", "row 5, column answer"),
    "not a number": (as_form({**M1, "own_customers": "nan"}), "type", "row 5, column answer"),
    "level below 1": (with_row("autonomy,,,0"), "bounds", f"row {LAST}, column answer"),
    "more hours than a backlog has": (with_row("backlog,,,1000"), "bounds", f"row {LAST}, column answer"),
    "unknown question": (with_row("autonomie,,,3"), "unknown", f"row {LAST}, column item"),
    "an answer to nothing": (with_row(",,,3"), "unknown", f"row {LAST}, column item"),
    "question twice": (with_row("status,,,3"), "duplicate", f"row {LAST}, column item"),
    "partner twice": (with_row("partner_9,,,S1"), "duplicate", f"row {LAST}, column answer"),
    "partner is oneself": (with_row("partner_9,,,M1"), "invalid", f"row {LAST}, column answer"),
    "colleague is a partner": (with_row("colleague_9,,,S1"), "duplicate", f"row {LAST}, column answer"),
    "trust in nobody": (with_row("partner_9_trust,,,3"), "missing", f"row {LAST}, column answer"),
    "unknown kind": (with_row("partner_1_kind,,,always"), "unknown", f"row {LAST}, column answer"),
    "cells missing": (with_row("autonomy,,3"), "invalid", f"row {LAST}"),
    "no column for answers": ("item,question\nstatus,how\n", "missing", "row 1, column answer"),
    "headings only": ("item,answer,question\n,,Hello\n", "empty", ""),
    "no department in the table": ("respondent,status\nM1,3\n", "missing", "row 1, column department"),
    "unknown column of a table": ("respondent,department,mood\nM1,marketing,3\n", "unknown", "row 1"),
    "table out of bounds": ("respondent,department,status\nM1,marketing,9\n", "bounds", "row 2, column status"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_and_where(tmp_path, case):
    text, problem, key = REFUSED[case]
    with pytest.raises(BadInputError) as caught:
        read(tmp_path, text)
    assert (caught.value.problem, str(caught.value.key)) == (problem, key)
    assert Path(caught.value.file).name == "form_0.csv"
    problems = Problems(50)
    read_forms(write(tmp_path, text), problems)
    assert [str(error) for error in problems.found] == [str(caught.value)]


def test_everything_wrong_is_collected_over_all_files(tmp_path):
    texts = as_form({**M1, "own_customers": -1}), as_form({**M1, "own_products": 500})
    problems = Problems(50)
    read_forms([*write(tmp_path, *texts), tmp_path / "nowhere.csv"], problems)
    assert [(Path(error.file).name, error.problem) for error in problems.found] == [
        ("form_0.csv", "bounds"),
        ("form_1.csv", "bounds"),
        ("form_1.csv", "duplicate"),
        ("nowhere.csv", "no_file"),
    ]


def test_people_who_name_each_other_must_agree_where_they_work(tmp_path):
    forms = read(tmp_path, as_form(M1), as_form(answers("S1", "sales", "M1", colleague_1="M2")))
    with pytest.raises(BadInputError) as caught:
        roster(forms, Problems())
    assert (caught.value.problem, caught.value.value) == ("invalid", "M2")
    assert str(caught.value.allowed) == "somebody in sales"


@pytest.mark.parametrize(("named", "nearest"), [("m1", "M1"), ("S2", "s2")])
def test_codes_that_differ_by_capitals_alone_are_one_person_mistyped(tmp_path, named, nearest):
    first = answers("S1", "sales", "m1") if named == "m1" else answers("S1", "sales", colleague_1="s2")
    forms = read(tmp_path, *map(as_form, [M1, first] if named == "m1" else [first, M1]))
    with pytest.raises(BadInputError) as caught:
        roster(forms, Problems())
    assert (caught.value.value, caught.value.nearest) == (named, nearest)


def test_everybody_is_listed_and_those_without_a_form_are_known_as_such(tmp_path):
    people = roster(read(tmp_path, as_form(answers("S9", "sales", "M1")), as_form(M1)), Problems())
    assert people.departments == {"M1": "marketing", "M2": "marketing", "S9": "sales", "S1": "sales", "S2": "sales"}
    assert people.silent == ("M2", "S1", "S2")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    problems = Problems(50)
    text = "item,answer\n" + text.encode("utf-8", "replace").decode()
    forms = read_forms(write(tmp_path_factory.mktemp("any"), text), problems)
    assert bool(problems.found) != bool(forms)
    assert all(error.render("de").isprintable() for error in problems.found)


def test_the_form_asks_every_question_once():
    asked = [item.id for part in form_sections().values() for item in part]
    assert len(asked) == len(set(asked))
    assert set(asked) <= set(ALL_ITEMS)
