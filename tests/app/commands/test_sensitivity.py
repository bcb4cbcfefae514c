"""``handshake sensitivity`` from the outside: what it prints and writes, what it refuses, and what it leaves behind."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from pathlib import Path

import pytest

from analysis.sensitivity.runs import CONCLUSIONS
from app.commands import sensitivity
from experiments.sweep.status import Forecast
from sim.parameters import parameters
from sim.presets import preset
from sim.texts import Texts
from tests.app.test_bad_input import check_german, refused, snapshot
from tests.texts import both

FACTORS = ("coefficients.conflict_gain", "coefficients.need_hours", "coefficients.team_hours")
SMALL = ("--factors", ",".join(FACTORS), "--samples", 8, "--trajectories", 4, "--companies", 4, "--weeks", 8)


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """Return a folder for temporary files of its own."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def no_figures(monkeypatch):
    """Leave out the figures, which take seconds and are tested elsewhere."""
    monkeypatch.setattr("app.commands.sensitivity.figures", lambda *_: {})


def widest(text):
    return max(len(line.rstrip()) for line in text.splitlines())


# --- what it shows --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_shows_the_page(cli, language, temporary):
    found = cli("sensitivity", "ivory_tower", *SMALL, "--lang", language)
    assert (found.code, found.err) == (0, "")
    say = Texts(language)
    plain = " ".join(found.out.split())
    assert plain.startswith(say("sensitivity.page.title", scenario=preset("ivory_tower").name(language)))
    for key in ("page.levels", "page.effects", "figures.matrix", "figures.effects", "figures.indices", "page.bounds"):
        assert say(f"sensitivity.{key}") in plain
    assert widest(found.out) <= 80
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    ("method", "shown", "other"), [("morris", "effects", "indices"), ("sobol", "indices", "effects")]
)
def test_one_method_shows_its_own_numbers_only(cli, method, shown, other):
    found = cli("sensitivity", "ivory_tower", *SMALL, "--method", method)
    assert found.code == 0
    assert both(f"sensitivity.figures.{shown}")[0] in found.out
    assert both(f"sensitivity.figures.{other}")[0] not in found.out


def test_a_scenario_without_levers_gets_all_of_them(cli):
    assert cli("sensitivity", *SMALL, "--method", "morris", "--json").json()["levers"] == "success_factors"


def test_as_json(cli):
    found = cli("sensitivity", "ivory_tower", *SMALL, "--seed", 3, "--json")
    assert found.err == ""
    told = found.json()
    assert list(told) == [
        *("scenario", "levers", "method", "companies", "weeks", "seed", "version"),
        *("designs", "decides_above", "factors", "conclusions"),
    ]
    assert (told["scenario"], told["levers"], told["method"]) == ("ivory_tower", "scenario", "both")
    assert (told["companies"], told["weeks"], told["seed"]) == (4, 8, 3)
    assert told["designs"]["morris"] | {"levels": 4} == {
        **{"trajectories": 4, "levels": 4, "points": 16, "runs": 128, "factors": list(FACTORS)},
    }
    assert told["designs"]["sobol"]["second_order"] is True
    declared = parameters()["coefficient"]["need_hours"]
    need = told["factors"]["coefficients.need_hours"]
    assert need["name"] == {"en": declared.en, "de": declared.de}
    assert (need["low"], need["high"], need["default"], need["unit"]) == (1.5, 5.0, declared.default, "h/wk")
    assert (need["provenance"], need["source"]) == ("assumption", "E9")
    assert list(told["conclusions"]) == list(CONCLUSIONS)
    for name, about in told["conclusions"].items():
        assert list(about["points"]) == ["morris", "sobol"]
        assert set(about["morris"]) == set(about["sobol"]) == set(FACTORS)
        for target in about["decided_by"]:
            assert name in told["factors"][target]["decides"]
    assert told["conclusions"]["coordination_efficiency"]["morris"]["coefficients.need_hours"]["mu_star"] > 0.0
    assert cli("sensitivity", "ivory_tower", *SMALL, "--seed", 3, "--json", "--lang", "de").out == found.out


def test_the_same_seed_gives_the_same_and_another_does_not(cli):
    outs = [cli("sensitivity", *SMALL, "--method", "sobol", "--json", "--seed", seed).out for seed in (1, 1, 2)]
    assert outs[0] == outs[1]
    assert outs[0] != outs[2]


def test_only_what_matters_most_is_looked_at_more_closely(cli, monkeypatch):
    monkeypatch.setattr(sensitivity, "MOST_CLOSER", 2)
    told = cli("sensitivity", "ivory_tower", *SMALL, "--json").json()
    assert len(told["designs"]["sobol"]["factors"]) == 2
    assert "coefficients.conflict_gain" in told["designs"]["sobol"]["factors"]
    assert told["designs"]["sobol"]["points"] == 8 * (2 * 2 + 2)
    assert list(told["factors"]) == list(FACTORS)


def test_context_and_company_may_vary_too(cli):
    targets = "context.meeting_culture,company.division_type,company.structure"
    told = cli("sensitivity", "ivory_tower", *SMALL, "--factors", targets, "--json").json()
    assert told["factors"]["company.structure"]["values"] == ["spread", "broker"]
    assert told["factors"]["context.meeting_culture"]["provenance"] is None
    assert told["factors"]["context.meeting_culture"]["name"]["de"] == both("factor.context.meeting_culture")[1]


def test_what_takes_long_is_announced(cli, monkeypatch):
    monkeypatch.setattr("app.terminal.sweeps._FEW", 1)
    monkeypatch.setattr(
        "app.terminal.sweeps.forecast", lambda plan, workers: Forecast(plan.points, plan.runs, 1, 60.0, 1, 2)
    )
    found = cli("sensitivity", *SMALL)
    # The forecast is for the screening; all runs together are five times as many.
    assert found.err.splitlines()[0] == "640 runs to do; about 5.0 min on 2 processors."


# --- what it writes -------------------------------------------------------------------------------------------------


def test_it_writes_a_report_beside_its_runs(cli, tmp_path, monkeypatch):
    found = cli("sensitivity", "ivory_tower", *SMALL, "--out", "out", "--json")
    assert found.code == 0
    report = tmp_path / "out" / "report"
    assert (report / "report.json").read_text() == found.out
    tables = {path.stem: list(csv.DictReader(path.read_text().splitlines())) for path in (report / "tables").iterdir()}
    assert {name: len(rows) for name, rows in tables.items()} == {
        "points": 2 * len(CONCLUSIONS),
        "morris": 3 * len(CONCLUSIONS),
        "sobol": 3 * len(CONCLUSIONS),
        "pairs": 3 * len(CONCLUSIONS),
        "factors": 3,
    }
    assert tables["factors"][1]["source"] == "E9"
    figures = {path.name for path in (report / "figures").iterdir()}
    assert figures >= {f"mu_sigma.{kind}" for kind in ("svg", "png")}
    for line in (report / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((report / name).read_bytes()).hexdigest() == digest
    for name in ("morris", "sobol"):
        assert (tmp_path / "out" / name / "SHA256SUMS").is_file()


def test_the_same_command_goes_on_and_renews_the_report(cli, tmp_path, no_figures):
    assert cli("sensitivity", *SMALL, "--out", "out", "--json").code == 0
    first = snapshot(tmp_path)
    again = cli("sensitivity", *SMALL, "--out", "out", "--json", "--lang", "de")
    assert (again.code, again.err.count("\n")) == (0, 2)
    assert snapshot(tmp_path) == first
    other = cli("sensitivity", *SMALL, "--out", "out", "--method", "morris")
    assert other.code == 0
    assert not (tmp_path / "out" / "report" / "tables" / "missing.csv").exists()
    assert snapshot(tmp_path / "out" / "sobol") == {
        name.removeprefix("out/sobol/"): content for name, content in first.items() if name.startswith("out/sobol/")
    }


def test_results_do_not_depend_on_who_computes(cli, no_figures):
    outs = {
        cli("sensitivity", *SMALL, "--method", "morris", "--json", "--executor", kind, "--workers", 2).out
        for kind in ("serial", "threads")
    }
    assert len(outs) == 1


def test_interrupting_keeps_the_runs(cli, tmp_path, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.commands.sensitivity.sensitivity_findings", interrupt)
    found = cli("sensitivity", *SMALL, "--out", "out", "--method", "morris")
    assert found.code == 130
    assert found.err == (
        "handshake: interrupted; the runs are stored in out, the report is not. The same command writes it.\n"
    )
    assert not (tmp_path / "out" / "report").exists()
    found = cli("sensitivity", *SMALL, "--method", "morris")
    assert (found.code, found.err) == (130, "handshake: interrupted; nothing was left behind.\n")


def test_a_report_that_fails_leaves_the_old_one(cli, tmp_path, monkeypatch, no_figures):
    assert cli("sensitivity", *SMALL, "--out", "out").code == 0
    before = snapshot(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.commands.sensitivity.save_all", fail)
    assert cli("sensitivity", *SMALL, "--out", "out", "--seed", 1).code == 1
    assert snapshot(tmp_path) == before


# --- what it refuses ------------------------------------------------------------------------------------------------

BAD = {
    "unknown scenario": (["ivory_towr"], ["argument SCENARIO", "'ivory_tower'?"]),
    "unknown method": (["--method", "moris"], ["option --method", "both, morris, sobol", "'morris'?"]),
    "unknown table": (["--factors", "coefficient.trust_up"], ["option --factors", "'coefficients'?"]),
    "unknown factor": (["--factors", "coefficients.trust_upp"], ["option --factors", "'trust_up'?"]),
    "only a name": (["--factors", "trust_up"], ["option --factors", "'coefficients.trust_up'?"]),
    "levers": (["--factors", "levers.*"], ["option --factors", "'levers.*'", "coefficients.…"]),
    "twice": (["--factors", "context.*,context.*"], ["option --factors", "occurs twice"]),
    "no factors": (["--factors", " , "], ["option --factors", "at least one"]),
    "no power of two": (["--samples", "100"], ["option --samples", "100", "64 or 128"]),
    "too few samples": (["--samples", "1"], ["option --samples", "2 to 65536"]),
    "too few trajectories": (["--trajectories", "1"], ["option --trajectories", "2 to 10000"]),
    "no companies": (["--companies", "0"], ["option --companies", "1 to 100000"]),
    "unknown executor": (["--executor", "thread"], ["option --executor", "'threads'?"]),
    "file for a folder": (["--out", "there.toml"], ["there.toml"]),
    "somebody's report": (["--out", "mine"], ["mine/report", "already exists", "an earlier report and nothing else"]),
    "somebody's runs": (["--out", "other"], ["other/morris", "already exists"]),
    "somebody's indices": (["--out", "third"], ["third/sobol", "already exists"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(cli, tmp_path, case):
    arguments, named = BAD[case]
    (tmp_path / "there.toml").write_text("weeks = 7\n")
    for folder in ("mine/report", "other/morris", "third/sobol"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "precious.txt").write_text("precious")
    messages = refused(cli, tmp_path, "sensitivity", *arguments)
    assert [part for part in named if part not in messages["en"]] == []
    check_german(messages)


def test_another_plan_into_the_same_folder_is_refused(cli, tmp_path, no_figures):
    assert cli("sensitivity", *SMALL, "--out", "out").code == 0
    messages = refused(cli, tmp_path, "sensitivity", *SMALL, "--out", "out", "--seed", 9)
    assert "another sweep" in messages["en"]
    assert Path("out/morris").name in messages["en"]
