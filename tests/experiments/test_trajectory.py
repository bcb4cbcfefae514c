"""Trajectories hold the same numbers as tidy frames, however they were put together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.trajectory import PATHS, simulate_trajectory
from sim import Scenario, simulate
from sim.lanes import CancelledError, Founded
from sim.perceptions import ITEMS

SCENARIO = Scenario(name="a", weeks=30, levers={"joint_planning": {"intensity": 0.8, "start": 4}})


@pytest.fixture(scope="module")
def trajectory():
    return simulate_trajectory(SCENARIO, 70, seed=3)


@pytest.fixture(scope="module")
def results():
    return simulate(SCENARIO, companies=70, seed=3, paths=True, hours=True, perceptions=True)


def test_outcomes_are_those_of_simulate(trajectory, results):
    pd.testing.assert_frame_equal(trajectory.frame(), results.outcomes, check_exact=True)
    assert set(trajectory.frame("b")["scenario"]) == {"b"}


def test_paths_are_those_of_simulate(trajectory, results):
    assert set(trajectory.paths) == set(PATHS)
    for name in PATHS:
        wanted = results.paths[name].to_numpy().reshape(70, 30).astype(np.float32)
        assert np.array_equal(trajectory.paths[name], wanted), name


def test_hours_and_images_are_those_of_simulate(trajectory, results):
    hours = results.hours.set_index(["department", "purpose"])["hours"]
    for key, values in trajectory.hours.items():
        assert np.array_equal(values, hours.loc[key].to_numpy()), key
    seen = results.perceptions.set_index(["reading", "department"])
    for key, values in trajectory.images.items():
        wanted = seen.loc[key, ["self_image", "other_image"]].to_numpy().reshape(70, len(ITEMS), 2)
        assert np.array_equal(100.0 * values, wanted), key


@pytest.mark.parametrize("first", [1, 33, 70, 90])
def test_a_trajectory_that_is_continued_is_the_same(trajectory, first):
    begun = simulate_trajectory(SCENARIO, first, seed=3, threads=1)
    whole = simulate_trajectory(SCENARIO, 70, seed=3, after=begun, founded=Founded())
    assert len(whole) == 70
    pd.testing.assert_frame_equal(whole.frame(), trajectory.frame(), check_exact=True)
    for name in PATHS:
        assert np.array_equal(whole.paths[name], trajectory.paths[name])


def test_who_no_longer_waits_gets_no_answer():
    asked = []

    def cancelled() -> bool:
        asked.append(None)
        return len(asked) > 1

    with pytest.raises(CancelledError):
        simulate_trajectory(SCENARIO, 400, seed=3, threads=1, cancelled=cancelled)
    assert len(asked) == 2
