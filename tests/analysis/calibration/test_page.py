"""The page of a calibration, and what is said before and during it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.calibration.findings import CalibrationFindings, calibration_findings
from analysis.calibration.page import calibration_page, rule_lines, wave_line
from analysis.figures.labels import Labels
from experiments.as_json import json_text
from experiments.calibration.acceptance import Calibration
from experiments.calibration.procedure import Procedure
from experiments.calibration.verdict import CHEAP_FIRST, parts, pattern_of
from experiments.calibration.waves import Wave
from experiments.ensemble import shipped

SAY = Labels("en"), Labels("de")
PROCEDURE = Procedure(without=("P19",), coarse=4)


def wave(number: int, tolerance: float, **changes: Any) -> Wave:
    """Return four sets that show all patterns clearly, but P7 in half of them; nobody was judged by P19."""
    margins = np.full((4, len(parts())), 9.0)
    for k, part in enumerate(parts()):
        if pattern_of(part) == "P7":
            margins[:2, k] = -9.0
        if pattern_of(part) == "P19":
            margins[:, k] = np.nan
    places = np.zeros((4, 1))
    none = np.full(4, "")
    return Wave(number, tolerance, places, places, np.zeros(4), margins, margins, none, **changes)


def findings(*, accepted: int = 2, judged_again: int = 2) -> CalibrationFindings:
    waves = (wave(1, 2.0), wave(2, 0.0, explained=0.75))
    ensemble = shipped().first(2) if accepted else None
    found = Calibration(waves, ensemble, accepted, judged_again, judged_again, 1.5)
    return calibration_findings(found, PROCEDURE, Path("out/ensemble.parquet"))


@pytest.mark.parametrize("say", SAY, ids=["en", "de"])
def test_it_counts_sets_and_names_the_hardest_pattern_first(say: Labels) -> None:
    page = calibration_page(findings(), say)
    counts = {"simulated": "8", "accepted": "2", "judged_again": "2", "confirmed": "2", "sets": "2", "families": "2"}
    assert page.answer == [
        say("calibration.found", **counts),
        say("calibration.ensemble", effective=say.number(1.5, 1), file="out/ensemble.parquet", **counts),
    ]
    waves, patterns = page.tables
    assert waves.rows[1] == ("2", "0", "4", "2", "2", say.percent(0.75))
    assert patterns.rows[0][0] == "P7"
    assert patterns.rows[0][2] == say("calibration.missed", share=say.percent(0.5), judged="4")
    assert len(patterns.rows) == len(CHEAP_FIRST) - 1
    apart = calibration_page(findings(accepted=5), say)
    assert apart.answer[0] == say("calibration.found_apart", **{**counts, "accepted": "5"})


def test_without_an_ensemble_it_says_so() -> None:
    page = calibration_page(findings(accepted=0, judged_again=0), SAY[0])
    assert page.answer[-1] == SAY[0]("calibration.none")
    assert page.certainty == [SAY[0]("calibration.note")]
    assert findings(accepted=0).to_json()["ensemble"] is None
    assert '"explained": null' in json_text(findings().to_json())


@pytest.mark.parametrize("say", SAY, ids=["en", "de"])
def test_the_rule_is_stated_beforehand(say: Labels) -> None:
    rule, way, coarse = rule_lines(PROCEDURE, say)
    assert "P19" in rule
    assert str(PROCEDURE.seed) in way
    assert say.number(PROCEDURE.judged_by(0)[0].companies, 0) in coarse
    assert len(rule_lines(replace(PROCEDURE, coarse=1), say)) == 2


def test_a_wave_is_told_in_a_line() -> None:
    say = SAY[0]
    first, later = wave_line(wave(1, 0.5), say), wave_line(wave(2, 0.0, explained=0.5), say)
    assert first.startswith(
        say("calibration.wave", number=1, tolerance="0.5", within=2, sets=4, share="50.0%", accepted=2)
    )
    assert "P7 50%" in first
    assert later.endswith(say("calibration.explained", share="50%"))
