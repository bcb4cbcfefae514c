"""Rankings of levers are differences between settings that anybody can simulate."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest

from analysis.ranking.findings import MOST_IN_PAIRS, OUTCOMES, rank_levers
from analysis.ranking.runs import raised
from analysis.stats.intervals import mean_interval
from sim import Scenario, simulate
from sim.policies import ALL_POLICIES

BEFORE = Scenario(weeks=40, levers={"shared_goals": {"intensity": 0.4, "ramp": 1.0}, "lean_reporting": 0.0})
MOVES = {
    "joint_planning": {"intensity": 0.8, "start": 5},
    "shared_goals": {"steps": [{"intensity": 0.4, "ramp": 1.0}, {"intensity": 0.9, "start": 4}]},
    "job_rotation": 0.6,
}
AFTER = BEFORE.changed(levers={**BEFORE.levers, **MOVES})
COMPANIES = 20


@pytest.fixture(scope="module")
def ranking():
    return rank_levers(BEFORE, AFTER, companies=COMPANIES, seed=4)


def returns(*scenarios):
    """Simulate and return on sales by company, in the order of the scenarios."""
    named = [scenario.changed(name=str(k)) for k, scenario in enumerate(scenarios)]
    found = simulate(named, companies=COMPANIES, seed=4).outcomes
    return found["return_on_sales"].to_numpy().reshape(len(scenarios), COMPANIES)


def with_levers(**levers):
    return BEFORE.changed(levers={**BEFORE.levers, **levers})


def of(frame, **wanted):
    for name, value in wanted.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def check(row, difference):
    mean, half = mean_interval(difference)
    assert row["effect"] == pytest.approx(mean, rel=1e-9)
    assert (row["low"], row["high"]) == pytest.approx((mean - half, mean + half), rel=1e-9)


def test_a_move_alone_and_a_move_left_out(ranking):
    none, alone, both, after = returns(
        BEFORE,
        with_levers(job_rotation=0.6),
        with_levers(**{name: move for name, move in MOVES.items() if name != "job_rotation"}),
        AFTER,
    )
    wanted = {"outcome": "return_on_sales", "lever": "job_rotation"}
    check(of(ranking.effects, kind="alone", **wanted), alone - none)
    check(of(ranking.effects, kind="without", **wanted), after - both)
    row = of(ranking.effects, kind="alone", **wanted)
    assert row["probability"] == pytest.approx((alone > none).mean())


def test_every_lever_is_raised_to_full_strength(ranking):
    full = {"steps": [{"intensity": 0.4, "ramp": 1.0}, {"intensity": 1.0, "start": 0}]}
    none, goals, talk = returns(BEFORE, with_levers(shared_goals=full), with_levers(talk_first=1.0))
    wanted = {"outcome": "return_on_sales", "kind": "full"}
    check(of(ranking.effects, lever="shared_goals", **wanted), goals - none)
    check(of(ranking.effects, lever="talk_first", **wanted), talk - none)
    ranked = ranking.effects[(ranking.effects["kind"] == "full") & (ranking.effects["outcome"] == "friction")]
    assert set(ranked["lever"]) == {policy.id for policy in ALL_POLICIES}


def test_pairs_are_what_both_do_beyond_the_sum(ranking):
    none, plan, rotate, both = returns(
        BEFORE,
        with_levers(joint_planning=MOVES["joint_planning"]),
        with_levers(job_rotation=0.6),
        with_levers(joint_planning=MOVES["joint_planning"], job_rotation=0.6),
    )
    found = ranking.pairs[ranking.pairs["outcome"] == "return_on_sales"]
    assert len(found) == 3
    pair = found[
        [{"joint_planning", "job_rotation"} == {a, b} for a, b in zip(found["lever"], found["other"], strict=True)]
    ]
    check(pair.iloc[0], both - plan - rotate + none)


def test_costs_are_those_of_the_way_to_go(ranking):
    policies = {policy.id: policy for policy in ALL_POLICIES}
    assert set(ranking.moved) == set(MOVES)
    for kind, lever, today, target in (
        ("alone", "shared_goals", 0.4, 0.9),
        ("without", "shared_goals", 0.4, 0.9),
        ("full", "shared_goals", 0.4, 1.0),
        ("full", "talk_first", 0.0, 1.0),
    ):
        row = of(ranking.effects, outcome="friction", kind=kind, lever=lever)
        assert (row["today"], row["target"]) == (today, target)
        assert row["running"] == pytest.approx((target - today) * policies[lever].running_cost)
        assert row["once"] == pytest.approx((target - today) * policies[lever].one_off_cost)


def test_what_is_at_full_strength_is_not_raised_and_nothing_moved_has_no_pairs():
    full = Scenario(weeks=20, levers={"talk_first": {"intensity": 1.0, "ramp": 1.0}})
    found = rank_levers(full, full, companies=2)
    assert "talk_first" not in set(found.effects["lever"])
    assert found.moved == ()
    assert set(found.effects["kind"]) == {"full"}
    assert found.pairs.empty


def test_a_lever_that_is_taken_away_counts_as_moved():
    found = rank_levers(BEFORE, BEFORE.changed(levers={}), companies=2)
    assert found.moved == ("shared_goals",)
    row = of(found.effects, outcome="friction", kind="alone", lever="shared_goals")
    assert row["running"] < 0.0
    assert row["once"] == 0.0


def test_pairs_are_of_the_strongest_moves_only():
    every = Scenario(weeks=8).changed(levers={policy.id: 1.0 for policy in ALL_POLICIES[:9]})
    found = rank_levers(Scenario(weeks=8), every, companies=2)
    assert len(found.pairs) == len(OUTCOMES) * MOST_IN_PAIRS * (MOST_IN_PAIRS - 1) // 2


def test_work_is_done_in_turns_and_ends_when_it_is_called_off():
    turns, told = [], []

    @contextmanager
    def turn():
        turns.append(True)
        yield

    rank_levers(
        Scenario(weeks=4), AFTER.changed(weeks=4), companies=40, turn=turn, progress=lambda *at: told.append(at)
    )
    assert len(turns) == 6
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]

    def enough(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank_levers(BEFORE, AFTER, companies=40, progress=enough)


def test_a_new_lever_pays_for_its_introduction():
    assert len(raised(BEFORE, "lean_reporting").schedule()) == 1
    assert [step.intensity for step in raised(BEFORE, "shared_goals").schedule()] == [0.4, 1.0]
    assert np.isfinite(
        simulate(with_levers(shared_goals=raised(BEFORE, "shared_goals")), companies=2).outcomes["trust"]
    ).all()
