"""What levers move, week by week: ramps, bounds and costs. That both engines agree on it is shown by docking."""

from __future__ import annotations

import pytest

from sim import Scenario, simulate
from sim.parameters import parameters
from sim.policies import ALL_POLICIES
from sim.practice import Practice

TALK = next(policy for policy in ALL_POLICIES if policy.id == "talk_first")


def test_a_lever_rises_along_its_ramp_and_stays() -> None:
    start = {"oral_share": 0.2}
    practice = Practice.of(
        Scenario(parameters=start, levers={"talk_first": {"intensity": 0.5, "start": 4, "ramp": 10}})
    )
    full = TALK.effects["oral_share"] * 0.5
    for week, share in ((0, 0.0), (3, 0.0), (4, 0.1), (8, 0.5), (13, 1.0), (103, 1.0)):
        assert practice.at(week)[0]["oral_share"] == pytest.approx(0.2 + share * full)
    assert practice.at(3)[1] == 0.0
    assert practice.at(103)[1] == pytest.approx(TALK.running_cost * 0.5)


def test_parameters_stay_within_bounds_whatever_levers_add() -> None:
    practice = Practice.of(Scenario(parameters={"oral_share": 0.9}, levers={policy.id: 1.0 for policy in ALL_POLICIES}))
    for name, value in practice.at(200)[0].items():
        declared = parameters()["mechanism"][name]
        assert declared.low <= value <= declared.high
    assert practice.at(200)[0]["oral_share"] == 1.0


def test_without_levers_nothing_moves_and_nothing_costs() -> None:
    practice = Practice.of(Scenario(parameters={"voice": 0.7}))
    mechanisms, cost = practice.at(50)
    assert mechanisms == practice.base
    assert mechanisms["voice"] == 0.7
    assert cost == 0.0


def test_costs_are_those_of_the_compiled_engine() -> None:
    scenario = Scenario(weeks=30, levers={policy.id: 0.6 for policy in ALL_POLICIES})
    paths = simulate(scenario, companies=1, paths=True).paths
    assert [Practice.of(scenario).at(week)[1] for week in range(30)] == paths["lever_cost"].tolist()
