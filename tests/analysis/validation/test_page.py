"""The page of the validation, from findings with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.figures.labels import Labels
from analysis.page import render
from analysis.validation.findings import ENOUGH, ValidationFindings
from analysis.validation.page import validation_page
from analysis.validation.runs import mechanism_name, mechanisms
from experiments.scorecard import catalogue
from tests.analysis.validation.synthetic import synthetic

EN, DE = Labels("en"), Labels("de")
FIRST = next(iter(mechanisms()))


@pytest.fixture(scope="module")
def found() -> ValidationFindings:
    return synthetic()


@pytest.mark.parametrize("say", [EN, DE], ids=["en", "de"])
def test_it_counts_what_holds_what_was_predicted_and_what_is_needed(found: ValidationFindings, say: Labels) -> None:
    page = validation_page(found, say)
    lines, enough = len(catalogue()), say.percent(ENOUGH)
    assert page.answer == (
        say("validation.some_hold", held=lines - 1, lines=lines, enough=enough, failing="P2", companies="337"),
        say("validation.left_out", n=2, prediction=1, fit=0, any=0, unknown=1),
        say("validation.needs", n=1, idle=0),
    )
    assert page.certainty[0] == say("validation.asked_but", without="P2")
    predictions, needed = page.tables
    assert predictions.rows[0][:2] == ("P1", say("validation.verdicts.prediction"))
    assert predictions.rows[1][1:] == (say("validation.verdicts.unknown"), "0", "–", "–")
    # P2 holds in too few sets with all mechanisms to tell what it needs.
    assert needed.rows == [(mechanism_name(FIRST, say.language), "P1")]
    shares = page.exhibits[0].table.rows
    assert shares[1][1] == say("page.no")
    assert shares[1][2].startswith(say.percent(0.5))
    assert "<svg" in render(page)


def test_what_was_not_examined_is_said(found: ValidationFindings) -> None:
    page = validation_page(synthetic(left_out=(), switched={}, without=()), EN)
    lines = len(catalogue())
    assert page.answer[1:] == (EN("validation.not_left_out"), EN("validation.no_needs"))
    assert page.certainty[0] == EN("validation.asked_all")
    assert page.tables == []
    everywhere = validation_page(synthetic(margins=np.ones(10)), EN)
    assert everywhere.answer[0] == EN("validation.all_hold", lines=lines, enough="95%", companies="337")
