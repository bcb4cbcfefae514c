"""Text files: what is said of one that is no TOML."""

from __future__ import annotations

import pytest

from sim.errors import BadInputError
from sim.textfile import toml_of

MEANT = {
    "a = 0,5": "a = 0.5",
    "a = -0,5  # half": "a = -0.5",
    "a = .5": "a = 0.5",
    "a = 50%": "a = 0.5",
    "a = 7,5 %": "a = 0.075",
    "a: 0.5": "a = 0.5",
    'a: "x"': 'a = "x"',
}


@pytest.mark.parametrize("line", MEANT)
def test_what_is_written_as_in_a_spreadsheet_is_understood_but_not_taken(line):
    with pytest.raises(BadInputError) as raised:
        toml_of(f"[levers]\n{line}\nb = 1\n", "x.toml")
    assert raised.value.nearest == MEANT[line]
    assert f"gemeint ist vielleicht „{MEANT[line]}“" in raised.value.render("de")


@pytest.mark.parametrize(
    "line", ["a = 1 2", "a =", "a = -", "a = [1", 'a = "b', "a = 1.", "a: Tower", "b = 3\nb = 4", "a", "= 5", "%"]
)
def test_nothing_is_suggested_where_it_is_not_clear(line):
    with pytest.raises(BadInputError) as raised:
        toml_of(f"[levers]\n{line}\n", "x.toml")
    assert raised.value.nearest == ""
