"""Figures from the trajectories of one scenario or several, each with the same in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis import figures as plots
from analysis.figures.companies import MOST_DRAWN
from analysis.figures.images import item_name
from analysis.figures.labels import Labels
from analysis.page.page import Exhibit, Table
from analysis.scenario.findings import trajectory_hours
from experiments.trajectory import Trajectory
from sim.declarations import declared
from sim.organisation import DEPARTMENTS
from sim.outcomes import PURPOSES, TYPES
from sim.parameters import Measurement, measurement
from sim.perceptions import ITEMS, Reading

READING: Final[Reading] = "overrating"
"""The reading of self-image and other-image that is shown (E14)."""
SHOWN_PATHS: Final = (
    "cooperation_quality",
    "coordination_efficiency",
    "return_on_sales",
    "friction",
    "understanding",
    "trust",
)
_STEPS: Final = 5
"""Weeks that the table of trajectories has values for."""


def exhibits(
    trajectories: Mapping[str, Trajectory], say: Labels, heads: Mapping[str, str] | None = None
) -> list[Exhibit]:
    """Return the figures of one or several trajectories.

    Parameters
    ----------
    trajectories
        By their names in figures.
    say
        The language.
    heads
        Short names for the heads of tables, by their names in figures; None for a single trajectory.
    """
    frame = pd.concat([trajectory.frame(name) for name, trajectory in trajectories.items()], ignore_index=True)
    short = heads or {}
    return [
        type_map(
            frame,
            say,
            {name: measurement(trajectory.scenario.outcome) for name, trajectory in trajectories.items()},
            heads=short,
        ),
        returns_by_type(frame, say, heads=short),
        _paths(trajectories, say, short),
        _hours(trajectories, say, short),
        _images(trajectories, say),
    ]


def type_map(
    frame: pd.DataFrame,
    say: Labels,
    cuts: Measurement | Mapping[str, Measurement] | None = None,
    *,
    heads: Mapping[str, str] = MappingProxyType({}),
) -> Exhibit:
    """Return the map of companies by quality and efficiency, with the shares of the four types.

    Parameters
    ----------
    frame
        As for :func:`analysis.figures.type_map`.
    say
        The language.
    cuts
        As for :func:`analysis.figures.type_map`.
    heads
        As for :func:`exhibits`.
    """
    rows = []
    for kind in TYPES:
        shares = [float((part["type"] == kind).mean()) for _, part in _parts(frame)]
        rows.append((say.type(kind), *(say.percent(share, 1) for share in shares)))
    head = (say("outcome.type"), *(heads.get(name) or say("outcome.share") for name, _ in _parts(frame)))
    title, draw = say("shown.map"), partial(plots.type_map, frame, say.language, cuts=cuts)
    return Exhibit("type_map", title, _map_says(frame, say, cuts), draw, Table(title, head, rows))


def _map_says(frame: pd.DataFrame, say: Labels, cuts: Measurement | Mapping[str, Measurement] | None) -> str:
    """Return the sentences on a map's lines and marks."""
    own = list(cuts.values()) if isinstance(cuts, Mapping) else [cuts or measurement()]
    lines = {(m.quality_cut, m.efficiency_cut) for m in own}
    if len(lines) > 1:
        says = say("shown.map_each")
    else:
        found = dict(zip(("cooperation_quality", "coordination_efficiency"), *lines, strict=True))
        there = [say.outcome(name) for name, cut in found.items() if np.isfinite(cut)]
        says = say(("shown.map_open", "shown.map_one", "shown.map_says")[len(there)], name=there[0] if there else "")
    # Panels show the same companies.
    _, part = _parts(frame)[0]
    if len(part) > MOST_DRAWN:
        says += " " + say("shown.map_some", n=say.number(len(part), 0), drawn=say.number(MOST_DRAWN, 0))
    return says


def returns_by_type(frame: pd.DataFrame, say: Labels, *, heads: Mapping[str, str] = MappingProxyType({})) -> Exhibit:
    """Return the distribution of returns within each type; for the parameters see :func:`type_map`."""
    parts = _parts(frame)
    rows, several = [], len(parts) > 1
    for name, part in parts:
        for kind in TYPES:
            mine = part.loc[part["type"] == kind, "return_on_sales"].to_numpy()
            if len(mine):
                rows.append((*([heads[name]] if several else []), say.type(kind), *_spread(mine, say)))
    columns = ("companies", "median", "middle_half", "middle_90")
    head = (*([say("shown.scenario")] if several else []), say("outcome.type"), *(say(f"shown.{c}") for c in columns))
    title, draw = say("shown.returns"), partial(plots.returns_by_type, frame, say.language)
    return Exhibit("returns_by_type", title, say("shown.returns_says"), draw, Table(title, head, rows))


def _spread(values: np.ndarray, say: Labels) -> tuple[str, ...]:
    quantiles = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
    p05, p25, median, p75, p95 = (say.amount("return_on_sales", value) for value in quantiles)
    return say.number(len(values), 0), median, say.interval(p25, p75), say.interval(p05, p95)


def _paths(trajectories: Mapping[str, Trajectory], say: Labels, heads: Mapping[str, str]) -> Exhibit:
    found = pd.concat(
        [
            plots.bands(name, {measure: trajectory.paths[measure] for measure in SHOWN_PATHS})
            for name, trajectory in trajectories.items()
        ],
        ignore_index=True,
    )
    weeks = sorted({round(week) for week in np.linspace(0, next(iter(trajectories.values())).weeks - 1, _STEPS)})
    rows = []
    for measure in SHOWN_PATHS:
        for name in trajectories:
            part = found[(found["measure"] == measure) & (found["scenario"] == name) & found["week"].isin(weeks)]
            label = f"{say.outcome(measure)} · {heads[name]}" if len(trajectories) > 1 else say.outcome(measure)
            digits = declared()[measure].digits
            rows.append((label, *(say.number(value, digits) for value in part["mean"])))
    head = (say("outcome.column"), *(f"{say('shown.week')} {week}" for week in weeks))
    title, draw = say("shown.paths"), partial(plots.time_paths, found, say.language)
    return Exhibit("time_paths", title, say("shown.paths_says"), draw, Table(title, head, rows))


def _hours(trajectories: Mapping[str, Trajectory], say: Labels, heads: Mapping[str, str]) -> Exhibit:
    hours = {name: trajectory_hours(trajectory) for name, trajectory in trajectories.items()}
    draw = partial(plots.hours_by_purpose, pd.concat(hours, names=["scenario"]), say.language)
    title = say("shown.hours")
    return Exhibit("hours_by_purpose", title, say("shown.hours_says"), draw, hours_table(title, hours, say, heads))


def hours_table(
    title: str, hours: Mapping[str, pd.DataFrame], say: Labels, heads: Mapping[str, str] = MappingProxyType({})
) -> Table:
    """Return hours per person and week by purpose.

    Parameters
    ----------
    title
        The table's title.
    hours
        By scenario: index purpose, a column per department.
    say
        The language.
    heads
        As for :func:`exhibits`.
    """
    columns = [(side, name) for side in DEPARTMENTS for name in hours]
    rows = [
        (say(f"purpose.{purpose}"), *(say.number(hours[name][side][purpose], 2) for side, name in columns))
        for purpose in PURPOSES
    ]
    names = {side: say(f"department.{side}") for side in DEPARTMENTS}
    head = [f"{names[side]} · {heads[name]}" if len(hours) > 1 else names[side] for side, name in columns]
    return Table(title, (say("shown.purpose"), *head), rows)


def ratings_frame(trajectory: Trajectory) -> pd.DataFrame:
    """Return the departments' ratings of themselves and each other, 0 to 100, means over companies."""
    columns: dict[str, Any] = {"item": list(ITEMS)}
    for side in DEPARTMENTS:
        own, other = 100.0 * trajectory.images[READING, side].mean(axis=0).T
        columns |= {f"{side}_self": own, f"{side}_other": other}
    return pd.DataFrame(columns)


def _images(trajectories: Mapping[str, Trajectory], say: Labels) -> Exhibit:
    *_, (name, trajectory) = trajectories.items()
    says = say("shown.images_says")
    if len(trajectories) > 1:
        says += " " + say("shown.images_after", name=name)
    return images(ratings_frame(trajectory), say, says)


def images(ratings: pd.DataFrame, say: Labels, says: str) -> Exhibit:
    """Return self-image and other-image of the departments, from a table of ratings as :func:`ratings_frame` gives."""
    sides = [(f"{side}_{who}", f"shown.department_{who}", side) for side in DEPARTMENTS for who in ("self", "other")]
    head = (say("shown.item"), *(say(key, department=say(f"department.{side}")) for _, key, side in sides))
    rows = [
        (item_name(str(row["item"]), say.language), *(say.number(float(row[column]), 0) for column, _, _ in sides))
        for row in ratings.to_dict("records")
    ]
    title, draw = say("shown.images"), partial(plots.self_and_other_image, ratings, say.language)
    return Exhibit("self_and_other_image", title, says, draw, Table(title, head, rows))


def _parts(frame: pd.DataFrame) -> Sequence[tuple[str, pd.DataFrame]]:
    if "scenario" not in frame:
        return [("", frame)]
    return [(str(name), part) for name, part in frame.groupby("scenario", sort=False)]


__all__ = ["exhibits", "hours_table", "images", "ratings_frame", "returns_by_type", "type_map"]
