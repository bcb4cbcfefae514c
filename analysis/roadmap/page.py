"""The roadmap as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from analysis.figures.labels import Labels, short_names
from analysis.page.page import Exhibit, Page, Table
from analysis.page.sections import limits, preset_name, version_facts
from analysis.roadmap.costs import QUARTER
from analysis.roadmap.figures import figures
from analysis.roadmap.findings import RoadmapFindings
from analysis.roadmap.page_ensemble import ensemble_answer, ensemble_certainty, ensemble_tables
from analysis.roadmap.words import Words, as_typed, goal_name, rows
from sim.declarations import RETURNS
from sim.scenario import Scenario

_MONEY: Final = 3
"""Digits of costs after the point."""
_BRIEF: Final = 20
"""Quarters on a terminal."""

Row = Mapping[str, Any]


def roadmap_page(
    found: RoadmapFindings,
    say: Labels,
    *,
    command: str = "",
    levers: Mapping[str, str] | None = None,
    aside: int = 0,
    files: Sequence[tuple[str, str]] = (),
) -> Page:
    """Return the roadmap as a page.

    Parameters
    ----------
    found
        The roadmap.
    say
        The language.
    command
        The command that makes the same page again; empty if there is none.
    levers
        Names of the levers by id; short names of the study's levers if None.
    aside
        Number of levers in place in part that were not candidates, though nobody has chosen the candidates.
    files
        Names and checksums of the files from which it was read.
    """
    words = Words(found, say, levers or short_names(Scenario(), say))
    title = preset_name(found.scenario, say)
    tables = [_ways(words)] if found.plan.empty else [_plan(words), _gain(words), _ways(words)]
    return Page(
        language=say.language,
        kind=say("roadmap.kind"),
        title=say("roadmap.title", name=title),
        question=say(
            "roadmap.question",
            scenario=title,
            goal=goal_name(found.outcome, say),
            weeks=say.number(found.horizon, 0),
            budget=as_typed(found.budget, say),
            at_once=say.number(found.at_once, 0),
            levers=say.number(len(found.levers), 0),
        ),
        answer=_answer(words, aside),
        exhibits=() if found.plan.empty else _exhibits(words),
        tables=[*tables, *ensemble_tables(words)],
        assumptions=[_asked(words)],
        limits=[*limits(say), say("scenario.levers_note")],
        certainty=[
            " ".join([*words.method()[1:], *words.checked()]),
            *ensemble_certainty(words),
            say("roadmap.units"),
            say("roadmap.note", weeks=say.number(found.horizon, 0)),
        ],
        command=command,
        facts=[
            (say("again.seed"), str(found.seed)),
            (say("again.companies"), f"{say.number(found.companies, 0)} + {say.number(found.fresh, 0)}"),
            (say("again.weeks"), say.number(found.horizon, 0)),
            (say("again.version"), f"handshake {found.version}"),
            *files,
            *version_facts(say)[1:],
        ],
    )


def _answer(words: Words, aside: int) -> list[str]:
    say, found = words.say, words.found
    told = [" ".join(words.plan())]
    if not found.plan.empty:
        told.append(" ".join(filter(None, (words.gain(), words.payback()))))
    told.append(" ".join([words.method()[0], *ensemble_answer(words)]))
    return [*told, say("roadmap.aside", count=say.number(aside, 0))] if aside else told


def _plan(words: Words) -> Table:
    say = words.say
    cells = [
        (
            words.lever(row["lever"]),
            say.number(row["start"], 0),
            say.number(row["full"] + 1, 0),
            say.number(4.0 * row["running"], _MONEY),
            say.number(row["cost"], _MONEY),
            words.plus_minus(row["worth"], row["worth_high"]),
        )
        for row in rows(words.found.plan)
    ]
    head = [say(f"roadmap.column_{name}") for name in ("lever", "start", "full", "running", "cost", "worth")]
    note = say("roadmap.plan_note", outcome=say.outcome(words.found.outcome))
    return Table(say("roadmap.plan"), head, cells, note=note)


def _gain(words: Words) -> Table:
    """Return what the plan brings against today, on average, in the end, and added up."""
    say, found = words.say, words.found
    path, ways = rows(found.path), words.ways
    last = path[-1]
    means = ways["nothing"]["mean"], ways["plan"]["mean"]
    cells = [
        _compared(words, say("roadmap.mean", weeks=say.number(found.horizon, 0)), *means, ways["plan"]),
        _compared(words, say("roadmap.last_quarter"), last["today"], last["plan"], last),
    ]
    note = ""
    if found.outcome in RETURNS:
        total = words.difference(*(last[f"cumulated{end}"] for end in ("", "_low", "_high")))
        cells.append((say("roadmap.total"), "", "", *total))
        note = say("roadmap.total_net" if found.outcome == "return_on_sales" else "roadmap.total_gross")
    head = [say(f"roadmap.column_{name}") for name in ("today", "plan", "difference")]
    title = say("roadmap.gain", fresh=say.number(found.fresh, 0))
    return Table(title, [say.outcome(found.outcome), *head, say("outcome.interval")], cells, note=note)


def _compared(words: Words, name: str, today: float, plan: float, row: Row) -> tuple[str, ...]:
    difference = words.difference(row["difference"], row["low"], row["high"])
    return name, words.amount(today), words.amount(plan), *difference


def _ways(words: Words) -> Table:
    say, found = words.say, words.found
    cells = []
    for row in words.ways.values():
        name = str(row["name"])
        if name == "plan":
            lead = ""
        elif found.schedules[name] == found.schedule:
            lead = say("roadmap.same")
        else:
            lead = words.plus_minus(row["behind"], row["behind_high"])
        kept = say("roadmap.kept" if row["feasible"] else "roadmap.broken")
        difference, _ = words.difference(row["difference"], row["low"], row["high"])
        shown = words.amount(row["mean"]), difference
        cells.append((say(f"roadmap.way.{name}"), kept, *shown, lead))
    head = [say(f"roadmap.column_{name}") for name in ("way", "limits", "mean", "against", "lead")]
    title = say("roadmap.others", outcome=say.outcome(found.outcome), weeks=say.number(found.horizon, 0))
    return Table(title, head, cells, note=_second(words))


def _second(words: Words) -> str:
    """Return how far the second best plan is behind, and what it does differently."""
    found = words.found
    if "runner_up" not in found.schedules:
        return ""
    row = words.ways["runner_up"]
    ends = [found.better * row[f"behind_{end}"] for end in ("low", "high")]
    key = "worse" if min(ends) > 0.0 else "better" if max(ends) < 0.0 else "open"
    changes = [
        words.say("roadmap.change", lever=words.lever(lever), start=words.start(other))
        for lever, mine, other in zip(found.levers, found.schedule, found.schedules["runner_up"], strict=True)
        if mine != other
    ]
    return words.say(f"roadmap.second_{key}", changes="; ".join(changes))


def _exhibits(words: Words) -> list[Exhibit]:
    say, found = words.say, words.found
    tables = {"plan": _quarters(words), "path": _path(words)}
    return [
        Exhibit(name, tables[name].title, say(f"roadmap.{name}_says"), draw, tables[name])
        for name, draw in figures(found, words.levers, say.language).items()
    ]


def _quarters(words: Words) -> Table:
    """Return what falls due by quarter, and how many levers rise."""
    say, found = words.say, words.found
    spending, plan = rows(found.spending), rows(found.plan)
    # A lever without a ramp rises in its first week.
    load = [
        sum(row["start"] <= QUARTER * at["quarter"] < row["start"] + max(row["ramp"], 1.0) for row in plan)
        for at in spending
    ]
    cells = [
        (
            str(at["quarter"] + 1),
            say("roadmap.weeks", first=QUARTER * at["quarter"] + 1, last=QUARTER * at["quarter"] + QUARTER),
            say.number(at["due"], _MONEY),
            say.percent(at["due"] / found.budget),
            str(rising),
        )
        for at, rising in zip(spending, load, strict=True)
    ]
    top = max(spending, key=lambda at: float(at["due"]))
    note = say(
        "roadmap.used",
        most=say.number(top["due"], _MONEY),
        budget=as_typed(found.budget, say),
        quarter=top["quarter"] + 1,
        rising=max(load),
        at_once=say.number(found.at_once, 0),
    )
    if len(spending) > len(found.path):
        note += " " + say("roadmap.beyond", weeks=say.number(found.horizon, 0))
    head = [say(f"roadmap.column_{name}") for name in ("quarter", "weeks", "due", "of_budget", "rising")]
    return Table(say("roadmap.quarters"), head, cells, note=note, brief=_BRIEF)


def _path(words: Words) -> Table:
    say, found = words.say, words.found
    cells = []
    for row in rows(found.path):
        weeks = say("roadmap.weeks", first=row["first_week"] + 1, last=row["last_week"] + 1)
        first, *others = _compared(words, str(row["quarter"] + 1), row["today"], row["plan"], row)
        cells.append((first, weeks, *others))
    head = [say(f"roadmap.column_{name}") for name in ("quarter", "weeks", "today", "plan", "difference")]
    title = say("roadmap.path", outcome=say.outcome(found.outcome))
    return Table(title, [*head, say("outcome.interval")], cells, brief=_BRIEF)


def _asked(words: Words) -> Table:
    say, found = words.say, words.found
    feasible = say.number(found.feasible, 0)
    cells = [
        (say("outcome.column"), say.outcome(found.outcome)),
        (say("roadmap.horizon_asked"), say.number(found.horizon, 0)),
        (say("roadmap.budget_asked"), as_typed(found.budget, say)),
        (say("roadmap.at_once_asked"), say.number(found.at_once, 0)),
        (say("roadmap.candidates"), ", ".join(words.lever(name) for name in found.levers)),
        (say("roadmap.valued"), f"{say.number(found.valued, 0)} / {feasible}"),
    ]
    return Table(say("roadmap.asked"), (say("scenario.column"), say("scenario.value")), cells, words=True)


__all__ = ["roadmap_page"]
