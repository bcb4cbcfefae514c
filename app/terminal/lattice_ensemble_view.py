"""How a lattice over an ensemble of parameter sets looks on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from analysis.lattice.ensemble import PROFESSIONAL, LatticeEnsemble
from app.terminal.ensemble_view import show_deciders, show_head
from app.terminal.screen import Screen
from sim.texts import Texts

WITH_COST: Final = "return_on_sales"
_OFTEN: Final = 0.05
"""Levers that come first in a smaller share of sets are not asked why."""

Json = Mapping[str, Any]


def show_lattice_ensemble(
    screen: Screen, over: LatticeEnsemble, facts: Json, *, names: Mapping[str, str], most: int
) -> None:
    """Print in which share of the sets it holds what the lattice says of levers, pairs and bundles.

    Parameters
    ----------
    screen
        Where to show it, and in which language.
    over
        The lattice over the sets.
    facts
        The report in the shape of ``--json``, with ``ensemble``.
    names
        What the levers are called, by id, briefly.
    most
        How many pairs worth more, and how many worth less than their parts.
    """
    page = _Page(screen, over, facts, names)
    page.head()
    page.effects(WITH_COST)
    page.effects(PROFESSIONAL)
    page.ranks()
    page.pairs(most)
    page.bundles()
    page.deciders()
    page.notes()


class _Page:
    """A lattice over sets on one screen."""

    def __init__(self, screen: Screen, over: LatticeEnsemble, facts: Json, names: Mapping[str, str]) -> None:
        self.screen, self.over, self.facts, self.names = screen, over, facts, names
        self.texts = screen.texts
        self.outcomes: Json = facts["ensemble"]["outcomes"]

    def called(self, levers: Sequence[str]) -> str:
        return " + ".join(self.names[lever] for lever in levers)

    def table(self, columns: str, rows: Sequence[Sequence[str]], *, aligned: str, title: str) -> None:
        """Print a table whose columns stand in the texts, here or among those of all ensembles."""
        shared = ("default", "median", "range", "same")
        heads = [
            self.texts(f"ensemble.column_{name}" if name in shared else f"lattice_ensemble.column_{name}")
            for name in columns.split()
        ]
        self.screen.table(heads, rows, aligned=aligned, title=title)

    def head(self) -> None:
        say, found = self.texts, self.facts["ensemble"]
        show_head(self.screen, found)
        settings = say.number(found["settings"], 0)
        complete = found["settings"] == self.facts["settings"]
        line = say(
            "lattice_ensemble.line_all" if complete else "lattice_ensemble.line",
            settings=settings,
            all=say.number(self.facts["settings"], 0),
            companies=say.counted("virtual_companies", self.facts["companies"]),
            runs=say.counted("runs", found["runs"]),
        )
        self.screen.say(line, style="dim")

    def effects(self, outcome: str) -> None:
        """Print the main effects."""
        main: Json = self.outcomes[outcome]["main_effects"]
        if not any(row["full"] for row in main.values()):
            self.screen.say()
            self.screen.say(self.texts(f"lattice_ensemble.none_{outcome}"))
            return
        ranked = sorted(main, key=lambda lever: -main[lever]["full"])
        rows = [(self.names[lever], *_points(main[lever], self.texts)) for lever in ranked]
        title = self.texts(f"lattice_ensemble.effects_{outcome}")
        self.table("lever default median range same", rows, aligned="Lrrrr", title=title)
        if outcome == WITH_COST:
            sure = sum(row["share"] == 1.0 for row in main.values())
            self.screen.say()
            self.screen.say(self.texts("lattice_ensemble.signs", sure=sure, levers=len(main)), style="bold")

    def ranks(self) -> None:
        """Print the levers' places."""
        say, main = self.texts, self.outcomes[WITH_COST]["main_effects"]
        ranked = sorted(main, key=lambda lever: main[lever]["rank"]["full"])
        rows = []
        for lever in ranked:
            rank = main[lever]["rank"]
            ends = say.interval(*(say.number(rank[end], 0) for end in ("p05", "p95")))
            shares = (say.percent(main[lever][name]["share"], 0) for name in ("first", "among_first_three"))
            rows.append((self.names[lever], str(rank["full"]), say.number(rank["median"], 0), ends, *shares))
        self.table("lever default median range first top", rows, aligned="Lrrrrr", title=say("lattice_ensemble.ranks"))
        first = main[ranked[0]]["first"]
        bounds = say.interval(*(say.percent(first[end], 0) for end in ("low", "high")))
        share = say.percent(first["share"], 0)
        self.screen.say()
        text = say("lattice_ensemble.first", lever=self.names[ranked[0]], share=share, bounds=bounds)
        self.screen.say(text, style="bold")

    def pairs(self, most: int) -> None:
        """Print the pairs that are worth most and least beyond their parts under the default."""
        found = sorted(self.outcomes[WITH_COST]["pairs"], key=lambda row: row["full"])
        if not found:
            return
        # Half of few pairs each, so that none is shown twice.
        most = min(most, len(found) // 2) or 1
        chosen = list({id(row): row for row in (*found[::-1][:most], *found[most - 1 :: -1])}.values())
        rows = [(self.called(row["levers"]), *_points(row, self.texts)) for row in chosen]
        title = self.texts("lattice_ensemble.pairs")
        self.table("levers default median range same", rows, aligned="Lrrrr", title=title)

    def bundles(self) -> None:
        """Print the default's best bundles."""
        say, rows = self.texts, []
        for row in self.outcomes[WITH_COST]["bundles"]:
            shares = [
                say.percent(row[name]["share"], 0) if row[name] else "–" for name in ("beats_runner_up", "best_size")
            ]
            gain = _percents(row["gains"]["strength"], say, 2, sign=True) if row["gains"] else ("–", "")
            rows.append((str(len(row["levers"])), *shares, *gain, *_percents(row["professional"], say, 0)))
        title = say("lattice_ensemble.bundles")
        columns = "k beats best gain range professional range"
        self.table(columns, rows, aligned="rrrrrrr", title=title)
        best = self.outcomes[WITH_COST]["bundles"][self.facts["outcomes"][WITH_COST]["best_size"]]
        if best["raises_professional"]:
            raises = say.percent(best["raises_professional"]["share"], 0)
            gains, size = (say.percent(best[name]["share"], 0) for name in ("gains", "best_size"))
            self.screen.say()
            text = say("lattice_ensemble.best", k=len(best["levers"]), gains=gains, raises=raises, size=size)
            self.screen.say(text, style="bold")

    def deciders(self) -> None:
        """Print what goes with what holds in some sets only."""
        say, found = self.texts, {}
        for outcome in (WITH_COST, PROFESSIONAL):
            for lever, row in self.outcomes[outcome]["main_effects"].items():
                # What does nothing under the defaults has no direction that could be decided.
                if row["full"]:
                    found[say(f"lattice_ensemble.sign_{outcome}", lever=self.names[lever])] = row
        for lever, row in self.outcomes[WITH_COST]["main_effects"].items():
            if row["first"]["share"] >= _OFTEN:
                found[say("lattice_ensemble.is_first", lever=self.names[lever])] = row["first"]
        size = self.facts["outcomes"][WITH_COST]["best_size"]
        best = self.outcomes[WITH_COST]["bundles"][size]
        found[say("lattice_ensemble.is_best", k=size)] = best["best_size"]
        if best["beats_runner_up"]:
            found[say("lattice_ensemble.beats_next", k=size)] = best["beats_runner_up"]
        show_deciders(self.screen, found, title=say("lattice_ensemble.decides"))

    def notes(self) -> None:
        say, found = self.texts, self.outcomes[WITH_COST]
        self.screen.say()
        if self.facts["ensemble"]["settings"] < self.facts["settings"]:
            off = found["fraction_off_by"]
            numbers = {
                "main": say.number(100.0 * off["main_effects"], 3),
                "pairs": say.number(100.0 * off["pairs"], 3),
                "share": say.percent(found["higher_orders"]["share"]),
            }
            self.screen.say(say("lattice_ensemble.fraction", **numbers), style="dim")
        self.screen.say(say("lattice_ensemble.note") + " " + say("ensemble.note"), style="dim")


def _points(row: Json, texts: Texts) -> tuple[str, str, str, str]:
    """Return an effect's default, median, range and share of the same sign; effects in percentage points."""
    over = row["strength"]
    default, median, low, high = (
        texts.number(100.0 * value, 2, sign=True)
        for value in (row["full"], *(over[e] for e in ("median", "p05", "p95")))
    )
    same = texts.percent(row["share"], 0) if row["full"] else "–"
    return default, median, texts.interval(low, high), same


def _percents(over: Json, texts: Texts, digits: int, *, sign: bool = False) -> tuple[str, str]:
    median, low, high = (texts.number(100.0 * over[key], digits, sign=sign) for key in ("median", "p05", "p95"))
    return median, texts.interval(low, high)


__all__ = ["show_lattice_ensemble"]
