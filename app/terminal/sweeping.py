"""Runs of sweeps with progress on the terminal: a bar with rate and time left, or plain lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from app.terminal.complaints import said, whole_number
from app.terminal.running import compiling
from app.terminal.screen import Screen
from experiments.plan.plan import Plan
from experiments.sweep.executors import KINDS
from experiments.sweep.jobs import Job, SimulationJob
from experiments.sweep.manifest import MANIFEST
from experiments.sweep.run import Event, Outcome, run
from experiments.sweep.status import status
from sim.errors import BadInputError, StoppedError, phrase, unknown_name
from sim.texts import Texts

INTERRUPTED: Final = 130
MAX_WORKERS: Final = 1024
_PLAIN_PAUSE: Final = 10.0
"""Seconds between two lines of progress where there is no terminal."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Where to run; does not affect results.

    Attributes
    ----------
    executor, workers, scheduler
        As for :func:`experiments.sweep.run.run`.
    """

    executor: str
    workers: int | None
    scheduler: str | None

    @classmethod
    def read(cls, executor: str, workers: str, scheduler: str) -> RunOptions:
        """Return what ``--executor``, ``--workers`` and ``--scheduler`` give.

        Raises
        ------
        BadInputError
            For an unknown executor and a number of workers out of bounds.
        """
        if executor not in KINDS:
            raise unknown_name(executor, KINDS, key=said("bad.option", name="--executor"))
        count = whole_number("--workers", workers, 1, MAX_WORKERS) if workers else None
        return cls(executor, count, scheduler or None)


def swept(screen: Screen, work: Plan | Job, out: Path, run_options: RunOptions) -> Outcome:
    """Run a sweep and show its progress and its events.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If it could not be finished, or some chunks could not be computed.
    typer.Exit
        After Ctrl-C, once it was said how to continue.
    """
    texts = screen.texts
    try:
        outcome = watched(screen, work, out, run_options)
    except KeyboardInterrupt:
        if not (out / MANIFEST).exists():  # nothing was begun yet
            raise
        found = status(out)
        stored, chunks = (texts.number(n, 0) for n in (found.stored, found.chunks))
        screen.fail(texts("sweep.interrupted", stored=stored, chunks=chunks, folder=out))
        raise typer.Exit(INTERRUPTED) from None
    if outcome.failed:
        raise StoppedError(phrase("chunks_failed", count=len(outcome.failed), chunks=outcome.chunks, folder=out))
    return outcome


def watched(screen: Screen, work: Plan | Job, out: Path, run_options: RunOptions) -> Outcome:
    """Run a sweep and show its progress; failures and Ctrl-C are left to the caller.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If the disk is full or the workers are gone.
    """
    job = SimulationJob(work) if isinstance(work, Plan) else work
    try:
        with compiling(screen), sweep_progress(screen, job.runs) as report:
            return run(
                job,
                out,
                executor=run_options.executor,
                workers=run_options.workers,
                scheduler=run_options.scheduler,
                report=report,
            )
    except BadInputError as error:
        raise error.at(said("bad.option", name="--scheduler")) if error.key == "scheduler" else error from None


class _Rate(ProgressColumn):
    """Runs per second."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else self._texts("sweep.rate", rate=self._texts.number(speed, 0)))


@contextmanager
def sweep_progress(screen: Screen, runs: int) -> Iterator[Callable[[Event], None]]:
    """Yield a function that takes the events of a sweep and shows them on the standard error.

    Parameters
    ----------
    screen
        Where to print.
    runs
        Number of runs in all.
    """
    if not screen.err.is_terminal:
        yield _lines(screen, runs)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        _Rate(screen.texts),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=screen.err, transient=True) as bar:
        task = bar.add_task(screen.texts("progress.simulating"), total=runs)

        def report(event: Event) -> None:
            if event.kind == "found":
                # Not part of the rate: it was computed before.
                bar.update(task, total=runs - event.runs)
            elif event.runs:
                bar.advance(task, event.runs)
            _tell(screen, event)

        yield report


def _lines(screen: Screen, runs: int) -> Callable[[Event], None]:
    done, begun = 0, time.monotonic()
    told, found = begun, 0

    def report(event: Event) -> None:
        nonlocal done, told, found
        if event.kind == "found":
            found = event.runs
        else:
            done += event.runs
        _tell(screen, event)
        now = time.monotonic()
        if event.kind == "done" and now - told > _PLAIN_PAUSE and found + done < runs:
            told = now
            rate = done / (now - begun)
            numbers = {"done": found + done, "total": runs, "rate": rate}
            shown = {name: screen.texts.number(value, 0) for name, value in numbers.items()}
            screen.fail(screen.texts("sweep.line", **shown, left=duration((runs - found - done) / rate, screen.texts)))

    return report


def _tell(screen: Screen, event: Event) -> None:
    texts = screen.texts
    if event.kind == "found":
        screen.fail(texts("sweep.found", runs=texts.number(event.runs, 0)))
    elif event.kind in ("damaged", "failed", "died", "stopping", "waiting"):
        screen.fail(texts(f"sweep.{event.kind}", what=event.what))


def duration(seconds: float, texts: Texts) -> str:
    """Return a time in words, with one or two significant digits."""
    for unit, size in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 1.5 * size:
            return texts(f"sweep.{unit}", count=texts.number(seconds / size, 0 if seconds >= 10 * size else 1))
    return texts("sweep.seconds", count=texts.number(max(1.0, seconds), 0))


def size(count: float, texts: Texts) -> str:
    """Return a number of bytes in words, with one or two significant digits."""
    unit, scale = next(((u, n) for u, n in (("GB", 1e9), ("MB", 1e6)) if count >= n), ("kB", 1e3))
    return f"{texts.number(count / scale, 1 if count < 10 * scale else 0)} {unit}"


__all__ = ["RunOptions", "duration", "size", "sweep_progress", "swept", "watched"]
