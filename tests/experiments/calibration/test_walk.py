"""Walks over densities that are known, and weights that undo how sets were proposed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import truncnorm

from experiments.calibration.acceptance import weights
from experiments.calibration.emulator import Emulator
from experiments.calibration.priors import Priors
from experiments.calibration.walk import propose, walk

MEAN = np.array([0.5, 0.1, 0.9, 0.4, 0.6])
SD = np.array([0.1, 0.2, 0.3, 0.05, 1.0])
BOX = Priors(tuple("abcde"), np.zeros(5), np.ones(5), np.ones(5))


def log_chance(points):
    """Return the log of a chance that makes of a flat prior normal distributions that are cut off at 0 and 1."""
    return -0.5 * np.square((points - MEAN) / SD).sum(axis=1)


def test_a_walk_reproduces_a_density():
    found = walk(log_chance, BOX, np.random.default_rng(1).random((3000, 5)), steps=40, seed=2)
    known = truncnorm((0.0 - MEAN) / SD, (1.0 - MEAN) / SD, loc=MEAN, scale=SD)
    assert found.shape == (3000, 5)
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert (np.abs(found.mean(axis=0) - known.mean()) < 0.08 * known.std()).all()
    assert found.var(axis=0) == pytest.approx(known.var(), rel=0.1)
    correlation = np.corrcoef(found.T) - np.eye(5)
    assert np.abs(correlation).max() < 0.08


def test_without_a_chance_many_walkers_stand_for_priors_of_any_shape():
    shapes = np.tile([1.0, 4.0, 12.0], 27)
    priors = Priors(tuple(map(str, range(81))), np.zeros(81), np.ones(81), shapes)
    start = np.full((400, 81), 0.9)
    found = walk(lambda points: np.zeros(len(points)), priors, start, steps=30, seed=1)
    assert found.mean() == pytest.approx(0.5, abs=0.01)
    for shape in (1.0, 4.0, 12.0):
        spread = 0.5 / np.sqrt(2.0 * shape + 1.0)
        assert found[:, shapes == shape].std() == pytest.approx(spread, rel=0.03)


def test_a_walker_has_moved_after_every_step():
    start = np.random.default_rng(1).random((50, 5))
    assert (walk(log_chance, BOX, start, steps=1, seed=1) != start).all()


def test_the_same_seed_walks_the_same_way():
    start = np.random.default_rng(1).random((20, 5))
    one, again, other = (walk(log_chance, BOX, start, steps=10, seed=seed) for seed in (2, 2, 3))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_weights_undo_the_chance_of_being_proposed():
    rng = np.random.default_rng(1)
    points = rng.random((40_000, 2))
    chance = 0.3 + 0.7 * points[:, 0] * points[:, 1]
    proposed = rng.random(len(points)) < chance
    points, weight = points[proposed], weights(np.log(chance[proposed]))
    assert weight.sum() == pytest.approx(1.0)
    assert points.mean(axis=0).min() > 0.54
    assert weight @ points == pytest.approx([0.5, 0.5], abs=0.01)


def test_no_set_weighs_as_much_as_all_others():
    log_chance = np.append(np.zeros(99), -50.0)
    assert weights(log_chance).max() < 0.02
    assert weights(np.array([])).shape == (0,)
    assert weights(np.array([-900.0, -900.0])).tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("sharpness", [1.0, 2.0])
def test_proposed_sets_stand_for_the_prior_once_they_are_weighted(sharpness):
    priors = Priors(("a", "b", "c"), np.zeros(3), np.ones(3), np.array([1.0, 4.0, 1.0]))
    known = priors.draw(300, seed=1)
    noise = np.random.default_rng(1).normal(0.0, 0.5, len(known))
    emulator = Emulator.fit(known, (2.0 * known[:, 0] - 1.0 + noise)[:, None], ("P1.x",))
    low = {"P1.x": 0.0}
    places, log_chance = propose(emulator, priors, known, low, count=4000, steps=40, seed=1, sharpness=sharpness)
    assert log_chance == pytest.approx(sharpness * emulator.log_chance(places, low))
    assert places[:, 0].mean() > 0.6
    # Simulated sets that are accepted by another rule are then weighted as if they came from the prior.
    accepted = places[:, 0] > 0.4
    weight = weights(log_chance[accepted])
    assert weight @ places[accepted] == pytest.approx([0.7, 0.5, 0.5], abs=0.03)
    assert weight @ np.square(places[accepted, 1] - 0.5) == pytest.approx(1 / 36, rel=0.15)


def test_waves_count_by_their_effective_sets():
    # The chances of a wave are known up to a constant, which must not matter.
    log_chance = np.log([0.5, 0.5, 0.25, 0.5])
    wave = np.array([1, 1, 2, 2])
    found = weights(log_chance, wave)
    assert found == pytest.approx(weights(log_chance - 7.0 * (wave == 2), wave))
    assert found[:2].sum() > found[2:].sum()
    assert found[2] > found[3]
