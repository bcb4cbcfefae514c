"""Running a sweep: hands out chunks, stores what comes back, and survives what can go wrong on the way."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from experiments.plan.plan import Plan
from experiments.sweep.executors import Crew, crew
from experiments.sweep.jobs import Job, SimulationJob
from experiments.sweep.store import Store
from experiments.sweep.tasks import parquet, perform
from sim.errors import Phrase, StoppedError, phrase

_STRIKES: Final = 2
"""How often a chunk may take its worker down, alone with it, before it counts as failed."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that whoever waits for a sweep may want to know.

    Attributes
    ----------
    kind
        ``found``: stored already; ``done``; ``failed``; ``damaged``: a part that is computed anew; ``died``: a worker
        process; ``stopping``: Ctrl-C was pressed and chunks under way are finished.
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
    """What became of a sweep.

    Attributes
    ----------
    folder
        Its store.
    chunks, computed
        Number of chunks in all, and of those computed this time.
    failed
        Chunks that could not be computed; the same call tries them again.
    damaged
        Names of parts that were found damaged and computed anew.
    """

    folder: Path
    chunks: int
    computed: int = 0
    failed: list[int] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether all chunks are stored."""
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
    store = Store.begin(Path(out), job.manifest(), parquet(job.design()))
    tell = report or (lambda event: None)
    with store.locked():
        store.clean()
        found = store.inventory()
        outcome = Outcome(store.folder, job.chunks, damaged=[path.name for path in found.damaged])
        for name in outcome.damaged:
            tell(Event("damaged", what=name))
        if found.parts:
            tell(Event("found", sum(job.chunk_runs(chunk) for chunk in found.parts)))
        missing = [chunk for chunk in range(job.chunks) if chunk not in found.parts]
        if missing:
            store.unseal()
            with crew(executor, workers, scheduler) as hands:
                _Shift(job, store, hands, outcome, tell).work(missing)
        for path in found.damaged:
            path.unlink(missing_ok=True)
        if outcome.complete and not store.sealed:
            store.seal()
    return outcome


@dataclass(slots=True)
class _Shift:
    """One go at the missing chunks."""

    job: Job
    store: Store
    hands: Crew
    outcome: Outcome
    tell: Callable[[Event], None]
    under_way: dict[Future[bytes], int] = field(default_factory=dict)

    def work(self, missing: Iterable[int]) -> None:
        queue = deque(missing)
        suspects: deque[int] = deque()
        try:
            while queue or suspects or self.under_way:
                if suspects and not self.under_way:
                    # One of these took its worker down. Alone, each can only take down its own.
                    self._alone(suspects.popleft())
                    continue
                if not suspects:
                    self._hand_out(queue)
                suspects += self._collect()
        except KeyboardInterrupt:
            self._stop()
            raise
        except BaseException:
            for future in self.under_way:
                future.cancel()
            raise

    def _hand_out(self, queue: deque[int]) -> None:
        # A bounded number: what waits to be stored is held in memory. Two for each slot, so that nobody waits for us.
        while queue and len(self.under_way) < 2 * max(1, self.hands.slots()):
            chunk = queue.popleft()
            try:
                self.under_way[self.hands.executor.submit(perform, self.job.task(chunk))] = chunk
            except BrokenExecutor:
                # It broke since the last look; the futures under way say so, too.
                queue.appendleft(chunk)
                return self._renew() if not self.under_way else None
        return None

    def _collect(self) -> list[int]:
        """Store what is done; return chunks that were under way when a worker died."""
        done, _ = wait(self.under_way, return_when=FIRST_COMPLETED)
        broken = []
        for future in done:
            chunk = self.under_way.pop(future)
            if not self._settle(chunk, future):
                broken.append(chunk)
        if broken:
            # The others under way are lost as well, now or in a moment.
            wait(self.under_way)
            for future, chunk in self.under_way.items():
                if not self._settle(chunk, future):
                    broken.append(chunk)
            self.under_way.clear()
            self.tell(Event("died", what=str(len(broken))))
            self._renew()
        return sorted(broken)

    def _settle(self, chunk: int, future: Future[bytes]) -> bool:
        """Store a chunk or its failure; return False if its worker died."""
        try:
            content = future.result()
        except BrokenExecutor:
            return False
        except CancelledError as error:
            raise StoppedError(phrase("stopped_workers", reason=str(error) or type(error).__name__)) from error
        except Exception as error:
            self._fail(chunk, f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))
            return True
        self.store.keep(chunk, content)
        self.outcome.computed += 1
        self.tell(Event("done", self.job.chunk_runs(chunk)))
        return True

    def _alone(self, chunk: int) -> None:
        for _ in range(_STRIKES):
            future = self.hands.executor.submit(perform, self.job.task(chunk))
            if self._settle(chunk, future):
                return
            self._renew()
        why: Phrase = phrase("chunk_killed")
        self._fail(chunk, str(why), "")

    def _fail(self, chunk: int, error: str, trace: str) -> None:
        self.store.fail(chunk, error, trace)
        self.outcome.failed.append(chunk)
        self.tell(Event("failed", self.job.chunk_runs(chunk), f"{chunk}: {error}"))

    def _renew(self) -> None:
        if self.hands.renew is None:
            raise StoppedError(phrase("stopped_workers", reason="BrokenExecutor"))
        self.hands.executor = self.hands.renew()

    def _stop(self) -> None:
        """Finish what is under way, so that nothing is computed in vain."""
        self.tell(Event("stopping"))
        running = {future: chunk for future, chunk in self.under_way.items() if not future.cancel()}
        wait(running)
        for future, chunk in running.items():
            if future.exception() is None:
                self._settle(chunk, future)


__all__ = ["Event", "Outcome", "run"]
