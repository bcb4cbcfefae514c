"""Status of a sweep, and a forecast of its time and size."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments.plan.plan import Plan
from experiments.sweep.executors import processors
from experiments.sweep.jobs import SimulationJob
from experiments.sweep.store import Store
from experiments.sweep.tasks import perform

_SAMPLE_RUNS: Final = 512
_SHARED: Final = 0.8
"""What a second processor is worth beside a first: two share memory and cache (measured: 1.6 to 1.75 together)."""


@dataclass(frozen=True, slots=True)
class Status:
    """Status of a sweep.

    Attributes
    ----------
    folder
        Its store.
    name
        Of its plan.
    chunks, runs
        In all.
    stored, damaged, failed
        Chunks that are stored and sound, files that are damaged or do not belong here, and chunks that could not be
        computed, with what was recorded of them.
    running
        Whether a process is at work.
    size
        Bytes of the sound parts.
    """

    folder: Path
    name: str
    chunks: int
    runs: int
    stored: int
    damaged: tuple[str, ...]
    failed: dict[int, str]
    running: bool
    size: int

    @property
    def complete(self) -> bool:
        """Return whether all chunks are stored and nothing else is there."""
        return self.stored == self.chunks and not self.damaged


def status(folder: str | Path) -> Status:
    """Return how far a sweep is; every part is read and its checksum compared.

    Raises
    ------
    BadInputError
        If the folder holds no sweep.
    """
    store = Store(Path(folder))
    manifest: dict[str, Any] = store.manifest()
    found = store.inventory()
    return Status(
        folder=store.folder,
        name=manifest["plan"].get("name") or manifest["plan"].get("function", ""),
        chunks=manifest["chunks"],
        runs=manifest["runs"],
        stored=len(found.parts),
        damaged=tuple(path.name for path in (*found.damaged, *found.foreign)),
        failed={chunk: store.failure(chunk).get("error", "") for chunk in found.failures if chunk not in found.parts},
        running=store.is_locked(),
        size=sum(path.stat().st_size for path in found.parts.values()),
    )


@dataclass(frozen=True, slots=True)
class Forecast:
    """Forecast of a plan's time and size.

    Attributes
    ----------
    points, runs, chunks
        How much there is to do.
    seconds
        Expected time, from a small sample that was run on this machine.
    size
        Expected bytes on disk, from the same sample.
    workers
        For how many workers that holds.
    """

    points: int
    runs: int
    chunks: int
    seconds: float
    size: int
    workers: int


def forecast(plan: Plan, workers: int | None = None) -> Forecast:
    """Return what a plan will take on this machine; runs a few hundred of its virtual companies to find out."""
    job, count = SimulationJob(plan), workers or processors()
    # Once to have everything loaded and compiled, once to be timed.
    perform(job.sample(1))
    task, scenarios = job.sample(_SAMPLE_RUNS), len(plan.scenarios)
    runs = len(task.points) * task.companies * scenarios
    begun = time.perf_counter()
    content = perform(task)
    each = (time.perf_counter() - begun) / runs
    # A row per point holds all of its companies.
    rows, all_rows = (runs, job.runs) if plan.rows == "companies" else (len(task.points), plan.points)
    together = 1.0 + _SHARED * (min(count, job.chunks) - 1)
    return Forecast(
        points=plan.points,
        runs=job.runs,
        chunks=job.chunks,
        seconds=each * job.runs / together,
        size=round(len(content) / rows * all_rows),
        workers=count,
    )


__all__ = ["Forecast", "Status", "forecast", "status"]
