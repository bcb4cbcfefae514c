"""The part of the roadmap's page on other parameter sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from analysis.page.over_sets import Conclusions, decider_table, no_deciders, set_lines
from analysis.page.page import Table
from analysis.roadmap.words import Words

_NAMED: Final = ("nothing", "earliest", "greedy", "runner_up", "everything")
_CLOSEST: Final = 3
"""Further finalists that are shown: those which the plan beats least often."""

Json = Mapping[str, Any]


def ensemble_answer(words: Words) -> list[str]:
    """Return in which share of the sets the plan gains, and in which it is the best."""
    if (over := words.found.ensemble) is None:
        return []
    # To go on as today gains nothing over today.
    told = [key for key in ("gain", "best") if over.json[key] and not (key == "gain" and _same(over.json, "nothing"))]
    return [
        words.say(
            f"roadmap.over_sets.{key}",
            sets=words.say.number(over.json["sets"], 0),
            share=words.say.percent(over.json[key]["share"]),
            bounds=words.say.interval(*(words.say.percent(over.json[key][end]) for end in ("low", "high"))),
        )
        for key in told
    ]


def ensemble_certainty(words: Words) -> list[str]:
    """Return which sets these are, and what was simulated under each."""
    if (over := words.found.ensemble) is None:
        return []
    say, found = words.say, over.json
    counts = {"companies": say.number(found["companies"], 0), "ways": say.number(len(found["ways"]), 0)}
    told = [
        *set_lines(found, say),
        say("roadmap.over_sets.line", **counts),
        no_deciders(_conclusions(words, found), say),
    ]
    return [" ".join(filter(None, told)), say("ensemble.note")]


def ensemble_tables(words: Words) -> list[Table]:
    """Return the plan's lead over its rivals, the lever that comes first, and which coefficients decide."""
    if (over := words.found.ensemble) is None:
        return []
    say, found = words.say, over.json
    decided = decider_table(_conclusions(words, found), say, say("roadmap.over_sets.decides"))
    return [_leads(words, found), _first(words, found), *([] if decided is None else [decided])]


def _conclusions(words: Words, found: Json) -> Conclusions:
    """Return what is concluded over the sets, by display name."""
    say = words.say
    conclusions = {} if _same(found, "nothing") else {say("roadmap.over_sets.gains"): found["gain"]}
    # That the plan is ahead of doing nothing is the same as that it gains.
    conclusions |= {
        say("roadmap.over_sets.beats", way=_way(name, words)): row
        for name, row in _rivals(found).items()
        if name != "nothing"
    }
    named = {say(f"roadmap.over_sets.is_{name}"): found[name] for name in ("best", "opening") if found[name]}
    return conclusions | named


def _rivals(found: Json) -> dict[str, Json]:
    """Return the ways that are other plans, and the conclusion that the plan beats them."""
    beats = {name: way["plan_beats"] for name, way in found["ways"].items() if way["plan_beats"] is not None}
    rivals = {name: row for name, row in beats.items() if not _same(found, name)}
    more = sorted((name for name in rivals if name not in _NAMED), key=lambda name: rivals[name]["share"])[:_CLOSEST]
    return {name: row for name, row in rivals.items() if name in (*_NAMED, *more)}


def _leads(words: Words, found: Json) -> Table:
    say = words.say
    rows = []
    for name, row in _rivals(found).items():
        default, median, low, high = (row["strength"][key] for key in ("default", "median", "p05", "p95"))
        default_shown, _ = words.difference(default, low, high)
        rows.append((_way(name, words), default_shown, *words.difference(median, low, high), say.percent(row["share"])))
    note = say("roadmap.over_sets.ahead")
    if same := [_way(name, words) for name in _NAMED if name in found["ways"] and _same(found, name)]:
        note += " " + say("roadmap.over_sets.same", ways="; ".join(same))
    head = [say("roadmap.column_way"), *(say(f"ensemble.column_{name}") for name in ("default", "median", "range"))]
    title = say("roadmap.over_sets.leads", outcome=say.outcome(words.found.outcome))
    return Table(title, [*head, say("roadmap.over_sets.column_ahead")], rows, note=note)


def _first(words: Words, found: Json) -> Table:
    say = words.say
    ranked = sorted(found["first"].items(), key=lambda item: (-item[1]["in_best"], -item[1]["alone"]))
    rows = [
        (
            (say("roadmap.over_sets.no_lever") if lever == "nothing" else words.lever(lever))
            + (" *" if lever in found["begins_with"] else ""),
            *(say.percent(shares[key]) for key in ("in_best", "alone")),
        )
        for lever, shares in ranked
        if shares["in_best"] or shares["alone"]
    ]
    head = [say("roadmap.column_lever"), *(say(f"roadmap.over_sets.column_{name}") for name in ("in_best", "alone"))]
    return Table(say("roadmap.over_sets.first"), head, rows, note=say("roadmap.over_sets.first_note"))


def _same(found: Json, name: str) -> bool:
    """Return whether a way is the plan itself."""
    return bool(found["ways"][name]["same_as_plan"])


def _way(name: str, words: Words) -> str:
    """Return what a way is called."""
    kind, _, number = name.partition(" ")
    if kind == "finalist":
        return words.say("roadmap.over_sets.finalist", number=number)
    return words.say(f"roadmap.way.{name}")


__all__ = ["ensemble_answer", "ensemble_certainty", "ensemble_tables"]
