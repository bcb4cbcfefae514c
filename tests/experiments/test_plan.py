"""Plans: what a file says becomes a plan, the examples run, and bad input is refused in one clear sentence."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import experiments
from experiments.plan.plan import ListDesign, Plan
from sim import BadInputError, Scenario, simulate
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
    "discovery": (128, 128 * 128),
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
    # Starts of levers lie within the horizon, which is kept where they are varied.
    fewer = plan.changed(companies=2, weeks=plan.weeks if name == "when_to_start" else 4)
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
    # What companies are founded in can only be part of the answer if there are many of them, as there are points.
    assert min(plan.companies, plan.points) >= 128


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


STANDING = Scenario(
    name="standing",
    policies=[OWN],
    levers={"eye_level": {"intensity": 0.7, "start": 26}, "own_lever": 0.3},
    parameters={"voice": 0.9},
    context={"turbulence": 2.0},
    company={"structure": "broker", "division_type": 3},
)


def one_at_a_time(factors: dict[str, Any], *scenarios: Any, **given: Any) -> Plan:
    return Plan(
        scenarios=scenarios or [STANDING], factors=factors, design={"kind": "one_at_a_time", "levels": 3}, **given
    )


def test_one_at_a_time_begins_with_the_scenario_as_it_is() -> None:
    factors = {
        "levers.eye_level": {},
        "levers.eye_level.start": {"values": [0, 26, 52]},
        "levers.own_lever.ramp": {"low": 1, "high": 20},
        "levers.talk_first": {"high": 0.2},
        "parameters.voice": {},
        "context.turbulence": {},
        "context.meeting_culture": {"low": 0.2, "high": 0.6},
        "company.structure": {},
        "company.division_type": {},
        "clash.week": {"values": [1, 2, 3]},
    }
    # What is not varied may differ between scenarios.
    plan = one_at_a_time(factors, STANDING, STANDING.changed(name="other", parameters={"voice": 0.9, "formality": 0.9}))
    points = plan.draw()
    # Drawn context and a clash that there is not have no value of their own: they begin in the middle.
    assert points[0].tolist() == [0.7, 1.0, 6.0, 0.0, 0.9, 2.0, 0.4, 1.0, 2.0, 1.0]
    assert ((points[1:] != points[0]).sum(axis=1) <= 1).all()
    assert len(points) == plan.points == 1 + 3 + 2 + 3 + 3 + 3 + 3 + 3 + 1 + 2 + 2


@pytest.mark.parametrize(
    ("factors", "key", "english", "german"),
    [
        (
            {"levers.eye_level": {"low": 0.1, "high": 0.6}},
            "factors.levers.eye_level",
            "value 0.1 to 0.6 is not valid; allowed: bounds that include 0.7, which is what scenario standing has",
            "Wert 0.1 bis 0.6 ist nicht gültig; erlaubt: Grenzen, die 0.7 einschließen, den Wert im Szenario standing",
        ),
        (
            {"levers.talk_first": {"low": 0.3}},
            "factors.levers.talk_first",
            "value 0.3 to 1 is not valid; allowed: bounds that include 0,",
            "Grenzen, die 0 einschließen",
        ),
        (
            {"levers.*": {"high": 0.5}},
            "factors.levers.eye_level",
            "value 0 to 0.5 is not valid; allowed: bounds that include 0.7,",
            "Grenzen, die 0.7 einschließen",
        ),
        (
            {"levers.eye_level.start": {"values": [0, 13, 52]}},
            "factors.levers.eye_level.start",
            "value '0, 13, 52' is not valid; allowed: values with 26 among them, which is what scenario standing has",
            "Werte, unter denen 26 ist, der Wert im Szenario standing",
        ),
        (
            {"company.structure": {"values": ["spread"]}},
            "factors.company.structure",
            "value 'spread' is not valid; allowed: values with broker among them,",
            "Werte, unter denen broker ist",
        ),
        (
            {"company.marketing": {"low": 900, "high": 2000}},
            "factors.company.marketing",
            "value '900, 901, 902, …, 2000' is not valid; allowed: values with 10 among them,",
            "Werte, unter denen 10 ist",
        ),
        (
            {"context.turbulence": {"high": 1.5}},
            "factors.context.turbulence",
            "value 0.1 to 1.5 is not valid; allowed: bounds that include 2,",
            "Grenzen, die 2 einschließen",
        ),
        (
            {"levers.talk_first": {}, "levers.talk_first.start": {}},
            "factors.levers.talk_first.start",
            "allowed: a lever to which scenario standing gives an intensity above 0, as one_at_a_time begins with it",
            "ein Hebel, dem das Szenario standing eine Intensität über 0 gibt, denn damit beginnt one_at_a_time",
        ),
        (
            {"levers.talk_first.ramp": {}, "levers.talk_first": {}},
            "factors.levers.talk_first.ramp",
            "scenario standing gives an intensity above 0",
            "Szenario standing",
        ),
    ],
)
def test_one_at_a_time_begins_nowhere_else(factors: dict[str, Any], key: str, english: str, german: str) -> None:
    with pytest.raises(BadInputError) as caught:
        one_at_a_time(factors, weeks=60, companies=1)
    assert caught.value.key == key
    assert english in caught.value.render("en")
    assert german in caught.value.render("de")
    # The other designs have no such beginning.
    assert Plan(scenarios=[STANDING], factors=factors, design={"kind": "latin_hypercube", "points": 9}).points == 9


@pytest.mark.parametrize(
    ("factors", "scenarios", "key", "english", "german"),
    [
        (
            {"levers.joint_planning": {}, "levers.talk_first": {}},
            ["reference", "half_levers"],
            "factors.levers.joint_planning",
            "value 0 (reference), 0.5 (half_levers) is not valid; allowed: the same value in all scenarios",
            "derselbe Wert in allen Szenarien, denn damit beginnt one_at_a_time, oder für jedes Szenario ein Plan",
        ),
        (
            {"context.turbulence": {}},
            [STANDING, STANDING.changed(name="same"), STANDING.changed(name="drawn", context={})],
            "factors.context.turbulence",
            "value 2 (standing), none of its own (drawn) is not valid",
            "Wert 2 (standing), kein eigener (drawn) ist nicht gültig",
        ),
        (
            {"company.structure": {"values": ["broker", "spread"]}},
            [STANDING, STANDING.changed(name="other", company={})],
            "factors.company.structure",
            "value broker (standing), spread (other) is not valid",
            "Wert broker (standing), spread (other)",
        ),
        (
            {"clash.week": {}},
            [STANDING, STANDING.changed(name="clash", clash={"week": 4})],
            "factors.clash.week",
            "value none of its own (standing), 4 (clash) is not valid",
            "Wert kein eigener (standing), 4 (clash)",
        ),
        (
            {"levers.eye_level.start": {}},
            [STANDING, STANDING.changed(name="idle", levers={"eye_level": {"intensity": 0.0, "start": 26}})],
            "factors.levers.eye_level.start",
            "scenario idle gives an intensity above 0",
            "Szenario idle",
        ),
    ],
)
def test_one_at_a_time_begins_at_one_place(
    factors: dict[str, Any], scenarios: list[Any], key: str, english: str, german: str
) -> None:
    with pytest.raises(BadInputError) as caught:
        one_at_a_time(factors, *scenarios)
    assert caught.value.key == key
    assert english in caught.value.render("en")
    assert german in caught.value.render("de")
    design = {"kind": "latin_hypercube", "points": 9}
    assert Plan(scenarios=scenarios, factors=factors, design=design).points == 9


def test_every_scenario_as_it_stands_is_the_first_point(tmp_path: Path) -> None:
    other = STANDING.changed(name="other", parameters={"voice": 0.2})
    factors = {"levers.eye_level": {}, "levers.eye_level.start": {}, "company.division_type": {}}
    plan = one_at_a_time(factors, STANDING, other, weeks=30, companies=3)
    experiments.run(plan, tmp_path / "sweep", executor="serial")
    frame = experiments.open(tmp_path / "sweep").frame(["return_on_sales"], factors=False)
    found = frame[frame["point"] == 0].sort_values(["scenario", "company"])
    expected = simulate([STANDING, other], companies=3, weeks=30).outcomes
    for scenario in ("standing", "other"):
        own, same = (rows[rows["scenario"].astype(str) == scenario] for rows in (found, expected))
        assert own["return_on_sales"].tolist() == same["return_on_sales"].tolist()


# --- weeks ------------------------------------------------------------------------------------------------------------


def test_weeks_that_a_plan_varies_lie_within_its_horizon() -> None:
    factors = {"levers.talk_first": {}, "levers.talk_first.start": {}, "levers.talk_first.ramp": {}, "clash.week": {}}
    plan = Plan(factors=factors, design={"kind": "latin_hypercube", "points": 40}, weeks=30)
    assert [(f.low, f.high) for f in plan.space[1:]] == [(0.0, 30.0), (1.0, 30.0), (0.0, 29.0)]
    own = plan.changed(weeks=None, scenarios=[Scenario(weeks=12)])
    assert [f.high for f in own.space[1:]] == [12.0, 12.0, 11.0]
    with pytest.raises(BadInputError, match=r"key factors.clash.week.high: value 30 .* a whole number, 0 to 29"):
        plan.changed(factors={"clash.week": {"high": 30}})


def test_listed_weeks_lie_within_the_horizon_too() -> None:
    def of(target: str, value: float) -> Plan:
        point = {"levers.talk_first": 1, target: value}
        return Plan(design={"kind": "list", "points": [point]}, weeks=30)

    assert of("levers.talk_first.start", 30).draw()[0, 1] == 30.0
    assert of("levers.talk_first.ramp", 1040).draw()[0, 1] == 1040.0
    assert of("clash.week", 29).draw()[0, 1] == 29.0
    with pytest.raises(BadInputError, match=r"points\[1\].levers.talk_first.start: value 31 .* a number, 0 to 30"):
        of("levers.talk_first.start", 31)
    with pytest.raises(BadInputError, match=r"points\[1\].clash.week: value 30 .* 0, 1, 2, …, 29"):
        of("clash.week", 30)


def test_a_scenarios_own_weeks_are_left_alone() -> None:
    late = Scenario(levers={"talk_first": {"intensity": 1.0, "start": 90}}, clash={"week": 80})
    plan = Plan(scenarios=[late], factors={"levers.talk_first": {}}, design={"kind": "lattice"}, weeks=30)
    assert plan.scenarios[0] == late


def test_the_first_point_of_the_example_is_its_scenario() -> None:
    plan = Plan.load(EXAMPLES / "when_to_start.toml")
    first = {f.target: f.value(x) for f, x in zip(plan.space, plan.draw()[0], strict=True)}
    assert first["levers.joint_planning"] == 0.5
    assert first["levers.joint_planning.start"] == 26.0
    assert first["levers.joint_planning.ramp"] == 26.0
    assert first["company.division_type"] == 1
