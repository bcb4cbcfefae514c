"""What schedules use of budget and people's patience, against the simulation and against counting by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from analysis.roadmap.costs import NEVER, QUARTER, Limits, by_quarter
from analysis.roadmap.problem import Problem, pose
from sim import Scenario, rules, simulate
from sim.presets import preset

REFERENCE = preset("reference").scenario()


def brute(limits: Limits) -> np.ndarray:
    """All feasible schedules, from all there are, in ascending order."""
    starts = range(NEVER, limits.quarters)
    every = np.array(list(product(starts, repeat=limits.levers)), dtype=np.int64)
    return every[limits.feasible(every)]


def simulated_costs(problem: Problem, schedule: list[int]) -> np.ndarray:
    """What falls due for the new levers by quarter, from weekly paths of one company."""
    today, plan = problem.scenario.changed(name="today"), problem.scheduled(schedule, "plan")
    paths = simulate([today, plan], companies=1, paths=True, threads=1).paths
    rates = [paths.loc[paths["scenario"] == name, "lever_cost"].to_numpy() for name in ("plan", "today")]
    return by_quarter(rates[0]) - by_quarter(rates[1])


OWN = {"id": "stand_up", "en": "Stand-up", "de": "Steh", "effects": {"voice": 0.1}, "ramp": 1.0, "one_off_cost": 0.3}
HALF_DONE = Scenario(
    policies=[OWN],
    levers={
        "joint_planning": {"intensity": 0.4, "ramp": 1.0},
        "talk_first": 0.7,
        "eye_level": 0.0,
        "shared_goals": {"steps": [{"intensity": 0.2, "start": 5}, {"intensity": 0.6, "start": 20, "ramp": 3}]},
    },
)


@pytest.mark.parametrize("schedule", [[0, 0, 0, 0], [1, 3, 2, 0], [-1, 4, -1, 3], [4, 0, 5, -1]])
def test_costs_are_those_of_the_simulation(schedule):
    # One lever in place, one at zero, one that is not there, and one that needs no time to work.
    levers = ["joint_planning", "eye_level", "linked_systems", "stand_up"]
    problem = pose(HALF_DONE, budget=5.0, at_once=4, levers=levers, horizon=78)
    order = [levers.index(name) for name in problem.levers]
    schedule = [schedule[k] for k in order]
    own = problem.limits.costs(np.array([schedule]))[0]
    np.testing.assert_allclose(own[:6], simulated_costs(problem, schedule), rtol=0, atol=1e-12)
    assert own[:6].max() > 0.01


def test_a_quarter_that_the_horizon_cuts_short_costs_in_full():
    problem = pose(REFERENCE, budget=1.0, levers=["talk_first"], horizon=20)
    assert problem.limits.quarters == 2
    whole = pose(REFERENCE, budget=1.0, levers=["talk_first"], horizon=26)
    assert (problem.limits.cost == whole.limits.cost).all()


def test_a_plan_has_to_be_affordable_after_the_horizon():
    # A start in the last quarter: what it costs later is dearer than what falls due within the horizon.
    limits = pose(REFERENCE, budget=1.0, levers=["market_orientation"], horizon=26).limits
    last = limits.cost[0, 1]
    assert last[:2].max() < last.max()
    tight = Limits(limits.cost, limits.ramping, budget=0.999 * float(last.max()), at_once=1)
    assert tight.feasible(np.array([[-1], [0], [1]])).tolist() == [True, False, False]


def test_costs_end_with_what_running_levers_cost():
    problem = pose(REFERENCE, budget=1.0, at_once=16)
    for lever, policy in enumerate(problem.policies):
        assert problem.limits.cost[lever, :-1, -1] == pytest.approx(policy.running_cost / 4.0)
    assert not problem.limits.cost[:, -1].any()
    assert (problem.limits.cost >= 0.0).all()


def test_the_load_is_the_number_of_levers_that_rise():
    problem = pose(REFERENCE, budget=1.0, at_once=3, horizon=65)
    rng = np.random.default_rng(3)
    for schedule in rng.integers(NEVER, problem.limits.quarters, (5, 16)):
        rising = np.zeros(QUARTER * problem.limits.cost.shape[2], dtype=int)
        for policy, start in zip(problem.policies, schedule.tolist(), strict=True):
            if start != NEVER:
                path = [rules.ramped(week, QUARTER * start, policy.ramp, 0.0, 1.0) for week in range(-1, len(rising))]
                rising += np.diff(path) > 0.0
        by_hand = rising.reshape(-1, QUARTER).max(axis=1)
        assert problem.limits.loads(schedule[None])[0].tolist() == by_hand.tolist()


@pytest.mark.parametrize(("budget", "at_once"), [(0.06, 1), (0.1, 2), (0.3, 1), (5.0, 4)])
def test_all_feasible_schedules_are_found_in_order(budget, at_once):
    levers = ["talk_first", "job_rotation", "linked_systems", "shared_goals"]
    limits = pose(REFERENCE, budget=budget, at_once=at_once, levers=levers, horizon=39).limits
    known = brute(limits)
    assert 1 < len(known) <= 256
    found = limits.all_feasible(len(known))
    assert found is not None
    assert (found == known).all()
    assert limits.all_feasible(len(known) - 1) is None
    assert limits.about_feasible(np.random.default_rng(1)) == pytest.approx(len(known), rel=0.05)


def test_a_budget_that_is_just_enough_is_enough():
    limits = pose(REFERENCE, budget=1.0, at_once=3, levers=["talk_first", "eye_level", "shared_goals"]).limits
    schedule = np.array([[0, 1, 2]])
    just = Limits(limits.cost, limits.ramping, float(limits.costs(schedule).max()), 3)
    assert just.feasible(schedule).all()
    assert not Limits(limits.cost, limits.ramping, 0.9999 * just.budget, 3).feasible(schedule).any()
