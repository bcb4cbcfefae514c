"""Docking: what a sweep computes at a point is what ``simulate`` gives for the same scenario made by hand.

Equality is ``==`` on floats throughout; there is no tolerance anywhere but for means over companies.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.plan.plan import Plan
from experiments.plan.points import base_of, mean_ties, placed, side_by_side
from experiments.sweep import jobs, tasks
from experiments.sweep.jobs import SimulationJob
from sim import Scenario, simulate
from sim import company as co
from sim import outcomes as oc
from sim.core.engine import Block, Engine
from sim.graph import COMPANIES_PER_GRAPH, communication_graph
from sim.lanes import Founded
from sim.parameters import MECHANISMS, coefficients, founding, measurement, parameters, population
from sim.policies import ALL_POLICIES
from sim.scenario import CHANGES
from sim.settings import settings_of
from tests.sim.strategies import LEVERS, SHARES, numbers, scenarios

BASELINES = Path(__file__).parents[1] / "baselines"
ORGANISATION = {"people": str(BASELINES / "people.csv"), "ties": str(BASELINES / "ties.csv")}
OWN = {"id": "own_lever", "en": "Own", "de": "Eigener", "effects": {"voice": 0.4, "report_hours": -1.0}, "ramp": 6.0}


def rows_of(plan: Plan) -> pd.DataFrame:
    """All rows of a sweep, chunk by chunk."""
    job = SimulationJob(plan)
    return pa.concat_tables([job.task(chunk)() for chunk in range(job.chunks)]).to_pandas()


def by_hand(scenario: Scenario, point: Mapping[str, Any], name: str) -> Scenario:
    """Put values into a scenario as somebody would who edits its file."""
    changes: dict[str, Any] = {"name": name}
    for target, value in point.items():
        table, key, *field = target.split(".")
        held = getattr(scenario, table)
        old = held if isinstance(held, dict) else {} if held is None else held.model_dump(exclude_unset=True)
        new = changes.setdefault(table, dict(old))
        if table == "levers":
            lever = new.get(key, {"intensity": 0.0})
            lever = lever if isinstance(lever, dict) else lever.model_dump(exclude_unset=True)
            if "steps" in lever:
                (lever,) = lever["steps"]
            new[key] = {**lever, (field or ["intensity"])[0]: value}
        else:
            new[key] = value
    return scenario.changed(**changes)


def context_of(scenario: Scenario, seed: int, companies: Sequence[int]) -> np.ndarray:
    drawn = co.draw_context(seed, companies, founding(scenario.founding), population())
    for k, name in enumerate(co.CONTEXT):
        if (pinned := getattr(scenario.context, name)) is not None:
            drawn[:, k] = pinned
    return drawn


def assert_docks(plan: Plan) -> None:
    """Compare all rows of a plan with scenarios made by hand from the design that it reports."""
    found = rows_of(plan)
    design = SimulationJob(plan).design().to_pandas().set_index("point")
    parts = []
    for number, point in enumerate(design.to_dict("records")):
        for scenario in plan.scenarios:
            hand = by_hand(scenario, point, scenario.name)
            result = simulate(
                hand, companies=plan.companies, first_company=plan.first_company, seed=plan.seed,
                weeks=plan.horizon, threads=1,
            ).outcomes  # fmt: skip
            result.insert(1, "point", number)
            if plan.context:
                result[list(co.CONTEXT)] = context_of(hand, plan.seed, result["company"].tolist())
            parts.append(result)
    expected = pd.concat(parts, ignore_index=True)
    order = ["point", "scenario", "company"]
    names = [s.name for s in plan.scenarios]
    columns = ["scenario", "point", "company", "type", *plan.outcomes, *(co.CONTEXT if plan.context else ())]
    assert list(found) == columns
    assert len(found) == plan.runs
    for frame in (found, expected):
        for column, categories in (("scenario", names), ("type", list(oc.TYPES))):
            frame[column] = pd.Categorical(frame[column].astype(str), categories=categories)
    found, expected = (f[columns].sort_values(order).reset_index(drop=True) for f in (found, expected))
    pd.testing.assert_frame_equal(found, expected, check_exact=True, check_dtype=False)


# --- any plan ---------------------------------------------------------------------------------------------------------


@st.composite
def values_of(draw: st.DrawFn, target: str, weeks: int) -> Any:
    """A value that a scenario may hold at a target, within the horizon."""
    table, name, *field = target.split(".")
    if table in CHANGES:
        declared = parameters()[CHANGES[table]][name]
        return draw(numbers(declared.low, declared.high))
    if field == ["start"]:
        return draw(numbers(0.0, min(12.0, weeks)))
    if field == ["ramp"]:
        return draw(numbers(1.0, 20.0))
    company: dict[str, st.SearchStrategy[Any]] = {
        "division_type": st.sampled_from([1, 2, 3]),
        "marketing": st.integers(1, 6),
        "sales": st.integers(1, 6),
        "structure": st.sampled_from(["spread", "broker"]),
        "interface_degree": numbers(0.1, 6.0),
        "internal_degree": numbers(2.0, 5.0),
        "team_degree": numbers(0.0, 2.0),
    }
    if table == "company":
        return draw(company[name])
    if name == "turbulence":
        return draw(numbers(0.1, 3.0))
    return draw(st.integers(0, min(8, weeks - 1)) if name == "week" else SHARES)


def targets_of(scenario: Scenario) -> list[str]:
    """What can be varied in a scenario."""
    single = [name for name in (p.id for p in scenario.all_policies()) if len_steps(scenario, name) <= 1]
    used = [name for name in single if name in scenario.levers]
    return [
        *(f"levers.{name}" for name in single),
        *(f"levers.{name}.{field}" for name in used for field in ("start", "ramp")),
        *(f"{table}.{name}" for table, group in CHANGES.items() for name in parameters()[group]),
        *(f"context.{name}" for name in co.CONTEXT),
        *(f"company.{name}" for name in ("division_type", "marketing", "sales", "structure")),
        *(f"company.{name}_degree" for name in ("interface", "internal", "team")),
        "clash.week",
        *(["clash.share"] if scenario.clash else []),
    ]


def len_steps(scenario: Scenario, lever: str) -> int:
    return len(scenario.levers[lever].schedule()) if lever in scenario.levers else 0


USED = Scenario(
    name="used",
    weeks=12,
    policies=[OWN],
    levers={
        "own_lever": {"intensity": 0.5, "start": 3, "ramp": 2},
        "eye_level": 0.6,
        "talk_first": {"steps": [{"intensity": 0.9, "start": 2.0}]},
        "lean_reporting": {"steps": [{"intensity": 1.0}, {"intensity": 0.2, "start": 5, "ramp": 2}]},
    },
    parameters={"voice": 0.6},
    founding={"turnover": 0.3},
    clash={"week": 4, "share": 0.4},
)

BASES = (
    USED,
    Scenario(weeks=9, company={"marketing": 2, "sales": 2}),
    Scenario(weeks=6, company={"marketing": 3, "sales": 5, "structure": "broker"}, policies=[OWN]),
    Scenario(weeks=14, levers={"eye_level": {"intensity": 0.4, "start": 3}}, context={"founding_trust": 0.8}),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    scenario = draw(st.sampled_from(BASES) | scenarios(most_people=12, most_weeks=20))
    # Tables come first, or two of three factors were coefficients.
    every = targets_of(scenario)
    tables = sorted({target.split(".")[0] for target in every})
    table = st.sampled_from(["levers", "levers", *tables])
    target = table.flatmap(lambda chosen: st.sampled_from([t for t in every if t.startswith(f"{chosen}.")]))
    factors = draw(st.lists(target, unique=True, min_size=1, max_size=6))
    point = st.fixed_dictionaries({name: values_of(name, scenario.weeks) for name in factors})
    return Plan(
        scenarios=[scenario.changed(name="drawn")],
        design={"kind": "list", "points": draw(st.lists(point, min_size=1, max_size=3))},
        companies=draw(st.integers(1, 3)),
        first_company=draw(st.sampled_from([0, 31, 2**47])),
        seed=draw(st.sampled_from([0, 7, 2**63 - 1])),
        outcomes=draw(st.just(oc.OUTCOMES) | st.lists(st.sampled_from(oc.OUTCOMES), unique=True, min_size=1)),
        context=draw(st.booleans()),
    )


@given(plans())
@settings(max_examples=80)
def test_any_plan_docks(plan: Plan) -> None:
    assert_docks(plan)


EVERYTHING: dict[str, Any] = {
    "levers.joint_planning": {},
    "levers.joint_planning.start": {"low": 0.0, "high": 9.0},
    "levers.joint_planning.ramp": {"low": 1.0, "high": 9.0},
    "levers.own_lever.intensity": {"values": [0.0, 0.3, 1.0]},
    "levers.eye_level.start": {"low": 0.0, "high": 8.0},
    "levers.talk_first.ramp": {"values": [1.0, 4.5]},
    "parameters.voice": {},
    "parameters.team_intensity": {"values": [0.0, 0.7]},
    "coefficients.escalation_rate": {},
    "coefficients.need_hours": {"values": [2.0, 3.0]},
    "founding.turnover": {},
    "outcome.quality_cut": {},
    "outcome.window_weeks": {"low": 1.0, "high": 20.0},
    "context.meeting_culture": {},
    "context.turbulence": {"values": [0.5, 1.5]},
    "company.division_type": {},
    "company.marketing": {"low": 1, "high": 5},
    "company.sales": {"values": [2, 5]},
    "company.structure": {},
    "company.interface_degree": {"low": 1.0, "high": 4.0},
    "company.internal_degree": {"low": 2.0, "high": 4.0},
    "company.team_degree": {"low": 0.0, "high": 2.0},
    "clash.week": {"low": 2, "high": 7},
    "clash.share": {},
}


@pytest.mark.parametrize(
    "design",
    [
        {"kind": "latin_hypercube", "points": 12},
        {"kind": "sobol", "points": 8},
        {"kind": "morris", "trajectories": 2},
    ],
    ids=lambda design: design["kind"],
)
def test_everything_at_once_docks_in_every_scenario(design: dict[str, Any]) -> None:
    plain = Scenario(name="plain", weeks=12, policies=[OWN], clash={"week": 1})
    # Starts and ramps of levers that are not used make no sense there.
    plain = plain.changed(levers={"eye_level": 1.0, "talk_first": {"intensity": 0.1, "start": 1, "ramp": 3}})
    assert_docks(
        Plan(scenarios=[USED, plain], factors=EVERYTHING, design=design, companies=2, first_company=31, context=True)
    )


def test_everything_one_at_a_time_docks() -> None:
    # What is varied is there in the scenario, and the same in both.
    company = {"marketing": 3, "sales": 5, "interface_degree": 2.0, "internal_degree": 3.0, "team_degree": 0.5}
    both = USED.changed(company=company, levers={**USED.levers, "joint_planning": 0.2})
    factors = {
        name: {"values": [0.0, 0.5, 1.0]} if name == "levers.own_lever.intensity"
        else {"values": [1.0, 4.5, 16.0]} if name == "levers.talk_first.ramp"
        else {"low": 1.0, "high": 26.0} if name == "levers.joint_planning.ramp"
        else how_far
        for name, how_far in EVERYTHING.items()
        if name not in ("coefficients.need_hours", "parameters.team_intensity")
    }  # fmt: skip
    other = both.changed(name="other", levers={**both.levers, "lean_reporting": 1.0})
    plan = Plan(scenarios=[both, other], factors=factors, design={"kind": "one_at_a_time"}, companies=2, context=True)
    assert_docks(plan)


def test_a_real_organisation_docks() -> None:
    scenario = Scenario(
        name="ours", weeks=15, company={**ORGANISATION, "division_type": 3}, levers={"job_rotation": 0.6}
    )
    factors = {
        "company.division_type": {},
        "levers.job_rotation": {},
        "levers.cross_functional_teams": {"values": [0, 1]},
        "context.turbulence": {},
        "coefficients.repair_rate": {},
    }
    plan = Plan(scenarios=[scenario], factors=factors, design={"kind": "latin_hypercube", "points": 9}, companies=3)
    assert_docks(plan)
    # The preset's files lie in the package.
    assert_docks(plan.changed(scenarios=["own_organisation", "reference"], factors={"levers.*": {}}, weeks=9))


def test_companies_on_several_graphs_dock() -> None:
    factors = {"levers.talk_first": {"values": [0, 1]}, "context.meeting_culture": {"values": [0.1, 0.9]}}
    scenarios = [
        Scenario(name="small", weeks=9, company={"marketing": 2, "sales": 3}),
        Scenario(name="broker", weeks=9, company={"marketing": 3, "sales": 4, "structure": "broker"}),
    ]
    plan = Plan(scenarios=scenarios, factors=factors, design={"kind": "factorial"}, companies=75, first_company=20)
    assert_docks(plan)
    assert_docks(plan.changed(factors={**plan.factors, "coefficients.need_hours": {"values": [2, 3]}}))


def test_a_point_without_factors_is_the_scenario() -> None:
    plan = Plan(scenarios=["reference", USED], weeks=6, design={"kind": "list", "points": [{}]}, companies=3)
    assert_docks(plan)


# --- what must not matter ---------------------------------------------------------------------------------------------

SMALL = Scenario(name="small", weeks=8, company={"marketing": 2, "sales": 3}, levers={"eye_level": 0.5})
CUTTING = {
    "settings": {"levers.talk_first": {}, "context.turbulence": {}},
    "coefficients": {"coefficients.need_hours": {}, "levers.talk_first": {}},
    "shapes": {"company.marketing": {"low": 1, "high": 4}, "levers.talk_first": {}},
}
CHUNKS = [
    {"_TIE_WEEKS": 1, "_FEWEST_TIE_WEEKS": 1},
    {"_TIE_WEEKS": 900, "_FEWEST_TIE_WEEKS": 1},
    {"_TIE_WEEKS": 10_000, "_FEWEST_TIE_WEEKS": 1, "_CHUNKS": 3},
    {"_MOST_RUNS": 7},
    {"_FEWEST_TIE_WEEKS": 1, "_CHUNKS": 5},
]


@pytest.mark.parametrize("rows", ["companies", "points"])
@pytest.mark.parametrize("factors", CUTTING.values(), ids=CUTTING)
def test_how_the_work_is_cut_makes_no_difference(
    factors: dict[str, Any], rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(
        scenarios=[SMALL, SMALL.changed(name="other", levers={})],
        factors=factors,
        design={"kind": "sobol", "points": 4},
        companies=34,
        first_company=5,
        rows=rows,
        context=True,
    )
    order = ["point", "scenario", "company"] if rows == "companies" else ["point", "scenario"]
    whole = rows_of(plan).sort_values(order, ignore_index=True)
    counts = {SimulationJob(plan).chunks}
    for changed in CHUNKS:
        with monkeypatch.context() as patch:
            for name, value in changed.items():
                patch.setattr(jobs, name, value)
            job = SimulationJob(plan)
            counts.add(job.chunks)
            assert sum(job.chunk_runs(chunk) for chunk in range(job.chunks)) == plan.runs
            pd.testing.assert_frame_equal(rows_of(plan).sort_values(order, ignore_index=True), whole, check_exact=True)
    assert len(counts) > 1


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 300))
@settings(max_examples=15)
def test_means_do_not_depend_on_the_points_beside_them(companies: int, points: int, most: int) -> None:
    factors = {"levers.talk_first": {}, "parameters.voice": {}}
    plan = Plan(
        scenarios=[SMALL], factors=factors, design={"kind": "latin_hypercube", "points": points}, weeks=2,
        companies=companies, rows="points", outcomes=["trust", "return_on_sales"],
    )  # fmt: skip
    whole = rows_of(plan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "_MOST_RUNS", most)
        pd.testing.assert_frame_equal(rows_of(plan), whole, check_exact=True)


def test_rows_of_points_sum_up_rows_of_companies() -> None:
    factors = {"levers.talk_first": {}, "context.meeting_culture": {"low": 0.2}}
    plan = Plan(
        scenarios=[SMALL, USED.changed(weeks=8)],
        factors=factors,
        design={"kind": "latin_hypercube", "points": 6},
        companies=40,
        context=True,
    )
    each, found = rows_of(plan), rows_of(plan.changed(rows="points"))
    assert found["companies"].tolist() == [40] * 12
    keys = ["point", "scenario"]
    grouped = each.astype({"scenario": str}).groupby(keys)
    found = found.astype({"scenario": str}).set_index(keys).sort_index()
    for name in (*oc.OUTCOMES, *co.CONTEXT):
        assert found[f"{name}_mean"].to_numpy() == pytest.approx(grouped[name].mean().to_numpy(), rel=1e-12)
        spread = grouped[name].std().to_numpy()
        assert found[f"{name}_sd"].to_numpy() == pytest.approx(spread, rel=1e-9, abs=1e-12)
    shares = pd.crosstab([each["point"], each["scenario"].astype(str)], each["type"], normalize="index")
    for kind in oc.TYPES:
        expected = shares[kind].to_numpy() if kind in shares else np.zeros(12)
        assert found[f"share_{kind}"].to_numpy() == pytest.approx(expected, abs=1e-15)
    assert found[[f"share_{kind}" for kind in oc.TYPES]].to_numpy().sum(axis=1) == pytest.approx(np.ones(12))


def test_a_single_company_has_a_mean_and_no_spread() -> None:
    plan = Plan(scenarios=[SMALL], factors={"parameters.voice": {}}, design={"kind": "factorial"}, companies=1)
    each, found = rows_of(plan), rows_of(plan.changed(rows="points"))
    assert found["trust_mean"].tolist() == each["trust"].tolist()
    assert found["trust_sd"].isna().all()


def test_points_that_change_nothing_equal_the_base() -> None:
    scenario = USED
    own = next(policy for policy in scenario.all_policies() if policy.id == "eye_level")
    point: dict[str, Any] = {
        "levers.eye_level": 0.6,
        "levers.eye_level.start": 0.0,
        "levers.eye_level.ramp": own.ramp,
        "levers.own_lever.ramp": 2.0,
        "levers.job_rotation": 0.0,
        "parameters.voice": 0.6,
        "coefficients.need_hours": coefficients().need_hours,
        "founding.turnover": 0.3,
        "outcome.quality_cut": measurement().quality_cut,
        "company.division_type": 1,
        "company.marketing": scenario.place().marketing,
        "company.structure": "spread",
        "company.team_degree": 1.0,
        "clash.week": 4,
        "clash.share": 0.4,
    }
    plan = Plan(scenarios=[scenario], design={"kind": "list", "points": [point]}, companies=34, first_company=10)
    expected = simulate(scenario, companies=34, first_company=10).outcomes
    found = rows_of(plan)
    for name in oc.OUTCOMES:
        assert found[name].tolist() == expected[name].tolist(), name
    assert found["type"].astype(str).tolist() == expected["type"].astype(str).tolist()


# --- companies that are founded once ----------------------------------------------------------------------------------

SHARING = {
    "coefficients": {"coefficients.need_hours": {}, "coefficients.repair_rate": {}},
    "founding": {"founding.turnover": {}, "founding.trust_low": {}, "levers.eye_level": {}},
    "worlds": {"context.turbulence": {}, "clash.week": {"values": [1, 3]}},
    "outcome": {"outcome.window_weeks": {"low": 1.0, "high": 8.0}, "outcome.price_softness": {}},
}


@pytest.mark.parametrize("factors", SHARING.values(), ids=SHARING)
@pytest.mark.parametrize("size", [0, 3000, 10**9])
def test_sharing_companies_makes_no_difference(
    factors: dict[str, Any], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(scenarios=[SMALL], factors=factors, design={"kind": "sobol", "points": 8}, companies=34)

    class Nothing(Founded):
        def get(self, key: Any) -> None:
            return None

    monkeypatch.setattr(tasks, "_FOUNDED", Nothing())
    fresh = rows_of(plan)
    shared = Founded(most_bytes=size)
    monkeypatch.setattr(tasks, "_FOUNDED", shared)
    for _ in range(2):
        pd.testing.assert_frame_equal(rows_of(plan), fresh, check_exact=True)
    assert 0 < shared._kept.currsize <= max(1, size)


def test_threads_may_share_companies(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(
        scenarios=[SMALL],
        factors={"coefficients.need_hours": {}, "founding.turnover": {"values": [0.1, 0.2]}, "levers.talk_first": {}},
        design={"kind": "latin_hypercube", "points": 24},
        companies=40,
    )
    monkeypatch.setattr(jobs, "_MOST_RUNS", 90)
    alone = rows_of(plan)
    job = SimulationJob(plan)
    monkeypatch.setattr(tasks, "_FOUNDED", Founded(most_bytes=40_000))
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda chunk: job.task(chunk)(), [*range(job.chunks)] * 3))
    assert job.chunks > 8
    for k in range(3):
        found = pa.concat_tables(parts[k * job.chunks : (k + 1) * job.chunks]).to_pandas()
        pd.testing.assert_frame_equal(found, alone, check_exact=True)


# --- models -----------------------------------------------------------------------------------------------------------


def test_points_with_the_same_numbers_share_a_model() -> None:
    factors = {"coefficients.need_hours": {"values": [2.0, 3.0]}, "outcome.quality_cut": {"values": [0.4, 0.5]}}
    plan = Plan(factors={**factors, "levers.talk_first": {}}, design={"kind": "factorial", "levels": 3})
    found, models, model = placed(base_of(plan.scenarios[0]), plan.space, plan.draw())
    assert model.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert [(m.coefficients.need_hours, m.measurement.quality_cut) for m in models] == [
        (2.0, 0.4), (2.0, 0.5), (3.0, 0.4), (3.0, 0.5),
    ]  # fmt: skip
    assert found.target[:, LEVERS.index("talk_first"), 0].tolist() == 4 * [0.0, 0.5, 1.0]


def test_the_base_is_left_alone() -> None:
    base = base_of(USED)
    before = {name: getattr(base.settings, name).copy() for name in ("base", "start", "ramp", "target", "world")}
    plan = Plan(scenarios=[USED], factors=EVERYTHING, design={"kind": "latin_hypercube", "points": 20})
    placed(base, plan.space, plan.draw())
    for name, values in before.items():
        assert np.array_equal(getattr(base.settings, name), values), name
    assert base.settings.worlds == settings_of([USED]).worlds


def test_worlds_that_are_the_same_are_one() -> None:
    points = [{"context.turbulence": 1.0, "context.meeting_culture": 0.5}] * 3
    plan = Plan(
        scenarios=[Scenario(context={"turbulence": 1.0})],
        design={"kind": "list", "points": [*points, {**points[0], "context.turbulence": 2.0}]},
    )
    found, _, _ = placed(base_of(plan.scenarios[0]), plan.space, plan.draw())
    assert found.world.tolist() == [0, 0, 0, 1]
    by_hand_made = settings_of([Scenario(context={"turbulence": 1.0, "meeting_culture": 0.5})])
    assert found.worlds[0] == by_hand_made.worlds[0]


def test_which_points_run_side_by_side() -> None:
    def of(*targets: str) -> bool:
        named = {target: {"low": 1.0} if target.endswith("interface_degree") else {} for target in targets}
        return side_by_side(Plan(factors=named, design={"kind": "factorial"}).space)

    assert of("levers.talk_first", "levers.talk_first.start", "parameters.voice", "company.division_type")
    assert of("context.turbulence", "clash.week")
    for target in ("coefficients.need_hours", "founding.turnover", "outcome.quality_cut"):
        assert not of("parameters.voice", target)
    assert not of("company.structure")
    assert not of("company.interface_degree")


@given(
    st.integers(2, 30),
    st.integers(2, 30),
    st.floats(1.0, 4.0),
    st.sampled_from([0.0, 1.0]),
)
@settings(max_examples=20)
def test_the_work_is_judged_by_the_ties(marketing: int, sales: int, degree: float, team: float) -> None:
    names = ("marketing", "sales", "interface_degree", "team_degree")
    point = dict(zip((f"company.{name}" for name in names), (marketing, sales, degree, team), strict=True))
    plan = Plan(design={"kind": "list", "points": [point]})
    shape = by_hand(Scenario(), point, "x").place()
    most = marketing * sales
    found = mean_ties(base_of(Scenario()), plan.space, plan.draw())
    assert min(found, most) == pytest.approx(communication_graph(shape, 1, 0).ties, abs=1.0)


def test_the_ties_of_a_real_organisation_are_counted() -> None:
    scenario = Scenario(company=ORGANISATION)
    assert mean_ties(base_of(scenario), (), np.zeros((1, 0))) == scenario.place().graph.ties


# --- outcomes on demand -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[{}, {"window_weeks": 1.0}, {"window_weeks": 40.0, "adaptation_lag": 26.0}])
def block(request: pytest.FixtureRequest) -> tuple[Block, Any]:
    blocks: list[Block] = []
    engine = Engine(
        settings=settings_of([USED]), seed=3, weeks=30, coefficients=coefficients(), founding=founding(),
        population=population(),
    )  # fmt: skip
    engine.run(np.zeros(5, dtype=np.int64), np.arange(5), lambda block: block, blocks.append)
    return blocks[0], measurement(request.param)


def outcomes(block: tuple[Block, Any], wanted: Iterable[str]) -> dict[str, bytes]:
    one, m = block
    sizes = (one.graph.marketing, one.graph.sales, one.need)
    found = oc.horizon(one.by_name(), *sizes, coefficients(), m, wanted=list(wanted))
    return {name: values.tobytes() for name, values in found.items()}


def test_each_outcome_alone_is_the_same_as_among_all(block: tuple[Block, Any]) -> None:
    every = outcomes(block, oc.OUTCOMES)
    assert tuple(every) == oc.OUTCOMES
    for count in (1, 2):
        for wanted in itertools.combinations(oc.OUTCOMES, count):
            assert outcomes(block, wanted) == {name: every[name] for name in wanted}, wanted
    assert outcomes(block, ()) == {}


@given(wanted=st.sets(st.sampled_from(oc.OUTCOMES)))
@settings(max_examples=50)
def test_any_choice_of_outcomes_is_the_same_as_among_all(block: tuple[Block, Any], wanted: set[str]) -> None:
    every = outcomes(block, oc.OUTCOMES)
    found = outcomes(block, wanted)
    assert found == {name: every[name] for name in wanted}
    assert list(found) == [name for name in oc.OUTCOMES if name in wanted]


def test_names_are_what_is_tested_here() -> None:
    # What the strategies above leave out would not be docked.
    drawn = {target.rsplit(".", 1)[0] if target.count(".") > 1 else target for target in targets_of(USED)}
    assert {f"levers.{p.id}" for p in ALL_POLICIES if p.id != "lean_reporting"} < drawn
    assert {f"parameters.{name}" for name in MECHANISMS} < drawn
    assert COMPANIES_PER_GRAPH == 32
