"""The part of the page on a lattice that is about an ensemble of parameter sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analysis.lattice.findings import OverSets
from analysis.lattice.runs import PROFESSIONAL, WITH_COST
from analysis.lattice.wording import Wording
from analysis.page.over_sets import decider_table, no_deciders, set_lines
from analysis.page.page import Table
from sim.texts import MISSING

_OFTEN: Final = 0.05
"""Levers that come first in a smaller share of sets are not asked why."""
_SHARED: Final = ("default", "median", "range", "same")
"""Columns that are the same for all ensembles."""
_OWN: Final = ("first", "top", "beats", "best", "gain", "professional")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SetsPart:
    """Sentences and tables on what holds over the sets.

    Attributes
    ----------
    words
        The wording of the findings.
    over
        The findings over the sets.
    """

    words: Wording
    over: OverSets

    @property
    def _returns(self) -> Json:
        found: Json = self.over.found["outcomes"][WITH_COST]
        return found

    def answer(self) -> str:
        """Return what holds in which share of sets."""
        say, main = self.words.say, self._returns["main_effects"]
        same = sum(row["share"] == 1.0 for row in main.values())
        key = "signs" if self._changes(WITH_COST) else "none_return_on_sales"
        lines = [say(f"lattice.ensemble.{key}", same=same, levers=len(main))]
        lever = self._ranked()[0]
        first = main[lever]["first"]
        bounds = say.interval(*(say.percent(first[end]) for end in ("low", "high")))
        share = say.percent(first["share"])
        lines.append(say("lattice.ensemble.first", lever=self.words.names[lever], share=share, bounds=bounds))
        best = self._best()
        if best["raises_professional"]:
            names = {"gains": "gains", "size": "best_size", "raises": "raises_professional"}
            shares = {key: say.percent(best[name]["share"]) for key, name in names.items()}
            lines.append(say("lattice.ensemble.best", k=len(best["levers"]), **shares))
        return " ".join(lines)

    def certainty(self) -> list[str]:
        """Return which sets and settings were run, and what that leaves open."""
        say, found, facts = self.words.say, self.over.found, self.words.findings.facts
        complete = found["settings"] == facts.settings
        lines = set_lines(found, say)
        lines.append(
            say(
                "lattice.ensemble.every" if complete else "lattice.ensemble.some",
                settings=say.number(found["settings"], 0),
                all=say.number(facts.settings, 0),
                companies=say.counted("virtual_companies", facts.companies),
                runs=say.counted("runs", found["runs"]),
            )
        )
        if not complete:
            off = self._returns["fraction_off_by"]
            numbers = {
                "main": say.number(100.0 * off["main_effects"], 3),
                "pairs": say.number(100.0 * off["pairs"], 3),
                "share": say.percent(self._returns["higher_orders"]["share"], 1),
            }
            lines.append(say("lattice.ensemble.fraction", **numbers))
        return [*lines, *filter(None, [no_deciders(self._conclusions(), say)]), say("ensemble.note")]

    def tables(self, most: int) -> list[Table]:
        """Return all tables but that of the main effects on the return, which belongs to the figure.

        Parameters
        ----------
        most
            How many pairs worth more, and how many worth less than their parts.
        """
        tables = [self._ranks(), self._pairs(most), self._bundles(), self._deciders()]
        if self._changes(PROFESSIONAL):
            tables.insert(0, self.effects(PROFESSIONAL))
        return [table for table in tables if table is not None]

    def _changes(self, outcome: str) -> bool:
        """Return whether any lever has a main effect on an outcome under the default."""
        return any(row["full"] for row in self.over.found["outcomes"][outcome]["main_effects"].values())

    def effects(self, outcome: str) -> Table:
        """Return the main effects on an outcome."""
        main: Json = self.over.found["outcomes"][outcome]["main_effects"]
        by_size = sorted(main, key=lambda lever: -main[lever]["full"])
        rows = [(self.words.names[lever], *self._points(outcome, main[lever])) for lever in by_size]
        note = self.words.say("lattice.ensemble.effects_note")
        if outcome == WITH_COST and not self._changes(PROFESSIONAL):
            note += " " + self.words.say("lattice.ensemble.none_professional")
        return self._table(f"effects_{outcome}", ("lever", *_SHARED), rows, note=note)

    def _table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, note: str = "") -> Table:
        say = self.words.say
        tables = dict.fromkeys(_SHARED, "ensemble.column_") | dict.fromkeys(_OWN, "lattice.ensemble.column_")
        head = [say(tables.get(name, "lattice.column.") + name) for name in columns]
        return Table(say(f"lattice.ensemble.{title}"), head, rows, note=note)

    def _ranked(self) -> list[str]:
        main = self._returns["main_effects"]
        return sorted(main, key=lambda lever: int(main[lever]["rank"]["full"]))

    def _ranks(self) -> Table:
        say, main, rows = self.words.say, self._returns["main_effects"], []
        for lever in self._ranked():
            rank = main[lever]["rank"]
            ends = say.interval(*(say.number(rank[end], 0) for end in ("p05", "p95")))
            shares = (say.percent(main[lever][name]["share"]) for name in ("first", "among_first_three"))
            rows.append((self.words.names[lever], str(rank["full"]), say.number(rank["median"], 0), ends, *shares))
        return self._table("ranks", ("lever", "default", "median", "range", "first", "top"), rows)

    def _pairs(self, most: int) -> Table | None:
        """Return the pairs that are worth most and least beyond their parts under the default."""
        found = sorted(self._returns["pairs"], key=lambda row: float(row["full"]))
        if not found:
            return None
        # Half of few pairs each, so that none is shown twice.
        most = min(most, len(found) // 2) or 1
        chosen = list({id(row): row for row in (*found[::-1][:most], *found[most - 1 :: -1])}.values())
        rows = [(self.words.called("+".join(row["levers"])), *self._points(WITH_COST, row)) for row in chosen]
        return self._table("pairs", ("levers", *_SHARED), rows)

    def _bundles(self) -> Table:
        say, rows = self.words.say, []
        for row in self._returns["bundles"]:
            shares = [
                say.percent(row[name]["share"]) if row[name] else MISSING for name in ("beats_runner_up", "best_size")
            ]
            gain = self._spread(WITH_COST, row["gains"]["strength"], sign=True) if row["gains"] else (MISSING, "")
            professional = [say.number(100.0 * row["professional"][key], 0) for key in ("median", "p05", "p95")]
            range_ = say.interval(*professional[1:])
            rows.append((str(len(row["levers"])), *shares, *gain, professional[0], range_))
        columns = ("k", "beats", "best", "gain", "range", "professional", "range")
        return self._table("bundles", columns, rows, note=self.words.say("lattice.ensemble.bundles_note"))

    def _best(self) -> Json:
        best: Json = self._returns["bundles"][self.words.findings.best_size(WITH_COST)]
        return best

    def _conclusions(self) -> dict[str, Json]:
        """Return the conclusions that coefficients may decide, by their display names."""
        say, names, found = self.words.say, self.words.names, {}
        for outcome in (WITH_COST, PROFESSIONAL):
            for lever, row in self.over.found["outcomes"][outcome]["main_effects"].items():
                # What does nothing under the defaults has no direction that could be decided.
                if row["full"]:
                    found[say(f"lattice.ensemble.sign_{outcome}", lever=names[lever])] = row
        for lever, row in self._returns["main_effects"].items():
            if row["first"]["share"] >= _OFTEN:
                found[say("lattice.ensemble.is_first", lever=names[lever])] = row["first"]
        best = self._best()
        size = len(best["levers"])
        found[say("lattice.ensemble.is_best", k=size)] = best["best_size"]
        if best["beats_runner_up"]:
            found[say("lattice.ensemble.beats_next", k=size)] = best["beats_runner_up"]
        return found

    def _deciders(self) -> Table | None:
        say = self.words.say
        return decider_table(self._conclusions(), say, say("lattice.ensemble.decides"))

    def _points(self, outcome: str, row: Json) -> tuple[str, str, str, str]:
        """Return an effect's default, median, range and share of the same sign."""
        default = self.words.say.amount(outcome, row["full"], sign=True)
        same = self.words.say.percent(row["share"]) if row["full"] else MISSING
        return default, *self._spread(outcome, row["strength"], sign=True), same

    def _spread(self, outcome: str, over: Json, *, sign: bool) -> tuple[str, str]:
        """Return median and range."""
        median, low, high = (self.words.say.amount(outcome, over[key], sign=sign) for key in ("median", "p05", "p95"))
        return median, self.words.say.interval(low, high)


__all__ = ["SetsPart"]
