"""Figures of the complete lever lattice: Shapley values, pairs, best bundles, and main effects over an ensemble."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from analysis import figures as plots
from analysis.figures.labels import Labels, short_name
from analysis.figures.style import GREY, frame, save_all, styled, write_axis
from analysis.lattice.findings import LatticeFindings
from analysis.lattice.runs import WITH_COST, WITHOUT_COST


@dataclass(frozen=True, slots=True)
class FigureLabels(Labels):
    """Texts and numbers of one language, and the short names of levers by id."""

    within: str = "lattice.figures."
    levers: Mapping[str, str] = field(default_factory=dict)


def lever_names(findings: LatticeFindings, say: Labels) -> dict[str, str]:
    """Return the short names of the levers of a lattice, and of those that stay on, by id."""
    return {
        lever.id: short_name(lever.id, lever.name, say) for lever in (*findings.facts.levers, *findings.facts.stay_on)
    }


def shapley_ranking(findings: LatticeFindings, labels: FigureLabels) -> Figure:
    """Return the Shapley values of the levers for the return on sales, with intervals."""
    table = findings.of("shapley", WITH_COST)
    points = table.assign(**{name: 100.0 * table[name] for name in ("value", "low", "high")})
    unit = labels("shapley_unit", n=findings.facts.companies)
    return plots.lever_ranking(points, labels.levers, labels.language, title=labels("shapley"), unit=unit)


def pair_matrix(findings: LatticeFindings, labels: FigureLabels) -> Figure:
    """Return the interactions of pairs of levers for the return on sales."""
    table = findings.of("pairs", WITH_COST)
    points, unit = table.assign(effect=100.0 * table["effect"]), labels("pairs_unit", n=findings.facts.companies)
    return plots.interaction_matrix(
        points, findings.levers, labels.levers, labels.language, title=labels("pairs"), unit=unit
    )


@styled
def best_bundles(findings: LatticeFindings, labels: FigureLabels) -> Figure:
    """Return the return on sales of the best bundle by its size, with and without the levers' cost."""
    figure = Figure(figsize=(6.6, 3.9))
    axes = figure.subplots()
    for outcome, key, colour, marker, style in (
        (WITHOUT_COST, "without_cost", "#56B4E9", "s", "--"),
        (WITH_COST, "with_cost", "#00446B", "o", "-"),
    ):
        table = findings.of("bundles", outcome)
        k, mean = table["k"].to_numpy(), 100.0 * table["mean"].to_numpy()
        axes.plot(k, mean, style, marker=marker, markersize=4.5, color=colour, label=labels(key), zorder=3)
        if outcome == WITH_COST:
            best = findings.best_size(outcome)
            reach = 100.0 * (table["behind_high"] - table["behind"]).to_numpy()
            axes.plot(k, 100.0 * table["held_out"], ":", color="black", label=labels("held_out"), zorder=4)
            axes.fill_between(
                k, mean - reach, mean + reach, color=colour, alpha=0.15, linewidth=0, label=labels("behind")
            )
            axes.annotate(
                labels("best", k=best), (best, mean[best]), xytext=(0, -26), textcoords="offset points", ha="center",
                arrowprops={"arrowstyle": "-", "color": "black", "linewidth": 0.8},
            )  # fmt: skip
    axes.set_xticks(np.arange(len(findings.levers) + 1))
    axes.set(xlabel=labels("bundles_levers"), ylabel=labels("bundles_unit"), title=labels("bundles"))
    write_axis(axes, labels, "y")
    axes.legend(loc="lower right", fontsize=8)
    return figure


@styled
def effect_ranges(findings: LatticeFindings, labels: FigureLabels) -> Figure:
    """Return the levers by their main effect under the default, with the range over the sets of an ensemble."""
    assert findings.ensemble is not None
    found = findings.ensemble.found
    effects = found["outcomes"][WITH_COST]["main_effects"]
    ranked = sorted(effects, key=lambda lever: -effects[lever]["full"])
    full = [100.0 * effects[lever]["full"] for lever in ranked]
    low, median, high = ([100.0 * effects[v]["strength"][end] for v in ranked] for end in ("p05", "median", "p95"))
    figure = Figure(figsize=(6.6, 1.3 + 0.24 * len(ranked)))
    axes = figure.subplots()
    place = np.arange(len(ranked))
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.hlines(place, low, high, color="#9ecae1", linewidth=5)
    axes.plot(median, place, "|", color="black", markersize=9, markeredgewidth=1.6)
    axes.plot(full, place, "o", color="black", markersize=4, markerfacecolor="white")
    for row, lever in enumerate(ranked):
        share = labels.percent(effects[lever]["share"])
        axes.text(1.02, row, share, transform=axes.get_yaxis_transform(), va="center")
    axes.text(1.02, -1.0, labels("ensemble_same"), transform=axes.get_yaxis_transform(), va="center", color=GREY)
    axes.set_yticks(place, [labels.levers.get(lever, lever) for lever in ranked])
    axes.set_ylim(len(ranked) - 0.4, -0.6)
    write_axis(axes, labels, "x")
    frame(figure, labels("ensemble", n=found["sets"]), labels("ensemble_unit"), 9)
    return figure


Draw = Callable[[LatticeFindings, FigureLabels], Figure]
FIGURES: Final[Mapping[str, Draw]] = {
    "shapley": shapley_ranking,
    "pairs": pair_matrix,
    "bundles": best_bundles,
    "ensemble": effect_ranges,
}
"""All figures by file name."""


def figures(findings: LatticeFindings) -> dict[str, Draw]:
    """Return the figures that findings have: a single lever has no pairs, and there may be no ensemble."""
    missing = {"pairs": len(findings.levers) == 1, "ensemble": findings.ensemble is None}
    return {name: draw for name, draw in FIGURES.items() if not missing.get(name)}


def write_figures(findings: LatticeFindings, folder: Path, language: str = "en") -> list[Path]:
    """Write all figures as SVG and PNG into a new folder ``figures`` and return the paths.

    Parameters
    ----------
    findings
        With the outcomes ``return_on_sales`` and ``return_before_levers``.
    folder
        Where the new folder goes.
    language
        Of the texts.
    """
    labels = FigureLabels(language, levers=lever_names(findings, Labels(language)))
    return save_all(figures(findings), folder, findings, labels)


__all__ = ["FIGURES", "FigureLabels", "effect_ranges", "figures", "lever_names", "write_figures"]
