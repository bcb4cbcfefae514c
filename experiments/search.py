"""The search for default coefficients with which the scorecard holds; again with ``python -m experiments.search``.

A covariance matrix adaptation search (pycma) over all coefficients, inside their bounds, from the present defaults or
from the middle of all bounds. The defaults in use were found in two stages: a start set by hand from what each feedback
needs (repair that slows, regard as a lens, escalations that travel), then eleven generations of this search.
What is minimised is how far the parts of the patterns fall short of holding clearly, plus a small pull towards the
start, so that coefficients that matter for nothing stay where they are. With ``--write`` the result replaces the
defaults in ``sim/parameters.toml``, rounded, together with the anchors solved for it. Samples are smaller than those on
which the scorecard is judged afterwards, and the seed is another one.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path
from typing import Final

import cma
import numpy as np
from numpy.typing import NDArray

from experiments.anchors import with_cost_level, with_cut_offs
from experiments.laboratory import Laboratory
from experiments.patterns import PATTERNS
from experiments.population import draw_sample
from experiments.scorecard import Line, Study
from sim import parameters as pm

Floats = NDArray[np.float64]

CLEARLY: Final = 0.6
"""A part is asked to hold by this much of its scale, so that it holds on other samples too."""
SEARCH_SEED: Final = 20_337
PULL: Final = 0.05
"""Weight of the mean squared distance from the start, in units of the bounds' width."""


def build_study(laboratory: Laboratory, companies: int, others: int, per_condition: int) -> Study:
    """Return what patterns are judged on: the anchors solved, the samples simulated.

    Parameters
    ----------
    laboratory
        Parameters and seed; its own anchors are replaced.
    companies, others
        Size of the sample, and of the one without a common adoption factor.
    per_condition
        Companies per controlled condition.
    """
    laboratory = with_cut_offs(laboratory)
    samples = [
        draw_sample(count, laboratory.seed, laboratory.population, common=common)
        for count, common in ((companies, True), (others, False))
    ]
    runs = []
    for sample in samples:
        lanes = np.arange(len(sample.industry))
        runs.append(laboratory.run(sample.settings(), lanes, lanes, 104))
    solved = with_cost_level(laboratory, samples[0], runs[0])
    shift = solved.measurement.cost_share - laboratory.measurement.cost_share
    for found in runs:
        # Return is 1 - cost / earned: the cost level can be exchanged without simulating again.
        cost = laboratory.measurement.cost_share + found["lever_cost"] / 100.0
        for name in ("return_on_sales", "mean_return_on_sales"):
            found[name] = 1.0 - (1.0 - found[name]) * (cost + shift) / cost
        scale = solved.measurement.cost_share / laboratory.measurement.cost_share
        found["return_before_levers"] = 1.0 - (1.0 - found["return_before_levers"]) * scale
    return Study(solved, samples[0], runs[0], samples[1], runs[1], per_condition)


def judge(study: Study) -> list[Line]:
    """Return all lines of the scorecard."""
    return [pattern(study) for pattern in PATTERNS.values()]


def shortfall(lines: list[Line]) -> float:
    """Return how far the parts of all lines are from holding clearly: 0 is best."""
    missing = [min(3.0, max(0.0, CLEARLY - part.margin)) for line in lines for part in line.parts]
    return float(np.square(missing).sum())


def laboratory_at(values: Floats, names: list[str], seed: int) -> Laboratory:
    """Return a laboratory with coefficients ``values``."""
    changes = dict(zip(names, values.tolist(), strict=True))
    return Laboratory(pm.coefficients(changes), pm.founding(), pm.measurement(), pm.population(), seed=seed)


def search(
    minutes: float, start: dict[str, float], seed: int = SEARCH_SEED, population: int = 16, keep: Path | None = None
) -> dict[str, float]:
    """Return the best coefficients found within a time, printing progress.

    Parameters
    ----------
    minutes
        When to stop at the latest; it stops earlier when everything holds clearly.
    start
        Coefficients to start from.
    seed
        Of the companies and of the search.
    population
        Parameter sets per generation.
    keep
        A file that always holds the best coefficients so far, as JSON; a search cut short can go on from there.
    """
    declared = pm.parameters()["coefficient"]
    names = list(declared)
    low = np.array([parameter.low for parameter in declared.values()])
    width = np.array([parameter.high for parameter in declared.values()]) - low
    origin = (np.array([start[name] for name in names]) - low) / width
    strategy = cma.CMAEvolutionStrategy(
        origin.tolist(), 0.06, {"bounds": [0.0, 1.0], "popsize": population, "seed": seed, "verbose": -9}
    )
    until, best, best_loss = time.monotonic() + 60.0 * minutes, origin, np.inf
    while time.monotonic() < until and best_loss > PULL:
        points = [np.asarray(point) for point in strategy.ask()]
        losses = []
        for point in points:
            study = build_study(laboratory_at(low + width * point, names, seed), 1200, 2400, 96)
            losses.append(shortfall(judge(study)) + PULL * float(np.square(point - origin).mean()) * len(names))
        strategy.tell(points, losses)
        if min(losses) < best_loss:
            best_loss, best = min(losses), points[int(np.argmin(losses))]
            if keep is not None:
                kept = dict(zip(names, (low + width * best).tolist(), strict=True))
                keep.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        print(f"generation {strategy.countiter}: best {best_loss:.3f}, median {np.median(losses):.3f}", flush=True)
    return dict(zip(names, (low + width * best).tolist(), strict=True))


def rounded(value: float) -> float:
    """Return three significant digits."""
    return float(f"{value:.3g}")


def write_defaults(values: dict[str, float], path: Path) -> None:
    """Replace defaults in the parameter file, leaving everything else as it is."""
    text = path.read_text(encoding="utf-8")
    for name, value in values.items():
        text, count = re.subn(rf"(?m)^({name} = \{{.*?\bdefault = )[^,]+", rf"\g<1>{value!r}", text)
        if count != 1:
            raise ValueError(name)
    path.write_text(text, encoding="utf-8")


def anchors(values: dict[str, float], seed: int = SEARCH_SEED, companies: int = 5000) -> dict[str, float]:
    """Return the cut-offs and the cost level for coefficients, solved on a full sample."""
    names = list(values)
    study = build_study(laboratory_at(np.array([values[name] for name in names]), names, seed), companies, 1, 1)
    m = study.laboratory.measurement
    return {name: float(f"{getattr(m, name):.6g}") for name in ("quality_cut", "efficiency_cut", "cost_share")}


def main(arguments: list[str] | None = None) -> int:
    """Search, print what was found, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60.0, help="when to stop at the latest")
    parser.add_argument("--seed", type=int, default=SEARCH_SEED, help="of companies and search")
    parser.add_argument("--from-middle", action="store_true", help="start from the middle of all bounds instead")
    parser.add_argument("--keep", type=Path, help="file for the best so far; read as the start if it exists")
    parser.add_argument("--write", action="store_true", help="replace the defaults in sim/parameters.toml")
    options = parser.parse_args(arguments)
    kept = json.loads(options.keep.read_text(encoding="utf-8")) if options.keep and options.keep.exists() else {}
    declared = pm.parameters()["coefficient"]
    middle = {name: (parameter.low + parameter.high) / 2.0 for name, parameter in declared.items()}
    present = pm.group_values("coefficient", kept or (middle if options.from_middle else {}))
    found = present if options.minutes <= 0 else search(options.minutes, present, options.seed, keep=options.keep)
    values = {name: rounded(value) for name, value in found.items()}
    values_and_anchors = {**values, **anchors(values)}
    for name, value in values_and_anchors.items():
        print(f"{name} = {value!r}")
    if options.write:
        write_defaults(values_and_anchors, Path(pm.__file__).with_name("parameters.toml"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
