"""Figures of the virtual study, in English or German."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.style import GREY, SIDE_COLOURS, TYPE_COLOURS, TYPE_MARKERS, save_all
from experiments.study import StudyReport, texts
from sim import evidence
from sim.outcomes import TYPES
from sim.policies import SUCCESS_FACTORS

_TEXTS: Final = {
    "map": ("Quality and efficiency of {n} virtual companies", "Qualität und Effizienz von {n} virtuellen Unternehmen"),
    "types": ("Coordination types by industry", "Abstimmungstypen nach Branche"),
    "returns": ("Return on sales by type (8% is anchored)", "Umsatzrendite nach Typ (8 % sind verankert)"),
    "images_marketing": ("How marketing is seen", "Wie das Marketing gesehen wird"),
    "images_sales": ("How sales is seen", "Wie der Vertrieb gesehen wird"),
    "self": ("self-image", "Selbstbild"),
    "other": ("other-image", "Fremdbild"),
    "factors": ("Presence of the 15 factors", "Stärke der 15 Faktoren"),
    "hysteresis": ("Healing needs more than keeping", "Heilen erfordert mehr als Erhalten"),
    "soured": ("start: soured", "Start: zerrüttet"),
    "good": ("start: good", "Start: gut"),
    "week": ("week {n}", "Woche {n}"),
    "level": ("common lever level", "gemeinsame Hebelstärke"),
    "good_share": ("share with good quality", "Anteil mit guter Qualität"),
    "share": ("share of companies, %", "Anteil der Unternehmen, %"),
    "return": ("return on sales, %", "Umsatzrendite, %"),
    "rating": ("rating, 0 to 100", "Bewertung, 0 bis 100"),
    "intensity": ("mean intensity, %", "mittlere Stärke, %"),
    "all": ("all", "alle"),
}
_SHOWN: Final = 1500
"""Companies on the map: more would only hide each other."""


class _Labels:
    """Texts in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = 1 if language == "de" else 0

    def __call__(self, key: str, **values: object) -> str:
        return _TEXTS[key][self._column].format(**values)

    def column(self, name: str) -> str:
        """Return the label of a table's column or a type."""
        return str(texts()["columns"][name][self.language])


def type_map(report: StudyReport, labels: _Labels) -> Figure:
    """Return the 2x2 map of quality and efficiency with the fixed cut-offs (E16, E17)."""
    found, m = report.study.found, report.study.laboratory.measurement
    figure = Figure(figsize=(6.0, 4.6))
    axes = figure.subplots()
    shown = np.arange(len(found["type"])) % max(1, len(found["type"]) // _SHOWN) == 0
    for k, name in enumerate(TYPES):
        mine = shown & (found["type"] == k)
        share = 100.0 * float((found["type"] == k).mean())
        axes.scatter(
            found["coordination_efficiency"][mine],
            found["cooperation_quality"][mine],
            s=11,
            marker=TYPE_MARKERS[name],
            color=TYPE_COLOURS[name],
            alpha=0.6,
            linewidths=0.8,
            label=f"{labels.column(name)} ({share:.0f} %)",
        )
    axes.axhline(m.quality_cut, color=GREY, linewidth=0.8)
    axes.axvline(m.efficiency_cut, color=GREY, linewidth=0.8)
    axes.set(
        xlabel=labels.column("coordination_efficiency"),
        ylabel=labels.column("cooperation_quality"),
        title=labels("map", n=len(found["type"])),
    )
    axes.legend(loc="lower right", fontsize=8, markerscale=1.6)
    return figure


def types_by_industry(report: StudyReport, labels: _Labels) -> Figure:
    """Return the shares of types by industry as stacked bars (E18)."""
    table = report.tables["types"]
    figure = Figure(figsize=(6.6, 3.6))
    axes = figure.subplots()
    names = {row.id: row.label.text(labels.language) for row in evidence.industries()}  # type: ignore[arg-type]
    rows = [names.get(name, labels("all")) for name in table["industry"]]
    left = np.zeros(len(table))
    for name in TYPES:
        width = table[name].to_numpy()
        bars = axes.barh(rows, width, left=left, color=TYPE_COLOURS[name], label=labels.column(name), edgecolor="white")
        ink = "white" if name == "self_blocking" else "black"
        axes.bar_label(bars, [f"{v:.0f}" for v in width], label_type="center", fontsize=7, color=ink)
        left += width
    axes.invert_yaxis()
    axes.set(xlabel=labels("share"), xlim=(0, 100))
    axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(-0.25, 1.0), fontsize=8, handlelength=1.2, columnspacing=1.0)
    figure.suptitle(labels("types"), x=0.01, ha="left", fontsize=10, fontweight="bold")
    return figure


def returns_by_type(report: StudyReport, labels: _Labels) -> Figure:
    """Return the distribution of return on sales by type (E19)."""
    code, value = report.study.found["type"], 100.0 * report.study.found["return_on_sales"]
    figure = Figure(figsize=(6.0, 3.4))
    axes = figure.subplots()
    groups = [value[code == k] for k in range(len(TYPES))]
    there = [k for k, group in enumerate(groups) if len(group)]
    boxes = axes.boxplot(
        [groups[k] for k in there], orientation="horizontal", widths=0.6, whis=(5, 95), showfliers=False,
        showmeans=True,
        patch_artist=True, medianprops={"color": "black"},
        meanprops={"marker": "D", "markerfacecolor": "white", "markeredgecolor": "black", "markersize": 5},
    )  # fmt: skip
    for box, k in zip(boxes["boxes"], there, strict=True):
        box.set_facecolor(TYPE_COLOURS[TYPES[k]])
    axes.set_yticks(range(1, len(there) + 1), [labels.column(TYPES[k]) for k in there])
    axes.invert_yaxis()
    axes.axvline(100.0 * evidence.professional_return_on_sales(), color=GREY, linewidth=0.8, linestyle="--")
    axes.set(xlabel=labels("return"), title=labels("returns"))
    return figure


def self_and_other_image(report: StudyReport, labels: _Labels) -> Figure:
    """Return the profiles of self-image and other-image of both departments (E12-E14)."""
    table = report.tables["images"]
    figure = Figure(figsize=(7.4, 4.0))
    panels: list[Axes] = list(figure.subplots(1, 2, sharey=True))
    items = [str(texts()["items"][name][labels.language]) for name in table["item"]]
    place = np.arange(len(items))
    for axes, side in zip(panels, ("marketing", "sales"), strict=True):
        colour = SIDE_COLOURS[side]
        axes.plot(table[f"{side}_self"], place, marker="o", color=colour, label=labels("self"))
        axes.plot(
            table[f"{side}_other"], place, marker="s", color=colour, linestyle="--", mfc="white", label=labels("other")
        )
        axes.fill_betweenx(place, table[f"{side}_self"], table[f"{side}_other"], color=colour, alpha=0.12)
        axes.set(xlim=(0, 104), xlabel=labels("rating"))
        axes.set_title(labels(f"images_{side}"), pad=22)
        axes.legend(ncols=2, fontsize=8, loc="lower left", bbox_to_anchor=(-0.02, 0.99))
    panels[0].set_yticks(place, items)
    panels[0].invert_yaxis()
    return figure


def factors(report: StudyReport, labels: _Labels) -> Figure:
    """Return the presence of the 15 factors in professionals and self-blockers (E20-E34)."""
    table = report.tables["factors"]
    figure = Figure(figsize=(6.6, 4.4))
    axes = figure.subplots()
    place = np.arange(len(table))
    axes.hlines(place, table["self_blocking"], table["professional"], color="#bbbbbb", linewidth=3)
    for name in ("professional", "self_blocking"):
        axes.scatter(
            table[name], place, color=TYPE_COLOURS[name], marker=TYPE_MARKERS[name], zorder=3, label=labels.column(name)
        )
    axes.set_yticks(place, [f"{policy.number} {policy.name(labels.language)}" for policy in SUCCESS_FACTORS])
    axes.invert_yaxis()
    axes.set(xlabel=labels("intensity"), title=labels("factors"))
    axes.legend(ncols=2, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.06))
    return figure


def hysteresis(report: StudyReport, labels: _Labels) -> Figure:
    """Return the share of good interfaces by lever level, from soured and from good starts (P17)."""
    figures = next(line.figures for line in report.lines if line.id == "P17")
    figure = Figure(figsize=(6.0, 3.4))
    axes = figure.subplots()
    for weeks, style in ((104, "-"), (208, "--")):
        data = figures[f"week_{weeks}"]
        for start, colour in (("soured", TYPE_COLOURS["self_blocking"]), ("good", TYPE_COLOURS["professional"])):
            axes.plot(
                figures["level"], data[start], style, color=colour, label=f"{labels(start)}, {labels('week', n=weeks)}"
            )
    axes.set(xlabel=labels("level"), ylabel=labels("good_share"), title=labels("hysteresis"))
    axes.legend(fontsize=8)
    return figure


FIGURES: Final[dict[str, Callable[[StudyReport, _Labels], Figure]]] = {
    "type_map": type_map,
    "types_by_industry": types_by_industry,
    "returns_by_type": returns_by_type,
    "self_and_other_image": self_and_other_image,
    "factors": factors,
    "hysteresis": hysteresis,
}
"""The figures by file name."""


def write_figures(report: StudyReport, folder: Path, language: str = "en") -> list[Path]:
    """Write all figures as SVG and PNG into a new folder ``figures`` and return the paths."""
    return save_all(FIGURES, folder, report, _Labels(language))
