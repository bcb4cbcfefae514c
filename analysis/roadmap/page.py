"""The report on the folder of a roadmap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.figures.labels import SHARES, Labels
from analysis.page.folders import Source
from analysis.page.page import Exhibit, Page, Table, ready
from analysis.page.sections import limits, preset_name, version_facts
from analysis.roadmap.figures import Shown, drawn
from sim.policies import ALL_POLICIES

_NEEDED = (
    *("scenario", "outcome", "horizon", "budget", "at_once", "schedules", "method", "seed", "companies", "fresh"),
    *("feasible", "valued", "promise", "plan", "spending", "path", "baselines", "version"),
)


def roadmap_page(source: Source) -> Page:
    """Return the report on what ``handshake roadmap --out`` has written."""
    say, found = source.say, source.json("roadmap.json", *_NEEDED)
    known = {policy.id: policy.name(say.language) for policy in ALL_POLICIES}
    names = {name: source.levers.get(name, known.get(name, name)) for name in found["schedules"]["plan"]}
    return Page(
        language=say.language,
        kind=say("roadmap.page.kind"),
        title=preset_name(found["scenario"], say),
        question=say(
            "roadmap.page.question",
            scenario=preset_name(found["scenario"], say),
            outcome=say.outcome(found["outcome"]),
            weeks=say.number(found["horizon"], 0),
            budget=say.short(found["budget"]),
            at_once=found["at_once"],
        ),
        answer=(_plan(found, names, say), _gain(found, say), _sure(found, say)),
        exhibits=_exhibits(found, names, say),
        tables=[_plan_table(found, names, say), _ways(found, say)],
        assumptions=[_asked(found, say)],
        limits=[*limits(say), say("scenario.levers_note")],
        certainty=_certainty(found, say),
        command=source.command,
        facts=[
            (say("again.seed"), str(found["seed"])),
            (say("again.companies"), f"{say.number(found['companies'], 0)} + {say.number(found['fresh'], 0)}"),
            (say("again.weeks"), say.number(found["horizon"], 0)),
            (say("again.version"), f"handshake {found['version']}"),
            (say("roadmap.page.original"), source.hashes("plan.toml")[0][1]),
            *source.hashes("roadmap.json"),
            *version_facts(say)[1:],
        ],
    )


def _plan(found: Mapping[str, Any], names: Mapping[str, str], say: Labels) -> str:
    plan = found["plan"]
    if not plan:
        return say("roadmap.page.nothing")
    shown = [say("roadmap.page.from_week", name=say.quoted(names[row["lever"]]), week=row["start"]) for row in plan]
    others = say("roadmap.page.then", names=", ".join(shown[1:])) if shown[1:] else ""
    return say("roadmap.page.plan", first=shown[0], others=others)


def _amount(found: Mapping[str, Any], value: float | None, say: Labels, *, sign: bool = True) -> str:
    """Return a value of the outcome, or a difference of such values."""
    return say.amount(found["outcome"], float("nan") if value is None else value, sign=sign)


def _interval(found: Mapping[str, Any], row: Mapping[str, Any], say: Labels, prefix: str = "") -> str:
    return say.interval(*(_amount(found, row[f"{prefix}{end}"], say) for end in ("low", "high")))


def _gain(found: Mapping[str, Any], say: Labels) -> str:
    promise = found["promise"]
    gain = _amount(found, promise["fresh"], say)
    if found["outcome"] in SHARES:
        gain += say.of((" percentage points", " Prozentpunkte"))
    interval = _interval(found, promise, say, "fresh_")
    return say("roadmap.page.gain", fresh=say.number(found["fresh"], 0), gain=gain, interval=interval)


def _sure(found: Mapping[str, Any], say: Labels) -> str:
    key = "roadmap.page.exact" if found["method"] == "exact" else "roadmap.page.search"
    return say(key, feasible=say.number(found["feasible"], 0), valued=say.number(found["valued"], 0))


def _certainty(found: Mapping[str, Any], say: Labels) -> list[str]:
    chosen, fresh = (_amount(found, found["promise"][key], say) for key in ("chosen", "fresh"))
    told = [say("roadmap.page.promise", chosen=chosen, fresh=fresh)]
    if (over := found.get("ensemble")) is not None:
        told.append(say("roadmap.page.sets", n=over["sets"], share=say.percent(over["gain"]["share"])))
    return told


def _exhibits(found: Mapping[str, Any], names: Mapping[str, str], say: Labels) -> list[Exhibit]:
    tables = {"plan": _spending(found, say), "path": _path(found, say)}
    keys = {"plan": "chart", "path": "path"}
    return [
        Exhibit(
            name,
            say(f"roadmap.page.{keys[name]}"),
            say(f"roadmap.page.{keys[name]}_says"),
            ready(figure),
            tables[name],
        )
        for name, figure in drawn(Shown.read(found), names, say.language).items()
    ]


def _spending(found: Mapping[str, Any], say: Labels) -> Table:
    rows = [
        (str(row["quarter"] + 1), say.number(row["due"], 3), say.number(row["budget"], 3)) for row in found["spending"]
    ]
    head = (say("roadmap.page.quarter"), say("roadmap.page.cost"), say("roadmap.page.budget"))
    return Table(say("roadmap.page.chart"), head, rows)


def _path(found: Mapping[str, Any], say: Labels) -> Table:
    rows = [
        (
            str(row["quarter"] + 1),
            _amount(found, row["today"], say, sign=False),
            _amount(found, row["plan"], say, sign=False),
            _amount(found, row["difference"], say),
            _interval(found, row, say),
        )
        for row in found["path"]
    ]
    head = [say(f"roadmap.page.{key}") for key in ("quarter", "today", "with_plan", "difference")]
    return Table(say("roadmap.page.path"), [*head, say("outcome.interval")], rows)


def _plan_table(found: Mapping[str, Any], names: Mapping[str, str], say: Labels) -> Table:
    rows = [
        (
            names[row["lever"]],
            str(row["start"]),
            str(row["full"]),
            say.number(row["cost"], 3),
            _amount(found, row["worth"], say),
            _interval(found, row, say, "worth_"),
        )
        for row in found["plan"]
    ]
    head = [say("scenario.lever"), *(say(f"roadmap.page.{key}") for key in ("start", "full", "cost", "worth"))]
    empty = [(say("page.nothing"), *("" for _ in range(len(head))))]
    return Table(say("roadmap.page.with_plan"), [*head, say("outcome.interval")], rows or empty)


def _ways(found: Mapping[str, Any], say: Labels) -> Table:
    rows = [
        (
            say(f"roadmap.page.way_{row['name']}"),
            say("page.yes" if row["feasible"] else "page.no"),
            _amount(found, row["mean"], say, sign=False),
            _amount(found, row["behind"], say),
            _interval(found, row, say, "behind_"),
        )
        for row in found["baselines"]
    ]
    head = [say(f"roadmap.page.{key}") for key in ("way", "feasible", "mean", "behind")]
    return Table(say("roadmap.page.ways"), [*head, say("outcome.interval")], rows)


def _asked(found: Mapping[str, Any], say: Labels) -> Table:
    rows = [
        (say("outcome.column"), say.outcome(found["outcome"])),
        (say("roadmap.page.horizon"), say.number(found["horizon"], 0)),
        (say("roadmap.page.budget"), say.short(found["budget"])),
        (say("roadmap.page.at_once"), str(found["at_once"])),
        (say("roadmap.page.method"), f"{say.number(found['valued'], 0)} / {say.number(found['feasible'], 0)}"),
    ]
    return Table(say("roadmap.page.asked"), (say("scenario.column"), say("scenario.value")), rows, words=True)


__all__ = ["roadmap_page"]
