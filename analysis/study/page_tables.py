"""The tables of the virtual study on its page, each with what the real study found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from analysis.figures.labels import Labels
from analysis.page.page import Table
from analysis.study.findings import texts
from sim import evidence
from sim.declarations import declared as outcomes
from sim.outcomes import TYPES
from sim.policies import SUCCESS_FACTORS

TURNED: Final = ("returns",)
"""Tables whose rows stand in columns, because there are fewer of them."""
_DIGITS: Final = {
    **{"divisions": 0, "responsibilities": 0, "need": 2, "areas": 2, "memory": 2, "withdrawal": 0},
}
"""Digits after the point by table, one elsewhere, for what is not an outcome."""
_OF_COLUMN: Final = {"week": 0, "companies": 0, "level": 2, "alone": 3}
"""Digits after the point by column, whatever the table."""
_TIMES: Final = ("withdrawal",)
"""Tables whose columns that are called like outcomes hold half-lives in weeks."""


def study_table(name: str, frame: pd.DataFrame, say: Labels) -> Table:
    """Return a table of the virtual study with what the real study found.

    Parameters
    ----------
    name
        One of ``study.toml``.
    frame
        Its content.
    say
        The language.
    """
    about = texts()["tables"][name]
    columns = [str(column) for column in frame.columns]
    called = _names(say)
    rows = [
        tuple(_cell(value, column, name, called, say) for column, value in zip(columns, row, strict=True))
        for row in frame.itertuples(index=False)
    ]
    head: tuple[str, ...] = tuple(_head(column, say) for column in columns)
    if name in TURNED:
        first, *rest = zip(head, *rows, strict=True)
        head = (first[0], *(say(f"type_short.{kind}") for kind in frame["type"]))
        rows = [tuple(row) for row in rest]
    return Table(say.of((about["en"], about["de"])), head, rows, note=found_note(name, say))


def found_note(name: str, say: Labels) -> str:
    """Return what the real study found on a table, and whether that is an input of the model or to be reproduced."""
    about = texts()["tables"][name]
    found = say.of((about["found"]["en"], about["found"]["de"]))
    return say(f"study.found_{about['role']}", evidence=", ".join(about["evidence"]), found=found)


def _head(column: str, say: Labels) -> str:
    if column in TYPES:
        return say(f"type_short.{column}")
    return say.outcome(column) if column in outcomes() else say(f"study.column.{column}")


def _cell(value: Any, column: str, table: str, called: Mapping[str, Callable[[str], str]], say: Labels) -> str:
    if column in called:
        return called[column](str(value))
    if column in outcomes() and table not in _TIMES:
        return say.amount(column, float(value) / outcomes()[column].scale)
    return say.number(
        float(value), _OF_COLUMN.get(column, _DIGITS.get(table, 1)), sign=column in ("alone", "difference")
    )


def _names(say: Labels) -> Mapping[str, Callable[[str], str]]:
    """Return functions from ids to display names, by column."""
    language = say.language
    industries = {row.id: row.label.text(language) for row in evidence.industries()} | {"all": say("study.figures.all")}
    areas = {row.id: row.label.text(language) for row in evidence.task_areas()}
    classes = {row.id: row.label.text(language) for row in evidence.revenue_classes()}
    divisions = {str(row.number): f"{row.number} {row.label.text(language)}" for row in evidence.division_types()}
    factors = {policy.id: f"{policy.number} {policy.name(language)}" for policy in SUCCESS_FACTORS}
    return {
        "industry": industries.__getitem__,
        "revenue_class": classes.__getitem__,
        "division": divisions.__getitem__,
        "type": say.type,
        "factor": factors.__getitem__,
        "certainty": lambda name: say(f"certainty.{name}"),
        "area": lambda name: " – ".join(areas[part] for part in name.split(" - ")),
    }


__all__ = ["found_note", "study_table"]
