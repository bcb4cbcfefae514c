"""Figures of the validation: shares of parameter sets by pattern, ranks of known truths."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from analysis import figures as plots
from analysis.figures.labels import Labels
from analysis.figures.style import GREY, frame, save_all
from analysis.validation.coverage import GROUPS, CoverageFindings
from analysis.validation.findings import ValidationFindings
from experiments.calibration.known_truths import KINDS

_WITHIN: Final = "validation.coverage."
_INSIDE, _OUTSIDE = "#56B4E9", "#A63603"


def pattern_shares(found: ValidationFindings, language: str) -> Figure:
    """Return the share of parameter sets in which each pattern holds, with its interval."""
    say, frame = Labels(language), found.patterns
    shares = frame.assign(
        lever=frame["pattern"], value=100.0 * frame["share"], low=100.0 * frame["low"], high=100.0 * frame["high"]
    )
    title, unit = say("validation.shares"), say("validation.share")
    return plots.lever_ranking(shares, {}, language, title=title, unit=unit)


def rank_plot(report: CoverageFindings, language: str) -> Figure:
    """Return histograms of ranks with their bands: of the procedure, and of two errors that it might have made."""
    text = Labels(language, _WITHIN)
    groups = [group for group in GROUPS if (report.tests["group"] == group).any()]
    figure = Figure(figsize=(3.0 * len(groups) + 0.6, 6.4))
    grid = figure.subplots(len(KINDS), len(groups), squeeze=False, sharex=True)
    for line, kind in zip(grid, KINDS, strict=True):
        for axes, group in zip(line, groups, strict=True):
            both = (report.pooled["group"] == group) & (report.pooled["kind"] == kind)
            table = report.pooled[both]
            rank, share, low, high = (100.0 * table[key].to_numpy() for key in ("rank", "share", "low", "high"))
            rank = rank / 100.0
            outside = (share < low) | (share > high)
            edges = np.append(rank - 0.5, rank[-1] + 0.5)
            axes.bar(rank[~outside], share[~outside], width=0.86, color=_INSIDE)
            axes.bar(rank[outside], share[outside], width=0.86, color=_OUTSIDE, hatch="///", edgecolor="white")
            axes.stairs(high, edges, baseline=low, fill=True, color=GREY, alpha=0.35, zorder=3)
            axes.axhline(100.0 / len(rank), color="black", linewidth=0.8, zorder=4)
            axes.set_xticks(np.linspace(0, rank[-1], 2).astype(int))
            top = max(float(share.max()), float(high.max()), 200.0 / len(rank))
            axes.set_ylim(0.0, 1.18 * top)
            test = report.tests[(report.tests["group"] == group) & (report.tests["kind"] == kind)].iloc[0]
            axes.text(
                0.98,
                0.97,
                f"p = {text.number(test['p'], 3)}",
                transform=axes.transAxes,
                ha="right",
                va="top",
                fontsize=8,
            )
            if kind == KINDS[0]:
                axes.set_title(text(group, n=test["quantities"]), fontsize=9)
            if kind == KINDS[-1]:
                axes.set_xlabel(text("rank"))
        line[0].set_ylabel(f"{text(kind)}\n{text('share')}")
    handles = [
        Patch(color=GREY, alpha=0.35, label=text("band")),
        Patch(facecolor=_OUTSIDE, hatch="///", edgecolor="white", label=text("outside")),
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=2, fontsize=8)
    title = text("title", truths=report.ranked, draws=report.inquiry.draws)
    frame(figure, title)
    return figure


FIGURES: Final[dict[str, Callable[[CoverageFindings, str], Figure]]] = {"coverage": rank_plot}
"""The figure by file name."""


def write_figures(report: CoverageFindings, folder: Path, language: str = "en") -> list[Path]:
    """Write the figure as SVG and PNG into a new folder ``figures`` and return the paths."""
    return save_all(FIGURES, folder, report, language)


__all__ = ["FIGURES", "pattern_shares", "rank_plot", "write_figures"]
