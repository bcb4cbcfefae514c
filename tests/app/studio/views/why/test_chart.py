"""Why the scenario differs: the charts' shares add up, and chains are told whole."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from analysis.explanation import USUAL, explain
from app.studio.views.why.chart import By, chains, chart, total
from sim.texts import Texts, languages

EN = Texts("en")


@pytest.fixture(scope="module")
def report(answer):
    return explain(answer.before.scenario, answer.after.scenario, 12, 3, threads=1)


@pytest.mark.parametrize("outcome", USUAL)
@pytest.mark.parametrize("by", get_args(By))
def test_shares_add_up_to_the_difference_and_the_largest_comes_first(report, by, outcome):
    bars = [bar["value"] for bar in chart(report, EN, False, by, outcome).option["series"][0]["data"]]
    scale = 1.0 if outcome in ("cooperation_quality", "coordination_efficiency") else 100.0
    assert sum(bars) == pytest.approx(scale * report.total.loc[outcome, "difference"], abs=1e-3)
    assert [abs(bar) for bar in bars] == sorted((abs(bar) for bar in bars), reverse=True)


def test_every_move_has_a_bar(report, answer):
    names = {policy.id: policy.en for policy in answer.after.scenario.all_policies()}
    rows = chart(report, EN, False, "lever", "return_on_sales").rows
    assert {row[0] for row in rows} == {names[lever] for lever in answer.after.scenario.levers}


def test_what_there_is_to_explain_is_what_the_answer_shows(report, answer):
    before, after = (
        trajectory.first(12).outcomes["return_on_sales"].mean() for trajectory in (answer.before, answer.after)
    )
    said = total(report, EN, "return_on_sales")
    assert f"{EN.percent(before, 1)} before, {EN.percent(after, 1)} after" in said


def test_chains_begin_with_a_lever_and_end_with_the_outcome(report):
    links = report.chain("en", "return_on_sales")
    told = chains(report, EN, "return_on_sales")
    assert told
    assert sum(len(chain.steps) for chain in told) == len(links)
    for chain in told:
        assert chain.steps[-1][0].startswith("return on sales")
        assert all(rests.startswith(("(evidence: ", "(assumption: ")) for _, rests in chain.steps)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("by", get_args(By))
def test_charts_are_small_plain_and_have_a_table_of_their_width(report, by, language):
    found = chart(report, Texts(language), True, by, "cooperation_quality")
    assert len(json.dumps(found.option, allow_nan=False)) < 16_000
    assert {len(row) for row in found.rows} == {len(found.columns)}
    assert found.title[0].isupper()
    assert found.says.endswith(".")
