"""Figures of the virtual study, in English or German."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis import figures as plots
from analysis.figures.labels import Labels
from analysis.figures.style import TYPE_COLOURS, TYPE_HATCHES, TYPE_MARKERS, frame, save_all, styled, write_axis
from analysis.study.findings import StudyReport, companies_frame
from sim import evidence
from sim.outcomes import TYPES
from sim.parameters import Measurement, measurement
from sim.policies import SUCCESS_FACTORS

_WITHIN: Final = "study.figures."


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What the figures show: all that is in the folder of a study.

    Attributes
    ----------
    tables
        As in :class:`analysis.study.findings.StudyReport`.
    companies
        A row per company: :func:`analysis.study.findings.companies_frame`; None if it was not kept.
    memory
        Figures of the pattern P17.
    cuts
        The measurement whose cut-offs are drawn.
    """

    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    companies: pd.DataFrame | None = field(repr=False)
    memory: Mapping[str, Any] = field(repr=False)
    cuts: Measurement = field(default_factory=measurement)

    @classmethod
    def of(cls, report: StudyReport) -> Shown:
        """Return what there is to show of a study."""
        memory = next(line.figures for line in report.lines if line.id == "P17")
        return cls(report.tables, companies_frame(report.study), memory, report.study.laboratory.measurement)


def type_map(shown: Shown, language: str) -> Figure | None:
    """Return the 2x2 map of quality and efficiency with the fixed cut-offs (E16, E17)."""
    return None if shown.companies is None else plots.type_map(shown.companies, language, cuts=shown.cuts)


@styled
def types_by_industry(shown: Shown, language: str) -> Figure:
    """Return the shares of types by industry as stacked bars (E18)."""
    labels, table = Labels(language, _WITHIN), shown.tables["types"]
    figure = Figure(figsize=(6.6, 3.6))
    axes = figure.subplots()
    names = {row.id: labels.of((row.label.en, row.label.de)) for row in evidence.industries()}
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


def returns_by_type(shown: Shown, language: str) -> Figure | None:
    """Return the distribution of the return on sales by type (E19)."""
    return None if shown.companies is None else plots.returns_by_type(shown.companies, language)


def self_and_other_image(shown: Shown, language: str) -> Figure:
    """Return the profiles of self-image and other-image of both departments (E12-E14)."""
    return plots.self_and_other_image(shown.tables["images"], language)


@styled
def factors(shown: Shown, language: str) -> Figure:
    """Return the presence of the 15 factors in professionals and self-blockers (E20-E34)."""
    labels, table = Labels(language, _WITHIN), shown.tables["factors"]
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
def hysteresis(shown: Shown, language: str) -> Figure:
    """Return the share of good interfaces by lever level, from soured and from good starts (P17)."""
    labels, figures = Labels(language, _WITHIN), shown.memory
    figure = Figure(figsize=(6.0, 3.4))
    axes = figure.subplots()
    for weeks, style in ((104, "-"), (208, "--")):
        data = figures[f"week_{weeks}"]
        for start, colour in (("soured", TYPE_COLOURS["self_blocking"]), ("good", TYPE_COLOURS["professional"])):
            axes.plot(
                figures["level"], data[start], style, color=colour, label=f"{labels(start)}, {labels('week', n=weeks)}"
            )
    axes.set(xlabel=labels("level"), ylabel=labels("good_share"), title=labels("hysteresis"))
    write_axis(axes, labels, "x", "y")
    axes.legend(fontsize=8)
    return figure


FIGURES: Final[Mapping[str, Callable[[Shown, str], Figure | None]]] = {
    "type_map": type_map,
    "types_by_industry": types_by_industry,
    "returns_by_type": returns_by_type,
    "self_and_other_image": self_and_other_image,
    "factors": factors,
    "hysteresis": hysteresis,
}
"""The figures by file name; None is drawn of what was not kept."""


def write_figures(report: StudyReport, folder: Path, language: str = "en") -> list[Path]:
    """Write all figures as SVG and PNG into a new folder ``figures`` and return the paths."""
    return save_all(FIGURES, folder, Shown.of(report), language)


__all__ = ["FIGURES", "Shown", "write_figures"]
