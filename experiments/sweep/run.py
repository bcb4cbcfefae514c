"""Running a sweep: pool out chunks, stores what comes back, and survives what can go wrong on the way."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from experiments.plan.plan import Plan
from experiments.sweep.executors import NO_WORKER, WorkerPool, attempt, worker_pool
from experiments.sweep.jobs import Job, SimulationJob
from experiments.sweep.store import Store
from experiments.sweep.tasks import parquet
from experiments.sweep.workers import NoWorkerError, TaskError, WorkerDiedError
from sim.errors import BadInputError, StoppedError, phrase

_STRIKES: Final = 2
"""How often a chunk may take its worker down, alone with it, before it counts as failed."""
_GLANCE: Final = 1.0
"""Seconds after which to look whether anybody is still there."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that whoever waits for a sweep may want to know.

    Attributes
    ----------
    kind
        ``found``: stored already; ``done``; ``failed``; ``damaged``: a file that is made anew; ``died``: a worker
        process; ``waiting``: for workers, as there are none; ``stopping``: Ctrl-C was pressed and chunks under way are
        finished.
    runs
        How many runs it is about.
    what
        File or chunk, or the error.
    """

    kind: str
    runs: int = 0
    what: str = ""


@dataclass(slots=True)
class Outcome:
    """The outcome of running a sweep.

    Attributes
    ----------
    folder
        Its store.
    chunks, computed
        Number of chunks in all, and of those computed this time.
    failed
        Chunks that could not be computed; the same call tries them again.
    damaged
        Names of files that were found damaged and made anew.
    """

    folder: Path
    chunks: int
    computed: int = 0
    failed: list[int] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Return whether all chunks are stored."""
        return not self.failed


def run(
    work: Plan | Job,
    out: str | Path,
    *,
    executor: str | Executor = "threads",
    workers: int | None = None,
    scheduler: str | None = None,
    report: Callable[[Event], None] | None = None,
) -> Outcome:
    """Run a sweep into a folder, or go on with one there. The result is the same whoever computes it, and when.

    Parameters
    ----------
    work
        A plan, or another job.
    out
        A new folder, or that of the same sweep.
    executor
        ``"threads"``, ``"processes"``, ``"serial"`` or anything with the interface of
        :class:`concurrent.futures.Executor`. With ``"processes"``, a script must guard its main part as
        :mod:`multiprocessing` asks for.
    workers
        How many; as many as there are processors if None.
    scheduler
        Address of a Dask scheduler, or ``"local"``; comes before ``executor``.
    report
        Is told what happens.

    Raises
    ------
    BadInputError
        Before anything is computed: for a folder that holds something else or cannot be written.
    StoppedError
        If the disk is full or the workers are gone; what is stored stays.
    KeyboardInterrupt
        After Ctrl-C, when chunks under way are stored; at once if it is pressed again.
    """
    job = SimulationJob(work) if isinstance(work, Plan) else work
    manifest, design = job.manifest(), parquet(job.design())
    store = Store.begin(Path(out), manifest, design)
    tell = report or (lambda event: None)
    if not os.access(store.folder, os.W_OK) and (known := _stored(store, job)) is not None:
        tell(Event("found", job.runs))
        return known
    with store.locked():
        mended = store.restore(manifest, design)
        found = store.inventory()
        for path in found.foreign:
            # Programs that read parts/*.parquet would take it for results; but it is not ours to remove.
            raise BadInputError("foreign", file=str(path), allowed=phrase("elsewhere"))
        outcome = Outcome(store.folder, job.chunks, damaged=[*mended, *(path.name for path in found.damaged)])
        for name in outcome.damaged:
            tell(Event("damaged", what=name))
        # Now: later, a part that was computed anew may have the name of the damaged one.
        store.discard(found.damaged)
        if found.parts:
            tell(Event("found", sum(job.chunk_runs(chunk) for chunk in found.parts)))
        missing = [chunk for chunk in range(job.chunks) if chunk not in found.parts]
        if missing:
            store.unseal()
            with worker_pool(executor, workers, scheduler) as pool:
                _Shift(job, store, pool, outcome, tell).work(missing)
            # Which of them failed first depends on who computed them.
            outcome.failed.sort()
        if outcome.complete:
            store.seal()
    return outcome


def _stored(store: Store, job: Job) -> Outcome | None:
    """Return the outcome of a complete and sound sweep; None if anything is left to do."""
    found = store.inventory()
    if found.damaged or found.foreign or len(found.parts) < job.chunks:
        return None
    return Outcome(store.folder, job.chunks)


@dataclass(slots=True)
class _Shift:
    """One go at the missing chunks."""

    job: Job
    store: Store
    pool: WorkerPool
    outcome: Outcome
    tell: Callable[[Event], None]
    under_way: dict[Future[bytes], int] = field(default_factory=dict)
    waiting: bool = False

    def work(self, missing: Iterable[int]) -> None:
        queue = deque(missing)
        suspects: deque[int] = deque()
        try:
            while queue or suspects or self.under_way:
                if not suspects:
                    self._hand_out(queue)
                elif not self.under_way:
                    # A worker died over one of these, perhaps for the memory that others took. Now it is alone.
                    self._alone(suspects.popleft())
                    continue
                suspects += self._collect()
        except KeyboardInterrupt:
            self._stop()
            raise
        except BaseException:
            self._give_up()
            raise

    def _hand_out(self, queue: deque[int]) -> None:
        slots = self._slots()
        # A bounded number: what waits to be stored is held in memory. Two for each slot, so that nobody waits for us.
        while queue and len(self.under_way) < 2 * max(1, slots):
            self._submit(queue.popleft())

    def _slots(self) -> int:
        slots = self.pool.slots()
        if slots == 0 and not self.waiting:
            self.tell(Event("waiting"))
        self.waiting = slots == 0
        return slots

    def _submit(self, chunk: int) -> None:
        task = self.job.task(chunk)
        try:
            self.under_way[self.pool.executor.submit(attempt, task)] = chunk
        except (BrokenExecutor, CancelledError, RuntimeError, OSError) as error:
            # A RuntimeError is how an executor says that it was shut down.
            raise self._stopped(error) from error

    def _collect(self) -> list[int]:
        """Store what is done; return chunks over which a worker died."""
        done: set[Future[bytes]] = set()
        while not done:
            done, _ = wait(self.under_way, timeout=_GLANCE, return_when=FIRST_COMPLETED)
            if not done:
                self._slots()
                if self.pool.gone():
                    raise self._stopped()
        lost = [future for future in done if not self._settle(future)]
        for future in lost:
            error = CancelledError() if future.cancelled() else future.exception()
            if not isinstance(error, WorkerDiedError):
                raise self._stopped(error)
        if lost:
            self.tell(Event("died", what=str(len(lost))))
        return sorted(self.under_way.pop(future) for future in lost)

    def _settle(self, future: Future[bytes]) -> bool:
        """Store a chunk or its failure; return False if whoever worked on it is no more."""
        if future.cancelled() or isinstance(error := future.exception(), BrokenExecutor | CancelledError):
            return False
        if isinstance(error, KeyboardInterrupt):
            raise error  # from a worker at the same terminal
        chunk = self.under_way[future]
        if error is not None:
            del self.under_way[future]
            self._fail(chunk, TaskError.of(error))
            return True
        self.store.keep(chunk, future.result())
        # Only now: if this is interrupted before, whoever clears up stores it.
        del self.under_way[future]
        self.outcome.computed += 1
        self.tell(Event("done", self.job.chunk_runs(chunk)))
        return True

    def _alone(self, chunk: int) -> None:
        for _ in range(_STRIKES):
            self._submit(chunk)
            if not self._collect():
                return
        self._fail(chunk, TaskError(str(phrase("chunk_killed")), ""))

    def _fail(self, chunk: int, error: TaskError) -> None:
        self.store.fail(chunk, error.error, error.trace)
        self.outcome.failed.append(chunk)
        self.tell(Event("failed", self.job.chunk_runs(chunk), f"{chunk}: {error.error}"))

    def _stopped(self, error: BaseException | None = None) -> StoppedError:
        why = self.pool.gone() or f"{type(error).__name__}: {error}".removesuffix(": ")
        if isinstance(error, NoWorkerError) and not error.args:
            why = NO_WORKER
        return StoppedError(phrase("stopped_workers", reason=why))

    def _stop(self) -> None:
        """Finish what is under way, so that nothing is computed in vain."""
        self.tell(Event("stopping"))
        running = {future for future in self.under_way if future.running() or future.done()}
        if not any(future.running() for future in running):
            # Some executors do not tell what they are working on.
            running = set(self.under_way)
        for future in set(self.under_way) - running:
            future.cancel()
        while running and self.pool.slots() and not self.pool.gone():
            done, running = wait(running, timeout=_GLANCE, return_when=FIRST_COMPLETED)
            for future in done:
                if not future.cancelled() and future.exception() is None:
                    self._settle(future)

    def _give_up(self) -> None:
        """Keep at least what is done already."""
        for future, chunk in self.under_way.items():
            if not future.cancel() and future.done() and not future.cancelled() and future.exception() is None:
                with suppress(StoppedError):
                    self.store.keep(chunk, future.result())
                    self.outcome.computed += 1


__all__ = ["Event", "Outcome", "run"]
