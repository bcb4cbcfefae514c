from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.study import findings as virtual_study
from analysis.study.findings import StudyReport, run_study, texts, write_study
from experiments.scorecard import catalogue
from sim import BadInputError
from sim.outcomes import TYPES


@pytest.fixture(scope="module")
def report() -> StudyReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(virtual_study, "PER_CONDITION", 32)
        patch.setattr(virtual_study, "RESAMPLES", 20)
        return run_study(674, seed=5)


def test_the_scorecard_has_all_lines_in_order(report: StudyReport) -> None:
    assert [line.id for line in report.lines] == [f"P{n}" for n in range(1, 20)]


def test_what_is_written_says_pattern_figure_support_and_evidence(report: StudyReport, tmp_path: Path) -> None:
    write_study(report, tmp_path)
    document = json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    assert len(document["scorecard"]) == 19
    for line in document["scorecard"]:
        assert set(line) == {
            "id", "pattern", "holds", "support", "evidence", "parts", "figures", "share_of_samples_of_337",
        }  # fmt: skip
        for part in line["parts"]:
            assert part["says"]["en"] != part["says"]["de"]
            assert (part["why_not"] is None) == part["holds"]
            assert part["support"] in {"emergent", "anchored", "by construction"}
        said = catalogue()[line["id"]]["parts"]
        assert {part["name"].partition("/")[0] for part in line["parts"]} == set(said)
    assert document["held"] == sum(line.holds for line in report.lines)
    assert document["seed"] == 5
    for name, table in report.tables.items():
        read = pd.read_csv(tmp_path / "tables" / f"{name}.csv")
        assert list(read.columns) == list(table.columns)
        assert len(read) == len(table)


def test_tables_stand_beside_the_evidence(report: StudyReport) -> None:
    assert set(report.tables) == set(texts()["tables"])
    known = texts()["columns"]
    for table in report.tables.values():
        assert set(table.columns) <= set(known)
    industries = report.tables["industries"]
    assert industries["study"].tolist() == [26.1, 18.7, 11.9, 11.9, 11.3, 9.5, 4.7, 6.0]
    assert industries["sample"].to_numpy() == pytest.approx(industries["study"].to_numpy(), abs=0.1)
    types = report.tables["types"]
    assert types[list(TYPES)].sum(axis=1).to_numpy() == pytest.approx(100.0)


def test_the_same_seed_gives_the_same_report(report: StudyReport) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(virtual_study, "PER_CONDITION", 32)
        patch.setattr(virtual_study, "RESAMPLES", 20)
        again = run_study(674, seed=5, threads=1)
    assert json.dumps(again.to_json()) == json.dumps(report.to_json())


def test_both_languages_are_complete() -> None:
    for section in ("columns", "items", "support"):
        for label in texts()[section].values():
            assert label["en"]
            assert label["de"]
    for table in texts()["tables"].values():
        assert {"en", "de", "found_en", "found_de", "role", "evidence"} == set(table)


@pytest.mark.parametrize("companies", [0, 336, 1_000_001])
def test_a_study_needs_as_many_companies_as_the_study_had(companies: int) -> None:
    with pytest.raises(BadInputError, match="337 to 1000000"):
        run_study(companies)
