"""Measurements of speed and memory; see README.md. Nothing here fails because something is slow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import assembly, cases, numpy_engine
from benchmarks.cases import LANES, WEEKS
from sim import OrganisationModel, Scenario, simulate

ROUNDS = 15


def measure(
    benchmark: BenchmarkFixture,
    work: Callable[[], object],
    *,
    company_weeks: int,
    ties: int | None = None,
    rounds: int = ROUNDS,
    **about: Any,
) -> None:
    """Time ``work`` and note what it cost per week of a company and per interface tie in use."""
    benchmark.pedantic(work, rounds=rounds, iterations=1, warmup_rounds=1)
    ties = cases.graph().ties if ties is None else ties
    benchmark.extra_info.update(ties=ties, company_weeks=company_weeks, **about)
    if benchmark.stats is not None:
        seconds = benchmark.stats["median"]
        benchmark.extra_info["us_per_company_week"] = 1e6 * seconds / company_weeks
        benchmark.extra_info["ns_per_tie_week"] = 1e9 * seconds / (company_weeks * ties)


# --- the core, the Mesa engine and plain NumPy, one after the other --------------------------------------------------


def test_core_settings(benchmark: BenchmarkFixture) -> None:
    """One company under 512 settings, on one thread, from founding to the last week."""

    def work() -> None:
        cases.run(cases.engine(cases.settings()), cases.one_company(LANES))

    measure(benchmark, work, company_weeks=LANES * WEEKS, rounds=50)


@pytest.mark.parametrize("block_lanes", [64, 128, 256])
def test_numpy_settings(benchmark: BenchmarkFixture, block_lanes: int) -> None:
    """The same as plain NumPy; the best width of blocks counts."""

    def work() -> None:
        cases.run(cases.engine(cases.settings(), block_lanes=block_lanes), cases.one_company(LANES))

    with numpy_engine.in_place_of_the_kernel():
        measure(benchmark, work, company_weeks=LANES * WEEKS, rounds=5)


def test_mesa(benchmark: BenchmarkFixture) -> None:
    """The weeks of one company agent by agent, without data collection; founding does not count."""
    scenario, rounds = cases.scenarios()[0], 7
    # One more for the warm-up; a model runs once.
    models = [OrganisationModel(scenario, seed=cases.SEED, weeks=WEEKS, collect=()) for _ in range(rounds + 1)]

    def work() -> None:
        model = models.pop()
        for _ in range(WEEKS):
            model.step()

    measure(benchmark, work, company_weeks=WEEKS, rounds=rounds)


def test_core_companies(benchmark: BenchmarkFixture) -> None:
    """512 companies in one setting: every lane has people and chance of its own."""

    def work() -> None:
        cases.run(cases.engine(cases.settings()), cases.one_setting(LANES))

    measure(benchmark, work, company_weeks=LANES * WEEKS, rounds=50)


# --- threads, and the front door -------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2])
def test_threads(benchmark: BenchmarkFixture, threads: int) -> None:
    """Four companies under 512 settings."""
    if threads > (os.cpu_count() or 1):
        pytest.skip("a single processor")
    lanes = cases.one_company(4 * LANES)
    setting, number = lanes[0] % LANES, lanes[0] // LANES

    def work() -> None:
        cases.run(cases.engine(cases.settings(), threads=threads), (setting, number))

    measure(benchmark, work, company_weeks=4 * LANES * WEEKS, threads=threads)


@pytest.mark.parametrize("threads", [1, None], ids=["one_thread", "all_threads"])
def test_simulate(benchmark: BenchmarkFixture, threads: int | None) -> None:
    """500 companies x 2 settings x 104 weeks through the front door, with outcomes as a frame."""
    company = cases.scenarios(1)[0].company
    batch = [
        Scenario(name="as it is", company=company),
        Scenario(name="planned jointly", company=company, levers={"joint_planning": 0.8}),
    ]

    def work() -> None:
        found = simulate(batch, companies=500, seed=cases.SEED, weeks=WEEKS, threads=threads)
        assert len(found.outcomes) == 1000

    # Nobody uses teams here.
    ties = cases.graph().regular_ties
    measure(benchmark, work, company_weeks=1000 * WEEKS, ties=ties, threads=threads or os.cpu_count())


# --- growth: people, weeks, lanes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [24, 200, 1000, 5000])
def test_people(benchmark: BenchmarkFixture, people: int) -> None:
    """One company of that size under 128 settings."""
    lanes, rounds = 128, 3 if people > 200 else ROUNDS

    def work() -> None:
        cases.run(cases.engine(cases.settings(lanes, people)), cases.one_company(lanes))

    ties = cases.graph(people).ties
    measure(benchmark, work, company_weeks=lanes * WEEKS, ties=ties, rounds=rounds, people=people)


@pytest.mark.parametrize("weeks", [52, 104, 208, 416])
def test_weeks(benchmark: BenchmarkFixture, weeks: int) -> None:
    """One company of 24 under 512 settings."""

    def work() -> None:
        cases.run(cases.engine(cases.settings(), weeks=weeks), cases.one_company(LANES))

    measure(benchmark, work, company_weeks=LANES * weeks, weeks=weeks)


@pytest.mark.parametrize("lanes", [1_000, 10_000, 100_000])
def test_memory(benchmark: BenchmarkFixture, lanes: int) -> None:
    """So many companies in a process of their own that reduces their outcomes to a number; the peak counts."""

    def work() -> dict[str, int]:
        command = [sys.executable, "-m", "benchmarks.memory", str(lanes)]
        found: dict[str, int] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return found

    benchmark.extra_info.update(benchmark.pedantic(work, rounds=1, iterations=1))


# --- the compiled code -----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not assembly.can_read(), reason="no x86-64 processor")
def test_assembly(benchmark: BenchmarkFixture) -> None:
    """Compile the kernel and count packed arithmetic in its tie loop."""
    text = benchmark.pedantic(assembly.kernel_assembly, rounds=1, iterations=1)
    loop = assembly.tie_loop(text)
    benchmark.extra_info.update(
        packed=loop.packed.total(), scalar=loop.scalar.total(), width=loop.width, fused=assembly.fused(text)
    )
