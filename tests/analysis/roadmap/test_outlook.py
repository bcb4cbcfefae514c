"""What finding a roadmap takes, before it begins."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.roadmap import Outlook, Problem, find_roadmap, open_levers, outlook, pace, pose
from analysis.roadmap.evaluate import Evaluator
from analysis.roadmap.outlook import people
from analysis.roadmap.search import first_plan, greedy
from sim.presets import preset

TOWER = preset("ivory_tower").scenario()
LEVERS = ["constructive_conflict", "talk_first", "lean_reporting", "clear_processes"]


def question(**changes: object) -> Problem:
    return pose(TOWER, **{"budget": 0.1, "at_once": 1, "levers": LEVERS, "horizon": 39, **changes})


def ahead(problem: Problem, **changes: object) -> Outlook:
    return outlook(problem, np.random.default_rng(1), **{"companies": 4, "fresh": 5, **changes})


def test_what_can_be_tried_is_counted():
    problem = question()
    found = ahead(problem)
    assert found.schedules is not None
    assert found.feasible == len(found.schedules)
    done = find_roadmap(problem, companies=4, fresh=5, threads=1)
    # At most: not all plans that are judged differ, and not all levers start.
    assert 0.7 * found.histories < done.histories <= found.histories


@pytest.mark.parametrize("effort", [50, 900])
def test_what_is_searched_is_bounded(effort):
    problem = question(levers=open_levers(TOWER), budget=0.3, at_once=3)
    found = ahead(problem, effort=effort)
    assert (found.schedules, found.effort) == (None, effort)
    done = find_roadmap(problem, companies=4, fresh=5, effort=effort, threads=1)
    assert done.feasible == found.feasible
    # The last step before the effort is reached is finished.
    assert done.histories < found.histories + 500


@pytest.mark.parametrize("companies", [3, 20, 80])
def test_the_first_plan_takes_no_more_than_it_may(companies):
    problem = question(levers=None, budget=0.4, at_once=8)
    judge = Evaluator(problem, np.arange(companies), 1)
    greedy(judge, problem.limits)
    assert 0 < judge.histories <= first_plan(problem.limits, companies)


def test_without_a_number_the_effort_fits_the_company():
    assert ahead(question()).effort == 1_000_000_000 // (39 * 24)
    assert people(question()) == 24
    own = pose(preset("own_organisation").scenario(), budget=0.2, levers=["talk_first"])
    assert people(own) == own.scenario.place().graph.people


def test_the_pace_is_measured():
    assert pace(question(horizon=13), threads=1) > 10.0
