"""The complete lever lattice, timed: ``python -m benchmarks.lattice COMPANIES``.

Runs all 2^15 on/off combinations of the success factors on so many companies, from an empty folder to a sealed one, and
prints seconds and the peak memory of this process and all that it starts. The kernel is loaded before.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks import plans
from benchmarks.memory import peak

_GLANCE: Final = 0.2
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Measured:
    """Cost of a lattice run.

    Attributes
    ----------
    levers, companies, weeks, runs
        How large it was; a run is a company under a combination.
    executor, workers
        Who computed.
    seconds
        From the call to the sealed folder.
    memory
        Most bytes that this process and those that it started had in use at a time.
    stored
        Bytes in the folder.
    """

    levers: int
    companies: int
    weeks: int
    runs: int
    executor: str
    workers: int
    seconds: float
    memory: int
    stored: int


def family(process: int) -> list[int]:
    """Return a process and all that it has started, directly or not; on Linux."""
    children = defaultdict(list)
    for entry in _PROC.glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile
            # The name in brackets may hold anything; the parent is the second word after it.
            parent = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
            children[int(parent)].append(int(entry.name))
    found = [process]
    for known in found:
        found += children[known]
    return found


def in_use(processes: list[int]) -> int:
    """Return the memory that processes have in use, in bytes; what several share counts once."""
    total = 0
    for process in processes:
        with suppress(OSError):
            lines = (_PROC / str(process) / "smaps_rollup").read_text(encoding="ascii").splitlines()
            total += 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


class Watch(threading.Thread):
    """Looks at the memory of this process and its children from time to time, where the system tells.

    Attributes
    ----------
    most
        The most it saw, in bytes.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Look until the end."""
        while not self._over.wait(_GLANCE):
            self.most = max(self.most, in_use(family(os.getpid())))

    def stop(self) -> int:
        """Return the most memory in use."""
        self._over.set()
        self.join()
        # This process alone is watched by the system, which misses nothing.
        return max(self.most, peak())


def measure(
    companies: int, levers: int = plans.LEVERS, *, weeks: int = plans.WEEKS, executor: str = "threads", workers: int = 2
) -> Measured:
    """Run a lattice into a folder that is removed afterwards."""
    plan = plans.lattice(companies, levers, weeks=weeks)
    plans.ready()
    with plans.folders() as fresh:
        folder = next(fresh)
        watch = Watch()
        watch.start()
        begin = time.perf_counter()
        plans.sweep(plan, folder, executor=executor, workers=workers)
        seconds = time.perf_counter() - begin
        memory = watch.stop()
        stored = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Measured(levers, companies, plan.horizon, plan.runs, executor, workers, seconds, memory, stored)


def words(found: Measured) -> str:
    """Return a measurement in a sentence."""
    return (
        f"{found.levers} levers x {found.companies} companies x {found.weeks} weeks = {found.runs:,} runs, "
        f"{found.workers} {found.executor}: {found.seconds:.1f} s, {found.runs / found.seconds:,.0f} runs per second; "
        f"peak memory {found.memory / 2**20:.0f} MiB, {found.stored / 2**20:.0f} MiB stored"
    )


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("companies", type=int)
    parser.add_argument("--levers", type=int, default=plans.LEVERS, help="the first so many success factors")
    parser.add_argument("--weeks", type=int, default=plans.WEEKS)
    parser.add_argument("--executor", choices=("threads", "processes"), default="threads")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.companies, given.levers, weeks=given.weeks, executor=given.executor, workers=given.workers)
    print(json.dumps(asdict(found)) if given.json else words(found))


if __name__ == "__main__":
    main()
