"""The plans for sweeps: plans on the company of :mod:`benchmarks.cases`, and folders to run them into."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import experiments
from analysis.lattice.runs import lattice_levers, lattice_plan
from benchmarks import cases
from benchmarks.cases import WEEKS
from experiments.plan.plan import Plan
from experiments.sweep.jobs import SimulationJob
from sim import Scenario

FOLDER: Final = Path(".benchmarks")
"""Where sweeps are written to while they are measured: on the disk that holds the checkout, as results would be."""
POINTS: Final = 200
COMPANIES: Final = 32
LEVERS: Final = 15
"""Success factors: the levers of the complete lattice."""
MEMORY_WEEKS: Final = 4
_REST: Final = 0.2


def scenario() -> Scenario:
    """Return the company of 24 without levers."""
    return Scenario(name="reference", company=cases.scenarios(1)[0].company)


def levers(points: int = POINTS, companies: int = COMPANIES, *, seed: int = cases.SEED, weeks: int = WEEKS) -> Plan:
    """Return a Latin hypercube over the intensities of all levers, all outcomes kept."""
    return Plan(
        scenarios=[scenario()],
        factors={"levers.*": {}},
        design={"kind": "latin_hypercube", "points": points},
        companies=companies,
        seed=seed,
        weeks=weeks,
    )


def lattice(companies: int, first: int = LEVERS, *, weeks: int = WEEKS) -> Plan:
    """Return the complete lattice of the first so many success factors."""
    base = scenario()
    return lattice_plan(base, lattice_levers(base)[:first], companies=companies, seed=cases.SEED, weeks=weeks)


def growing(runs: int) -> Plan:
    """Return a plan of about so many short runs: the design grows, the companies remain the same."""
    plan = levers(max(1, round(runs / COMPANIES)), weeks=MEMORY_WEEKS)
    return plan.changed(rows="points", outcomes=("return_on_sales", "cooperation_quality"))


@contextmanager
def folders() -> Iterator[Iterator[Path]]:
    """Give names of folders that do not exist yet; all are removed at the end."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as place:
        yield (Path(place) / str(k) for k in count())


def sweep(plan: Plan, folder: Path, **given: Any) -> None:
    """Run a plan into a folder as :func:`experiments.run` does, and see to it that all of it was computed."""
    if not (outcome := experiments.run(plan, folder, **given)).complete:
        raise RuntimeError(f"{len(outcome.failed)} of {outcome.chunks} chunks failed; what was measured is void")


def ready() -> int:
    """Load and do what every chunk needs, in a worker; return its process."""
    SimulationJob(levers(2, 1, weeks=1)).task(0)()
    # So that the next piece of work goes to another worker.
    time.sleep(_REST)
    return os.getpid()


def wait_for(executor: Executor, workers: int) -> None:
    """Wait until all worker processes of an executor are ready."""
    processes: set[int] = set()
    while len(processes) < workers:
        processes |= {future.result() for future in [executor.submit(ready) for _ in range(workers)]}
