"""Tables on a terminal: nothing is cut, and what needs little room gets it."""

from __future__ import annotations

import pytest

from app.terminal.screen import Screen
from sim.texts import Texts

ROW = ("Koordinationseffizienz", "+0,016", "+0,010 bis +0,024", "100 % / 0 %", "Wie stark Entscheidungen abhängen")
HEAD = ("Schluss", "Mittel", "Mittlere 80 %", "Höher / tiefer", "Entschieden durch")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("aligned", ["LLLLL", "lrrrL"])
def test_no_word_of_a_table_is_cut(capsys, monkeypatch, width, aligned):
    monkeypatch.setenv("COLUMNS", str(width))
    Screen(Texts("de")).table(HEAD, [ROW], aligned=aligned, title="x")
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= width
    words = {word for text in (*HEAD[1:], *ROW) for word in text.split()}
    assert words <= {word.removesuffix(":") for word in out.split()}


def test_short_columns_are_not_broken_for_a_long_one(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    Screen(Texts("en")).table(("A", "B"), [("0.230 to 0.343", "word " * 30)], aligned="LL", title="x")
    assert "0.230 to 0.343" in capsys.readouterr().out


def test_a_table_that_is_a_little_too_wide_gets_smaller_gaps(capsys, monkeypatch):
    for width, stacked in ((16, False), (14, True)):
        monkeypatch.setattr("app.terminal.screen.NARROWEST", width)
        monkeypatch.setenv("COLUMNS", str(width))
        Screen(Texts("en")).table(("name", "one", "two"), [("name", "1234", "5678")], aligned="Lrr", title="x")
        assert ("one: 1234" in capsys.readouterr().out) == stacked
