"""The whole chain of a sensitivity analysis, from the design through worker processes and files to the indices.

Where the answer is known, and on the simulator where an assumption cannot matter.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.sensitivity.estimates import Sample
from analysis.sensitivity.findings import sensitivity_findings
from analysis.sensitivity.indices import important, morris_screening, sobol_indices
from analysis.sensitivity.runs import case_of, conclusions, indices_plan, screening_plan
from experiments.plan.designs import Morris, Saltelli, Space
from experiments.sweep.jobs import FunctionJob
from experiments.sweep.results import Sweep, open_sweep
from experiments.sweep.run import run
from sim.scenario import Scenario
from tests.analysis.sensitivity import known_functions as known


def values(sweep: Sweep, column: str) -> np.ndarray:
    return sweep.frame([column]).sort_values("point")[column].to_numpy()


def index(frame: pd.DataFrame, which: str) -> np.ndarray:
    return frame.loc[frame["index"] == which, "value"].to_numpy()


@pytest.fixture(scope="module")
def saltelli(tmp_path_factory):
    folder = tmp_path_factory.mktemp("known") / "sweep"
    job = FunctionJob(known.both, dict.fromkeys("abcdef", (0.0, 1.0)), Saltelli(samples=2048), seed=3)
    outcome = run(job, folder, executor="processes", workers=2)
    assert outcome.complete
    assert outcome.chunks > 10
    return open_sweep(folder)


def test_ishigami(saltelli):
    found = sobol_indices("abcdef", values(saltelli, "ishigami"), second_order=True, seed=1)
    variance = 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 1 / 2
    first = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.0, 0.0, 0.0, 0.0]) / variance
    together = 0.01 * np.pi**8 * (1 / 18 - 1 / 50) / variance
    total = first + together * np.array([1.0, 0.0, 1.0, 0.0, 0.0, 0.0])
    assert index(found.indices, "first") == pytest.approx(first, abs=0.03)
    assert index(found.indices, "total") == pytest.approx(total, abs=0.03)
    assert index(found.indices, "total")[3:].tolist() == [0.0, 0.0, 0.0]
    assert found.pairs is not None
    pairs = found.pairs.set_index(["first", "second"])["value"]
    assert pairs.pop(("a", "c")) == pytest.approx(together, abs=0.05)
    assert pairs.to_numpy() == pytest.approx(np.zeros(14), abs=0.05)
    assert important(found.indices) == ["a", "b", "c"]


def test_sobol_g(saltelli):
    found = sobol_indices("abcdef", values(saltelli, "g"), second_order=True, seed=1)
    parts = 1.0 / (3.0 * (1.0 + known.G) ** 2)
    variance = np.prod(1.0 + parts) - 1.0
    total = parts * np.prod(1.0 + parts) / (1.0 + parts)
    assert index(found.indices, "first") == pytest.approx(parts / variance, abs=0.03)
    assert index(found.indices, "total") == pytest.approx(total / variance, abs=0.03)
    assert found.pairs is not None
    assert found.pairs["value"].iloc[0] == pytest.approx(parts[0] * parts[1] / variance, abs=0.05)
    assert important(found.indices) == ["a", "b", "c"]


def test_a_plane_and_a_bend(tmp_path):
    bounds = dict.fromkeys("abcd", (0.0, 1.0))
    job = FunctionJob(known.linear, bounds, Morris(trajectories=60, levels=4), points_per_chunk=64)
    assert run(job, tmp_path / "sweep").chunks > 2
    sweep = open_sweep(tmp_path / "sweep")
    spaces, points = [Space(*limits) for limits in bounds.values()], sweep.design[list("abcd")].to_numpy()
    plane, bent = (
        morris_screening("abcd", spaces, points, values(sweep, column), seed=1) for column in ("plane", "bent")
    )
    assert plane["mu"].to_numpy() == pytest.approx(known.SLOPES)
    assert plane["mu_star"].to_numpy() == pytest.approx(np.abs(known.SLOPES))
    assert plane["sigma"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-9)
    # Two thirds of the way, from 0 or 1/3 or back: 4 x (1 - x) changes by +-8/9 over a step of 2/3.
    assert bent.loc["c", "mu"] == pytest.approx(0.5, abs=0.5)
    assert bent.loc["c", "sigma"] == pytest.approx(4.0 / 3.0, abs=0.1)
    assert bent.drop("c")["mu"].to_numpy() == pytest.approx(known.SLOPES[[0, 1, 3]])


def test_what_only_teams_can_feel_matters_for_nothing_where_there_are_none(tmp_path):
    # Without cross-functional teams their overhead and what they do to the channel are multiplied by zero.
    case = case_of(Scenario(name="no teams", levers={"joint_planning": 0.8, "constructive_conflict": 0.5}, weeks=26))
    factors = [f"coefficients.{name}" for name in ("team_hours", "team_channel", "conflict_gain", "need_hours")]
    plans = {
        "morris": screening_plan(case, factors, trajectories=10, companies=8),
        "sobol": indices_plan(case, factors, samples=32, companies=8),
    }
    samples = {}
    for name, plan in plans.items():
        run(plan, tmp_path / name)
        samples[name] = Sample(plan, conclusions(open_sweep(tmp_path / name), case))
    findings = sensitivity_findings(case, **samples)
    for table, strength in (("morris", "mu_star"), ("sobol", "total")):
        frame = findings.tables()[table]
        idle = frame["factor"].isin(factors[:2])
        assert (frame.loc[idle, strength] == 0.0).all()
        assert not frame.loc[idle, "decides"].any()
        # Of a share of few companies, an interval leaves open what is nought.
        share = frame["conclusion"].str.startswith("share_")
        assert not frame.loc[idle & ~share, "open"].any()
        felt = frame.loc[~idle & (frame["conclusion"] == "cooperation_quality"), strength]
        assert felt.max() > 0.0
    assert not set(factors[:2]) & set(findings.decided())
    assert set(findings.decided()) <= set(factors[2:])
    assert "coefficients.need_hours" in findings.deciding("coordination_efficiency")
