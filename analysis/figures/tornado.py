"""A tornado: how steeply the strongest assumptions move a conclusion, and where to."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from analysis.figures.labels import Labels
from analysis.figures.style import BETTER, GREY, WORSE, frame, styled, write_axis

_UP, _DOWN, _EITHER = (BETTER, ""), (WORSE, "///"), ("#999999", "")


_WITHIN: Final = "figures.tornado."


BARS: Final = 8
"""Bars of a tornado unless asked for more or less."""


def strongest(table: pd.DataFrame, bars: int) -> pd.DataFrame:
    """Return the strongest assumptions of a table of Morris effects, the strongest first."""
    return table.sort_values("mu_star", ascending=False, kind="stable").head(bars)


def draw_tornado(axes: Axes, table: pd.DataFrame, scale: float) -> None:
    """Draw the rows of a table of Morris effects from top to bottom.

    Parameters
    ----------
    axes
        Where.
    table
        ``mu``, ``mu_star``, and the interval ``low`` to ``high`` of ``mu_star``.
    scale
        What they are multiplied by.
    """
    rows: list[dict[Any, Any]] = table.to_dict("records")
    for place, row in enumerate(rows):
        size, low, high = (scale * row[key] for key in ("mu_star", "low", "high"))
        one_way = abs(row["mu"]) > 0.5 * row["mu_star"]
        sign = 1.0 if row["mu"] >= 0.0 else -1.0
        start, end = (0.0, sign * size) if one_way else (-size, size)
        colour, hatch = (_UP if sign > 0 else _DOWN) if one_way else _EITHER
        axes.barh(place, end - start, left=start, color=colour, hatch=hatch, edgecolor="white", height=0.62)
        axes.plot([sign * low, sign * high], [place, place], color="black", linewidth=1.0)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.set_ylim(len(rows) - 0.4, -0.6)


def handles(language: str) -> list[Patch]:
    """Return what the colours mean, for a legend."""
    labels = Labels(language, _WITHIN)
    return [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=labels(key))
        for key, (colour, hatch) in (("up", _UP), ("down", _DOWN), ("either", _EITHER))
    ]


def note(language: str) -> str:
    """Return what the bars and whiskers mean, to stand below the title."""
    return Labels(language, _WITHIN)("note")


@styled
def tornado(
    effects: pd.DataFrame,
    names: Mapping[str, str],
    language: str = "en",
    *,
    title: str = "",
    scale: float = 1.0,
    bars: int = BARS,
) -> Figure:
    """Return the assumptions that move a conclusion most steeply.

    A bar is a change per step of an assumption, extrapolated to its whole range, and can be more than is possible.

    Parameters
    ----------
    effects
        A row per assumption: ``factor``, ``mu`` (mean effect), ``mu_star`` (mean size of the effect), and the interval
        ``low`` to ``high`` of the latter; the rows of one conclusion of
        :attr:`analysis.sensitivity.findings.SensitivityFindings.morris`.
    names
        What the assumptions are called, by name.
    language
        ``"en"`` or ``"de"``.
    title
        What stands above.
    scale
        What effects are multiplied by: 100 for shares in percentage points.
    bars
        How many assumptions to show.
    """
    labels, table = Labels(language, _WITHIN), strongest(effects, bars)
    figure = Figure(figsize=(7.4, 1.5 + 0.3 * len(table)))
    axes = figure.subplots()
    draw_tornado(axes, table, scale)
    axes.set_yticks(range(len(table)), [names.get(name, name) for name in table["factor"]], fontsize=8)
    write_axis(axes, labels, "x")
    figure.legend(handles=handles(language), loc="outside lower left", ncols=3, fontsize=8)
    # Below the axes, not below the figure: there the legend is too long to leave room for it.
    axes.set_xlabel(textwrap.fill(note(language), 80), fontsize=8)
    frame(figure, title)
    return figure


__all__ = ["BARS", "draw_tornado", "handles", "note", "strongest", "tornado"]
