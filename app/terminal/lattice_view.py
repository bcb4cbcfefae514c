"""How the complete lever lattice looks on a terminal of 80 columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.lattice.effects import antagonisms, synergies
from analysis.lattice.findings import TRIPLES, LatticeReport
from analysis.lattice.walsh import Floats
from app.terminal.screen import Screen
from sim import Scenario
from sim.texts import Texts

Row = dict[str, Any]
WITH_COST: Final = "return_on_sales"
WITHOUT_COST: Final = "return_before_levers"
BROUGHT: Final = {
    "shapley": (WITH_COST, "professional"),
    "shapley_sides": ("cooperation_quality", "coordination_efficiency"),
}
"""What each lever brings to which outcomes, by table: four columns with intervals do not fit side by side."""
_TABLES: Final = {2: "pairs", 3: "triples"}
_POINTS: Final = (WITH_COST, WITHOUT_COST, "professional")
"""Outcomes that are shares and shown in percent."""
_FELT: Final = 0.000_05
"""Interactions of the return on sales that are smaller are 0.00 points, and not worth a line."""

_EVEN: Final = 1e-6
"""Ends of an interval whose distances from the middle differ by less, relative to its width, are equally far off."""


def show_lattice(
    screen: Screen,
    report: LatticeReport,
    facts: Mapping[str, Any],
    *,
    title: str,
    names: Mapping[str, str],
    most: int,
    out: Path | None,
) -> None:
    """Print what each lever brings, which belong together, and which bundles are best.

    Parameters
    ----------
    screen
        Where to show it, and in which language.
    report
        With all of :data:`analysis.lattice.runs.LATTICE_OUTCOMES`.
    facts
        What was run: ``companies``, ``settings``, ``runs``, ``weeks``, ``seed``, and which other levers ``stay_on``.
    title
        The scenario's name.
    names
        What the levers are called, by id, briefly.
    most
        How many synergies and antagonisms of each order.
    out
        Folder with the report in it, None if none was written.
    """
    texts = screen.texts
    numbers = {
        "settings": texts.number(facts["settings"], 0),
        "levers": texts.counted("levers", len(report.levers)),
        "companies": texts.counted("virtual_companies", facts["companies"]),
        "runs": texts.counted("runs", facts["runs"]),
        "weeks": texts.counted("weeks", facts["weeks"]),
    }
    screen.heading(title)
    screen.say(texts("lattice.line", seed=facts["seed"], **numbers), style="dim")
    screen.say(texts("lattice.on_off"), style="dim")
    if facts["stay_on"]:
        others = ", ".join(names[lever["id"]] for lever in facts["stay_on"])
        screen.say(texts("lattice.stay_on", names=others), style="dim")
    _show_shapley(screen, report, names)
    _show_orders(screen, report)
    orders = [2, 3, *([report.largest] if report.largest > TRIPLES else [])]
    shown = [_show_interactions(screen, report, order, names, most) for order in orders]
    if any(shown):
        screen.say(texts("lattice.beyond"), style="dim")
    for outcome in (WITH_COST, WITHOUT_COST):
        _show_bundles(screen, report, outcome, names)
        if outcome == WITH_COST:
            _say_best(screen, report, names)
    screen.say()
    screen.say(texts("lattice.bundle_note"), style="dim")
    screen.say()
    screen.say(texts("lattice.note"), style="dim")
    if out is not None:
        screen.say(texts("lattice.written", folder=out))


def short_names(scenario: Scenario, texts: Texts) -> dict[str, str]:
    """Return what all levers are called in tables and figures, by id: names that are long there have a short form."""
    return {p.id: texts.get(f"lattice.short.{p.id}", p.name(texts.language)) for p in scenario.all_policies()}


def _value(outcome: str, value: float, texts: Texts, *, sign: bool = True) -> str:
    return texts.number(100.0 * value, 2, sign=sign) if outcome in _POINTS else texts.number(value, 3, sign=sign)


def with_interval(outcome: str, row: Row, name: str, high: str, texts: Texts) -> str:
    """Return a value with half the width of its interval, or with its ends if one of them is farther off.

    Parameters
    ----------
    outcome
        Says how it is written.
    row
        With the value and its interval, which is not shown if it is not known.
    name, high
        Names of the value and of the interval's upper end; its lower end is called ``low`` where that is ``high``.
    texts
        In which language.
    """
    value = _value(outcome, row[name], texts)
    if not math.isfinite(row[high]):
        return value
    low = high.replace("high", "low")
    below, above = row[name] - row[low], row[high] - row[name]
    if abs(above - below) > _EVEN * (above + below):
        ends = (_value(outcome, row[end], texts) for end in (low, high))
        return texts("lattice.with_interval", value=value, interval=texts.interval(*ends))
    return texts("number.plus_minus", value=value, half=_value(outcome, above, texts, sign=False))


def _show_shapley(screen: Screen, report: LatticeReport, names: Mapping[str, str]) -> None:
    texts = screen.texts
    ranked = report.of("shapley", WITH_COST).sort_values("value", ascending=False, kind="stable")["lever"]
    for title, outcomes in BROUGHT.items():
        tables = {outcome: {row["lever"]: row for row in _rows(report.of("shapley", outcome))} for outcome in outcomes}
        rows = [
            (names[lever], *(with_interval(o, tables[o][lever], "value", "high", texts) for o in outcomes))
            for lever in ranked
        ]
        ends = {outcome: _rows(report.of("ends", outcome))[0] for outcome in outcomes}
        totals = (with_interval(o, ends[o], "difference", "high", texts) for o in outcomes)
        rows.append((texts("lattice.all_less_none"), *totals))
        columns = [texts(f"lattice.column_{name}") for name in ("lever", *outcomes)]
        screen.table(columns, rows, aligned="L" + "r" * len(outcomes), title=texts(f"lattice.{title}"))
    returns = _rows(report.of("ends", WITH_COST))[0]
    none, every = (_value(WITH_COST, returns[end], texts, sign=False) for end in ("none", "all"))
    screen.say()
    screen.say(texts("lattice.adds_up", none=none, every=every), style="dim")


def _show_orders(screen: Screen, report: LatticeReport) -> None:
    texts, count = screen.texts, min(3, len(report.levers))
    rows = []
    for outcome in report.outcomes:
        shares = report.of("spectrum", outcome)[["share", "corrected"]].to_numpy()
        if not shares[:, 0].any():
            # The same at all settings: there is no variance to share out.
            shares = np.full_like(shares, np.nan)
        parts = [*shares[:count], *([shares[count:].sum(axis=0)] if len(shares) > count else [])]
        rows.append((texts(f"lattice.outcome.{outcome}"), *(_share(part, texts) for part in parts)))
    orders = [f"order_{k}" for k in range(1, count + 1)] + ["order_more"] * (len(report.levers) > count)
    columns = [texts(f"lattice.{name}") for name in ("column_outcome", *orders)]
    screen.table(columns, rows, aligned="l" + "r" * len(orders), title=texts("lattice.orders"))
    screen.say()
    screen.say(texts("lattice.orders_note"), style="dim")


def _share(part: Floats, texts: Texts) -> str:
    """Return a share as it is and, in brackets, corrected."""
    found, corrected = (texts.number(100.0 * value, 1) for value in part)
    return f"{found} ({corrected})" if math.isfinite(part[1]) else found


def _show_interactions(screen: Screen, report: LatticeReport, order: int, names: Mapping[str, str], most: int) -> bool:
    """Print the strongest interactions of one order, as far as they are clear; return whether there were any."""
    table = _TABLES.get(order, "higher")
    texts, frame = screen.texts, report.tables()[table]
    mine = frame[(frame["outcome"] == WITH_COST) & (frame["order"] == order)]
    if mine.empty:
        return False
    found = [
        (kind, row)
        for kind, strongest in (("synergy", synergies), ("antagonism", antagonisms))
        for row in _rows(strongest(mine, order, most))
    ]
    rows = [
        (
            texts(f"lattice.{kind}"),
            " + ".join(names[name] for name in row["levers"].split("+")),
            with_interval(WITH_COST, row, "effect", "high", texts),
        )
        for kind, row in found
        if abs(row["effect"]) >= _FELT
    ]
    title = texts(f"lattice.{table}", order=order)
    if rows:
        columns = [texts(f"lattice.column_{name}") for name in ("kind", "levers", "points")]
        screen.table(columns, rows, aligned="lLr", title=title)
        screen.say()
    else:
        screen.say()
        screen.heading(title)
    counts = {"clear": texts.number(int(mine["clear"].sum()), 0), "sets": texts.number(len(mine), 0), "order": order}
    if report.companies < 2:
        says = texts("lattice.alone")
    elif not found:
        says = texts(f"lattice.unclear_{table}", **counts)
    else:
        says = texts(f"lattice.clear_{table}", **counts)
        says += f" {texts('lattice.tiny')}" if len(rows) < len(found) else ""
    screen.say(says, style="dim")
    return bool(rows)


def _show_bundles(screen: Screen, report: LatticeReport, outcome: str, names: Mapping[str, str]) -> None:
    texts = screen.texts
    rows = [
        (
            str(row["k"]),
            _change(row, names) or texts("lattice.none_of_these"),
            _value(outcome, row["mean"], texts, sign=False),
            with_interval(outcome, row, "gain", "gain_high", texts),
            # Without a second set of that size there is nothing to choose.
            texts.percent(row["stability"] if row["runner_up"] else math.nan, 0),
            _value(outcome, row["held_out"], texts, sign=False),
        )
        for row in _rows(report.of("bundles", outcome))
    ]
    columns = [texts(f"lattice.column_{name}") for name in ("k", "change", "mean", "gain", "stable", "held")]
    screen.table(columns, rows, aligned="rLrrrr", title=texts(f"lattice.bundles_{outcome}"))


def _change(row: Row, names: Mapping[str, str]) -> str:
    """Return which levers come in and which go out, one to a line."""
    signs = (("+", row["added"]), ("−", row["removed"]))
    return "\n".join(f"{sign} {names[name]}" for sign, levers in signs for name in levers.split("+") if name)


def _say_best(screen: Screen, report: LatticeReport, names: Mapping[str, str]) -> None:
    texts, sizes = screen.texts, _rows(report.of("bundles", WITH_COST))
    best = sizes[report.best_size(WITH_COST)]
    chosen = [name for name in best["levers"].split("+") if name]
    left = [name for name in report.levers if name not in chosen]
    mean = _value(WITH_COST, best["mean"], texts, sign=False) + texts("number.percent")
    screen.say()
    screen.say(texts("lattice.best", k=best["k"], levers=len(report.levers), mean=mean), style="bold")
    # Whichever list is shorter says it better; one that is empty says nothing.
    if chosen and left:
        key, shorter = ("in", chosen) if len(chosen) <= len(left) else ("out", left)
        screen.say(texts(f"lattice.best_{key}", names=", ".join(names[name] for name in shorter)))
    near = [str(row["k"]) for row in sizes if row is not best and row["behind_low"] <= 0.0]
    if near:
        screen.say(texts("lattice.near", sizes=", ".join(near)))


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


__all__ = ["short_names", "show_lattice", "with_interval"]
