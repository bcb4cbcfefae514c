"""Two scenarios under every parameter set of an ensemble.

All sets are simulated on the same virtual companies with the same chance, so that only their numbers differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.ensemble import Ensemble
from sim.graph import COMPANIES_PER_GRAPH
from sim.lanes import Founded
from sim.outcomes import OUTCOMES, TYPES
from sim.scenario import Scenario
from sim.simulation import simulate

Floats = NDArray[np.float64]

AT_ONCE: Final = 30 * COMPANIES_PER_GRAPH
"""Number of companies that are simulated under all sets before the next ones are: as many as can be kept founded."""
_KEPT: Final = 512_000_000
"""Bytes of founded companies that are kept: those of :data:`AT_ONCE`, in two worlds, at more than usual sizes."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Two scenarios on the same companies, under every set.

    Attributes
    ----------
    a, b
        Mean outcomes under the two scenarios, shape (sets, outcomes), in the order of :data:`sim.outcomes.OUTCOMES`.
    difference
        Mean difference within companies, b less a, shape (sets, outcomes).
    types_a, types_b
        Shares of the coordination types, shape (sets, types), in the order of :data:`sim.outcomes.TYPES`.
    companies
        Number of virtual companies.
    """

    a: Floats
    b: Floats
    difference: Floats
    types_a: Floats
    types_b: Floats
    companies: int


def run_pairs(
    a: Scenario,
    b: Scenario,
    ensemble: Ensemble,
    *,
    companies: int,
    seed: int = 1,
    weeks: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Pairs:
    """Run two scenarios under every set of an ensemble.

    Parameters
    ----------
    a, b
        The scenarios, of different names. Numbers that they change themselves stay their own.
    ensemble
        The sets.
    companies, seed, weeks, threads
        As for :func:`sim.simulate`.
    progress
        Called now and then with the number of further runs done; there are two per company and set.

    Raises
    ------
    BadInputError
        As by :func:`sim.simulate`.
    """
    shape = len(ensemble), len(OUTCOMES)
    sums = {name: np.zeros(shape) for name in ("a", "b", "difference")}
    counts = {name: np.zeros((len(ensemble), len(TYPES)), dtype=np.int64) for name in ("a", "b")}
    pairs = [[ensemble.scenario(scenario, k) for scenario in (a, b)] for k in range(len(ensemble))]
    founded = Founded(most_bytes=_KEPT)
    for first in range(0, companies, AT_ONCE):
        count = min(AT_ONCE, companies - first)
        for k, pair in enumerate(pairs):
            frame = simulate(
                pair, companies=count, seed=seed, weeks=weeks, first_company=first, threads=threads,
                progress=progress, founded=founded,
            ).outcomes  # fmt: skip
            values = frame[list(OUTCOMES)].to_numpy().reshape(2, count, -1)
            codes = frame["type"].cat.codes.to_numpy().reshape(2, count)
            for name, part in (("a", values[0]), ("b", values[1]), ("difference", values[1] - values[0])):
                sums[name][k] += part.sum(axis=0)
            for name, code in zip(("a", "b"), codes, strict=True):
                counts[name][k] += np.bincount(code, minlength=len(TYPES))
    means = {name: total / companies for name, total in sums.items()}
    return Pairs(**means, types_a=counts["a"] / companies, types_b=counts["b"] / companies, companies=companies)


__all__ = ["AT_ONCE", "Pairs", "run_pairs"]
