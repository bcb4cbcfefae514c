"""A trajectory tells of one company what both engines compute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from experiments.company_trajectory import TIE_STATES, company_trajectory, typical_company
from experiments.trajectory import simulate_trajectory
from sim import OrganisationModel, Scenario
from sim.company import ATTRIBUTES
from sim.core.engine import Engine
from sim.lanes import CancelledError
from sim.parameters import coefficients, founding, population
from sim.presets import preset
from sim.settings import settings_of
from tests.sim.strategies import scenarios

SCENARIO = Scenario(
    weeks=40,
    levers={"cross_functional_teams": {"intensity": 0.7, "start": 10}, "joint_planning": 0.5},
    founding={"turnover": 0.5},
)


@pytest.fixture(scope="module")
def told():
    return company_trajectory(SCENARIO, 5, seed=3)


@settings(max_examples=8, deadline=None)
@given(scenario=scenarios(most_people=30, most_weeks=12, person_weeks=300))
def test_states_are_those_of_the_compiled_engine(scenario):
    blocks = []
    engine = Engine(
        settings=settings_of([scenario]), seed=2, weeks=scenario.weeks, population=population(), trace=True,
        coefficients=coefficients(scenario.coefficients), founding=founding(scenario.founding),
    )  # fmt: skip
    engine.run(np.array([0]), np.array([7]), lambda block: block, blocks.append)
    people, ties = blocks[0].people[..., 0], blocks[0].ties[..., 0]
    found = company_trajectory(scenario, 7, seed=2)
    assert found.weeks == scenario.weeks
    for k, name in enumerate(ATTRIBUTES):
        assert np.array_equal(found.people[name][1:], people[:, :, k].astype(np.float32)), name
    for k, name in enumerate(("trust", "friction")):
        assert np.array_equal(found.ties[name][1:], ties[:, :, k].astype(np.float32)), name
    for name in ("marketing", "sales", "regular_ties"):
        assert getattr(found.graph, name) == getattr(blocks[0].graph, name)
    for name in ("tie_marketing", "tie_sales", "team", "inner_a", "inner_b"):
        assert np.array_equal(getattr(found.graph, name), getattr(blocks[0].graph, name)), name


def test_weeks_of_ties_are_those_the_data_collector_notes(told):
    model = OrganisationModel(SCENARIO, company=5, seed=3, collect=("ties",))
    for _ in range(SCENARIO.weeks):
        model.step()
    noted = model.datacollector.get_table_dataframe("ties")
    for name in TIE_STATES:
        wanted = noted[name].to_numpy().reshape(SCENARIO.weeks, -1).astype(np.float32)
        assert np.array_equal(told.ties[name][1:], wanted), name
    assert told.ties["escalated"].sum() > 0


def test_the_start_is_before_anything_has_happened(told):
    model = OrganisationModel(SCENARIO, company=5, seed=3)
    assert told.people["regard"][0].tolist() == pytest.approx([person.regard for person in model.people])
    assert told.ties["trust"][0].tolist() == pytest.approx([tie.trust for tie in model.ties])
    assert not told.ties["escalated"][0].any()
    assert not told.ties["contact_hours"][0].any()


def test_who_came_is_noted_in_the_week(told):
    frames, people = np.nonzero(told.arrived)
    assert len(frames) > 3
    for frame, person in zip(frames, people, strict=True):
        # Motives only change with the person.
        motives = [told.people[name][frame - 1 : frame + 1, person] for name in ("autonomy", "status")]
        assert all(before != after for before, after in motives)
    stays = ~told.arrived[1:]
    assert (np.diff(told.people["autonomy"], axis=0)[stays] == 0.0).all()


def test_team_ties_are_in_use_while_there_are_teams(told):
    in_use, team = told.in_use(), told.graph.team == 1.0
    assert team.any()
    assert in_use[:, ~team].all()
    assert not in_use[9, team].any()
    assert in_use[-1, team].all()


def test_a_person_finds_their_ties_and_partners(told):
    for person in range(told.graph.people):
        for tie in told.ties_of(person):
            partner = told.partner(tie, person)
            assert told.department(partner) != told.department(person)
            assert tie in told.ties_of(partner)
        assert person in range(told.graph.people)[told.colleagues(person)]


def test_people_of_a_real_organisation_have_names():
    own = company_trajectory(preset("own_organisation").scenario().changed(weeks=2), 0)
    assert len(own.graph.names) == own.graph.people
    assert company_trajectory(Scenario(weeks=2), 0).graph.names == ()


def test_the_typical_company_is_near_the_median():
    trajectory = simulate_trajectory(Scenario(weeks=26), 60)
    number = typical_company(trajectory)
    away = {}
    for name in ("cooperation_quality", "coordination_efficiency"):
        values = trajectory.outcomes[name]
        away[name] = np.abs(values - np.median(values)) / values.std()
    total = sum(values**2 for values in away.values())
    assert total[number] == total.min()
    assert typical_company(trajectory, trajectory) == number


def test_it_tells_how_far_it_is_and_can_be_ended():
    told = []
    company_trajectory(Scenario(weeks=3), 0, progress=told.append)
    assert told == [1, 2, 3]

    def enough(week):
        raise CancelledError

    with pytest.raises(CancelledError):
        company_trajectory(SCENARIO, 0, progress=enough)
