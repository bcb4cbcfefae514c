"""What each lever brings, with intervals, and what pairs of them bring beyond their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.figures.labels import Labels
from analysis.figures.style import DIVERGING, GREY, frame, styled, write_axis


@styled
def lever_ranking(
    ranking: pd.DataFrame, names: Mapping[str, str], language: str = "en", *, title: str = "", unit: str = ""
) -> Figure:
    """Return levers by what they bring, the best first, with intervals.

    Parameters
    ----------
    ranking
        A row per lever: ``lever``, ``value``, and the interval ``low`` to ``high``, NaN where there is none.
    names
        What the levers are called, by id.
    language
        ``"en"`` or ``"de"``.
    title, unit
        What stands above and below.
    """
    labels, table = Labels(language), ranking.sort_values("value", ascending=False, kind="stable")
    figure = Figure(figsize=(6.6, 1.3 + 0.24 * len(table)))
    axes = figure.subplots()
    place, value = np.arange(len(table)), table["value"].to_numpy()
    reach = np.nan_to_num(np.stack([value - table["low"].to_numpy(), table["high"].to_numpy() - value]))
    # Where an interval ends at the value itself, rounding may put it on the wrong side.
    reach = np.where(np.abs(reach) < 1e-9, 0.0, reach)
    axes.hlines(place, 0.0, value, color="#cccccc", linewidth=5)
    axes.errorbar(value, place, xerr=reach, fmt="o", color="black", markersize=4, capsize=2.5, linewidth=1.1)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.set_yticks(place, [names.get(name, name) for name in table["lever"]])
    axes.set_ylim(len(table) - 0.4, -0.6)
    write_axis(axes, labels, "x")
    frame(figure, title, unit, 9)
    return figure


@styled
def interaction_matrix(
    pairs: pd.DataFrame,
    levers: Sequence[str],
    names: Mapping[str, str],
    language: str = "en",
    *,
    title: str = "",
    unit: str = "",
) -> Figure:
    """Return what pairs of levers bring beyond what each does; colours only repeat the numbers.

    Parameters
    ----------
    pairs
        A row per pair: ``levers`` (two ids joined by ``+``), ``effect``, and whether it is ``clear``.
    levers
        The ids in their order.
    names
        What the levers are called, by id.
    language
        ``"en"`` or ``"de"``.
    title, unit
        What stands above and below.
    """
    labels, n = Labels(language), len(levers)
    figure = Figure(figsize=(max(6.6, 2.6 + 0.42 * n), 1.9 + 0.36 * n))
    axes = figure.subplots()
    rows, columns = _places(pairs, levers)
    points = pairs["effect"].to_numpy()
    field = np.full((n, n), np.nan)
    field[rows, columns] = points
    most = max(float(np.abs(points).max(initial=0.0)), 1e-9)
    # Not imshow: cells stay shapes in SVG and PDF.
    edges = np.arange(n) - 0.5
    axes.pcolormesh(edges, edges, field[1:, :-1], cmap=DIVERGING, vmin=-1.25 * most, vmax=1.25 * most)
    axes.invert_yaxis()
    for row, column, value, clear in zip(rows, columns, points, pairs["clear"], strict=True):
        box = {"boxstyle": "square,pad=0.25", "facecolor": "none", "edgecolor": "black"} if clear else None
        axes.text(
            column, row - 1, labels.number(value, 2, sign=True), ha="center", va="center",
            fontsize=6.5 if n > 8 else 8.5, weight="bold" if clear else "normal", bbox=box,
        )  # fmt: skip
    shown = [names.get(name, name) for name in levers]
    axes.set_yticks(np.arange(n - 1), shown[1:])
    axes.set_xticks(np.arange(n - 1), shown[:-1], rotation=40, ha="right", rotation_mode="anchor")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    frame(figure, title, unit, 9)
    return figure


def _places(table: pd.DataFrame, levers: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return row (the later lever) and column (the earlier one) of each pair."""
    number = {name: v for v, name in enumerate(levers)}
    found = np.array([sorted(number[name] for name in pair.split("+")) for pair in table["levers"]], dtype=np.int64)
    found = found.reshape(-1, 2)
    return found[:, 1], found[:, 0]


__all__ = ["interaction_matrix", "lever_ranking"]
