"""How a roadmap over an ensemble of parameter sets looks on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from analysis.figures.labels import short_names
from analysis.roadmap.ensemble import RoadmapEnsemble
from app.terminal.ensemble_view import show_deciders, show_head
from app.terminal.roadmap_view import amount
from app.terminal.screen import Screen

_NAMED: Final = ("nothing", "earliest", "greedy", "runner_up", "everything")
_CLOSEST: Final = 3
"""Further finalists that are shown: those which the plan beats least often."""

Json = Mapping[str, Any]


def show_roadmap_ensemble(screen: Screen, over: RoadmapEnsemble, found: Json) -> None:
    """Print in which share of the sets the plan gains, beats its rivals, and begins with the right lever.

    Parameters
    ----------
    screen
        Where to show it, and in which language.
    over
        The roadmap over the sets.
    found
        The same in the shape of ``--json``, with what there is to say of the ensemble.
    """
    texts, problem = screen.texts, over.roadmap.problem
    show_head(screen, found)
    numbers = {"companies": over.companies, "ways": len(found["ways"])}
    screen.say(texts("roadmap_ensemble.line", **{k: texts.number(v, 0) for k, v in numbers.items()}), style="dim")
    names = short_names(problem.scenario, texts)
    ways = _rivals(over, found)
    _leads(screen, over, found, ways)
    _answer(screen, over, found)
    _first(screen, found, names)
    gain = {} if over.same("nothing") else {texts("roadmap_ensemble.gains"): found["gain"]}
    # That the plan is ahead of doing nothing is the same as that it gains.
    rivals = {name: row for name, row in ways.items() if name != "nothing"}
    conclusions = gain | {texts("roadmap_ensemble.beats", way=_way(name, screen)): row for name, row in rivals.items()}
    for name in ("best", "opening"):
        if found[name]:
            conclusions[texts(f"roadmap_ensemble.is_{name}")] = found[name]
    show_deciders(screen, conclusions, title=texts("roadmap_ensemble.decides"))
    screen.say()
    screen.say(texts("roadmap_ensemble.note") + " " + texts("ensemble.note"), style="dim")


def _rivals(over: RoadmapEnsemble, found: Json) -> dict[str, Json]:
    """Return the ways that are other plans, and how the plan does against them."""
    rivals = {name: found["ways"][name]["plan_beats"] for name in over.beats if not over.same(name)}
    more = sorted((name for name in rivals if name not in _NAMED), key=lambda name: rivals[name]["share"])[:_CLOSEST]
    return {name: row for name, row in rivals.items() if name in (*_NAMED, *more)}


def _leads(screen: Screen, over: RoadmapEnsemble, found: Json, ways: Mapping[str, Json]) -> None:
    texts, goal = screen.texts, over.roadmap.problem.outcome
    rows = []
    for name, row in ways.items():
        default, median, low, high = (
            amount(goal, row["strength"][key], texts, sign=True) for key in ("default", "median", "p05", "p95")
        )
        rows.append((_way(name, screen), default, median, texts.interval(low, high), texts.percent(row["share"], 0)))
    same = [_way(name, screen) for name in _NAMED if name in found["ways"] and over.same(name)]
    columns = [texts("roadmap.column_way")]
    columns += [texts(f"ensemble.column_{name}") for name in ("default", "median", "range")]
    label = texts(f"roadmap.label.{goal}")
    title = texts("roadmap_ensemble.leads", goal=label)
    screen.table([*columns, texts("roadmap_ensemble.column_ahead")], rows, aligned="Lrrrr", title=title)
    if same:
        screen.say()
        screen.say(texts("roadmap_ensemble.same", ways="; ".join(same)), style="dim")


def _answer(screen: Screen, over: RoadmapEnsemble, found: Json) -> None:
    texts = screen.texts
    screen.say()
    # To go on as today gains nothing over today.
    for key in ("best",) if over.same("nothing") else ("gain", "best"):
        if row := found[key]:
            bounds = texts.interval(*(texts.percent(row[end], 0) for end in ("low", "high")))
            share = texts.percent(row["share"], 0)
            screen.say(texts(f"roadmap_ensemble.answer_{key}", share=share, bounds=bounds), style="bold")


def _first(screen: Screen, found: Json, names: Mapping[str, str]) -> None:
    texts = screen.texts
    ranked = sorted(found["first"].items(), key=lambda item: (-item[1]["in_best"], -item[1]["alone"]))
    rows = [
        (
            names.get(lever, texts("roadmap_ensemble.no_lever")) + (" *" if lever in found["begins_with"] else ""),
            *(texts.percent(shares[key], 0) for key in ("in_best", "alone")),
        )
        for lever, shares in ranked
        if shares["in_best"] or shares["alone"]
    ]
    columns = [texts("roadmap.column_lever")]
    columns += [texts(f"roadmap_ensemble.column_{name}") for name in ("in_best", "alone")]
    screen.table(columns, rows, aligned="Lrr", title=texts("roadmap_ensemble.first"))


def _way(name: str, screen: Screen) -> str:
    """Return what a way is called."""
    texts = screen.texts
    kind, _, number = name.partition(" ")
    return texts("roadmap_ensemble.finalist", number=number) if kind == "finalist" else texts(f"roadmap.way.{name}")


__all__ = ["show_roadmap_ensemble"]
