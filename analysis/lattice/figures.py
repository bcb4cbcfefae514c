"""Figures of the complete lever lattice, in English or German: what each lever brings, with whom, and which bundles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from analysis import figures as plots
from analysis.figures.labels import Labels
from analysis.figures.style import GREY, frame, save_all, styled, write_axis
from analysis.lattice.ensemble import LatticeEnsemble
from analysis.lattice.findings import LatticeReport
from analysis.stats.robustness import spread

WITH_COST: Final = "return_on_sales"
WITHOUT_COST: Final = "return_before_levers"


@dataclass(frozen=True, slots=True)
class _Labels(Labels):
    """Texts and numbers in one language, and what the levers are called in it."""

    within: str = "lattice.figures."
    levers: Mapping[str, str] = field(default_factory=dict)

    def lever(self, name: str) -> str:
        return self.levers.get(name, name)


def shapley_ranking(report: LatticeReport, labels: _Labels) -> Figure:
    """Return the levers by their fair share of the return on sales, with intervals."""
    table = report.of("shapley", WITH_COST)
    points = table.assign(**{name: 100.0 * table[name] for name in ("value", "low", "high")})
    unit = labels("shapley_unit", n=report.companies)
    return plots.lever_ranking(points, labels.levers, labels.language, title=labels("shapley"), unit=unit)


def pair_matrix(report: LatticeReport, labels: _Labels) -> Figure:
    """Return what pairs of levers do to the return on sales beyond what each does."""
    table = report.of("pairs", WITH_COST)
    points, unit = table.assign(effect=100.0 * table["effect"]), labels("pairs_unit", n=report.companies)
    return plots.interaction_matrix(
        points, report.levers, labels.levers, labels.language, title=labels("pairs"), unit=unit
    )


@styled
def best_bundles(report: LatticeReport, labels: _Labels) -> Figure:
    """Return the return on sales of the best bundle by its size, with and without the levers' cost."""
    figure = Figure(figsize=(6.6, 3.9))
    axes = figure.subplots()
    for outcome, key, colour, marker, style in (
        (WITHOUT_COST, "without_cost", "#56B4E9", "s", "--"),
        (WITH_COST, "with_cost", "#00446B", "o", "-"),
    ):
        table = report.of("bundles", outcome)
        k, mean = table["k"].to_numpy(), 100.0 * table["mean"].to_numpy()
        axes.plot(k, mean, style, marker=marker, markersize=4.5, color=colour, label=labels(key), zorder=3)
        if outcome == WITH_COST:
            best = report.best_size(outcome)
            reach = 100.0 * (table["behind_high"] - table["behind"]).to_numpy()
            axes.plot(k, 100.0 * table["held_out"], ":", color="black", label=labels("held_out"), zorder=4)
            axes.fill_between(
                k, mean - reach, mean + reach, color=colour, alpha=0.15, linewidth=0, label=labels("behind")
            )
            axes.annotate(
                labels("best", k=best), (best, mean[best]), xytext=(0, -26), textcoords="offset points", ha="center",
                arrowprops={"arrowstyle": "-", "color": "black", "linewidth": 0.8},
            )  # fmt: skip
    axes.set_xticks(np.arange(len(report.levers) + 1))
    axes.set(xlabel=labels("bundles_levers"), ylabel=labels("bundles_unit"), title=labels("bundles"))
    write_axis(axes, labels, "y")
    axes.legend(loc="lower right", fontsize=8)
    return figure


@styled
def effect_ranges(ensemble: LatticeEnsemble, labels: _Labels) -> Figure:
    """Return the levers by their main effect under the default, with the range over the sets of an ensemble."""
    full = ensemble.full_main[WITH_COST]
    order = np.argsort(-full, kind="stable")
    figure = Figure(figsize=(6.6, 1.3 + 0.24 * len(order)))
    axes = figure.subplots()
    place = np.arange(len(order))
    over = [spread(100.0 * ensemble.main[WITH_COST][:, v]) for v in order]
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.hlines(place, [o.low for o in over], [o.high for o in over], color="#9ecae1", linewidth=5)
    axes.plot([o.median for o in over], place, "|", color="black", markersize=9, markeredgewidth=1.6)
    axes.plot(100.0 * full[order], place, "o", color="black", markersize=4, markerfacecolor="white")
    findings = ensemble.of("effect", WITH_COST)
    for row, v in enumerate(order):
        share = labels.percent(findings[ensemble.levers[v]].conclusion.share)
        axes.text(1.02, row, share, transform=axes.get_yaxis_transform(), va="center")
    axes.text(1.02, -1.0, labels("ensemble_same"), transform=axes.get_yaxis_transform(), va="center", color=GREY)
    axes.set_yticks(place, [labels.lever(ensemble.levers[v]) for v in order])
    axes.set_ylim(len(order) - 0.4, -0.6)
    write_axis(axes, labels, "x")
    frame(figure, labels("ensemble", n=ensemble.sets), labels("ensemble_unit"), 9)
    return figure


FIGURES: Final[Mapping[str, Callable[[LatticeReport, _Labels], Figure]]] = {
    "shapley": shapley_ranking,
    "pairs": pair_matrix,
    "bundles": best_bundles,
}
"""The figures by file name."""


def drawn(report: LatticeReport, levers: Mapping[str, str], language: str) -> dict[str, Figure]:
    """Return the figures by file name; a single lever has no pairs."""
    labels = _Labels(language, levers=levers)
    return {name: draw(report, labels) for name, draw in FIGURES.items() if name != "pairs" or len(report.levers) > 1}


def write_figures(
    report: LatticeReport,
    folder: Path,
    levers: Mapping[str, str],
    language: str = "en",
    *,
    ensemble: LatticeEnsemble | None = None,
) -> list[Path]:
    """Write all figures as SVG and PNG into a new folder ``figures`` and return the paths.

    Parameters
    ----------
    report
        With the outcomes ``return_on_sales`` and ``return_before_levers``.
    folder
        Where the new folder goes.
    levers
        What the levers are called, by id, briefly.
    language
        ``"en"`` or ``"de"``.
    ensemble
        The same over an ensemble; adds :func:`effect_ranges` as ``ensemble``.
    """
    chosen = {name: draw for name, draw in FIGURES.items() if name != "pairs" or len(report.levers) > 1}
    if ensemble is not None:
        chosen["ensemble"] = lambda _, labels: effect_ranges(ensemble, labels)
    return save_all(chosen, folder, report, _Labels(language, levers=levers))


__all__ = ["FIGURES", "drawn", "write_figures"]
