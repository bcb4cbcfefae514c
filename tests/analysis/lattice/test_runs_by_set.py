"""A lattice under every set of an ensemble: the same as simulating the scenario under the set, point by point."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.lattice.runs import (
    LATTICE_OUTCOMES,
    PROFESSIONAL,
    bundles_plan,
    fraction_plan,
    lattice_levers,
    lattice_plan,
    lattice_values,
    levers_on,
    values_by_set,
)
from experiments.ensemble import shipped
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from sim import Scenario, simulate
from sim.errors import BadInputError
from sim.presets import preset

LEVERS = ("joint_planning", "talk_first", "job_rotation", "eye_level", "shared_goals")
SETS = shipped().first(3)


def swept(plan, folder):
    run(plan, folder, executor="serial")
    return open_sweep(folder)


@pytest.mark.parametrize("name", ["reference", "own_organisation"])
def test_values_under_a_set_are_those_of_the_scenario_under_it(name, tmp_path):
    scenario = preset(name).scenario().changed(weeks=20)
    lattice = lattice_plan(scenario, lattice_levers(scenario, LEVERS), companies=4, seed=3)
    fraction = fraction_plan(lattice, SETS)
    bundles = bundles_plan(fraction, [0, 0b10110])
    assert fraction.points == 16 < lattice.points
    on, names = levers_on(fraction), lattice_levers(scenario, LEVERS)
    wanted = [(fraction, tmp_path / "a", 3, on[3]), (fraction, tmp_path / "a", 9, on[9])]
    wanted.append((bundles, tmp_path / "b", 1, [bool(0b10110 >> v & 1) for v in range(len(names))]))
    for plan, folder, point, chosen in wanted:
        found = swept(plan, folder)
        for k in range(len(SETS)):
            mine = SETS.scenario(lattice.scenarios[0], k)
            levers = {key: lever for key, lever in mine.levers.items() if key not in names}
            levers |= {key: mine.levers.get(key, 1.0) for key, is_on in zip(names, chosen, strict=True) if is_on}
            outcomes = simulate(mine.changed(levers=levers), companies=4, seed=3, threads=1).outcomes
            for outcome in LATTICE_OUTCOMES:
                values = outcomes["type"] == outcome if outcome == PROFESSIONAL else outcomes[outcome]
                assert values_by_set(found, outcome)[k, point] == values.to_numpy().mean()


def test_the_default_is_where_the_lattice_is(tmp_path):
    scenario = Scenario(name="firm", weeks=16, levers={"talk_first": 0.5})
    levers = lattice_levers(scenario, LEVERS[:3])
    lattice = lattice_plan(scenario, levers, companies=3)
    fraction = fraction_plan(lattice, SETS)
    # Of three levers all combinations are there, in another order.
    number = levers_on(fraction) @ (1 << np.arange(3))
    assert sorted(number) == list(range(8))
    full = lattice_values(swept(lattice, tmp_path / "full"), "return_on_sales").mean(axis=0)
    found = values_by_set(swept(fraction, tmp_path / "sets"), "return_on_sales")
    assert found[0] == pytest.approx(full[number], rel=1e-12)
    assert not np.allclose(found[1], found[0])


def test_numbers_of_the_scenario_stay_its_own():
    name, own = SETS.names[0], float(SETS.values[0, 0]) + 1e-6
    scenario = Scenario(name="firm", coefficients={name: own})
    plan = fraction_plan(lattice_plan(scenario, lattice_levers(scenario, LEVERS), companies=2), SETS)
    assert {each.coefficients[name] for each in plan.scenarios} == {own}
    assert len({each.coefficients[SETS.names[1]] for each in plan.scenarios}) > 1


@pytest.mark.parametrize(("levers", "points"), [(1, 2), (2, 4), (8, 64), (15, 256)])
def test_few_levers_take_all_their_combinations(levers, points):
    scenario = Scenario()
    chosen = lattice_levers(scenario)[:levers]
    plan = fraction_plan(lattice_plan(scenario, chosen, companies=2), SETS.first(1))
    on = levers_on(plan)
    assert on.shape == (points, levers)
    assert (on.mean(axis=0) == 0.5).all()


def test_an_unknown_outcome_is_refused(tmp_path):
    plan = fraction_plan(lattice_plan(Scenario(weeks=2), ("eye_level",), companies=1), SETS.first(1))
    with pytest.raises(BadInputError):
        values_by_set(swept(plan, tmp_path / "runs"), "professionals")
