"""``handshake plan show`` and ``handshake sweep`` as somebody uses them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import experiments
from sim import Scenario, simulate

PLAN = """
companies = 4
weeks = 8
outcomes = ["return_on_sales", "trust"]
[factors]
"levers.joint_planning" = {}
"levers.talk_first" = { values = [0.5, 1.0] }
[design]
kind = "factorial"
levels = 3
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "two_levers.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_plan_show_tells_what_is_to_come_and_writes_nothing(cli, plan):
    found = cli("plan", "show", plan, "--json").json()
    assert (found["points"], found["companies"], found["runs"]) == (6, 4, 24)
    assert found["design"]["kind"] == "factorial"
    assert found["factors"][1] == {"target": "levers.talk_first", "values": [0.5, 1.0]}
    assert found["seconds"] > 0.0
    assert found["bytes"] > 0
    assert [path.name for path in plan.parent.iterdir()] == [plan.name]
    english, german = (cli("plan", "show", plan, language=language).out for language in ("en", "de"))
    assert "24 = 1 scenario x 6 points x 4 companies" in english
    assert "24 = 1 Szenario x 6 Punkte x 4 Unternehmen" in german
    assert "0,5" in german


def test_one_of_something_is_not_many(cli, plan):
    small = 'weeks = 1\ncompanies = 1\noutcomes = ["trust"]\n[factors]\n"levers.talk_first" = {}\n'
    design = '[design]\nkind = "list"\npoints = [{ "levers.talk_first" = 1 }]\n'
    plan.write_text(small + design, encoding="utf-8")
    english, german = (cli("plan", "show", plan, "--workers", 1, language=language).out for language in ("en", "de"))
    for said in ("1 = 1 scenario x 1 point x 1 company", "1 week, seed", "1 outcome of", "1 worker on", "in 1 file"):
        assert f"{said} " in english.replace("\n", " ")
    for said in (
        "1 = 1 Szenario x 1 Punkt x 1 Unternehmen",
        "1 Woche, Startwert",
        "1 Ergebnis je",
        "1 Arbeitsprozess auf",
        "in 1 Datei",
    ):
        assert f"{said} " in german.replace("\n", " ")
    assert "Complete: 1 run at 1 point; 1 file, " in cli("sweep", plan, "--out", "one").out
    assert "Vollständig: 1 Lauf (1 Punkt); 1 Datei, " in cli("sweep", plan, "--out", "one", language="de").out


def test_sweep_stores_what_simulate_gives(cli, plan):
    called = cli("sweep", plan, "--out", "out")
    assert called.code == 0, called.err
    assert "Complete: 24 runs at 6 points" in called.out
    frame = experiments.open("out").frame()
    assert len(frame) == 24
    for _, rows in frame.groupby("point"):
        levers = {name: rows[f"levers.{name}"].iloc[0] for name in ("joint_planning", "talk_first")}
        expected = simulate(Scenario(levers=levers), companies=4, seed=1, weeks=8).outcomes
        pd.testing.assert_series_equal(
            rows["return_on_sales"].reset_index(drop=True), expected["return_on_sales"], check_exact=True
        )


def test_the_same_command_goes_on_and_status_tells_how_far(cli, plan):
    assert cli("sweep", plan, "--out", "out").code == 0
    part = next(Path("out/parts").iterdir())
    content, name = part.read_bytes(), part.name
    part.write_bytes(content[:-10])
    damaged = cli("sweep", "--status", "out", "--json").json()
    assert (damaged["complete"], damaged["running"], damaged["damaged"]) == (False, False, [name])
    assert "beschädigt" in cli("sweep", "--status", "out", language="de").out.lower()
    again = cli("sweep", plan, "--out", "out", "--executor", "serial", "--json")
    assert name in again.err
    assert again.json()["computed"] == 1
    assert part.read_bytes() == content
    assert cli("sweep", "--status", "out", "--json").json()["complete"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep"], ["PLAN", "missing"]),
        (["sweep", "two_levers.toml"], ["--out", "missing"]),
        (["sweep", "two_lever.toml", "--out", "out"], ["two_lever.toml", "'two_levers.toml'?"]),
        (["sweep", "--status", "."], ["no folder of a sweep"]),
        (["sweep", "two_levers.toml", "--out", "out", "--executor", "thread"], ["--executor", "'threads'?"]),
        (["sweep", "two_levers.toml", "--out", "out", "--workers", "0"], ["--workers", "1 to 1024"]),
        (["sweep", "two_levers.toml", "--out", "two_levers.toml"], ["two_levers.toml", "already exists"]),
        (["plan", "shwo", "two_levers.toml"], ["'shwo'", "'show'?"]),
        (["plan", "show"], ["PLAN"]),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(cli, plan, arguments, said):
    called = cli(*arguments)
    assert called.code == 2, called.err
    for words in said:
        assert words in called.err
    assert "Traceback" not in called.err
    assert [path.name for path in plan.parent.iterdir()] == [plan.name]


def test_another_plan_in_the_same_folder_is_refused(cli, plan):
    assert cli("sweep", plan, "--out", "out").code == 0
    before = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    plan.write_text(PLAN.replace("weeks = 8", "weeks = 9"), encoding="utf-8")
    english, german = (cli("sweep", plan, "--out", "out", language=language) for language in ("en", "de"))
    assert english.code == german.code == 2
    assert "another sweep; different: plan.weeks" in english.err
    assert "ein anderer Sweep; verschieden: plan.weeks" in german.err
    assert {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()} == before


def test_a_chunk_that_cannot_be_computed_ends_in_exit_code_1(cli, plan, monkeypatch):
    def fail(_task: object) -> None:
        raise ValueError("no such luck")

    monkeypatch.setattr("experiments.sweep.tasks.SimulationTask.__call__", fail)
    called = cli("sweep", plan, "--out", "out", "--executor", "serial")
    assert called.code == 1
    assert "could not be computed" in called.err
    assert "no such luck" in called.err
    failed = cli("sweep", "--status", "out", "--json").json()["failed"]
    assert [row["error"] for row in failed] == ["ValueError: no such luck"]
    monkeypatch.undo()
    assert cli("sweep", plan, "--out", plan.parent / "out").code == 0
    assert cli("sweep", "--status", plan.parent / "out", "--json").json()["failed"] == []
