"""Calibration from its first wave to the ensemble, into a folder that can be gone on with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from experiments.calibration.acceptance import Calibration, confirm
from experiments.calibration.jobs import JudgeJob
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.procedure import Procedure, begin
from experiments.calibration.waves import Wave, simulated_waves
from experiments.ensemble import Ensemble
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from sim import parameters as pm
from sim.errors import BadInputError, StoppedError, phrase

ENSEMBLE: Final = "ensemble.parquet"
"""File in a calibration's folder that holds the sets found."""
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
        The settings.
    begin_with
        The ensemble of the procedure's ``begun``.
    sweep
        Runs the waves; :func:`experiments.sweep.run.run` with any executor will do.
    ended
        Called with each wave when it is complete.

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
    for wave in simulated_waves(procedure, priors, begin_with, judged):
        waves.append(wave)
        if ended is not None:
            ended(wave)
    found = confirm(procedure, priors, waves, judged)
    if found.ensemble is not None:
        found.ensemble.save(out / ENSEMBLE)
    return found


def check_bounds(ensemble: Ensemble) -> None:
    """Refuse an ensemble with a coefficient outside its present bounds.

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


__all__ = ["ENSEMBLE", "Sweep", "calibrate", "check_bounds", "in_threads"]
