"""Walking over the coefficients: sets drawn from the prior times the chance that emulators give them, by emcee.

An ensemble of walkers that propose by each other's differences (differential evolution) needs no tuning to the shape of
a region in 79 dimensions, which is what the not yet implausible sets are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import emcee
import numpy as np
from numpy.typing import NDArray

from experiments.inference.emulator import Emulator
from experiments.inference.priors import Priors

Floats = NDArray[np.float64]

WALKERS_PER_PARAMETER: Final = 4
"""Twice as many as emcee asks for at least."""
FEWEST_PER_PARAMETER: Final = 2
"""Walkers that emcee asks for at least; each begins at a set that is known."""
_JUMPS: Final = 0.1
"""Share of moves that jump by the whole difference of two walkers, between regions if there are several."""
_STRIDE: Final = 0.05
"""Part of two walkers' difference that the smaller moves take; the usual one is 0.19 in 79 dimensions, too long a step
where a region is as thin as that of sets that show all patterns."""
_LOOKS: Final = 8
"""Times, in the second half of a walk, at which the walkers' places are taken down."""


def walk(log_density: Callable[[Floats], Floats], start: Floats, steps: int, wanted: int, seed: int) -> Floats:
    """Return points that are spread over a density.

    Parameters
    ----------
    log_density
        Of places, shape (points, parameters) -> (points,); minus infinity where there is nothing.
    start
        Where the walkers begin, shape (walkers, parameters); at least twice as many walkers as parameters.
    steps
        Steps of each walker, of which the first half is forgotten.
    wanted
        Number of points.
    seed
        Of the walkers.

    Returns
    -------
    numpy.ndarray
        Shape (wanted, parameters), or fewer if the walkers hardly moved: drawn from the second half of the walk.
    """
    walkers, count = start.shape
    moves: Any = [
        (emcee.moves.DEMove(), 0.5 - _JUMPS),
        (emcee.moves.DEMove(gamma0=_STRIDE), 0.5 - _JUMPS),
        (emcee.moves.DEMove(gamma0=1.0), _JUMPS),
        (emcee.moves.DESnookerMove(), _JUMPS),
    ]
    sampler = emcee.EnsembleSampler(walkers, count, log_density, moves=moves, vectorize=True)
    rng = np.random.RandomState(seed)
    state = emcee.State(start, random_state=rng.get_state())
    state = sampler.run_mcmc(state, steps // 2, skip_initial_state_check=True, store=False)
    looks = max(_LOOKS, -(-2 * wanted // walkers))
    apart = max(1, (steps - steps // 2) // looks)
    found = [
        np.array(state.coords)
        for state in sampler.sample(state, iterations=looks, thin_by=apart, skip_initial_state_check=True, store=False)
    ]
    # A walker that stays where it is, or where it began, is one point, and one that is known.
    points = np.unique(np.concatenate(found), axis=0)
    points = points[~(points[:, None, 0] == start[:, 0]).any(axis=1)]
    chosen: Floats = points[np.sort(np.random.default_rng(seed).permutation(len(points))[:wanted])]
    return chosen


def propose(
    emulator: Emulator,
    priors: Priors,
    known: Floats,
    low: Mapping[str, float],
    high: Mapping[str, float] | None = None,
    *,
    count: int,
    steps: int,
    seed: int,
) -> tuple[Floats, Floats]:
    """Return sets drawn from the prior times the emulated chance that their margins lie between limits.

    Parameters
    ----------
    emulator
        What margins are likely to be.
    priors
        The priors.
    known
        Places from which the walkers may begin: they take the likeliest, shape (sets, parameters).
    low, high
        As for :meth:`experiments.inference.emulator.Emulator.log_chance`.
    count, steps, seed
        Number of sets, steps of each walker, seed of the walk.

    Returns
    -------
    tuple
        Places, shape (count, parameters), and the log of their emulated chance, shape (count,).
    """

    def log_density(points: Floats) -> Floats:
        density = priors.log_density(points)
        inside = np.isfinite(density)
        density[inside] += emulator.log_chance(points[inside], low, high)
        return density

    start = known[np.argsort(-log_density(known), kind="stable")[: WALKERS_PER_PARAMETER * known.shape[1]]]
    found = walk(log_density, start, steps, count, seed)
    return found, emulator.log_chance(found, low, high)


__all__ = ["FEWEST_PER_PARAMETER", "WALKERS_PER_PARAMETER", "propose", "walk"]
