"""Whole roadmaps: their numbers fit together, and the same seed gives the same."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.roadmap import NEVER, Problem, RoadmapFindings, find_roadmap, pose
from sim import simulate
from sim.errors import BadInputError
from sim.presets import preset

TOWER = preset("ivory_tower").scenario()
LEVERS = ["constructive_conflict", "talk_first", "lean_reporting", "clear_processes", "joint_planning"]


def question(**changes: object) -> Problem:
    return pose(TOWER, **{"budget": 0.1, "at_once": 1, "levers": LEVERS, "horizon": 60, **changes})


@pytest.fixture(scope="module")
def problem() -> Problem:
    return question()


@pytest.fixture(scope="module")
def roadmap(problem: Problem) -> RoadmapFindings:
    return find_roadmap(problem, companies=12, fresh=30, seed=3, threads=1)


def test_small_questions_are_answered_exactly(roadmap, problem):
    assert (roadmap.method, roadmap.counted, roadmap.share) == ("exact", True, 1.0)
    schedules = problem.limits.all_feasible(20_000)
    assert roadmap.feasible == roadmap.valued == len(schedules)
    assert roadmap.finalists == 16


def test_the_plan_keeps_the_limits(roadmap, problem):
    assert problem.limits.feasible(np.array([roadmap.schedule])).all()
    assert (roadmap.spending["due"] <= roadmap.spending["budget"]).all()
    assert (roadmap.rising["rising"] <= 1).all()
    assert len(roadmap.rising) == 60
    assert roadmap.costs.groupby("quarter")["due"].sum().to_numpy() == pytest.approx(roadmap.spending["due"].to_numpy())


def test_rows_of_the_plan_say_when_and_how_much(roadmap):
    plan = roadmap.plan.set_index("lever")
    assert 2 <= len(plan) < 5
    for lever, quarter in zip(roadmap.levers, roadmap.schedule, strict=True):
        assert (lever in plan.index) == (quarter != NEVER)
        if lever in plan.index:
            row = plan.loc[lever]
            assert row["start"] == 13 * quarter == 13 * row["quarter"]
            assert row["full"] == row["start"] + row["ramp"] - 1
            due = roadmap.costs[roadmap.costs["lever"] == lever]["due"]
            assert (row["dearest"], row["cost"]) == pytest.approx((due.max(), due[:5].sum()))
            assert row["running"] == pytest.approx(due.iloc[-1])
            assert row["worth_low"] < row["worth"] < row["worth_high"]
    assert plan["start"].is_monotonic_increasing


def test_it_is_judged_on_the_companies_of_the_front_door(roadmap, problem):
    both = [problem.scenario.changed(name="today"), problem.scheduled(roadmap.schedule, "plan")]
    known = simulate(both, companies=30, seed=3, threads=1).outcomes.groupby("scenario")["mean_return_on_sales"].mean()
    assert roadmap.baselines.loc["nothing", "mean"] == pytest.approx(known["today"], rel=1e-12)
    assert roadmap.baselines.loc["plan", "mean"] == pytest.approx(known["plan"], rel=1e-12)


def test_the_baselines_are_what_they_are_called(roadmap):
    table = roadmap.baselines
    assert list(table.index) == ["plan", "nothing", "earliest", "greedy", "runner_up", "everything"]
    assert table["feasible"].tolist() == [True] * 5 + [False]
    assert table.loc["nothing", ["difference", "low", "high"]].tolist() == [0.0, 0.0, 0.0]
    assert table.loc["plan", ["behind", "behind_low", "behind_high"]].tolist() == [0.0, 0.0, 0.0]
    assert table["behind"].to_numpy() == pytest.approx((table.loc["plan", "mean"] - table["mean"]).to_numpy())
    assert table.loc["earliest", "behind_low"] > 0.0
    assert roadmap.schedules["everything"] == (0,) * 5
    assert roadmap.schedules["nothing"] == (NEVER,) * 5
    assert roadmap.schedules["runner_up"] != roadmap.schedule


def test_the_path_adds_up_to_the_difference(roadmap):
    path = roadmap.path
    assert path[["first_week", "last_week"]].iloc[-1].tolist() == [52, 59]
    assert (path["plan"] - path["today"]).to_numpy() == pytest.approx(path["difference"].to_numpy())
    assert (path["greedy"] - path["today"]).to_numpy() == pytest.approx(path["greedy_difference"].to_numpy())
    assert (path["greedy_low"] < path["greedy_difference"]).all()
    weeks = (path["last_week"] - path["first_week"] + 1).to_numpy()
    assert path["greedy"].to_numpy() @ weeks / 60 == pytest.approx(roadmap.baselines.loc["greedy", "mean"])
    total = path[["cumulated_low", "cumulated", "cumulated_high"]].iloc[-1] * 52 / 60
    assert total.tolist() == pytest.approx(roadmap.baselines.loc["plan", ["low", "difference", "high"]].tolist())


def test_the_promise_is_the_gain_where_it_was_chosen_and_elsewhere(roadmap):
    promise = roadmap.promise
    assert promise.fresh == pytest.approx(roadmap.baselines.loc["plan", "difference"])
    assert promise.chosen_low < promise.chosen < promise.chosen_high
    assert promise.lost == pytest.approx(1.0 - promise.fresh / promise.chosen)


def test_a_large_question_is_searched_and_the_same_seed_answers_the_same():
    told: list[tuple[int, int]] = []
    problem = question(levers=None, at_once=3, outcome="escalations")
    arguments = {"companies": 6, "fresh": 6, "seed": 5, "effort": 700}
    first = find_roadmap(problem, **arguments, threads=1, progress=lambda done, total: told.append((done, total)))
    again = find_roadmap(problem, **arguments, threads=3)
    assert (first.method, first.counted) == ("search", False)
    assert 0.0 < first.share < 1.0
    assert first.to_json() == again.to_json()
    done = [pair[0] for pair in told]
    assert done == sorted(done)
    assert told[-1] == (first.histories, first.histories)
    assert all(pair[0] <= pair[1] for pair in told)
    # Less is better here.
    assert first.baselines.loc["plan", "difference"] < 0.0


def test_where_nothing_helps_the_plan_is_empty():
    # Rotation takes people away from their customers, and half a year is too short for it to come back.
    empty = find_roadmap(question(levers=["job_rotation"], horizon=26), companies=8, fresh=8, threads=1)
    assert empty.schedule == (NEVER,)
    assert empty.plan.empty
    assert empty.costs.empty
    assert (empty.promise.chosen, empty.promise.lost) == (0.0, 0.0)


def test_levers_that_no_plan_can_hold_are_named():
    levers = ("linked_systems", "talk_first")
    found = find_roadmap(question(budget=0.06, levers=levers, horizon=13), companies=2, fresh=2, threads=1)
    assert found.too_dear == ("linked_systems",)


def test_it_can_be_interrupted():
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_roadmap(question(), companies=4, fresh=4, threads=2, progress=stop)


@pytest.mark.parametrize(
    ("key", "value"),
    [("companies", 1), ("fresh", 1), ("fresh", 2.0), ("seed", -1), ("effort", 0), ("threads", 0), ("companies", True)],
)
def test_arguments_out_of_bounds_are_refused(key, value):
    with pytest.raises(BadInputError) as caught:
        find_roadmap(question(), **{key: value})
    assert caught.value.key == key
