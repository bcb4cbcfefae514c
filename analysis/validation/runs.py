"""Runs of the validation: the ensemble on unseen companies, without a pattern, without a mechanism.

Three questions. Do the patterns hold on companies that calibration never saw? Does a pattern emerge if it was not asked
for (then it is a prediction, else a fit)? Which mechanisms does it need? Every answer is a sweep in a folder of its own
and resumes like one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.acceptance import weights, worth
from experiments.calibration.calibrate import Sweep, in_threads
from experiments.calibration.emulator import Emulator
from experiments.calibration.jobs import JudgeJob
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.procedure import Procedure
from experiments.calibration.verdict import CHEAP_FIRST, FULL, Sizes, parts, pattern_of, targets
from experiments.calibration.walk import propose
from experiments.calibration.waves import STEPS
from experiments.ensemble import Ensemble
from experiments.sweep.results import open_sweep
from sim.texts import declared

Floats = NDArray[np.float64]

UNSEEN: Final = 77_001
"""Seed of companies that calibration never saw."""
SHARPNESS: Final = 20.0
"""Power of the emulated chance with which sets are proposed when a pattern is left out.

They are sought anywhere, not near what was accepted with it, and there emulators see little. Without P7, 22 of 64 sets
reproduced all other patterns with this power, worth 7 equally weighted ones, and 12, worth 5, with a power of 8."""
ROUND: Final = 48
"""Most sets that are proposed at once when a pattern is left out."""
FEWEST: Final = 16.0
"""Least effective sample size of the sets that reproduce all other patterns for a verdict on the one left out
(assumption): a share of 80% then has a 95% interval from 56% to 93%.

Half as many are too few: P9 held in 89% of the sets of one round, worth 8, and in 55% of those of three, worth 20."""
_LEFT_OUT: Final = 2_000
_PRIORS: Final = 1_000
"""Added to a calibration's seed for the walkers without a pattern, and for sets from the priors."""
OWNER: Final = np.array([pattern_of(part) for part in parts()])
"""The pattern of each part."""


@cache
def mechanisms() -> Mapping[str, Mapping[str, Any]]:
    """Return the mechanisms that can be switched off: coefficients to change, source, a name in English and German."""
    return tomllib.loads(files("analysis.validation").joinpath("validation.toml").read_text(encoding="utf-8"))


def mechanism_name(mechanism: str, language: str) -> str:
    """Return the name of a mechanism."""
    about = mechanisms()[mechanism]
    return declared((about["en"], about["de"]), language)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Sets that were judged.

    Attributes
    ----------
    margins
        Of all parts, shape (sets, parts); NaN where a part was not judged.
    stopped
        The pattern at which a set was given up, or an empty text, shape (sets,).
    """

    margins: Floats
    stopped: NDArray[np.str_]

    @classmethod
    def read(cls, folder: Path) -> Judged:
        """Return what is stored in a sweep's folder."""
        frame = open_sweep(folder).frame(factors=False).sort_values("set")
        return cls(frame[list(parts())].to_numpy(dtype=np.float64), frame["stopped"].to_numpy(dtype=str))

    def holds(self, pattern: str) -> NDArray[np.bool_]:
        """Return for which of the sets a pattern holds, shape (sets,); not for those not judged by it."""
        return np.asarray((self.margins[:, pattern == OWNER] >= 0.0).all(axis=1))

    def judged(self, pattern: str) -> NDArray[np.bool_]:
        """Return which of the sets were judged by a pattern, shape (sets,)."""
        return np.asarray(~np.isnan(self.margins[:, pattern == OWNER]).any(axis=1))

    def margin(self, pattern: str) -> Floats:
        """Return the smallest margin of a pattern's parts, shape (sets,); NaN where it was not judged."""
        smallest: Floats = self.margins[:, pattern == OWNER].min(axis=1)
        return smallest

    def weakest(self, pattern: str) -> tuple[str, float]:
        """Return the part of a pattern that fails most often, and its median margin."""
        columns = np.flatnonzero(pattern == OWNER)
        margins = self.margins[:, columns]
        worst = int(np.lexsort((np.nanmedian(margins, axis=0), (margins >= 0.0).mean(axis=0)))[0])
        return parts()[columns[worst]], float(np.nanmedian(margins[:, worst]))


def unseen(
    ensemble: Ensemble, out: Path, *, seed: int = UNSEEN, sizes: Sizes = FULL, sweep: Sweep = in_threads
) -> Judged:
    """Judge the sets of an ensemble, with their stored anchors, on companies that calibration never saw.

    Parameters
    ----------
    ensemble
        The sets.
    out
        Folder of the sweep.
    seed, sizes
        Seed and numbers of companies.
    sweep
        As for :func:`experiments.calibration.calibrate.calibrate`.
    """
    job = JudgeJob(ensemble.names, ensemble.values, seed, sizes, anchors=ensemble.anchors, about={"what": "unseen"})
    sweep(job, out)
    return Judged.read(out)


def without_mechanism(
    ensemble: Ensemble,
    mechanism: str,
    out: Path,
    *,
    seed: int = UNSEEN,
    sizes: Sizes | None = None,
    sweep: Sweep = in_threads,
) -> Judged:
    """Judge the sets of an ensemble with a mechanism switched off and their anchors solved again.

    Parameters
    ----------
    ensemble
        The sets.
    mechanism
        One of :func:`mechanisms`, or an empty text: none is switched off.
    out, seed, sizes, sweep
        As for :func:`unseen`.
    """
    job = JudgeJob(
        ensemble.names,
        ensemble.values,
        seed,
        sizes or Sizes(),
        replaced=mechanisms()[mechanism]["off"] if mechanism else {},
        about={"what": "without mechanism", "mechanism": mechanism},
    )
    sweep(job, out)
    return Judged.read(out)


def under_priors(count: int, out: Path, *, procedure: Procedure, sweep: Sweep = in_threads) -> Judged:
    """Judge sets from the priors by every pattern, wherever else they fail, on the companies of a calibration.

    Parameters
    ----------
    count
        Number of sets.
    out
        Folder of the sweep.
    procedure
        The calibration's settings.
    sweep
        As for :func:`unseen`.
    """
    priors = coefficient_priors()
    values = priors.values(priors.draw(count, procedure.seed + _PRIORS))
    sweep(JudgeJob(priors.names, values, procedure.seed, procedure.sizes, about={"what": "priors"}), out)
    return Judged.read(out)


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """The result for a pattern that was not asked for.

    Attributes
    ----------
    pattern
        Its id.
    proposed, accepted
        Sets that were simulated, and those that reproduce all other patterns.
    share
        Weighted share of the accepted sets in which the pattern holds; NaN if there are none.
    effective
        Effective sample size of the accepted sets.
    """

    pattern: str
    proposed: int
    accepted: int
    share: float
    effective: float


def leave_out(
    pattern: str,
    known: tuple[Floats, Emulator],
    out: Path,
    *,
    procedure: Procedure,
    proposals: int,
    sweep: Sweep = in_threads,
) -> LeftOut:
    """Look for sets that reproduce all patterns but one, and see whether it emerges all the same.

    The emulators of all other patterns, fitted to the waves of a calibration, propose sets anywhere between the bounds.
    Those that reproduce all other patterns when they are simulated are looked at. For that a pattern need only hold:
    what is asked is whether one emerges, and no ensemble is drawn from these sets. They are proposed in rounds, until
    they are worth :data:`FEWEST`; whether the pattern holds in them has no say in that.

    Parameters
    ----------
    pattern
        The one to leave out.
    known, procedure
        Sets and emulators of a calibration's waves (:func:`experiments.calibration.waves.fitted`), and its settings.
    out
        Folder of the sweeps, one for each round.
    proposals
        Most sets to simulate.
    sweep
        As for :func:`unseen`.
    """
    priors = coefficient_priors()
    places, emulator = known
    # What the calibration did not ask for, its emulators know nothing of.
    others = tuple(other for other in procedure.patterns if other != pattern)
    low = {target: 0.0 for target, part in targets().items() if pattern_of(part) in others}
    seed = procedure.seed + _LEFT_OUT + CHEAP_FIRST.index(pattern)
    log_chance, holds = np.empty(0), np.empty(0, dtype=bool)
    proposed, effective = 0, 0.0
    while proposed < proposals and effective < FEWEST:
        count, number = min(ROUND, proposals - proposed), 1 + proposed // ROUND
        found, chance = propose(
            emulator, priors, places, low, count=count, steps=STEPS,
            seed=seed + len(CHEAP_FIRST) * (number - 1), sharpness=SHARPNESS,
        )  # fmt: skip
        job = JudgeJob(
            priors.names,
            priors.values(found),
            procedure.seed,
            procedure.sizes,
            # The one left out comes last: it is judged wherever all the others hold.
            patterns=(*others, pattern),
            floor=0.0,
            about={"what": "left out", "pattern": pattern, "round": number},
        )
        folder = out / f"round-{number}"
        sweep(job, folder)
        judged = Judged.read(folder)
        accepted = judged.judged(pattern) & np.all([judged.holds(other) for other in others], axis=0)
        log_chance = np.concatenate([log_chance, chance[accepted]])
        holds = np.concatenate([holds, judged.holds(pattern)[accepted]])
        weight = weights(log_chance)
        proposed, effective = proposed + count, worth(weight)
    return LeftOut(
        pattern, proposed, len(holds), float((weight * holds).sum()) if len(holds) else float("nan"), effective
    )


__all__ = [
    "FEWEST",
    "OWNER",
    "ROUND",
    "UNSEEN",
    "Judged",
    "LeftOut",
    "leave_out",
    "mechanism_name",
    "mechanisms",
    "under_priors",
    "unseen",
    "without_mechanism",
]
