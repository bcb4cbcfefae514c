"""The page on one scenario: its numbers are those of the findings."""

from __future__ import annotations

import pytest

from analysis.figures.labels import Labels
from analysis.page import render
from analysis.scenario.findings import ScenarioFindings
from analysis.scenario.page import scenario_page
from experiments.trajectory import simulate_trajectory
from sim import Scenario, simulate
from sim.declarations import MAIN
from sim.outcomes import OUTCOMES, PURPOSES, TYPES

SCENARIO = Scenario(name="<b>today</b>", weeks=12, levers={"talk_first": 1.0})


@pytest.fixture(scope="module")
def findings() -> ScenarioFindings:
    return ScenarioFindings.of_results(simulate(SCENARIO, companies=12, hours=True), SCENARIO)


@pytest.mark.parametrize("language", ["en", "de"])
def test_its_numbers_are_those_of_the_findings(findings, language):
    say = Labels(language)
    page = scenario_page(findings, say)
    assert len(page.answer) == 3
    assert say.number(100.0 * findings.types.loc["professional", "share"], 0) in page.answer[0]
    assert say.number(100.0 * findings.outcomes.loc["return_on_sales", "mean"], 1) in page.answer[1]
    types, outcomes, hours = page.tables
    assert [row[0] for row in types.rows] == [say.type(kind) for kind in TYPES]
    assert [row[:2] for row in outcomes.rows] == [
        (say.outcome(name), say.amount(name, findings.outcomes.loc[name, "mean"])) for name in MAIN
    ]
    assert [row[1] for row in hours.rows] == [say.number(findings.hours.loc[p, "marketing"], 2) for p in PURPOSES]
    every = scenario_page(findings, say, every=True).tables[1]
    assert (len(every.rows), every.brief) == (len(OUTCOMES), 0)


def test_a_trajectory_gives_the_same_numbers_and_figures(findings):
    say = Labels("en")
    drawn, plain = (
        scenario_page(found, say)
        for found in (ScenarioFindings.of_trajectory(simulate_trajectory(SCENARIO, 12)), findings)
    )
    assert drawn.answer == plain.answer
    assert drawn.tables == plain.tables[:2]
    assert plain.exhibits == []
    # The hours are a figure now, and their table is its twin.
    twin = next(exhibit.table for exhibit in drawn.exhibits if exhibit.name == "hours_by_purpose")
    assert twin.rows == plain.tables[2].rows
    html = render(drawn)
    assert "<b>today" not in html
    assert html.count("<svg") == len(drawn.exhibits) == 5


def test_a_single_company_is_called_one():
    page = scenario_page(ScenarioFindings.of_trajectory(simulate_trajectory(SCENARIO, 1)), Labels("en"))
    assert page.answer[1].startswith(Labels("en")("scenario.returns_single").partition("{")[0])
    assert all("–" not in sentence and "nan" not in sentence for sentence in page.answer)
