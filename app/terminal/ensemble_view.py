"""How conclusions over an ensemble of parameter sets look on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.stats.robustness import FEWEST
from app.terminal.factor_names import FactorNames
from app.terminal.screen import Screen
from app.terminal.tables import amount, shown_outcomes
from sim.outcomes import TYPES
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


def show_pairs(screen: Screen, found: Mapping[str, Any], *, every: bool) -> None:
    """Print a comparison over sets (:func:`analysis.comparison.ensemble.pairs_report`)."""
    texts = screen.texts
    show_head(screen, found)
    names = shown_outcomes(found["outcomes"], every=every)
    rows: list[Sequence[str]] = []
    for name in names:
        over = found["outcomes"][name]["strength"]
        default, median, low, high = (
            amount(name, over[key], texts, sign=True) for key in ("default", "median", "p05", "p95")
        )
        same = texts.percent(found["outcomes"][name]["share"], 0)
        rows.append((texts(f"outcome.{name}"), default, median, texts.interval(low, high), same))
    columns = [texts(f"ensemble.column_{name}") for name in ("outcome", "default", "median", "range", "same")]
    screen.table(columns, rows, aligned="lrrrr", title=texts("ensemble.differences"))
    rows = []
    for kind in TYPES:
        row = found["types"][kind]
        cells = [cell for side in ("a", "b") for cell in _percents(row[side], texts, 0)]
        same = "–" if _nobody(row) else texts.percent(row["difference"]["share"], 0)
        rows.append((texts(f"type.{kind}"), *cells, same))
    columns = [texts(f"ensemble.column_{name}") for name in ("type", "a", "range", "b", "range", "same")]
    screen.table(columns, rows, aligned="lrrrrr", title=texts("ensemble.types"))
    conclusions = {texts(f"outcome.{name}"): found["outcomes"][name] for name in names}
    conclusions |= {texts(f"type.{kind}"): found["types"][kind]["difference"] for kind in TYPES}
    show_deciders(screen, conclusions, title=texts("ensemble.decides_sign"))
    screen.say()
    screen.heading(_professionals(found["types"][TYPES[0]], texts))
    screen.say(texts("ensemble.note_compare") + " " + texts("ensemble.note"), style="dim")


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


def _nobody(row: Mapping[str, Any]) -> bool:
    """Return whether hardly any set has companies of a type under either scenario, so that its change has no sign."""
    return not any(row[side][key] for side in ("a", "b") for key in ("default", "p05", "p95"))


def _professionals(row: Mapping[str, Any], texts: Texts) -> str:
    """Return in how many sets professionals change their share as they do under the default."""
    conclusion = row["difference"]
    if _nobody(row):
        return texts("ensemble.professionals_none")
    default = conclusion["strength"]["default"]
    way = "more" if default > 0.0 else "less" if default < 0.0 else "same"
    bounds = texts.interval(*(texts.percent(conclusion[end], 0) for end in ("low", "high")))
    sets = conclusion["sets"]
    count = {"count": round(conclusion["share"] * sets), "sets": sets}
    return texts(f"ensemble.professionals_{way}", share=texts.percent(conclusion["share"], 0), bounds=bounds, **count)


def _percents(over: Mapping[str, float], texts: Texts, digits: int) -> tuple[str, str]:
    """Return median and range of a share or a return, in percent."""
    median, low, high = (texts.number(100.0 * over[key], digits) for key in ("median", "p05", "p95"))
    return median, texts.interval(low, high)


__all__ = ["show_deciders", "show_head", "show_pairs"]
