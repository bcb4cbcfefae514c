"""``handshake compare``: its numbers are those of the findings, in both languages, and it tells scenarios apart."""

from __future__ import annotations

import re

import pytest

from sim.outcomes import TYPES
from sim.presets import presets

SMALL = ("--companies", 8, "--weeks", 6)


@pytest.mark.parametrize("language", ["en", "de"])
def test_compare_shows_differences_types_and_moves(cli, language):
    found = cli("compare", "hoarders", "half_levers", *SMALL, "--lang", language)
    assert found.code == 0
    first, second = (presets()[name].name(language) for name in ("hoarders", "half_levers"))
    assert found.out.startswith(f"{first} (A)")
    assert f"{second} (B)" in found.out
    assert "B − A" in found.out
    assert max(len(line.rstrip()) for line in found.out.splitlines()) <= 80


def test_compare_as_json(cli):
    found = cli("compare", "hoarders", "half_levers", *SMALL, "--json").json()
    keys = ["a", "b", "companies", "weeks", "averaged_weeks", "measured_differently", "alike"]
    assert list(found) == [*keys, "seed", "version", "types", "moves", "outcomes"]
    assert found["companies"] == 8
    assert (found["averaged_weeks"], found["measured_differently"]) == ({"a": 6, "b": 6}, [])
    assert list(found["types"]) == list(found["moves"]) == list(TYPES)
    assert sum(sum(row.values()) for row in found["moves"].values()) == 8
    trust = found["outcomes"]["trust"]
    assert list(trust) == ["a", "b", "difference", "low", "high", "better", "probability"]
    assert trust["better"] == "higher"
    assert trust["low"] <= trust["difference"] <= trust["high"]
    assert found["outcomes"]["disagreement"]["better"] is None
    assert found["outcomes"]["disagreement"]["probability"] is None


def test_compare_alone_takes_the_levers_away(cli):
    found = cli("compare", "half_levers", *SMALL, "--json").json()
    assert (found["a"], found["b"]) == ("All levers at half, without levers", "All levers at half")
    assert found["outcomes"]["lever_cost"]["a"] == 0.0
    assert found["outcomes"]["lever_cost"]["b"] > 0.0


def test_compare_says_that_two_scenarios_are_measured_differently(cli, tmp_path):
    file = tmp_path / "b.toml"
    cli("new", file, "--preset", "hoarders")
    file.write_text(file.read_text(encoding="utf-8") + "\n[outcome]\nwindow_weeks = 3\n", encoding="utf-8")
    found = cli("compare", "hoarders", file, *SMALL)
    assert "last 6 (A) / 3 (B) weeks" in found.out
    assert "window_weeks" in found.out
    assert "window_weeks" not in cli("compare", "hoarders", "half_levers", *SMALL).out


def test_compare_with_itself_finds_nothing(cli):
    found = cli("compare", "hoarders", "hoarders", *SMALL, "--json").json()
    assert (found["a"], found["b"]) == ("Hoarders (A)", "Hoarders (B)")
    assert {row["difference"] for row in found["outcomes"].values()} == {0.0}
    assert found["alike"]
    assert "nothing can differ" in cli("compare", "hoarders", "hoarders", *SMALL).out


def test_copies_of_a_file_are_told_apart_by_their_names(cli, tmp_path):
    cli("new", "class.toml", "--preset", "hoarders")
    text = (tmp_path / "class.toml").read_text(encoding="utf-8")
    (tmp_path / "team.toml").write_text(
        re.sub("^talk_first = .*", "talk_first = 1.0", text, flags=re.MULTILINE), encoding="utf-8"
    )
    found = cli("compare", "class.toml", "team.toml", *SMALL)
    assert found.out.startswith("Hoarders (class) (A) and Hoarders (team) (B)\n")
    assert "nothing can differ" not in found.out
