"""The map of quality and efficiency: where companies stand, and the way their mean took there (E16, E17)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.studio.answer import Answer
from app.studio.charts.chart import Chart
from app.studio.charts.look import TYPE_GLYPHS, TYPE_SYMBOLS, Look, Option, canvas, legend, look, points, value_axis
from app.studio.charts.numbers import round_ends
from app.studio.charts.words import change
from experiments.trajectory import Trajectory
from sim.outcomes import TYPES
from sim.parameters import Measurement, measurement
from sim.texts import Texts

QUALITY: Final = "cooperation_quality"
EFFICIENCY: Final = "coordination_efficiency"
SHOWN: Final = 200
"""Companies in each cloud: those of a first answer. More would hide each other, and take longer to send."""
_NARROW: Final = 480
"""Width in pixels below which the names of types are shortened."""
_STEP: Final = 4
"""Weeks between two points of a trail."""
_ROOM: Final = 0.28
"""Least share of an axis on either side of a cut-off, or the name of a quadrant has no room."""


def chart(answer: Answer, texts: Texts, dark: bool) -> Chart:
    """Return the map with the clouds and mean trails of baseline and scenario."""
    colours, m = look(dark), measurement(answer.after.scenario.outcome)
    before, after = _shares(answer.before), _shares(answer.after)
    trails = [trail(trajectory, int(m.window_weeks)) for trajectory in (answer.before, answer.after)]
    clouds = [_cloud(trajectory) for trajectory in (answer.before, answer.after)]
    every = np.concatenate([*(cloud[:, :2] for cloud in clouds), *trails])
    across, upward = _limits(every[:, 0], m.efficiency_cut), _limits(every[:, 1], m.quality_cut)
    areas = {key: _quadrants(texts, colours, m, across, upward, before, after, key) for key in ("type", "type_short")}
    names = {key: texts(f"studio.charts.{key}") for key in ("baseline", "scenario", "start")}
    base = canvas(colours) | {
        "grid": {"left": 56, "right": 20, "top": 34, "bottom": 48},
        "legend": legend(colours, [
            {"name": names["baseline"], "icon": "circle", "itemStyle": {"color": colours.ghost}},
            {"name": names["scenario"], "icon": "circle", "itemStyle": {"color": colours.text}},
        ]),
        "xAxis": value_axis(colours, texts.outcome(EFFICIENCY), splitLine={"show": False}, **across),
        "yAxis": value_axis(colours, texts.outcome(QUALITY), splitLine={"show": False}, nameGap=38, **upward),
        "visualMap": {
            "show": False, "type": "piecewise", "dimension": 2, "seriesIndex": 1,
            "pieces": [
                {"value": code, "color": colours.types[name], "symbol": TYPE_SYMBOLS[name]}
                for code, name in enumerate(TYPES)
            ],
        },
        "series": [
            {
                "id": "before", "name": names["baseline"], "type": "scatter", "data": points(clouds[0][:, :2]),
                "symbol": "circle", "symbolSize": 5, "silent": True,
                "itemStyle": {"color": colours.ghost, "opacity": 0.35},
                "markLine": _cuts(colours, m),
            },
            {
                "id": "after", "name": names["scenario"], "type": "scatter", "data": points(clouds[1]),
                "symbolSize": 7, "silent": True, "itemStyle": {"opacity": 0.75},
            },
            _way("way before", trails[0], colours.ghost, "dashed"),
            _way("way after", trails[1], colours.text, "solid"),
            _ends(trails, names, colours),
        ],
    }  # fmt: skip
    return Chart(
        title=texts("studio.charts.type_map.title"),
        says=_says(answer, texts, before, after),
        option={
            "baseOption": base,
            "media": [
                {"query": {"maxWidth": _NARROW}, "option": _named(areas["type_short"])},
                {"option": _named(areas["type"])},
            ],
        },
        columns=[texts(f"studio.charts.column_{key}") for key in ("type", "before", "after", "difference")],
        rows=[
            (
                texts(f"type.{name}"),
                texts.percent(before[code]),
                texts.percent(after[code]),
                texts.number(100.0 * (after[code] - before[code]), 1, sign=True),
            )
            for code, name in enumerate(TYPES)
        ],
        note=texts("studio.charts.type_map.note", shown=texts.number(min(SHOWN, len(answer)), 0)),
        height=440,
    )


def trail(trajectory: Trajectory, window: int) -> NDArray[np.float64]:
    """Return the way of the mean company, shape (points, 2): efficiency and quality, from week 0 to the outcomes.

    Weeks are averaged over those before, as outcomes are over the last quarter (``window``). Efficiency is averaged as
    it is week by week, which in the last quarter is within a hundredth of the outcome; the way ends at the outcome.
    """
    ways = []
    for name in (EFFICIENCY, QUALITY):
        mean = trajectory.paths[name].mean(axis=0, dtype=np.float64)
        total = np.concatenate([[0.0], np.cumsum(mean)])
        last = np.arange(0, len(mean), _STEP) + 1
        first = np.maximum(0, last - window)
        smooth = (total[last] - total[first]) / (last - first)
        ways.append(np.append(smooth, trajectory.outcomes[name].mean()))
    return np.column_stack(ways)


def _shares(trajectory: Trajectory) -> NDArray[np.float64]:
    return np.bincount(trajectory.types, minlength=len(TYPES)) / len(trajectory)


def _cloud(trajectory: Trajectory) -> NDArray[np.float64]:
    """Return efficiency, quality and type code of the first companies, shape (companies, 3)."""
    columns: list[NDArray[Any]] = [
        trajectory.outcomes[EFFICIENCY],
        trajectory.outcomes[QUALITY].round(3),
        trajectory.types,
    ]
    return np.column_stack([column[:SHOWN] for column in columns]).astype(np.float64)


def _limits(values: NDArray[np.float64], cut: float) -> Option:
    """Return the ends of an axis, with room on both sides of the cut-off."""
    low, high = min(cut, float(values.min())), max(cut, float(values.max()))
    room = _ROOM / (1.0 - _ROOM)
    low, high = min(low, cut - room * (high - cut)), max(high, cut + room * (cut - low))
    return round_ends(max(0.0, low), high)


def _cuts(colours: Look, m: Measurement) -> Option:
    return {
        "silent": True,
        "animation": False,
        "precision": 4,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": colours.muted, "type": "solid", "width": 1},
        "data": [{"xAxis": round(m.efficiency_cut, 4)}, {"yAxis": round(m.quality_cut, 4)}],
    }


def _quadrants(
    texts: Texts,
    colours: Look,
    m: Measurement,
    across: Option,
    upward: Option,
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    names: str,
) -> Option:
    """Return the four quadrants with their names and shares; they lie in the corners, where clouds are thin."""
    x, y = round(m.efficiency_cut, 4), round(m.quality_cut, 4)
    areas = []
    for code, name in enumerate(TYPES):
        poor_quality, poor_efficiency = divmod(code, 2)
        shares = {"before": texts.percent(before[code], 0), "after": texts.percent(after[code], 0)}
        says = texts("studio.charts.type_map.quadrant", **shares)
        label = {
            "position": f"inside{'Bottom' if poor_quality else 'Top'}{'Left' if poor_efficiency else 'Right'}",
            "align": "left" if poor_efficiency else "right",
            "formatter": f"{{{name}|{TYPE_GLYPHS[name]}}} {{name|{texts(f'{names}.{name}')}}}\n{{share|{says}}}",
        }
        ends = (
            (across["min"], x) if poor_efficiency else (x, across["max"]),
            (upward["min"], y) if poor_quality else (y, upward["max"]),
        )
        corner: Option = {
            "coord": [ends[0][0], ends[1][0]],
            "label": label,
            "itemStyle": {"color": colours.types[name], "opacity": 0.07},
        }
        areas.append([corner, {"coord": [ends[0][1], ends[1][1]]}])
    inks: Option = {name: {"color": colour, "fontSize": 14} for name, colour in colours.types.items()}
    inks["name"] = {"color": colours.text, "fontWeight": "bold", "fontSize": 12}
    inks["share"] = {"color": colours.muted, "fontSize": 12}
    return {"silent": True, "animation": False, "label": {"lineHeight": 16, "rich": inks}, "data": areas}


def _named(areas: Option) -> Option:
    """Return the quadrants as a change of the chart."""
    return {"series": [{"id": "before", "markArea": areas}]}


def _way(key: str, way: NDArray[np.float64], colour: str, kind: str) -> Option:
    return {
        "id": key, "type": "line", "data": points(way), "symbol": "none", "silent": True, "z": 4,
        "smooth": 0.2, "lineStyle": {"color": colour, "width": 2.5, "type": kind},
    }  # fmt: skip


def _ends(trails: list[NDArray[np.float64]], names: dict[str, str], colours: Look) -> Option:
    """Return where the ways begin and end, named when pointed at."""
    start = {
        "value": points(trails[1][:1])[0],
        "name": names["start"],
        "symbol": "circle",
        "symbolSize": 9,
        "itemStyle": {"color": colours.page, "borderColor": colours.text, "borderWidth": 2},
    }
    ends = [
        {"value": points(way[-1:])[0], "name": names[key], "symbol": "diamond", "symbolSize": 15,
         "itemStyle": {"color": colour, "borderColor": colours.page, "borderWidth": 1.5}}
        for way, key, colour in zip(trails, ("baseline", "scenario"), (colours.ghost, colours.text), strict=True)
    ]  # fmt: skip
    return {"id": "ends", "type": "scatter", "z": 5, "data": [start, *ends]}


def _says(answer: Answer, texts: Texts, before: NDArray[np.float64], after: NDArray[np.float64]) -> str:
    most = int(after.argmax())
    shares = {"before": texts.percent(before[most]), "after": texts.percent(after[most])}
    kind, companies = texts(f"type.{TYPES[most]}"), texts.counted("virtual_companies", len(answer))
    parts = [texts("studio.charts.type_map.most", companies=companies, type=kind, **shares)]
    if most:
        shares = {"before": texts.percent(before[0]), "after": texts.percent(after[0])}
        parts.append(texts("studio.charts.type_map.professional", type=texts(f"type.{TYPES[0]}"), **shares))
    parts += [change(texts, name, answer.before.outcomes[name], answer.after.outcomes[name])
              for name in (QUALITY, EFFICIENCY)]  # fmt: skip
    return " ".join(parts)


__all__ = ["EFFICIENCY", "QUALITY", "SHOWN", "chart", "trail"]
