"""The lattice as a plan: which bit is which lever, what on and off mean, and that nothing is missing at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import experiments
from analysis.lattice.runs import (
    LATTICE_OUTCOMES,
    MEASURED,
    PROFESSIONAL,
    bundles_plan,
    fraction_plan,
    lattice_levers,
    lattice_plan,
    lattice_values,
    levers_on,
    values_by_set,
)
from experiments import Plan
from experiments.ensemble import shipped
from experiments.sweep.results import Sweep
from sim import BadInputError, Scenario, simulate
from sim.policies import ALL_POLICIES, SUCCESS_FACTORS
from sim.presets import preset

OWN = {"id": "own_lever", "en": "Own", "de": "Eigener", "effects": {"voice": 0.4, "report_hours": -1.0}, "ramp": 6.0}
USED: dict[str, Any] = {
    "own_lever": {"intensity": 0.5, "start": 3, "ramp": 2},
    "eye_level": {"intensity": 0.6, "start": 2},
    "talk_first": 0.0,
    "job_rotation": {"steps": [{"intensity": 1.0}, {"intensity": 0.0, "start": 5, "ramp": 2}]},
    "lean_reporting": {"steps": [{"intensity": 0.7, "start": 1.0}]},
}
SCENARIO = Scenario(
    name="used", weeks=10, company={"marketing": 3, "sales": 4}, policies=[OWN], levers=USED,
    outcome={"quality_cut": 0.3, "efficiency_cut": 0.08},
)  # fmt: skip


def refusal(call: Any, language: str = "en") -> str:
    with pytest.raises(BadInputError) as caught:
        call()
    return caught.value.render(language)


def by_hand(on: set[str], levers: tuple[str, ...]) -> Scenario:
    """The scenario with those levers on and the others of the lattice gone."""
    kept = {name: lever for name, lever in USED.items() if name not in levers}
    put_in = {name: USED[name] if name in USED and USED[name] != 0.0 else 1.0 for name in levers if name in on}
    return SCENARIO.changed(name=",".join(sorted(on)) or "none", levers={**kept, **put_in})


@pytest.mark.parametrize(
    "levers",
    [
        ("talk_first", "eye_level", "joint_planning"),  # at 0, in use, not in use
        ("eye_level", "lean_reporting", "own_lever"),
    ],
)
def test_a_lattice_is_all_scenarios_made_by_hand(levers: tuple[str, ...], tmp_path: Path) -> None:
    plan = lattice_plan(SCENARIO, levers, companies=35, seed=4, first_company=17)
    experiments.run(plan, tmp_path / "lattice", executor="serial")
    sweep = experiments.open(tmp_path / "lattice")
    combinations = [{name for v, name in enumerate(levers) if number >> v & 1} for number in range(8)]
    hands = [by_hand(on, levers) for on in combinations]
    expected = simulate(hands, companies=35, seed=4, first_company=17).outcomes
    for outcome in MEASURED:
        found = lattice_values(sweep, outcome)
        assert np.array_equal(found, expected[outcome].to_numpy().reshape(8, 35).T), outcome
    professional = lattice_values(sweep, PROFESSIONAL)
    kinds = expected["type"].astype(str).to_numpy().reshape(8, 35).T
    assert np.array_equal(professional, (kinds == "professional").astype(float))
    assert 0.0 < professional.mean() < 1.0
    design = sweep.design.drop(columns="point")
    assert [target.removeprefix("levers.") for target in design] == list(levers)
    for number, row in enumerate(design.to_numpy()):
        assert {levers[v] for v in np.flatnonzero(row)} == combinations[number]


def test_levers_come_in_their_own_order() -> None:
    wanted = ["own_lever", "lean_reporting", "eye_level"]
    assert lattice_levers(SCENARIO, wanted) == ("lean_reporting", "eye_level", "own_lever")


def test_nothing_is_missing_from_a_lattice_of_many_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.sweep.jobs._MOST_RUNS", 11)
    scenario = SCENARIO.changed(weeks=2, levers={})
    levers = lattice_levers(scenario, [p.id for p in SUCCESS_FACTORS[:5]])
    plan = lattice_plan(scenario, levers, companies=3, first_company=40)
    experiments.run(plan, tmp_path / "lattice", executor="threads", workers=2)
    sweep = experiments.open(tmp_path / "lattice")
    assert sweep.chunks > 8
    for outcome in LATTICE_OUTCOMES:
        values = lattice_values(sweep, outcome)
        assert values.shape == (3, 32)
        assert np.isfinite(values).all()
    assert set(np.unique(lattice_values(sweep, PROFESSIONAL))) <= {0.0, 1.0}
    assert "return_on_sales" in refusal(lambda: lattice_values(sweep, "return_on_sale"))
    assert "„return_on_sales“" in refusal(lambda: lattice_values(sweep, "return_on_sale"), "de")


def test_the_usual_lattice_is_that_of_the_success_factors() -> None:
    levers = lattice_levers(Scenario())
    assert levers == tuple(policy.id for policy in SUCCESS_FACTORS)
    plan = lattice_plan(Scenario(name="mine"), levers, companies=2, weeks=5)
    assert (plan.points, plan.runs, plan.name, plan.horizon) == (2**15, 2**16, "mine", 5)
    assert plan.outcomes == MEASURED
    assert all((f.low, f.high, f.values) == (0.0, 1.0, ()) for f in plan.space)


def test_on_is_what_the_scenario_does_already() -> None:
    levers = ("talk_first", "lean_reporting", "eye_level")
    plan = lattice_plan(SCENARIO, levers, companies=1)
    assert [f.high for f in plan.space] == [1.0, 0.7, 0.6]
    assert "talk_first" not in plan.scenarios[0].levers
    assert {"own_lever", "job_rotation"} < set(plan.scenarios[0].levers)
    assert SCENARIO.levers["talk_first"].intensity == 0.0


@pytest.mark.parametrize(
    ("wanted", "english", "german"),
    [
        (["talk_frist"], "did you mean 'talk_first'?", "gemeint ist vielleicht „talk_first“"),
        (["eye_level", "eye_level"], "key levers: 'eye_level' occurs twice", "„eye_level“ kommt doppelt vor"),
        (["job_rotation"], "single step in scenario used", "nur einem Schritt im Szenario used"),
    ],
)
def test_levers_that_make_no_lattice_are_refused(wanted: list[str], english: str, german: str) -> None:
    assert english in refusal(lambda: lattice_levers(SCENARIO, wanted))
    assert german in refusal(lambda: lattice_levers(SCENARIO, wanted), "de")


def test_a_lever_at_intensity_0_is_one_that_is_not_used() -> None:
    assert SCENARIO.levers["talk_first"].intensity == 0.0
    plan = lattice_plan(SCENARIO, lattice_levers(SCENARIO, ["talk_first"]), companies=1)
    assert [(f.target, f.high) for f in plan.space] == [("levers.talk_first", 1.0)]


def test_a_lattice_has_its_limits() -> None:
    more = [{**OWN, "id": f"own_{k}"} for k in range(6)]
    scenario = Scenario(policies=more)
    every = [policy.id for policy in (*ALL_POLICIES, *scenario.all_policies()[16:])]
    assert len(lattice_levers(scenario, every[2:])) == 20
    assert "key levers: value 22 is out of bounds; allowed: 1 to 20" in refusal(lambda: lattice_levers(scenario, every))


# --- under every set of an ensemble ---------------------------------------------------------------------------------

LEVERS = ("joint_planning", "talk_first", "job_rotation", "eye_level", "shared_goals")
SETS = shipped().first(3)


def swept(plan: Plan, folder: Path) -> Sweep:
    experiments.run(plan, folder, executor="serial")
    return experiments.open(folder)


@pytest.mark.parametrize("name", ["reference", "own_organisation"])
def test_values_under_a_set_are_those_of_the_scenario_under_it(name: str, tmp_path: Path) -> None:
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


def test_the_default_is_where_the_lattice_is(tmp_path: Path) -> None:
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


def test_numbers_of_the_scenario_stay_its_own() -> None:
    name, own = SETS.names[0], float(SETS.values[0, 0]) + 1e-6
    scenario = Scenario(name="firm", coefficients={name: own})
    plan = fraction_plan(lattice_plan(scenario, lattice_levers(scenario, LEVERS), companies=2), SETS)
    assert {each.coefficients[name] for each in plan.scenarios} == {own}
    assert len({each.coefficients[SETS.names[1]] for each in plan.scenarios}) > 1


@pytest.mark.parametrize(("levers", "points"), [(1, 2), (2, 4), (8, 64), (15, 256)])
def test_few_levers_take_all_their_combinations(levers: int, points: int) -> None:
    scenario = Scenario()
    chosen = lattice_levers(scenario)[:levers]
    plan = fraction_plan(lattice_plan(scenario, chosen, companies=2), SETS.first(1))
    on = levers_on(plan)
    assert on.shape == (points, levers)
    assert (on.mean(axis=0) == 0.5).all()


def test_an_unknown_outcome_is_refused(tmp_path: Path) -> None:
    plan = fraction_plan(lattice_plan(Scenario(weeks=2), ("eye_level",), companies=1), SETS.first(1))
    with pytest.raises(BadInputError):
        values_by_set(swept(plan, tmp_path / "runs"), "professionals")
