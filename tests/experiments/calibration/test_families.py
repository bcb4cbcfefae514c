"""Families of parameter sets: those found from one another are told from those that are not."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.calibration.families import families
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.waves import TETHER
from experiments.ensemble import shipped

PRIORS = coefficient_priors()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("sets", "coefficients"), [(210, 79), (40, 79), (200, 2)])
def test_independent_sets_have_no_relatives(sets, coefficients, seed):
    values = PRIORS.values(PRIORS.draw(sets, seed))[:, :coefficients]
    assert list(families(values)) == list(range(sets))


@pytest.mark.parametrize("seed", range(5))
def test_sets_near_others_belong_to_them(seed):
    rng = np.random.default_rng(seed)
    founders = PRIORS.to_normal(PRIORS.draw(50, seed))
    parent = np.r_[np.arange(50), rng.integers(50, size=150)]
    near = founders[parent] + TETHER * rng.standard_normal((200, len(PRIORS.names))) * (np.arange(200) >= 50)[:, None]
    assert list(families(PRIORS.values(PRIORS.from_normal(near)))) == list(parent)


def test_the_first_of_the_shipped_sets_are_of_the_same_families():
    sets = shipped()
    for count in (20, 40, 100):
        known = list(dict.fromkeys(sets.families[:count]))
        assert list(sets.first(count).families) == [known.index(family) for family in sets.families[:count]]


def test_copies_and_single_sets():
    assert list(families(np.ones((1, 4)))) == [0]
    assert list(families(np.ones((3, 4)))) == [0, 0, 0]
    one, two = np.random.default_rng(1).random((2, 30))
    assert list(families(np.stack([one, two, one, 1.0 - one]))) == [0, 1, 0, 2]
