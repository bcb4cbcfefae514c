"""Figures of a roadmap: when levers rise and what falls due, and the outcome by quarter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.figures.labels import Labels
from analysis.figures.paths import shown_by
from analysis.figures.style import GREY, frame, styled, write_axis
from analysis.roadmap.costs import QUARTER
from analysis.roadmap.findings import RoadmapFindings
from sim.declarations import RETURNS

_PLAN, _RISING, _GREEDY = "#00446B", "#56B4E9", "#D55E00"


@dataclass(frozen=True, slots=True)
class _Labels(Labels):
    """Texts and numbers in one language, and the names of levers in it."""

    within: str = "roadmap.figures."
    levers: Mapping[str, str] = field(default_factory=dict)


@styled
def plan_chart(found: RoadmapFindings, labels: _Labels) -> Figure:
    """Return when each lever rises and works in full, and below what falls due in each quarter."""
    plan, due = found.plan, found.spending["due"].to_numpy()
    end, horizon = QUARTER * len(due), found.horizon
    figure = Figure(figsize=(7.2, 3.3 + 0.27 * len(plan)))
    above, below = figure.subplots(
        2, 1, sharex=True, height_ratios=(0.9 + 0.27 * len(plan), 1.5), gridspec_kw={"hspace": 0.06}
    )
    place = np.arange(len(plan))
    start, ramp = plan["start"].to_numpy(), plan["ramp"].to_numpy()
    above.barh(place, start, height=0.12, color="#bbbbbb", zorder=2, visible=True)
    for bar, now in zip(above.patches, plan["today"], strict=True):
        bar.set_visible(bool(now > 0.0))
    above.barh(place, ramp, left=start, height=0.62, color=_RISING, hatch="///", edgecolor="white", zorder=3)
    above.barh(place, end - start - ramp, left=start + ramp, height=0.62, color=_PLAN, zorder=3)
    above.set_yticks(place, [labels.levers.get(name, name) for name in plan["lever"]])
    above.set_ylim(len(plan) - 0.4, -0.6)
    above.tick_params(axis="x", length=0)
    handles = [
        *([Patch(color="#bbbbbb", label=labels("in_place"))] if ((plan["today"] > 0.0) & (start > 0)).any() else []),
        Patch(facecolor=_RISING, hatch="///", edgecolor="white", label=labels("rising")),
        Patch(color=_PLAN, label=labels("full")),
    ]
    above.legend(handles=handles, ncols=3, loc="lower left", bbox_to_anchor=(0.0, 1.0), fontsize=8, borderaxespad=0.2)
    left = QUARTER * np.arange(len(due))
    below.bar(left, due, width=QUARTER - 1.0, align="edge", color=GREY, zorder=3)
    budget = found.budget
    below.axhline(budget, color=_GREEDY, linewidth=1.2, linestyle="--", zorder=4)
    below.annotate(
        labels("budget", amount=labels.short(budget)), (0.0, budget), xytext=(2, 3), textcoords="offset points",
        color=_GREEDY, fontsize=8,
    )  # fmt: skip
    below.set(xlim=(0, end), ylim=(0.0, 1.18 * budget), xlabel=labels("week"), ylabel=labels("due"))
    below.yaxis.set_major_locator(MaxNLocator(4))
    write_axis(below, labels, "y")
    for axes in (above, below):
        axes.axvline(horizon, color="black", linewidth=0.8, linestyle=":", zorder=5)
    if horizon < end:
        below.annotate(
            labels("horizon"), (horizon, 0.55 * budget), xytext=(4, 0), textcoords="offset points",
            fontsize=8, zorder=6, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
        )  # fmt: skip
    every = QUARTER * max(1, len(due) // 10)
    below.set_xticks(np.arange(0, end + 1, every))
    frame(figure, labels("plan"))
    return figure


@styled
def outcome_path(found: RoadmapFindings, labels: _Labels) -> Figure:
    """Return the outcome by quarter today, with the plan and step by step, and below the differences to today."""
    path, goal = found.path, found.outcome
    scale = shown_by(goal)
    middle = (path["first_week"] + path["last_week"] + 1).to_numpy() / 2.0
    figure = Figure(figsize=(6.6, 5.0))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1.5, 1.0))
    above.plot(middle, scale * path["today"], "s-", color=GREY, markersize=4, label=labels("today"))
    same = found.schedules["greedy"] == found.schedule
    ways = [("plan", "", "both" if same else "this", _PLAN, "o-"), ("greedy", "greedy_", "greedy", _GREEDY, "^--")]
    for name, prefix, key, colour, style in ways[: 1 if same else 2]:
        low, high, difference = (scale * path[f"{prefix}{end}"] for end in ("low", "high", "difference"))
        today = scale * path["today"]
        above.plot(middle, scale * path[name], style, color=colour, markersize=4, label=labels(key))
        above.fill_between(middle, today + low, today + high, color=colour, alpha=0.2, linewidth=0)
        below.plot(middle, difference, style, color=colour, markersize=4)
        below.fill_between(middle, low, high, color=colour, alpha=0.2, linewidth=0)
    below.axhline(0.0, color=GREY, linewidth=0.8)
    above.set(ylabel=labels.outcome(goal), title=labels("path", goal=labels.outcome(goal).partition(",")[0]))
    above.legend(fontsize=8)
    below.set(xlabel=labels("week"), ylabel=labels("points" if goal in RETURNS else "difference"))
    below.set_xticks(np.arange(0, found.horizon + 1, QUARTER * max(1, len(path) // 10)))
    for axes in (above, below):
        write_axis(axes, labels, "y")
    figure.supxlabel(labels("path_unit", n=found.fresh), x=0.99, ha="right", fontsize=8)
    return figure


FIGURES: Final[Mapping[str, Callable[[RoadmapFindings, _Labels], Figure]]] = {"plan": plan_chart, "path": outcome_path}
"""The figures by file name."""


def figures(found: RoadmapFindings, levers: Mapping[str, str], language: str = "en") -> dict[str, Callable[[], Figure]]:
    """Return what draws the figures, by file name; an empty plan has no chart.

    Parameters
    ----------
    found
        What to draw.
    levers
        Short names of the levers by id.
    language
        Of texts and numbers.
    """
    labels = _Labels(language, levers=levers)
    return {name: partial(draw, found, labels) for name, draw in FIGURES.items() if name != "plan" or len(found.plan)}


__all__ = ["FIGURES", "figures", "outcome_path", "plan_chart"]
