"""The lattice that is timed is the complete one, and memory is counted for all processes that take part."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.lattice.runs import MEASURED
from benchmarks import lattice, plans
from sim.policies import SUCCESS_FACTORS


def test_the_lattice_has_all_success_factors() -> None:
    plan = plans.lattice(2)
    assert [factor.name for factor in plan.space] == [policy.id for policy in SUCCESS_FACTORS]
    assert (plan.runs, plan.horizon, plan.outcomes) == (2 * 2**15, 104, MEASURED)


def test_says_what_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "FOLDER", tmp_path)
    found = lattice.measure(1, 2, weeks=2, workers=1)
    assert (found.runs, found.levers, found.companies, found.weeks) == (4, 2, 1, 2)
    assert found.seconds > 0.0
    assert found.memory > found.stored > 0
    assert "2 levers x 1 companies x 2 weeks = 4 runs, 1 threads: " in lattice.words(found)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell")
def test_the_family_holds_who_was_started() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "print(flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        family = lattice.family(os.getpid())
        both, alone = lattice.in_use(family), lattice.in_use([os.getpid()])
        child.communicate(b"\n")
    assert family[0] == os.getpid()
    assert child.pid in family
    assert both > alone > 0
    # Who is gone uses nothing.
    assert lattice.in_use([child.pid]) == 0


def test_a_sweep_with_failures_is_no_measurement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_task: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr("experiments.sweep.tasks.SimulationTask.__call__", fail)
    with pytest.raises(RuntimeError, match="1 of 1 chunks failed"):
        plans.sweep(plans.levers(1, 1, weeks=1), tmp_path / "failed", executor="serial")
