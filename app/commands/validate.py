"""``handshake validate``: what the ensemble was not fitted to, and what each pattern rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from analysis.validation.coverage import NothingRankedError, report
from analysis.validation.coverage_text import nothing_ranked
from analysis.validation.findings import ENOUGH, Validation
from analysis.validation.runs import (
    ROUND,
    UNSEEN,
    Judged,
    LeftOut,
    leave_out,
    mechanisms,
    under_priors,
    unseen,
    without_mechanism,
)
from analysis.validation.structure import structure_report
from app.terminal.complaints import said, whole_number
from app.terminal.reports import REPORT, check_report, report_folder
from app.terminal.running import stages
from app.terminal.screen import Screen
from app.terminal.sweeping import Hands, swept
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

PAGE: Final = "VALIDATION.md"
MAX_COMPANIES: Final = 100_000
MAX_PROPOSALS: Final = 10_000
PROPOSALS: Final = 8 * ROUND
"""Most sets for each pattern that is left out."""
PRIORS: Final = 96
"""Sets from the priors."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to simulate.

    Attributes
    ----------
    companies, seed
        Virtual companies in the sample, and which.
    sets
        Sets of the ensemble that are judged on unseen companies; 0: all.
    nulls
        Sets of the ensemble that are judged with each mechanism switched off; 0: none.
    proposals
        Most sets that are simulated for each pattern that is left out; 0: none, None: as many as is usual.
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
    ) -> Effort:
        """Return what the options give.

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
    effort: Effort,
    hands: Hands,
    *,
    as_json: bool,
) -> None:
    """Validate an ensemble into a folder, or go on with it there, and show the result.

    Parameters
    ----------
    screen
        Where to show it.
    out
        The folder.
    calibration
        Folder of the calibration that made the ensemble; without it the shipped one is validated, and no pattern left
        out.
    effort, hands
        How much to simulate, and who does.
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
    if calibration is None and (effort.proposals or effort.leave_out):
        name, value = ("--proposals", effort.proposals) if effort.proposals else ("--leave-out", effort.leave_out[0])
        key, allowed = said("bad.option", name=name), said("bad.only_with", option="--calibration")
        raise BadInputError("invalid", key=key, value=value, allowed=allowed)
    if effort.seed in (seen := _seen(ensemble)):
        key, numbers = said("bad.option", name="--seed"), ", ".join(map(str, seen))
        raise BadInputError("invalid", key=key, value=effort.seed, allowed=said("validate.unseen_seed", seen=numbers))
    if effort.sets > len(ensemble):
        key = said("bad.option", name="--sets")
        raise BadInputError("bounds", key=key, value=effort.sets, allowed=between(1, len(ensemble)))
    whole, ensemble = ensemble, ensemble.first(effort.sets or len(ensemble))
    check_report(out / REPORT)
    sizes = scorecard_sizes(effort.companies)
    texts = screen.texts

    def sweep(title: str, job: Job, folder: Path) -> None:
        if not (folder / "manifest.json").exists():
            screen.fail(title)
        swept(screen, job, folder, hands)

    said_unseen = texts("validate.unseen", sets=len(ensemble), companies=texts.number(effort.companies, 0))
    judged = unseen(ensemble, out / "unseen", seed=effort.seed, sizes=sizes, sweep=partial(sweep, said_unseen))
    switched: dict[str, Judged] = {}
    if effort.nulls:
        some = ensemble.first(effort.nulls)
        for name in ("", *mechanisms()):
            what = mechanisms()[name][texts.language] if name else texts("validate.all_mechanisms")
            tell = partial(sweep, texts("validate.without", what=what))
            folder = out / "mechanisms" / (name or "all")
            switched[name] = without_mechanism(some, name, folder, seed=effort.seed, sweep=tell)
    left_out, prior = _left_out(screen, (procedure, waves), effort, out, sweep) if waves else ([], None)
    sections = _sections(screen, ensemble, effort, out, sweep)
    found = Validation(ensemble, whole, effort.seed, sizes, judged, switched, left_out, prior, sections)
    tables = {
        "patterns": found.patterns,
        "coefficients": found.learned,
        "mechanisms": found.needs.rename_axis("mechanism").reset_index(),
    }
    if left_out:
        tables["predictions"] = found.predictions
    with report_folder(out / REPORT, found.to_json(), tables) as draft:
        (draft / PAGE).write_text(found.to_markdown(), encoding="utf-8", newline="\n")
    if as_json:
        screen.emit(found.to_json())
    else:
        show_validation(screen, found, out / REPORT / PAGE)


def _seen(ensemble: Ensemble) -> tuple[int, ...]:
    """Return the seeds of the companies on which an ensemble was found and confirmed."""
    seed = ensemble.facts.get("procedure", {}).get("seed")
    return () if seed is None else (seed, Procedure(seed=seed).confirmation_seed)


def _sections(
    screen: Screen, ensemble: Ensemble, effort: Effort, out: Path, sweep: Callable[[str, Job, Path], None]
) -> list[str]:
    """Return what else the page says: what survives another structure, and whether calibration covers a known truth."""
    found = []
    if effort.structure:
        with stages(screen) as tell:
            found.append(structure_report(ensemble, progress=tell).to_markdown())
    if effort.coverage:
        tell_coverage = partial(sweep, screen.texts("validate.covering"))
        inquiry = Inquiry()
        checked = check(out / "coverage", inquiry, sweep=tell_coverage)
        try:
            found.append(report(checked).to_markdown())
        except NothingRankedError:
            # All else that was simulated is on the page all the same.
            found.append(nothing_ranked(inquiry))
    return found


def _left_out(
    screen: Screen,
    calibration: tuple[Procedure, tuple[Wave, ...]],
    effort: Effort,
    out: Path,
    sweep: Callable[[str, Job, Path], None],
) -> tuple[list[LeftOut], Judged | None]:
    """Return what became of the patterns that were left out, and sets from the priors; nothing if none is wanted."""
    procedure, waves = calibration
    proposals = PROPOSALS if effort.proposals is None else effort.proposals
    if not proposals:
        return [], None
    tell = partial(sweep, screen.texts("validate.priors"))
    prior = under_priors(PRIORS, out / "priors", procedure=procedure, sweep=tell)
    found, known = [], fitted(waves)
    for pattern in catalogue():
        if effort.leave_out and pattern not in effort.leave_out:
            continue
        tell = partial(sweep, screen.texts("validate.leaving_out", pattern=pattern))
        folder = out / "left-out" / pattern
        # What holds whatever the coefficients tells nothing of them by being left out.
        most = 0 if prior.holds(pattern).mean() >= ENOUGH else proposals
        found.append(leave_out(pattern, known, folder, procedure=procedure, proposals=most, sweep=tell))
    return found, prior


def show_validation(screen: Screen, found: Validation, page: Path) -> None:
    """Print what holds on unseen companies, what was predicted, and what each pattern needs."""
    texts = screen.texts
    predictions = {row["pattern"]: row for row in found.predictions.to_dict("records")}
    rows = []
    for row in found.patterns.to_dict("records"):
        pattern = row["pattern"]
        left = predictions.get(pattern)
        needs = "; ".join(str(mechanisms()[name][texts.language]) for name in found.needed(pattern))
        says = f"{catalogue()[pattern][texts.language]}."
        says += f"\n{texts('validate.needs', what=needs)}" if needs else ""
        rows.append(
            (
                pattern,
                texts.percent(row["share"], 0),
                texts("validate.yes" if row["default"] else "validate.no"),
                texts(f"validate.{left['verdict']}") if left else "–",
                says,
            )
        )
    columns = [texts(f"validate.column_{name}") for name in ("id", "holds", "default", "kind", "pattern")]
    screen.table(columns, rows, aligned="lrllL", title=texts("validate.title", sets=len(found.ensemble)))
    screen.say()
    if found.failing:
        screen.heading(texts("validate.failing", share=texts.percent(ENOUGH, 0), patterns=", ".join(found.failing)))
    else:
        screen.heading(texts("validate.holding", share=texts.percent(ENOUGH, 0)))
    screen.say(texts("validate.note"), style="dim")
    screen.say(texts("validate.page", path=page))
