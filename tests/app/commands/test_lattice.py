"""``handshake lattice`` from the outside: what it prints and writes, what it refuses, and what it leaves behind."""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from pathlib import Path

import pytest

from analysis.lattice.runs import LATTICE_OUTCOMES
from experiments.sweep.status import Forecast
from sim.texts import Texts

LEVERS = "joint_planning,constructive_conflict,job_rotation"
SMALL = ("--levers", LEVERS, "--companies", 6, "--weeks", 12)
IN_ORDER = ["constructive_conflict", "job_rotation", "joint_planning"]


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """Return a folder for temporary files of its own."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def snapshot(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def widest(text):
    return max(len(line.rstrip()) for line in text.splitlines())


# --- what it shows --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_shows_the_page(cli, language, temporary):
    found = cli("lattice", "reference", *SMALL, "--lang", language)
    assert (found.code, found.err) == (0, "")
    says, text = " ".join(found.out.split()), Texts(language)
    for key in (
        "lattice.shapley.table",
        "lattice.pairs.table",
        "lattice.bundles.return_before_levers",
        "lattice.model",
    ):
        assert text(key) in says, key
    assert "nan" not in says
    assert widest(found.out) <= 80
    assert list(temporary.iterdir()) == []


def test_json(cli, temporary):
    found = cli("lattice", "reference", *SMALL, "--seed", 3, "--json")
    assert (found.code, found.err) == (0, "")
    data = found.json()
    numbers = {key: data[key] for key in ("scenario", "companies", "settings", "runs", "weeks", "seed")}
    assert list(numbers.values()) == ["reference", 6, 8, 48, 12, 3]
    assert [lever["id"] for lever in data["levers"]] == IN_ORDER
    assert data["levers"][2]["name"]["de"] == "Gemeinsame Planung"
    assert list(data["outcomes"]) == list(LATTICE_OUTCOMES)
    ends, shapley = (data["outcomes"]["professional"][table] for table in ("ends", "shapley"))
    # Six companies, all alike, do not show that no company is professional.
    assert (ends["none"], ends["all"], ends["difference"]) == (0.0, 0.0, 0.0)
    assert ends["none_low"] == 0.0 < ends["none_high"] == pytest.approx(ends["high"])
    assert all(row["low"] == pytest.approx(-row["high"]) == pytest.approx(ends["low"]) for row in shapley.values())
    returns = [data["outcomes"][name]["ends"] for name in ("return_on_sales", "return_before_levers")]
    assert returns[0]["all"] < returns[1]["all"]
    assert returns[0]["none"] == pytest.approx(returns[1]["none"])
    assert cli("lattice", "reference", *SMALL, "--seed", 3, "--json", "--lang", "de").out == found.out
    assert cli("lattice", "reference", *SMALL, "--seed", 4, "--json").out != found.out
    assert list(temporary.iterdir()) == []


def test_a_lever_is_on_as_the_scenario_has_it(cli):
    Path("firm.toml").write_text("weeks = 9\n[levers]\njoint_planning = 0.4\ntalk_first = 0.7\neye_level = 0.0\n")
    found = cli("lattice", "firm.toml", "--levers", "job_rotation, joint_planning", "--companies", 3, "--json").json()
    assert [(lever["id"], lever["on"]) for lever in found["levers"]] == [("job_rotation", 1.0), ("joint_planning", 0.4)]
    assert [(lever["id"], lever["on"]) for lever in found["stay_on"]] == [("talk_first", 0.7)]
    assert (found["scenario"], found["weeks"]) == ("firm", 9)


def test_levers_of_ones_own_have_their_names(cli):
    Path("firm.toml").write_text(
        "weeks = 4\n[[policies]]\nid = 'coffee'\nen = 'Coffee together'\nde = 'Kaffee'\neffects = { voice = 0.2 }\n"
    )
    found = cli("lattice", "firm.toml", "--levers", "coffee,eye_level", "--companies", 2, "--lang", "de")
    assert found.code == 0
    assert "Kaffee" in found.out


def test_a_single_company_has_no_intervals(cli):
    found = cli("lattice", "hoarders", "--levers", "eye_level", "--companies", 1, "--weeks", 3, "--out", "runs")
    assert (found.code, found.err) == (0, "")
    data = json.loads(Path("runs/report/report.json").read_text())
    assert data["outcomes"]["return_on_sales"]["shapley"]["eye_level"]["low"] is None


def test_interactions_of_a_higher_order(cli, tmp_path):
    levers = "talk_first,joint_planning,clear_processes,shared_goals,constructive_conflict"
    arguments = ("lattice", "reference", "--levers", levers, "--companies", 2, "--weeks", 6, "--out", "runs")
    tables = tmp_path / "runs" / "report" / "tables"
    assert cli(*arguments).code == 0
    assert not (tables / "higher.csv").exists()
    found = cli(*arguments, "--order", 4, "--most", 1)
    assert found.code == 0
    assert widest(found.out) <= 80
    with (tables / "higher.csv").open() as stream:
        assert [row["order"] for row in csv.DictReader(stream)] == ["4"] * 5 * len(LATTICE_OUTCOMES)


# --- what it writes -------------------------------------------------------------------------------------------------


def test_a_rerun_continues_and_writes_the_same_bytes(cli, tmp_path, monkeypatch):
    first = cli("lattice", "reference", *SMALL, "--out", "deep/runs", "--json")
    assert (first.code, first.err) == (0, "")
    folder = tmp_path / "deep" / "runs"
    before = snapshot(folder)
    names = {name.partition("report/")[2] for name in before if name.startswith("report/")}
    tables = {"ends", "main_effects", "shapley", "pairs", "triples", "spectrum", "total_indices", "bundles"}
    figures = {f"figures/{name}.{kind}" for name in ("shapley", "pairs", "bundles") for kind in ("svg", "png")}
    assert names == {"report.json", "SHA256SUMS", *figures} | {f"tables/{name}.csv" for name in tables}
    assert before["report/report.json"].decode() == first.out
    with (folder / "report" / "tables" / "bundles.csv").open() as stream:
        assert len(list(csv.DictReader(stream))) == 4 * len(LATTICE_OUTCOMES)
    for line in before["report/SHA256SUMS"].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(before[f"report/{name}"]).hexdigest() == digest

    def refuse(*_: object) -> None:
        raise AssertionError("nothing is left to compute")

    monkeypatch.setattr("experiments.sweep.tasks.SimulationTask.__call__", refuse)
    again = cli("lattice", "reference", *SMALL, "--out", "deep/runs", "--json")
    assert (again.code, again.out) == (0, first.out)
    assert "48 runs are stored already" in again.err
    assert snapshot(folder) == before


def test_a_sweep_that_stopped_half_way_ends_in_the_same_bytes(cli, tmp_path):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path / "runs")
    next((tmp_path / "runs" / "parts").iterdir()).unlink()
    (tmp_path / "runs" / "SHA256SUMS").unlink()
    assert cli("lattice", "reference", *SMALL, "--out", "runs", "--workers", 1).code == 0
    assert snapshot(tmp_path / "runs") == before


def test_another_language_changes_the_figures_alone(cli, tmp_path):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path / "runs")
    assert cli("lattice", "reference", *SMALL, "--out", "runs", "--lang", "de").code == 0
    after = snapshot(tmp_path / "runs")
    assert set(before) == set(after)
    different = {name for name in before if before[name] != after[name]}
    assert {Path(name).parent.name for name in different} == {"figures", "report"}
    assert "report/report.json" not in different


@pytest.mark.parametrize("how", ["a file of one's own", "a changed file", "a link", "no folder"])
def test_somebodys_work_in_the_report_is_never_lost(cli, tmp_path, how):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    folder = tmp_path / "runs" / "report"
    if how == "a file of one's own":
        (folder / "tables" / "notes.txt").write_text("mine")
    elif how == "a changed file":
        (folder / "report.json").write_text("mine")
    elif how == "a link":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        folder.rename(tmp_path / "elsewhere")
        folder.write_text("mine")
    before = snapshot(tmp_path)
    for language, words in (
        ("en", ("runs/report", "already exists", "an earlier report and nothing else")),
        ("de", ("runs/report", "existiert bereits", "ein früherer Bericht und sonst nichts")),
    ):
        found = cli("lattice", "reference", *SMALL, "--out", "runs", "--lang", language)
        assert (found.code, found.out) == (2, "")
        assert [word for word in words if word not in found.err] == []
        assert found.err.count("\n") == 1
    assert snapshot(tmp_path) == before


def test_what_is_missing_in_a_report_is_written_again(cli, tmp_path):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path / "runs")
    (tmp_path / "runs" / "report" / "figures" / "pairs.png").unlink()
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    assert snapshot(tmp_path / "runs") == before


def test_a_report_that_fails_leaves_the_earlier_one(cli, tmp_path, monkeypatch):
    assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path / "runs")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.commands.lattice.write_figures", fail)
    found = cli("lattice", "reference", *SMALL, "--out", "runs", "--lang", "de")
    assert (found.code, found.out) == (1, "")
    assert snapshot(tmp_path / "runs") == before
    assert not list((tmp_path / "runs").glob(".report*"))


@pytest.mark.parametrize("language", ["en", "de"])
def test_ctrl_c_while_it_works_out_the_report(cli, tmp_path, monkeypatch, temporary, language):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.lattice.lattice_findings", interrupt)
    kept = cli("lattice", "reference", *SMALL, "--out", "runs", "--lang", language)
    assert (kept.code, kept.out) == (130, "")
    assert {"en": "the runs are stored in runs", "de": "die Läufe sind in runs gespeichert"}[language] in kept.err
    assert (tmp_path / "runs" / "SHA256SUMS").is_file()
    assert not (tmp_path / "runs" / "report").exists()
    lost = cli("lattice", "reference", *SMALL, "--lang", language)
    assert lost.code == 130
    assert {"en": "nothing was left behind", "de": "nichts zurückgeblieben"}[language] in lost.err
    assert list(temporary.iterdir()) == []


def test_a_chunk_that_fails_says_why_and_leaves_nothing(cli, monkeypatch, temporary, tmp_path):
    def fail(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("experiments.sweep.tasks.SimulationTask.__call__", fail)
    found = cli("lattice", "reference", *SMALL)
    assert (found.code, found.out) == (1, "")
    assert "could not be computed: MemoryError: no room" in found.err.splitlines()[-1]
    assert list(temporary.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


# --- what it says beforehand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "said"), [(3.0, False), (330.0, True)])
def test_it_says_beforehand_how_long_it_takes(cli, monkeypatch, seconds, said):
    forecast = Forecast(points=8, runs=48, chunks=1, seconds=seconds, size=1000, workers=2)
    monkeypatch.setattr("app.terminal.sweeps._FEW", 8)
    monkeypatch.setattr("app.terminal.sweeps.forecast", lambda *_: forecast)
    english = cli("lattice", "reference", *SMALL)
    german = cli("lattice", "reference", *SMALL, "--lang", "de")
    assert ("48 runs to do; about 5.5 min on 2 processors." in english.err) is said
    assert ("48 Läufe sind zu rechnen; das dauert mit 2 Prozessoren etwa 5,5 min." in german.err) is said


# --- what it refuses ------------------------------------------------------------------------------------------------

REFUSED = {
    "no scenario": (["lattice"], ["argument SCENARIO", "missing"]),
    "unknown scenario": (["lattice", "hoarder"], ["argument SCENARIO", "'hoarders'?"]),
    "unknown lever": (
        ["lattice", "hoarders", "--levers", "eye_level,joint_planing"],
        ["option --levers", "'joint_planing'", "'joint_planning'?"],
    ),
    "no lever": (["lattice", "hoarders", "--levers", ","], ["option --levers", "''"]),
    "a lever twice": (["lattice", "hoarders", "--levers", "eye_level,eye_level"], ["option --levers", "twice"]),
    "a lever in steps": (["lattice", "firm.toml"], ["levers.eye_level", "a single step", "firm"]),
    "no companies": (["lattice", "hoarders", "--companies", "0"], ["option --companies", "0"]),
    "text for companies": (["lattice", "hoarders", "--companies", "many"], ["option --companies", "'many'"]),
    "too many companies": (["lattice", "hoarders", "--companies", "1025"], ["option --companies", "1025", "1 to 1024"]),
    "too many weeks": (["lattice", "hoarders", "--weeks", "2000"], ["option --weeks", "'2000'"]),
    "nothing to show": (["lattice", "hoarders", "--most", "0"], ["option --most", "'0'", "1 to 100"]),
    "no order": (["lattice", "hoarders", "--order", "2"], ["option --order", "'2'", "3 to 15"]),
    "more than there are": (["lattice", "hoarders", *SMALL, "--order", "4"], ["option --order", "'4'", "3"]),
    "no workers": (["lattice", "hoarders", "--workers", "0"], ["option --workers", "'0'"]),
    "something else in the folder": (["lattice", "hoarders", *SMALL, "--out", "full"], ["full", "already exists"]),
    "a file for a folder": (["lattice", "hoarders", *SMALL, "--out", "firm.toml"], ["firm.toml"]),
    "another sweep": (["lattice", "hoarders", *SMALL, "--out", "runs"], ["runs", "another sweep", "a new folder"]),
    "a null character": (["lattice", "hoarders", *SMALL, "--out", "a\0b"], ["option --out"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input(cli, tmp_path, temporary, case):
    arguments, named = REFUSED[case]
    steps = "{ steps = [{ intensity = 1, start = 0 }, { intensity = 0, start = 3 }] }"
    (tmp_path / "firm.toml").write_text(f"weeks = 7\n[levers]\njob_rotation = 0\neye_level = {steps}\n")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("precious")
    if case == "another sweep":
        assert cli("lattice", "reference", *SMALL, "--out", "runs").code == 0
    before = snapshot(tmp_path)
    messages = {}
    for language in ("en", "de"):
        found = cli(*arguments, language=language)
        assert (found.code, found.out) == (2, ""), found
        assert found.err.startswith("handshake: ")
        assert found.err.count("\n") == 1
        messages[language] = found.err
    assert [part for part in named if part not in messages["en"]] == []
    assert messages["en"] != messages["de"]
    assert snapshot(tmp_path) == before
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(("language", "usage"), [("en", "Usage:"), ("de", "Aufruf:")])
def test_help(cli, language, usage):
    found = cli("lattice", "--help", "--lang", language)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith(f"{usage} handshake lattice")
    assert widest(found.out) <= 80
    assert "best_size" in found.out
