"""A draft and the two scenarios that follow from it."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.studio.draft import (
    Draft,
    Move,
    baseline,
    from_scenario,
    month_of,
    of_preset,
    opening,
    present,
    scenario,
    week_of,
)
from app.terminal.template import scenario_files
from experiments.trajectory import simulate_trajectory
from sim.errors import BadInputError
from sim.policies import ALL_POLICIES
from sim.presets import presets
from sim.scenario import Scenario, Step
from sim.texts import Texts, languages

LEVERS = st.sampled_from([policy.id for policy in ALL_POLICIES])
MOVES = st.builds(
    Move,
    intensity=st.integers(0, 20).map(lambda step: step / 20.0),
    week=st.integers(0, 30).map(week_of),
    on=st.booleans(),
)
DRAFTS = st.builds(
    Draft,
    preset=st.sampled_from(sorted(presets())),
    weeks=st.none() | st.integers(26, 520),
    seed=st.integers(0, 2**32),
    companies=st.sampled_from((200, 1000, 2000)),
    company=st.fixed_dictionaries({}, optional={"division_type": st.integers(1, 3), "industry": st.just("machinery")}),
    moves=st.dictionaries(LEVERS, MOVES, max_size=4),
)


def intensities(found: Scenario, lever: str) -> list[float]:
    return [step.intensity for step in found.levers[lever].schedule()]


def test_the_opening_shows_a_lever_that_was_moved():
    draft = opening()
    assert draft.moves
    assert scenario(draft).levers != baseline(draft).levers


def test_another_preset_takes_moved_levers_along_but_not_the_one_that_nobody_moved():
    assert of_preset(opening(), "cc_mania") == Draft(preset="cc_mania")
    moved = Draft(moves={"talk_first": Move(1.0)}, seed=7, companies=1000)
    assert of_preset(moved, "cc_mania") == Draft(
        preset="cc_mania", moves={"talk_first": Move(1.0)}, seed=7, companies=1000
    )


@pytest.mark.parametrize("name", presets())
def test_the_baseline_is_the_preset_as_it_is(name):
    assert baseline(Draft(preset=name)) == presets()[name].scenario().changed(name="baseline")


def test_a_moved_lever_goes_from_where_it_is_to_where_it_was_moved():
    draft = Draft(preset="machine_builder", moves={"joint_planning": Move(0.9, week=13)})
    before = baseline(draft).levers["joint_planning"]
    assert scenario(draft).levers["joint_planning"].schedule() == (*before.schedule(), Step(intensity=0.9, start=13.0))


def test_a_lever_that_is_not_there_begins_with_the_move():
    draft = Draft(preset="reference", moves={"joint_planning": Move(0.9, week=13)})
    assert scenario(draft).levers["joint_planning"].schedule() == (Step(intensity=0.9, start=13.0),)


def test_a_lever_that_is_switched_off_goes_to_zero_and_keeps_its_slider():
    draft = Draft(preset="half_levers", moves={"joint_planning": Move(0.7, on=False)})
    assert intensities(scenario(draft), "joint_planning") == [0.5, 0.0]
    assert draft.moves["joint_planning"].intensity == 0.7


def test_a_lever_that_is_put_back_counts_as_not_moved():
    draft = Draft(preset="half_levers").moved("joint_planning", Move(0.7))
    assert draft.moved("joint_planning", Move(0.5)).moves == {}
    assert draft.moved("joint_planning", Move(0.5, week=4)).moves != {}


def test_one_lever_or_all_can_be_reset():
    draft = Draft(moves={"joint_planning": Move(0.7), "eye_level": Move(0.2)})
    assert list(draft.reset("eye_level").moves) == ["joint_planning"]
    assert draft.reset().moves == {}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"companies": 7}, "companies"),
        ({"seed": -1}, "seed"),
        ({"weeks": 3}, "weeks"),
        ({"weeks": "many"}, "weeks"),
        ({"seed": 1.5}, "seed"),
        ({"seed": True}, "seed"),
        ({"company": {"people": "/etc/hostname"}}, "company"),
        ({"company": {"industry": "toys"}}, "company.industry"),
        ({"company": {"division_type": 9}}, "company.division_type"),
        ({"moves": {"magic": Move(0.5)}}, "levers"),
        ({"preset": "nowhere"}, "preset"),
    ],
)
def test_what_makes_no_scenario_is_refused(changes, key):
    with pytest.raises(BadInputError) as caught:
        Draft(**changes)
    assert str(caught.value.key) == key


@pytest.mark.parametrize("intensity", [-0.1, 1.1, float("nan")])
def test_no_lever_goes_beyond_its_ends(intensity):
    with pytest.raises(BadInputError):
        Move(intensity)


@given(st.integers(0, 200))
def test_months_and_weeks_agree(month):
    assert month_of(week_of(month)) == month


@given(DRAFTS, st.sampled_from(languages()))
def test_a_scenario_that_was_saved_is_the_same_company_with_the_same_moves(draft, language):
    assume(draft.preset != "own_organisation")  # its files lie elsewhere
    written = scenario_files(scenario(draft), "scenario.toml", Texts(language), head="")["scenario.toml"]
    again = from_scenario(Scenario(**tomllib.loads(written)), draft)
    assert scenario(again).levers.keys() >= {name for name, move in draft.moves.items()}
    for name in scenario(draft).levers:
        old, new = (scenario(found).levers.get(name) for found in (draft, again))
        assert new is not None
        assert [step for step in new.schedule() if step.intensity] == [
            step for step in old.schedule() if step.intensity
        ]
        assert present(baseline(again), name) == present(baseline(draft), name)


def test_a_schedule_of_its_own_is_kept_until_the_slider_moves():
    steps = [{"intensity": 0.3, "ramp": 1}, {"intensity": 0.6, "start": 10, "ramp": 5}, {"intensity": 0.9, "start": 40}]
    given_scenario = Scenario(name="mine", levers={"joint_planning": {"steps": steps}})
    draft = from_scenario(given_scenario, Draft())
    assert scenario(draft).levers == given_scenario.levers
    assert present(draft.origin(), "joint_planning") == 0.3
    moved = draft.moved("joint_planning", Move(0.5))
    assert intensities(scenario(moved), "joint_planning") == [0.3, 0.5]


def test_a_saved_scenario_gives_the_same_numbers():
    draft = opening()
    again = from_scenario(scenario(draft), draft)
    for side in (baseline, scenario):
        trajectories = [simulate_trajectory(side(found), 16, seed=3) for found in (draft, again)]
        np.testing.assert_array_equal(
            trajectories[0].outcomes["return_on_sales"], trajectories[1].outcomes["return_on_sales"]
        )
