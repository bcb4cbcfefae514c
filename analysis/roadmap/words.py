"""Amounts and sentences of a roadmap, for its page and for whoever else shows one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from babel.numbers import format_compact_decimal

from analysis.figures.labels import Labels
from analysis.roadmap.costs import NEVER, QUARTER
from analysis.roadmap.findings import RoadmapFindings
from analysis.roadmap.outlook import MORE
from analysis.roadmap.problem import GOALS
from sim.texts import Texts, locale_of


@dataclass(frozen=True, slots=True)
class Words:
    """A roadmap in words.

    Attributes
    ----------
    found
        The roadmap.
    say
        The language.
    levers
        Names of the levers by id; one that is not in it is called by its id.
    """

    found: RoadmapFindings
    say: Labels
    levers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ways(self) -> dict[str, dict[str, Any]]:
        """Ways to go, each with what it brings, by name."""
        return {str(row["name"]): row for row in rows(self.found.baselines.reset_index())}

    def amount(self, value: float, *, sign: bool = False) -> str:
        """Return a value of the outcome, or a difference, in the unit that the outcome's label names."""
        return self.say.amount(self.found.outcome, self.found.scale * value, sign=sign)

    def with_unit(self, value: float, *, sign: bool = False, half: float = math.nan) -> str:
        """Return a value, or a difference and half its interval, with the unit behind it."""
        scale = self.found.scale
        return self.say.quantity(self.found.outcome, scale * value, sign=sign, half=scale * half)

    def difference(self, value: float, low: float, high: float) -> tuple[str, str]:
        """Return a difference and its interval."""
        scaled = (self.found.scale * number for number in (value, low, high))
        return self.say.amounts(self.found.outcome, *scaled, sign=True)

    def plus_minus(self, value: float, high: float) -> str:
        """Return a difference with half the width of its interval."""
        scale = self.found.scale
        return self.say.plus_minus(self.found.outcome, scale * value, scale * (high - value))

    def lever(self, name: str) -> str:
        """Return what a lever is called."""
        return self.levers.get(name, name)

    def quoted(self, names: Iterable[str]) -> str:
        """Return levers in quotation marks."""
        return self.say.listed([self.lever(name) for name in names])

    def start(self, quarter: int) -> str:
        """Return when something starts."""
        if quarter == NEVER:
            return self.say("roadmap.not_at_all")
        return self.say("roadmap.after", weeks=QUARTER * quarter) if quarter else self.say("roadmap.at_start")

    def plan(self) -> list[str]:
        """Return which levers start when, and which do not."""
        found, say = self.found, self.say
        starts = dict(zip(found.levers, found.schedule, strict=True))
        out = [name for name, quarter in starts.items() if quarter == NEVER and name not in found.too_dear]
        if found.plan.empty:
            told = [say("roadmap.nothing", weeks=say.number(found.horizon, 0))]
        else:
            steps = [
                f"{self.start(quarter)} {self.quoted(name for name, mine in starts.items() if mine == quarter)}"
                for quarter in sorted(set(starts.values()) - {NEVER})
            ]
            told = [say("roadmap.order", steps="; ".join(steps))]
            told += [say("roadmap.left_out", levers=self.quoted(out))] if out else []
        return told + ([say("roadmap.too_dear", levers=self.quoted(found.too_dear))] if found.too_dear else [])

    def gain(self) -> str:
        """Return what the plan does to the mean of all weeks."""
        row, today = self.ways["plan"], self.ways["nothing"]["mean"]
        _, interval = self.difference(row["difference"], row["low"], row["high"])
        return self.say(
            "roadmap.gain_unclear" if row["low"] <= 0.0 <= row["high"] else "roadmap.gain_clear",
            outcome=self.say.outcome(self.found.outcome, unit=False),
            weeks=self.say.number(self.found.horizon, 0),
            today=self.with_unit(today),
            plan=self.with_unit(row["mean"]),
            difference=self.with_unit(row["difference"], sign=True, half=(row["high"] - row["low"]) / 2.0),
            interval=interval,
        )

    def payback(self) -> str:
        """Return by when the plan has earned what it costs; empty where levers' costs are not part of the outcome."""
        path = self.found.path
        if self.found.outcome != "return_on_sales" or self.found.plan.empty:
            return ""
        behind = path.loc[path["cumulated"] < 0.0, "quarter"]
        if behind.empty:
            return self.say("roadmap.never_behind")
        if (last := int(behind.iloc[-1])) == len(path) - 1:
            return self.say("roadmap.not_earned_back", weeks=self.say.number(self.found.horizon, 0))
        return self.say("roadmap.earned_back", quarter=self.say.number(last + 2, 0))

    def method(self) -> list[str]:
        """Return how the plan was found, and what of its promise is kept on other companies."""
        found, say = self.found, self.say
        counts = {"companies": say.number(found.companies, 0), "valued": say.number(found.valued, 0)}
        feasible = say.number(found.feasible, 0) if found.counted else roughly(found.feasible, say)
        told = [say("roadmap.exact" if found.counted else "roadmap.search", feasible=feasible, **counts)]
        if found.finalists > 1:
            more = say.number(MORE * found.companies, 0)
            told.append(say("roadmap.finals", finalists=say.number(found.finalists, 0), more=more))
        chosen, fresh = (self.with_unit(value, sign=True) for value in (found.promise.chosen, found.promise.fresh))
        told.append(say("roadmap.promise", fresh=say.number(found.fresh, 0), chosen=chosen, found=fresh))
        return told

    def checked(self) -> list[str]:
        """Return how the search did where the optimum is known; empty if that was not asked for."""
        check, say = self.found.check, self.say
        if check is None:
            return [] if self.found.counted else [say("roadmap.search_more")]
        counts = {name: say.number(getattr(check, name), 0) for name in ("horizon", "feasible", "valued")}
        missed = say.percent(check.share, 1 if check.share >= 0.001 else 3)
        says = say("roadmap.check_found") if check.found == check.best else say("roadmap.check_missed", missed=missed)
        told = [say("roadmap.check_line", levers=len(check.levers), says=says, **counts)]
        return told + ([say("roadmap.check_exact")] if self.found.counted else [])


def goal_name(outcome: str, say: Texts) -> str:
    """Return what is to be reached, inside a sentence: an outcome, and that less of it is better if it is."""
    name = say.mention(outcome)
    return name if GOALS[outcome] > 0 else say("roadmap.less", outcome=name)


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, by column."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def roughly(count: float, say: Texts) -> str:
    """Return a large number with about two digits that count, in words from a million on."""
    if count >= 1e15:
        return say("roadmap.power", exponent=round(np.log10(count)))
    if count >= 1e6:
        return format_compact_decimal(
            count, format_type="long", locale=locale_of(say.language), fraction_digits=int(count < 1e12)
        )
    digits = max(0, int(np.log10(max(count, 1.0))) - 1)
    return say.number(round(count, -digits), 0)


def as_typed(value: float, say: Texts) -> str:
    """Return a number with as many digits after the point as it was typed with."""
    return say.number(value, len(f"{value:.12f}".rstrip("0").partition(".")[2]))


__all__ = ["Words", "as_typed", "goal_name", "roughly", "rows"]
