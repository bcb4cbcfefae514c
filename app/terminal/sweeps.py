"""Sweeps that a command needs for its answer: kept in a folder to resume, or temporary."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from app.terminal.complaints import said
from app.terminal.running import compiling
from app.terminal.screen import Screen
from app.terminal.sweeping import INTERRUPTED, RunOptions, duration, swept, watched
from experiments.plan.plan import Plan
from experiments.sweep.jobs import SimulationJob
from experiments.sweep.results import Sweep, open_sweep
from experiments.sweep.status import forecast
from experiments.sweep.store import MANIFEST, Store
from experiments.sweep.tasks import parquet
from sim.errors import BadInputError, StoppedError

_LONG: Final = 20.0
"""Runs that take longer are announced with a forecast, s."""
_FEW: Final = 4096
"""With fewer runs there is no forecast, which itself takes some hundred."""


@contextmanager
def room_for(screen: Screen, out: Path | None) -> Iterator[Path]:
    """Yield the folder for sweeps: the one that was named, or a temporary one.

    Parameters
    ----------
    screen
        Where to print after Ctrl-C that the runs are kept, if a folder was named.
    out
        The folder that was named.
    """
    if out is None:
        with tempfile.TemporaryDirectory(prefix="handshake-") as folder:
            yield Path(folder) / "kept"
        return
    try:
        yield out
    except KeyboardInterrupt:
        screen.fail(screen.texts("runs.interrupted", folder=out))
        raise typer.Exit(INTERRUPTED) from None


def runs_left(plan: Plan, folder: Path) -> int:
    """Return the number of runs of a plan that are not stored in a folder, which is made if there is none.

    Raises
    ------
    BadInputError
        If there is something else in the folder, or it cannot be written.
    """
    job = SimulationJob(plan)
    stored = Store.begin(folder, job.manifest(), parquet(job.design())).names()
    return plan.runs - sum(job.chunk_runs(chunk) for chunk in stored)


def share_left(folder: Path) -> float:
    """Return the share of a sweep that is not stored, whatever its plan; 1 if there is none in the folder.

    Raises
    ------
    BadInputError
        If there is something else in the folder.
    """
    if (folder / MANIFEST).is_file():
        store = Store(folder)
        chunks: int = store.manifest()["chunks"]
        return 1.0 - len(store.names()) / chunks
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInputError("exists", file=str(folder))
    return 1.0


def announce(screen: Screen, plan: Plan, run_options: RunOptions, left: int) -> None:
    """Print the number of runs left and how long they will take, if that is long.

    Parameters
    ----------
    screen
        Where to print.
    plan
        The plan of the runs, or of some of them.
    run_options
        Where to run.
    left
        Number of runs left, perhaps of several plans of this kind.
    """
    if left <= _FEW or run_options.scheduler is not None:
        return
    with compiling(screen):
        expected = forecast(plan, run_options.workers)
    seconds = expected.seconds * left / expected.runs
    if seconds > _LONG:
        time = duration(seconds, screen.texts)
        numbers = {"runs": screen.texts.number(left, 0), "workers": expected.workers}
        screen.fail(screen.texts("runs.forecast", time=time, **numbers))


def finished(screen: Screen, plan: Plan, folder: Path, run_options: RunOptions, *, kept: bool) -> Sweep:
    """Run what is missing of a plan and return the complete sweep.

    Parameters
    ----------
    screen
        Where to show progress.
    plan
        What to run.
    folder
        The sweep's.
    run_options
        Where to run.
    kept
        Whether the folder stays, so that the same command can resume.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If it could not be finished.
    """
    if kept:
        swept(screen, plan, folder, run_options)
        return open_sweep(folder)
    try:
        outcome = watched(screen, plan, folder, run_options)
    except StoppedError as error:
        # Its message promises that the same command resumes, which a temporary folder does not.
        why = next((value for name, value in error.why.values if name == "reason"), error.why)
        raise StoppedError(said("runs.stopped", reason=why)) from None
    if outcome.failed:
        found = {"count": len(outcome.failed), "chunks": outcome.chunks}
        found |= {"error": Store(folder).failure(outcome.failed[0])["error"]}
        raise StoppedError(said("runs.failed", **found))
    return open_sweep(folder)


__all__ = ["announce", "finished", "room_for", "runs_left", "share_left"]
