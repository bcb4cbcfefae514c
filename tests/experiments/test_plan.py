"""Plans: what a file says becomes a plan, the examples run, and bad input is refused in one clear sentence."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

import experiments
from experiments.plan.factors import present
from experiments.plan.plan import ListDesign, Plan
from experiments.plan.spaces import middle
from sim import BadInputError, Scenario
from sim.outcomes import OUTCOMES
from sim.parameters import parameters
from sim.presets import presets

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "plans"
BASELINES = ROOT / "tests" / "baselines"
OWN = {"id": "own_lever", "en": "Own", "de": "Eigener", "effects": {"voice": 0.4}, "ramp": 6.0}

LATTICE = '[design]\nkind = "lattice"\n'
A_FACTOR = '[factors]\n"levers.joint_planning" = {}\n'


@pytest.fixture
def load(tmp_path: Path):
    def read(text: str) -> Plan:
        (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
        return Plan.load(tmp_path / "plan.toml")

    return read


# --- examples ---------------------------------------------------------------------------------------------------------

RUNS = {
    "two_levers": (25, 5000),
    "three_programmes": (4, 4 * 3 * 300),
    "discovery": (1000, 4000),
    "screening": (8 * 80, 640 * 32),
    "lattice": (64, 12_800),
    "when_to_start": (1 + 5 + 5 + 5 + 2, 18 * 500),
}


def test_every_example_is_known_here() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.toml")} == set(RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_examples_run_to_the_end(name: str, tmp_path: Path) -> None:
    path = EXAMPLES / f"{name}.toml"
    plan = Plan.load(path)
    assert (plan.points, plan.runs) == RUNS[name]
    assert plan.name == name
    assert len(plan.draw()) == plan.points
    assert f"handshake sweep examples/plans/{name}.toml --out results/{name}" in path.read_text(encoding="utf-8")
    fewer = plan.changed(companies=2, weeks=4)
    outcome = experiments.run(fewer, tmp_path / name, executor="serial")
    assert outcome.complete
    sweep = experiments.open(tmp_path / name)
    frame = sweep.frame()
    assert len(frame) == fewer.runs // (2 if plan.rows == "points" else 1)
    assert set(frame["scenario"].astype(str)) == {scenario.name for scenario in plan.scenarios}
    columns = [f"{name}_mean" for name in plan.outcomes] if plan.rows == "points" else list(plan.outcomes)
    assert np.isfinite(frame[columns].to_numpy()).all()
    assert {factor.target for factor in plan.space} < set(frame)


def test_the_screening_takes_all_coefficients_and_one_by_its_own_bounds() -> None:
    plan = Plan.load(EXAMPLES / "screening.toml")
    assert {f.name for f in plan.space} == set(parameters()["coefficient"])
    bounds = {f.name: (f.low, f.high) for f in plan.space}
    declared = parameters()["coefficient"]["need_hours"]
    assert declared.low < bounds["need_hours"][0] < bounds["need_hours"][1] < declared.high


def test_the_discovery_takes_all_levers() -> None:
    plan = Plan.load(EXAMPLES / "discovery.toml")
    assert len(plan.space) == 19
    assert plan.context


# --- what a plan is ---------------------------------------------------------------------------------------------------


def test_what_a_file_does_not_say_has_a_default(load) -> None:
    plan = load(A_FACTOR + LATTICE)
    assert plan.name == "plan"
    assert [scenario.name for scenario in plan.scenarios] == ["reference"]
    assert (plan.companies, plan.first_company, plan.seed, plan.weeks, plan.horizon) == (100, 0, 1, None, 104)
    assert (plan.outcomes, plan.rows, plan.context) == (OUTCOMES, "companies", False)
    assert plan.runs == 200


def test_scenarios_are_files_presets_and_tables(tmp_path: Path) -> None:
    for name in ("people.csv", "ties.csv"):
        shutil.copy(BASELINES / name, tmp_path)
    (tmp_path / "deep").mkdir()
    (tmp_path / "firm.toml").write_text("weeks = 30\n[levers]\neye_level = 0.5\n")
    (tmp_path / "deep" / "ours.toml").write_text(
        'name = "ours"\nweeks = 30\n[company]\npeople = "../people.csv"\nties = "../ties.csv"\n'
    )
    (tmp_path / "plan.toml").write_text(
        'weeks = 5\nscenarios = ["ivory_tower", "firm.toml", "deep/ours.toml",\n'
        '  { name = "here", company = { people = "people.csv", ties = "ties.csv" } }]\n' + A_FACTOR + LATTICE
    )
    plan = Plan.load(tmp_path / "plan.toml")
    assert [scenario.name for scenario in plan.scenarios] == ["ivory_tower", "firm", "ours", "here"]
    assert plan.scenarios[0].levers == presets()["ivory_tower"].scenario().levers
    assert plan.scenarios[1].levers["eye_level"].intensity == 0.5
    assert plan.scenarios[2].place().graph.people == plan.scenarios[3].place().graph.people == 7


def test_every_preset_can_be_swept() -> None:
    plan = Plan(scenarios=list(presets()), factors={"levers.talk_first": {}}, design={"kind": "lattice"}, weeks=5)
    assert [scenario.name for scenario in plan.scenarios] == list(presets())


def test_tables_of_scenarios_stand_one_below_the_other(load) -> None:
    plan = load(
        A_FACTOR + LATTICE + '[[scenarios]]\nname = "a"\nlevers.eye_level = 0.5\n'
        '[[scenarios]]\nname = "b"\n[scenarios.context]\nturbulence = 2\n'
    )
    assert plan.scenarios[0].levers["eye_level"].intensity == 0.5
    assert plan.scenarios[1].context.turbulence == 2.0


def test_dots_need_no_quotes(load) -> None:
    quoted = load('[factors]\n"levers.talk_first" = { high = 0.5 }\n"levers.talk_first.start" = {}\n' + LATTICE)
    plain = load("[factors]\nlevers.talk_first.high = 0.5\nlevers.talk_first.start = {}\n" + LATTICE)
    assert quoted == plain
    listed = '[design]\nkind = "list"\npoints = [{{ {} = 0.5, company.structure = "broker" }}]'
    row = load(listed.format('"levers.talk_first"')).design.points[0]
    assert load(listed.format("levers.talk_first")).design.points[0] == row
    assert row == {"levers.talk_first": 0.5, "company.structure": "broker"}


def test_a_plan_travels_and_can_be_read_back_from_json() -> None:
    for path in EXAMPLES.glob("*.toml"):
        plan = Plan.load(path)
        assert np.array_equal(pickle.loads(pickle.dumps(plan)).draw(), plan.draw())
        again = Plan(**json.loads(json.dumps(plan.model_dump(mode="json"))))
        assert again.model_dump() == plan.model_dump()
        assert np.array_equal(again.draw(), plan.draw())
        assert plan.changed() == plan


def test_changed_is_checked_anew() -> None:
    plan = Plan(factors={"levers.talk_first": {}}, design={"kind": "lattice"})
    assert plan.changed(companies=7).runs == 14
    assert plan.changed(factors={"levers.*": {}}, design={"kind": "morris", "trajectories": 2}).points == 34
    with pytest.raises(BadInputError, match="key companies"):
        plan.changed(companies=0)


def test_the_same_plan_draws_the_same_and_another_seed_something_else() -> None:
    plan = Plan(factors={"levers.*": {}, "context.*": {}}, design={"kind": "latin_hypercube", "points": 20})
    assert plan.draw().tobytes() == plan.changed().draw().tobytes()
    assert plan.draw().tobytes() != plan.changed(seed=2).draw().tobytes()


# --- lists ------------------------------------------------------------------------------------------------------------


def test_a_list_says_what_it_varies() -> None:
    points = [
        {"parameters.voice": 0.3, "company.structure": "broker", "company.marketing": 4, "company.interface_degree": 2},
        {"company.marketing": 9, "parameters.voice": 1, "company.structure": "spread", "company.interface_degree": 0.5},
    ]
    plan = Plan(design={"kind": "list", "points": points})
    assert [f.target for f in plan.space] == list(points[0])
    values = [[f.value(x) for f, x in zip(plan.space, row, strict=True)] for row in plan.draw()]
    assert values == [list(points[0].values()), [points[1][target] for target in points[0]]]
    assert type(values[0][2]) is int


def test_a_long_list_is_read_in_no_time_and_leaves_its_values_to_the_points() -> None:
    points = [{"parameters.voice": k / 30_000, "levers.talk_first": 1 - k / 30_000} for k in range(30_000)]
    plan = Plan(design=ListDesign(points=points), companies=1)
    assert all(f.values == () for f in plan.space)
    assert plan.draw()[:, 0].tolist() == [point["parameters.voice"] for point in points]


def test_declared_factors_bound_a_list() -> None:
    def of(value: float) -> Plan:
        return Plan(
            factors={"parameters.voice": {"low": 0.2, "high": 0.4}, "company.interface_degree": {}},
            design={"kind": "list", "points": [{"parameters.voice": value, "company.interface_degree": 3}]},
        )

    assert of(0.4).draw().tolist() == [[0.4, 3.0]]
    with pytest.raises(BadInputError, match=r"key design.points\[1\].parameters.voice: value 0.5 .* 0.2 to 0.4"):
        of(0.5)


def test_a_clash_may_be_made_up_of_two_factors() -> None:
    plan = Plan(factors={"clash.share": {}, "clash.week": {"values": [3, 9]}}, design={"kind": "factorial"})
    assert plan.points == 4


# --- one at a time ----------------------------------------------------------------------------------------------------


def test_one_at_a_time_begins_with_the_scenario_as_it_is() -> None:
    scenario = Scenario(
        policies=[OWN],
        levers={"eye_level": {"intensity": 0.7, "start": 26}, "own_lever": 0.3},
        parameters={"voice": 0.9},
        context={"turbulence": 2.0},
        company={"structure": "broker", "division_type": 3},
    )
    factors = {
        "levers.eye_level": {},
        "levers.eye_level.start": {"values": [0, 26, 52]},
        "levers.own_lever.ramp": {"low": 1, "high": 20},
        "levers.talk_first": {"low": 0.2},
        "parameters.voice": {},
        "context.turbulence": {},
        "context.meeting_culture": {"low": 0.2, "high": 0.6},
        "company.structure": {},
        "company.division_type": {},
        "clash.week": {"values": [1, 2, 3]},
    }
    plan = Plan(scenarios=[scenario, Scenario(name="other", policies=[OWN], levers=scenario.levers)], factors=factors,
                design={"kind": "one_at_a_time", "levels": 3})  # fmt: skip
    points = plan.draw()
    # Drawn context and a clash that there is not have no value of their own: they begin in the middle.
    assert points[0].tolist() == [0.7, 1.0, 6.0, 0.2, 0.9, 2.0, 0.4, 1.0, 2.0, 1.0]
    assert ((points[1:] != points[0]).sum(axis=1) <= 1).all()
    assert len(points) == plan.points == 1 + 3 + 2 + 3 + 3 + 3 + 3 + 3 + 1 + 2 + 2
    own = [present(f, scenario) for f in plan.space]
    centre = middle([f.space for f in plan.space])
    assert points[0].tolist() == [c if o is None else o for o, c in zip(own, centre, strict=True)]


def test_the_first_point_of_the_example_is_its_scenario() -> None:
    plan = Plan.load(EXAMPLES / "when_to_start.toml")
    first = {f.target: f.value(x) for f, x in zip(plan.space, plan.draw()[0], strict=True)}
    assert first["levers.joint_planning"] == 0.5
    assert first["levers.joint_planning.start"] == 26.0
    assert first["levers.joint_planning.ramp"] == 26.0
    assert first["company.division_type"] == 1
