"""``handshake calibrate``: search for the coefficients that reproduce the patterns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer

from analysis.calibration.findings import calibration_findings
from analysis.calibration.page import calibration_page, rule_lines, wave_line
from analysis.figures.labels import Labels
from app.terminal.complaints import said, whole_number
from app.terminal.page import show_page
from app.terminal.screen import Screen
from app.terminal.sweeping import INTERRUPTED, RunOptions, swept
from experiments.calibration.calibrate import ENSEMBLE, calibrate, check_bounds
from experiments.calibration.jobs import JudgeJob
from experiments.calibration.procedure import BOUNDS, CALIBRATION, TOLERANT, Procedure, begin, fewest_first
from experiments.calibration.waves import Wave
from experiments.ensemble import Ensemble
from sim.errors import BadInputError

MAX_WAVES: Final = 100
MAX_SEED: Final = 2**32 - 1 - MAX_WAVES
"""The second sample and the walk from one wave to the next take the numbers after the seed."""
_NOTHING: Final = 1
"""Exit code if no set is accepted."""
_NAMED: Final = 3
"""Hardest patterns that are named then."""


def begun_with(path: Path) -> Ensemble:
    """Return the ensemble of ``--begin``.

    Raises
    ------
    BadInputError
        If the file is none, or has a coefficient that is out of its bounds now.
    """
    found = Ensemble.load(path)
    try:
        check_bounds(found)
    except BadInputError as error:
        raise BadInputError(
            error.problem, file=str(path), key=error.key, value=error.value, allowed=error.allowed
        ) from None
    return found


def read_procedure(
    seed: str,
    first: str,
    later: str,
    waves: str,
    sets: str,
    near: str,
    sharpness: str,
    coarse: str,
    without: Sequence[str],
    begin_with: Ensemble | None = None,
    *,
    apart: bool = False,
) -> Procedure:
    """Return the procedure that the command line asks for; ``begin_with`` is the ensemble in the file of ``--begin``.

    Raises
    ------
    BadInputError
        For numbers out of bounds, unknown patterns and those named twice.
    """
    for k, pattern in enumerate(without):
        if pattern in without[:k]:
            raise BadInputError("duplicate", key=said("bad.option", name="--without"), value=pattern)
    try:
        return Procedure(
            seed=whole_number("--seed", seed, 0, MAX_SEED),
            first=_number("first", first, fewest_first(), BOUNDS["first"][1], coefficients=fewest_first() // 2),
            later=whole_number("--later", later, *BOUNDS["later"]),
            waves=_number("waves", waves, TOLERANT + 1, MAX_WAVES),
            wanted=whole_number("--sets", sets, *BOUNDS["wanted"]),
            without=tuple(without),
            near=whole_number("--near", near, *BOUNDS["near"]),
            apart=apart,
            sharpness=whole_number("--sharpness", sharpness, *BOUNDS["sharpness"]),
            coarse=whole_number("--coarse", coarse, *BOUNDS["coarse"]),
            begun="" if begin_with is None else begin_with.fingerprint,
        )
    except BadInputError as error:
        raise error.at(said("bad.option", name="--without")) if error.key == "without" else error from None


def _number(name: str, text: str, low: int, high: int, **why: int) -> int:
    """Return an option whose lower bound needs an explanation."""
    try:
        return whole_number(f"--{name}", text, low, high)
    except BadInputError as error:
        allowed = said(f"calibrate.allowed_{name}", low=low, high=high, **why)
        raise BadInputError(error.problem, key=error.key, value=error.value, allowed=allowed) from None


def run_calibration(
    screen: Screen,
    out: Path | None,
    procedure: Procedure,
    run_options: RunOptions,
    *,
    begin_with: Ensemble | None = None,
    as_json: bool,
) -> None:
    """Calibrate into a folder, or go on with it there, and show the page.

    Parameters
    ----------
    screen
        Where to show it.
    out
        The folder.
    procedure
    from app.terminal.sweeping import INTERRUPTED, RunOptions, swept
    begin_with
        The ensemble that the procedure begins with.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If it could not be finished.
    typer.Exit
        After Ctrl-C, once it was said how to continue; and if no set was accepted.
    """
    if out is None:
        allowed = said("calibrate.allowed_out")
        raise BadInputError("missing", key=said("bad.option", name="--out"), allowed=allowed)
    texts = screen.texts
    begun = (out / CALIBRATION).exists()
    begin(out, procedure)

    def sweep(job: JudgeJob, folder: Path) -> None:
        screen.fail(texts("calibrate.simulating", what=folder.name, sets=texts.number(job.runs, 0)))
        swept(screen, job, folder, run_options)

    def ended(wave: Wave) -> None:
        screen.fail(wave_line(wave, texts))
        screen.fail(texts("calibrate.choosing"))

    if not as_json:
        for line in rule_lines(procedure, texts):
            screen.say(line)
        if begun:
            screen.say(texts("calibrate.goes_on"), style="dim")
        screen.say()
    try:
        found = calibrate(out, procedure, begin_with=begin_with, sweep=sweep, ended=ended)
    except KeyboardInterrupt:
        screen.fail(texts("calibrate.interrupted", folder=out))
        raise typer.Exit(INTERRUPTED) from None
    findings = calibration_findings(found, procedure, out / ENSEMBLE)
    if as_json:
        screen.emit(findings.to_json())
    else:
        show_page(screen, calibration_page(findings, Labels(texts.language)))
    if found.ensemble is None:
        hardest = ", ".join(list(findings.patterns)[:_NAMED])
        why = "none_confirmed" if found.accepted else "none_accepted"
        screen.fail(texts(f"calibrate.{why}", accepted=texts.number(found.accepted, 0), patterns=hardest))
        raise typer.Exit(_NOTHING)


__all__ = ["MAX_SEED", "MAX_WAVES", "begun_with", "read_procedure", "run_calibration"]
