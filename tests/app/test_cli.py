"""The commands, from the outside: what they print, in both languages, and what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
