"""How a calibration looks on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.terminal.screen import Screen
from experiments.calibration.procedure import TOLERANT, Procedure
from experiments.calibration.verdict import CHEAP_FIRST, LEAST_CLEARANCE, SAMPLING_ERRORS
from experiments.calibration.waves import Wave
from experiments.scorecard import catalogue
from sim.texts import Texts

_HARDEST: Final = 3
"""Patterns that are named after each wave."""


def show_rule(screen: Screen, procedure: Procedure, *, begun: bool) -> None:
    """Print by which rule sets are going to be accepted, before there are any.

    Parameters
    ----------
    screen
        Where to show it.
    procedure
        How it is calibrated.
    begun
        Whether it was begun already.
    """
    texts = screen.texts
    asked = texts("calibrate.all_patterns", count=len(CHEAP_FIRST))
    if procedure.without:
        left_out = ", ".join(procedure.without)
        asked = texts("calibrate.some_patterns", count=len(procedure.patterns), without=left_out)
    sizes = {"companies": procedure.sizes.companies, "full": procedure.full.companies}
    shown = {name: texts.number(value, 0) for name, value in sizes.items()}
    screen.heading(texts("calibrate.title"))
    errors = {"errors": SAMPLING_ERRORS, "least": LEAST_CLEARANCE}
    shown |= {name: _plain(value, texts) for name, value in errors.items()}
    screen.say(texts("calibrate.rule", patterns=asked, **shown))
    counts = {name: texts.number(getattr(procedure, name), 0) for name in ("waves", "first", "later", "wanted")}
    tolerances = "; ".join(_plain(procedure.tolerance(k), texts) for k in range(TOLERANT))
    screen.say(texts("calibrate.way", tolerances=tolerances, seed=procedure.seed, **counts), style="dim")
    if procedure.coarse > 1:
        companies = texts.number(procedure.judged_by(0)[0].companies, 0)
        screen.say(texts("calibrate.first_is_coarse", companies=companies), style="dim")
    if begun:
        screen.say(texts("calibrate.goes_on"), style="dim")


def told(wave: Wave, texts: Texts) -> str:
    """Return what a wave gave, in one line."""
    sets = len(wave.places)
    numbers = {"number": wave.number, "sets": sets, "within": wave.within, "accepted": len(wave.accepted)}
    shown = {name: texts.number(value, 0) for name, value in numbers.items()}
    share = texts.percent(wave.within / sets)
    line = [texts("calibrate.wave", tolerance=_plain(wave.tolerance, texts), share=share, **shown)]
    hardest = list(wave.failing.items())[:_HARDEST]
    named = ", ".join(f"{pattern} {texts.percent(missed, 0)}" for pattern, missed in hardest)
    line.append(texts("calibrate.hardest", patterns=named))
    if wave.number > 1:
        line.append(texts("calibrate.explained", share=texts.percent(wave.explained, 0)))
    return " ".join(line)


def show_calibration(screen: Screen, found: Mapping[str, Any]) -> None:
    """Print what a calibration found (:func:`app.commands.calibrate.described`)."""
    texts = screen.texts
    again = ("judged_again",) if found["judged_again"] != found["accepted"] else ()
    shown = ("simulated", "accepted", *again, "confirmed")
    counts = {name: texts.number(found[name], 0) for name in (*shown, "sets")}
    rows = [(texts(f"calibrate.field_{name}"), counts[name]) for name in shown]
    if found["ensemble"] is not None:
        effective = texts.number(found["effective"], 1)
        rows.append((texts("calibrate.field_effective"), effective))
        rows.append((texts("calibrate.field_families"), texts.number(found["families"], 0)))
        rows.append((texts("calibrate.field_ensemble"), texts("calibrate.ensemble", **counts, file=found["ensemble"])))
    screen.say()
    screen.fields(rows)
    lines = []
    for name, row in found["patterns"].items():
        cells = []
        for which in ("first_wave", "last_wave"):
            numbers = row[which]
            judged = texts.number(numbers["judged"], 0)
            share = texts.percent(numbers["missed"], 0) if numbers["judged"] else ""
            cells.append(texts("calibrate.missed", share=share, judged=judged) if share else "·")
        lines.append((name, *cells, f"{catalogue()[name][texts.language]}."))
    columns = [texts(f"calibrate.column_{name}") for name in ("id", "first", "last", "pattern")]
    screen.table(columns, lines, aligned="lrrL", title=texts("calibrate.patterns"))
    screen.say()
    screen.say(texts("calibrate.note"), style="dim")
    if found["ensemble"] is not None:
        screen.say(texts("calibrate.ship", file=found["ensemble"]), style="dim")


def _plain(value: float, texts: Texts) -> str:
    """Return a number with as many digits as it has."""
    return texts.number(value, len(f"{value:g}".partition(".")[2]))


__all__ = ["show_calibration", "show_rule", "told"]
