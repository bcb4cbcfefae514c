"""Other runners run what a sweep runs; otherwise their speed would say nothing."""

from pathlib import Path

import numpy as np
import pytest

import experiments
from benchmarks import peers, plans
from experiments.plan.plan import Plan
from sim.outcomes import OUTCOMES

POINTS, COMPANIES = 3, 2


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plans.levers(POINTS, COMPANIES, weeks=30)


@pytest.fixture(scope="module")
def swept(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> peers.Found:
    folder = tmp_path_factory.mktemp("sweep") / "swept"
    plans.sweep(plan, folder, executor="serial")
    frame = experiments.open(folder).frame()
    rows = frame[list(plan.outcomes)].to_dict("records")
    return dict(zip(zip(frame["point"], frame["company"], strict=True), rows, strict=True))


def test_the_sweep_keeps_every_outcome_of_every_run(swept: peers.Found) -> None:
    assert sorted(swept) == [(point, company) for point in range(POINTS) for company in range(COMPANIES)]
    assert all(tuple(row) == OUTCOMES for row in swept.values())
    # No two runs are the same one.
    assert len({row["return_on_sales"] for row in swept.values()}) == POINTS * COMPANIES


def test_batch_run_finds_what_the_sweep_finds(plan: Plan, swept: peers.Found) -> None:
    assert peers.batch_run(plan, 1) == swept


def test_agentpy_finds_what_the_sweep_finds(plan: Plan, swept: peers.Found) -> None:
    if why := peers.without_agentpy():
        pytest.skip(why)
    assert peers.agentpy_run(plan, 1) == swept


def test_points_are_told_by_lever(plan: Plan) -> None:
    found = peers.settings(plan)
    assert [list(levers) for levers in found] == [[factor.name for factor in plan.space]] * POINTS
    np.testing.assert_array_equal([list(levers.values()) for levers in found], plan.draw())


def test_agentpy_is_not_there_without_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "FOLDER", tmp_path)
    assert peers.INSTALL in peers.without_agentpy.__wrapped__()
