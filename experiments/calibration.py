"""Calibration: which coefficients reproduce the patterns, by history matching in waves.

The rule, stated in advance. A set is accepted if every part of every pattern P1 to P19 holds clearly
(:data:`experiments.inference.verdict.CLEARLY`) on the virtual companies of the calibration, and holds on a second,
larger sample of other companies on which its anchors are solved. Nothing else is asked of it.

How such sets are found. The first wave is drawn from the priors. After each wave, emulators of all parts are fitted to
everything simulated so far, and the next wave is drawn from the prior times the emulated chance of being accepted, at a
tolerance that falls from wave to wave to none. Each set is then simulated: emulators propose, only simulations accept.
Sets from the waves without tolerance that are accepted are draws from the prior given all patterns once they are
weighted by the inverse of the chance that they were proposed with; the ensemble is drawn from them by these weights.

The waves are sweeps: stored set by set, resumable, run by threads, processes or a cluster (experiments/sweep).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp

from experiments.ensemble import ANCHORS, Ensemble
from experiments.inference.emulator import Emulator
from experiments.inference.priors import Priors
from experiments.inference.verdict import CHEAP_FIRST, CLEARLY, FULL, Sizes, parts, pattern_of, shortfall
from experiments.inference.walk import propose
from experiments.inference.wave import JudgeJob
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from sim import parameters as pm
from sim.errors import BadInputError, StoppedError, phrase
from sim.version import __version__

Floats = NDArray[np.float64]

TOLERANCES: Final = (2.0, 1.0, 0.5, 0.25)
"""Tolerance of the first waves, in scales of a part; of all later ones, none."""
SLACK: Final = 2.0
"""A set is judged on as long as it is within this much of the tolerance: emulators learn from near misses."""
STEPS: Final = 2000
"""Steps of each walker from wave to wave."""
_HEAVIEST: Final = 0.95
"""Weights above this quantile are cut down to it: a set that was proposed by a rare chance must not speak for all."""
_CONFIRM: Final = 1
"""Added to the seed for the companies on which accepted sets are confirmed and their anchors solved."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """How to calibrate.

    Attributes
    ----------
    seed
        Of companies, draws and walks.
    first, later
        Sets in the first wave, and in each later one.
    waves
        Most waves.
    wanted
        Sets in the ensemble; waves end when half as many again were accepted.
    sizes, full
        On how many companies sets are judged, and those accepted confirmed.
    without
        Patterns that are left out, to see whether they emerge all the same.
    """

    seed: int = 20_337
    first: int = 1200
    later: int = 800
    waves: int = 10
    wanted: int = 240
    sizes: Sizes = field(default_factory=Sizes)
    full: Sizes = FULL
    without: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns that are asked for, cheap ones first."""
        return tuple(pattern for pattern in CHEAP_FIRST if pattern not in self.without)

    @property
    def parts(self) -> tuple[str, ...]:
        """Their parts."""
        return tuple(part for part in parts() if pattern_of(part) not in self.without)

    def tolerance(self, wave: int) -> float:
        """Return the tolerance of a wave, counted from 0."""
        return TOLERANCES[wave] if wave < len(TOLERANCES) else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """A wave that was simulated.

    Attributes
    ----------
    number
        From 1 on.
    tolerance
        How far from holding clearly a set may be to count as within it.
    places, values
        The sets: places between the bounds and coefficients, shape (sets, coefficients).
    log_chance
        Log of the emulated chance by which each was proposed, shape (sets,); 0 in the first wave.
    margins
        Of all parts, shape (sets, parts); NaN where a set was given up before.
    stopped
        The pattern at which each set was given up, or an empty text.
    explained
        Median over parts of the variance that the emulators explained; NaN in the first wave.
    """

    number: int
    tolerance: float
    places: Floats
    values: Floats
    log_chance: Floats
    margins: Floats
    stopped: NDArray[np.str_]
    explained: float = float("nan")

    @property
    def distances(self) -> Floats:
        """Distance of each set from its hardest pattern, shape (sets,); infinite for those given up."""
        asked = ~np.isnan(self.margins).all(axis=0)
        far: Floats = shortfall(self.margins[:, asked]).max(axis=1)
        return np.where(self.stopped == "", far, np.inf)

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
        owner = np.array([pattern_of(part) for part in parts()])
        shares = {}
        for pattern in dict.fromkeys(owner.tolist()):
            margins = self.margins[:, owner == pattern]
            judged = ~np.isnan(margins).all(axis=1)
            if judged.any():
                far = shortfall(margins[judged]).max(axis=1)
                shares[pattern] = float((far > self.tolerance).mean())
        return dict(sorted(shares.items(), key=lambda item: -item[1]))


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What a calibration found.

    Attributes
    ----------
    waves
        All waves.
    ensemble
        The accepted sets, or None if there is none.
    accepted, confirmed
        Number of sets accepted on the calibration's companies, and of those that hold on the second sample.
    effective
        How many equally weighted sets the confirmed ones are worth.
    """

    waves: tuple[Wave, ...]
    ensemble: Ensemble | None
    accepted: int
    confirmed: int
    effective: float


def coefficient_priors() -> Priors:
    """Return the priors of all coefficients."""
    return Priors.of(list(pm.parameters()["coefficient"].values()))


Sweep = Callable[[JudgeJob, Path], object]
"""Runs a job into a folder, or goes on with it there, and raises if it cannot be finished."""


def in_threads(job: JudgeJob, out: Path) -> None:
    """Run a job with as many threads as there are processors.

    Raises
    ------
    StoppedError
        If sets could not be judged.
    """
    outcome = run(job, out)
    if outcome.failed:
        raise StoppedError(phrase("chunks_failed", count=len(outcome.failed), chunks=outcome.chunks, folder=out))


def calibrate(
    out: Path, procedure: Procedure, *, sweep: Sweep = in_threads, ended: Callable[[Wave], None] | None = None
) -> Calibration:
    """Calibrate into a folder, or go on with a calibration there.

    Parameters
    ----------
    out
        A new folder, or that of the same calibration.
    procedure
        How.
    sweep
        Runs the waves; :func:`experiments.sweep.run.run` with any executor will do.
    ended
        Is told of each wave when it is complete.

    Raises
    ------
    BadInputError
        If the folder holds something else.
    StoppedError
        If sets could not be judged.
    """
    priors = coefficient_priors()
    _begin(out, procedure)

    def judged(name: str, job: JudgeJob) -> pd.DataFrame:
        sweep(job, out / name)
        return open_sweep(out / name).frame(factors=False).sort_values("set")

    waves: list[Wave] = []
    for wave in _waves(procedure, priors, judged):
        waves.append(wave)
        if ended is not None:
            ended(wave)
    return _confirm(procedure, priors, waves, judged, out)


Judge = Callable[[str, JudgeJob], pd.DataFrame]


def _waves(procedure: Procedure, priors: Priors, judged: Judge) -> Iterator[Wave]:
    waves: list[Wave] = []
    accepted = 0
    for k in range(procedure.waves):
        tolerance = procedure.tolerance(k)
        if k == 0:
            places, log_chance = priors.draw(procedure.first, procedure.seed), np.zeros(procedure.first)
            explained = float("nan")
        else:
            places, log_chance, explained = _propose(waves, priors, procedure, k)
        values = priors.values(places)
        job = JudgeJob(
            priors.names,
            values,
            procedure.seed,
            procedure.sizes,
            patterns=procedure.patterns,
            limit=tolerance + SLACK,
            about={"wave": k + 1, "tolerance": tolerance},
        )
        frame = judged(f"wave-{k + 1:02d}", job)
        margins, stopped = frame[list(parts())].to_numpy(dtype=np.float64), frame["stopped"].to_numpy(dtype=str)
        waves.append(Wave(k + 1, tolerance, places, values, log_chance, margins, stopped, explained))
        yield waves[-1]
        accepted += len(waves[-1].accepted) if tolerance == 0.0 else 0
        if 2 * accepted >= 3 * procedure.wanted:
            return


def _propose(waves: list[Wave], priors: Priors, procedure: Procedure, wave: int) -> tuple[Floats, Floats, float]:
    """Return the places of a wave's sets, the log of the emulated chance of each, and how well emulators explain."""
    places = np.concatenate([each.places for each in waves])
    emulator = Emulator.fit(places, np.concatenate([each.margins for each in waves]), parts())
    low = dict.fromkeys(procedure.parts, CLEARLY - procedure.tolerance(wave))
    seed = procedure.seed + wave
    found, log_chance = propose(emulator, priors, places, low, count=procedure.later, steps=STEPS, seed=seed)
    return found, log_chance, float(np.median(emulator.explained))


def _confirm(procedure: Procedure, priors: Priors, waves: list[Wave], judged: Judge, out: Path) -> Calibration:
    last = [wave for wave in waves if wave.tolerance == 0.0]
    rows = [(wave, wave.accepted) for wave in last]
    values = np.concatenate([wave.values[chosen] for wave, chosen in rows]) if rows else np.empty((0, 1))
    if not len(values):
        return Calibration(tuple(waves), None, 0, 0, 0.0)
    log_chance = np.concatenate([wave.log_chance[chosen] for wave, chosen in rows])
    job = JudgeJob(
        priors.names,
        values,
        procedure.seed + _CONFIRM,
        procedure.full,
        patterns=procedure.patterns,
        # Holding is enough here.
        limit=CLEARLY,
        about={"wave": "confirmation"},
    )
    frame = judged("confirmation", job)
    holds = (frame["stopped"] == "").to_numpy()
    weight = weights(log_chance[holds])
    effective = float(1.0 / np.square(weight).sum()) if holds.any() else 0.0
    ensemble = None
    if holds.any():
        anchors = np.array([[float(f"{x:.6g}") for x in row] for row in frame.loc[holds, list(ANCHORS)].to_numpy()])
        facts = _facts(procedure, waves, len(values), int(holds.sum()), effective)
        ensemble = _drawn(procedure, priors, values[holds], anchors, weight, facts)
        ensemble.save(out / "ensemble.parquet")
    return Calibration(tuple(waves), ensemble, len(values), int(holds.sum()), effective)


def weights(log_chance: Floats) -> Floats:
    """Return weights that undo the chances with which sets were proposed; they sum to one."""
    if not len(log_chance):
        return log_chance
    heaviest = np.quantile(-log_chance, _HEAVIEST)
    log_weight = np.minimum(-log_chance, heaviest)
    normed: Floats = np.exp(log_weight - logsumexp(log_weight))
    return normed


def _drawn(
    procedure: Procedure, priors: Priors, values: Floats, anchors: Floats, weight: Floats, facts: dict[str, Any]
) -> Ensemble:
    """Return the ensemble: drawn by weight without replacement, the set nearest to the centre first."""
    rng = np.random.default_rng([procedure.seed, 2])
    chosen = rng.choice(len(values), min(procedure.wanted, len(values)), replace=False, p=weight)
    places = priors.places(values[chosen])
    nearest = int(np.square(places - places.mean(axis=0)).sum(axis=1).argmin())
    # The others stay in the order in which they were drawn, so that the first few speak for all.
    order = np.concatenate([chosen[[nearest]], np.delete(chosen, nearest)])
    return Ensemble(priors.names, values[order], anchors[order], facts)


def _facts(procedure: Procedure, waves: list[Wave], accepted: int, confirmed: int, effective: float) -> dict[str, Any]:
    return {
        "command": command(procedure),
        "procedure": json.loads(json.dumps(asdict(procedure))),
        "clearly": CLEARLY,
        "simulated": sum(len(wave.places) for wave in waves),
        "accepted": accepted,
        "confirmed": confirmed,
        "effective": round(effective, 1),
        "version": __version__,
    }


def command(procedure: Procedure) -> str:
    """Return the command that makes this calibration."""
    options = f"--seed {procedure.seed} --first {procedure.first} --later {procedure.later} --waves {procedure.waves}"
    without = "".join(f" --without {pattern}" for pattern in procedure.without)
    return f"handshake calibrate --out DIR {options} --sets {procedure.wanted}{without}"


def _begin(out: Path, procedure: Procedure) -> None:
    """Write the procedure into a new folder, or see that it is the one that the folder was begun with."""
    path = out / "calibration.json"
    text = json.dumps({"version": __version__, **asdict(procedure)}, indent=2, sort_keys=True) + "\n"
    if path.exists():
        if path.read_text(encoding="utf-8") != text:
            allowed = phrase("its_calibration_or_new_folder")
            raise BadInputError("invalid", file=str(path), value=command(procedure), allowed=allowed)
        return
    if out.exists() and any(out.iterdir()):
        raise BadInputError("foreign", file=str(out), allowed=phrase("new_folder"))
    out.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


__all__ = ["Calibration", "Procedure", "Sweep", "Wave", "calibrate", "coefficient_priors", "command", "weights"]
