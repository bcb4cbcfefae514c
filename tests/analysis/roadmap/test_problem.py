"""The question of a roadmap: who is a candidate, and what cannot be asked."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.roadmap import GOALS, open_levers, pose
from sim import Scenario
from sim.errors import BadInputError
from sim.outcomes import WEEKLY
from sim.policies import ALL_POLICIES
from sim.presets import preset

TOWER = preset("ivory_tower").scenario()


def test_candidates_are_the_levers_not_in_use():
    problem = pose(TOWER, budget=0.5)
    assert problem.levers == ("market_orientation", "job_rotation", "joint_planning", "team_personality")
    assert (problem.horizon, problem.limits.quarters, problem.better) == (104, 8, 1)
    assert not problem.today.any()
    later = Scenario(levers={"talk_first": {"steps": [{"intensity": 0.0}, {"intensity": 0.5, "start": 30}]}})
    assert "talk_first" not in pose(later, budget=0.5).levers


def test_levers_that_can_rise_are_those_not_in_use_and_those_in_place_below_full():
    assert open_levers(TOWER) == tuple(policy.id for policy in ALL_POLICIES)
    scenario = Scenario(levers={"talk_first": {"intensity": 1.0, "ramp": 1.0}, "eye_level": 0.5, "joint_planning": 0.0})
    shut = {"talk_first", "eye_level"}
    assert open_levers(scenario) == tuple(policy.id for policy in ALL_POLICIES if policy.id not in shut)
    assert pose(scenario, budget=0.5, levers=open_levers(scenario)).levers == open_levers(scenario)


def test_candidates_can_be_named_and_come_in_the_order_of_their_numbers():
    problem = pose(TOWER, budget=0.5, levers=["joint_planning", "talk_first", "market_orientation"])
    assert problem.levers == ("market_orientation", "talk_first", "joint_planning")
    assert problem.today.tolist() == [0.0, 0.4, 0.0]


def test_a_schedule_becomes_a_scenario():
    problem = pose(TOWER, budget=0.5, levers=["joint_planning", "talk_first", "market_orientation"], horizon=52)
    scenario = problem.scheduled([-1, 2, 3], "plan")
    assert (scenario.name, scenario.weeks) == ("plan", 52)
    assert scenario.levers["market_orientation"] == TOWER.levers["market_orientation"]
    (begun,) = scenario.levers["joint_planning"].schedule()
    assert (begun.intensity, begun.start, begun.ramp) == (1.0, 39.0, 26.0)
    before, raised = scenario.levers["talk_first"].schedule()
    assert (before.intensity, before.start, before.ramp) == (0.4, 0.0, 1.0)
    assert (raised.intensity, raised.start, raised.ramp) == (1.0, 26.0, 16.0)
    assert scenario.company == TOWER.company


def test_settings_are_today_where_nothing_starts():
    problem = pose(TOWER, budget=0.5, levers=[policy.id for policy in ALL_POLICIES])
    settings = problem.settings(np.full((3, 16), -1))
    assert settings.start.shape == (3, 16, 2)
    assert np.isinf(settings.start).sum(axis=(1, 2)).tolist() == [20] * 3  # twelve are in place


def test_goals_are_weekly_outcomes_with_a_better_direction():
    assert set(GOALS) <= set(WEEKLY)
    assert (GOALS["return_on_sales"], GOALS["escalations"]) == (1, -1)
    assert "coordination_hours" not in GOALS


@pytest.mark.parametrize(
    ("key", "arguments"),
    [
        ("budget", {"budget": 0.0}),
        ("budget", {"budget": -1.0}),
        ("budget", {"budget": float("nan")}),
        ("budget", {"budget": float("inf")}),
        ("budget", {"budget": True}),
        ("budget", {"budget": "1"}),
        ("horizon", {"horizon": 12}),
        ("horizon", {"horizon": 1041}),
        ("horizon", {"horizon": 52.0}),
        ("at_once", {"at_once": 0}),
        ("at_once", {"at_once": 1.5}),
        ("levers", {"levers": ["talk_furst"]}),
        ("levers", {"levers": ["joint_planning", "joint_planning"]}),
        ("levers", {"levers": []}),
        ("outcome", {"outcome": "return_on_sale"}),
        ("outcome", {"outcome": "lever_cost"}),
    ],
)
def test_what_cannot_be_asked_is_refused(key, arguments):
    with pytest.raises(BadInputError) as caught:
        pose(TOWER, **{"budget": 0.5, **arguments})
    assert caught.value.key == key
    assert caught.value.render("en") != caught.value.render("de")


def test_names_that_are_nearly_right_are_suggested():
    with pytest.raises(BadInputError, match="did you mean 'talk_first'"):
        pose(TOWER, budget=0.5, levers=["talk_furst"])
    with pytest.raises(BadInputError, match="did you mean 'return_on_sales'"):
        pose(TOWER, budget=0.5, outcome="return_on_sale")


@pytest.mark.parametrize("lever", [1.0, {"intensity": 0.5}, {"intensity": 0.5, "start": 10, "ramp": 1.0}])
def test_a_lever_that_is_used_up_or_on_the_move_is_no_candidate(lever):
    scenario = Scenario(levers={"talk_first": lever})
    with pytest.raises(BadInputError, match="not in use, or in place") as caught:
        pose(scenario, budget=0.5, levers=["talk_first"])
    assert caught.value.value == "talk_first"


def test_a_company_with_everything_in_place_has_nothing_left_to_do():
    scenario = Scenario(levers={policy.id: {"intensity": 0.5, "ramp": 1.0} for policy in ALL_POLICIES})
    with pytest.raises(BadInputError, match="at least one lever"):
        pose(scenario, budget=0.5)


def test_a_budget_that_fits_nothing_says_what_the_cheapest_lever_needs():
    levers = ["linked_systems", "social_recruiting", "job_rotation"]
    with pytest.raises(BadInputError, match="social_recruiting") as caught:
        pose(TOWER.changed(levers={}), budget=0.01, levers=levers)
    assert caught.value.key == "budget"
    assert "billigste Hebel" in caught.value.render("de")
    need = dict(caught.value.allowed.values)["need"]
    problem = pose(TOWER.changed(levers={}), budget=float(need), levers=levers)
    assert problem.limits.all_feasible(100) is not None
    with pytest.raises(BadInputError):
        pose(TOWER.changed(levers={}), budget=0.998 * float(need), levers=levers)
