"""What the tests of sweeps share: small jobs, functions that misbehave, and processes that run a sweep to be killed.

What misbehaves is told when and how by files and environment variables, never by the job: a job that comes out right in
the end must be the same job.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from experiments.plan.designs import LatinHypercube
from experiments.plan.plan import Plan
from experiments.sweep.jobs import FunctionJob
from experiments.sweep.run import run
from experiments.sweep.store import Store
from sim.errors import StoppedError
from sim.scenario import Scenario

ROOT = Path(__file__).parents[3]
Floats = NDArray[np.float64]
TROUBLE = "HANDSHAKE_TESTS_TROUBLE"
"""Names a folder in which functions find out what they are to do, and leave traces."""


Function = Callable[[Floats], Mapping[str, Floats]]


def job(points: int = 24, function: Function | None = None, seed: int = 1, per_chunk: int = 2) -> FunctionJob:
    """Return a job that takes no time, unless its function does."""
    bounds = {"a": (0.0, 1.0), "b": (-1.0, 1.0)}
    return FunctionJob(function or calm, bounds, LatinHypercube(points=points), seed, per_chunk)


def small_plan(**other: object) -> Plan:
    """Return a plan of two chunks of half a second."""
    given = {
        "name": "small",
        "scenarios": ("reference", Scenario(name="second", levers={"joint_planning": 0.5})),
        "factors": {"levers.shared_goals": {}, "context.meeting_culture": {"low": 0.2, "high": 0.8}},
        "design": {"kind": "latin_hypercube", "points": 20},
        "companies": 640,
        "weeks": 26,
        "outcomes": ("cooperation_quality", "return_on_sales"),
    }
    return Plan(**{**given, **other})


# ---------------------------------------------------------------------------------------------------------------------
# Functions
# ---------------------------------------------------------------------------------------------------------------------


def calm(points: Floats) -> dict[str, Floats]:
    return {"sum": points.sum(axis=1), "product": points.prod(axis=1)}


def bulky(points: Floats) -> dict[str, Floats]:
    """Return results that are hard to compress."""
    return {f"y{k}": np.sin(points.sum(axis=1) * 1e6 * (k + 1)) for k in range(20)}


def slow(points: Floats) -> dict[str, Floats]:
    """Leave a line for each chunk that is begun, and take a tenth of a second."""
    with (Path(os.environ[TROUBLE]) / "begun").open("a") as log:
        log.write(f"{float(points[0, 0])!r}\n")
    time.sleep(float(os.environ.get("HANDSHAKE_TESTS_PAUSE", "0.1")))
    return calm(points)


class TwoPartError(Exception):
    """An exception that can be pickled and not be unpickled, as many can."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def troubled(points: Floats) -> dict[str, Floats]:
    """Do to chunks what files say that are named like their first coordinate; those that say ``once`` are removed."""
    order = Path(os.environ[TROUBLE]) / repr(float(points[0, 0]))
    if order.exists():
        what, _, once = order.read_text().partition(" ")
        if once:
            order.unlink()
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if what == "exit":
            os._exit(3)
        if what == "leave":
            sys.exit("leaving")
        if what == "raise":
            raise TwoPartError("something", "happened")
        time.sleep(float(what))
    return calm(points)


def trouble(folder: Path, work: FunctionJob, chunk: int, what: str) -> None:
    """Have :func:`troubled` do something to a chunk."""
    (folder / repr(float(work.task(chunk).points[0, 0]))).write_text(what)


def chunks_begun(folder: Path, work: FunctionJob) -> list[int]:
    """Return which chunks :func:`slow` has begun, in their order, again and again if it did."""
    number = {repr(float(work.task(k).points[0, 0])): k for k in range(work.chunks)}
    log = folder / "begun"
    return [number[line] for line in log.read_text().split()] if log.exists() else []


# ---------------------------------------------------------------------------------------------------------------------
# Folders
# ---------------------------------------------------------------------------------------------------------------------


def content(folder: Path) -> dict[str, bytes | None]:
    """Return all that is in a folder, also in hidden files; None for a folder."""
    return {str(p.relative_to(folder)): None if p.is_dir() else p.read_bytes() for p in sorted(folder.rglob("*"))}


def same(a: Path, b: Path) -> bool:
    """Return whether two folders agree in all files, byte for byte."""
    return content(a) == content(b)


def stored(folder: Path) -> dict[int, tuple[int, int]]:
    """Return the chunks that are stored, and which files these are: another one if it was written again."""
    if not (folder / "manifest.json").exists():
        return {}
    files = {chunk: path.stat() for chunk, path in Store(folder).inventory().parts.items()}
    return {chunk: (file.st_ino, file.st_mtime_ns) for chunk, file in files.items()}


# ---------------------------------------------------------------------------------------------------------------------
# Processes
# ---------------------------------------------------------------------------------------------------------------------

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


def _coordinate(
    environment: dict[str, str], work: Plan | FunctionJob, out: Path, errors: Path, options: dict[str, object]
) -> None:
    os.environ.update(environment)
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    handle = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 2)
    os.dup2(handle, 1)
    try:
        outcome = run(work, out, **options)  # type: ignore[arg-type]
    except KeyboardInterrupt:
        sys.exit(130)
    except StoppedError as error:
        print(error.why.text("en"), error.why.text("de"), sep="\n", flush=True)
        sys.exit(1)
    sys.exit(0 if outcome.complete else 1)


class Coordinator:
    """A process of its own that runs a sweep, with a process group of its own as a terminal gives it.

    It is forked off a process that has imported everything, as twenty starts would take a minute.
    """

    def __init__(self, work: Plan | FunctionJob, out: Path, errors: Path, **options: object) -> None:
        # A forked process has the environment of the one it was forked off, not ours.
        given = (dict(os.environ), work, out, errors, options)
        self.process = _CONTEXT.Process(target=_coordinate, args=given)
        self.process.start()
        assert self.process.pid is not None
        self.pid: int = self.process.pid
        self.children: set[psutil.Process] = set()

    def look(self) -> set[psutil.Process]:
        """Return the processes it has started so far."""
        with suppress(psutil.NoSuchProcess):
            self.children |= set(psutil.Process(self.pid).children(recursive=True))
        return self.children

    def kill(self) -> None:
        """End it as nothing but the system can; its children have to find out by themselves."""
        self.look()
        self.process.kill()
        self.process.join(10)

    def interrupt(self) -> None:
        """Press Ctrl-C at its terminal."""
        self.look()
        os.killpg(self.pid, signal.SIGINT)

    def __enter__(self) -> Coordinator:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        for child in self.children:
            with suppress(psutil.NoSuchProcess):
                child.kill()


def gone(processes: set[psutil.Process], patience: float = 5.0) -> bool:
    """Return whether processes end within some seconds."""
    deadline = time.monotonic() + patience
    while alive := [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]:
        if time.monotonic() > deadline:
            print(f"still there: {alive}")
            return False
        time.sleep(0.02)
    return True


def until(what: Callable[[], object], patience: float = 30.0) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
