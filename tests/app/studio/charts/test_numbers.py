"""Quantiles and round axes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.studio.charts.look import faded, look
from app.studio.charts.numbers import quantiles, round_ends, round_step
from app.studio.charts.words import direction, told
from sim.texts import Texts

NUMBERS = st.floats(-1e6, 1e6)


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4))
def test_quantiles_are_those_of_numpy(values, at):
    assert quantiles(np.array(values), at) == pytest.approx(np.quantile(values, at), rel=1e-9, abs=1e-6)


def test_quantiles_go_over_the_last_axis():
    values = np.random.default_rng(1).normal(size=(3, 40)).astype(np.float32)
    expected = np.quantile(values, (0.1, 0.5), axis=1)
    assert quantiles(values.T.T, (0.1, 0.5)) == pytest.approx(expected, rel=1e-5)
    assert quantiles(values, (0.1, 0.5)).shape == (2, 3)


@given(NUMBERS, st.floats(1e-6, 1e6), st.integers(1, 40))
def test_axes_hold_their_range_in_few_round_steps(low, span, most):
    ends = round_ends(low, low + span, most)
    slack = 1e-6 * max(abs(low), span, ends["interval"])
    assert ends["min"] <= low + slack
    assert ends["max"] >= low + span - slack
    assert (ends["max"] - ends["min"]) / ends["interval"] <= most + 2.01


@pytest.mark.parametrize(("span", "most", "step"), [(0.27, 7, 0.05), (10.0, 5, 2.0), (10.0, 10, 1.0), (0.0, 7, 1.0)])
def test_steps_are_1_2_or_5_times_a_power_of_ten(span, most, step):
    assert round_step(span, most) == pytest.approx(step)


def test_an_axis_for_a_single_number_has_a_length():
    assert round_ends(3.0, 3.0) == {"min": 2.0, "max": 4.0, "interval": 1.0}


def test_a_clear_change_that_is_too_small_to_be_shown_is_called_so():
    texts = Texts("en")
    assert told(texts, "lower", "Core work", "28.4 h", "28.3 h") == "Core work: lower, 28.3 h instead of 28.4 h."
    assert "less than is shown, 28.4 h both times" in told(texts, "lower", "Core work", "28.4 h", "28.4 h")
    assert "no clear difference" in told(texts, "same", "Core work", "28.4 h", "28.4 h")


def test_a_direction_needs_an_interval_without_zero():
    zero, noise = np.zeros(50), np.random.default_rng(2).normal(size=50)
    assert direction(zero, zero) == "same"
    assert direction(zero, noise - noise.mean()) == "same"
    assert direction(zero, 0.1 * noise + 1.0) == "higher"
    assert direction(zero, 0.1 * noise - 1.0) == "lower"
    assert direction(zero, zero + 0.5) == "higher"
    assert direction(zero[:1], zero[:1] + 1.0) == "same"


def test_a_faded_colour_lies_between_itself_and_the_page():
    page = look(False)
    assert faded("#000000", page, 0.0) == "#000000"
    assert faded("#000000", page, 1.0) == page.page
    assert faded("#0072B2", page, 0.5) == "#80B8D8"
