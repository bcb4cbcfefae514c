"""The roadmap's charts show the plan that was found, and what it brings."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analysis.figures.labels import Labels
from analysis.roadmap import find_roadmap, pose
from analysis.roadmap.words import Words
from app.studio.views.roadmap.chart import gain_chart, plan_chart
from sim.policies import ALL_POLICIES
from sim.scenario import Scenario
from sim.texts import languages

EN = Labels("en")
TODAY = Scenario(name="today", weeks=39)
LEVERS = ("eye_level", "talk_first", "job_rotation")


@pytest.fixture(scope="module")
def found():
    problem = pose(TODAY, budget=0.5, at_once=2, levers=LEVERS)
    return find_roadmap(problem, companies=6, fresh=12, effort=400, seed=2, threads=1)


def in_words(found, language="en"):
    return Words(found, Labels(language), {policy.id: policy.name(language) for policy in ALL_POLICIES})


def series(chart, key):
    return next(part for part in chart.option["series"] if part["id"] == key)


def test_bars_begin_with_the_start_and_end_with_the_horizon(found):
    chart, plan = plan_chart(in_words(found), False), found.plan
    assert not plan.empty
    wait, rising, full = ([bar["value"] for bar in series(chart, key)["data"]] for key in ("wait", "rising", "full"))
    assert wait == plan["start"].tolist()
    assert [sum(parts) for parts in zip(wait, rising, full, strict=True)] == [39.0] * len(plan)
    for row, length in zip(plan.to_dict("records"), rising, strict=True):
        assert length == min(row["ramp"], 39.0 - row["start"])
    names = {policy.id: policy.en for policy in ALL_POLICIES}
    assert chart.option["yAxis"]["data"] == [names[lever] for lever in plan["lever"]]
    assert chart.says == in_words(found).gain()


def test_lines_are_the_means_of_the_quarters(found):
    chart = gain_chart(in_words(found), True)
    assert chart.says == in_words(found).payback()
    per_year = replace(found, outcome="escalations")
    for words, scale in ((in_words(found), 100.0), (in_words(per_year), 52.0)):
        for key in ("today", "plan"):
            drawn = [point["value"][1] for point in series(gain_chart(words, True), key)["data"]]
            assert drawn == pytest.approx((scale * found.path[key]).tolist(), abs=1e-3)
    assert len(chart.rows) == len(found.path) == 3
    assert chart.rows[0][-1] == EN.number(found.spending["due"].iloc[0], 3)


@pytest.mark.parametrize("language", languages())
def test_charts_are_small_plain_and_have_a_table_of_their_width(found, language):
    words = in_words(found, language)
    for chart in (plan_chart(words, False), gain_chart(words, True)):
        assert len(json.dumps(chart.option, allow_nan=False)) < 16_000
        assert {len(row) for row in chart.rows} == {len(chart.columns)}
        assert all(isinstance(cell, str) and cell for row in chart.rows for cell in row)
        assert chart.says.endswith(".")
