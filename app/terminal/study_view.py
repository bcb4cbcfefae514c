"""How the virtual study looks on a terminal: tables beside the findings, then the scorecard."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.study.findings import StudyReport, texts
from app.terminal.screen import Screen
from experiments.scorecard import Line, catalogue, failure, part_support, part_text
from sim import evidence
from sim.outcomes import TYPES
from sim.policies import SUCCESS_FACTORS
from sim.texts import Texts

_DIGITS: Final = {
    "need": 2,
    "market_success": 2,
    "adaptation_success": 2,
    "cooperation_quality": 2,
    "coordination_efficiency": 2,
    "openness_to_change": 2,
    "alone": 3,
    "week": 0,
    "heal": 2,
    "keep": 2,
    "level": 2,
    "alignment": 0,
    "trust": 0,
    "friction": 0,
    "companies": 0,
}
"""Digits after the point by column; one elsewhere."""
_TABLE_DIGITS: Final = {
    "memory": 2,
    "withdrawal": 0,
    "divisions": 0,
    "responsibilities": 0,
    "areas": 2,
    "images": 0,
    "types": 0,
    "factors": 0,
}
_HEAD_WIDTH: Final = 12
_EXACT: Final = ("alone",)
_TURNED: Final = ("returns",)
"""Tables that are too wide for a terminal of 80 columns: rows and columns change places."""


def show_study(screen: Screen, report: StudyReport, out: Path | None) -> None:
    """Print the tables, the scorecard, and where the files are.

    Parameters
    ----------
    screen
        Where to show it, and in which language.
    report
        What the virtual study gave.
    out
        The folder with the files, None if none were written.
    """
    say, about = screen.texts, texts()
    numbers = {key: say.number(report.facts[key], 0) for key in ("companies", "weeks")}
    screen.heading(say("study.title"))
    screen.say(say("study.line", seed=report.facts["seed"], **numbers), style="dim")
    for name, table in report.tables.items():
        words = about["tables"][name]
        role = say(f"study.role_{words['role']}", evidence=", ".join(words["evidence"]))
        screen.say()
        screen.say(say("study.found", role=role, says=words[f"found_{say.language}"]), style="dim")
        _show_table(screen, name, table, title=words[say.language])
    _show_scorecard(screen, report)
    if out is not None:
        screen.say(say("study.written", folder=out))


def _show_table(screen: Screen, name: str, table: pd.DataFrame, *, title: str) -> None:
    say = screen.texts
    labels = _labels(say)
    columns = [_head(str(column), say) for column in table.columns]
    rows = [
        [_cell(value, str(column), name, labels, say) for column, value in zip(table.columns, row, strict=True)]
        for row in table.itertuples(index=False)
    ]
    # The first column names the row and may break into lines; numbers may not.
    aligned = "L" + "".join("l" if isinstance(value, str) else "r" for value in table.iloc[0, 1:])
    if name in _TURNED:
        turned = zip(columns, *rows, strict=True)
        columns = [next(turned)[0], *(_head(str(kind), say) for kind in table["type"])]
        rows, aligned = [list(row) for row in turned], "L" + "r" * len(table)
    screen.table(columns, rows, aligned=aligned, title=title)


def _head(column: str, say: Texts) -> str:
    """Return a column's head, in lines that leave room for the other columns."""
    text = say(f"type_short.{column}") if column in TYPES else str(texts()["columns"][column][say.language])
    return textwrap.fill(text, _HEAD_WIDTH, break_long_words=False)


def _cell(value: Any, column: str, table: str, labels: Callable[[str, str], str], say: Texts) -> str:
    if isinstance(value, str):
        return labels(column, value)
    if column == "division":
        return labels(column, str(value))
    digits = _DIGITS.get(column) if column in _DIGITS else None
    return say.number(
        float(value), digits if digits is not None else _TABLE_DIGITS.get(table, 1), sign=column in _EXACT
    )


def _labels(say: Texts) -> Callable[[str, str], str]:
    """Return how an id in a column is called."""
    language = say.language
    industries = {row.id: row.label.text(language) for row in evidence.industries()} | {"all": say("study.all")}
    areas = {row.id: row.label.text(language) for row in evidence.task_areas()}
    known: dict[str, dict[str, str]] = {
        "industry": industries,
        "revenue_class": {row.id: row.label.text(language) for row in evidence.revenue_classes()},
        "division": {str(row.number): f"{row.number} {row.label.text(language)}" for row in evidence.division_types()},
        "type": {name: say(f"type.{name}") for name in TYPES},
        "item": {name: label[language] for name, label in texts()["items"].items()},
        "factor": {policy.id: f"{policy.number:2d} {policy.name(language)}" for policy in SUCCESS_FACTORS},
        "certainty": {name: label[language] for name, label in texts()["certainty"].items()},
    }

    def label(column: str, name: str) -> str:
        if column == "area":
            return " – ".join(areas[part] for part in name.split(" - "))
        return known[column][name]

    return label


def _show_scorecard(screen: Screen, report: StudyReport) -> None:
    say = screen.texts
    rows = [_scorecard_row(line, report, say) for line in report.lines]
    columns = [say(f"study.column_{name}") for name in ("id", "holds", "pattern", "support")]
    screen.say()
    screen.table(columns, rows, aligned="llLl", title=say("study.scorecard"))
    held = sum(line.holds for line in report.lines)
    screen.heading(say("study.held", held=held, lines=len(report.lines)))
    if not report.facts["p1_judged_on_enough"]:
        screen.say(say("study.few_companies"))
    small = ", ".join(f"{name} {say.percent(share, 0)}" for name, share in report.small_samples.items())
    screen.say(say("study.small_samples", shares=small))
    screen.say(say("study.note"), style="dim")


def _scorecard_row(line: Line, report: StudyReport, say: Texts) -> Sequence[str]:
    about = catalogue()[line.id]
    # The part with the least room decides; it is the one a reader should doubt first.
    decides = min(line.parts, key=lambda part: part.margin)
    figure = say(
        "study.figure",
        says=part_text(line.id, decides.name, say.language),
        value=_significant(decides.value, say),
        bound=_significant(decides.bound, say),
    )
    support = str(texts()["support"][part_support(line.id, decides.name)][say.language])
    why = (failure(line.id, decides) or {}).get(say.language, "")
    pattern = "\n".join(filter(None, (f"{about[say.language]}.", figure, why)))
    return line.id, say("study.holds" if line.holds else "study.fails"), pattern, support


def _significant(value: float, say: Texts) -> str:
    """Return a number with three digits after the point below one, and one above ten."""
    return say.number(value, 3 if abs(value) < 1.0 else 2 if abs(value) < 10.0 else 1)


__all__ = ["show_study"]
