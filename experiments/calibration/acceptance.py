"""Acceptance: confirmation of accepted sets on a second sample, their weights, and the ensemble drawn from them.

Sets from waves without tolerance that are accepted are draws from the prior given all patterns once they are weighted
by the inverse of the chance that they were proposed with. The ensemble is drawn from them by these weights, without
replacement: of hardly more sets than are wanted nearly all are taken, and the weights change little.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from experiments.calibration.families import families
from experiments.calibration.jobs import JudgeJob
from experiments.calibration.priors import Priors
from experiments.calibration.procedure import ENOUGH, Procedure, command
from experiments.calibration.verdict import SAMPLING_ERRORS, parts, shortfall
from experiments.calibration.waves import Judge, Wave, verdicts
from experiments.ensemble import ANCHORS, Ensemble
from sim.version import __version__

Floats = NDArray[np.float64]

_HEAVIEST: Final = 0.95
"""Weights above this quantile are cut down to it: a set that was proposed by a rare chance must not speak for all."""


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The result of a calibration.

    Attributes
    ----------
    waves
        All waves.
    ensemble
        The accepted sets, or None if there is none.
    accepted, judged_again, confirmed
        Numbers of sets accepted on the calibration's companies, of those among them that were judged on the second
        sample (with ``apart``, one of each cluster, and :data:`ENOUGH` times as many as are wanted), and of those that
        hold clearly there.
    effective
        Effective sample size of the confirmed sets.
    """

    waves: tuple[Wave, ...]
    ensemble: Ensemble | None
    accepted: int
    judged_again: int
    confirmed: int
    effective: float


def confirm(procedure: Procedure, priors: Priors, waves: Sequence[Wave], judged: Judge) -> Calibration:
    """Confirm the accepted sets of waves on the second sample, and draw the ensemble.

    Parameters
    ----------
    procedure, waves
        The calibration's settings, and all of its waves.
    priors
        Of all coefficients.
    judged
        Runs the sweep on the second sample.
    """
    last = [wave for wave in waves if wave.tolerance == 0.0]
    rows = [(wave, wave.accepted) for wave in last]
    values = np.concatenate([wave.values[chosen] for wave, chosen in rows]) if rows else np.empty((0, 1))
    if not len(values):
        return Calibration(tuple(waves), None, 0, 0, 0, 0.0)
    # Sets sought near others weigh among themselves.
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
    margins, _, stopped = verdicts(frame)
    asked = np.isin(parts(), procedure.parts)
    holds = (stopped == "") & (shortfall(margins)[:, asked] <= 0.0).all(axis=1)
    weight = weights(log_chance[holds], wave_of[holds])
    effective = worth(weight)
    ensemble = None
    if holds.any():
        anchors = in_digits(frame.loc[holds, list(ANCHORS)].to_numpy(dtype=np.float64))
        facts = _facts(procedure, waves, (accepted, len(values), int(holds.sum())), effective)
        ensemble = _drawn(procedure, priors, values[holds], anchors, weight, facts)
    return Calibration(tuple(waves), ensemble, accepted, len(values), int(holds.sum()), effective)


def _one_of_each(values: Floats, weight: Floats, seed: int) -> NDArray[np.int64]:
    """Return indices of sets, one of each cluster: the first in an order that is drawn by weight."""
    drawn = np.random.default_rng([seed, 3]).choice(len(values), len(values), replace=False, p=weight)
    first = np.unique(families(values)[drawn], return_index=True)[1]
    return np.asarray(drawn[np.sort(first)])


def _apart(values: Floats, order: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """Return the first indices in an order whose sets are all of different clusters.

    Clusters depend on the spread of all sets, so they are formed again among those that are left.
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
    """Return the effective sample size of weights that sum to one; 0 for none."""
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


def _facts(
    procedure: Procedure, waves: Sequence[Wave], counts: tuple[int, int, int], effective: float
) -> dict[str, Any]:
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


__all__ = ["Calibration", "confirm", "in_digits", "weights", "worth"]
