"""Companies on the map of the four types, what each type earns, and what a week's hours go to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from analysis.figures.labels import Labels
from analysis.figures.style import GREY, TYPE_COLOURS, TYPE_HATCHES, TYPE_MARKERS, frame, styled, write_axis
from sim import evidence
from sim.organisation import DEPARTMENTS
from sim.outcomes import PURPOSES, TYPES
from sim.parameters import Measurement, measurement
from sim.texts import text_of

MOST_DRAWN: Final = 1500
"""Companies on a map: more would only hide each other."""
_DRAW: Final = 1
"""Seed of which companies are drawn: any would do, but the same rows must give the same picture."""
_FILLS: Final = (("#BBBBBB", ""), ("#0072B2", ""), ("#56B4E9", "///"), ("#E69F00", "..."))
"""Colour and hatch of the scenarios' bars; they differ in grey."""


_WITHIN: Final = "figures.companies."


@styled
def type_map(
    outcomes: pd.DataFrame, language: str = "en", *, cuts: Measurement | Mapping[str, Measurement] | None = None
) -> Figure:
    """Return the 2x2 map of quality and efficiency with the fixed cut-offs (E16, E17), a panel per scenario.

    Of more than :data:`MOST_DRAWN` companies in a panel, so many are drawn, chosen at random; shares are those of all.

    Parameters
    ----------
    outcomes
        A row per company: ``type``, ``cooperation_quality``, ``coordination_efficiency``, and ``scenario`` if there
        are several, as in :attr:`sim.Results.outcomes`.
    language
        ``"en"`` or ``"de"``.
    cuts
        The measurement whose cut-offs are drawn, by scenario if they differ; the default one if None. A cut-off that is
        NaN, as it does not hold for all companies, is not drawn.
    """
    labels, parts = Labels(language, _WITHIN), _by_scenario(outcomes)
    own = cuts if isinstance(cuts, Mapping) else dict.fromkeys(parts, cuts or measurement())
    figure = Figure(figsize=(6.0, 4.6) if len(parts) == 1 else (4.1 * len(parts), 4.6))
    panels: list[Axes] = list(figure.subplots(1, len(parts), sharex=True, sharey=True, squeeze=False)[0])
    for axes, (name, part) in zip(panels, parts.items(), strict=True):
        shown = _drawn(len(part))
        for kind in TYPES:
            mine = (part["type"] == kind).to_numpy()
            axes.scatter(
                part["coordination_efficiency"].to_numpy()[shown & mine],
                part["cooperation_quality"].to_numpy()[shown & mine],
                s=11,
                marker=TYPE_MARKERS[kind],
                color=TYPE_COLOURS[kind],
                alpha=0.6,
                linewidths=0.8,
                label=f"{labels.type(kind)} ({labels.percent(float(mine.mean()))})",
            )
        for line, cut in ((axes.axhline, own[name].quality_cut), (axes.axvline, own[name].efficiency_cut)):
            if np.isfinite(cut):
                line(cut, color=GREY, linewidth=0.8)
        axes.set(xlabel=labels.outcome("coordination_efficiency"))
        write_axis(axes, labels, "x", "y")
        if len(parts) > 1:
            axes.set_title(_escaped(name), fontsize=9, wrap=True)
        # Below, as marks may lie anywhere in the panel.
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.14), markerscale=1.6,
            ncols=1 if len(parts) > 1 else 2, fontsize=7.5 if len(parts) > 1 else 8,
        )  # fmt: skip
    panels[0].set(ylabel=labels.outcome("cooperation_quality"))
    title = labels("map", n=labels.number(len(next(iter(parts.values()))), 0))
    if len(parts) > 1:
        frame(figure, title)
    else:
        panels[0].set_title(title)
    return figure


@styled
def returns_by_type(outcomes: pd.DataFrame, language: str = "en") -> Figure:
    """Return the distribution of the return on sales by type (E19), a panel per scenario.

    Boxes hold the middle half of the companies, lines the middle 90%; the diamond is the mean.

    Parameters
    ----------
    outcomes
        A row per company: ``type``, ``return_on_sales``, and ``scenario`` if there are several.
    language
        ``"en"`` or ``"de"``.
    """
    labels, parts = Labels(language, _WITHIN), _by_scenario(outcomes)
    figure = Figure(figsize=(6.0, 0.9 + 2.5 * len(parts)))
    panels: list[Axes] = list(figure.subplots(len(parts), 1, sharex=True, squeeze=False)[:, 0])
    for axes, (name, part) in zip(panels, parts.items(), strict=True):
        value = 100.0 * part["return_on_sales"].to_numpy()
        groups = {kind: value[(part["type"] == kind).to_numpy()] for kind in TYPES}
        there = [kind for kind in TYPES if len(groups[kind])]
        boxes = axes.boxplot(
            [groups[kind] for kind in there], orientation="horizontal", widths=0.6, whis=(5, 95), showfliers=False,
            showmeans=True, patch_artist=True, medianprops={"color": "black"},
            meanprops={"marker": "D", "markerfacecolor": "white", "markeredgecolor": "black", "markersize": 5},
        )  # fmt: skip
        for box, kind in zip(boxes["boxes"], there, strict=True):
            box.set(facecolor=TYPE_COLOURS[kind], hatch=TYPE_HATCHES[kind])
        axes.set_yticks(range(1, len(there) + 1), [labels.type(kind) for kind in there])
        axes.invert_yaxis()
        axes.axvline(100.0 * evidence.professional_return_on_sales(), color=GREY, linewidth=0.8, linestyle="--")
        write_axis(axes, labels, "x")
        if len(parts) > 1:
            axes.set_title(_escaped(name), fontsize=9)
    panels[-1].set(xlabel=labels("return"))
    if len(parts) > 1:
        frame(figure, labels("returns"))
    else:
        panels[0].set_title(labels("returns"))
    return figure


@styled
def hours_by_purpose(hours: pd.DataFrame, language: str = "en") -> Figure:
    """Return what a week's hours go to in both departments; core work, which is most of them, stands in the titles.

    Parameters
    ----------
    hours
        Index (scenario, purpose), a column per department, as :func:`analysis.scenario.findings.mean_hours` gives it.
    language
        ``"en"`` or ``"de"``.
    """
    labels = Labels(language, _WITHIN)
    scenarios = list(dict.fromkeys(hours.index.get_level_values("scenario")))
    purposes = [name for name in PURPOSES if name != "core"]
    height = 0.8 / len(scenarios)
    figure = Figure(figsize=(8.2, 1.5 + 0.36 * len(purposes) * max(1.0, 0.75 * len(scenarios))))
    panels: list[Axes] = list(figure.subplots(1, 2, sharex=True, sharey=True))
    place = np.arange(len(purposes))
    for axes, side in zip(panels, DEPARTMENTS, strict=True):
        core = []
        for k, scenario in enumerate(scenarios):
            mine = hours.loc[scenario, side]
            colour, hatch = _FILLS[(k + (len(scenarios) == 1)) % len(_FILLS)]
            shift = (k - (len(scenarios) - 1) / 2.0) * height
            axes.barh(place + shift, mine[purposes], height=0.92 * height, color=colour, hatch=hatch, edgecolor="white")
            for y, value in zip(place + shift, mine[purposes], strict=True):
                axes.annotate(
                    labels.number(value, 1), (value, y), xytext=(3, 0), textcoords="offset points", va="center",
                    fontsize=6.5,
                )  # fmt: skip
            core.append(labels.number(mine["core"], 1))
        department = text_of(f"department.{side}", language)
        axes.set_title(labels("core", department=department, hours=" → ".join(core)), fontsize=9)
        axes.set(xlabel=labels("per_person"))
        axes.margins(x=0.12)
        write_axis(axes, labels, "x")
    panels[0].set_yticks(place, [text_of(f"purpose.{name}", language) for name in purposes], fontsize=8)
    panels[0].invert_yaxis()
    if len(scenarios) > 1:
        handles = [
            Patch(facecolor=_FILLS[k % len(_FILLS)][0], hatch=_FILLS[k % len(_FILLS)][1], edgecolor="white",
                  label=_escaped(name))
            for k, name in enumerate(scenarios)
        ]  # fmt: skip
        figure.legend(handles=handles, loc="outside lower left", fontsize=8)
    frame(figure, labels("hours"))
    return figure


def _drawn(count: int) -> NDArray[np.bool_]:
    """Return which of so many rows are drawn, shape (count,).

    Not every so manieth: in a sweep companies repeat from point to point, and a regular step would meet only some.
    """
    shown = np.zeros(count, dtype=np.bool_)
    shown[np.random.default_rng(_DRAW).choice(count, min(count, MOST_DRAWN), replace=False)] = True
    return shown


def _by_scenario(outcomes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    if "scenario" not in outcomes:
        return {"": outcomes}
    return {str(name): part for name, part in outcomes.groupby("scenario", sort=False)}


def _escaped(name: str) -> str:
    """Return a name that somebody has given, so that matplotlib takes none of it for mathematics."""
    return name.replace("$", r"\$")


__all__ = ["MOST_DRAWN", "hours_by_purpose", "returns_by_type", "type_map"]
