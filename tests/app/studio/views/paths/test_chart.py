"""Measures over the weeks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.studio.answer import Answer
from app.studio.views.paths.chart import BAND, chart, marks, spread, starts
from experiments.trajectory import PATHS
from sim.policies.policy import by_id
from sim.scenario import Scenario
from sim.texts import Texts

EN = Texts("en")


def series(found, key):
    return next(part for part in found.option["series"] if part["id"] == key)


@pytest.mark.parametrize("measure", [name for name in PATHS if name != "escalations"])
def test_median_and_band_are_over_companies(answer, measure):
    weeks = np.array([0, 7, answer.after.weeks - 1])
    expected = np.quantile(answer.after.paths[measure][:, weeks], (BAND[0], 0.5, BAND[1]), axis=0)
    assert spread(answer.after, measure, weeks) == pytest.approx(expected, rel=1e-5, abs=1e-7)


def test_escalations_are_told_per_year_as_their_name_says(answer):
    weeks = np.arange(answer.after.weeks)
    found = spread(answer.before, "escalations", weeks)
    assert found[1] == pytest.approx(52 * np.median(answer.before.paths["escalations"], axis=0), rel=1e-5)


def test_low_end_and_height_of_a_band_stack_up_to_its_high_end(answer):
    found = chart(answer, EN, False, "trust")
    low, height = (np.array(series(found, f"after {part}")["data"]) for part in ("low", "height"))
    expected = spread(answer.after, "trust", np.arange(answer.after.weeks))
    assert low == pytest.approx(expected[0], abs=1e-4)
    assert low + height == pytest.approx(expected[2], abs=2e-4)
    assert series(found, "after")["data"] == [(week, pytest.approx(v, abs=1e-4)) for week, v in enumerate(expected[1])]


def test_returns_are_drawn_in_percent(answer):
    drawn = np.array(series(chart(answer, EN, False, "return_on_sales"), "after")["data"])[:, 1]
    assert drawn == pytest.approx(100.0 * np.median(answer.after.paths["return_on_sales"], axis=0), abs=0.01)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(1, [0]), (13, [12]), (30, [12, 25, 29]), (104, [12, 25, 38, 51, 64, 77, 90, 103]), (530, [51, 519, 529])],
)
def test_tables_go_by_quarters_and_in_long_runs_by_years(weeks, expected):
    found = marks(weeks).tolist()
    assert set(expected) <= set(found)
    assert (found[0], found[-1]) == (expected[0], expected[-1])
    assert len(found) <= 21


def test_the_table_says_median_and_band_of_both_at_the_end_of_a_quarter(answer):
    row = chart(answer, EN, False, "trust").rows[0]
    numbers = [spread(trajectory, "trust", np.array([12]))[:, 0] for trajectory in (answer.before, answer.after)]
    shown = []
    for ends in numbers:
        low, median, high = (EN.amount("trust", value) for value in ends)
        shown += [median, EN.interval(low, high)]
    assert row == ("12", *shown)


def test_a_long_run_is_drawn_with_few_points_up_to_its_last_week(answer):
    def stretched(trajectory):
        every = {name: np.tile(values, (1, 9)) for name, values in trajectory.paths.items()}
        return replace(trajectory, scenario=trajectory.scenario.changed(weeks=9 * answer.after.weeks), paths=every)

    found = chart(Answer(stretched(answer.before), stretched(answer.after), refined=True), EN, False)
    band = series(found, "after low")["data"]
    assert len(band) <= 105
    weeks, names = found.option["xAxis"]
    assert names["data"][0] == weeks["min"] < 9
    assert names["data"][-1] == weeks["max"] == 9 * answer.after.weeks - 1


def test_starts_are_the_steps_that_the_baseline_does_not_have():
    before = Scenario(levers={"shared_goals": 0.5, "joint_planning": {"intensity": 0.4, "start": 10}})
    levers = {
        "joint_planning": {"intensity": 0.4, "start": 10},
        "shared_goals": {"steps": [{"intensity": 0.5}, {"intensity": 1.0, "start": 26}]},
        "constructive_conflict": {"intensity": 0.7, "start": 8},
        "eye_level": 0.0,
    }
    assert starts(before, Scenario(levers=levers)) == {8: ["constructive_conflict"], 26: ["shared_goals"]}


def test_starts_are_marked_by_name_if_there_is_one_and_by_count_else(answer):
    marked = series(chart(answer, EN, False), "after")["markLine"]["data"]
    assert [(mark["xAxis"], mark["label"]["formatter"]) for mark in marked] == [(0, "levers: 1"), (4, "levers: 2")]
    single = answer.after.scenario.changed(levers={"joint_planning": {"intensity": 1.0, "start": 4}})
    shown = Answer(answer.before, replace(answer.after, scenario=single), refined=True)
    (mark,) = series(chart(shown, EN, False), "after")["markLine"]["data"]
    assert mark["label"]["formatter"] == by_id(single.all_policies())["joint_planning"].en


def test_labels_of_starts_close_together_stand_above_each_other(answer):
    levers = {name: {"intensity": 1.0, "start": start} for start, name in enumerate(
        ("joint_planning", "shared_goals", "constructive_conflict", "talk_first"))}  # fmt: skip
    shown = Answer(answer.before, replace(answer.after, scenario=answer.after.scenario.changed(levers=levers)), True)
    labels = [mark["label"] for mark in series(chart(shown, EN, False), "after")["markLine"]["data"]]
    assert [label["show"] for label in labels] == [True, True, True, False]
    assert len({label["distance"] for label in labels[:3]}) == 3


def test_points_that_can_be_pointed_at_say_their_numbers(answer):
    found = chart(answer, EN, False, "trust")
    points = series(found, "told")["data"]
    assert len(points) == len(found.rows)
    for point, row in zip(points, found.rows, strict=True):
        assert all(cell in point["name"] for cell in row)


def test_the_sentence_says_which_way_it_goes(answer, reverse, unchanged):
    better, worse, same = (chart(shown, EN, False).says for shown in (answer, reverse, unchanged))
    assert better.startswith("Cooperation quality: higher")
    assert worse.startswith("Cooperation quality: lower")
    assert same.startswith("Cooperation quality: no clear difference")
