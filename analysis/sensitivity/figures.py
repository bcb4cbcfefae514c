"""Figures of a sensitivity analysis: strength, direction and interactions of assumptions, with their intervals."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from analysis.figures.labels import Labels
from analysis.figures.style import BETTER, GREY, frame, styled, write_axis
from analysis.figures.tornado import draw_tornado, strongest
from analysis.figures.tornado import handles as tornado_legend
from analysis.figures.tornado import note as tornado_note
from analysis.sensitivity.estimates import DECIDES, Basis
from analysis.sensitivity.findings import SensitivityFindings, records
from analysis.sensitivity.runs import LEVELS, OUTCOMES
from sim.declarations import declared
from sim.outcomes import TYPES
from sim.texts import ENGLISH

_SHADES: Final = LinearSegmentedColormap.from_list("handshake-shades", ["white", BETTER])
_ROWS: Final = 20
"""Most assumptions in the matrix."""
_BARS: Final = 5
_NAMED: Final = 6
_MAIN: Final = ("cooperation_quality", "return_on_sales", "effect_cooperation_quality", "effect_return_on_sales")
"""Conclusions with a panel of σ against μ*."""


@dataclass(frozen=True, slots=True)
class Words(Labels):
    """Texts and numbers in one language, with the names of assumptions.

    Attributes
    ----------
    factors
        Names of assumptions, by target.
    """

    factors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_findings(cls, findings: SensitivityFindings, language: str) -> Words:
        """Return the words for some findings."""
        names = {target: about["name"] for target, about in findings.factors.items()}
        return cls(language, factors={target: name.get(language, name[ENGLISH]) for target, name in names.items()})

    def factor(self, name: str, width: int = 0) -> str:
        """Return the name of an assumption, in lines if a width is given."""
        return _lines(self.factors.get(name, name), width)

    def conclusion(self, name: str, width: int = 0) -> str:
        """Return the name of a conclusion, in lines if a width is given."""
        level = self.level(name)
        return _lines(level if name in LEVELS else self("sensitivity.effect_on", level=level), width)

    def level(self, conclusion: str) -> str:
        """Return the name of the level that a conclusion is about, or on which it is the effect of the levers."""
        level = level_of(conclusion)
        if level in OUTCOMES:
            return self.outcome(level)
        kind = level.removeprefix("share_")
        if kind not in TYPES:
            return level
        name = self.type(kind)
        return self("amount.%.label", name=name[:1].upper() + name[1:])

    def value(self, conclusion: str, value: float, *, sign: bool = False, half: float = math.nan) -> str:
        """Return a value of a conclusion in the unit that its name states; ``half`` is half its interval."""
        if (level := level_of(conclusion)) in OUTCOMES:
            return self.amount(level, value, sign=sign, half=half)
        return self.number(100.0 * value, 1, sign=sign)


def level_of(conclusion: str) -> str:
    """Return the level that a conclusion is about."""
    return conclusion.removeprefix("effect_")


def _lines(text: str, width: int) -> str:
    return textwrap.fill(text, width) if width else text


def _axis(axes: Axes, words: Words, *which: str) -> None:
    """Write the numbers at an axis in the language, and not too many of them."""
    for name in which:
        getattr(axes, f"{name}axis").set_major_locator(MaxNLocator(5))
    write_axis(axes, words, *which)


def scale(conclusion: str) -> float:
    """Return 100 for a conclusion that is shown in percent or percentage points, else 1."""
    level = level_of(conclusion)
    return declared()[level].scale if level in OUTCOMES else 100.0 if level in LEVELS else 1.0


@styled
def matrix(findings: SensitivityFindings, words: Words) -> Figure:
    """Return the strength of assumptions (rows) by conclusion (columns)."""
    decided = findings.decided()
    rows, columns = list(decided)[:_ROWS], findings.conclusions
    basis = [findings.basis(name) for name in columns]
    strength, decides = strengths(findings, rows), strengths(findings, rows, "decides")
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
            clear = decides[r, c] == 1.0
            box = {"boxstyle": "square,pad=0.25", "facecolor": "none", "edgecolor": "black"} if clear else None
            weight = "bold" if clear else "normal"
            axes.text(
                c, r, f"{100 * strength[r, c]:.0f}", ha="center", va="center", fontsize=7, weight=weight, bbox=box
            )
    axes.set_yticks(np.arange(len(rows)), [words.factor(name, 46) for name in rows], fontsize=7)
    finest: Basis = "sobol" if "sobol" in findings.designs else "morris"
    screened = [design not in (finest, None) for design in basis]
    names = [words.conclusion(name, 24) + " *" * starred for name, starred in zip(columns, screened, strict=True)]
    axes.set_xticks(np.arange(len(columns)), names, rotation=40, ha="right", rotation_mode="anchor", fontsize=7)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if not known.all():
        patch = Patch(facecolor="white", hatch="///", edgecolor="#cccccc", label=words("sensitivity.figures.untold"))
        figure.legend(handles=[patch], loc="outside lower left", fontsize=7)
    bounds = {design: round(100 * bound) for design, bound in DECIDES.items()}
    note = words(f"sensitivity.figures.matrix_{finest}", threshold=bounds[finest])
    if any(screened):
        note += "\n* " + words("sensitivity.figures.matrix_morris", threshold=bounds["morris"])
    frame(figure, words("sensitivity.figures.matrix"), note)
    return figure


def strengths(findings: SensitivityFindings, rows: list[str], column: str = "") -> np.ndarray:
    """Return the strength of factors by conclusion, in the design that tells what decides it.

    Parameters
    ----------
    findings
        Of a sensitivity analysis.
    rows
        The factors.
    column
        Another column of the designs' tables than total indices, or mean absolute effects as shares of the largest.

    Returns
    -------
    numpy.ndarray
        Shape (factors, conclusions); NaN where no design tells, or the one that does left a factor out.
    """
    found = np.full((len(rows), len(findings.conclusions)), np.nan)
    for place, conclusion in enumerate(findings.conclusions):
        if (design := findings.basis(conclusion)) is None:
            continue
        name = column or ("mu_star" if design == "morris" else "total")
        values = findings.of(design, conclusion).set_index("factor")[name].astype(np.float64)
        if name == "mu_star" and values.max() > 0.0:
            values = values / values.max()
        found[:, place] = values.reindex(rows)
    return found


@styled
def effects(findings: SensitivityFindings, words: Words) -> Figure:
    """Return a tornado of the strongest assumptions for each conclusion that the screening tells something of."""

    def draw(axes: Axes, table: pd.DataFrame, conclusion: str) -> None:
        draw_tornado(axes, strongest(table, _BARS), scale(conclusion))

    legend, note = tornado_legend(words.language), tornado_note(words.language)
    return _panels(findings, words, "morris", "mu_star", draw, words("sensitivity.figures.effects"), legend, note)


@styled
def indices(findings: SensitivityFindings, words: Words) -> Figure:
    """Return first-order and total indices of the strongest assumptions for each conclusion."""

    def draw(axes: Axes, table: pd.DataFrame, conclusion: str) -> None:
        for place, row in enumerate(records(table.sort_values("total", ascending=False, kind="stable"))[:_BARS]):
            for key, colour, shift in (("total", "#9ecae1", -0.18), ("first", BETTER, 0.18)):
                value, low, high = (100.0 * row[name] for name in (key, f"{key}_low", f"{key}_high"))
                axes.barh(place + shift, value, color=colour, height=0.36)
                axes.plot([low, high], [place + shift] * 2, color="black", linewidth=0.9)
        axes.axvline(0.0, color=GREY, linewidth=0.8)
        axes.set_xlim(-10.0, 100.0)

    handles = [
        Patch(color=BETTER, label=words("sensitivity.figures.first")),
        Patch(color="#9ecae1", label=words("sensitivity.figures.total")),
    ]
    return _panels(
        findings,
        words,
        "sobol",
        "total",
        draw,
        words("sensitivity.figures.indices"),
        handles,
        words("sensitivity.figures.whiskers"),
    )


def _panels(
    findings: SensitivityFindings,
    words: Words,
    design: Basis,
    strength: str,
    draw: Callable[[Axes, pd.DataFrame, str], None],
    title: str,
    handles: list[Patch],
    note: str,
) -> Figure:
    told = [name for name in findings.conclusions if findings.tells(design, name)]
    count = -(-len(told) // 2)
    figure = Figure(figsize=(11.0, 1.2 + 2.0 * count))
    grid = figure.subplots(count, 2, squeeze=False).ravel()
    for axes in grid[len(told) :]:
        axes.set_axis_off()
    for axes, conclusion in zip(grid, told, strict=False):
        table = findings.of(design, conclusion)
        draw(axes, table, conclusion)
        order = table.sort_values(strength, ascending=False, kind="stable")["factor"][:_BARS]
        axes.set_yticks(np.arange(len(order)), [words.factor(name, 46) for name in order], fontsize=6.5)
        axes.set_ylim(len(order) - 0.4, -0.6)
        axes.tick_params(axis="x", labelsize=7)
        axes.set_title(words.conclusion(conclusion, 60), fontsize=8.5)
        _axis(axes, words, "x")
    figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), fontsize=8)
    untold = [name for name in findings.conclusions if name not in told and not findings.constant(name)]
    left = [words.conclusion(name) for name in untold]
    note += words("sensitivity.figures.without", names="; ".join(left)) if left else ""
    frame(figure, title, textwrap.fill(note, 90))
    return figure


@styled
def mu_sigma(findings: SensitivityFindings, words: Words) -> Figure:
    """Return σ against μ* of the assumptions for the main conclusions, with the names of the strongest."""
    shown = main(findings)
    figure = Figure(figsize=(8.4, 0.9 + 2.3 * len(shown)))
    grid = figure.subplots(len(shown), 2, squeeze=False, width_ratios=[1.0, 0.72])
    for (axes, side), conclusion in zip(grid, shown, strict=True):
        table = findings.of("morris", conclusion).sort_values("mu_star", ascending=False, kind="stable")
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
        axes.set(xlabel=words("sensitivity.figures.mu_star"), ylabel=words("sensitivity.figures.sigma"))
        _axis(axes, words, "x", "y")
        named = [f"{k + 1}  {words.factor(name, 48)}" for k, name in enumerate(table["factor"][:_NAMED])]
        side.set_axis_off()
        side.text(0.0, 0.5, "\n".join(line.replace("\n", "\n    ") for line in named), va="center", fontsize=7.5)
    frame(figure, words("sensitivity.figures.mu_sigma"), words("sensitivity.figures.line"))
    return figure


def main(findings: SensitivityFindings) -> list[str]:
    """Return the main conclusions that are not constant."""
    return [name for name in _MAIN if name in findings.conclusions and not findings.constant(name)]


def figures(findings: SensitivityFindings, words: Words) -> dict[str, Callable[[], Figure]]:
    """Return what draws each figure, by file name; which there are depends on designs and findings."""
    told = {design for name in findings.conclusions for design in DECIDES if findings.tells(design, name)}
    there = {
        matrix: bool(findings.decided()),
        effects: "morris" in told,
        indices: "sobol" in told,
        mu_sigma: "morris" in findings.designs and bool(main(findings)),
    }
    return {draw.__name__: partial(draw, findings, words) for draw, shown in there.items() if shown}


__all__ = ["Words", "figures", "main", "matrix", "scale", "strengths"]
