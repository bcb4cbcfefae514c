"""``handshake run``: its numbers are those of the findings, in both languages, and what it leaves behind."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis.figures.labels import Labels
from sim.outcomes import OUTCOMES, PURPOSES, TYPES
from sim.presets import presets
from tests.texts import both

SMALL = ("--companies", 8, "--weeks", 6)


@pytest.mark.parametrize("language", ["en", "de"])
def test_run_shows_the_page_within_eighty_columns(cli, language):
    found = cli("run", "ivory_tower", *SMALL, "--lang", language)
    assert found.code == 0
    assert found.out.startswith(presets()["ivory_tower"].name(language) + "\n")
    for key in ("outcome.types", "outcome.column", "purpose.core", "page.foot"):
        assert both(key)[language == "de"] in found.out
    assert max(len(line.rstrip()) for line in found.out.splitlines()) <= 80


def test_run_shows_all_outcomes_if_asked(cli):
    mandate = Labels("en").outcome("mandate")
    assert mandate not in cli("run", "hoarders", *SMALL).out
    assert mandate in cli("run", "hoarders", *SMALL, "--all").out


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
