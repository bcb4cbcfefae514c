"""What schedules bring, against the simulation's front door."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.roadmap.evaluate import Evaluator
from analysis.roadmap.problem import pose
from sim import Scenario, simulate
from sim.presets import preset

TOWER = preset("ivory_tower").scenario()
LEVERS = ["market_orientation", "talk_first", "lean_reporting", "joint_planning"]
SCHEDULES = np.array([[-1, -1, -1, -1], [0, 1, 2, 3], [2, 0, -1, 0], [1, 1, 1, 1], [0, 0, 0, 0]])


def evaluator(companies: int = 6, **changes: object) -> Evaluator:
    asked = {"budget": 1.0, "at_once": 4, "levers": LEVERS, "horizon": 52, **changes}
    return Evaluator(pose(TOWER, **asked), np.arange(companies), 1)


def test_values_are_those_of_the_same_scenarios_bit_for_bit():
    found = evaluator().values(SCHEDULES)
    problem = evaluator().problem
    scenarios = [problem.scheduled(schedule.tolist(), f"s{k}") for k, schedule in enumerate(SCHEDULES)]
    known = simulate(scenarios, companies=6, threads=1).outcomes["mean_return_on_sales"]
    assert (found == known.to_numpy().reshape(5, 6)).all()


def test_doing_nothing_is_today():
    today = simulate(TOWER, companies=6, weeks=52, threads=1).outcomes["mean_return_on_sales"]
    assert (evaluator().values(SCHEDULES[:1])[0] == today.to_numpy()).all()


def test_a_lever_in_the_scenario_at_zero_is_as_good_as_not_there():
    with_zero = Scenario(levers={"joint_planning": 0.0, "talk_first": {"steps": [{"intensity": 0.0, "start": 3}]}})
    found = [
        Evaluator(pose(scenario, budget=1.0, at_once=4, levers=LEVERS, horizon=52), np.arange(4), 1).values(SCHEDULES)
        for scenario in (with_zero, Scenario())
    ]
    assert (found[0] == found[1]).all()


def test_nothing_is_simulated_twice():
    judge = evaluator()
    first = judge.values(SCHEDULES[:3], 2)
    assert (judge.histories, judge.valued) == (6, 3)
    assert first.shape == (3, 2)
    again = judge.values(SCHEDULES[[2, 0, 0, 1]])
    assert judge.histories == 18
    assert (again[:, :2] == first[[2, 0, 0, 1]]).all()
    judge.values(SCHEDULES[:3])
    judge.values(SCHEDULES[:3], 3)
    assert judge.histories == 18
    assert (judge.on_all() == SCHEDULES[[0, 1, 2]]).all()
    judge.values(SCHEDULES[3:], 5)
    assert (judge.histories, judge.valued, len(judge.on_all())) == (28, 5, 3)


def test_values_do_not_depend_on_what_else_is_asked_or_on_threads():
    whole = evaluator().values(SCHEDULES)
    alone = evaluator()
    one_by_one = np.concatenate([alone.values(schedule[None]) for schedule in SCHEDULES[::-1]])[::-1]
    assert (one_by_one == whole).all()
    threaded = evaluator()
    threaded.threads = 3
    assert (threaded.values(SCHEDULES) == whole).all()
    assert threaded.values(SCHEDULES[:0]).shape == (0, 6)


@pytest.mark.parametrize("outcome", ["cooperation_quality", "escalations"])
def test_scores_say_more_is_better(outcome):
    judge = evaluator(outcome=outcome)
    turned = -1.0 if outcome == "escalations" else 1.0
    assert judge.scores(SCHEDULES) == pytest.approx(turned * judge.values(SCHEDULES).mean(axis=1))


def test_paths_average_to_the_value():
    judge = evaluator(horizon=45)
    schedules = SCHEDULES[:3]
    paths = judge.paths(schedules)
    assert paths.shape == (3, 6, 4)
    assert paths @ [13, 13, 13, 6] / 45 == pytest.approx(judge.values(schedules))


def test_progress_is_told_what_was_simulated():
    told: list[int] = []
    judge = evaluator()
    judge.progress = told.append
    judge.values(SCHEDULES)
    assert sum(told) == judge.histories == 30


def test_own_coefficients_and_outcome_parameters_count():
    changed = TOWER.changed(coefficients={"escalation_rate": 0.01}, outcome={"price_softness": 0.1})
    problem = pose(changed, budget=1.0, levers=LEVERS, horizon=26)
    found = Evaluator(problem, np.arange(3), 1).values(SCHEDULES[:1])[0]
    known = simulate(changed, companies=3, weeks=26, threads=1).outcomes["mean_return_on_sales"]
    assert (found == known.to_numpy()).all()
