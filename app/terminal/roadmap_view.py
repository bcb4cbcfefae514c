"""How a roadmap looks on a terminal of 80 columns: the answer first, then the plan, what it brings, and how sure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from analysis.roadmap import NEVER, QUARTER, Roadmap
from analysis.roadmap.outlook import MORE
from app.terminal.lattice_view import short_names
from app.terminal.screen import Screen
from sim.rules import WEEKS_PER_YEAR
from sim.texts import Texts

Row = Mapping[str, Any]
RETURNS: Final = ("return_on_sales", "return_before_levers")
"""Goals that are shares of revenue and shown in percent."""
_HOURS: Final = ("backlog", "customer_hours")
_BAR: Final = 16
_MOST_QUARTERS: Final = 20
"""Quarters from which on those in which costs and rising levers stay as they are are left out, but one a year."""
_POWERS: Final = ((12, "trillion"), (9, "billion"), (6, "million"))
"""Large numbers in words: exponents and their texts."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the question was put.

    Attributes
    ----------
    title
        The scenario's name.
    named
        The scenario as the command line names it.
    weeks
        The scenario's own horizon.
    aside
        Number of levers that are in place in part and were not named.
    """

    title: str
    named: str
    weeks: int
    aside: int


def show_roadmap(screen: Screen, found: Roadmap, report: Mapping[str, Any], asked: Asked, *, out: Path | None) -> None:
    """Print a roadmap.

    Parameters
    ----------
    screen
        Where to show it, and in which language.
    found
        The roadmap.
    report
        The same in the shape of ``--json``.
    asked
        How the question was put.
    out
        Folder with the files, None if none were written.
    """
    texts, page = screen.texts, _Page(screen, found)
    screen.heading(texts("roadmap.title", name=asked.title))
    screen.say(page.question(), style="dim")
    screen.say()
    page.answer()
    if asked.aside:
        screen.say(texts("roadmap.aside", count=texts.number(asked.aside, 0)), style="dim")
    if not found.plan.empty:
        page.plan()
        page.gain()
        page.quarters()
    page.others()
    screen.say()
    page.method(report["check"])
    screen.say()
    screen.say(texts("roadmap.units"), style="dim")
    screen.say(texts("roadmap.note", weeks=texts.number(found.problem.horizon, 0)), style="dim")
    if out is not None:
        screen.say(texts("roadmap.written", folder=out))
        # Unbroken, so that it can be copied.
        screen.out.print(texts("roadmap.next", command=_comparison(found, asked, out)), soft_wrap=True)


def about(count: float, texts: Texts) -> str:
    """Return a large number roughly, in words where it has more digits than one reads."""
    for exponent, word in _POWERS:
        # What would be rounded up to the next word belongs there.
        if count >= 0.995 * 10.0**exponent:
            amount = count / 10.0**exponent
            if amount >= 999.5:
                return texts("roadmap.power", exponent=round(np.log10(count)))
            return texts(f"roadmap.{word}", count=texts.number(amount, 1 if amount < 9.95 else 0))
    digits = max(0, int(np.log10(max(count, 1.0))) - 1)
    return texts.number(round(count, -digits), 0)


def amount(goal: str, value: float, texts: Texts, *, sign: bool = False) -> str:
    """Return a goal's value, or a difference, as a number; returns in percent, or in points."""
    if goal in RETURNS:
        return texts.number(100.0 * value, 2, sign=sign)
    if goal == "escalations":
        return texts.number(WEEKS_PER_YEAR * value, 2, sign=sign)
    return texts.number(value, 2 if goal in _HOURS else 3, sign=sign)


class _Page:
    """The parts of the page."""

    def __init__(self, screen: Screen, found: Roadmap) -> None:
        self.screen, self.found, self.texts = screen, found, screen.texts
        self.problem, self.goal = found.problem, found.problem.outcome
        self.names = {policy.id: policy.name(self.texts.language) for policy in self.problem.policies}
        self.short = short_names(self.problem.scenario, self.texts)
        self.weeks = self.texts.number(self.problem.horizon, 0)
        self.levers, self.path = _rows(found.plan), _rows(found.path)
        self.ways = {row["name"]: row for row in _rows(found.baselines.reset_index())}

    def amount(self, value: float, *, sign: bool = False) -> str:
        return amount(self.goal, value, self.texts, sign=sign)

    def with_unit(self, value: float, unit: str = "value", *, sign: bool = False) -> str:
        """Return a value with the goal's unit: percent, or points for a difference."""
        number = self.amount(value, sign=sign)
        return self.texts(f"roadmap.return_{unit}", number=number) if self.goal in RETURNS else number

    def money(self, value: float) -> str:
        return self.texts.number(value, 3)

    def start(self, quarter: int) -> str:
        """Return when something starts, in words."""
        if quarter == NEVER:
            return self.texts("roadmap.not_at_all")
        return self.texts("roadmap.after", weeks=QUARTER * quarter) if quarter else self.texts("roadmap.at_start")

    def question(self) -> str:
        limits = self.problem.limits
        return self.texts(
            "roadmap.asked",
            budget=_as_typed(limits.budget, self.texts),
            at_once=self.texts.number(limits.at_once, 0),
            weeks=self.weeks,
            goal=self.texts(f"roadmap.goal.{self.goal}"),
            levers=len(self.problem.levers),
        )

    def answer(self) -> None:
        """Print the order in which levers start, and what that brings."""
        say = self.texts
        if not self.levers:
            self.screen.say(say("roadmap.nothing", weeks=self.weeks), style="bold")
            return
        self.screen.say(say("roadmap.order"), style="bold")
        rows = [
            (
                self.start(quarter),
                "; ".join(self.names[row["lever"]] for row in self.levers if row["quarter"] == quarter),
            )
            for quarter in sorted({row["quarter"] for row in self.levers})
        ]
        left = [name for name, quarter in zip(self.problem.levers, self.found.schedule, strict=True) if quarter < 0]
        limits, starts = self.problem.limits, self.problem.limits.quarters
        fits = np.logical_or.reduce(limits.within(limits.cost[:, :starts], limits.ramping[:, :starts]), axis=1)
        for key, fitting in (("left_out", True), ("too_dear", False)):
            names = [self.names[n] for n in left if bool(fits[self.problem.levers.index(n)]) is fitting]
            rows += [(say(f"roadmap.{key}"), "; ".join(names))] if names else []
        self.screen.fields(rows)
        self.screen.say()
        row = self.ways["plan"]
        direction = "unclear" if row["low"] <= 0.0 <= row["high"] else "up" if row["difference"] > 0.0 else "down"
        today, then = (self.with_unit(self.ways[name]["mean"]) for name in ("nothing", "plan"))
        text = say(
            f"roadmap.answer_{direction}",
            goal=say(f"roadmap.acting.{self.goal}"),
            weeks=self.weeks,
            difference=self.with_unit(abs(row["difference"]), "difference"),
            today=today,
            plan=then,
        )
        self.screen.say(text, style="bold")

    def plan(self) -> None:
        """Print the table of levers."""
        say = self.texts
        rows = [
            (
                self.short[row["lever"]],
                say.number(row["start"], 0),
                say.number(row["full"] + 1, 0),
                self.money(4.0 * row["running"]),
                self.money(row["dearest"]),
                self.plus_minus(row["worth"], row["worth_high"]),
            )
            for row in self.levers
        ]
        heads = ("lever", "start", "full", "running", "dearest")
        columns = [say(f"roadmap.column_{name}") for name in heads]
        columns.append(say("roadmap.column_worth_return" if self.goal in RETURNS else "roadmap.column_worth"))
        self.screen.table(columns, rows, aligned="Lrrrrr", title=say("roadmap.plan"))
        self.screen.say()
        self.screen.say(say("roadmap.plan_note", goal=say(f"roadmap.acting.{self.goal}")), style="dim")

    def gain(self) -> None:
        """Print what the plan brings against today."""
        say, last, plan, today = self.texts, self.path[-1], self.ways["plan"], self.ways["nothing"]
        rows = [
            self.compared(say("roadmap.mean", weeks=self.weeks), today["mean"], plan["mean"], plan),
            self.compared(say("roadmap.last_quarter"), last["today"], last["plan"], last),
        ]
        if self.goal in RETURNS:
            total, low, high = (
                say.number(100.0 * last[f"cumulated{end}"], 1, sign=True) for end in ("", "_low", "_high")
            )
            rows.append((say("roadmap.total"), "", "", total, say.interval(low, high)))
        columns = [say(f"roadmap.column_{name}") for name in ("today", "plan", "difference", "interval")]
        label, fresh = say(f"roadmap.label.{self.goal}"), say.number(self.found.fresh, 0)
        self.screen.table(
            [label[:1].upper() + label[1:], *columns], rows, aligned="Lrrrr", title=say("roadmap.gain", fresh=fresh)
        )
        if self.goal in RETURNS:
            self.screen.say()
            self.screen.say(self.return_of_cost())
            key = "roadmap.total_net" if self.goal == "return_on_sales" else "roadmap.total_gross"
            self.screen.say(say(key), style="dim")

    def compared(self, name: str, today: float, plan: float, row: Row) -> tuple[str, ...]:
        """Return a line with today, the plan, and their difference with its interval."""
        value, low, high = (self.amount(row[key], sign=True) for key in ("difference", "low", "high"))
        return name, self.amount(today), self.amount(plan), value, self.texts.interval(low, high)

    def return_of_cost(self) -> str:
        """Return in which quarter what was lost at the beginning is earned back."""
        below = [row["quarter"] for row in self.path if row["cumulated"] < 0.0]
        if not below:
            return self.texts("roadmap.never_behind")
        if below[-1] == len(self.path) - 1:
            return self.texts("roadmap.not_earned_back", weeks=self.weeks)
        return self.texts("roadmap.earned_back", quarter=self.texts.number(below[-1] + 2, 0))

    def quarters(self) -> None:
        """Print cost, levers that rise, and the outcome by quarter."""
        say, limits, path = self.texts, self.problem.limits, self.path
        # Python's own numbers: NumPy's are rounded in another way.
        due = self.found.spending["due"].tolist()
        load = limits.loads(np.array([self.found.schedule]))[0]
        rows: list[tuple[str, ...]] = []
        for quarter in range(len(due)):
            first = QUARTER * quarter
            outcome: tuple[str, ...] = ("", "", "")
            if quarter < len(path):
                at = path[quarter]
                outcome = (self.amount(at["today"]), self.amount(at["plan"]), self.amount(at["difference"], sign=True))
            weeks = say("roadmap.weeks", first=first + 1, last=first + QUARTER)
            used = due[quarter] / limits.budget
            bar = "█" * _filled(used) + "·" * (_BAR - _filled(used))
            rows.append((str(quarter + 1), weeks, self.money(due[quarter]), bar, str(load[quarter] or "–"), *outcome))
        columns = [
            say(f"roadmap.column_{name}")
            for name in ("quarter", "weeks", "due", "of_budget", "rising", "today", "plan")
        ]
        columns.append(say("roadmap.column_difference"))
        shown = _shown(rows, len(path))
        self.screen.table(
            columns,
            shown,
            aligned="rlrlrrrr",
            title=say("roadmap.quarters", goal=say(f"roadmap.label.{self.goal}")),
        )
        self.screen.say()
        top = due.index(max(due))
        limit = say.number(limits.at_once, 0)
        numbers = {"most": self.money(due[top]), "budget": _as_typed(limits.budget, say), "quarter": top + 1}
        self.screen.say(say("roadmap.used", **numbers, rising=int(load.max()), at_once=limit), style="dim")
        if len(shown) < len(rows):
            self.screen.say(say("roadmap.skipped"), style="dim")
        if path and (last := path[-1]["last_week"] + 1) < QUARTER * len(path):
            first = QUARTER * (len(path) - 1) + 1
            self.screen.say(say("roadmap.cut", quarter=len(path), first=first, last=last), style="dim")
        if len(due) > len(path):
            self.screen.say(say("roadmap.beyond", weeks=self.weeks), style="dim")

    def others(self) -> None:
        """Print what else could be done."""
        say = self.texts
        rows = []
        for name, row in self.ways.items():
            kept = say("roadmap.kept" if row["feasible"] else "roadmap.broken")
            same = name != "plan" and self.found.schedules[name] == self.found.schedule
            lead = say("roadmap.same") if same else self.plus_minus(row["behind"], row["behind_high"])
            shown = self.amount(row["mean"]), self.amount(row["difference"], sign=True)
            rows.append((say(f"roadmap.way.{name}"), kept, *shown, "" if name == "plan" else lead))
        columns = [say(f"roadmap.column_{name}") for name in ("way", "limits", "mean", "against", "lead")]
        goal = say(f"roadmap.label.{self.goal}")
        self.screen.table(columns, rows, aligned="Llrrr", title=say("roadmap.others", goal=goal, weeks=self.weeks))
        if "runner_up" in self.ways:
            self.screen.say()
            second = self.ways["runner_up"]
            ends = [self.problem.better * second[f"behind_{end}"] for end in ("low", "high")]
            key = "worse" if min(ends) > 0.0 else "better" if max(ends) < 0.0 else "open"
            self.screen.say(say(f"roadmap.second_{key}", changes=self.changes("runner_up")), style="dim")

    def changes(self, name: str) -> str:
        """Return in which levers another plan differs, and how."""
        pairs = zip(self.problem.levers, self.found.schedule, self.found.schedules[name], strict=True)
        return "; ".join(
            self.texts("roadmap.change", lever=self.short[lever], start=self.start(other))
            for lever, mine, other in pairs
            if mine != other
        )

    def method(self, check: Row | None) -> None:
        """Print how the plan was found, and how far to trust it."""
        say, found = self.texts, self.found
        counts = {"companies": say.number(found.companies, 0), "valued": say.number(found.valued, 0)}
        if found.counted:
            self.screen.say(say("roadmap.exact", feasible=say.number(found.feasible, 0), **counts))
        else:
            self.screen.say(say("roadmap.search", feasible=about(found.feasible, say), **counts))
            if check is None:
                self.screen.say(say("roadmap.search_more"))
        numbers = {"finalists": found.finalists, "more": MORE * found.companies, "fresh": found.fresh}
        shown = {name: say.number(value, 0) for name, value in numbers.items()}
        if found.finalists > 1:
            self.screen.say(say("roadmap.finals", **{key: shown[key] for key in ("finalists", "more")}))
        chosen, fresh = (
            self.with_unit(value, "difference", sign=True) for value in (found.promise.chosen, found.promise.fresh)
        )
        self.screen.say(say("roadmap.fresh_ones", fresh=shown["fresh"], chosen=chosen, found=fresh))
        if check is not None:
            self.check(check)

    def check(self, check: Row) -> None:
        """Print how the search did where the optimum is known."""
        say = self.texts
        counts = {name: say.number(check[name], 0) for name in ("horizon", "feasible", "valued")}
        missed = say.percent(check["share"], 1 if check["share"] >= 0.001 else 3)
        key = "roadmap.check_missed" if check["found"] != check["best"] else "roadmap.check_found"
        says = say(key, missed=missed) if key == "roadmap.check_missed" else say(key)
        self.screen.say(say("roadmap.check_line", levers=len(check["levers"]), **counts, says=says))
        if self.found.counted:
            self.screen.say(say("roadmap.check_exact"))

    def plus_minus(self, value: float, high: float) -> str:
        half = self.amount(high - value)
        return self.texts("number.plus_minus", value=self.amount(value, sign=True), half=half)


def _filled(share: float) -> int:
    """Return how much of a bar is filled; what costs anything shows."""
    return min(_BAR, max(1 if share > 0.0 else 0, round(_BAR * share)))


def _as_typed(value: float, texts: Texts) -> str:
    """Return a number with as many decimals as it was typed with."""
    return texts.number(value, len(f"{value:.12f}".rstrip("0").partition(".")[2]))


def _shown(rows: list[tuple[str, ...]], horizon: int) -> list[tuple[str, ...]]:
    """Return the quarters to show: if they are many, those with other costs or rising levers than before, and a few."""
    if len(rows) <= _MOST_QUARTERS:
        return rows
    ends = (0, horizon - 1, len(rows) - 1)
    return [row for k, row in enumerate(rows) if k in ends or row[2:5] != rows[k - 1][2:5] or (k + 1) % 4 == 0]


def _comparison(found: Roadmap, asked: Asked, out: Path) -> str:
    """Return the command that compares today with the plan."""
    words = ["handshake", "compare", shlex.quote(asked.named), shlex.quote(str(out / "plan.toml"))]
    other = asked.weeks != found.problem.horizon
    return " ".join([*words, *(["--weeks", str(found.problem.horizon)] if other else [])])


def _rows(frame: Any) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


__all__ = ["Asked", "about", "amount", "show_roadmap"]
