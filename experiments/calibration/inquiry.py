"""Inference of parameters from data as in a calibration, to be tested on data whose truth is known.

See :mod:`experiments.calibration.known_truths` for the test, and for why accepting within a box is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.acceptance import weights
from experiments.calibration.emulator import Emulator, compressed
from experiments.calibration.priors import Priors
from experiments.calibration.verdict import Sizes
from experiments.calibration.walk import propose

Floats = NDArray[np.float64]
Simulate = Callable[[Floats], Floats]
"""From places, shape (sets, parameters), to margins, shape (sets, parts); not finite where there is none."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Settings of the check.

    Attributes
    ----------
    seed
        Of companies, truths, errors and walks.
    truths, first, later, waves
        Truths; sets in the wave from the priors, which all truths share; sets in each later wave of a truth; most of
        these, unless enough sets are accepted before.
    steps
        Steps of each walker.
    strongest
        As for :meth:`experiments.calibration.emulator.Emulator.fit`.
    draws
        Draws among which a truth is ranked. With 19, central intervals of 50, 80 and 90% have exactly that content.
    width
        Half width of the data's error, in standard deviations of a part over the first wave.
    sizes
        On how many companies parts are judged: few, as the check is exact on any number.
    """

    seed: int = 20_337
    truths: int = 80
    first: int = 2000
    later: int = 80
    waves: int = 3
    steps: int = 60
    strongest: int = 8
    draws: int = 19
    width: float = 1.0
    sizes: Sizes = field(default_factory=lambda: Sizes(96, 96, 16))

    @property
    def fewest(self) -> int:
        """Accepted sets that are enough: half as many again as are drawn, as in a calibration."""
        return -(-3 * self.draws // 2)


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """The setting that all truths share.

    Attributes
    ----------
    priors, parts, simulate
        Of the parameters; names of the data; the model.
    inquiry
        Settings of the check.
    known, margins
        Places of the wave from the priors, shape (sets, parameters), and its margins, shape (sets, parts).
    emulator
        Fitted to that wave.
    error
        Half width of each part's error, compressed, shape (parts,).
    """

    priors: Priors
    parts: tuple[str, ...]
    simulate: Simulate
    inquiry: Inquiry
    known: Floats
    margins: Floats
    emulator: Emulator
    error: Floats

    @classmethod
    def of(
        cls,
        priors: Priors,
        parts: tuple[str, ...],
        simulate: Simulate,
        inquiry: Inquiry,
        known: Floats,
        margins: Floats,
    ) -> Setting:
        """Return the setting that a first wave makes.

        Parameters
        ----------
        priors, parts, simulate, inquiry, known, margins
            As for the class.
        """
        seen = compressed(margins)
        spread = np.array([column[np.isfinite(column)].std() for column in seen.T])
        emulator = Emulator.fit(known, margins, parts, inquiry.strongest)
        return cls(priors, parts, simulate, inquiry, known, margins, emulator, inquiry.width * spread)


@dataclass(frozen=True, slots=True, eq=False)
class Inferred:
    """Proposed sets for a truth's data.

    Attributes
    ----------
    places, statistics
        Shapes (sets, parameters) and (sets, parts): where they are, and their compressed margins.
    log_chance
        Log of the emulated chance by which each was proposed, shape (sets,).
    accepted
        Numbers of those that are within the error of the data.
    """

    places: Floats
    statistics: Floats
    log_chance: Floats
    accepted: NDArray[np.intp]

    @property
    def weight(self) -> Floats:
        """Weights of the accepted sets; they sum to one."""
        return weights(self.log_chance[self.accepted])


Infer = Callable[[Setting, Floats, int], Inferred]
"""From the setting, a truth's data, shape (parts,), and a seed, to the proposed sets."""


def infer(setting: Setting, data: Floats, seed: int) -> Inferred:
    """Infer parameters from data as a calibration does: emulators propose, only simulations accept."""
    low, high = (
        dict(zip(setting.parts, np.sinh(data + side * setting.error).tolist(), strict=True)) for side in (-1.0, 1.0)
    )
    how, emulator = setting.inquiry, setting.emulator
    known, margins = setting.known, setting.margins
    chances: list[Floats] = []
    found = Inferred(known[:0], margins[:0], np.empty(0), np.empty(0, dtype=np.intp))
    for wave in range(how.waves):
        if wave:
            emulator = Emulator.fit(known, margins, setting.parts, how.strongest)
        # A walker that never moved is proposed where it began; two walkers at one place would divide by nothing.
        begin = np.unique(known, axis=0)
        places, log_chance = propose(
            emulator, setting.priors, begin, low, high, count=how.later, steps=how.steps, seed=seed + wave
        )
        known, margins = np.concatenate([known, places]), np.concatenate([margins, setting.simulate(places)])
        chances.append(log_chance)
        statistics = compressed(margins[len(setting.known) :])
        inside = (np.abs(statistics - data) <= setting.error).all(axis=1)
        found = Inferred(known[len(setting.known) :], statistics, np.concatenate(chances), np.flatnonzero(inside))
        if len(found.accepted) >= how.fewest:
            break
    return found


__all__ = ["Infer", "Inferred", "Inquiry", "Setting", "Simulate", "infer"]
