"""CSV tables as spreadsheets write them, and TOML that would take for ever."""

from __future__ import annotations

import unicodedata

import pytest

from sim.errors import BadInputError
from sim.scenario import Scenario, name_of
from sim.tables import Problems, header_of, read_number, read_table
from sim.textfile import text_of, toml_of

NAME = "Müller-1"
EXPECTED = [{"id": NAME, "department": "sales"}]


def read(text: str) -> list[dict[str, str]]:
    rows = read_table(text, "people.csv", ("id", "department"), ("trust",), Problems())
    return [{key: cell for key, cell in row.items() if key} for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        f"id,department\n{NAME},sales\n",
        f"id;department\n{NAME};sales\n",
        f"id\tdepartment\n{NAME}\tsales\n",
        f"sep=;\nid;department\n{NAME};sales\n",
        f'"sep=;"\r\nid;department\r\n{NAME};sales\r\n',
        f"\n\nid,department\n\n{NAME},sales\n",
        f"id;department;;\n{NAME};sales;;\n",
        f"id;department\n{NAME};sales;;\n",
        f'"id","department"\r"{NAME}","sales"\r',
        f"\ufeffid,department\n{unicodedata.normalize('NFD', NAME)},sales\n",
    ],
    ids=["commas", "semicolons", "tabs", "sep", "sep quoted", "blank", "columns", "cells", "returns", "form"],
)
def test_whatever_a_spreadsheet_writes_is_understood(text):
    assert read(text) == EXPECTED
    assert header_of(text) == ["id", "department"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_spreadsheets(encoding):
    assert text_of(NAME.encode(encoding), "x.csv", sheet=True) == NAME


@pytest.mark.parametrize("raw", [NAME.encode("utf-16"), NAME.encode("cp1252"), b"a\0b"])
def test_a_scenario_is_utf_8(raw):
    with pytest.raises(BadInputError) as raised:
        text_of(raw, "x.toml")
    assert raised.value.problem == "encoding"
    assert raised.value.allowed


def test_rows_are_numbered_as_a_spreadsheet_does():
    with pytest.raises(BadInputError, match="row 3, column department"):
        read_table("\n\nid\nM1\n", "people.csv", ("id", "department"), (), Problems())


@pytest.mark.parametrize("text", ['id,department\n"M1"x,sales\n', 'id,department\n"M1,sales\n'])
@pytest.mark.parametrize(("language", "row"), [("en", "row"), ("de", "Zeile")])
def test_quotation_marks_that_do_not_fit_are_named_in_the_language(text, language, row):
    with pytest.raises(BadInputError) as raised:
        read(text)
    assert f"{row} 2" in raised.value.render(language)
    assert "expected" not in raised.value.render(language)


@pytest.mark.parametrize("cell", ["M\x1b[2J1", "M\x001", "M\x07"])
def test_control_characters_are_refused_and_not_printed(cell):
    with pytest.raises(BadInputError) as raised:
        read(f"id,department\n{cell},sales\n")
    assert raised.value.render().isprintable()


@pytest.mark.parametrize(
    ("cell", "value"), [("0,5", 0.5), (".5", 0.5), ("1e-1", 0.1), ("1_0", None), ("٣", None), ("1.234,5", None)]
)
def test_numbers_are_ours(cell, value):
    problems = Problems(most=2)
    found = read_number({"": "2", "trust": cell}, "trust", "people.csv", 0.0, 100.0, problems)
    assert (len(problems) == 1) == (value is None)
    assert value is None or found == value


@pytest.mark.parametrize(
    "text",
    [
        "[levers]\n" + ".".join("a" * 20_000) + " = 1\n",
        "[levers]\n[" + ".".join("a" * 20_000) + "]\n",
        "[levers]\nx = {" + ".".join(['"a"'] * 20_000) + " = 1}\n",
        "[levers]\nx = " + "9" * 5000 + "\n",
    ],
    ids=["key", "table", "inline", "number"],
)
def test_what_a_parser_would_take_for_ever_on_is_refused_before(text):
    with pytest.raises(BadInputError) as raised:
        toml_of(text, "x.toml")
    assert raised.value.problem == "bounds"
    assert "line 2" in raised.value.render()
    assert len(raised.value.render()) < 300


def test_names_that_cannot_be_shown_are_refused_or_replaced():
    with pytest.raises(BadInputError, match="name"):
        Scenario(name="a\x1b]52;c;x\x07")
    assert len(name_of("x" * 250 + ".toml")) == 200
    assert name_of("a\x1bb.toml") == "a_b"
    assert name_of("\udcff.toml").isprintable()
