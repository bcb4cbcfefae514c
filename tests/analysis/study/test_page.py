"""The page of the virtual study, from findings without a run."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.figures.labels import Labels
from analysis.page import Page, render
from analysis.study.findings import StudyFindings, texts
from analysis.study.page import study_page
from experiments.scorecard import failure_text, part_text, pattern_text
from tests.analysis.study.synthetic import OVER, line, synthetic
from tests.texts import both

EN, DE = Labels("en"), Labels("de")


def page(found: StudyFindings, say: Labels = EN) -> Page:
    return study_page(found, say)


def test_it_says_what_fails_and_which_part_decides() -> None:
    english, german = page(synthetic()), page(synthetic(), DE)
    assert english.answer[0] == EN("study.some_hold", held=1, lines=2, failing="P1")
    for found, say, value in ((english, EN, ("0.250", "0.5")), (german, DE, ("0,250", "0,5"))):
        pattern, holds, decides, support = found.tables[0].rows[0]
        assert pattern == f"P1: {pattern_text('P1', say.language)}."
        assert holds == say("page.no")
        says = part_text("P1", "smallest_group", say.language)
        assert decides == say("study.value", says=says, value=value[0], bound=value[1]) + "."
        assert support == say("support.anchored")
    assert EN("study.small", shares="P1 75%") in english.certainty
    assert EN("study.few", n="30") in english.certainty
    assert page(synthetic(scorecard=synthetic().scorecard[1:])).answer[0] == EN("study.all_hold", lines=1)


def test_a_part_that_could_not_be_computed_decides_and_a_known_reason_is_given() -> None:
    memory = synthetic().scorecard[1]
    open_line = line("P18", {"broker_drawn": (None, 1.1, None), "broker": (2.0, 1.1, 0.5)})
    row = page(synthetic(scorecard=[open_line, memory])).tables[0].rows[0]
    assert ": – (" in row[2]
    assert row[2].endswith(failure_text("P18", "broker_drawn", "en"))


@pytest.mark.parametrize("say", [EN, DE], ids=["en", "de"])
def test_every_table_of_the_study_stands_beside_what_was_found(say: Labels) -> None:
    found = page(synthetic(), say)
    notes = [table.note for table in (*found.tables, *found.assumptions, *(e.table for e in found.exhibits))]
    for about in texts()["tables"].values():
        assert sum(say.of((about["found"]["en"], about["found"]["de"])) in note for note in notes) == 1
    titles = [table.title for table in found.assumptions]
    assert [say.of((about["en"], about["de"])) for about in texts()["tables"].values() if about["role"] == "IN"] == (
        titles[1:]
    )


def test_outcomes_have_the_digits_that_they_have_everywhere() -> None:
    returns = next(table for table in page(synthetic()).tables if table.rows[0][0] == EN("study.column.share"))
    row = next(row for row in returns.rows if row[0] == EN.outcome("return_on_sales"))
    assert row[1:] == tuple(EN.amount("return_on_sales", value) for value in (0.08, 0.01, 0.06, float("nan")))


def test_without_companies_there_is_no_map() -> None:
    kept, lost = (
        {exhibit.name for exhibit in page(found).exhibits} for found in (synthetic(), synthetic(companies=None))
    )
    assert kept - lost == {"type_map", "returns_by_type"}


def test_parameter_sets_are_counted() -> None:
    found = page(synthetic(ensemble=OVER, sets=pd.DataFrame()))
    assert found.answer[-1] == EN("study.sets.all_hold", count=2, sets=3)
    patterns = next(table for table in found.tables if table.title == EN("study.sets.patterns"))
    assert patterns.rows[0] == ("P1", "67%", "−0.5", part_text("P1", "smallest_group", "en"))
    types = next(table for table in found.tables if table.title == EN("study.sets.types"))
    assert types.rows[0][1:] == ("25", "20 to 30", "8.00", "–")
    assert EN("study.sets.note") in found.certainty
    assert len(page(synthetic()).tables) == len(found.tables) - 2


def test_it_becomes_html_with_all_figures() -> None:
    html = render(page(synthetic()))
    assert html.count("<svg") == 6
    assert both("study.hysteresis")[0] in html
