"""Peak memory of one process that simulates many lanes and keeps none: ``python -m benchmarks.memory LANES``.

Prints one JSON object: lanes, and the peak in bytes before (after a first block, with everything loaded) and after.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from benchmarks import cases
from sim import outcomes
from sim.core.engine import BLOCK_LANES, Block
from sim.parameters import coefficients, measurement


def peak() -> int:
    """Return the most memory this process ever had in use, in bytes."""
    # Not ru_maxrss on Linux: there a process inherits the peak of the one that started it.
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def mean_trust(block: Block) -> float:
    """Return what is kept of a block: one number made of all its outcomes."""
    marketing, sales = block.graph.marketing, block.graph.sales
    found = outcomes.horizon(block.by_name(), marketing, sales, block.need, coefficients(), measurement())
    return float(found["trust"].mean())


def main() -> None:
    """Simulate so many companies in one setting."""
    lanes = int(sys.argv[1])
    threads = os.cpu_count() or 1

    def simulate(count: int) -> None:
        engine = cases.engine(cases.settings(1), threads=threads)
        engine.run(*cases.one_setting(count), reduce=mean_trust, collect=lambda _mean: None)

    simulate(2 * threads * BLOCK_LANES)
    before = peak()
    simulate(lanes)
    json.dump({"lanes": lanes, "before": before, "after": peak()}, sys.stdout)


if __name__ == "__main__":
    main()
