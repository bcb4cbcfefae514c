"""A roadmap under every set of an ensemble: the same as simulating its plans under the set."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from analysis.roadmap import NEVER, find_roadmap, pose
from analysis.roadmap.ensemble import histories, under_sets
from analysis.roadmap.evaluate import Evaluator
from experiments.ensemble import shipped
from sim import Scenario, simulate
from sim.lanes import Founded
from sim.presets import preset

SETS = shipped().first(4)
LEVERS = ["talk_first", "joint_planning", "job_rotation"]


@pytest.fixture(scope="module")
def problem():
    return pose(preset("ivory_tower").scenario(), budget=0.2, levers=LEVERS, horizon=39)


@pytest.fixture(scope="module")
def roadmap(problem):
    return find_roadmap(problem, companies=6, fresh=10, seed=2, threads=1, effort=2000)


@pytest.fixture(scope="module")
def over(problem, roadmap):
    told = []
    found = under_sets(problem, roadmap, SETS, progress=told.append)
    assert sum(told) == histories(problem, roadmap, len(SETS))
    return found


def test_values_are_those_of_the_scenario_under_the_set(over, problem):
    for k in range(len(SETS)):
        scenarios = [
            SETS.scenario(problem.scheduled(schedule, f"way {i}"), k)
            for i, schedule in enumerate(dict.fromkeys(over.schedules.values()))
        ]
        found = simulate(scenarios, companies=10, seed=2, threads=1).outcomes
        means = found.groupby("scenario", sort=False)["mean_return_on_sales"].mean().to_numpy()
        mine = {schedule: over.value(name)[k] for name, schedule in over.schedules.items()}
        assert list(mine.values()) == pytest.approx(means, rel=1e-13)


def test_each_company_is_the_same_to_the_last_bit(roadmap, problem):
    schedule = np.array([roadmap.schedule])
    founded = Founded()
    for k in range(len(SETS)):
        under = replace(problem, scenario=SETS.scenario(problem.scenario, k))
        found = Evaluator(under, np.arange(10), 2, founded=founded).values(schedule)[0]
        scenario = SETS.scenario(problem.scheduled(roadmap.schedule, "plan"), k)
        wanted = simulate(scenario, companies=10, seed=2, threads=1).outcomes["mean_return_on_sales"]
        assert found.tolist() == wanted.tolist()


def test_the_default_is_where_the_roadmap_is(over, roadmap):
    for name, row in roadmap.baselines.iterrows():
        assert over.value(str(name))[0] == pytest.approx(row["mean"], rel=1e-12)
        if name != "plan":
            assert over.beats[str(name)].conclusion.strength[0] == pytest.approx(row["behind"], abs=1e-12)
    assert over.gain.conclusion.strength == pytest.approx(over.value("plan") - over.value("nothing"))


def test_what_comes_first(over, roadmap):
    shares = over.shares()
    assert list(shares.index) == [*roadmap.levers, "nothing"]
    assert shares["alone"].sum() == pytest.approx(1.0)
    assert shares["in_best"].sum() >= 1.0
    starts = [start for start in roadmap.schedule if start != NEVER]
    first = [
        name for name, start in zip(roadmap.levers, roadmap.schedule, strict=True) if starts and start == min(starts)
    ]
    assert list(over.first) == first
    lone = {name: over.value(f"only {name}") for name in roadmap.levers if f"only {name}" in over.schedules}
    top = np.stack([*lone.values(), over.value("nothing")]).argmax(axis=0)
    for k, name in enumerate(lone):
        assert shares.loc[name, "alone"] == np.mean(top == k)


def test_finalists_are_rivals(over, problem, roadmap):
    assert roadmap.finals[0] == roadmap.schedule
    assert roadmap.finals[1] == roadmap.schedules["runner_up"]
    assert [over.schedules[f"finalist {k}"] for k in range(3, len(roadmap.finals) + 1)] == list(roadmap.finals[2:])
    allowed = [
        name
        for name in over.schedules
        if problem.limits.feasible(np.array([over.schedules[name]]))[0] and not over.same(name)
    ]
    best = np.max([over.value(name) for name in allowed], axis=0)
    assert over.best.conclusion.holds.tolist() == (over.value("plan") > best).tolist()


def test_less_may_be_better():
    problem = pose(Scenario(weeks=26), budget=0.2, levers=["talk_first"], outcome="escalations")
    found = find_roadmap(problem, companies=4, fresh=6, threads=1)
    over = under_sets(problem, found, SETS)
    assert over.gain.conclusion.strength == pytest.approx(over.value("nothing") - over.value("plan"))


def test_where_nothing_is_the_plan():
    problem = pose(Scenario(weeks=13), budget=0.5, levers=["job_rotation"])
    found = find_roadmap(problem, companies=4, fresh=4, threads=1)
    assert set(found.schedule) == {NEVER}
    over = under_sets(problem, found, SETS)
    assert over.first == ()
    assert over.opening is None
    assert over.gain.conclusion.share == 0.0
    assert over.shares().loc["nothing", "in_best"] == over.best.conclusion.share


def test_json_and_tables(over):
    found = over.findings({"of": 7})
    data, tables = found.json, found.tables
    json.dumps(data)
    assert data["of"] == 7
    assert data["sets"] == len(SETS)
    assert data["ways"]["plan"]["plan_beats"] is None
    assert data["ways"]["nothing"]["plan_beats"] == data["gain"]
    assert tables["ensemble_ways"]["plan"].tolist() == over.value("plan").tolist()
    assert {"gain", "beats nothing"} < set(tables["ensemble"]["conclusion"])
