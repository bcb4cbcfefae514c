"""The search, on worlds small enough to know the answer; nothing is simulated but in the last test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.roadmap.costs import NEVER, Limits
from analysis.roadmap.neighbours import MOST_PAIRS, farther, near, shaken
from analysis.roadmap.problem import pose
from analysis.roadmap.search import best_of_all, climb, earliest, greedy, search
from sim.presets import preset

LEVERS = ["constructive_conflict", "talk_first", "job_rotation", "linked_systems", "shared_goals"]


def limits_of(budget: float, at_once: int, levers: list[str] = LEVERS, horizon: int = 52) -> Limits:
    return pose(preset("reference").scenario(), budget=budget, at_once=at_once, levers=levers, horizon=horizon).limits


@dataclass
class World:
    """Gains by lever and start, and what pairs of levers add while both are there; companies differ at random."""

    gains: np.ndarray
    pairs: np.ndarray
    noise: np.ndarray
    histories: int = 0
    asked: int = 0

    @classmethod
    def drawn(cls, seed: int, limits: Limits, companies: int = 12) -> World:
        rng = np.random.default_rng(seed)
        gains = rng.normal(0.5, 1.0, (limits.levers, 1)) * np.linspace(1.0, 0.2, limits.quarters)
        gains = np.concatenate([gains, np.zeros((limits.levers, 1))], axis=1)  # never
        pairs = np.triu(rng.normal(0.0, 0.6, (limits.levers, limits.levers)), 1)
        return cls(gains, pairs, rng.normal(0.0, 0.3, (companies, limits.levers)))

    @property
    def companies(self) -> int:
        return len(self.noise)

    def scores(self, schedules: np.ndarray, companies: int | None = None) -> np.ndarray:
        count = self.companies if companies is None else companies
        self.histories += len(schedules) * count
        there = (schedules != NEVER).astype(float)
        additive = self.gains[np.arange(schedules.shape[1]), schedules].sum(axis=1)
        together = np.einsum("si,ij,sj->s", there, self.pairs, there)
        return additive + together + there @ self.noise[:count].mean(axis=0)


limited = st.builds(limits_of, st.floats(0.06, 0.4), st.integers(1, 3), horizon=st.sampled_from([26, 39]))


def a_schedule(limits: Limits, seed: int) -> np.ndarray:
    nothing = np.full(limits.levers, NEVER, dtype=np.int64)
    return shaken(nothing, limits, np.random.default_rng(seed), limits.levers)


@given(limited, st.integers(0, 1000))
def test_neighbours_are_feasible_different_and_near(limits, seed):
    schedule = a_schedule(limits, seed)
    assert limits.feasible(schedule[None]).all()
    for options in (near(schedule, limits), farther(schedule, limits, np.random.default_rng(1))):
        assert limits.feasible(options).all()
        assert (options != schedule).any(axis=1).all()
        assert len(np.unique(options, axis=0)) == len(options)
    assert ((farther(schedule, limits, np.random.default_rng(1)) != schedule).sum(axis=1) == 2).all()


@given(limited, st.integers(0, 1000))
def test_every_schedule_that_differs_in_one_lever_is_near_and_in_two_is_farther(limits, seed):
    schedule = a_schedule(limits, seed)
    every = limits.all_feasible(20_000)
    apart = (every != schedule).sum(axis=1)
    ring = {row.tobytes() for row in near(schedule, limits)}
    assert {row.tobytes() for row in every[apart == 1]} <= ring
    second = {row.tobytes() for row in farther(schedule, limits, np.random.default_rng(1))}
    assert {row.tobytes() for row in every[apart == 2]} == second


def test_neighbours_swap_and_shift():
    limits = limits_of(5.0, 5)
    found = near(np.array([0, 2, -1, 3, 1]), limits).tolist()
    assert [2, 0, -1, 3, 1] in found
    assert [0, 2, 3, -1, 1] in found
    assert [0, 1, -1, 2, 0] in found  # all from the second quarter on begin earlier
    assert [1, 3, -1, 3, 2] not in found  # the fourth cannot begin later
    assert not any(row.count(-1) > 2 for row in found)


def test_many_pairs_are_sampled():
    limits = limits_of(50.0, 5, horizon=1040)
    options = farther(np.full(5, NEVER), limits, np.random.default_rng(1))
    assert 0.9 * MOST_PAIRS < len(options) <= MOST_PAIRS


def test_the_earliest_schedule_goes_by_number():
    # The first three rise for 26, 16 and 26 weeks; the dear fourth never fits.
    assert earliest(limits_of(0.14, 1, horizon=104)).tolist() == [0, 2, 4, -1, 6]
    assert earliest(limits_of(50.0, 5)).tolist() == [0] * 5


def test_greedy_takes_what_is_best_first_and_stops_when_nothing_helps():
    limits = limits_of(5.0, 1, horizon=52)
    world = World.drawn(1, limits)
    world.pairs[:], world.noise[:] = 0.0, 0.0
    world.gains[:, :-1] = np.array([1.0, 5.0, -1.0, -2.0, 3.0])[:, None] * [1.0, 0.8, 0.6, 0.4]
    # The second is busy until week 15, the fifth begins in week 26 and the first finds no room.
    assert greedy(world, limits).tolist() == [-1, 0, -1, -1, 2]


@pytest.mark.parametrize("seed", range(12))
def test_the_search_finds_the_optimum_of_worlds_with_interactions(seed):
    rng = np.random.default_rng(seed)
    levers = ["constructive_conflict", "talk_first", "job_rotation", "shared_goals", "eye_level", "clear_processes"]
    limits = limits_of(float(rng.uniform(0.06, 0.2)), int(rng.integers(1, 4)), levers)
    schedules = limits.all_feasible(20_000)
    world = World.drawn(seed, limits)
    best = best_of_all(world, schedules)
    world.histories = 0
    found = search(world, limits, effort=30_000, rng=np.random.default_rng(seed), few=4).schedule
    assert found.tolist() == best.tolist()


def test_the_same_seed_finds_the_same():
    limits = limits_of(0.15, 2)
    runs = [search(World.drawn(4, limits), limits, effort=5_000, rng=np.random.default_rng(9), few=4) for _ in "ab"]
    assert runs[0].schedule.tolist() == runs[1].schedule.tolist()


def test_effort_is_limited_but_a_plan_is_always_there():
    limits = limits_of(0.15, 2)
    world = World.drawn(5, limits)
    built = search(world, limits, effort=1, rng=np.random.default_rng(1))
    assert built.schedule.tolist() == built.greedy.tolist()
    spent = world.histories
    search(world, limits, effort=10 * spent, rng=np.random.default_rng(1))
    assert spent < world.histories


def test_no_step_improves_where_the_climb_ends():
    limits = limits_of(0.15, 2)
    world = World.drawn(6, limits, companies=4)
    rng = np.random.default_rng(1)
    top = climb(world, limits, a_schedule(limits, 3), effort=10**9, rng=rng)
    around = np.concatenate([near(top, limits), farther(top, limits, rng)])
    assert world.scores(top[None])[0] >= world.scores(around).max()


def test_among_equals_the_first_wins():
    limits = limits_of(0.15, 2)
    world = World.drawn(7, limits)
    world.gains[:], world.pairs[:], world.noise[:] = 0.0, 0.0, 0.0
    assert best_of_all(world, limits.all_feasible(20_000)).tolist() == [NEVER] * 5
    assert search(world, limits, effort=3_000, rng=np.random.default_rng(1)).schedule.tolist() == [NEVER] * 5
