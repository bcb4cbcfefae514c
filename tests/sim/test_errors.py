"""Messages about bad input."""

from __future__ import annotations

import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import BadInputError, between, is_phrase, nearest_name, phrase, plain, shown, unknown_name


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_message_names_everything():
    error = BadInputError(
        "bounds", key="levers.x", value=1.5, allowed=between(0, 1), nearest="y", file="firm.toml"
    )  # fmt: skip
    assert error.render("en") == (
        "file firm.toml: key levers.x: value 1.5 is out of bounds; allowed: 0 to 1; did you mean 'y'?"
    )
    assert error.render("de") == (
        "Datei firm.toml: Schlüssel levers.x: Wert 1.5 liegt außerhalb der Grenzen; "
        "erlaubt: 0 bis 1; gemeint ist vielleicht „y“"
    )
    assert str(error) == error.render("en")


def test_a_place_that_is_a_phrase_speaks_for_itself():
    error = BadInputError("duplicate", key=phrase("cell", row=4, column="id"), value="Anna")
    assert error.render("en") == "row 4, column id: 'Anna' occurs twice"
    assert error.render("de") == "Zeile 4, Spalte id: „Anna“ kommt doppelt vor"


def test_units_are_named_where_there_are_any():
    assert str(between(0, 8, unit="h/wk")) == "0 to 8 (unit h/wk)"
    assert between(0, 8, unit="h/wk").text("de") == "0 bis 8 (Einheit h/wk)"
    assert str(between(0, 8)) == "0 to 8"


@pytest.mark.parametrize(
    ("number", "text"), [(5000, "5000"), (0.05, "0.05"), (3.0, "3"), (-1.0, "-1"), (2**63 - 1, str(2**63 - 1))]
)
def test_numbers_are_written_as_one_would_type_them(number, text):
    assert plain(number) == text


def test_values_are_shown_as_they_stand_in_the_input():
    def message(value: object) -> str:
        return BadInputError("type", value=shown(value)).render("en")

    assert "value 'x' " in message("x")
    assert "value true " in message(True)
    assert "value 0.5 " in message(0.5)
    assert "value (a list) " in message([1, 2])
    assert "value (a table) " in message({"a": 1})


@given(st.text(), st.text())
def test_a_message_is_one_printable_line(value, file):
    for language in ("en", "de"):
        assert BadInputError("type", key="k", value=value, file=file).render(language).isprintable()


def test_long_values_are_cut_off():
    assert len(BadInputError("type", value="x" * 10_000).render("en")) < 200


def test_another_file_or_key():
    error = BadInputError("missing", key="a")
    assert error.in_file("x").in_file("y").file == "x"
    assert error.at("b").key == "b"


def test_unknown_names_list_a_few_or_all():
    few = unknown_name("c", ["b", "a"], key="k")
    assert few.allowed == "a, b"
    many = unknown_name("name_7x", [f"name_{k}" for k in range(30)], key="k")
    assert many.allowed
    assert str(many.allowed) == "30 names, such as name_0, name_1, name_10"
    assert many.nearest == "name_7"


def test_the_nearest_name_does_not_look_at_case_and_may_be_missing():
    assert nearest_name("EYE_LEVEL", ["eye_level", "talk_first"]) == "eye_level"
    assert nearest_name("zzz", ["eye_level"]) == ""
    assert nearest_name("x" * 10_000, ["eye_level"]) == ""


def test_errors_travel_between_processes():
    error = unknown_name("c", [f"n{k}" for k in range(30)], key=phrase("row", row=3)).in_file("f")
    again = pickle.loads(pickle.dumps(error))
    assert again.render("de") == error.render("de")


def test_unknown_problems_and_phrases_are_programming_errors():
    with pytest.raises(KeyError):
        BadInputError("nonsense")
    with pytest.raises(KeyError):
        phrase("nonsense")
    assert is_phrase("range")
    assert not is_phrase("nonsense")
