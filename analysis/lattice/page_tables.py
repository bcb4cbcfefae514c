"""Tables of the page on a lattice under the default parameters."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pandas as pd

from analysis.lattice.effects import antagonisms, synergies
from analysis.lattice.findings import Row
from analysis.lattice.runs import WITH_COST
from analysis.lattice.tables import TRIPLES
from analysis.lattice.walsh import Floats
from analysis.lattice.wording import Wording
from analysis.page.page import Table

_FELT: Final = 0.000_1
"""Interactions of the return on sales that are smaller, less than 0.01 points, are not worth a line."""


def shapley_table(words: Wording, title: str, outcomes: tuple[str, ...], note: str) -> Table:
    """Return the Shapley values for some outcomes, with the sum of all levers in the last row.

    Outcomes that the findings lack are left out. Four columns with intervals do not fit on a terminal.
    """
    say, found = words.say, words.findings
    known = [outcome for outcome in outcomes if outcome in found.outcomes]
    values = {outcome: {row["lever"]: row for row in found.rows("shapley", outcome)} for outcome in known}
    rows = [
        (words.names[lever], *(words.with_interval(outcome, values[outcome][lever], "value") for outcome in known))
        for lever in ranked(words)
    ]
    ends = {outcome: found.rows("ends", outcome)[0] for outcome in known}
    sums = (words.with_interval(outcome, ends[outcome], "difference") for outcome in known)
    rows.append((say("lattice.all_less_none"), *sums))
    head = [say(f"lattice.column.{name}") for name in ("lever", *known)]
    return Table(say(f"lattice.shapley.{title}"), head, rows, note=say(f"lattice.shapley.{note}"))


def ranked(words: Wording) -> list[str]:
    """Return the levers by their Shapley value for the return on sales, largest first."""
    values = words.findings.of("shapley", WITH_COST)
    return list(values.sort_values("value", ascending=False, kind="stable")["lever"])


def order_table(words: Wording) -> Table:
    """Return the shares of the variance that single levers, pairs, triples and larger sets explain."""
    say, found = words.say, words.findings
    levers = len(found.levers)
    count = min(TRIPLES, levers)
    rows = []
    for outcome in found.outcomes:
        shares = found.of("spectrum", outcome)[["share", "corrected"]].to_numpy()
        if not shares[:, 0].any():
            # The same at all settings: there is no variance to share out.
            shares = np.full_like(shares, np.nan)
        parts = [*shares[:count], *([shares[count:].sum(axis=0)] if len(shares) > count else [])]
        rows.append((say.outcome(outcome, unit=False), *(_share(words, part) for part in parts)))
    orders = [f"order_{k}" for k in range(1, count + 1)] + ["order_more"] * (levers > count)
    head = [say(f"lattice.column.{name}") for name in ("outcome", *orders)]
    return Table(say("lattice.orders.title"), head, rows, note=say("lattice.orders.note"))


def _share(words: Wording, part: Floats) -> str:
    """Return a share as it is and, in brackets, corrected."""
    found, corrected = (words.say.number(100.0 * value, 1) for value in part)
    return f"{found} ({corrected})" if math.isfinite(part[1]) else found


def strongest(words: Wording, order: int, most: int) -> dict[str, list[Row]]:
    """Return the strongest clear ``synergy`` and ``antagonism`` of one order, at most so many of each."""
    mine = _interactions(words, order)
    mine = mine[mine["effect"].abs() >= _FELT]
    return {"synergy": _rows(synergies(mine, order, most)), "antagonism": _rows(antagonisms(mine, order, most))}


def interaction_table(words: Wording, order: int, most: int) -> Table:
    """Return interactions of one order: the strongest clear ones and, of pairs, also the others, by their size."""
    say, table = words.say, {2: "pairs", 3: "triples"}.get(order, "higher")
    mine = _interactions(words, order)
    first = [row for rows in strongest(words, order, most).values() for row in rows]
    every = first
    if order == 2:  # of larger sets there may be thousands
        chosen = [row["levers"] for row in first]
        others = mine[(mine["effect"].abs() >= _FELT) & ~mine["levers"].isin(chosen)]
        every = first + _rows(others.sort_values("effect", key=np.abs, ascending=False, kind="stable"))
    columns = ("levers", "points", "clear") if order == 2 else ("levers", "points")
    rows = [
        (
            words.called(row["levers"]),
            words.with_interval(WITH_COST, row, "effect"),
            say("lattice.yes" if row["clear"] else "lattice.no"),
        )[: len(columns)]
        for row in every
    ]
    return Table(
        say(f"lattice.{table}.table", order=order),
        [say(f"lattice.column.{name}") for name in columns],
        rows or [(say("page.nothing"), *("" for _ in columns[1:]))],
        note=_about(words, mine, order, table),
        brief=len(first) or min(most, len(rows)),
    )


def _about(words: Wording, mine: pd.DataFrame, order: int, table: str) -> str:
    """Return how many interactions of one order are clear, and which are not listed."""
    say, notes = words.say, []
    if words.findings.facts.companies > 1:
        clear, sets = int(mine["clear"].sum()), say.number(len(mine), 0)
        key = "clear" if clear else "unclear"
        notes.append(say(f"lattice.{table}.{key}", clear=say.number(clear, 0), sets=sets, order=order))
    if (mine["effect"].abs() < _FELT).any():
        notes.append(say("lattice.sets.tiny"))
    if order == 2:
        notes.append(say("lattice.sets.beyond"))
    return " ".join(notes)


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _interactions(words: Wording, order: int) -> pd.DataFrame:
    table = {2: words.findings.pairs, 3: words.findings.triples}.get(order, words.findings.higher)
    return table[(table["outcome"] == WITH_COST) & (table["order"] == order)]


def bundle_table(words: Wording, outcome: str) -> Table:
    """Return the best bundle of every size by an outcome, as its changes to the next smaller one."""
    say = words.say
    rows = [
        (
            str(row["k"]),
            _change(words, row) or say("lattice.none_of_these"),
            words.say.amount(outcome, row["mean"]),
            words.with_interval(outcome, row, "gain", "gain_high"),
            # Without a second set of that size there is nothing to choose.
            say.percent(row["stability"] if row["runner_up"] else math.nan),
            words.say.amount(outcome, row["held_out"]),
        )
        for row in words.findings.rows("bundles", outcome)
    ]
    head = [say(f"lattice.column.{name}") for name in ("k", "change", "mean", "gain", "stable", "held_out")]
    note = say("lattice.bundles.note") if outcome == WITH_COST else ""
    return Table(say(f"lattice.bundles.{outcome}"), head, rows, note=note, left=2)


def _change(words: Wording, row: Row) -> str:
    """Return which levers come in and which go out, one to a line."""
    signs = (("+", row["added"]), ("−", row["removed"]))
    return "\n".join(f"{sign} {words.names[name]}" for sign, levers in signs for name in levers.split("+") if name)


def lever_tables(words: Wording) -> list[Table]:
    """Return the levers that are combined, and those beside them that stay on, with their costs."""
    say, facts = words.say, words.findings.facts
    head = (say("scenario.lever"), say("lattice.column.on"), say("scenario.cost"))
    tables = []
    for levers, title, note in (
        (facts.levers, "scenario.levers", "scenario.levers_note"),
        (facts.stay_on, "lattice.stay_on", "lattice.stay_on_note"),
    ):
        rows = [
            (
                words.names[lever.id],
                say.percent(lever.on),
                f"{say.number(lever.running_cost, 2)} / {say.number(lever.one_off_cost, 2)}",
            )
            for lever in levers
        ]
        if rows:
            tables.append(Table(say(title), head, rows, note=say(note)))
    return tables


__all__ = [
    "bundle_table",
    "interaction_table",
    "lever_tables",
    "order_table",
    "ranked",
    "shapley_table",
    "strongest",
]
