"""Figures of scenario discovery, in English or German: the boxes, and how often it happens where."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis.discovery.boxes import Condition
from analysis.discovery.cases import Cases
from analysis.discovery.findings import DiscoveryReport
from analysis.figures.labels import Labels
from analysis.figures.style import GREY, frame, save_all

_DARK: Final = "#A63603"
_SHADES: Final = LinearSegmentedColormap.from_list("handshake-cases", ["white", _DARK])
_BINS: Final = 6
_FEWEST: Final = 5
"""Fewest rows of a field of the map for which a share is written down."""


@dataclass(frozen=True, slots=True)
class Words(Labels):
    """Texts and numbers in one language, and what predictors and the target are called in it.

    Attributes
    ----------
    predictors
        What they are called, by name.
    target
        What is looked for, in a few words.
    """

    within: str = "discovery.figures."
    predictors: Mapping[str, str] = field(default_factory=dict)
    target: str = ""

    def predictor(self, name: str, width: int) -> str:
        """Return what a predictor is called, in lines."""
        return textwrap.fill(self.predictors.get(name, name), width)

    def value(self, value: float, reach: tuple[float, float]) -> str:
        """Return a number with as many digits as its predictor's range is worth."""
        return self.number(value, digits(reach))


def digits(reach: tuple[float, float]) -> int:
    """Return how many digits after the point a number deserves: enough for a hundredth of its range."""
    width = reach[1] - reach[0]
    # Sampled values do not quite reach the ends of their range.
    return int(np.clip(2 - np.floor(np.log10(1.1 * width)), 0, 8)) if width > 0.0 else 2


def boxes(report: DiscoveryReport, _rows: Cases | None, words: Words) -> Figure | None:
    """Return the boxes that hold: what each asks of which predictor. None if there is none."""
    shown = report.held
    if not shown:
        return None
    heights = [len(report.boxes[k].conditions) for k in shown]
    figure = Figure(figsize=(7.6, 1.0 + sum(0.55 + 0.42 * height for height in heights)))
    grid = figure.subplots(len(shown), 1, squeeze=False, height_ratios=[h + 1.0 for h in heights]).ravel()
    for number, (axes, k) in enumerate(zip(grid, shown, strict=True), start=1):
        conditions, measures = report.boxes[k].conditions, report.measures[k]
        for place, condition in enumerate(conditions):
            axes.plot([0.0, 1.0], [place, place], color="#cccccc", linewidth=1.5, zorder=1)
            low, high, says = _extent(condition, report, words)
            axes.plot([low, high], [place, place], color=_DARK, linewidth=7, solid_capstyle="butt", zorder=2)
            axes.text(1.02, place, says, va="center", fontsize=8)
        axes.set_xlim(0.0, 1.0)
        axes.set_ylim(len(conditions) - 0.5, -0.6)
        axes.set_yticks(range(len(conditions)), [words.predictor(c.predictor, 40) for c in conditions], fontsize=8)
        axes.set_xticks([])
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        shares = {name: round(100.0 * measures[name].value) for name in ("density", "coverage")}
        axes.set_title(words("box", k=number, **shares), fontsize=9)
    frame(figure, words("boxes", target=words.target), words("box_note"))
    return figure


def asks(condition: Condition, reach: Mapping[str, tuple[float, float]], words: Words) -> list[str]:
    """Return what a condition asks of its predictor: its limits, each with a sign, or its categories."""
    if condition.categories is not None:
        return [", ".join(map(str, condition.categories))]
    # Whole numbers at the limit belong to the box; of others none is exactly there.
    signs = "≥≤" if all(isinstance(end, int) for end in (condition.low, condition.high) if end is not None) else "><"
    ends = zip(signs, (condition.low, condition.high), strict=True)
    return [f"{sign} {words.value(value, reach[condition.predictor])}" for sign, value in ends if value is not None]


def _extent(condition: Condition, report: DiscoveryReport, words: Words) -> tuple[float, float, str]:
    """Return where a condition begins and ends on the way from lowest to highest, and what it says."""
    says = asks(condition, report.reach, words)
    if condition.categories is not None:
        return 0.0, 1.0, textwrap.fill(says[0], 24)
    reach = report.reach[condition.predictor]
    width = reach[1] - reach[0]
    low = reach[0] if condition.low is None else condition.low
    high = reach[1] if condition.high is None else condition.high
    return (low - reach[0]) / width, (high - reach[0]) / width, "   ".join(says)


def density_map(report: DiscoveryReport, rows: Cases, words: Words) -> Figure | None:
    """Return how often it happens over the two numbers that tell most; None if there are no two."""
    importance = report.found.importance["value"]
    names = [name for name in importance.index if name in report.reach and importance[name] > 0.0][:2]
    if len(names) < 2:
        return None
    edges = [_edges(rows.frame[name]) for name in names]
    place = [
        np.clip(np.searchsorted(e, rows.frame[n], side="right") - 1, 0, len(e) - 2)
        for e, n in zip(edges, names, strict=True)
    ]
    shape = (len(edges[1]) - 1, len(edges[0]) - 1)
    count, hits = np.zeros(shape), np.zeros(shape)
    np.add.at(count, (place[1], place[0]), 1.0)
    np.add.at(hits, (place[1], place[0]), rows.target.astype(np.float64))
    with np.errstate(invalid="ignore"):
        share = np.where(count >= _FEWEST, hits / count, np.nan)
    figure = Figure(figsize=(6.4, 5.0))
    axes = figure.subplots()
    axes.imshow(share, origin="lower", cmap=_SHADES, vmin=0.0, vmax=1.3, aspect="auto")
    for (y, x), value in np.ndenumerate(share):
        if np.isfinite(value):
            axes.text(x, y, f"{100 * value:.0f}", ha="center", va="center", fontsize=8)
    for axis, e, name in ((axes.xaxis, edges[0], names[0]), (axes.yaxis, edges[1], names[1])):
        axis.set_ticks(np.arange(len(e)) - 0.5, [words.value(float(v), report.reach[name]) for v in e], fontsize=8)
    axes.set(xlabel=words.predictor(names[0], 60), ylabel=words.predictor(names[1], 45))
    axes.spines[:].set_visible(False)
    axes.tick_params(color=GREY)
    frame(figure, words("map", target=words.target), words("map_note", n=words.number(sum(report.rows), 0)))
    return figure


def _edges(column: pd.Series[float]) -> np.ndarray:
    """Return the limits of the fields: equally wide ones, or one for each of a few values."""
    known = np.unique(column.to_numpy(dtype=np.float64))
    if len(known) <= _BINS:
        middle = (known[1:] + known[:-1]) / 2.0
        return np.concatenate([known[:1], middle, known[-1:]])
    return np.linspace(known[0], known[-1], _BINS + 1)


FIGURES: Final[Mapping[str, Callable[[DiscoveryReport, Cases, Words], Figure | None]]] = {
    "boxes": boxes,
    "map": density_map,
}
"""The figures by file name; which there are depends on what was found."""


def write_figures(report: DiscoveryReport, rows: Cases, folder: Path, words: Words) -> list[Path]:
    """Write all figures as SVG and PNG into a new folder ``figures`` and return the paths.

    Parameters
    ----------
    report, rows
        What to show, and where it was looked for.
    folder
        Where the new folder goes.
    words
        Names and language.
    """
    return save_all(FIGURES, folder, report, rows, words)


__all__ = ["FIGURES", "Words", "asks", "boxes", "digits", "write_figures"]
