"""Findings of the virtual study: what a run gives, what is stored of it, and what is read again."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.study import runs
from analysis.study.findings import StudyFindings, study_findings, texts
from analysis.study.runs import StudyRun, run_study
from experiments.as_json import json_text
from experiments.scorecard import catalogue
from sim import BadInputError
from sim.outcomes import TYPES
from tests.analysis.study.synthetic import OVER, synthetic


def few(**given: int) -> StudyRun:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "PER_CONDITION", 32)
        patch.setattr(runs, "RESAMPLES", 20)
        return run_study(674, seed=5, **given)


@pytest.fixture(scope="module")
def found() -> StudyFindings:
    return study_findings(few())


def test_a_scorecard_has_all_patterns_with_their_parts_and_evidence(found: StudyFindings) -> None:
    assert [line["id"] for line in found.scorecard] == [f"P{n}" for n in range(1, 20)]
    for line in found.scorecard:
        assert set(line) == {
            "id", "pattern", "holds", "support", "evidence", "parts", "figures", "share_of_samples_of_337",
        }  # fmt: skip
        for part in line["parts"]:
            assert part["says"]["en"] != part["says"]["de"]
            assert (part["why_not"] is None) == part["holds"]
            assert part["support"] in {"emergent", "anchored", "by construction"}
        said = catalogue()[line["id"]]["parts"]
        assert {part["name"].partition("/")[0] for part in line["parts"]} == set(said)
    assert found.to_json()["held"] == sum(line["holds"] for line in found.scorecard)
    assert found.to_json()["seed"] == 5


def test_tables_stand_beside_the_evidence(found: StudyFindings) -> None:
    tables = found.tables()
    assert set(tables) == set(texts()["tables"])
    industries = tables["industries"]
    assert industries["study"].tolist() == [26.1, 18.7, 11.9, 11.9, 11.3, 9.5, 4.7, 6.0]
    assert industries["sample"].to_numpy() == pytest.approx(industries["study"].to_numpy(), abs=0.1)
    assert tables["types"][list(TYPES)].sum(axis=1).to_numpy() == pytest.approx(100.0)


def test_the_same_seed_gives_the_same_findings(found: StudyFindings) -> None:
    assert json_text(study_findings(few(threads=1)).to_json()) == json_text(found.to_json())


def test_what_is_saved_is_what_is_printed_and_is_read_again(found: StudyFindings, tmp_path: Path) -> None:
    found.save(tmp_path)
    assert (tmp_path / "study.json").read_text(encoding="utf-8") == json_text(found.to_json())
    again = StudyFindings.load(tmp_path)
    assert again.to_json() == json.loads(json_text(found.to_json()))
    assert again.ensemble is None
    assert again.companies is not None
    for name, table in found.tables().items():
        pd.testing.assert_frame_equal(again.tables()[name], table, check_dtype=False, rtol=1e-5)


def test_an_ensemble_stands_in_files_of_its_own(tmp_path: Path) -> None:
    found = synthetic(ensemble=OVER, sets=pd.DataFrame({"set": [0, 1], "patterns_held": [1, 2]}), companies=None)
    found.save(tmp_path)
    again = StudyFindings.load(tmp_path)
    assert "ensemble" not in json.loads((tmp_path / "study.json").read_text(encoding="utf-8"))
    assert again.to_json() == found.to_json()
    assert again.to_json()["ensemble"] == OVER
    assert again.sets is not None
    assert again.sets["patterns_held"].tolist() == [1, 2]
    assert again.companies is None


@pytest.mark.parametrize("companies", [0, 336, 1_000_001])
def test_a_study_needs_as_many_companies_as_the_study_had(companies: int) -> None:
    with pytest.raises(BadInputError, match="337 to 1000000"):
        run_study(companies)
