"""Docking: both engines give the same states of every person and tie, and the same measures, in every week.

Equality is ``==`` on floats throughout; there is no tolerance anywhere.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim import OrganisationModel, Scenario, simulate
from sim.company import ATTRIBUTES
from sim.core.engine import Block, Engine
from sim.draws import MAX_SEED
from sim.measures import MEASURES
from sim.outcomes import OUTCOMES, WEEKLY
from sim.parameters import coefficients, founding, population
from sim.policies import ALL_POLICIES
from sim.settings import settings_of
from tests.sim.strategies import scenarios

EVERY_LEVER = {policy.id: 1.0 for policy in ALL_POLICIES}


def traced(scenario: Scenario, numbers: Sequence[int], seed: int) -> Block:
    """Run companies in the compiled engine and keep the states of all people and ties; the first one comes first."""
    blocks: list[Block] = []
    engine = Engine(
        settings=settings_of([scenario]),
        seed=seed,
        weeks=scenario.weeks,
        coefficients=coefficients(scenario.coefficients),
        founding=founding(scenario.founding),
        population=population(),
        trace=True,
    )
    engine.run(np.zeros(len(numbers), dtype=np.int64), np.array(numbers, dtype=np.int64), lambda b: b, blocks.append)
    return next(block for block in blocks if numbers[0] in block.number)


def assert_docked(scenario: Scenario, company: int = 0, seed: int = 1) -> None:
    """Run both engines side by side; fail at the first state or measure that differs, and say which it is."""
    # Another company in the next lane: it must not make a difference.
    block = traced(scenario, [company, company ^ 1], seed)
    lane = block.number.tolist().index(company)
    model = OrganisationModel(scenario, company=company, seed=seed, collect=())
    for week in range(scenario.weeks):
        model.step()
        for person, expected in zip(model.people, block.people[week, :, :, lane].tolist(), strict=True):
            found = [getattr(person, name) for name in ATTRIBUTES]
            assert found == expected, _first_difference(
                f"week {week}, person {person.number} ({person.department})", ATTRIBUTES, found, expected
            )
        for tie, expected in zip(model.ties, block.ties[week, :, :, lane].tolist(), strict=True):
            found = [tie.trust, tie.friction]
            where = f"week {week}, tie {tie.index} ({tie.marketing.number} - {tie.sales.number}, team {tie.team})"
            assert found == expected, _first_difference(where, ("trust", "friction"), found, expected)
        expected = block.measures[week, :, lane].tolist()
        found = [model.measures[name] for name in MEASURES]
        assert found == expected, _first_difference(f"week {week}, company", MEASURES, found, expected)


def _first_difference(where: str, names: Sequence[str], found: list[float], expected: list[float]) -> str:
    pairs = zip(names, found, expected, strict=True)
    name, agents, core = next(pair for pair in pairs if pair[1] != pair[2])
    return f"{where}: {name} is {agents!r} in the agents' engine and {core!r} in the compiled one"


@given(scenarios(), st.integers(0, 200) | st.integers(0, 2**48 - 2), st.integers(0, 9) | st.integers(0, MAX_SEED))
@example(Scenario(weeks=104, levers=EVERY_LEVER), 5, 1)
def test_any_scenario_docks(scenario: Scenario, company: int, seed: int) -> None:
    assert_docked(scenario, company, seed)


@pytest.mark.parametrize("company", [0, 1, 31, 32])
def test_the_default_company_docks_over_two_years(company: int) -> None:
    assert_docked(Scenario(), company)


@pytest.mark.parametrize("structure", ["spread", "broker"])
def test_two_hundred_people_dock(structure: str) -> None:
    company = {"marketing": 80, "sales": 120, "structure": structure}
    assert_docked(Scenario(weeks=8, company=company, levers=EVERY_LEVER), company=7, seed=3)


def test_a_lever_that_comes_and_goes_docks() -> None:
    steps = [
        {"intensity": 1.0, "ramp": 7.5},
        {"intensity": 0.3, "start": 20.25, "ramp": 3},
        {"intensity": 0, "start": 40},
    ]
    levers = {policy.id: {"steps": steps} for policy in ALL_POLICIES}
    assert_docked(Scenario(weeks=70, levers=levers, clash={"week": 30, "share": 0.5}))


def test_a_real_organisation_docks(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "id,department,regard,backlog,social_skill,experience\nAnna,marketing,0.8,3,0.9,\nBen,sales,,,,0.4\n"
        "Cem,sales,0.1,,,\nDora,marketing,,,,\nEva,sales,,0,0.2,0\n"
    )
    ties = tmp_path / "ties.csv"
    ties.write_text(
        "a,b,kind,trust,friction\nAnna,Ben,regular,0.9,\nCem,Anna,regular,,0.7\nDora,Cem,team,0.5,0.5\n"
        "Eva,Dora,regular,,\nBen,Cem,,,\nAnna,Dora,,,\n"
    )
    company = {"people": str(people), "ties": str(ties)}
    assert_docked(Scenario(weeks=60, company=company, levers={"cross_functional_teams": 0.7}), company=3)


def test_outcomes_and_weekly_paths_are_the_same() -> None:
    scenario = Scenario(weeks=30, levers=EVERY_LEVER)
    results = simulate(scenario, companies=1, first_company=9, seed=4, paths=True)
    model = OrganisationModel(scenario, company=9, seed=4)
    model.run_model()
    assert model.outcomes() == results.outcomes.loc[0, list(OUTCOMES)].to_dict()
    frame = model.datacollector.get_model_vars_dataframe()
    for name in (*MEASURES, *WEEKLY):
        assert frame[name].tolist() == results.paths[name].tolist(), name
