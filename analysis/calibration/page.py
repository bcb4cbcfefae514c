"""The page of a calibration, the rule that is stated before it begins, and a line per wave."""

from __future__ import annotations

import math
from typing import Final

from analysis.calibration.findings import CalibrationFindings
from analysis.figures.labels import Labels
from analysis.page.page import Page, Table
from experiments.calibration.procedure import TOLERANT, Procedure
from experiments.calibration.verdict import CHEAP_FIRST, LEAST_CLEARANCE, SAMPLING_ERRORS
from experiments.calibration.waves import Wave
from experiments.scorecard import pattern_text
from sim.texts import Texts

_HARDEST: Final = 3
"""Patterns that are named after each wave."""


def rule_lines(procedure: Procedure, say: Texts) -> list[str]:
    """Return the rule by which sets are accepted, and the schedule of the waves: what is stated beforehand."""
    sizes = {"companies": say.number(procedure.sizes.companies, 0), "full": say.number(procedure.full.companies, 0)}
    errors = {"errors": _plain(SAMPLING_ERRORS, say), "least": _plain(LEAST_CLEARANCE, say)}
    counts = {name: say.number(getattr(procedure, name), 0) for name in ("waves", "first", "later", "wanted")}
    tolerances = "; ".join(_plain(procedure.tolerance(k), say) for k in range(TOLERANT))
    lines = [
        say("calibration.rule", patterns=_asked(procedure, say), **sizes, **errors),
        say("calibration.way", tolerances=tolerances, seed=procedure.seed, **counts),
    ]
    if procedure.coarse > 1:
        companies = say.number(procedure.judged_by(0)[0].companies, 0)
        lines.append(say("calibration.first_is_coarse", companies=companies))
    return lines


def wave_line(wave: Wave, say: Texts) -> str:
    """Return the result of a wave in one line."""
    sets = len(wave.places)
    numbers = {"number": wave.number, "sets": sets, "within": wave.within, "accepted": len(wave.accepted)}
    shown = {name: say.number(value, 0) for name, value in numbers.items()}
    share = say.percent(wave.within / sets, 1)
    line = [say("calibration.wave", tolerance=_plain(wave.tolerance, say), share=share, **shown)]
    hardest = list(wave.failing.items())[:_HARDEST]
    named = ", ".join(f"{pattern} {say.percent(missed, 0)}" for pattern, missed in hardest)
    line.append(say("calibration.hardest", patterns=named))
    if wave.number > 1:
        line.append(say("calibration.explained", share=say.percent(wave.explained, 0)))
    return " ".join(line)


def calibration_page(found: CalibrationFindings, say: Labels) -> Page:
    """Return the page of a calibration.

    Parameters
    ----------
    found
        The findings.
    say
        The language.
    """
    return Page(
        language=say.language,
        kind=say("calibration.kind"),
        title=say("calibration.title"),
        question=say("calibration.question", patterns=_asked(found.procedure, say)),
        answer=_answer(found, say),
        exhibits=[],
        tables=[_waves(found, say), _patterns(found, say)],
        assumptions=[],
        limits=[],
        certainty=[
            say("calibration.note"),
            *([] if found.file is None else [say("calibration.ship", file=found.file)]),
        ],
        command="",
        facts=[],
    )


def _asked(procedure: Procedure, say: Texts) -> str:
    if not procedure.without:
        return say("calibration.all_patterns", count=len(CHEAP_FIRST))
    without = ", ".join(procedure.without)
    return say("calibration.some_patterns", count=len(procedure.patterns), without=without)


def _answer(found: CalibrationFindings, say: Labels) -> list[str]:
    names = ("simulated", "accepted", "judged_again", "confirmed", "sets", "families")
    counts = {name: say.number(getattr(found, name), 0) for name in names}
    key = "found" if found.judged_again == found.accepted else "found_apart"
    lines = [say(f"calibration.{key}", **counts)]
    if found.file is None:
        return [*lines, say("calibration.none")]
    return [*lines, say("calibration.ensemble", effective=say.number(found.effective, 1), file=found.file, **counts)]


def _waves(found: CalibrationFindings, say: Labels) -> Table:
    rows = [
        (
            say.number(wave["number"], 0),
            _plain(wave["tolerance"], say),
            *(say.number(wave[name], 0) for name in ("sets", "within", "accepted")),
            say.percent(wave["explained"]),
        )
        for wave in found.waves
    ]
    columns = ("number", "tolerance", "sets", "within", "accepted", "explained")
    return Table(say("calibration.waves"), [say(f"calibration.column.{name}") for name in columns], rows)


def _patterns(found: CalibrationFindings, say: Labels) -> Table:
    rows = []
    for name, row in found.patterns.items():
        cells = []
        for which in ("first_wave", "last_wave"):
            judged, missed = row[which]["judged"], row[which]["missed"]
            share = say.percent(math.nan if missed is None else missed)
            shown = say("calibration.missed", share=share, judged=say.number(judged, 0))
            cells.append(shown if judged else say.percent(math.nan))
        rows.append((name, f"{pattern_text(name, say.language)}.", *cells))
    columns = ("id", "pattern", "first", "last")
    return Table(say("calibration.patterns"), [say(f"calibration.column.{name}") for name in columns], rows, left=2)


def _plain(value: float, say: Texts) -> str:
    """Return a number with as many digits as it has."""
    return say.number(value, len(f"{value:g}".partition(".")[2]))


__all__ = ["calibration_page", "rule_lines", "wave_line"]
