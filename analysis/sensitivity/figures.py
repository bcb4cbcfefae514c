"""Figures of a sensitivity analysis, in English or German: what decides what, in which direction, and how surely."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from analysis.figures.labels import Labels
from analysis.figures.style import BETTER, GREY, frame, save_all, write_axis
from analysis.figures.tornado import draw_tornado, strongest
from analysis.figures.tornado import handles as tornado_legend
from analysis.figures.tornado import note as tornado_note
from analysis.sensitivity.findings import DECIDES, Basis, SensitivityReport, records

_SHADES: Final = LinearSegmentedColormap.from_list("handshake-shades", ["white", BETTER])
_ROWS: Final = 20
"""Most assumptions in the matrix."""
_BARS: Final = 5
_NAMED: Final = 6
_POINTS: Final = ("return_on_sales", "share_")
"""Parts of the names of conclusions that are shares of one and shown in percent."""
_CLOSER: Final = ("cooperation_quality", "return_on_sales", "effect_cooperation_quality", "effect_return_on_sales")
"""Conclusions with a panel of strength and interaction."""


@dataclass(frozen=True, slots=True)
class Words(Labels):
    """Texts and numbers in one language, and what assumptions and conclusions are called in it.

    Attributes
    ----------
    factors, conclusions
        What they are called, by name.
    """

    within: str = "sensitivity.figures."
    factors: Mapping[str, str] = field(default_factory=dict)
    conclusions: Mapping[str, str] = field(default_factory=dict)

    def factor(self, name: str, width: int) -> str:
        """Return what a factor is called, in lines."""
        return textwrap.fill(self.factors.get(name, name), width)

    def conclusion(self, name: str, width: int) -> str:
        """Return what a conclusion is called, in lines."""
        return textwrap.fill(self.conclusions.get(name, name), width)


def _axis(axes: Axes, words: Words, *which: str) -> None:
    """Write the numbers at an axis in the language, and not too many of them."""
    for name in which:
        getattr(axes, f"{name}axis").set_major_locator(MaxNLocator(5))
    write_axis(axes, words, *which)


def scale(conclusion: str) -> float:
    """Return 100 for a conclusion that is shown in percent or percentage points, else 1."""
    return 100.0 if any(part in conclusion for part in _POINTS) else 1.0


def matrix(report: SensitivityReport, words: Words) -> Figure | None:
    """Return assumptions by conclusions: who decides what; None if nobody decides anything."""
    decided = report.decided()
    rows, columns = list(decided)[:_ROWS], report.conclusions
    if not rows:
        return None
    basis = [report.basis(name) for name in columns]
    strength, decides = strengths(report, rows), strengths(report, rows, "decides")
    figure = Figure(figsize=(3.4 + 0.62 * len(columns), 2.3 + 0.36 * len(rows)))
    axes = figure.subplots()
    known = np.array([name is not None for name in basis])
    shade = strength.copy()
    for design in DECIDES:
        mine = np.array([name == design for name in basis])
        shade[:, mine] /= max(1e-9, float(np.nanmax(shade[:, mine], initial=0.0)))
    axes.imshow(shade, cmap=_SHADES, vmin=0.0, vmax=1.4, aspect="auto")
    for c in range(len(columns)):
        if not known[c]:
            axes.add_patch(
                Rectangle((c - 0.5, -0.5), 1, len(rows), facecolor="white", hatch="///", edgecolor="#cccccc")
            )
            continue
        for r in range(len(rows)):
            if np.isnan(strength[r, c]):
                continue
            sure = decides[r, c] == 1.0
            box = {"boxstyle": "square,pad=0.25", "facecolor": "none", "edgecolor": "black"} if sure else None
            weight = "bold" if sure else "normal"
            axes.text(
                c, r, f"{100 * strength[r, c]:.0f}", ha="center", va="center", fontsize=7, weight=weight, bbox=box
            )
    axes.set_yticks(np.arange(len(rows)), [words.factor(name, 46) for name in rows], fontsize=7)
    finest: Basis = "sobol" if "sobol" in report.factors else "morris"
    screened = [design not in (finest, None) for design in basis]
    names = [words.conclusion(name, 24) + " *" * starred for name, starred in zip(columns, screened, strict=True)]
    axes.set_xticks(np.arange(len(columns)), names, rotation=40, ha="right", rotation_mode="anchor", fontsize=7)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if not known.all():
        patch = Patch(facecolor="white", hatch="///", edgecolor="#cccccc", label=words("untold"))
        figure.legend(handles=[patch], loc="outside lower left", fontsize=7)
    bounds = {design: round(100 * bound) for design, bound in DECIDES.items()}
    note = words(f"matrix_{finest}", threshold=bounds[finest])
    if any(screened):
        note += "\n* " + words("matrix_morris", threshold=bounds["morris"])
    frame(figure, words("matrix"), note)
    return figure


def strengths(report: SensitivityReport, rows: list[str], column: str = "") -> np.ndarray:
    """Return how strong factors are by conclusion, in the design that tells what decides it.

    Parameters
    ----------
    report
        What was found.
    rows
        The factors.
    column
        Another column of the designs' tables than total indices, or mean absolute effects as shares of the largest.

    Returns
    -------
    numpy.ndarray
        Shape (factors, conclusions); NaN where no design tells, or the one that does left a factor out.
    """
    found = np.full((len(rows), len(report.conclusions)), np.nan)
    for place, conclusion in enumerate(report.conclusions):
        if (design := report.basis(conclusion)) is None:
            continue
        name = column or ("mu_star" if design == "morris" else "total")
        values = report.of(design, conclusion).set_index("factor")[name].astype(np.float64)
        if name == "mu_star" and values.max() > 0.0:
            values = values / values.max()
        found[:, place] = values.reindex(rows)
    return found


def effects(report: SensitivityReport, words: Words) -> Figure | None:
    """Return a tornado per conclusion that can be told: how steeply the strongest assumptions move it, and where to."""
    if "morris" not in report.factors:
        return None

    def draw(axes: Axes, table: pd.DataFrame, conclusion: str) -> None:
        draw_tornado(axes, strongest(table, _BARS), scale(conclusion))

    legend, note = tornado_legend(words.language), tornado_note(words.language)
    return _panels(report, words, "morris", "mu_star", draw, words("effects"), legend, note)


def indices(report: SensitivityReport, words: Words) -> Figure | None:
    """Return first and total indices of the strongest assumptions per conclusion."""
    if "sobol" not in report.factors:
        return None

    def draw(axes: Axes, table: pd.DataFrame, conclusion: str) -> None:
        for place, row in enumerate(records(table.sort_values("total", ascending=False, kind="stable"))[:_BARS]):
            for key, colour, shift in (("total", "#9ecae1", -0.18), ("first", BETTER, 0.18)):
                value, low, high = (100.0 * row[name] for name in (key, f"{key}_low", f"{key}_high"))
                axes.barh(place + shift, value, color=colour, height=0.36)
                axes.plot([low, high], [place + shift] * 2, color="black", linewidth=0.9)
        axes.axvline(0.0, color=GREY, linewidth=0.8)
        axes.set_xlim(-10.0, 100.0)

    handles = [Patch(color=BETTER, label=words("first")), Patch(color="#9ecae1", label=words("total"))]
    return _panels(report, words, "sobol", "total", draw, words("indices"), handles, words("whiskers"))


def _panels(
    report: SensitivityReport,
    words: Words,
    design: Basis,
    strength: str,
    draw: Callable[[Axes, pd.DataFrame, str], None],
    title: str,
    handles: list[Patch],
    note: str,
) -> Figure | None:
    told = [name for name in report.conclusions if report.tells(design, name)]
    if not told:
        return None
    count = -(-len(told) // 2)
    figure = Figure(figsize=(11.0, 1.2 + 2.0 * count))
    grid = figure.subplots(count, 2, squeeze=False).ravel()
    for axes in grid[len(told) :]:
        axes.set_axis_off()
    for axes, conclusion in zip(grid, told, strict=False):
        table = report.of(design, conclusion)
        draw(axes, table, conclusion)
        order = table.sort_values(strength, ascending=False, kind="stable")["factor"][:_BARS]
        axes.set_yticks(np.arange(len(order)), [words.factor(name, 46) for name in order], fontsize=6.5)
        axes.set_ylim(len(order) - 0.4, -0.6)
        axes.tick_params(axis="x", labelsize=7)
        axes.set_title(words.conclusion(conclusion, 60), fontsize=8.5)
        _axis(axes, words, "x")
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), fontsize=8)
    untold = [name for name in report.conclusions if name not in told and not report.constant(name)]
    left = [words.conclusions.get(name, name) for name in untold]
    note += words("without", names="; ".join(left)) if left else ""
    frame(figure, title, textwrap.fill(note, 90))
    return figure


def mu_sigma(report: SensitivityReport, words: Words) -> Figure | None:
    """Return strength against interaction for the main conclusions, with the names of the strongest assumptions."""
    shown = [name for name in _CLOSER if name in report.conclusions and not report.constant(name)]
    if "morris" not in report.factors or not shown:
        return None
    figure = Figure(figsize=(8.4, 0.9 + 2.3 * len(shown)))
    grid = figure.subplots(len(shown), 2, squeeze=False, width_ratios=[1.0, 0.72])
    for (axes, side), conclusion in zip(grid, shown, strict=True):
        table = report.of("morris", conclusion).sort_values("mu_star", ascending=False, kind="stable")
        x, y = (scale(conclusion) * table[key].to_numpy() for key in ("mu_star", "sigma"))
        axes.axline((0.0, 0.0), slope=1.0, color=GREY, linewidth=0.8, linestyle="--")
        axes.scatter(x[_NAMED:], y[_NAMED:], s=12, color="#bbbbbb")
        axes.scatter(x[:_NAMED], y[:_NAMED], s=22, color=BETTER)
        for k in range(min(_NAMED, len(x))):
            axes.annotate(
                str(k + 1), (x[k], y[k]), xytext=(4, 3), textcoords="offset points", fontsize=8, weight="bold"
            )
        axes.set_xlim(0.0, 1.12 * max(float(x.max()), 1e-9))
        axes.set_ylim(0.0, 1.12 * max(float(y.max()), 1e-9))
        axes.set_title(words.conclusion(conclusion, 60), fontsize=9)
        axes.set(xlabel=words("mu_star"), ylabel=words("sigma"))
        _axis(axes, words, "x", "y")
        named = [f"{k + 1}  {words.factor(name, 48)}" for k, name in enumerate(table["factor"][:_NAMED])]
        side.set_axis_off()
        side.text(0.0, 0.5, "\n".join(line.replace("\n", "\n    ") for line in named), va="center", fontsize=7.5)
    frame(figure, words("mu_sigma"), words("line"))
    return figure


FIGURES: Final[Mapping[str, Callable[[SensitivityReport, Words], Figure | None]]] = {
    "matrix": matrix,
    "effects": effects,
    "indices": indices,
    "mu_sigma": mu_sigma,
}
"""The figures by file name; which there are depends on the designs that were run."""


def write_figures(report: SensitivityReport, folder: Path, words: Words) -> list[Path]:
    """Write all figures as SVG and PNG into a new folder ``figures`` and return the paths.

    Parameters
    ----------
    report
        What to show.
    folder
        Where the new folder goes.
    words
        Names and language.
    """
    return save_all(FIGURES, folder, report, words)


__all__ = ["FIGURES", "Words", "scale", "strengths", "write_figures"]
