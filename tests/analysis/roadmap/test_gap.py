"""The search on the simulator, against the best of all feasible schedules."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.roadmap import gap, pose, shrunk
from sim.errors import BadInputError
from sim.policies import ALL_POLICIES
from sim.presets import preset

IDS = [policy.id for policy in ALL_POLICIES]


@pytest.mark.slow(5)
@pytest.mark.parametrize("seed", range(6))
def test_the_search_finds_the_true_optimum_of_small_roadmaps(seed):
    rng = np.random.default_rng(seed)
    scenario = preset(str(rng.choice(["reference", "ivory_tower", "meeting_culture"]))).scenario()
    problem = pose(
        scenario,
        budget=float(rng.uniform(0.12, 0.18)),
        at_once=int(rng.integers(2, 4)),
        levers=rng.choice(IDS, 5, replace=False).tolist(),
        horizon=52,
        outcome=str(rng.choice(["return_on_sales", "cooperation_quality", "escalations"])),
    )
    # So little effort that the search cannot try everything, too.
    found = gap(problem, companies=16, seed=seed, effort=3_000, few=8)
    assert found.valued < 0.6 * found.feasible
    assert found.share == 0.0
    assert found.found == found.best
    assert problem.better * found.today <= problem.better * found.greedy <= problem.better * found.best


def test_a_gap_is_a_share_of_what_can_be_gained():
    problem = pose(preset("reference").scenario(), budget=0.1, levers=["talk_first", "eye_level"], horizon=26)
    found = gap(problem, companies=4, effort=1)
    assert (found.feasible, found.histories > 0) == (9, True)
    assert 0.0 <= found.share <= 1.0
    assert found.share == (found.best - found.found) / (found.best - found.today)


def test_what_is_too_large_for_the_truth_is_refused():
    with pytest.raises(BadInputError, match="20000") as caught:
        gap(pose(preset("reference").scenario(), budget=0.3))
    assert caught.value.key == "levers"


def test_a_small_question_keeps_all_but_size():
    problem = pose(preset("reference").scenario(), budget=0.3, at_once=3, outcome="escalations")
    small = shrunk(problem, ["shared_goals", "eye_level"], 700)
    assert {"shared_goals", "eye_level"} < set(small.levers) < set(problem.levers)
    # Who is not named follows by number.
    assert small.levers[0] == "constructive_conflict"
    assert (small.horizon, small.outcome) == (52, "escalations")
    assert (small.limits.budget, small.limits.at_once) == (0.3, 3)
    assert len(small.limits.all_feasible(700)) <= 700
    assert shrunk(problem, small.levers, 20_000).horizon == 52


def test_a_question_that_is_small_already_stays():
    problem = pose(preset("reference").scenario(), budget=0.1, levers=["talk_first", "eye_level"], horizon=100)
    small = shrunk(problem)
    assert (small.levers, small.horizon) == (problem.levers, 100)
    assert shrunk(problem, most=30).horizon == 52
    assert shrunk(pose(problem.scenario, budget=0.1, horizon=20, levers=["talk_first"])).horizon == 20


def test_what_no_budget_fits_does_not_make_the_small_question_impossible():
    problem = pose(preset("reference").scenario(), budget=0.06, levers=["linked_systems", "talk_first", "eye_level"])
    assert shrunk(problem, most=5).levers == ("talk_first",)


def test_progress_reaches_the_end():
    told: list[tuple[int, int]] = []
    problem = pose(preset("reference").scenario(), budget=0.1, levers=["talk_first", "eye_level"], horizon=26)
    gap(problem, companies=4, effort=1, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (36, 36)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
