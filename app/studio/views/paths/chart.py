"""The chart of a measure over the weeks: the median company, and the band in which the middle 80% lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.studio.answer import Answer
from app.studio.charts.chart import Chart
from app.studio.charts.look import Look, Option, canvas, legend, look, value_axis
from app.studio.charts.numbers import quantiles
from app.studio.charts.words import change, figure, named
from experiments.trajectory import Trajectory
from sim.declarations import declared
from sim.outcomes import OUTCOMES, weekly_factor
from sim.rules import WEEKS_PER_YEAR
from sim.scenario import Scenario
from sim.texts import Texts

BAND: Final = (0.1, 0.9)
"""Quantiles over companies between which the band lies."""
_DRAWN: Final = 105
"""Most points of a line."""
_YEAR: Final = int(WEEKS_PER_YEAR)
_QUARTER: Final = _YEAR // 4
_ROWS, _APART = 3, 0.2
"""Rows of labels for the starts of levers, and the share of the run by which those of one row are apart."""
_MOST_QUARTERS: Final = 20
"""Rows of a table; a longer run is told by years."""
Floats = NDArray[np.float64]


def chart(answer: Answer, texts: Texts, dark: bool, measure: str = "cooperation_quality") -> Chart:
    """Return the weekly path of a measure, one of :data:`experiments.trajectory.PATHS`, in baseline and scenario."""
    colours = look(dark)
    told, last = marks(answer.after.weeks), answer.after.weeks - 1
    even = np.arange(last % (stride := answer.after.weeks // _DRAWN + 1), last + 1, stride)
    weeks = np.unique([*even, *told])
    spreads = [spread(trajectory, measure, weeks) for trajectory in (answer.before, answer.after)]
    labels = [texts(f"studio.charts.{key}") for key in ("baseline", "scenario")]
    cells = [[_cells(found, row, measure, texts) for row in np.searchsorted(weeks, told)] for found in spreads]
    scale = declared()[measure].scale
    what, unit = measure_name(texts, measure), named(texts, measure)[1]
    option = canvas(colours) | {
        "grid": {"left": 60, "right": 20, "top": 78, "bottom": 48},
        "legend": legend(colours, [
            {"name": labels[0], "itemStyle": {"opacity": 0}}, {"name": labels[1], "itemStyle": {"opacity": 0}},
        ]),
        "xAxis": [
            value_axis(
                colours, texts("studio.charts.paths.week"), min=int(even[0]), max=last,
                interval=_QUARTER * max(1, round(last / (8 * _QUARTER))), splitLine={"show": False},
            ),
            # ECharts stacks along an axis of names only: bands have such a one, unseen, over the same weeks.
            {"type": "category", "show": False, "boundaryGap": False, "data": even.tolist()},
        ],
        "yAxis": value_axis(colours, what, unit=unit, nameGap=44, scale=True),
        "series": [
            *_band("before", scale * spreads[0][:, np.isin(weeks, even)], colours.ghost),
            *_band("after", scale * spreads[1][:, np.isin(weeks, even)], colours.accent),
            _line("before", labels[0], weeks, scale * spreads[0][1], colours.ghost, "dashed"),
            _line("after", labels[1], weeks, scale * spreads[1][1], colours.accent, "solid")
            | {"markLine": _starts(answer, texts, colours)},
            _told(told, scale * spreads[1][1, np.searchsorted(weeks, told)], cells, texts, colours),
        ],
    }  # fmt: skip
    return Chart(
        title=texts("studio.charts.paths.title", what=what),
        says=_says(answer, texts, measure, spreads),
        option=option,
        columns=[
            texts("studio.charts.column_week"),
            *(texts(f"studio.charts.paths.column_{key}", setting=label)
              for label in labels for key in ("median", "middle")),
        ],
        rows=[
            (texts.number(week, 0), *before, *after) for week, before, after in zip(told, *cells, strict=True)
        ],
        note=texts("studio.charts.paths.note"),
        height=400,
    )  # fmt: skip


def measure_name(texts: Texts, measure: str) -> str:
    """Return what a path is called, without its unit."""
    return named(texts, measure)[0]


def spread(trajectory: Trajectory, measure: str, weeks: NDArray[np.int64]) -> Floats:
    """Return low end of the band, median and high end over companies, shape (3, weeks), in the units of outcomes."""
    found = quantiles(trajectory.paths[measure][:, weeks].T, (BAND[0], 0.5, BAND[1]))
    return found * weekly_factor(measure)


def marks(weeks: int) -> NDArray[np.int64]:
    """Return the last week of each quarter, or of each year in a long run, and the last of all."""
    step = _QUARTER if weeks <= _QUARTER * _MOST_QUARTERS else _YEAR
    return np.unique([*range(step - 1, weeks, step), weeks - 1]).astype(np.int64)


def starts(before: Scenario, after: Scenario) -> dict[float, list[str]]:
    """Return in which weeks the scenario moves levers otherwise than the baseline: ids of levers by week, in order."""
    found: dict[float, list[str]] = {}
    for name, lever in after.levers.items():
        known = before.levers[name].schedule() if name in before.levers else ()
        for step in lever.schedule():
            if step not in known and (known or step.intensity > 0.0):
                found.setdefault(step.start, []).append(name)
    return dict(sorted(found.items()))


def _band(key: str, found: Floats, colour: str) -> list[Option]:
    """Return an area between two lines: ECharts stacks its height on an unseen line."""
    common = {
        "type": "line", "xAxisIndex": 1, "stack": f"{key} band", "stackStrategy": "all", "symbol": "none",
        "silent": True, "lineStyle": {"opacity": 0}, "z": 1,
    }  # fmt: skip
    height = {"areaStyle": {"color": colour, "opacity": 0.22}}
    return [
        common | {"id": f"{key} low", "data": found[0].round(4).tolist()},
        common | {"id": f"{key} height", "data": (found[2] - found[0]).round(4).tolist()} | height,
    ]


def _line(key: str, name: str, weeks: NDArray[np.int64], values: Floats, colour: str, kind: str) -> Option:
    return {
        "id": key, "name": name, "type": "line", "data": _pairs(weeks, values), "symbol": "none", "silent": True,
        "lineStyle": {"color": colour, "width": 2.5, "type": kind}, "itemStyle": {"color": colour}, "z": 3,
    }  # fmt: skip


def _told(
    weeks: NDArray[np.int64], values: Floats, cells: list[list[tuple[str, str]]], texts: Texts, colours: Look
) -> Option:
    """Return the points that say their numbers when pointed at."""
    data = []
    for week, (x, y), before, after in zip(weeks, _pairs(weeks, values), *cells, strict=True):
        numbers = {"before": before[0], "before_band": before[1], "after": after[0], "after_band": after[1]}
        says = texts("studio.charts.paths.tip", week=texts.number(float(week), 0), **numbers)
        data.append({"value": [x, y], "name": says})
    return {
        "id": "told", "type": "scatter", "symbolSize": 8, "z": 4, "data": data,
        "itemStyle": {"color": colours.accent, "borderColor": colours.page, "borderWidth": 1},
    }  # fmt: skip


def _starts(answer: Answer, texts: Texts, colours: Look) -> Option:
    """Return upright lines where levers start: with its name if there is one, else with how many start."""
    names = {policy.id: policy.name(texts.language) for policy in answer.after.scenario.all_policies()}
    found = starts(answer.before.scenario, answer.after.scenario)
    only = [name for levers in found.values() for name in levers]
    data: list[Option] = []
    rows = [-math.inf] * _ROWS
    for week, levers in found.items():
        says = names[only[0]] if len(only) == 1 else texts("studio.charts.paths.levers", count=len(levers))
        # Labels of weeks close together stand above each other, the first where there is room; a label in the middle
        # above a line at the edge would be cut.
        row = next((row for row in range(_ROWS) if week - rows[row] > _APART * answer.after.weeks), None)
        near = "left" if week < answer.after.weeks / 2 else "right"
        label: Option = {"show": row is not None, "formatter": says, "align": near}
        if row is not None:
            rows[row] = week
            label["distance"] = 4 + 14 * row
        data.append({"xAxis": week, "label": label})
    return {
        "silent": True, "animation": False, "symbol": "none",
        "lineStyle": {"color": colours.muted, "type": "dotted", "width": 1.5},
        "label": {"color": colours.text, "position": "end"},
        "data": data,
    }  # fmt: skip


def _pairs(weeks: NDArray[np.int64], values: Floats) -> list[tuple[int, float]]:
    return list(zip(weeks.tolist(), values.round(4).tolist(), strict=True))


def _cells(found: Floats, row: int, measure: str, texts: Texts) -> tuple[str, str]:
    low, median, high = (texts.amount(measure, float(value)) for value in found[:, row])
    return median, texts.interval(low, high)


def _says(answer: Answer, texts: Texts, measure: str, spreads: Sequence[Floats]) -> str:
    """Return what changes in the end, how wide the band is then, and when the levers start."""
    if measure in OUTCOMES:
        ends = (trajectory.outcomes[measure] for trajectory in (answer.before, answer.after))
    else:
        ends = (trajectory.paths[measure][:, -_QUARTER:].mean(axis=1) for trajectory in (answer.before, answer.after))
    low, high = (figure(texts, measure, float(spreads[1][row, -1])) for row in (0, 2))
    return f"{change(texts, measure, *ends)} {texts('studio.charts.paths.says', low=low, high=high)}"


__all__ = ["BAND", "chart", "marks", "measure_name", "spread", "starts"]
