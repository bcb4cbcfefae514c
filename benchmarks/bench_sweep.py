"""Measurements of sweeps; see README.md. Nothing here fails because something is slow."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import peers, plans
from experiments.plan.plan import Plan
from experiments.sweep.jobs import SimulationJob
from experiments.sweep.tasks import parquet
from experiments.sweep.workers import Processes

FEW = 8
MANY = {1: 24, 2: 104}
"""Histories of a short and a long run of the peers, by processes; both are multiples of two companies."""
PEERS = {"batch_run": peers.batch_run, "agentpy": peers.agentpy_run}


@pytest.fixture(scope="module")
def fresh() -> Iterator[Iterator[Path]]:
    """Give names of new folders."""
    with plans.folders() as found:
        yield found


def enough(workers: int) -> None:
    """Skip what needs more processors than there are."""
    if workers > (os.cpu_count() or 1):
        pytest.skip("a single processor")


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def stored(folder: Path) -> int:
    """Return the bytes in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# --- histories per second, and who else runs the same model ----------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_sweep(benchmark: BenchmarkFixture, fresh: Iterator[Path], workers: int) -> None:
    """A Latin hypercube of 200 points over all levers on 32 companies, from an empty folder to a sealed one."""
    enough(workers)
    seed = iter(range(1, 100))

    def another() -> tuple[tuple[Plan, Path], dict[str, Any]]:
        # Other companies each time, which have to be founded.
        return (plans.levers(seed=next(seed)), next(fresh)), {}

    def work(plan: Plan, folder: Path) -> None:
        plans.sweep(plan, folder, executor="threads", workers=workers)

    benchmark.pedantic(work, setup=another, rounds=4, warmup_rounds=1)
    benchmark.extra_info.update(runs=plans.levers().runs, workers=workers)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("runner", ["batch_run", "agentpy"])
def test_peer(benchmark: BenchmarkFixture, runner: str, processes: int) -> None:
    """The Mesa engine under another runner. A short run before each long one tells what is not due to its histories.

    Mesa starts its processes at every call, AgentPy at the first one.
    """
    enough(processes)
    if runner == "agentpy" and (why := peers.without_agentpy()):
        pytest.skip(why)
    run, many = PEERS[runner], MANY[processes]
    few, short = plans.levers(FEW // 2, 2), []

    def start_up() -> None:
        short.append(seconds(lambda: run(few, processes)))

    def work() -> None:
        assert len(run(plans.levers(many // 2, 2), processes)) == many

    # What is loaded at the first call in this process is no matter of theirs.
    run(plans.levers(1, 1, weeks=1), 1)
    first = seconds(lambda: run(few, processes))
    benchmark.pedantic(work, setup=start_up, rounds=3 if processes == 1 else 2)
    benchmark.extra_info.update(
        runs=many, few=FEW, few_seconds=statistics.median(short), first_seconds=first, processes=processes
    )


# --- who computes ----------------------------------------------------------------------------------------------------


@contextmanager
def dask(workers: int) -> Iterator[tuple[Executor, dict[str, Any]]]:
    """Give a Dask cluster of processes on this machine."""
    distributed = pytest.importorskip("distributed")
    with ExitStack() as stack:
        local = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": 50}
        cluster = stack.enter_context(distributed.LocalCluster(n_workers=workers, threads_per_worker=1, **local))
        client = stack.enter_context(distributed.Client(cluster, set_as_default=False))
        yield client.get_executor(pure=False), {"scheduler": cluster.scheduler_address}


@contextmanager
def processes(workers: int) -> Iterator[tuple[Executor, dict[str, Any]]]:
    """Give worker processes."""
    pool = Processes(workers)
    try:
        yield pool, {"executor": pool}
    finally:
        pool.shutdown()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", ["threads", "processes", "dask"])
def test_scaling(benchmark: BenchmarkFixture, fresh: Iterator[Path], kind: str, workers: int) -> None:
    """The lattice of 11 levers on 4 companies, by workers that are ready."""
    enough(workers)
    plan = plans.lattice(4, 11)
    hands = {"threads": lambda _: nullcontext((None, {"executor": "threads"})), "processes": processes, "dask": dask}
    if kind == "threads":
        plans.ready()
    begin = time.perf_counter()
    with hands[kind](workers) as (pool, given):
        if pool is not None:
            plans.wait_for(pool, workers)
        start_up = time.perf_counter() - begin

        def work(folder: Path) -> None:
            plans.sweep(plan, folder, workers=workers, **given)

        benchmark.pedantic(work, setup=lambda: ((next(fresh),), {}), rounds=3)
    benchmark.extra_info.update(runs=plan.runs, workers=workers, start_up=0.0 if pool is None else start_up)


# --- the store -------------------------------------------------------------------------------------------------------


def test_store(benchmark: BenchmarkFixture, fresh: Iterator[Path]) -> None:
    """Four times the first plan in one thread; before each round the same chunks computed and encoded, not stored."""
    plan = plans.levers(4 * plans.POINTS)
    job = SimulationJob(plan)
    folders, computing, encoding = [], [], []

    def apart() -> tuple[tuple[Path], dict[str, Any]]:
        tables, contents = [], []
        computing.append(seconds(lambda: tables.extend(job.task(chunk)() for chunk in range(job.chunks))))
        encoding.append(seconds(lambda: contents.extend(parquet(table) for table in tables)))
        folders.append(next(fresh))
        return (folders[-1],), {}

    def work(folder: Path) -> None:
        plans.sweep(plan, folder, executor="serial")

    benchmark.pedantic(work, setup=apart, rounds=4, warmup_rounds=1)
    benchmark.extra_info.update(
        runs=plan.runs,
        chunks=job.chunks,
        outcomes=len(plan.outcomes),
        stored=stored(folders[-1]),
        # Without the warm-up.
        computing=statistics.median(computing[1:]),
        encoding=statistics.median(encoding[1:]),
    )


# --- a million runs, and the complete lattice ------------------------------------------------------------------------


def elsewhere(*command: str) -> dict[str, Any]:
    """Return what a module prints in a process of its own."""
    done = subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("runs", [1_000, 10_000, 100_000, 1_000_000])
def test_sweep_memory(benchmark: BenchmarkFixture, runs: int) -> None:
    """So many short runs in a process of their own; the peak counts."""
    found = benchmark.pedantic(elsewhere, args=("benchmarks.sweep_memory", str(runs)), rounds=1, iterations=1)
    benchmark.extra_info.update(found)


def test_lattice(benchmark: BenchmarkFixture) -> None:
    """All combinations of 15 levers on two companies, in two threads of a process of their own."""
    found = benchmark.pedantic(elsewhere, args=("benchmarks.lattice", "2", "--json"), rounds=1, iterations=1)
    benchmark.extra_info.update(found)
