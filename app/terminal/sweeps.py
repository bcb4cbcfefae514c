"""Sweeps that a command runs for its own purposes: kept in a folder to go on with, or gone afterwards."""

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
from app.terminal.sweeping import INTERRUPTED, Hands, duration, swept, watched
from experiments.plan.plan import Plan
from experiments.sweep.jobs import SimulationJob
from experiments.sweep.results import Sweep, open_sweep
from experiments.sweep.status import forecast
from experiments.sweep.store import MANIFEST, Store
from experiments.sweep.tasks import parquet
from sim.errors import BadInputError, StoppedError

_LONG: Final = 20.0
"""Seconds from which on it is said beforehand how long it will take."""
_FEW: Final = 4096
"""Runs that are not worth a forecast, which takes some hundred itself."""


@contextmanager
def room_for(screen: Screen, out: Path | None) -> Iterator[Path]:
    """Give the folder for sweeps: the one that was named, or a temporary one.

    Parameters
    ----------
    screen
        Where to say after Ctrl-C what is left: all runs, if a folder was named.
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
    """Return how many runs of a plan are not stored in a folder, which is made if there is none.

    Raises
    ------
    BadInputError
        If there is something else in the folder, or it cannot be written.
    """
    job = SimulationJob(plan)
    stored = Store.begin(folder, job.manifest(), parquet(job.design())).names()
    return plan.runs - sum(job.chunk_runs(chunk) for chunk in stored)


def share_left(folder: Path) -> float:
    """Return which share of a sweep is not stored, whatever its plan; 1 if there is none in the folder.

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


def announce(screen: Screen, plan: Plan, hands: Hands, left: int) -> None:
    """Say how many runs are left to do and how long they will take, if that is long.

    Parameters
    ----------
    screen
        Where to say it.
    plan
        What kind of runs they are.
    hands
        Who computes.
    left
        How many; may be those of several plans of this kind.
    """
    if left <= _FEW or hands.scheduler is not None:
        return
    with compiling(screen):
        expected = forecast(plan, hands.workers)
    seconds = expected.seconds * left / expected.runs
    if seconds > _LONG:
        time = duration(seconds, screen.texts)
        numbers = {"runs": screen.texts.number(left, 0), "workers": expected.workers}
        screen.fail(screen.texts("runs.forecast", time=time, **numbers))


def finished(screen: Screen, plan: Plan, folder: Path, hands: Hands, *, kept: bool) -> Sweep:
    """Return the complete sweep of a plan, having run what was missing.

    Parameters
    ----------
    screen
        Where to show how far it is.
    plan
        What to run.
    folder
        The sweep's.
    hands
        Who computes.
    kept
        Whether somebody can go on with the folder.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If it could not be finished.
    """
    if kept:
        swept(screen, plan, folder, hands)
        return open_sweep(folder)
    try:
        outcome = watched(screen, plan, folder, hands)
    except StoppedError as error:
        # It promises that the same command goes on, which is not so here.
        why = next((value for name, value in error.why.values if name == "reason"), error.why)
        raise StoppedError(said("runs.stopped", reason=why)) from None
    if outcome.failed:
        found = {"count": len(outcome.failed), "chunks": outcome.chunks}
        found |= {"error": Store(folder).failure(outcome.failed[0])["error"]}
        raise StoppedError(said("runs.failed", **found))
    return open_sweep(folder)


__all__ = ["announce", "finished", "room_for", "runs_left", "share_left"]
