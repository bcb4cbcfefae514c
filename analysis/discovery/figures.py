"""Figures of scenario discovery: the boxes, the importance of predictors, and a map of the target's share."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from analysis.discovery.boxes import Condition
from analysis.discovery.cases import Cases
from analysis.discovery.findings import DiscoveryFindings
from analysis.figures.labels import Labels
from analysis.figures.levers import lever_ranking
from analysis.figures.style import GREY, frame, styled
from sim.texts import ENGLISH

_DARK: Final = "#A63603"
_SHADES: Final = LinearSegmentedColormap.from_list("handshake-cases", ["white", _DARK])
_BINS: Final = 6
_MOST: Final = 12
"""Most predictors in the figure of importance."""
_FELT: Final = 0.0005
"""An importance below this is shown as 0.000."""
_FEWEST: Final = 5
"""Fewest rows of a field of the map for which a share is written down."""


@dataclass(frozen=True, slots=True)
class Words(Labels):
    """Texts and numbers in one language, with the names of predictors and the target.

    Attributes
    ----------
    predictors
        Display names of predictors, by name; they begin with a capital.
    target
        The type or the condition that is looked for.
    """

    predictors: Mapping[str, str] = field(default_factory=dict)
    target: str = ""

    @classmethod
    def of_findings(cls, findings: DiscoveryFindings, language: str) -> Words:
        """Return the words for some findings."""
        names = {name: each.get(language, each[ENGLISH]) for name, each in findings.names.items()}
        target = findings.target
        shown = Labels(language).type(target.kind) if target.kind else target.text
        return cls(
            language, predictors={name: label[:1].upper() + label[1:] for name, label in names.items()}, target=shown
        )

    def predictor(self, name: str, width: int = 0) -> str:
        """Return the name of a predictor, in lines if a width is given."""
        shown = self.predictors.get(name, name)
        return textwrap.fill(shown, width) if width else shown

    def value(self, value: float, reach: tuple[float, float]) -> str:
        """Return a number with the digits that its predictor's range deserves."""
        return self.number(value, digits(reach))


def digits(reach: tuple[float, float]) -> int:
    """Return the number of digits after the point that shows a hundredth of a range."""
    width = reach[1] - reach[0]
    # Sampled values do not quite reach the ends of their range.
    return int(np.clip(2 - np.floor(np.log10(1.1 * width)), 0, 8)) if width > 0.0 else 2


@styled
def boxes(findings: DiscoveryFindings, words: Words) -> Figure:
    """Return the limits of the boxes that hold, each on the way from a predictor's lowest value to its highest."""
    shown = findings.held
    heights = [len(findings.boxes[k].conditions) for k in shown]
    figure = Figure(figsize=(7.6, 1.0 + sum(0.55 + 0.42 * height for height in heights)))
    grid = figure.subplots(len(shown), 1, squeeze=False, height_ratios=[h + 1.0 for h in heights]).ravel()
    for number, (axes, k) in enumerate(zip(grid, shown, strict=True), start=1):
        conditions, measures = findings.boxes[k].conditions, findings.measures[k]
        for place, condition in enumerate(conditions):
            axes.plot([0.0, 1.0], [place, place], color="#cccccc", linewidth=1.5, zorder=1)
            low, high, says = _extent(condition, findings, words)
            axes.plot([low, high], [place, place], color=_DARK, linewidth=7, solid_capstyle="butt", zorder=2)
            axes.text(1.02, place, says, va="center", fontsize=8)
        axes.set_xlim(0.0, 1.0)
        axes.set_ylim(len(conditions) - 0.5, -0.6)
        axes.set_yticks(range(len(conditions)), [words.predictor(c.predictor, 40) for c in conditions], fontsize=8)
        axes.set_xticks([])
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        shares = {name: round(100.0 * measures[name].value) for name in ("density", "coverage")}
        axes.set_title(words("discovery.figures.box", k=number, **shares), fontsize=9)
    frame(figure, words("discovery.figures.boxes", target=words.target), words("discovery.figures.box_note"))
    return figure


def asks(condition: Condition, reach: Mapping[str, tuple[float, float]], words: Words) -> list[str]:
    """Return the limits of a condition, each with its sign, or its categories."""
    if condition.categories is not None:
        return [", ".join(map(str, condition.categories))]
    # Whole numbers at the limit belong to the box; of others none is exactly there.
    signs = "≥≤" if all(isinstance(end, int) for end in (condition.low, condition.high) if end is not None) else "><"
    ends = zip(signs, (condition.low, condition.high), strict=True)
    return [f"{sign} {words.value(value, reach[condition.predictor])}" for sign, value in ends if value is not None]


def _extent(condition: Condition, findings: DiscoveryFindings, words: Words) -> tuple[float, float, str]:
    """Return the ends of a condition as shares of its predictor's range, and its text."""
    says = asks(condition, findings.reach, words)
    if condition.categories is not None:
        return 0.0, 1.0, textwrap.fill(says[0], 24)
    reach = findings.reach[condition.predictor]
    width = reach[1] - reach[0]
    low = reach[0] if condition.low is None else condition.low
    high = reach[1] if condition.high is None else condition.high
    return (low - reach[0]) / width, (high - reach[0]) / width, "   ".join(says)


def importance(findings: DiscoveryFindings, words: Words) -> Figure:
    """Return the permutation importance of the predictors that matter, the largest first."""
    ranking = important(findings).rename_axis("lever").reset_index()
    ends = {"low": ranking["value"] - ranking["sd"], "high": ranking["value"] + ranking["sd"]}
    title, unit = words("discovery.importance"), words("discovery.figures.loss")
    return lever_ranking(ranking.assign(**ends), words.predictors, words.language, title=title, unit=unit)


def important(findings: DiscoveryFindings) -> pd.DataFrame:
    """Return the rows of the predictors whose importance is not 0.000, at most twelve."""
    table = findings.found.importance
    return table[table["value"] >= _FELT].head(_MOST)


def _axes_of_map(findings: DiscoveryFindings) -> list[str]:
    """Return the two most important numbers, or fewer if there are no two."""
    found = findings.found.importance["value"]
    return [str(name) for name in found.index if name in findings.reach and found[name] > 0.0][:2]


@styled
def density_map(findings: DiscoveryFindings, words: Words, rows: Cases) -> Figure:
    """Return the share of rows with the target over the two most important numbers."""
    names = _axes_of_map(findings)
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
        axis.set_ticks(np.arange(len(e)) - 0.5, [words.value(float(v), findings.reach[name]) for v in e], fontsize=8)
    axes.set(xlabel=words.predictor(names[0], 60), ylabel=words.predictor(names[1], 45))
    axes.spines[:].set_visible(False)
    axes.tick_params(color=GREY)
    frame(
        figure,
        words("discovery.figures.map", target=words.target),
        words("discovery.figures.map_note", n=words.number(sum(findings.rows), 0)),
    )
    return figure


def _edges(column: pd.Series[float]) -> np.ndarray:
    """Return the limits of the map's fields: equally wide ones, or one for each of a few values."""
    known = np.unique(column.to_numpy(dtype=np.float64))
    if len(known) <= _BINS:
        middle = (known[1:] + known[:-1]) / 2.0
        return np.concatenate([known[:1], middle, known[-1:]])
    return np.linspace(known[0], known[-1], _BINS + 1)


def figures(findings: DiscoveryFindings, words: Words, rows: Cases | None = None) -> dict[str, Callable[[], Figure]]:
    """Return what draws each figure of the boxes, by file name; which there are depends on what was found.

    Parameters
    ----------
    findings
        What to show.
    words
        Names and language.
    rows
        Where the boxes were sought; without them there is no map.
    """
    drawn: dict[str, Callable[[], Figure]] = {"boxes": partial(boxes, findings, words)} if findings.held else {}
    if rows is not None and len(_axes_of_map(findings)) == 2:
        drawn["map"] = partial(density_map, findings, words, rows)
    return drawn


__all__ = ["Words", "asks", "digits", "figures", "importance", "important"]
