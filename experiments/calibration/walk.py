"""Walking over the coefficients: sets drawn from the prior times the chance that emulators give them.

Elliptical slice sampling (Murray, Adams and MacKay 2010), for many independent walkers at once. The priors are boxes:
walkers that propose by steps, such as emcee's, leave a box of 79 sides with nearly every step, and stand still. Here
each coefficient is a standard normal variable behind its prior's distribution function, so that every proposal lies
inside, no step need be tuned, and a walker has moved after every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.emulator import Emulator
from experiments.calibration.priors import Priors

Floats = NDArray[np.float64]

_NARROWEST: Final = 1e-9
"""Angle below which a walker stays where it is: its chance is the same all around, to the last digits of a float."""


def walk(
    log_chance: Callable[[Floats], Floats],
    priors: Priors,
    start: Floats,
    steps: int,
    seed: int,
    *,
    tether: float | None = None,
) -> Floats:
    """Return where walkers over the prior times a chance are after so many steps.

    Parameters
    ----------
    log_chance
        Log of the chance at places, shape (points, parameters) -> (points,); finite.
    priors
        The priors.
    start
        Places where the walkers begin, shape (walkers, parameters).
    steps
        Steps of each walker.
    seed
        Of the walkers.
    tether
        If given, each walker has a prior of its own: a normal one around where it begins, of this standard deviation in
        units of the priors'.

    Returns
    -------
    numpy.ndarray
        Places, shape (walkers, parameters). Walkers know nothing of each other.
    """
    rng = np.random.default_rng(seed)
    begin = priors.to_normal(start)
    centre = np.zeros_like(begin) if tether is None else begin
    reach = 1.0 if tether is None else tether
    normal = (begin - centre) / reach
    current = log_chance(start)
    for _ in range(steps):
        other = rng.standard_normal(normal.shape)
        level = current + np.log(rng.random(len(normal)))
        angle = rng.uniform(0.0, 2.0 * np.pi, len(normal))
        low, high = angle - 2.0 * np.pi, angle.copy()
        todo = np.arange(len(normal))
        new = normal.copy()
        while len(todo):
            turn = angle[todo, None]
            tried = normal[todo] * np.cos(turn) + other[todo] * np.sin(turn)
            chance = log_chance(priors.from_normal(centre[todo] + reach * tried))
            found = chance > level[todo]
            new[todo[found]], current[todo[found]] = tried[found], chance[found]
            # The bracket shrinks towards where the walker is, and on to it if need be.
            todo = todo[~found & (high[todo] - low[todo] > _NARROWEST)]
            below = angle[todo] < 0.0
            low[todo[below]], high[todo[~below]] = angle[todo[below]], angle[todo[~below]]
            angle[todo] = rng.uniform(low[todo], high[todo])
        normal = new
    return priors.from_normal(centre + reach * normal)


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
    sharpness: float = 1.0,
    tether: float | None = None,
) -> tuple[Floats, Floats]:
    """Return sets drawn from the prior times the emulated chance that their margins lie between limits.

    Parameters
    ----------
    emulator
        What margins are likely to be.
    priors
        The priors.
    known
        Places from which the walkers may begin: they take the likeliest, and if there are fewer than walkers, some of
        them take the same, shape (sets, parameters).
    low, high
        As for :meth:`experiments.calibration.emulator.Emulator.log_chance`.
    count, steps, seed
        Number of sets, which is that of walkers; steps of each; seed of the walk.
    sharpness
        Power of the chance: more than 1 proposes fewer sets in vain, and less various ones.
    tether
        If given, walkers begin at the first ``known`` sets, in their order, and stay near; see :func:`walk`.

    Returns
    -------
    tuple
        Places, shape (count, parameters), and the log of what the prior was multiplied with there, shape (count,).
    """

    def log_chance(places: Floats) -> Floats:
        return sharpness * emulator.log_chance(places, low, high)

    order = np.argsort(-log_chance(known), kind="stable") if tether is None else np.arange(len(known))
    start = known[np.resize(order, count)]
    found = walk(log_chance, priors, start, steps, seed, tether=tether)
    return found, log_chance(found)


__all__ = ["propose", "walk"]
