"""Figures of the virtual study that no other question has."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.figure import Figure

from analysis.figures.labels import Labels
from analysis.figures.style import TYPE_COLOURS, TYPE_HATCHES, TYPE_MARKERS, frame, styled, write_axis
from analysis.study.findings import StudyFindings
from sim import evidence
from sim.outcomes import TYPES
from sim.policies import SUCCESS_FACTORS

_WITHIN: Final = "study.figures."


@styled
def types_by_industry(found: StudyFindings, language: str) -> Figure:
    """Return the shares of types by industry as stacked bars (E18)."""
    labels, table = Labels(language, _WITHIN), found.frames["types"]
    figure = Figure(figsize=(6.6, 3.6))
    axes = figure.subplots()
    names = {row.id: row.label.text(language) for row in evidence.industries()}
    rows = [names.get(name, labels("all")) for name in table["industry"]]
    left = np.zeros(len(table))
    for name in TYPES:
        width = table[name].to_numpy()
        bars = axes.barh(
            rows, width, left=left, color=TYPE_COLOURS[name], hatch=TYPE_HATCHES[name], label=labels.type(name),
            edgecolor="white",
        )  # fmt: skip
        ink = "white" if name == "self_blocking" else "black"
        axes.bar_label(bars, [f"{v:.0f}" for v in width], label_type="center", fontsize=7, color=ink)
        left += width
    axes.invert_yaxis()
    axes.set(xlabel=labels("share"), xlim=(0, 100))
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(-0.25, 1.0), fontsize=8, handlelength=1.2, columnspacing=1.0)
    frame(figure, labels("types"))
    return figure


@styled
def factors(found: StudyFindings, language: str) -> Figure:
    """Return the presence of the 15 factors in professionals and self-blockers (E20-E34)."""
    labels, table = Labels(language, _WITHIN), found.frames["factors"]
    figure = Figure(figsize=(6.6, 4.4))
    axes = figure.subplots()
    place = np.arange(len(table))
    axes.hlines(place, table["self_blocking"], table["professional"], color="#bbbbbb", linewidth=3)
    for name in ("professional", "self_blocking"):
        axes.scatter(
            table[name], place, color=TYPE_COLOURS[name], marker=TYPE_MARKERS[name], zorder=3, label=labels.type(name)
        )
    axes.set_yticks(place, [f"{policy.number} {policy.name(labels.language)}" for policy in SUCCESS_FACTORS])
    axes.invert_yaxis()
    axes.set(xlabel=labels("intensity"), title=labels("factors"))
    axes.legend(ncols=2, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.06))
    return figure


@styled
def hysteresis(found: StudyFindings, language: str) -> Figure:
    """Return the share of good interfaces by lever level, from soured and from good starts (P17)."""
    labels, memory = Labels(language, _WITHIN), found.memory
    figure = Figure(figsize=(6.0, 3.4))
    axes = figure.subplots()
    for weeks, style in ((104, "-"), (208, "--")):
        data = memory[f"week_{weeks}"]
        for start, colour in (("soured", TYPE_COLOURS["self_blocking"]), ("good", TYPE_COLOURS["professional"])):
            axes.plot(
                memory["level"], data[start], style, color=colour, label=f"{labels(start)}, {labels('week', n=weeks)}"
            )
    axes.set(xlabel=labels("level"), ylabel=labels("good_share"), title=labels("hysteresis"))
    write_axis(axes, labels, "x", "y")
    axes.legend(fontsize=8)
    return figure


__all__ = ["factors", "hysteresis", "types_by_industry"]
