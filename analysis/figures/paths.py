"""How measures run over the weeks, with bands over companies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analysis.figures.labels import Labels
from analysis.figures.style import BETTER, GREY, WORSE, frame, styled, write_axis
from sim.declarations import declared
from sim.outcomes import weekly_factor

MIDDLE: Final = (0.1, 0.9)
"""Quantiles of companies between which a band lies: eight of ten are in it."""
_LINES: Final = ((GREY, "--", "\\\\\\"), (BETTER, "-", "///"), (WORSE, ":", "..."), ("black", "-.", ""))
"""Colour, line and hatch of the scenarios; they differ in grey."""


_WITHIN: Final = "figures.paths."


def shown_by(measure: str) -> float:
    """Return by what a weekly value is multiplied to be shown: returns in percent, escalations per year."""
    one = declared().get(measure)
    return weekly_factor(measure) * (1.0 if one is None else one.scale)


def bands(scenario: str, paths: Mapping[str, NDArray[np.floating]]) -> pd.DataFrame:
    """Return mean and band of weekly paths.

    Parameters
    ----------
    scenario
        Whose paths these are.
    paths
        By measure, shape (companies, weeks), in the model's units.

    Returns
    -------
    pandas.DataFrame
        ``scenario``, ``measure``, ``week``, ``mean``, ``low``, ``high``; returns in percent, escalations per year.
    """
    frames = []
    for measure, values in paths.items():
        scaled = np.asarray(values, dtype=np.float64) * shown_by(measure)
        low, high = np.quantile(scaled, MIDDLE, axis=0)
        columns = {"week": np.arange(scaled.shape[1]), "mean": scaled.mean(axis=0), "low": low, "high": high}
        frames.append(pd.DataFrame({"scenario": scenario, "measure": measure, **columns}))
    return pd.concat(frames, ignore_index=True)


def bands_of_results(paths: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Return :func:`bands` of the weekly paths of :func:`sim.simulate`.

    Parameters
    ----------
    paths
        :attr:`sim.Results.paths`.
    measures
        Which of its columns.
    """
    return pd.concat(
        [
            bands(
                str(name),
                {key: part.pivot_table(index="company", columns="week", values=key).to_numpy() for key in measures},
            )
            for name, part in paths.groupby("scenario", sort=False)
        ],
        ignore_index=True,
    )


@styled
def time_paths(found: pd.DataFrame, language: str = "en", *, names: Mapping[str, str] | None = None) -> Figure:
    """Return a panel per measure with a line and a band per scenario.

    Parameters
    ----------
    found
        What :func:`bands` gives, of one or several scenarios.
    language
        ``"en"`` or ``"de"``.
    names
        What measures are called that are not declared (:mod:`sim.declarations`).
    """
    labels = Labels(language, _WITHIN)
    measures, scenarios = (list(dict.fromkeys(found[key])) for key in ("measure", "scenario"))
    rows = -(-len(measures) // 2)
    figure = Figure(figsize=(8.2, 1.3 + 2.0 * rows))
    grid: list[Axes] = list(figure.subplots(rows, min(2, len(measures)), squeeze=False, sharex=True).ravel())
    for axes in grid[len(measures) :]:
        axes.set_axis_off()
    for axes, measure in zip(grid, measures, strict=False):
        for k, scenario in enumerate(scenarios):
            part = found[(found["measure"] == measure) & (found["scenario"] == scenario)]
            colour, line, hatch = _LINES[(k + (len(scenarios) == 1)) % len(_LINES)]
            axes.fill_between(
                part["week"], part["low"], part["high"], facecolor=colour, alpha=0.16, linewidth=0.0, hatch=hatch,
                edgecolor="white",
            )  # fmt: skip
            axes.plot(part["week"], part["mean"], line, color=colour, linewidth=1.8, label=scenario.replace("$", r"\$"))
        known = (names or {}).get(measure)
        axes.set_title(known or labels.outcome(measure), fontsize=9)
        axes.margins(x=0.0)
        write_axis(axes, labels, "x", "y")
    for axes in grid[max(0, len(measures) - 2) : len(measures)]:
        axes.set_xlabel(labels("week"))
        axes.xaxis.set_tick_params(labelbottom=True)
    if len(scenarios) > 1:
        figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower left", fontsize=8)
    frame(figure, labels("title"), labels("note"))
    return figure


__all__ = ["MIDDLE", "bands", "bands_of_results", "time_paths"]
