"""The compiled engine: how the work is cut, on how many threads, beside what and where it runs makes no difference."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Scenario, simulate
from sim.core import engine as engine_module
from sim.core.engine import BLOCK_LANES, Block, Engine
from sim.measures import MEASURES
from sim.parameters import coefficients, founding, population
from sim.settings import settings_of
from sim.simulation import Results

ROOT = Path(__file__).resolve().parents[2]
WEEKS = 16
OTHER_WIDTH = 4
# Different graphs, steps, worlds and levers side by side, so that blocks are cut in many ways.
SCENARIOS = (
    Scenario(name="plain"),
    Scenario(name="teams", levers={"cross_functional_teams": {"intensity": 0.5, "start": 3, "ramp": 4.5}}),
    Scenario(name="at once", levers={"joint_planning": {"intensity": 1.0, "ramp": 1}}),
    Scenario(name="clash", levers={"talk_first": 0.5}, clash={"week": 5, "share": 0.5}, parameters={"voice": 0.9}),
    Scenario(name="pinned", context={"meeting_culture": 0.9, "turbulence": 2.0}),
    Scenario(name="small", company={"marketing": 1, "sales": 2, "division_type": 3}),
    Scenario(
        name="broker",
        company={"marketing": 5, "sales": 8, "structure": "broker"},
        levers={"eye_level": {"steps": [{"intensity": 1.0, "ramp": 2}, {"intensity": 0.0, "start": 6, "ramp": 3.25}]}},
    ),
)
LANES = [(setting, number) for setting in range(len(SCENARIOS)) for number in (0, 1, 2, 31, 32, 33, 70)]

Lanes = dict[tuple[int, int], dict[str, bytes]]


def run(lanes: Sequence[tuple[int, int]] = LANES, **changes: Any) -> Lanes:
    """Return everything about lanes as bytes, by (setting, company number)."""
    engine = Engine(
        **{
            "settings": settings_of(SCENARIOS),
            "seed": 1,
            "weeks": WEEKS,
            "coefficients": coefficients(),
            "founding": founding(),
            "population": population(),
            "trace": True,
            **changes,
        }
    )
    found: Lanes = {}

    def collect(block: Block) -> None:
        for lane, key in enumerate(zip(block.setting.tolist(), block.number.tolist(), strict=True)):
            assert key not in found
            found[key] = {
                "measures": block.measures[..., lane].tobytes(),
                "people": block.people[..., lane].tobytes(),
                "ties": block.ties[..., lane].tobytes(),
                "context": block.context[lane].tobytes(),
                "need": block.need[lane].tobytes(),
            }

    setting, number = (np.array(column, dtype=np.int64) for column in zip(*lanes, strict=True))
    engine.run(setting, number, lambda block: block, collect)
    assert found.keys() == set(lanes)
    return found


@pytest.fixture(scope="module")
def expected() -> Lanes:
    return run()


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("block_lanes", [OTHER_WIDTH, BLOCK_LANES])
def test_width_of_blocks_and_threads_make_no_difference(expected: Lanes, block_lanes: int, threads: int) -> None:
    assert run(block_lanes=block_lanes, threads=threads) == expected


@given(st.permutations(LANES), st.integers(1, len(LANES)))
@settings(max_examples=20)
def test_neither_order_nor_company_of_lanes_makes_a_difference(
    expected: Lanes, lanes: list[tuple[int, int]], count: int
) -> None:
    found = run(lanes[:count])
    assert found == {lane: expected[lane] for lane in lanes[:count]}


@pytest.mark.parametrize("lane", [(0, 0), (3, 33), (6, 70)])
def test_a_lane_alone_is_the_same_as_among_others(expected: Lanes, lane: tuple[int, int]) -> None:
    assert run([lane]) == {lane: expected[lane]}


def test_other_scenarios_make_no_difference_to_one_with_fewer_steps(expected: Lanes) -> None:
    alone = run([(0, number) for number in (0, 32)], settings=settings_of(SCENARIOS[1:2]))
    assert alone == {(0, number): expected[1, number] for number in (0, 32)}


@pytest.mark.parametrize("numbers_in_memory", [1, 1000])
def test_drawing_in_pieces_makes_no_difference(
    expected: Lanes, monkeypatch: pytest.MonkeyPatch, numbers_in_memory: int
) -> None:
    monkeypatch.setattr(engine_module, "_DRAWS_IN_MEMORY", numbers_in_memory)
    assert run() == expected


@pytest.mark.parametrize("weeks", [1, 5, WEEKS - 1])
def test_a_shorter_horizon_is_the_beginning_of_a_longer_one(expected: Lanes, weeks: int) -> None:
    for lane, found in run(weeks=weeks).items():
        for name in ("measures", "people", "ties"):
            assert expected[lane][name].startswith(found[name]), (lane, name)


def test_other_seeds_and_companies_differ(expected: Lanes) -> None:
    other = run(seed=2)
    assert all(other[lane]["people"] != expected[lane]["people"] for lane in LANES)
    assert expected[0, 0]["people"] != expected[0, 1]["people"]


def test_the_same_company_has_the_same_people_and_draws_under_every_lever(expected: Lanes) -> None:
    demand = [np.frombuffer(expected[setting, 0]["measures"]).reshape(WEEKS, -1) for setting in (0, 1, 2)]
    column = MEASURES.index("demand")
    assert demand[0][:, column].tolist() == demand[1][:, column].tolist() == demand[2][:, column].tolist()
    assert expected[0, 0]["context"] == expected[1, 0]["context"]


# --- the front door ---------------------------------------------------------------------------------------------------


def simulated(scenarios: Sequence[Scenario] = SCENARIOS, **changes: Any) -> Results:
    return simulate(
        scenarios, **{"companies": 35, "weeks": WEEKS, "paths": True, "hours": True, "threads": 1, **changes}
    )


def assert_same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found.reset_index(drop=True), wanted.reset_index(drop=True), check_exact=True)


def test_frames_do_not_depend_on_threads_order_or_number_of_companies() -> None:
    whole = simulated()
    cases = {
        "threads": simulated(threads=3),
        "order": simulated(SCENARIOS[::-1]),
        "fewer scenarios": simulated(SCENARIOS[3:4]),
        "a single company": simulated(companies=1, first_company=33),
    }
    for case, other in cases.items():
        for name in ("outcomes", "paths", "hours"):
            found, wanted = getattr(other, name), getattr(whole, name)
            wanted = wanted[wanted["company"].isin(found["company"]) & wanted["scenario"].isin(found["scenario"])]
            by = ["scenario", "company"]
            found, wanted = (frame.sort_values(by, kind="stable") for frame in (found, wanted))
            assert len(found) == len(wanted) > 0, case
            assert_same(found, wanted)


def digest() -> str:
    """Return a hash of everything that comes out of a small run."""
    levers = {"cross_functional_teams": 0.4, "eye_level": {"intensity": 1.0, "start": 4, "ramp": 3}}
    found = simulated([Scenario(levers=levers)], seed=11)
    frames = (found.outcomes, found.paths, found.hours)
    return hashlib.sha256("".join(frame.to_csv() for frame in frames).encode()).hexdigest()


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_the_same_seed_gives_the_same_bytes_in_another_process(hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from tests.sim.test_engine import digest; print(digest())"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert done.stdout.strip() == digest()


def test_a_large_organisation_runs() -> None:
    scenario = Scenario(weeks=4, company={"marketing": 800, "sales": 1200})
    found = simulate(scenario, companies=2).outcomes
    assert np.isfinite(found.select_dtypes("number").to_numpy()).all()


# --- what the states do in time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ramp", [1.0, 4.0, 4.5, 7.25])
def test_one_off_costs_end_with_the_ramp(ramp: float) -> None:
    scenario = Scenario(weeks=30, levers={"joint_planning": {"intensity": 1.0, "start": 2.5, "ramp": ramp}})
    policy = next(policy for policy in scenario.all_policies() if policy.id == "joint_planning")
    cost = simulate(scenario, companies=1, paths=True).paths["lever_cost"]
    assert policy.one_off_cost > 0.0
    assert cost.iloc[0] == 0.0
    # Over the year the one-off cost has fallen due exactly once, whatever the ramp.
    assert cost.iloc[-1] == policy.running_cost
    one_off = (
        cost - policy.running_cost * cost.index.map(lambda week: min(1.0, max(0.0, (week - 1.5) / ramp)))
    ).sum() / 52
    assert one_off == pytest.approx(policy.one_off_cost)


def test_nobody_clashes_on_a_dormant_tie() -> None:
    company = {"marketing": 6, "sales": 6, "team_degree": 2.0}
    found = simulate(Scenario(weeks=1, company=company, clash={"week": 0}), companies=1, paths=True).paths
    # Every tie in use counts once on each side, and no other does.
    for side in ("marketing", "sales"):
        assert found[f"escalations_{side}"].item() * 6 == found["active_ties"].item()
