"""Peak memory of one process that runs a sweep: ``python -m benchmarks.sweep_memory RUNS``.

Prints one JSON object: runs, bytes of the design's numbers, and the peak in bytes before (after a first small sweep,
with everything loaded) and after.
"""

from __future__ import annotations

import json
import sys

from benchmarks import plans
from benchmarks.memory import peak


def main() -> None:
    """Sweep twice: a little, and as much as was asked for."""
    plan = plans.growing(int(sys.argv[1]))
    with plans.folders() as fresh:
        plans.sweep(plans.growing(2 * plans.COMPANIES), next(fresh))
        before = peak()
        plans.sweep(plan, next(fresh))
    design = 8 * plan.points * len(plan.space)
    json.dump({"runs": plan.runs, "design": design, "before": before, "after": peak()}, sys.stdout)


if __name__ == "__main__":
    main()
