"""Calibration: which coefficients reproduce the patterns, by history matching in waves.

The rule, stated in advance. A set is accepted if every part of every pattern P1 to P19 holds clearly, that is, by a
stated multiple of its sampling error or more, on the virtual companies of the calibration, and again on a second,
larger sample of other companies on which its anchors are solved. Nothing else is asked of it.

How such sets are found. The first wave is drawn from the priors and judged with a tolerance. After each wave, emulators
of all parts are fitted to everything simulated so far, and the next wave is drawn from the prior times the emulated
chance of being accepted. Each set is then simulated: emulators propose, only simulations accept. Sets from waves
without tolerance that are accepted are draws from the prior given all patterns once they are weighted by the inverse of
the chance that they were proposed with; the ensemble is drawn from them by these weights, without replacement, so that
of hardly more sets than are wanted nearly all are taken and the weights change little. Part of each later wave is
sought near what was accepted or narrowly missed, by a chance that nobody knows: those sets count alike among
themselves, and the ensemble is denser where they were sought: it is of as many families as it is
(experiments/calibration/families.py).
So do those of an ensemble to begin with, if one is given: after a change of the rules, what was accepted before is
near what will be. They are judged as all others are.

The waves are sweeps: stored set by set, resumable, run by threads, processes or a cluster (experiments/sweep).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp

from experiments.calibration.emulator import Emulator
from experiments.calibration.families import families
from experiments.calibration.priors import Priors
from experiments.calibration.verdict import (
    CHEAP_FIRST,
    FULL,
    REJECTING_FIRST,
    SAMPLING_ERRORS,
    Sizes,
    clearances,
    parts,
    pattern_of,
    shortfall,
    targets,
)
from experiments.calibration.walk import propose
from experiments.calibration.waves import JudgeJob
from experiments.ensemble import ANCHORS, Ensemble
from experiments.files import reason, write_new
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from sim import parameters as pm
from sim.errors import BadInputError, StoppedError, between, phrase, unknown_name
from sim.version import __version__

Floats = NDArray[np.float64]

SCHEDULE: Final = ((2.0, -3.5), (0.0, -2.0), (0.0, -1.5), (0.0, -1.0), (0.0, -0.75))
"""Tolerance and floor of the first waves and, the last pair, of all later ones, in scales of a part.

The tolerance is by how much a set may fall short of holding clearly. The floor is the margin below which it is given
up: emulators learn from near misses, so sets are judged on for a while after they have missed.
"""
TOLERANT: Final = sum(tolerance > 0.0 for tolerance, _ in SCHEDULE)
"""Number of waves with a tolerance, from which no set is accepted."""
_MOST_SETS: Final = 100_000
"""Most sets of one wave: emulators are fitted to all sets so far, whose terms then fill some GB."""
SHARPNESS_NEAR: Final = 20.0
"""The power for those sought near others. Their chance is not known and never undone, and they cannot stray: of a first
such wave, the emulated chance was .21 on average with this power, and .08 with the other."""
TETHER: Final = 0.25
"""How far the half of a wave that starts from near misses may stray from them, in standard deviations of the priors.

In 79 dimensions that is a distance at which emulators still know something of the near miss itself.
"""
CONFIRMING: Final = replace(FULL, others=Sizes().others)
"""On how many companies accepted sets are confirmed."""
ENOUGH: Final = 1.25
"""Accepted sets per set of the ensemble with which waves end: of those found anywhere, four in five are confirmed."""
BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "first": (1, _MOST_SETS),
    "later": (1, _MOST_SETS),
    "wanted": (1, _MOST_SETS),
    "near": (0, 100),
    "sharpness": (1, 50),
    # With so many times fewer companies, the virtual sample of a coarse first wave is as large as the study's (E1).
    "coarse": (1, 5),
}
"""Least and most of what a :class:`Procedure` asks for."""
STEPS: Final = 100
"""Steps of each walker from wave to wave."""
_HEAVIEST: Final = 0.95
"""Weights above this quantile are cut down to it: a set that was proposed by a rare chance must not speak for all."""
_TETHERED: Final = 1000
"""Added to the seed for the walkers that stay near."""
_CONFIRM: Final = 1
"""Added to the seed for the companies on which accepted sets are confirmed and their anchors solved."""
CALIBRATION: Final = "calibration.json"
"""File, in a calibration's folder, that says what was begun there."""
ENSEMBLE: Final = "ensemble.parquet"
"""File, in a calibration's folder, with the sets that it found."""


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
        Sets in the ensemble; waves end when :data:`ENOUGH` times as many were accepted.
    sizes, full
        On how many companies sets are judged, and those accepted confirmed.
    without
        Patterns that are left out, to see whether they emerge all the same.
    begun
        Fingerprint of the ensemble that is begun with, or an empty text.
    near
        Percentage of each wave that is sought near what was accepted or narrowly missed, once there is any.
    apart
        Whether the ensemble takes one set of each family (:mod:`experiments.calibration.families`) alone, and waves end
        when there are enough families. Otherwise sets found near one another all count.
    sharpness
        Power of the emulated chance with which sets are proposed anywhere; their weights undo it. With 1, one set of
        thousands would be accepted, as the emulators' errors multiply over all parts. The higher, the more are, and the
        farther they stay from where acceptance is in doubt: of sets proposed with 20 without one of the patterns, one
        in 13 was accepted, and all were of families of their own.
    coarse
        How many times fewer companies the first wave is judged on. Its tolerance and floor are several scales of a
        part, so that hardly any sampling error matters; then the patterns that reject most come first, too.

    Raises
    ------
    BadInputError
        For unknown patterns, if none is left, and for numbers out of :data:`BOUNDS`.
    """

    seed: int = 20_337
    first: int = 600
    later: int = 200
    waves: int = 10
    wanted: int = 240
    sizes: Sizes = field(default_factory=Sizes)
    full: Sizes = CONFIRMING
    without: tuple[str, ...] = ()
    begun: str = ""
    near: int = 50
    apart: bool = False
    sharpness: int = 3
    coarse: int = 1

    def __post_init__(self) -> None:
        for pattern in self.without:
            if pattern not in CHEAP_FIRST:
                raise unknown_name(pattern, CHEAP_FIRST, key="without")
        if not self.patterns:
            allowed = phrase("at_most", high=len(CHEAP_FIRST) - 1)
            raise BadInputError("bounds", key="without", value=len(CHEAP_FIRST), allowed=allowed)
        for key, (low, high) in BOUNDS.items():
            if not low <= (value := getattr(self, key)) <= high:
                raise BadInputError("bounds", key=key, value=value, allowed=between(low, high))

    @property
    def confirmation_seed(self) -> int:
        """Seed of the companies on which accepted sets are confirmed and their anchors solved."""
        return self.seed + _CONFIRM

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
        return SCHEDULE[min(wave, len(SCHEDULE) - 1)][0]

    def floor(self, wave: int) -> float:
        """Return the floor of a wave, counted from 0."""
        return SCHEDULE[min(wave, len(SCHEDULE) - 1)][1]

    def judged_by(self, wave: int) -> tuple[Sizes, tuple[str, ...]]:
        """Return on how many companies a wave is judged, and by which patterns in which order.

        Waves are counted from 0; -1 are the sets of an ensemble that is begun with.
        """
        if wave or self.coarse == 1:
            return self.sizes, self.patterns
        order = tuple(pattern for pattern in REJECTING_FIRST if pattern not in self.without)
        return self.sizes.coarser(self.coarse), order


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """A wave that was simulated.

    Attributes
    ----------
    number
        From 1 on; 0 for the sets of an ensemble that was begun with.
    tolerance
        How far from holding clearly a set may be to count as within it.
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
        """Distance of each set from its hardest pattern, shape (sets,); infinite for those given up."""
        return np.where(self.stopped == "", self._short.max(axis=1), np.inf)

    @property
    def missed(self) -> Floats:
        """How far each set is from all patterns together: sum of squared shortfalls; infinite for those given up."""
        return np.where(self.stopped == "", np.square(self._short).sum(axis=1), np.inf)

    @property
    def _short(self) -> Floats:
        """How far each set falls short of the parts that were asked for, shape (sets, parts asked for)."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What a calibration found.

    Attributes
    ----------
    waves
        All waves.
    ensemble
        The accepted sets, or None if there is none.
    accepted, judged_again, confirmed
        Number of sets accepted on the calibration's companies, of those among them that were judged on the second
        sample (if they are to be apart, one of each family, and :data:`ENOUGH` times as many as are wanted), and of
        those that hold clearly there.
    effective
        How many equally weighted sets the confirmed ones are worth.
    """

    waves: tuple[Wave, ...]
    ensemble: Ensemble | None
    accepted: int
    judged_again: int
    confirmed: int
    effective: float


def coefficient_priors() -> Priors:
    """Return the priors of all coefficients."""
    return Priors.of(list(pm.parameters()["coefficient"].values()))


def fewest_first() -> int:
    """Return the fewest sets of a first wave: twice as many as coefficients, or regressions on them tell nothing."""
    return 2 * len(pm.parameters()["coefficient"])


Sweep = Callable[[JudgeJob, Path], object]
"""Runs a job into a folder, or goes on with it there, and raises if it cannot be finished."""


def check_bounds(ensemble: Ensemble) -> None:
    """Refuse an ensemble with a coefficient that is out of its bounds now.

    Raises
    ------
    BadInputError
        If there is one.
    """
    for k in range(len(ensemble)):
        try:
            pm.coefficients(ensemble.changes(k)["coefficients"])
        except BadInputError as error:
            raise error.at(str(error.key).replace("coefficient.", "coefficients.", 1)) from None


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
    out: Path,
    procedure: Procedure,
    *,
    begin_with: Ensemble | None = None,
    sweep: Sweep = in_threads,
    ended: Callable[[Wave], None] | None = None,
) -> Calibration:
    """Calibrate into a folder, or go on with a calibration there.

    Parameters
    ----------
    out
        A new folder, or that of the same calibration.
    procedure
        How.
    begin_with
        The ensemble of the procedure's ``begun``.
    sweep
        Runs the waves; :func:`experiments.sweep.run.run` with any executor will do.
    ended
        Is told of each wave when it is complete.

    Raises
    ------
    BadInputError
        If the folder holds something else or cannot be written, or the first wave is too small to go on from.
    StoppedError
        If sets could not be judged.
    """
    if begin_with is not None:
        check_bounds(begin_with)
    if procedure.begun != ("" if begin_with is None else begin_with.fingerprint):
        raise BadInputError("invalid", key="begun", value=procedure.begun, allowed=phrase("an_ensemble"))
    priors = coefficient_priors()
    begin(out, procedure)

    def judged(name: str, job: JudgeJob) -> pd.DataFrame:
        sweep(job, out / name)
        return open_sweep(out / name).frame(factors=False).sort_values("set")

    waves: list[Wave] = []
    for wave in _waves(procedure, priors, begin_with, judged):
        waves.append(wave)
        if ended is not None:
            ended(wave)
    return _confirm(procedure, priors, waves, judged, out)


Judge = Callable[[str, JudgeJob], pd.DataFrame]


def _waves(procedure: Procedure, priors: Priors, begun: Ensemble | None, judged: Judge) -> Iterator[Wave]:
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
        return _verdicts(judged(_folder(number), job))

    for k in range(procedure.waves):
        tolerance = procedure.tolerance(k)
        if k == 0:
            places, log_chance = priors.draw(procedure.first, procedure.seed), np.zeros(procedure.first)
            explained = float("nan")
        else:
            places, log_chance, explained = _propose(waves, priors, procedure, k)
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
    """Return how many sets were accepted in waves without tolerance, or of how many families they are."""
    found = [wave.values[wave.accepted] for wave in waves if wave.tolerance == 0.0]
    values = np.concatenate(found) if found else np.empty((0, 1))
    return len(np.unique(families(values))) if procedure.apart and len(values) else len(values)


def fitted(waves: Sequence[Wave]) -> tuple[Floats, Emulator]:
    """Return the places of all sets of waves, shape (sets, coefficients), and emulators fitted to what they gave."""
    places = np.concatenate([wave.places for wave in waves])
    return places, Emulator.fit(places, np.concatenate([wave.emulated for wave in waves]), tuple(targets()))


def _propose(waves: list[Wave], priors: Priors, procedure: Procedure, wave: int) -> tuple[Floats, Floats, float]:
    """Return the places of a wave's sets, the log of the emulated chance of each, and how well emulators explain."""
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


def _confirm(procedure: Procedure, priors: Priors, waves: list[Wave], judged: Judge, out: Path) -> Calibration:
    last = [wave for wave in waves if wave.tolerance == 0.0]
    rows = [(wave, wave.accepted) for wave in last]
    values = np.concatenate([wave.values[chosen] for wave, chosen in rows]) if rows else np.empty((0, 1))
    if not len(values):
        return Calibration(tuple(waves), None, 0, 0, 0, 0.0)
    # Those sought near others count among themselves.
    wave_of = np.concatenate([2 * wave.number + (wave.log_chance[chosen] == 0.0) for wave, chosen in rows])
    log_chance = np.concatenate([wave.log_chance[chosen] for wave, chosen in rows])
    accepted = len(values)
    if procedure.apart:
        one = _one_of_each(values, weights(log_chance, wave_of), procedure.seed)
        # The second sample takes longest: no more than are needed.
        one = one[: int(ENOUGH * procedure.wanted) + 1]
        values, log_chance, wave_of = values[one], log_chance[one], wave_of[one]
    job = JudgeJob(
        priors.names,
        values,
        procedure.confirmation_seed,
        procedure.full,
        patterns=procedure.patterns,
        floor=0.0,
        about={"wave": "confirmation"},
    )
    frame = judged("confirmation", job)
    margins, _, stopped = _verdicts(frame)
    asked = np.isin(parts(), procedure.parts)
    holds = (stopped == "") & (shortfall(margins)[:, asked] <= 0.0).all(axis=1)
    weight = weights(log_chance[holds], wave_of[holds])
    effective = worth(weight)
    ensemble = None
    if holds.any():
        anchors = in_digits(frame.loc[holds, list(ANCHORS)].to_numpy(dtype=np.float64))
        facts = _facts(procedure, waves, (accepted, len(values), int(holds.sum())), effective)
        ensemble = _drawn(procedure, priors, values[holds], anchors, weight, facts)
        ensemble.save(out / ENSEMBLE)
    return Calibration(tuple(waves), ensemble, accepted, len(values), int(holds.sum()), effective)


def _one_of_each(values: Floats, weight: Floats, seed: int) -> NDArray[np.int64]:
    """Return places of sets, one of each family: the first in an order that is drawn by weight."""
    drawn = np.random.default_rng([seed, 3]).choice(len(values), len(values), replace=False, p=weight)
    first = np.unique(families(values)[drawn], return_index=True)[1]
    return np.asarray(drawn[np.sort(first)])


def _apart(values: Floats, order: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """Return the first places in an order whose sets are no relatives of one another.

    Who is a relative depends on the spread of all, so that it is looked at again among those that are left.
    """
    while True:
        chosen = order[:wanted]
        first = np.unique(families(values[chosen]), return_index=True)[1]
        if len(first) == len(chosen):
            return chosen
        order = np.delete(order, np.setdiff1d(np.arange(len(chosen)), first))


def in_digits(anchors: Floats) -> Floats:
    """Return anchors with six significant digits, each the float that its digits stand for, as in a parameter file."""
    return np.array([float(f"{x:.6g}") for x in anchors.ravel()]).reshape(anchors.shape)


def weights(log_chance: Floats, wave: NDArray[np.integer] | None = None) -> Floats:
    """Return weights that undo the chances with which sets were proposed; they sum to one.

    Parameters
    ----------
    log_chance
        Log of each set's chance, up to a constant of its wave, shape (sets,).
    wave
        The wave that each set belongs to; one for all if None. As chances of different waves are known up to different
        constants, a wave counts as much as it has effective sets.
    """
    if not len(log_chance):
        return log_chance
    found = np.empty(len(log_chance))
    for number in np.unique(wave) if wave is not None else (0,):
        mine = np.flatnonzero(wave == number) if wave is not None else np.arange(len(log_chance))
        log_weight = np.minimum(-log_chance[mine], np.quantile(-log_chance[mine], _HEAVIEST))
        normed = np.exp(log_weight - logsumexp(log_weight))
        found[mine] = normed / np.square(normed).sum()
    total: Floats = found / found.sum()
    return total


def worth(weight: Floats) -> float:
    """Return how many equally weighted sets those with these weights, which sum to one, are worth; 0 for none."""
    return float(1.0 / np.square(weight).sum()) if len(weight) else 0.0


def _drawn(
    procedure: Procedure, priors: Priors, values: Floats, anchors: Floats, weight: Floats, facts: dict[str, Any]
) -> Ensemble:
    """Return the ensemble: drawn by weight without replacement, the set nearest to the centre first."""
    rng = np.random.default_rng([procedure.seed, 2])
    if procedure.apart:
        order = rng.choice(len(values), len(values), replace=False, p=weight)
        chosen = _apart(values, order, procedure.wanted)
    else:
        chosen = rng.choice(len(values), min(procedure.wanted, len(values)), replace=False, p=weight)
    places = priors.places(values[chosen])
    nearest = int(np.square(places - places.mean(axis=0)).sum(axis=1).argmin())
    # The others stay in the order in which they were drawn, so that the first few speak for all.
    order = np.concatenate([chosen[[nearest]], np.delete(chosen, nearest)])
    return Ensemble(priors.names, values[order], anchors[order], facts)


def _facts(procedure: Procedure, waves: list[Wave], counts: tuple[int, int, int], effective: float) -> dict[str, Any]:
    accepted, judged_again, confirmed = counts
    return {
        "command": command(procedure),
        "procedure": json.loads(json.dumps(asdict(procedure))),
        "sampling_errors": SAMPLING_ERRORS,
        "simulated": sum(len(wave.places) for wave in waves),
        "accepted": accepted,
        "judged_again": judged_again,
        "confirmed": confirmed,
        "effective": round(effective, 1),
        "version": __version__,
    }


def command(procedure: Procedure) -> str:
    """Return the command that makes this calibration; in Python, if it is on other companies than the command takes."""
    if (procedure.sizes, procedure.full) != (Sizes(), CONFIRMING):
        return f"calibrate(Path('DIR'), {procedure!r})"
    options = f"--seed {procedure.seed} --first {procedure.first} --later {procedure.later} --waves {procedure.waves}"
    options += f" --sets {procedure.wanted}"
    options += "".join(f" --without {pattern}" for pattern in procedure.without)
    options += " --begin FILE" if procedure.begun else ""
    options += f" --near {procedure.near}" if procedure.near != Procedure().near else ""
    options += " --apart" if procedure.apart else ""
    options += f" --sharpness {procedure.sharpness}" if procedure.sharpness != Procedure().sharpness else ""
    options += f" --coarse {procedure.coarse}" if procedure.coarse != Procedure().coarse else ""
    return f"handshake calibrate --out DIR {options}"


def read_waves(out: Path) -> tuple[Procedure, tuple[Wave, ...]]:
    """Return how a calibration in a folder was done, and its waves as far as they are complete.

    The chances with which sets were proposed are not stored, so that they are 0 here: these waves teach emulators, and
    no ensemble is drawn from them.

    Raises
    ------
    BadInputError
        If the folder holds no calibration.
    """
    path = out / CALIBRATION
    try:
        raw = _fields(path)
        raw.pop("version")
        raw |= {name: Sizes(**raw[name]) for name in ("sizes", "full")} | {"without": tuple(raw["without"])}
        procedure = Procedure(**raw)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError("invalid", file=str(path), value=str(error), allowed=phrase("a_calibration")) from error
    priors, waves = coefficient_priors(), []
    numbers = [1, *([0] if procedure.begun else []), *range(2, procedure.waves + 1)]
    for number in numbers:
        folder = out / _folder(number)
        if not folder.is_dir() or not (sweep := open_sweep(folder)).complete:
            break
        found = _verdicts(sweep.frame(factors=False).sort_values("set"))
        values = sweep.design.sort_values("set")[list(priors.names)].to_numpy(dtype=np.float64)
        tolerance = procedure.tolerance(number - 1) if number else 0.0
        waves.append(Wave(number, tolerance, priors.places(values), values, np.zeros(len(values)), *found))
    return procedure, tuple(waves)


def _verdicts(frame: pd.DataFrame) -> tuple[Floats, Floats, NDArray[np.str_]]:
    """Return a wave's margins of parts and of what is emulated, and where each set was given up."""
    margins, emulated = (frame[list(names)].to_numpy(dtype=np.float64) for names in (parts(), targets()))
    return margins, emulated, frame["stopped"].to_numpy(dtype=str)


def _folder(number: int) -> str:
    return f"wave-{number:02d}"


def begin(out: Path, procedure: Procedure) -> None:
    """Write the procedure into a new folder, or see that it is the one that the folder was begun with.

    Raises
    ------
    BadInputError
        If it is another one, the folder holds something else or cannot be written, or the first wave is too small.
    """
    if procedure.first < fewest_first():
        allowed = phrase("at_least", low=fewest_first())
        raise BadInputError("bounds", key="first", value=procedure.first, allowed=allowed)
    path = out / CALIBRATION
    text = json.dumps({"version": __version__, **asdict(procedure)}, indent=2, sort_keys=True) + "\n"
    try:
        if path.exists():
            _same(path, json.loads(text))
            return
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise BadInputError("exists", file=str(out), allowed=phrase("new_folder"))
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError("unwritable", file=str(out), value=reason(error)) from None
    write_new({path: text})


def _fields(path: Path) -> dict[str, Any]:
    """Return the fields of a procedure in a file; those that were added since have their usual values.

    Raises
    ------
    ValueError
        If it holds anything else.
    """
    raw = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(raw, dict) or "version" not in raw:
        raise ValueError(str(raw)[:40])
    usual = json.loads(json.dumps(asdict(Procedure())))
    return {**usual, **raw}


def _same(path: Path, asked: dict[str, Any]) -> None:
    """Refuse to go on in a folder with another procedure, and name the first field that differs."""
    try:
        stored = _fields(path)
    except ValueError as error:
        raise BadInputError("invalid", file=str(path), value=str(error), allowed=phrase("a_calibration")) from None
    for name in sorted(stored.keys() | asked.keys(), key=lambda name: (name == "version", name)):
        if stored.get(name) != asked.get(name):
            value = f"{asked.get(name)} ≠ {stored.get(name)}"
            allowed = phrase("its_calibration_or_new_folder")
            raise BadInputError("invalid", file=str(path), key=name, value=value, allowed=allowed)


__all__ = [
    "BOUNDS",
    "CALIBRATION",
    "CONFIRMING",
    "ENSEMBLE",
    "SCHEDULE",
    "TOLERANT",
    "Calibration",
    "Procedure",
    "Sweep",
    "Wave",
    "begin",
    "calibrate",
    "check_bounds",
    "coefficient_priors",
    "command",
    "fewest_first",
    "fitted",
    "in_digits",
    "read_waves",
    "weights",
    "worth",
]
