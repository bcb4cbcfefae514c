"""Walks over densities that are known, and weights that undo how sets were proposed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import truncnorm

from experiments.calibration import weights
from experiments.inference import walk as module
from experiments.inference.emulator import Emulator
from experiments.inference.priors import Priors
from experiments.inference.walk import FEWEST_PER_PARAMETER, propose, walk

MEAN = np.array([0.5, 0.1, 0.9, 0.4, 0.6])
SD = np.array([0.1, 0.2, 0.3, 0.05, 1.0])


def log_density(points):
    """Return the log density of independent normal distributions that are cut off at 0 and 1."""
    inside = ((points >= 0.0) & (points <= 1.0)).all(axis=1)
    return np.where(inside, -0.5 * np.square((points - MEAN) / SD).sum(axis=1), -np.inf)


def test_a_walk_reproduces_a_density():
    start = np.random.default_rng(1).random((200, 5))
    found = walk(log_density, start, steps=600, wanted=3000, seed=2)
    known = truncnorm((0.0 - MEAN) / SD, (1.0 - MEAN) / SD, loc=MEAN, scale=SD)
    assert found.shape == (3000, 5)
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert (np.abs(found.mean(axis=0) - known.mean()) < 0.15 * known.std()).all()
    assert found.var(axis=0) == pytest.approx(known.var(), rel=0.15)
    correlation = np.corrcoef(found.T) - np.eye(5)
    assert np.abs(correlation).max() < 0.12


def test_the_same_seed_walks_the_same_way():
    start = np.random.default_rng(1).random((20, 5))
    one, again, other = (walk(log_density, start, steps=40, wanted=30, seed=seed) for seed in (2, 2, 3))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_fewer_walkers_than_needed_are_refused():
    start = np.random.default_rng(1).random((5 * FEWEST_PER_PARAMETER, 5))
    assert walk(log_density, start, steps=4, wanted=3, seed=1).shape == (3, 5)
    with pytest.raises(RuntimeError, match="fewer walkers"):
        walk(log_density, start[:-1], steps=4, wanted=3, seed=1)


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


def test_proposed_sets_stand_for_the_prior_once_they_are_weighted(monkeypatch):
    monkeypatch.setattr(module, "WALKERS_PER_PARAMETER", 60)
    priors = Priors(("a", "b", "c"), np.zeros(3), np.ones(3), np.array([1.0, 4.0, 1.0]))
    known = priors.draw(300, seed=1)
    noise = np.random.default_rng(1).normal(0.0, 0.5, len(known))
    emulator = Emulator.fit(known, (2.0 * known[:, 0] - 1.0 + noise)[:, None], ("P1.x",))
    places, log_chance = propose(emulator, priors, known, {"P1.x": 0.0}, count=2000, steps=300, seed=1)
    assert log_chance == pytest.approx(emulator.log_chance(places, {"P1.x": 0.0}))
    assert places[:, 0].mean() > 0.6
    # Simulated sets that are accepted by another rule are then weighted as if they came from the prior.
    accepted = places[:, 0] > 0.4
    weight = weights(log_chance[accepted])
    assert weight @ places[accepted] == pytest.approx([0.7, 0.5, 0.5], abs=0.03)
    assert weight @ np.square(places[accepted, 1] - 0.5) == pytest.approx(1 / 36, rel=0.15)
