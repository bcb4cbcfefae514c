"""The roadmap's charts show the plan that was found, and what it brings."""

from __future__ import annotations

import json

import pytest

from analysis.roadmap import NEVER, find_roadmap, pose
from app.studio.views.roadmap.chart import answer, gain_chart, method, plan_chart
from sim.scenario import Scenario
from sim.texts import Texts, languages

EN = Texts("en")
TODAY = Scenario(name="today", weeks=39)
LEVERS = ("eye_level", "talk_first", "job_rotation")


@pytest.fixture(scope="module")
def found():
    problem = pose(TODAY, budget=0.5, at_once=2, levers=LEVERS)
    return find_roadmap(problem, companies=6, fresh=12, effort=400, seed=2, threads=1)


@pytest.fixture(scope="module")
def nothing():
    problem = pose(TODAY, budget=0.5, levers=("job_rotation",), outcome="customer_hours")
    return find_roadmap(problem, companies=6, fresh=12, effort=100, seed=2, threads=1)


def series(chart, key):
    return next(part for part in chart.option["series"] if part["id"] == key)


def test_bars_begin_with_the_start_and_end_with_the_horizon(found):
    chart, plan = plan_chart(found, EN, False), found.plan
    assert not plan.empty
    wait, rising, full = ([bar["value"] for bar in series(chart, key)["data"]] for key in ("wait", "rising", "full"))
    assert wait == plan["start"].tolist()
    assert [sum(parts) for parts in zip(wait, rising, full, strict=True)] == [39.0] * len(plan)
    for row, length in zip(plan.to_dict("records"), rising, strict=True):
        assert length == min(row["ramp"], 39.0 - row["start"])
    names = {policy.id: policy.en for policy in found.problem.policies}
    assert chart.option["yAxis"]["data"] == [names[lever] for lever in plan["lever"]]


def test_lines_are_the_means_of_the_quarters(found):
    chart = gain_chart(found, EN, True)
    for key in ("today", "plan"):
        drawn = [point["value"][1] for point in series(chart, key)["data"]]
        assert drawn == pytest.approx((100.0 * found.path[key]).tolist(), abs=1e-3)
    assert len(chart.rows) == len(found.path) == 3
    assert chart.rows[0][-1] == EN.number(found.spending["due"].iloc[0], 3)


def test_the_answer_has_the_difference_and_its_direction(found):
    row = found.baselines.loc["plan"]
    assert row["low"] > 0.0
    assert f"raises the return on sales by {EN.number(100.0 * row['difference'], 2)} points" in answer(found, EN)


def test_a_plan_that_starts_nothing_is_said_to(nothing):
    if all(quarter == NEVER for quarter in nothing.schedule):
        assert answer(nothing, EN).startswith("Nothing")
    else:
        pytest.fail("job rotation costs hours with customers")


@pytest.mark.parametrize("language", languages())
def test_charts_are_small_plain_and_have_a_table_of_their_width(found, language):
    texts = Texts(language)
    for chart in (plan_chart(found, texts, False), gain_chart(found, texts, True)):
        assert len(json.dumps(chart.option, allow_nan=False)) < 16_000
        assert {len(row) for row in chart.rows} == {len(chart.columns)}
        assert all(isinstance(cell, str) and cell for row in chart.rows for cell in row)
        assert chart.says.endswith(".")
    assert texts.number(found.companies, 0) in method(found, texts)
