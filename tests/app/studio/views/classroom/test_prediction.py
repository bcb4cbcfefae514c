"""Predict first, then reveal."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from app.studio.answer import Answer
from app.studio.views.classroom.prediction import MEASURES, PROFESSIONAL, compared, guesses_of, verdict
from experiments.trajectory import simulate_trajectory
from sim.scenario import Scenario
from sim.texts import Texts

MEASURE = {measure.id: measure for measure in MEASURES}
GUESSES = {measure.id: measure.low for measure in MEASURES}


def row(before: float, after: float, low: float, high: float) -> pd.DataFrame:
    columns = {"a": before, "b": after, "difference": after - before, "low": low, "high": high}
    return pd.DataFrame([columns] * len(MEASURES), index=list(MEASURE))


@pytest.mark.parametrize(
    ("guess", "expected"), [(0.60, "up"), (0.504, "same"), (0.496, "same"), (0.48, "down"), (0.51, "up")]
)
def test_a_guess_has_a_direction_unless_it_is_where_the_company_stands(guess, expected):
    judged = verdict(MEASURE["cooperation_quality"], guess, row(0.5, 0.6, 0.09, 0.11))
    assert judged.expected == expected
    assert judged.happened == "up"
    assert judged.right == (expected == "up")


@pytest.mark.parametrize(("low", "high"), [(-0.01, 0.02), (math.nan, math.nan)])
def test_a_difference_whose_interval_holds_zero_has_no_direction(low, high):
    judged = verdict(MEASURE["cooperation_quality"], 0.5, row(0.5, 0.505, low, high))
    assert judged.happened == "same"
    assert judged.right


def test_a_guess_in_percent_is_compared_in_the_units_of_the_model():
    judged = verdict(MEASURE["return_on_sales"], 4.0, row(0.02, 0.05, 0.015, 0.045))
    assert (judged.guess, judged.expected, judged.happened) == (0.04, "up", "up")
    assert (judged.difference, judged.low, judged.high) == (pytest.approx(0.03), 0.015, 0.045)


def test_what_happened_is_what_handshake_compare_says():
    scenarios = Scenario(weeks=40), Scenario(weeks=40, levers={"joint_planning": 1.0})
    answer = Answer(*(simulate_trajectory(scenario, 40, seed=5) for scenario in scenarios), refined=True)
    found = compared(answer)
    judged = verdict(MEASURE["cooperation_quality"], 0.5, found)
    assert judged.after == pytest.approx(float(answer.after.outcomes["cooperation_quality"].mean()))
    share = verdict(MEASURE[PROFESSIONAL], 10.0, found)
    assert share.before == pytest.approx(float((answer.before.types == 0).mean()))


def test_guesses_from_the_browser_are_numbers_within_the_sliders():
    assert guesses_of(GUESSES) == GUESSES
    assert guesses_of({**GUESSES, "more": "things"}) == GUESSES


@pytest.mark.parametrize("value", [None, "1", True, math.nan, math.inf, -1e9, 101.0, [1.0]])
def test_what_no_slider_can_send_is_no_guess(value):
    assert guesses_of({**GUESSES, PROFESSIONAL: value}) is None


@pytest.mark.parametrize("sent", [None, [], "x", {}, {PROFESSIONAL: 1.0}])
def test_half_a_prediction_is_none(sent):
    assert guesses_of(sent) is None


def test_values_are_written_as_the_language_writes_them():
    assert MEASURE["return_on_sales"].text(-0.051, Texts("en")) == "−5.1%"
    assert MEASURE["return_on_sales"].text(-0.051, Texts("de")) == "−5,1 %"
    assert MEASURE["cooperation_quality"].text(0.04, Texts("de"), sign=True) == "+0,040"
