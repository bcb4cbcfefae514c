"""Waves of history matching: sets that emulators propose and simulations judge.

The first wave is drawn from the priors and judged with a tolerance. After each wave, emulators of all parts are fitted
to everything simulated so far, and the next wave is drawn from the prior times the emulated chance of being accepted.
Emulators propose; only simulations accept. Part of each later wave is sought near sets that were accepted or narrowly
missed, by a chance that is not known: those sets weigh the same among themselves, and the ensemble is denser where they
were sought. An ensemble of an earlier calibration, if one is given, is judged after the first wave like all other sets:
after a change of the rules, what was accepted before is near what will be.

Each wave is a sweep: stored set by set, resumable, run by threads, processes or a cluster (experiments/sweep).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.calibration.emulator import Emulator
from experiments.calibration.families import families
from experiments.calibration.jobs import JudgeJob
from experiments.calibration.priors import Priors, coefficient_priors
from experiments.calibration.procedure import ENOUGH, Procedure, stored_procedure
from experiments.calibration.verdict import clearances, parts, pattern_of, shortfall, targets
from experiments.calibration.walk import propose
from experiments.ensemble import Ensemble
from experiments.sweep.results import open_sweep

Floats = NDArray[np.float64]
Judge = Callable[[str, JudgeJob], pd.DataFrame]
"""Runs a job as the sweep of that name, or goes on with it, and returns its rows in the order of the sets."""

STEPS: Final = 100
"""Steps of each walker from wave to wave."""
SHARPNESS_NEAR: Final = 20.0
"""The power of the emulated chance for sets sought near others. Their chance is not known and never undone, and they
cannot stray: of a first such wave, the emulated chance was .21 on average with this power, and .08 with the other."""
TETHER: Final = 0.25
"""Distance that the half of a wave which starts from near misses may stray from them, in standard deviations of the
priors.

In 79 dimensions that is a distance at which emulators still know something of the near miss itself.
"""
_TETHERED: Final = 1000
"""Added to the seed for the walkers that stay near."""


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """A wave that was simulated.

    Attributes
    ----------
    number
        From 1 on; 0 for the sets of an ensemble that was begun with.
    tolerance
        Largest distance from holding clearly of a set that counts as within it.
    places, values
        The sets: places between the bounds and coefficients, shape (sets, coefficients).
    log_chance
        Log of the chance by which each was proposed, up to a constant, shape (sets,); 0 where there was none: in the
        first wave, and for those sought near others, whose chance nobody knows.
    margins
        Of all parts, shape (sets, parts); NaN where a set was given up before.
    emulated
        Margins of what emulators are fitted to (:func:`experiments.calibration.verdict.targets`), shape (sets,
        targets).
    stopped
        The pattern at which each set was given up, or an empty text.
    explained
        Median over what is emulated of the variance that was explained; NaN in the first wave.
    """

    number: int
    tolerance: float
    places: Floats
    values: Floats
    log_chance: Floats
    margins: Floats
    emulated: Floats
    stopped: NDArray[np.str_]
    explained: float = float("nan")

    @property
    def distances(self) -> Floats:
        """Distance of each set from its hardest pattern, shape (sets,); infinite for sets given up."""
        return np.where(self.stopped == "", self._short.max(axis=1), np.inf)

    @property
    def missed(self) -> Floats:
        """Distance of each set from all patterns together: sum of squared shortfalls; infinite for sets given up."""
        return np.where(self.stopped == "", np.square(self._short).sum(axis=1), np.inf)

    @property
    def _short(self) -> Floats:
        """Shortfall of each set from the parts that were asked for, shape (sets, parts asked for)."""
        return shortfall(self.margins)[:, ~np.isnan(self.margins).all(axis=0)]

    @property
    def within(self) -> int:
        """Number of sets within the tolerance."""
        return int((self.distances <= self.tolerance).sum())

    @property
    def accepted(self) -> NDArray[np.intp]:
        """Sets for which every part holds clearly."""
        return np.flatnonzero(self.distances <= 0.0)

    @property
    def failing(self) -> dict[str, float]:
        """By pattern: share of those judged by it that are not within the tolerance; the hardest pattern first."""
        return self.missing(self.tolerance)

    @property
    def judged(self) -> dict[str, int]:
        """By pattern: how many sets were judged by it; the others had been given up before."""
        return {pattern: len(far) for pattern, far in self._by_pattern().items()}

    def missing(self, tolerance: float = 0.0) -> dict[str, float]:
        """Return the share of those judged by a pattern that are farther from it than this; the hardest first."""
        shares = {pattern: float((far.max(axis=1) > tolerance).mean()) for pattern, far in self._by_pattern().items()}
        return dict(sorted(shares.items(), key=lambda item: -item[1]))

    def _by_pattern(self) -> dict[str, Floats]:
        """Return how far the sets that were judged by a pattern fall short of its parts, shape (sets, its parts)."""
        owner = np.array([pattern_of(part) for part in parts()])
        found = {}
        for pattern in dict.fromkeys(owner.tolist()):
            mine = owner == pattern
            judged = ~np.isnan(self.margins[:, mine]).all(axis=1)
            if judged.any():
                found[pattern] = shortfall(self.margins[judged])[:, mine]
        return found


def simulated_waves(procedure: Procedure, priors: Priors, begun: Ensemble | None, judged: Judge) -> Iterator[Wave]:
    """Simulate the waves of a calibration, and yield each when it is complete.

    Parameters
    ----------
    procedure
        The calibration's settings.
    priors
        Of all coefficients.
    begun
        The ensemble to begin with, or None.
    judged
        Runs a wave's sweep.
    """
    waves: list[Wave] = []

    def simulated(number: int, values: Floats, tolerance: float, floor: float) -> tuple[Floats, Floats, Any]:
        sizes, patterns = procedure.judged_by(number - 1)
        job = JudgeJob(
            priors.names,
            values,
            procedure.seed,
            sizes,
            patterns=patterns,
            floor=floor,
            about={"wave": number, "tolerance": tolerance},
        )
        return verdicts(judged(_folder(number), job))

    for k in range(procedure.waves):
        tolerance = procedure.tolerance(k)
        if k == 0:
            places, log_chance = priors.draw(procedure.first, procedure.seed), np.zeros(procedure.first)
            explained = float("nan")
        else:
            places, log_chance, explained = _proposed(waves, priors, procedure, k)
        values = priors.values(places)
        found = simulated(k + 1, values, tolerance, procedure.floor(k))
        waves.append(Wave(k + 1, tolerance, places, values, log_chance, *found, explained))
        yield waves[-1]
        if k == 0 and begun is not None:
            found = simulated(0, begun.values, 0.0, procedure.floor(k))
            nothing = np.zeros(len(begun))
            waves.append(Wave(0, 0.0, priors.places(begun.values), begun.values, nothing, *found))
            yield waves[-1]
        if _counted(waves, procedure) >= ENOUGH * procedure.wanted:
            return


def _counted(waves: Sequence[Wave], procedure: Procedure) -> int:
    """Return the number of sets accepted in waves without tolerance; with ``apart``, of their clusters."""
    found = [wave.values[wave.accepted] for wave in waves if wave.tolerance == 0.0]
    values = np.concatenate(found) if found else np.empty((0, 1))
    return len(np.unique(families(values))) if procedure.apart and len(values) else len(values)


def fitted(waves: Sequence[Wave]) -> tuple[Floats, Emulator]:
    """Return the places of all sets of waves, shape (sets, coefficients), and emulators fitted to what they gave."""
    places = np.concatenate([wave.places for wave in waves])
    return places, Emulator.fit(places, np.concatenate([wave.emulated for wave in waves]), tuple(targets()))


def _proposed(waves: list[Wave], priors: Priors, procedure: Procedure, wave: int) -> tuple[Floats, Floats, float]:
    """Return a wave's places, the log of their emulated chances, and the share of variance that emulators explain."""
    places, emulator = fitted(waves)
    asked = {target: part for target, part in targets().items() if part in procedure.parts}
    low = {target: clearances()[part] - procedure.tolerance(wave) for target, part in asked.items()}
    ways = partial(propose, emulator, priors, low=low, steps=STEPS)
    seed = procedure.seed + wave
    # Near misses are known only after a wave of proposals, or if an ensemble was begun with.
    near = procedure.near * procedure.later // 100 if len(waves) > 1 else 0
    found, log_chance = places[:0], np.empty(0)
    if far := procedure.later - near:
        found, log_chance = ways(places, count=far, seed=seed, sharpness=procedure.sharpness)
    if near:
        missed = np.concatenate([each.missed for each in waves])
        bases = places[np.argsort(missed, kind="stable")[:near]]
        closer, _ = ways(bases, count=near, seed=seed + _TETHERED, sharpness=SHARPNESS_NEAR, tether=TETHER)
        found, log_chance = np.concatenate([found, closer]), np.concatenate([log_chance, np.zeros(near)])
    return found, log_chance, float(np.median(emulator.explained))


def read_waves(out: Path) -> tuple[Procedure, tuple[Wave, ...]]:
    """Return the procedure of a calibration in a folder, and its waves as far as they are complete.

    The chances with which sets were proposed are not stored, so they are 0 here: these waves teach emulators, and no
    ensemble is drawn from them.

    Raises
    ------
    BadInputError
        If the folder holds no calibration.
    """
    procedure = stored_procedure(out)
    priors, waves = coefficient_priors(), []
    numbers = [1, *([0] if procedure.begun else []), *range(2, procedure.waves + 1)]
    for number in numbers:
        folder = out / _folder(number)
        if not folder.is_dir() or not (sweep := open_sweep(folder)).complete:
            break
        found = verdicts(sweep.frame(factors=False).sort_values("set"))
        values = sweep.design.sort_values("set")[list(priors.names)].to_numpy(dtype=np.float64)
        tolerance = procedure.tolerance(number - 1) if number else 0.0
        waves.append(Wave(number, tolerance, priors.places(values), values, np.zeros(len(values)), *found))
    return procedure, tuple(waves)


def verdicts(frame: pd.DataFrame) -> tuple[Floats, Floats, NDArray[np.str_]]:
    """Return margins of parts and of targets, and the pattern at which each set was given up, from a sweep's rows."""
    margins, emulated = (frame[list(names)].to_numpy(dtype=np.float64) for names in (parts(), targets()))
    return margins, emulated, frame["stopped"].to_numpy(dtype=str)


def _folder(number: int) -> str:
    return f"wave-{number:02d}"


__all__ = ["STEPS", "TETHER", "Judge", "Wave", "fitted", "read_waves", "simulated_waves", "verdicts"]
