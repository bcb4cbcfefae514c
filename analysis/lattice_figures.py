"""Figures of the complete lever lattice, in English or German: what each lever brings, with whom, and which bundles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.lattice_ensemble import LatticeEnsemble
from analysis.lattice_report import LatticeReport
from analysis.robustness import spread
from analysis.style import GREY, save_all

WITH_COST: Final = "return_on_sales"
WITHOUT_COST: Final = "return_before_levers"

_TEXTS: Final = {
    "shapley": (
        "What each lever brings: return on sales (Shapley)",
        "Was jeder Hebel beiträgt: Umsatzrendite (Shapley)",
    ),
    "shapley_unit": (
        "percentage points; whiskers: 95% interval over {n} companies",
        "Prozentpunkte; Spannen: 95-%-Intervall über {n} Unternehmen",
    ),
    "pairs": (
        "What pairs bring beyond their parts: return on sales",
        "Was Paare über ihre Teile hinaus bringen: Umsatzrendite",
    ),
    "pairs_unit": (
        "percentage points; bold in a frame: clear at 95% over all pairs ({n} companies)",
        "Prozentpunkte; fett im Rahmen: gesichert zu 95 % über alle Paare ({n} Unternehmen)",
    ),
    "bundles": ("The best bundle of k levers: return on sales", "Das beste Bündel aus k Hebeln: Umsatzrendite"),
    "bundles_levers": ("number of levers k", "Anzahl der Hebel k"),
    "bundles_unit": ("return on sales, %", "Umsatzrendite, %"),
    "with_cost": ("with the levers' cost", "mit den Kosten der Hebel"),
    "without_cost": ("before the levers' cost", "vor den Kosten der Hebel"),
    "held_out": (
        "held out: in companies it was not chosen on",
        "Gegenprobe: in Unternehmen, an denen es nicht gewählt wurde",
    ),
    "behind": ("95% interval of the distance to the best", "95-%-Intervall des Abstands zum besten"),
    "best": ("best: k = {k}", "am besten: k = {k}"),
    "ensemble": (
        "Main effect on the return on sales over {n} parameter sets",
        "Haupteffekt auf die Umsatzrendite über {n} Parametersätze",
    ),
    "ensemble_unit": (
        "percentage points; line: middle 90% of the sets, bar: their median, circle: default",
        "Prozentpunkte; Linie: mittlere 90 % der Sätze, Strich: ihr Median, Kreis: Vorgabe",
    ),
    "percent": ("{share}%", "{share} %"),
    "ensemble_same": ("same sign", "Vorz. gleich"),
}
_BETTER, _WORSE = "#0072B2", "#D55E00"
_DIVERGING: Final = LinearSegmentedColormap.from_list("handshake", [_WORSE, "white", _BETTER])


@dataclass(frozen=True, slots=True)
class _Labels:
    """Texts and numbers in one language, and what the levers are called in it."""

    language: str
    levers: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        return _TEXTS[key][self.language == "de"].format(**values)

    def lever(self, name: str) -> str:
        return self.levers.get(name, name)

    def number(self, value: float, digits: int, *, sign: bool = False) -> str:
        """Return a number with the language's decimal separator."""
        rounded = round(float(value), digits) or 0.0
        text = f"{rounded:{'+' if sign and rounded else ''}.{digits}f}".replace("-", "−")
        return text.replace(".", ",") if self.language == "de" else text

    def axis(self, axes: Axes, *which: str) -> None:
        """Write the numbers at an axis in the language."""
        for name in which:
            axis = getattr(axes, f"{name}axis")
            axis.set_major_formatter(
                FuncFormatter(lambda value, _: f"{value:g}".replace("-", "−").replace(".", self._dot))
            )

    @property
    def _dot(self) -> str:
        return "," if self.language == "de" else "."


def shapley_ranking(report: LatticeReport, labels: _Labels) -> Figure:
    """Return the levers by their fair share of the return on sales, with intervals."""
    table = report.of("shapley", WITH_COST).sort_values("value", ascending=False, kind="stable")
    figure = Figure(figsize=(6.6, 1.3 + 0.24 * len(table)))
    axes = figure.subplots()
    place = np.arange(len(table))
    value = 100.0 * table["value"].to_numpy()
    reach = 100.0 * (table["high"] - table["value"]).to_numpy()
    axes.hlines(place, 0.0, value, color="#cccccc", linewidth=5)
    axes.errorbar(
        value, place, xerr=np.nan_to_num(reach), fmt="o", color="black", markersize=4, capsize=2.5, linewidth=1.1
    )
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.set_yticks(place, [labels.lever(name) for name in table["lever"]])
    axes.set_ylim(len(table) - 0.4, -0.6)
    labels.axis(axes, "x")
    _frame(figure, labels("shapley"), labels("shapley_unit", n=report.companies))
    return figure


def pair_matrix(report: LatticeReport, labels: _Labels) -> Figure:
    """Return what pairs of levers do to the return on sales beyond what each does; colours only repeat the numbers."""
    n, table = len(report.levers), report.of("pairs", WITH_COST)
    figure = Figure(figsize=(max(6.6, 2.6 + 0.42 * n), 1.9 + 0.36 * n))
    axes = figure.subplots()
    rows, columns = _places(table, report.levers)
    points = 100.0 * table["effect"].to_numpy()
    field = np.full((n, n), np.nan)
    field[rows, columns] = points
    most = max(float(np.abs(points).max(initial=0.0)), 1e-9)
    axes.imshow(field[1:, :-1], cmap=_DIVERGING, vmin=-1.25 * most, vmax=1.25 * most, aspect="auto")
    for row, column, value, clear in zip(rows, columns, points, table["clear"], strict=True):
        text = labels.number(value, 2, sign=True)
        box = {"boxstyle": "square,pad=0.25", "facecolor": "none", "edgecolor": "black"} if clear else None
        weight = "bold" if clear else "normal"
        axes.text(
            column, row - 1, text, ha="center", va="center", fontsize=6.5 if n > 8 else 8.5, weight=weight, bbox=box
        )
    names = [labels.lever(name) for name in report.levers]
    axes.set_yticks(np.arange(n - 1), names[1:])
    axes.set_xticks(np.arange(n - 1), names[:-1], rotation=40, ha="right", rotation_mode="anchor")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    _frame(figure, labels("pairs"), labels("pairs_unit", n=report.companies))
    return figure


def _frame(figure: Figure, title: str, unit: str) -> None:
    """Write title and unit across the whole figure: beside long names there is no room for them."""
    figure.suptitle(title, x=0.01, ha="left", fontsize=10, fontweight="bold")
    figure.supxlabel(unit, x=0.99, ha="right", fontsize=9)


def _places(table: pd.DataFrame, levers: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return row (the later lever) and column (the earlier one) of each pair."""
    number = {name: v for v, name in enumerate(levers)}
    found = np.array([sorted(number[name] for name in pair.split("+")) for pair in table["levers"]], dtype=np.int64)
    found = found.reshape(-1, 2)
    return found[:, 1], found[:, 0]


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
    labels.axis(axes, "y")
    axes.legend(loc="lower right", fontsize=8)
    return figure


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
        share = labels.number(100.0 * findings[ensemble.levers[v]].conclusion.share, 0)
        axes.text(1.02, row, labels("percent", share=share), transform=axes.get_yaxis_transform(), va="center")
    axes.text(1.02, -1.0, labels("ensemble_same"), transform=axes.get_yaxis_transform(), va="center", color=GREY)
    axes.set_yticks(place, [labels.lever(ensemble.levers[v]) for v in order])
    axes.set_ylim(len(order) - 0.4, -0.6)
    labels.axis(axes, "x")
    _frame(figure, labels("ensemble", n=ensemble.sets), labels("ensemble_unit"))
    return figure


FIGURES: Final[Mapping[str, Callable[[LatticeReport, _Labels], Figure]]] = {
    "shapley": shapley_ranking,
    "pairs": pair_matrix,
    "bundles": best_bundles,
}
"""The figures by file name."""


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
    drawn = {name: draw for name, draw in FIGURES.items() if name != "pairs" or len(report.levers) > 1}
    if ensemble is not None:
        drawn["ensemble"] = lambda _, labels: effect_ranges(ensemble, labels)
    return save_all(drawn, folder, report, _Labels(language, levers))


__all__ = ["FIGURES", "write_figures"]
