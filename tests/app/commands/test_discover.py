"""``handshake discover`` from the outside: what it prints and writes, what it refuses, and what it leaves behind."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest

from analysis.discovery.runs import discovery_plan
from analysis.figures.labels import Labels
from experiments.plan.plan import Plan
from experiments.sweep.run import run
from sim.presets import preset
from sim.scenario import Scenario
from tests.app.test_bad_input import check_german, refused, snapshot
from tests.texts import both

SMALL = ("--companies", 40, "--points", 40, "--weeks", 8)


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """Return a folder for temporary files of its own."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture(scope="module")
def tower(tmp_path_factory):
    """Return the sweep of an ivory tower under all mixtures of its levers."""
    folder = tmp_path_factory.mktemp("sweeps") / "tower"
    scenario = preset("ivory_tower").scenario().changed(name="ivory_tower")
    run(discovery_plan(scenario, points=200, companies=100), folder)
    return folder


def widest(text):
    return max(len(line.rstrip()) for line in text.splitlines())


# --- what it shows --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_shows_the_page(cli, tower, language):
    found = cli("discover", tower, "--lang", language)
    assert (found.code, found.err) == (0, "")
    say = Labels(language)
    plain = " ".join(found.out.split())
    title = {"sweep": preset("ivory_tower").name(language), "target": say.type("self_blocking")}
    assert plain.startswith(say("discovery.title_type", **title))
    for key in ("boxes", "importance", "apart_companies_and_points", "not_causes"):
        assert say(f"discovery.{key}") in plain
    assert widest(found.out) <= 80


@pytest.mark.parametrize("method", ["tree", "prim"])
def test_self_blockers_lack_constructive_conflict_and_meet_much(cli, tower, method):
    # What is robust: little constructive conflict, much meeting culture and much friction at the start go with it, and
    # never the other way round; and one of them is among the three that tell most.
    told = cli("discover", tower, "--method", method, "--json").json()
    assert told["method"] == method
    bad = {"levers.constructive_conflict": "high", "meeting_culture": "low", "founding_friction": "low"}
    assert set(list(told["importance"])[:3]) & set(bad)
    assert told["auc"] > 0.6
    best = next(box for box in told["boxes"] if box["holds"])
    asked = {condition["predictor"]: condition for condition in best["conditions"]}
    assert set(asked) & set(bad)
    assert all(asked[name][limit] is not None for name, limit in bad.items() if name in asked)


def test_as_json(cli, tower):
    found = cli("discover", tower, "--json")
    assert found.err == ""
    told = found.json()
    assert list(told) == [
        *("sweep", "seed", "version", "target", "method", "rows", "companies", "points", "apart", "overall"),
        *("base", "balanced_accuracy", "auc", "boxes", "importance", "predictors"),
    ]
    assert (told["sweep"], told["target"], told["method"]) == ("ivory_tower", "self_blocking", "tree")
    assert (told["companies"], told["points"], told["apart"]) == (100, 200, "companies and points")
    assert told["predictors"]["levers.talk_first"]["name"]["de"] == "Reden vor Schreiben"
    assert list(told["importance"]) == list(told["predictors"])
    assert len(told["predictors"]) == 20
    box = told["boxes"][0]
    for measure in ("share", "coverage", "density", "lift"):
        assert box[measure]["low"] <= box[measure]["value"] <= box[measure]["high"]
    assert cli("discover", tower, "--json", "--lang", "de").out == found.out
    assert cli("discover", tower, "--json", "--seed", 2).out != found.out


@pytest.mark.parametrize("language", ["en", "de"])
def test_something_else_can_be_looked_for(cli, tower, language):
    found = cli("discover", tower, "--where", "return_on_sales<0.0", "--leaves", 4, "--lang", language)
    assert found.code == 0
    assert "return_on_sales < 0" in found.out
    assert widest(found.out) <= 80
    told = cli("discover", tower, "--where", "return_on_sales < 0", "--json").json()
    assert told["target"] == "return_on_sales < 0"
    assert cli("discover", tower, "--of", "contact_shy", "--json").json()["target"] == "contact_shy"


@pytest.mark.parametrize(("language", "title"), [("en", "Reference company"), ("de", "Referenzunternehmen")])
def test_a_scenario_is_run_first(cli, temporary, language, title):
    found = cli("discover", *SMALL, "--where", "cooperation_quality < 0.33", "--lang", language)
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith(f"{title}: ")
    assert not list(temporary.iterdir())


def test_where_nothing_is_to_be_found_it_says_so(cli, tmp_path):
    # Escalations within two weeks are chance.
    plan = Plan(
        factors={"levers.job_rotation": {}}, design={"kind": "latin_hypercube", "points": 20}, companies=40, weeks=2
    )
    run(plan, tmp_path / "sweep")
    found = cli("discover", "sweep", "--where", "escalations > 4")
    assert found.code == 0
    assert both("discovery.nothing")[0] in " ".join(found.out.split())


def test_several_scenarios_and_a_kind_of_company(cli, tmp_path):
    plan = Plan(
        scenarios=[
            Scenario(name="calm"),
            Scenario(name="soured", context={"founding_friction": 0.9, "founding_trust": 0.1}),
        ],
        factors={
            "company.division_type": {},
            "levers.talk_first.ramp": {"low": 1, "high": 20},
            "levers.talk_first": {},
        },
        design={"kind": "latin_hypercube", "points": 40},
        companies=40,
        weeks=8,
    )
    run(plan, tmp_path / "sweep")
    told = cli("discover", "sweep", "--where", "friction > 0.4", "--json").json()
    assert next(iter(told["importance"])) == "scenario"
    assert told["boxes"][0]["conditions"][0]["categories"] == ["soured"]
    shown = {
        language: cli("discover", "sweep", "--where", "friction > 0.4", "--lang", language).out
        for language in ("en", "de")
    }
    assert "Scenario soured" in shown["en"]
    assert "Szenario soured" in shown["de"]
    assert told["predictors"]["levers.talk_first.ramp"]["name"]["de"] == "Anlauf von Reden vor Schreiben, Wochen"


# --- what it writes -------------------------------------------------------------------------------------------------


def test_it_writes_a_report(cli, tmp_path, tower):
    found = cli("discover", tower, "--out", "found", "--json", "--lang", "de")
    assert found.code == 0
    report = tmp_path / "found" / "report"
    assert (report / "report.json").read_text() == found.out
    assert {path.name for path in (report / "figures").iterdir()} >= {"boxes.svg", "boxes.png"}
    tables = {path.stem: list(csv.DictReader(path.read_text().splitlines())) for path in (report / "tables").iterdir()}
    assert set(tables) == {"boxes", "conditions", "importance"}
    assert len(tables["boxes"]) == len(found.json()["boxes"])
    assert [path.name for path in (tmp_path / "found").iterdir()] == ["report"]


def test_a_scenario_goes_on_and_its_folder_is_a_sweep(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("app.commands.discover.figures", lambda *_: {})
    options = (*SMALL, "--where", "cooperation_quality < 0.33")
    first = cli("discover", "hoarders", *options, "--out", "out", "--json")
    assert first.code == 0
    before = snapshot(tmp_path)
    again = cli("discover", "hoarders", *options, "--out", "out", "--json", "--lang", "de")
    assert again.out == first.out
    assert snapshot(tmp_path) == before
    assert cli("sweep", "--status", "out", "--json").json()["complete"] is True
    direct = cli("discover", "out", "--where", "cooperation_quality < 0.33", "--json")
    assert direct.out == first.out
    assert snapshot(tmp_path) == before


# --- what it refuses ------------------------------------------------------------------------------------------------

BAD = {
    "neither": (["ivory_towr"], ["argument SOURCE", "the folder of a sweep", "'ivory_tower'?"]),
    "missing file": (["there.tml"], ["file there.tml", "does not exist"]),
    "no sweep": (["empty"], ["file empty", "no folder of a sweep"]),
    "rows of points": (["points"], ["file points", 'rows = "companies"', "'points'"]),
    "unknown type": (["--of", "self-blocking"], ["option --of", "'self_blocking'?"]),
    "both": (["--of", "professional", "--where", "trust < 1"], ["option --where", "either --of or --where"]),
    "no comparison": (["--where", "return_on_sales"], ["option --where", "an outcome, one of <= >= < >"]),
    "no number": (["--where", "return_on_sales < zero"], ["option --where", "'return_on_sales < zero'"]),
    "unknown outcome": (["--where", "return_on_sale < 0"], ["option --where", "'return_on_sales'?"]),
    "outcome that was not kept": (["small", "--where", "friction < 0.5"], ["option --where", "'friction'", "trust"]),
    "unknown method": (["--method", "trees"], ["option --method", "'tree'?"]),
    "leaves for boxes": (["--method", "prim", "--leaves", "3"], ["option --leaves", "only with --method tree"]),
    "too few leaves": (["--leaves", "1"], ["option --leaves", "2 to 100"]),
    "companies of a sweep": (["small", "--companies", "5"], ["option --companies", "only with SCENARIO"]),
    "points of a sweep": (["small", "--points", "5"], ["option --points", "only with SCENARIO"]),
    "never": (["small", "--where", "trust > 2"], ["option --where", "(0 of ", "often enough"]),
    "always": (["small", "--where", "trust < 2"], ["option --where", "often enough"]),
    "too few": (["tiny", "--where", "trust < 0.5"], ["file tiny", "at least 10 companies or points"]),
    "no points": (["--points", "0"], ["option --points", "1 to 100000"]),
    "several steps": (["steps.toml"], ["key levers.talk_first", "single step"]),
    "somebody's report": (["small", "--where", "trust < 0.5", "--out", "mine"], ["mine/report", "already exists"]),
}


@pytest.fixture(scope="module")
def sweeps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    given = {"factors": {"levers.talk_first": {}}, "weeks": 4, "outcomes": ("trust",), "companies": 12}
    design = {"kind": "latin_hypercube", "points": 12}
    run(Plan(**given, design=design), folder / "small")
    run(Plan(**given, design=design, rows="points"), folder / "points")
    run(Plan(**{**given, "companies": 5}, design={**design, "points": 5}), folder / "tiny")
    return folder


@pytest.mark.parametrize("case", BAD)
def test_bad_input(cli, tmp_path, sweeps, case):
    arguments, named = BAD[case]
    for name in ("small", "points", "tiny"):
        (tmp_path / name).symlink_to(sweeps / name)
    (tmp_path / "empty").mkdir()
    (tmp_path / "mine" / "report").mkdir(parents=True)
    (tmp_path / "mine" / "report" / "precious.txt").write_text("precious")
    steps = "[levers]\ntalk_first = { steps = [{ intensity = 0.4, start = 0 }, { intensity = 0.8, start = 9 }] }\n"
    (tmp_path / "steps.toml").write_text(steps)
    messages = refused(cli, tmp_path, "discover", *arguments)
    assert [part for part in named if part not in messages["en"]] == []
    check_german({key: text.replace("SCENARIO", "SZENARIO") for key, text in messages.items()})


def test_without_the_extra_there_is_no_prim(cli, tmp_path, tower, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ema_workbench.analysis.prim", None)
    messages = refused(cli, tmp_path, "discover", tower, "--method", "prim")
    assert "option --method" in messages["en"]
    assert "pip install 'handshake-sim[discovery]'" in messages["en"]
    assert "nach pip install" in messages["de"]


def test_a_sweep_that_is_not_complete(cli, tmp_path, sweeps):
    import shutil  # noqa: PLC0415

    shutil.copytree(sweeps / "small", tmp_path / "half")
    next(Path("half/parts").iterdir()).unlink()
    messages = refused(cli, tmp_path, "discover", "half")
    assert "a complete sweep" in messages["en"]
    assert "ein vollständiger Sweep" in messages["de"]
