"""The commands, from the outside: what they print, in both languages, and what they leave behind."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.outcomes import OUTCOMES, PURPOSES, TYPES
from sim.policies import ALL_POLICIES
from sim.presets import presets
from sim.scenario import Scenario
from sim.texts import language_of
from sim.version import __version__

COMMANDS = ("new", "run", "compare", "explain", "levers", "study")
SMALL = ("--companies", 8, "--weeks", 6)


def widest(text: str) -> int:
    return max(len(line.rstrip()) for line in text.splitlines())


def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "app", *(str(argument) for argument in arguments)],
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# --- help, version, language ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("language", "usage", "example"), [("en", "Usage:", "Example"), ("de", "Aufruf:", "Beispiel")])
def test_help_has_an_example_in_both_languages(cli, command, language, usage, example):
    found = cli(command, "--help", "--lang", language)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith(f"{usage} handshake {command}")
    assert f"\n{example}\n  handshake {command}" in found.out
    assert widest(found.out) <= 80
    for option in ("--lang en|de", "--help"):
        assert option in found.out


def test_help_names_every_command(cli):
    for arguments in ((), ("--help",)):
        found = cli(*arguments)
        assert found.code == 0
        assert all(f"\n  {command} " in found.out for command in COMMANDS)


def test_help_does_not_load_the_model():
    code = "import sys; from app.cli import call; call(['run', '--help']); sys.exit('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], capture_output=True, check=False)
    assert done.returncode == 0


def test_the_version(cli):
    assert cli("--version").out == f"handshake {__version__}\n"


@pytest.mark.parametrize(
    ("environment", "german"),
    [
        ({}, False),
        ({"LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "de_AT"}, True),
        ({"LANG": "de_DE", "LC_ALL": "C"}, False),
    ],
)
def test_the_environment_decides_on_the_language(cli, monkeypatch, environment, german):
    monkeypatch.delenv("LANG", raising=False)
    assert language_of((), environment) == ("de" if german else "en")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("Aufruf" in cli(language=environment.get("LANG", "C")).out) is german


@pytest.mark.parametrize("arguments", [("--lang", "de", "levers"), ("levers", "--lang", "de"), ("levers", "--lang=de")])
def test_the_language_may_be_named_anywhere(cli, arguments):
    assert "Auf Augenhöhe" in cli(*arguments).out


# --- new ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", presets())
def test_new_writes_every_preset_as_it_is(cli, tmp_path, name, language):
    found = cli("new", "firm.toml", "--preset", name, "--lang", language)
    assert (found.code, found.err) == (0, "")
    loaded, meant = Scenario.load("firm.toml"), presets()[name].scenario(language)
    assert loaded.changed(company={}) == meant.changed(company={})
    drop = {"people", "ties"}
    assert loaded.company.model_dump(exclude=drop) == meant.company.model_dump(exclude=drop)
    files = {"firm.toml", "people.csv", "ties.csv"} if name == "own_organisation" else {"firm.toml"}
    assert {path.name for path in tmp_path.iterdir()} == files
    assert widest(Path("firm.toml").read_text()) <= 120


def test_new_calls_the_file_like_the_preset(cli):
    assert cli("new", "--preset", "hoarders").code == 0
    assert Path("hoarders.toml").is_file()


def test_new_prints_to_the_standard_output(cli, tmp_path):
    found = cli("new", "-", "--preset", "hoarders", "--full")
    Path("firm.toml").write_text(found.out)
    assert Scenario.load("firm.toml") == presets()["hoarders"].scenario()
    assert "idle_result" in found.out
    assert [path.name for path in tmp_path.iterdir()] == ["firm.toml"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_new_lists_the_presets(cli, language):
    found = cli("new", "--list", "--lang", language)
    assert found.code == 0
    assert all(name in found.out for name in presets())
    assert widest(found.out) <= 80
    rows = cli("new", "--list", "--json", "--lang", language).json()
    assert [row["id"] for row in rows] == list(presets())
    assert rows[0]["name"] == presets()["reference"].name(language)


def test_new_reports_its_files_as_json(cli):
    found = cli("new", "firm.toml", "--preset", "own_organisation", "--json").json()
    assert found == {"preset": "own_organisation", "files": ["firm.toml", "people.csv", "ties.csv"]}


# --- run ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Ivory tower", "self-blocking", "Cooperation quality", "Core work", "not a forecast", "assumptions")),
        (
            "de",
            ("Elfenbeinturm", "Selbstblockierer", "Kooperationsqualität", "Kernarbeit", "keine Prognose", "Annahmen"),
        ),
    ],
)
def test_run_shows_types_outcomes_hours_and_what_it_is_not(cli, language, words):
    found = cli("run", "ivory_tower", *SMALL, "--lang", language)
    assert found.code == 0
    assert all(word in found.out for word in words)
    assert widest(found.out) <= 80


def test_run_as_json(cli):
    found = cli("run", "ivory_tower", *SMALL, "--seed", 3, "--json").json()
    keys = ["scenario", "companies", "weeks", "averaged_weeks", "seed", "version", "types", "outcomes", "hours"]
    assert list(found) == keys
    # Of a run that is shorter than the window, all weeks.
    assert (found["companies"], found["weeks"], found["averaged_weeks"], found["seed"]) == (8, 6, 6, 3)
    assert list(found["types"]) == list(TYPES)
    assert sum(row["share"] for row in found["types"].values()) == pytest.approx(1.0)
    assert list(found["outcomes"]) == list(OUTCOMES)
    assert set(found["outcomes"]["trust"]) == {"mean", "low", "high", "sd", "p10", "median", "p90"}
    for side in ("marketing", "sales"):
        assert list(found["hours"][side]) == list(PURPOSES)
        assert sum(found["hours"][side].values()) == pytest.approx(40.0)


def test_a_single_company_has_no_interval_and_no_nan(cli):
    found = cli("run", "ivory_tower", "--companies", 1, "--weeks", 2, "--json").json()
    assert found["outcomes"]["trust"]["low"] is None
    assert cli("run", "ivory_tower", "--companies", 1, "--weeks", 2).code == 0


def test_the_same_seed_gives_the_same_output_and_another_does_not(cli):
    first, again, other = (cli("run", "hoarders", *SMALL, "--json", "--seed", seed).out for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_run_takes_the_horizon_of_the_file(cli):
    Path("firm.toml").write_text("weeks = 5\n")
    assert cli("run", "firm.toml", "--companies", 2, "--json").json()["weeks"] == 5


def test_run_writes_a_folder_that_runs_again(cli, tmp_path):
    found = cli("run", "own_organisation", *SMALL, "--out", "deep/results", "--paths", "--json")
    assert found.code == 0
    folder = tmp_path / "deep" / "results"
    names = {"outcomes.csv", "hours.csv", "paths.csv", "summary.json", "scenario.toml", "people.csv", "ties.csv"}
    assert {path.name for path in folder.iterdir()} == names
    assert (folder / "summary.json").read_text() == found.out
    for name, rows in {"outcomes": 8, "hours": 8 * 18, "paths": 8 * 6}.items():
        assert len(list(csv.DictReader((folder / f"{name}.csv").read_text().splitlines()))) == rows
    again = cli("run", folder / "scenario.toml", *SMALL, "--json")
    assert again.out == found.out


def test_run_leaves_out_paths_unless_asked(cli):
    assert cli("run", "hoarders", *SMALL, "--out", "results").code == 0
    assert sorted(path.name for path in Path("results").iterdir()) == [
        "hours.csv",
        "outcomes.csv",
        "scenario.toml",
        "summary.json",
    ]


def test_run_fills_an_empty_folder(cli):
    Path("results").mkdir()
    assert cli("run", "hoarders", *SMALL, "--out", "results").code == 0
    assert Path("results/outcomes.csv").is_file()


def test_a_failed_run_leaves_nothing_behind(cli, monkeypatch, tmp_path):
    def fail(*_: object, **__: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("app.terminal.running.simulate", fail)
    found = cli("run", "hoarders", *SMALL, "--out", "results", "--lang", "de")
    assert found.code == 1
    assert found.err == "handshake: Der Lauf ist fehlgeschlagen: MemoryError: no room\n"
    assert not list(tmp_path.iterdir())


# --- compare --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_compare_shows_differences_types_and_moves(cli, language):
    found = cli("compare", "hoarders", "half_levers", *SMALL, "--lang", language)
    assert found.code == 0
    first, second = (presets()[name].name(language) for name in ("hoarders", "half_levers"))
    assert found.out.startswith(f"A  {first}\nB  {second}\n")
    assert "B − A" in found.out
    assert widest(found.out) <= 80


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
    assert found.out.startswith("A  Hoarders (class)\nB  Hoarders (team)\n")
    assert "nothing can differ" not in found.out


# --- levers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_levers_lists_all_with_effects_and_evidence(cli, language):
    found = cli("levers", "--lang", language)
    assert found.code == 0
    assert widest(found.out) <= 80
    assert all(policy.id in found.out for policy in ALL_POLICIES)
    rows = cli("levers", "--json", "--lang", language).json()
    assert [row["id"] for row in rows] == [policy.id for policy in ALL_POLICIES]
    for row, policy in zip(rows, ALL_POLICIES, strict=True):
        assert row["name"] == policy.name(language)
        assert {effect["parameter"]: effect["change"] for effect in row["effects"]} == policy.effects
        assert [entry["id"] for entry in row["evidence"]] == list(policy.evidence)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_lever_has_a_page_with_the_statement(cli, language):
    by_id, by_number = (cli("levers", name, "--lang", language) for name in ("constructive_conflict", 1))
    assert by_id == by_number
    statement = cli("levers", 1, "--json", "--lang", language).json()["evidence"][0]["statement"]
    assert statement[:20] in by_id.out
    assert widest(by_id.out) <= 80


# --- the process ----------------------------------------------------------------------------------------------------


def test_the_process_prints_json_alone_on_the_standard_output():
    process = start("levers", 14, "--json", LANG="de_DE.UTF-8")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out.startswith('{\n  "id": "joint_planning"')
    assert "Gemeinsame Planung" in out


def test_a_terminal_without_umlauts_gets_question_marks():
    process = start("levers", "--lang", "de", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert "Auf Augenh?he" in out


def test_a_closed_pipe_is_no_error():
    process = start("levers")
    assert process.stdout is not None
    process.stdout.close()
    process.wait(timeout=60)
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()


def _wait_for_draft(folder: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not any(folder.iterdir()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("language", ["en", "de"])
def test_interrupting_says_so_in_one_line_and_leaves_nothing(tmp_path, language):
    goal = tmp_path / "results"
    process = start("run", "hoarders", "--companies", 100_000, "--weeks", 1040, "--out", goal, "--lang", language)
    _wait_for_draft(tmp_path, process)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == ""
    said = {"en": "interrupted; nothing was left behind.", "de": "abgebrochen; es ist nichts zurückgeblieben."}
    assert err.splitlines()[-1] == f"handshake: {said[language]}"
    assert not [line for line in err.splitlines()[:-1] if "ompil" not in line and "übersetzt" not in line]
    assert not list(tmp_path.iterdir())
