"""Emulators of functions that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from experiments.calibration.emulator import Emulator, compressed

PARTS = ("curved", "crossed", "noisy", "constant", "seldom")
NOISE = 0.3


def truth(places):
    """Return compressed margins without noise: quadratic in the places."""
    x = 2.0 * places - 1.0
    curved = 0.3 + x[:, 0] - 0.5 * x[:, 1] ** 2
    crossed = -0.2 + 0.6 * x[:, 2] - 0.4 * x[:, 5] + 0.8 * x[:, 2] * x[:, 5]
    return np.column_stack([curved, crossed, x[:, 3], np.full(len(x), 2.0), x[:, 4]])


@pytest.fixture(scope="module")
def emulator():
    rng = np.random.default_rng(1)
    places = rng.random((800, 8))
    seen = truth(places)
    seen[:, 2] += rng.normal(0.0, NOISE, len(places))
    margins = np.sinh(seen)
    # Given up before: some sets were not judged by a part, and nearly none by another.
    margins[::5, 1], margins[30:, 4], margins[7, 0] = np.nan, np.nan, -np.inf
    return Emulator.fit(places, margins, PARTS)


def test_a_quadratic_function_is_recovered(emulator):
    places = np.random.default_rng(2).random((50, 8))
    found, _ = emulator.expected(places)
    assert emulator.parts == ("curved", "crossed", "noisy")
    assert found[:, :2] == pytest.approx(truth(places)[:, :2], abs=0.01)
    assert np.abs(found[:, 2] - truth(places)[:, 2]).max() < 0.2


def test_the_error_is_that_on_sets_that_were_not_fitted(emulator):
    assert emulator.error[:2].max() < 0.01
    assert emulator.error[2] == pytest.approx(NOISE, rel=0.15)
    assert emulator.explained[:2].min() > 0.999
    # Of the variance 1/3 + NOISE**2, the noise cannot be explained.
    assert emulator.explained[2] == pytest.approx(1.0 - NOISE**2 / (1 / 3 + NOISE**2), abs=0.05)


def test_noise_says_nothing_of_sets_near_by_and_a_smooth_residual_does():
    rng = np.random.default_rng(4)
    centres = rng.random((60, 8))
    places = np.clip(np.repeat(centres, 12, axis=0) + rng.normal(0.0, 0.03, (720, 8)), 0.0, 1.0)
    bump = np.sin(6.0 * places[:, :3]).sum(axis=1)
    seen = np.column_stack([bump, rng.normal(0.0, 1.0, 720)])
    emulator = Emulator.fit(places, np.sinh(seen), ("bump", "noise"))
    assert emulator.smooth[0] > 0.6
    assert emulator.smooth[1] < 0.3
    near = np.clip(centres + rng.normal(0.0, 0.03, (60, 8)), 0.0, 1.0)
    expected, error = emulator.expected(near)
    off = expected[:, 0] - np.sin(6.0 * near[:, :3]).sum(axis=1)
    assert off.std() < 0.5 * emulator.error[0]
    assert error[:, 0].max() < 0.85 * emulator.error[0]
    far, wide = emulator.expected(rng.random((60, 8)) * 0.0 + 0.5)
    assert np.isfinite(far).all()
    assert wide.max() <= emulator.error.max()


def test_far_margins_weigh_less_and_order_stays():
    margins = np.array([-1000.0, -1.0, 0.0, 0.01, 1.0, 1000.0])
    assert (np.diff(compressed(margins)) > 0.0).all()
    assert compressed(margins)[3] == pytest.approx(0.01, rel=1e-4)
    assert compressed(margins)[-1] < 8.0


def test_the_chance_is_a_product_of_normal_probabilities(emulator):
    places = np.random.default_rng(3).random((20, 8))
    expected, sd = (values[:, 1:] for values in emulator.expected(places))
    low = {"crossed": -0.5, "noisy": 0.2, "seldom": 9.0}
    floor = compressed(np.array([-0.5, 0.2]))
    above = norm.logsf(floor, loc=expected, scale=sd)
    assert emulator.log_chance(places, low) == pytest.approx(above.sum(axis=1))
    # One part has a greatest margin too, and chances stay within what a float can say of a difference.
    high = {"noisy": 0.9}
    top = norm.cdf(compressed(np.array(0.9)), loc=expected[:, 1], scale=sd[:, 1])
    between = np.log(top - norm.cdf(floor[1], loc=expected[:, 1], scale=sd[:, 1]))
    assert emulator.log_chance(places, low, high) == pytest.approx(above[:, 0] + between)


def test_a_part_without_a_least_margin_may_be_anything(emulator):
    places = np.random.default_rng(3).random((4, 8))
    assert emulator.log_chance(places, {}).tolist() == [0.0] * 4
    assert (emulator.log_chance(places, {"noisy": -np.inf}) == 0.0).all()
