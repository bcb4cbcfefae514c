"""``--ensemble`` and ``--sets`` of compare and study: what they show, write, and refuse."""

from __future__ import annotations

import csv
import json
import re

import pytest

from analysis.figures.labels import Labels
from app.commands.study import USUAL_SETS
from experiments.ensemble import shipped
from experiments.patterns import PATTERNS
from sim.outcomes import OUTCOMES, TYPES

COMPARE = ("compare", "ivory_tower", "half_levers", "--companies", 12, "--weeks", 30)
STUDY = ("study", "--companies", 337)
ENOUGH = len(shipped())

REFUSED = {
    "none": (["--ensemble", "--sets", "0"], ["option --sets", "'0'", f"1 to {ENOUGH}, or all"]),
    "less than none": (["--ensemble", "--sets", "-3"], ["option --sets", "'-3'", f"1 to {ENOUGH}, or all"]),
    "no number": (["--ensemble", "--sets", "abc"], ["option --sets", "'abc'", "a whole number", "or all"]),
    "fraction": (["--ensemble", "--sets", "1.5"], ["option --sets", "'1.5'", "a whole number"]),
    "more than there are": (["--ensemble", "--sets", str(ENOUGH + 1)], [f"'{ENOUGH + 1}'", f"1 to {ENOUGH}, or all"]),
    "without an ensemble": (["--sets", "3"], ["option --sets", "'3'", "only with --ensemble"]),
    "all without an ensemble": (["--sets", "all"], ["option --sets", "'all'", "only with --ensemble"]),
}


@pytest.mark.parametrize("command", [("compare", "hoarders"), ("study", "--out", "results")])
@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_one_message_and_writes_nothing(cli, tmp_path, command, case):
    options, named = REFUSED[case]
    english, german = (cli(*command, *options, language=language) for language in ("en", "de"))
    for found in (english, german):
        assert found.code == 2
        assert found.out == ""
        assert found.err.startswith("handshake: ")
        assert found.err.count("\n") == 1
    assert [part for part in named if part not in english.err] == []
    assert "Option --sets" in german.err
    assert re.search(f"1 bis {ENOUGH}, oder all|nur mit --ensemble", german.err)
    assert list(tmp_path.iterdir()) == []


# --- compare --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_compare_shows_what_holds_over_the_sets(cli, language):
    texts = Labels(language)
    plain, over = (
        " ".join(cli(*COMPARE, *options, language=language).out.split())
        for options in ((), ("--ensemble", "--sets", 3))
    )
    for said in (
        texts("comparison.sets", sets=3),
        texts("comparison.types_over_sets"),
        texts("comparison.by_ensemble"),
    ):
        assert said in over
        assert said not in plain


def test_compare_as_json(cli):
    found = cli(*COMPARE, "--ensemble", "--sets", 3, "--json").json()
    over = found["ensemble"]
    assert (over["sets"], over["of"], over["fixed"]) == (3, ENOUGH, [])
    assert list(over["outcomes"]) == list(OUTCOMES)
    assert list(over["types"]) == list(TYPES)
    trust = over["outcomes"]["trust"]
    assert trust["share"] == 1.0
    assert trust["default_holds"]
    assert trust["low"] < 1.0 == trust["high"]
    assert trust["strength"]["p05"] <= trust["strength"]["median"] <= trust["strength"]["p95"]
    assert set(over["types"]["professional"]) == {"a", "b", "difference"}
    assert cli(*COMPARE, "--json").json() == {key: value for key, value in found.items() if key != "ensemble"}


def test_without_sets_compare_takes_all_of_them(cli):
    found = cli("compare", "hoarders", "reference", "--companies", 1, "--weeks", 2, "--ensemble", "--json").json()
    assert found["ensemble"]["sets"] == ENOUGH
    again = cli(
        "compare", "hoarders", "reference", "--companies", 1, "--weeks", 2, "--ensemble", "--sets", "all", "--json"
    )
    assert again.json() == found


def test_coefficients_that_both_scenarios_fix_decide_nothing(cli, tmp_path):
    # With all of them fixed, sets differ in their anchors alone.
    sets = shipped()
    fixed = "[coefficients]\n" + "\n".join(
        f"{name} = {value!r}" for name, value in zip(sets.names, sets.values[0].tolist(), strict=True)
    )
    for name, levers in (("a", ""), ("b", "[levers]\njoint_planning = 0.05\n")):
        (tmp_path / f"{name}.toml").write_text(f"weeks = 26\n{levers}{fixed}\n")
    over = cli("compare", "a.toml", "b.toml", "--companies", 8, "--ensemble", "--json").json()["ensemble"]
    assert over["outcomes"]["trust"]["strength"]["p05"] == over["outcomes"]["trust"]["strength"]["p95"]
    conclusions = [*over["outcomes"].values(), *(one["difference"] for one in over["types"].values())]
    assert [one["decided_by"] for one in conclusions] == [[]] * len(conclusions)
    # And whether such sets reproduce the patterns, nobody has judged.
    assert over["fixed"] == list(sets.names)


def test_what_a_scenario_fixes_itself_is_said(cli, tmp_path):
    (tmp_path / "a.toml").write_text("weeks = 4\n[coefficients]\ntrust_up = 0.1\n[outcome]\nwindow_weeks = 2\n")
    found = cli("compare", "a.toml", "hoarders", "--companies", 2, "--weeks", 4, "--ensemble", "--sets", 2)
    assert "trust_up" in found.out


# --- study ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def quick():
    """Conditions on few companies: how the study looks does not depend on it."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("experiments.calibration.verdict", "analysis.study.runs"):
            patch.setattr(f"{module}.PER_CONDITION", 16)
        yield


@pytest.mark.usefixtures("quick")
def test_study_writes_and_says_in_how_many_sets_patterns_hold(cli, tmp_path):
    found = cli(*STUDY, "--ensemble", "--sets", 2, "--out", "results", language="de")
    assert found.code == 0
    text = " ".join(found.out.split())
    for words in (
        "Muster über die Parametersätze",
        "Alle Muster zugleich gelten in",
        "Größen sind Annahmen",
        "ensemble.csv",
    ):
        assert words in text
    assert max(len(line.rstrip()) for line in found.out.splitlines()) <= 80
    assert "Parametersätze: 1 von 2" in found.err
    folder = tmp_path / "results"
    assert {path.name for path in folder.iterdir()} == {
        "study.json",
        "companies.csv",
        "tables",
        "figures",
        "ensemble.json",
        "ensemble.csv",
    }
    over = json.loads((folder / "ensemble.json").read_text(encoding="utf-8"))
    assert list(over["patterns"]) == list(PATTERNS)
    with (folder / "ensemble.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == over["sets"] == 2
    for name, pattern in over["patterns"].items():
        margins = [float(row[f"margin_{name}"]) for row in rows]
        assert pattern["share"] == sum(margin >= 0.0 for margin in margins) / 2
        assert pattern["default_holds"] == (margins[0] >= 0.0)
        assert margins[pattern["smallest"]["set"]] == min(margins)
        assert sum(pattern["weakest"].values()) == pytest.approx(1.0)
    assert [int(row["patterns_held"]) for row in rows] == [
        sum(float(row[f"margin_{name}"]) >= 0.0 for name in PATTERNS) for row in rows
    ]


@pytest.mark.usefixtures("quick")
def test_study_as_json_and_nothing_left_when_it_fails(cli, tmp_path, monkeypatch):
    found = cli(*STUDY, "--ensemble", "--sets", 1, "--json")
    over = found.json()["ensemble"]
    assert (over["sets"], over["of"], over["companies"]) == (1, ENOUGH, 337)
    assert set(over["types"]["professional"]) == {"share", "return_on_sales"}
    assert sum(over["types"][kind]["share"]["median"] for kind in TYPES) == pytest.approx(1.0)

    def fail(*_arguments: object) -> None:
        raise OSError("no")

    monkeypatch.setattr("app.commands.study.sets_table", fail)
    assert cli(*STUDY, "--ensemble", "--sets", 1, "--out", "results").code == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_help_names_the_usual_number_of_sets_and_an_example(cli, language):
    text = " ".join(cli("study", "--help", language=language).out.split())
    assert re.search(rf"(the first|die ersten) {USUAL_SETS}\b", text)
    assert "handshake study --ensemble --sets all" in text
    assert "--ensemble" in cli("compare", "--help", language=language).out
