"""How conclusions over an ensemble of parameter sets look on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.stats.robustness import FEWEST
from app.terminal.screen import Screen
from experiments.plan.names import FactorNames
from experiments.scorecard import catalogue, part_text
from sim.texts import Texts


def show_head(screen: Screen, found: Mapping[str, Any]) -> None:
    """Print the heading of what is said over sets, and how many of them there are."""
    texts, sets, of = screen.texts, found["sets"], found["of"]
    counts = {"sets": sets, "of": of, "families": found["families"]}
    screen.say()
    screen.heading(texts("ensemble.title"))
    screen.say(texts("ensemble.every" if sets == of else "ensemble.some", **counts), style="dim")
    if fixed := found.get("fixed"):
        screen.say(texts("ensemble.fixed", names=", ".join(fixed)))


def show_studies(screen: Screen, found: Mapping[str, Any], out: Path | None) -> None:
    """Print the virtual study over sets, and where its files are."""
    texts = screen.texts
    screen.say()
    show_head(screen, found)
    rows: list[Sequence[str]] = []
    for name, row in found["patterns"].items():
        part = part_text(name, row["smallest"]["part"], texts.language)
        least = texts.number(row["smallest"]["margin"], 1, sign=True)
        says = f"{catalogue()[name][texts.language]}.\n{texts('ensemble.weakest', part=part)}"
        rows.append((name, texts.percent(row["share"], 0), least, says))
    columns = [texts(f"ensemble.column_{name}") for name in ("id", "holds", "least", "pattern")]
    screen.table(columns, rows, aligned="lrrL", title=texts("ensemble.patterns"))
    rows = [
        (texts(f"type.{kind}"), *_percents(row["share"], texts, 0), *_percents(row["return_on_sales"], texts, 1))
        for kind, row in found["types"].items()
    ]
    columns = [texts(f"ensemble.column_{name}") for name in ("type", "share", "range", "return", "range")]
    screen.table(columns, rows, aligned="lrrrr", title=texts("ensemble.types_study"))
    show_deciders(screen, found["patterns"], title=texts("ensemble.decides_pattern"))
    screen.say()
    sets = found["sets"]
    screen.heading(texts("ensemble.all_hold", count=round(found["all_hold"] * sets), sets=sets))
    screen.say(texts("ensemble.note_study") + " " + texts("ensemble.note"), style="dim")
    if out is not None:
        screen.say(texts("ensemble.written", folder=out))


def show_deciders(screen: Screen, conclusions: Mapping[str, Mapping[str, Any]], *, title: str) -> None:
    """Print which coefficients decide conclusions that do not hold in all sets.

    Parameters
    ----------
    screen
        Where to show it.
    conclusions
        By their names on the screen, in the form of :func:`analysis.stats.robustness.conclusion_json`.
    title
        What stands above the table.
    """
    texts = screen.texts
    # What holds everywhere, or nowhere, is decided by no coefficient inside the ensemble.
    open_ones = {name: one for name, one in conclusions.items() if 0.0 < one["share"] < 1.0}
    if not open_ones:
        screen.say()
        screen.say(texts("ensemble.undivided"))
        return
    if any(one["families"] < FEWEST for one in open_ones.values()):
        screen.say()
        screen.say(texts("ensemble.too_few", fewest=FEWEST))
        return
    called, rows = FactorNames(texts), []
    for name, one in open_ones.items():
        for k, decider in enumerate(one["decided_by"]):
            thirds = [texts.percent(decider[f"share_{end}"], 0) for end in ("low", "high")]
            label = called(f"coefficients.{decider['name']}")
            rows.append(("" if k else name, label, texts.number(decider["rho"], 2, sign=True), *thirds))
        if not one["decided_by"]:
            rows.append((name, texts("ensemble.no_single"), "", "", ""))
    columns = [
        texts(f"ensemble.column_{name}") for name in ("conclusion", "coefficient", "rho", "third_low", "third_high")
    ]
    screen.table(columns, rows, aligned="lLrrr", title=title)
    screen.say(texts("ensemble.about_deciders"), style="dim")


def _percents(over: Mapping[str, float], texts: Texts, digits: int) -> tuple[str, str]:
    """Return median and range of a share or a return, in percent."""
    median, low, high = (texts.number(100.0 * over[key], digits) for key in ("median", "p05", "p95"))
    return median, texts.interval(low, high)


__all__ = ["show_deciders", "show_head", "show_studies"]
