"""``handshake lattice --ensemble`` from the outside."""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from pathlib import Path

import pytest

from experiments.ensemble import shipped
from sim.texts import Texts

OF = len(shipped())
SETS = 13
"""Just enough for deciders."""
LEVERS = "joint_planning,constructive_conflict,job_rotation,talk_first,eye_level"
LATTICE = ("lattice", "reference", "--levers", LEVERS, "--companies", 4, "--weeks", 12, "--workers", 1)
SOME = ("--ensemble", "--sets", SETS)


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """Return a folder for temporary files of its own."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def snapshot(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def paragraph(text):
    return " ".join(text.split())


def is_conclusion(row, sets=SETS):
    assert row["sets"] == sets
    assert 0.0 <= row["low"] <= row["share"] <= row["high"] <= 1.0
    assert set(row["strength"]) == {"default", "median", "p05", "p95"}
    assert all(set(one) == {"name", "rho", "share_low", "share_high"} for one in row["decided_by"])
    return True


# --- lattice --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_lattice_over_sets(cli, language, temporary):
    found = cli(*LATTICE, *SOME, "--lang", language)
    assert found.code == 0
    says, text = paragraph(found.out), Texts(language)
    for key in ("effects_return_on_sales", "ranks", "pairs", "bundles_note"):
        assert text(f"lattice.ensemble.{key}") in says, key
    settings = {"settings": 16, "all": 32, "companies": text.counted("virtual_companies", 4)}
    assert text("lattice.ensemble.some", **settings, runs="").rstrip(" .") in says
    assert text("ensemble.note") in says
    assert max(len(line.rstrip()) for line in found.out.splitlines()) <= 80
    assert "nan" not in says.split()
    assert list(temporary.iterdir()) == []


def test_a_lattice_over_sets_as_json(cli):
    plain, found = cli(*LATTICE, "--json").json(), cli(*LATTICE, *SOME, "--json")
    data = found.json()
    over = data.pop("ensemble")
    assert data == plain
    assert (over["sets"], over["of"], over["settings"]) == (SETS, OF, 16)
    assert list(over["outcomes"]) == list(plain["outcomes"])
    for name, outcome in over["outcomes"].items():
        assert list(outcome["main_effects"]) == [lever["id"] for lever in plain["levers"]]
        assert sorted(row["rank"]["full"] for row in outcome["main_effects"].values()) == [1, 2, 3, 4, 5]
        assert len(outcome["pairs"]) == 10
        assert len(outcome["bundles"]) == (6 if name.startswith("return") else 0)
        for lever, row in outcome["main_effects"].items():
            assert all(is_conclusion(each) for each in (row, row["first"], row["among_first_three"]))
            assert row["full"] == pytest.approx(plain["outcomes"][name]["main_effects"][lever]["effect"])
            # The first set is the default.
            off = abs(row["full"] - row["strength"]["default"])
            assert off <= outcome["fraction_off_by"]["main_effects"] + 1e-15
    returns = over["outcomes"]["return_on_sales"]
    largest = max(abs(row["full"]) for row in returns["main_effects"].values())
    assert returns["fraction_off_by"]["main_effects"] < 0.05 * largest
    assert sum(row["first"]["share"] for row in returns["main_effects"].values()) == pytest.approx(1.0)
    for bundle, mine in zip(returns["bundles"], plain["outcomes"]["return_on_sales"]["bundles"], strict=True):
        assert bundle["levers"] == mine["levers"]
        assert bundle["value"]["default"] == pytest.approx(mine["mean"])
        assert (bundle["beats_runner_up"] is None) == (mine["runner_up"] is None)
        if mine["runner_up"] is not None:
            assert bundle["beats_runner_up"]["strength"]["default"] == pytest.approx(mine["lead"], abs=1e-12)
    assert cli(*LATTICE, *SOME, "--json", "--lang", "de").out == found.out


def test_a_lattice_over_sets_is_written_and_continued(cli, tmp_path, monkeypatch):
    first = cli(*LATTICE, "--out", "runs")
    assert first.code == 0
    before = snapshot(tmp_path / "runs")
    # The lattice is there already; only the sets are run.
    found = cli(*LATTICE, *SOME, "--out", "runs", "--json")
    assert found.code == 0
    assert "128 runs are stored already" in found.err
    after = snapshot(tmp_path / "runs")
    assert {name for name in before if not name.startswith("report/")} < set(after)
    new = {name.removeprefix("report/") for name in set(after) - set(before) if name.startswith("report/")}
    tables = {f"tables/{name}.csv" for name in ("ensemble", "ensemble_deciders", "ensemble_main_effects")}
    assert new == tables | {"figures/ensemble.svg", "figures/ensemble.png"}
    assert after["report/report.json"].decode() == found.out
    for line in after["report/SHA256SUMS"].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(after[f"report/{name}"]).hexdigest() == digest
    with (tmp_path / "runs" / "report" / "tables" / "ensemble_main_effects.csv").open() as stream:
        assert sum(row["outcome"] == "return_on_sales" for row in csv.DictReader(stream)) == SETS

    # One part lost: it is made up for, and all ends in the same bytes.
    next((tmp_path / "runs" / "ensemble" / "fraction" / "parts").iterdir()).unlink()
    (tmp_path / "runs" / "ensemble" / "fraction" / "SHA256SUMS").unlink()
    assert cli(*LATTICE, *SOME, "--out", "runs").code == 0
    assert snapshot(tmp_path / "runs") == after

    def refuse(*_: object) -> None:
        raise AssertionError("nothing is left to compute")

    monkeypatch.setattr("experiments.sweep.tasks.SimulationTask.__call__", refuse)
    assert cli(*LATTICE, *SOME, "--out", "runs", "--json").out == found.out
    # Other sets are another sweep, and are not mixed with these.
    other = cli(*LATTICE, "--ensemble", "--sets", 2, "--out", "runs")
    assert (other.code, other.out) == (2, "")
    assert "ensemble/fraction" in other.err
    assert snapshot(tmp_path / "runs") == after


@pytest.mark.parametrize("levers", ["eye_level", "eye_level,job_rotation", "eye_level,job_rotation,talk_first"])
@pytest.mark.parametrize("sets", [1, 2])
def test_small_lattices_and_few_sets(cli, levers, sets):
    arguments = ("lattice", "hoarders", "--levers", levers, "--companies", 1, "--weeks", 3, "--out", "runs")
    found = cli(*arguments, "--ensemble", "--sets", sets)
    assert found.code == 0
    assert "nan" not in found.out.split()
    settings, companies = 2 ** len(levers.split(",")), Texts("en").counted("virtual_companies", 1)
    every = Texts("en")("lattice.ensemble.every", settings=settings, companies=companies, runs="").rstrip(" .")
    assert every in paragraph(found.out)
    data = json.loads(Path("runs/report/report.json").read_text())["ensemble"]["outcomes"]["return_on_sales"]
    assert data["fraction_off_by"]["main_effects"] == pytest.approx(0.0, abs=1e-12)
    assert (data["fraction_off_by"]["pairs"] is None) == ("," not in levers)


def test_too_many_runs_are_refused(cli, tmp_path, monkeypatch):
    monkeypatch.setattr("app.commands.lattice.MOST_RUNS", 16 * 2 * 3)
    found = cli(*LATTICE, "--ensemble", "--sets", 2, "--out", "runs")
    assert (found.code, found.out) == (2, "")
    assert "option --companies" in found.err
    assert "1 to 3" in found.err
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_a_scenario_fixes_decide_nothing(cli):
    fixed = "\n".join(f"{name} = {value!r}" for name, value in shipped().changes(0)["coefficients"].items())
    Path("firm.toml").write_text(f"weeks = 12\n[coefficients]\n{fixed}\n")
    arguments = ("--levers", "talk_first,eye_level", "--companies", 2, *SOME, "--json")
    data = cli("lattice", "firm.toml", *arguments).json()["ensemble"]["outcomes"]
    rows = [*data["cooperation_quality"]["main_effects"].values()]
    assert all(row["share"] == 1.0 and row["decided_by"] == [] for row in rows)
    assert all(row["strength"]["p05"] == row["strength"]["p95"] for row in rows)


# --- what it refuses -------------------------------------------------------------------------------------------------

REFUSED = {
    "none": (["--ensemble", "--sets", "0"], ["option --sets", "'0'", f"1 to {OF}"]),
    "a word": (["--ensemble", "--sets", "abc"], ["option --sets", "'abc'", "a whole number"]),
    "negative": (["--ensemble", "--sets", "-1"], ["option --sets", "'-1'"]),
    "too many": (["--ensemble", "--sets", str(OF + 1)], ["option --sets", f"'{OF + 1}'", f"1 to {OF}"]),
    "without": (["--sets", "3"], ["option --sets", "'3'", "only with --ensemble"]),
}
GERMAN = {"option ": "Option ", "a whole number": "eine ganze Zahl", "only with": "nur mit", "1 to": "1 bis"}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_named_and_nothing_is_written(cli, tmp_path, case):
    given, named = REFUSED[case]
    messages = {}
    for language in ("en", "de"):
        found = cli(*LATTICE, *given, "--out", "out", language=language)
        assert (found.code, found.out) == (2, "")
        assert found.err.startswith("handshake: ")
        assert found.err.count("\n") == 1
        assert list(tmp_path.iterdir()) == []
        messages[language] = found.err
    assert [part for part in named if part not in messages["en"]] == []
    for english, german in GERMAN.items():
        assert (english in messages["en"]) <= (german in messages["de"])


def test_all_is_all(cli):
    found = cli("lattice", "reference", "--levers", "eye_level", "--companies", 1, "--weeks", 1, "--ensemble", "--json")
    assert found.json()["ensemble"]["sets"] == OF
    every = cli(
        *("lattice", "reference", "--levers", "eye_level", "--companies", 1, "--weeks", 1),
        *("--ensemble", "--sets", "all"),
    )
    assert Texts("en")("ensemble.every", sets=OF, families=shipped().relatives) in " ".join(every.out.split())
