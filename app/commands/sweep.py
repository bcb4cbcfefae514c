"""``handshake sweep``: run a plan into a folder, or show how far a sweep is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.terminal.complaints import said
from app.terminal.screen import Screen
from app.terminal.sweeping import RunOptions, size, swept
from experiments.plan.plan import Plan
from experiments.sweep.jobs import SimulationJob
from experiments.sweep.results import open_sweep
from experiments.sweep.status import Status, status
from sim.errors import BadInputError


def run_sweep(screen: Screen, file: Path | None, out: Path | None, run_options: RunOptions, *, as_json: bool) -> None:
    """Run a plan into a folder, or go on with it there.

    Parameters
    ----------
    screen
        Where to show it.
    file
        The plan.
    out
        The folder.
    run_options
        Where to run.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If it could not be finished.
    """
    if file is None:
        raise BadInputError("missing", key=said("bad.argument", name=screen.texts("metavar.plan")))
    if out is None:
        raise BadInputError("missing", key=said("bad.option", name="--out"), allowed=said("bad.sweep_folder"))
    outcome = swept(screen, SimulationJob(Plan.load(file)), out, run_options)
    found, sweep = status(out), open_sweep(out)
    if as_json:
        screen.emit({**described(found), "computed": outcome.computed, "columns": sweep.columns})
        return
    texts = screen.texts
    screen.heading(found.name)
    numbers = {"runs": found.runs, "points": sweep.manifest["points"], "files": found.chunks}
    shown = {what: texts.counted(what, count) for what, count in numbers.items()}
    screen.say(texts("sweep.complete", **shown, size=size(found.size, texts), folder=out))
    screen.say()
    screen.say(texts("sweep.how", folder=out), style="dim")


def show_status(screen: Screen, folder: Path, *, as_json: bool) -> None:
    """Show how far a sweep is.

    Parameters
    ----------
    screen
        Where to show it.
    folder
        The sweep's.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        If the folder holds no sweep.
    """
    found = status(folder)
    if as_json:
        screen.emit(described(found))
        return
    texts = screen.texts
    screen.heading(found.name)
    state = "complete" if found.complete else "running" if found.running else "open"
    rows = [
        (texts("sweep.state"), texts(f"sweep.state_{state}")),
        (texts("sweep.stored"), texts("sweep.of", done=found.stored, total=found.chunks)),
        (texts("sweep.size"), size(found.size, texts)),
    ]
    rows += [(texts("sweep.damaged_part"), name) for name in found.damaged]
    rows += [(texts("sweep.failed_chunk"), f"{chunk}: {error}") for chunk, error in found.failed.items()]
    screen.fields(rows)
    if not found.complete and not found.running:
        screen.say()
        screen.say(texts("sweep.continue", folder=folder), style="dim")


def described(found: Status) -> dict[str, Any]:
    """Return the state of a sweep, in the shape of ``--json``."""
    return {
        "name": found.name,
        "folder": str(found.folder),
        "complete": found.complete,
        "running": found.running,
        "runs": found.runs,
        "chunks": found.chunks,
        "stored": found.stored,
        "bytes": found.size,
        "damaged": list(found.damaged),
        "failed": [{"chunk": chunk, "error": error} for chunk, error in found.failed.items()],
    }
