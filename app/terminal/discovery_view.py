"""How scenario discovery looks on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from rich.table import Table
from rich.text import Text

from analysis.discovery.boxes import Condition, Estimate
from analysis.discovery.cases import Target
from analysis.discovery.figures import digits
from analysis.discovery.findings import DiscoveryReport
from app.terminal.screen import Screen
from sim.texts import Texts

_MOST: Final = 10
"""Predictors in the table of importance."""
_FELT: Final = 0.0005
"""Losses of AUC that are smaller are 0.000."""


def _about(key: str, target: Target, texts: Texts, **values: str) -> str:
    """Return a text on what is looked for: companies of a type, or a condition on an outcome."""
    if target.kind:
        return texts(f"discover.{key}_type", type=texts(f"type.{target.kind}"), **values)
    return texts(f"discover.{key}_where", condition=target.text, **values)


def show_discovery(
    screen: Screen,
    report: DiscoveryReport,
    *,
    title: str,
    names: Callable[[str], str],
    out: Path | None,
) -> None:
    """Print the conditions, how well they tell, and what tells most.

    Parameters
    ----------
    screen
        Where to show it, and in which language.
    report
        What was found.
    title
        Of the sweep or scenario.
    names
        Returns what a predictor is called.
    out
        Folder with the report in it, None if none was written.
    """
    texts, target = screen.texts, report.target
    screen.heading(_about("title", target, texts, what=title))
    counts = {"companies": report.companies, "points": report.points, "stored": report.stored}
    counts |= dict(zip(("searched", "judged"), report.rows, strict=True))
    shown = {key: texts.number(n, 0) for key, n in counts.items()}
    screen.say(texts("discover.line", **shown), style="dim")
    screen.say()
    shares = {"overall": texts.percent(report.overall, 1), "base": _with_interval(report.base, _percent(texts), texts)}
    screen.say(_about("base", target, texts, **shares, **shown), style="bold")
    _say_boxes(screen, report, names)
    _show_importance(screen, report, names)
    screen.say()
    quality = {"accuracy": report.found.balanced_accuracy, "auc": report.found.auc}
    screen.say(texts("discover.quality", **{key: texts.number(value, 2) for key, value in quality.items()}))
    apart = report.apart.replace(" ", "_")
    screen.say(texts(f"discover.apart_{apart}"), style="dim")
    screen.say(texts("discover.note"), style="dim")
    if out is not None:
        screen.say(texts("discover.written", folder=out))


def _say_boxes(screen: Screen, report: DiscoveryReport, names: Callable[[str], str]) -> None:
    texts, percent = screen.texts, _percent(screen.texts)
    held = report.held
    for place, k in enumerate(held, start=1):
        measures = report.measures[k]
        # Names of levers are whole phrases, and stand in quotes inside a sentence.
        asked = [
            condition_text(
                c,
                texts("discover.quoted", name=name) if c.predictor.startswith("levers.") else name,
                report.reach,
                texts,
            )
            for c in report.boxes[k].conditions
            for name in [names(c.predictor)]
        ]
        numbers = {name: _with_interval(measures[name], percent, texts) for name in ("density", "coverage")}
        lift, low, high = (texts.number(number, 2) for number in measures["lift"])
        numbers |= {"lift": lift, "lift_range": texts.interval(low, high)}
        grid = Table.grid(padding=(0, 2))
        grid.add_row(Text(str(place)), Text(_sentence(_listed(asked, texts)), style="bold"))
        grid.add_row("", Text(_about("box", report.target, texts, **numbers)))
        screen.say()
        screen.out.print(grid)
    left = len(report.boxes) - len(held)
    if left or not held:
        screen.say()
    if not held:
        screen.say(texts("discover.nothing"))
    if left:
        screen.say(texts("discover.not_held", count=left), style="dim")


def condition_text(condition: Condition, name: str, reach: Mapping[str, tuple[float, float]], texts: Texts) -> str:
    """Return what a box asks of a predictor, in words."""
    if condition.categories is not None:
        kinds = texts("discover.or").join(str(kind) for kind in condition.categories)
        return texts("discover.among", name=name, kinds=kinds)
    low, high = condition.low, condition.high
    whole = all(isinstance(limit, int) for limit in (low, high) if limit is not None)
    places = 0 if whole else digits(reach[condition.predictor])
    shown = {key: texts.number(value, places) for key, value in (("low", low), ("high", high)) if value is not None}
    if low is not None and high is not None:
        return texts("discover.between", name=name, **shown)
    side = "above" if high is None else "below"
    return texts(f"discover.{'at_' if whole else ''}{side}", name=name, limit=next(iter(shown.values())))


def _listed(parts: list[str], texts: Texts) -> str:
    return texts("discover.and").join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(texts: Texts) -> Callable[[float], str]:
    return lambda value: texts.percent(value, 0)


def _with_interval(estimate: Estimate, shown: Callable[[float], str], texts: Texts) -> str:
    value, low, high = (shown(number) for number in estimate)
    return f"{value} ({texts.interval(low, high)})"


def _show_importance(screen: Screen, report: DiscoveryReport, names: Callable[[str], str]) -> None:
    texts, values = screen.texts, report.found.importance["value"]
    rows = [
        (_sentence(names(str(name))), texts.number(value, 3), "█" * round(20 * value / values.max()))
        for name, value in values.head(_MOST).items()
        if value >= _FELT
    ]
    if rows:
        columns = [texts("discover.column_predictor"), texts("discover.column_loss"), ""]
        screen.table(columns, rows, aligned="Lrl", title=texts("discover.importance"))


__all__ = ["condition_text", "show_discovery"]
