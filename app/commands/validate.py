"""``handshake validate``: test the ensemble on unseen companies, and find which mechanisms each pattern needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from analysis.figures.labels import Labels
from analysis.validation.coverage import NothingRankedError, coverage_findings
from analysis.validation.document import NAME, validation_document
from analysis.validation.document_coverage import coverage_section, nothing_ranked
from analysis.validation.document_structure import structure_section
from analysis.validation.findings import ENOUGH, validation_findings
from analysis.validation.page import validation_page
from analysis.validation.runs import (
    ROUND,
    UNSEEN,
    Judged,
    LeftOut,
    leave_out,
    mechanism_name,
    mechanisms,
    under_priors,
    unseen,
    without_mechanism,
)
from analysis.validation.structure import structure_findings
from app.terminal.complaints import said, whole_number
from app.terminal.page import show_page
from app.terminal.reports import REPORT, check_report, report_folder
from app.terminal.running import stages
from app.terminal.screen import Screen
from app.terminal.sweeping import RunOptions, swept
from experiments.calibration.inquiry import Inquiry
from experiments.calibration.known_truths import check
from experiments.calibration.procedure import Procedure
from experiments.calibration.verdict import CHEAP_FIRST, scorecard_sizes
from experiments.calibration.waves import Wave, fitted, read_waves
from experiments.ensemble import Ensemble, shipped
from experiments.scorecard import catalogue
from experiments.sweep.jobs import Job
from sim.draws import MAX_SEED
from sim.errors import BadInputError, between, unknown_name

MAX_COMPANIES: Final = 100_000
MAX_PROPOSALS: Final = 10_000
PROPOSALS: Final = 8 * ROUND
"""Most sets for each pattern that is left out."""
PRIORS: Final = 96
"""Sets from the priors."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to simulate.

    Attributes
    ----------
    companies, seed
        Number and seed of the virtual companies in the sample.
    sets
        Sets of the ensemble that are judged on unseen companies; 0: all.
    nulls
        Sets of the ensemble that are judged with each mechanism switched off; 0: none.
    proposals
        Most sets that are simulated for each pattern that is left out; 0: none, None: the usual number.
    leave_out
        The patterns that are left out one at a time; all if empty.
    structure, coverage
        Whether to try other structures, and calibration on known truths.
    """

    companies: int
    seed: int
    sets: int
    nulls: int
    proposals: int | None
    leave_out: tuple[str, ...]
    structure: bool
    coverage: bool

    @classmethod
    def read(
        cls,
        companies: str,
        seed: str,
        sets: str,
        nulls: str,
        proposals: str,
        leave_out: tuple[str, ...],
        sections: tuple[bool, bool],
    ) -> Options:
        """Return the options from the texts of the command line.

        Raises
        ------
        BadInputError
            If one is no whole number, or out of bounds, or for an unknown pattern.
        """
        for pattern in leave_out:
            if pattern not in CHEAP_FIRST:
                raise unknown_name(pattern, list(catalogue()), key=said("bad.option", name="--leave-out"))
        return cls(
            companies=whole_number("--companies", companies, 337, MAX_COMPANIES),
            seed=whole_number("--seed", seed, 0, MAX_SEED) if seed else UNSEEN,
            sets=whole_number("--sets", sets, 1, MAX_PROPOSALS) if sets else 0,
            nulls=whole_number("--nulls", nulls, 0, MAX_PROPOSALS),
            proposals=whole_number("--proposals", proposals, 0, MAX_PROPOSALS) if proposals else None,
            leave_out=leave_out,
            structure=sections[0],
            coverage=sections[1],
        )


def validate_ensemble(
    screen: Screen,
    out: Path | None,
    calibration: Path | None,
    options: Options,
    run_options: RunOptions,
    *,
    as_json: bool,
) -> None:
    """Validate an ensemble into a folder, or go on with it there, and show the page.

    Parameters
    ----------
    screen
        Where to show it.
    out
        The folder.
    calibration
        Folder of the calibration that made the ensemble; without it the shipped one is validated, and no pattern left
        out.
    options, run_options
        What to simulate, and where.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If it could not be finished.
    """
    if out is None:
        raise BadInputError("missing", key=said("bad.option", name="--out"), allowed=said("bad.sweep_folder"))
    procedure, waves = (Procedure(), ()) if calibration is None else read_waves(calibration)
    ensemble = shipped() if calibration is None else Ensemble.load(calibration / "ensemble.parquet")
    if calibration is None and (options.proposals or options.leave_out):
        name, value = ("--proposals", options.proposals) if options.proposals else ("--leave-out", options.leave_out[0])
        key, allowed = said("bad.option", name=name), said("bad.only_with", option="--calibration")
        raise BadInputError("invalid", key=key, value=value, allowed=allowed)
    if options.seed in (seen := _seen(ensemble)):
        key, numbers = said("bad.option", name="--seed"), ", ".join(map(str, seen))
        raise BadInputError("invalid", key=key, value=options.seed, allowed=said("validate.unseen_seed", seen=numbers))
    if options.sets > len(ensemble):
        key = said("bad.option", name="--sets")
        raise BadInputError("bounds", key=key, value=options.sets, allowed=between(1, len(ensemble)))
    whole, ensemble = ensemble, ensemble.first(options.sets or len(ensemble))
    check_report(out / REPORT)
    sizes = scorecard_sizes(options.companies)
    texts = screen.texts

    def sweep(title: str, job: Job, folder: Path) -> None:
        if not (folder / "manifest.json").exists():
            screen.fail(title)
        swept(screen, job, folder, run_options)

    said_unseen = texts("validate.unseen", sets=len(ensemble), companies=texts.number(options.companies, 0))
    judged = unseen(ensemble, out / "unseen", seed=options.seed, sizes=sizes, sweep=partial(sweep, said_unseen))
    switched: dict[str, Judged] = {}
    some = ensemble.first(options.nulls)
    if options.nulls:
        for name in ("", *mechanisms()):
            what = mechanism_name(name, texts.language) if name else texts("validate.all_mechanisms")
            tell = partial(sweep, texts("validate.without", what=what))
            folder = out / "mechanisms" / (name or "all")
            switched[name] = without_mechanism(some, name, folder, seed=options.seed, sweep=tell)
    left_out, prior = _left_out(screen, (procedure, waves), options, out, sweep) if waves else ([], None)
    sections = _sections(screen, ensemble, options, out, sweep)
    found = validation_findings(
        ensemble, whole, judged, seed=options.seed, sizes=sizes, switched=switched, left_out=left_out, prior=prior
    )
    document = validation_document(
        found, whole, nulls=len(some), priors=0 if prior is None else PRIORS, sections=sections
    )  # fmt: skip
    with report_folder(out / REPORT) as draft:
        found.save(draft)
        (draft / NAME).write_text(document, encoding="utf-8", newline="\n")
    if as_json:
        screen.emit(found.to_json())
        return
    show_page(screen, validation_page(found, Labels(texts.language)))
    screen.say(texts("validate.page", path=out / REPORT / NAME))


def _seen(ensemble: Ensemble) -> tuple[int, ...]:
    """Return the seeds of the companies on which an ensemble was found and confirmed."""
    seed = ensemble.facts.get("procedure", {}).get("seed")
    return () if seed is None else (seed, Procedure(seed=seed).confirmation_seed)


def _sections(
    screen: Screen, ensemble: Ensemble, options: Options, out: Path, sweep: Callable[[str, Job, Path], None]
) -> list[str]:
    """Return further sections of the document: other structures, and calibration on known truths."""
    found = []
    if options.structure:
        with stages(screen) as tell:
            found.append(structure_section(structure_findings(ensemble, progress=tell)))
    if options.coverage:
        tell_coverage = partial(sweep, screen.texts("validate.covering"))
        inquiry = Inquiry()
        checked = check(out / "coverage", inquiry, sweep=tell_coverage)
        try:
            found.append(coverage_section(coverage_findings(checked)))
        except NothingRankedError:
            # All else that was simulated is on the page all the same.
            found.append(nothing_ranked(inquiry))
    return found


def _left_out(
    screen: Screen,
    calibration: tuple[Procedure, tuple[Wave, ...]],
    options: Options,
    out: Path,
    sweep: Callable[[str, Job, Path], None],
) -> tuple[list[LeftOut], Judged | None]:
    """Return the results for patterns left out, and sets from the priors; nothing if none are asked for."""
    procedure, waves = calibration
    proposals = PROPOSALS if options.proposals is None else options.proposals
    if not proposals:
        return [], None
    tell = partial(sweep, screen.texts("validate.priors"))
    prior = under_priors(PRIORS, out / "priors", procedure=procedure, sweep=tell)
    found, known = [], fitted(waves)
    for pattern in catalogue():
        if options.leave_out and pattern not in options.leave_out:
            continue
        tell = partial(sweep, screen.texts("validate.leaving_out", pattern=pattern))
        folder = out / "left-out" / pattern
        # What holds whatever the coefficients tells nothing of them by being left out.
        most = 0 if prior.holds(pattern).mean() >= ENOUGH else proposals
        found.append(leave_out(pattern, known, folder, procedure=procedure, proposals=most, sweep=tell))
    return found, prior


__all__ = ["MAX_COMPANIES", "MAX_PROPOSALS", "PRIORS", "PROPOSALS", "Options", "validate_ensemble"]
