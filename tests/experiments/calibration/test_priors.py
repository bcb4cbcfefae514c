"""Priors: how wide they are, and the digits of values."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from experiments.calibration.priors import SHAPES, Priors, coefficient_priors
from sim import parameters as pm
from sim.parameters import PROVENANCES

COEFFICIENTS = list(pm.parameters()["coefficient"].values())


def test_the_better_a_coefficient_is_supported_the_narrower_its_prior():
    assert set(SHAPES) == set(PROVENANCES)
    places = Priors.of(COEFFICIENTS).draw(2000, seed=1)
    # Standard deviations of symmetric beta distributions, as they are stated with the shapes.
    expected = {"assumption": 0.289, "literature": 0.167, "study": 0.1}
    for place, parameter in zip(places.T, COEFFICIENTS, strict=True):
        assert place.mean() == pytest.approx(0.5, abs=0.01)
        assert place.std() == pytest.approx(expected[parameter.provenance], abs=0.005), parameter.name


def test_a_first_wave_is_a_latin_hypercube_and_the_same_again():
    priors = Priors(("a", "b"), np.zeros(2), np.ones(2), np.array([1.0, 4.0]))
    places = priors.draw(50, seed=3)
    assert np.array_equal(places, priors.draw(50, seed=3))
    assert not np.array_equal(places, priors.draw(50, seed=4))
    # One point in every fiftieth of each prior's mass.
    mass = stats.beta.cdf(places, priors.shape, priors.shape)
    assert [sorted(np.floor(50 * column).astype(int)) for column in mass.T] == [list(range(50))] * 2


def test_places_and_normal_values_lead_to_each_other():
    priors = Priors(("a", "b"), np.zeros(2), np.ones(2), np.array([1.0, 4.0]))
    places = priors.draw(500, seed=3)
    normal = priors.to_normal(places)
    assert priors.from_normal(normal) == pytest.approx(places, abs=1e-9)
    # A standard normal variable, whatever the prior's shape.
    assert normal.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.02)
    assert normal.std(axis=0) == pytest.approx([1.0, 1.0], abs=0.02)
    ends = priors.from_normal(np.array([[-40.0, 40.0]]))
    assert ((ends >= 0.0) & (ends <= 1.0)).all()


def test_values_have_four_digits_are_their_own_text_and_lie_inside_the_bounds():
    priors = coefficient_priors()
    places = priors.draw(200, seed=2)
    values = priors.values(places)
    for column, parameter in zip(values.T, COEFFICIENTS, strict=True):
        assert parameter.low <= column.min()
        assert column.max() <= parameter.high
        for value in column.tolist():
            assert float(f"{value:.4g}") == value or value in (parameter.low, parameter.high)
    assert priors.places(values) == pytest.approx(places, abs=6e-4)
    assert np.array_equal(priors.values(priors.places(values)), values)
