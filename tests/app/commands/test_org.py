"""``handshake org check``, from the outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import program
from experiments.pseudonyms import SIGNS
from sim.presets import presets
from sim.scenario import Scenario
from sim.texts import catalogue

PEOPLE = "id,department,regard\nM1,marketing,0.5\nM2,marketing,\nS1,sales,0.25\nS2,sales,\n"
TIES = "a,b,kind,trust\nM1,S1,,0.5\nM2,S2,team,\nM1,M2,,\nS1,S2,,\n"


def files(people: str = PEOPLE, ties: str = TIES, folder: str = ".") -> tuple[str, str]:
    Path(folder).mkdir(exist_ok=True)
    paths = Path(folder, "people.csv"), Path(folder, "ties.csv")
    for path, text in zip(paths, (people, ties), strict=True):
        path.write_text(text, encoding="utf-8")
    return str(paths[0]), str(paths[1])


@pytest.mark.parametrize("language", ["en", "de"])
def test_sound_files_are_summed_up_within_80_columns(cli, language):
    company = presets()["own_organisation"].scenario().company
    found = cli("org", "check", company.people, company.ties, language=language)
    assert (found.code, found.err) == (0, "")
    assert catalogue(language)["organisation.fine"] in found.out
    assert "…" not in found.out
    assert max(len(line.rstrip()) for line in found.out.splitlines()) <= 80
    for name in ("market_knowledge", "friction", "M03", "10/12"):
        assert name in found.out


def test_the_summary_as_json(cli):
    found = cli("org", "check", *files(), "--json").json()
    assert found["people"] == {"marketing": 2, "sales": 2}
    assert found["ties"] == {"marketing": 1, "sales": 1, "interface": 1, "team": 1}
    assert found["no_interface"] == {"marketing": ["M2"], "sales": ["S2"]}
    assert found["bridges"] == ["M1", "S1"]
    assert found["busiest"]["sales"] == {"id": "S1", "share": 1.0}
    regard = next(column for column in found["columns"] if column["name"] == "regard")
    assert (regard["known"], regard["of"], regard["median"]) == (2, 4, 0.375)
    status = next(column for column in found["columns"] if column["name"] == "status")
    assert (status["known"], status["median"], status["low"]) == (0, None, -1.0)
    assert (found["telling_ids"], found["written"]) == ({}, None)


def test_everything_wrong_is_told_at_once_and_nothing_is_written(cli, tmp_path):
    people = PEOPLE.replace("0.5", "5").replace("S2,sales", "S2,slaes")
    found = cli("org", "check", *files(people, TIES + "M1,M9,,\n"), "--out", "firm.toml")
    assert (found.code, found.out) == (2, "")
    lines = found.err.splitlines()
    assert [line.split(": ")[2] for line in lines[:3]] == [
        "row 2, column regard",
        "row 5, column department",
        "row 6, column b",
    ]
    assert "did you mean 'sales'?" in lines[1]
    assert lines[3].startswith("handshake: 3 problems")
    assert not Path("firm.toml").exists()


def test_problems_as_json(cli):
    found = cli("org", "check", *files(PEOPLE.replace("0.5", "5")), "--json", language="de")
    assert found.code == 2
    (problem,) = found.json()["problems"]
    assert (problem["problem"], problem["key"], problem["value"]) == ("bounds", "Zeile 2, Spalte regard", "5")
    assert problem["message"] in found.err


def test_missing_files_are_both_named(cli):
    found = cli("org", "check", "nobody.csv", "nothing.csv")
    assert found.code == 2
    assert "nobody.csv" in found.err
    assert "nothing.csv" in found.err


def test_the_scenario_uses_the_files_where_they_lie(cli):
    people, ties = files(folder="data")
    Path("plans").mkdir()
    found = cli("org", "check", people, ties, "--out", "plans/firm.toml")
    assert (found.code, found.err) == (0, "")
    assert "plans/firm.toml" in found.out
    scenario = Scenario.load("plans/firm.toml")
    assert scenario.place().graph.names == ("M1", "M2", "S1", "S2")
    assert scenario.name == "firm"
    assert 'people = "../data/people.csv"' in Path("plans/firm.toml").read_text(encoding="utf-8")
    assert cli("run", "plans/firm.toml", "--companies", 2, "--weeks", 2).code == 0


def test_nothing_is_overwritten(cli):
    Path("firm.toml").write_text("mine")
    found = cli("org", "check", *files(), "--out", "firm.toml")
    assert (found.code, found.out) == (2, "")
    assert "already exists" in found.err
    assert Path("firm.toml").read_text() == "mine"


def test_ids_that_look_like_people_are_told(cli):
    found = cli("org", "check", *files(PEOPLE.replace("M1", "Sue Miller"), TIES.replace("M1", "Sue Miller")))
    assert found.code == 0
    assert "look like names (1 id): Sue Miller." in found.out


def test_every_option_and_argument_of_the_group_is_explained(cli):
    texts = catalogue("en")
    for command in program().commands["org"].commands.values():
        for part in ("short", "says", "example", "json"):
            assert f"help.org.{command.name}.{part}" in texts
        assert [parameter.name for parameter in command.params if parameter.help not in texts] == []


def test_every_sign_has_its_words():
    assert [sign for sign in SIGNS if f"organisation.telling.{sign}" not in catalogue("en")] == []


@pytest.mark.parametrize(("language", "usage"), [("en", "Usage:"), ("de", "Aufruf:")])
def test_the_help_of_the_group_lists_its_commands(cli, language, usage):
    for arguments in (("org",), ("org", "--help")):
        found = cli(*arguments, language=language)
        assert found.code == 0
        assert found.out.startswith(f"{usage} handshake org")
        assert "\n  check " in found.out
    nearest = cli("org", "chekc", language=language)
    assert nearest.code == 2
    assert "check" in nearest.err


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("command", ["check", "survey"])
def test_the_help_of_its_commands_has_an_example(cli, command, language):
    found = cli("org", command, "--help", language=language)
    assert (found.code, found.err) == (0, "")
    assert f"\n  handshake org {command}" in found.out
    assert max(len(line.rstrip()) for line in found.out.splitlines()) <= 80
