"""How results look on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from app.terminal.screen import Screen
from sim.declarations import MAIN
from sim.texts import Texts

_BAR: Final = 20


def show_fields(screen: Screen, rows: Sequence[tuple[str, str]]) -> None:
    """Print names and what belongs to them, without a frame."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column()
    for name, value in rows:
        grid.add_row(Text(name), Text(value))
    screen.out.print(grid)


def show_run(screen: Screen, found: dict[str, Any], *, every: bool) -> None:
    """Print what a run found (:func:`app.commands.run.report`)."""
    texts = screen.texts
    screen.heading(found["scenario"])
    screen.say(_run_line(found, texts), style="dim")
    rows: list[tuple[str, ...]]
    rows = [
        (texts(f"type.{kind}"), texts.percent(row["share"]), _percents(row, texts), "█" * round(_BAR * row["share"]))
        for kind, row in found["types"].items()
    ]
    columns = [texts(f"run.column_{name}") for name in ("type", "share", "interval")]
    screen.table([*columns, ""], rows, aligned="lrrl", title=texts("run.types"))
    rows = []
    for name in shown_outcomes(found["outcomes"], every=every):
        row = found["outcomes"][name]
        mean, low, high = (texts.amount(name, row[key]) for key in ("mean", "p10", "p90"))
        rows.append((texts.outcome(name, short=True), mean, texts.amount(name, row["sd"]), texts.interval(low, high)))
    weeks = texts.number(found["averaged_weeks"], 0)
    columns = [texts(f"run.column_{name}") for name in ("outcome", "mean", "sd", "middle")]
    screen.table(columns, rows, aligned="lrrr", title=texts("run.outcomes", weeks=weeks))
    rows = [
        (texts(f"purpose.{purpose}"), *(texts.number(found["hours"][side][purpose], 1) for side in found["hours"]))
        for purpose in found["hours"]["marketing"]
    ]
    columns = [texts("run.column_purpose"), texts("department.marketing"), texts("department.sales")]
    screen.table(columns, rows, aligned="lrr", title=texts("run.hours", weeks=weeks))
    screen.say()
    screen.say(texts("run.note"), style="dim")


def show_compare(screen: Screen, found: dict[str, Any], *, every: bool) -> None:
    """Print how two scenarios differ (:func:`app.commands.compare.report`)."""
    texts = screen.texts
    screen.heading(f"A  {found['a']}\nB  {found['b']}")
    screen.say(_run_line(found, texts), style="dim")
    rows: list[tuple[str, ...]] = []
    for name in shown_outcomes(found["outcomes"], every=every):
        row = found["outcomes"][name]
        difference = texts.amounts(name, row["difference"], row["low"], row["high"], sign=True)
        rows.append(
            (
                texts.outcome(name, short=True),
                texts.amount(name, row["a"]),
                texts.amount(name, row["b"]),
                *difference,
                texts.percent(row["probability"], 0),
            )
        )
    columns = [texts(f"compare.column_{name}") for name in ("outcome", "a", "b", "difference", "interval", "better")]
    weeks = {side.upper(): texts.number(count, 0) for side, count in found["averaged_weeks"].items()}
    both = " / ".join(f"{count} ({side})" for side, count in weeks.items())
    title = texts("compare.outcomes", weeks=weeks["A"] if weeks["A"] == weeks["B"] else both)
    screen.table(columns, rows, aligned="lrrrrr", title=title)
    rows = []
    for kind, row in found["types"].items():
        low, high = (_points(row[key], texts) for key in ("low", "high"))
        shares = texts.percent(row["a"]), texts.percent(row["b"]), _points(row["difference"], texts)
        rows.append((texts(f"type.{kind}"), *shares, texts.interval(low, high)))
    columns = [texts(f"compare.column_{name}") for name in ("type", "a", "b", "points", "interval")]
    screen.table(columns, rows, aligned="lrrrr", title=texts("compare.types"))
    rows = [
        (texts(f"type.{kind}"), *(texts.number(count, 0) if count else "·" for count in row.values()))
        for kind, row in found["moves"].items()
    ]
    columns = [texts("compare.column_from"), *(texts(f"type_short.{kind}") for kind in found["moves"])]
    screen.table(columns, rows, aligned="lrrrr", title=texts("compare.moves"))
    screen.say()
    if found["alike"]:
        screen.say(texts("compare.alike"))
        screen.say()
    if found["measured_differently"]:
        screen.say(texts("compare.measured", names=", ".join(found["measured_differently"])))
        screen.say()
    screen.say(texts("compare.note"), style="dim")


def shown_outcomes(outcomes: Iterable[str], *, every: bool) -> list[str]:
    """Return the outcomes to show: all, or the main ones."""
    return [name for name in outcomes if every or name in MAIN]


def _run_line(found: dict[str, Any], texts: Texts) -> str:
    numbers = {key: texts.number(found[key], 0) for key in ("companies", "weeks")}
    return texts("run.line", seed=found["seed"], **numbers)


def _percents(row: dict[str, float], texts: Texts) -> str:
    return texts.interval(texts.number(100 * row["low"], 1), texts.percent(row["high"]))


def _points(value: float, texts: Texts) -> str:
    return texts.number(100.0 * value, 1, sign=True)


__all__ = ["show_compare", "show_run", "shown_outcomes"]
