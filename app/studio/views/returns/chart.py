"""Return on sales: how it is spread over all companies, and within each coordination type (E19)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.studio.answer import Answer
from app.studio.charts.chart import Chart
from app.studio.charts.look import Look, Option, canvas, legend, look, name_axis, value_axis
from app.studio.charts.numbers import quantiles, round_ends, round_step
from app.studio.charts.words import change
from experiments.trajectory import Trajectory
from sim.evidence import professional_return_on_sales
from sim.outcomes import TYPES
from sim.texts import Texts

NAME: Final = "return_on_sales"
FEWEST: Final = 5
"""Companies that a box needs."""
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of a box: whiskers, box, and median."""
_MOST_BINS: Final = 40
Floats = NDArray[np.float64]


def chart(answer: Answer, texts: Texts, dark: bool) -> Chart:
    """Return the distribution over all companies, and a box for each type, on one axis in percent."""
    colours = look(dark)
    groups = [_groups(trajectory) for trajectory in (answer.before, answer.after)]
    edges = bins(np.concatenate([group[0] for group in groups]))
    steps = [_steps(group[0], edges) for group in groups]
    percent = texts("number.percent")
    names = [texts("studio.charts.returns.all"), *(texts(f"type.{name}") for name in TYPES)]
    labels = [texts(f"studio.charts.{key}") for key in ("baseline", "scenario")]
    ends = round_ends(float(edges[0]), float(edges[-1]))
    boxes = [[_box(group) for group in each] for each in groups]
    option = canvas(colours) | {
        "grid": [
            {"left": 56, "right": 20, "top": 52, "height": 170},
            {"left": 56, "right": 20, "top": 252, "bottom": 46},
        ],
        "legend": legend(colours, [
            {"name": labels[0], "icon": "rect", "itemStyle": {"color": colours.ghost}},
            {"name": labels[1], "icon": "rect", "itemStyle": {"color": colours.accent}},
        ]),
        "xAxis": [
            value_axis(colours, "", unit=percent, gridIndex=0, **ends),
            value_axis(colours, texts("studio.charts.returns.axis"), unit=percent, gridIndex=1, **ends),
        ],
        "yAxis": [
            value_axis(colours, texts("studio.charts.returns.share"), unit=percent, gridIndex=0, nameGap=40, min=0,
                       splitNumber=3),
            name_axis(colours, names, gridIndex=1, axisLabel={
                "color": colours.text, "inside": True, "verticalAlign": "bottom", "padding": [0, 0, 20, 0], "margin": 0,
            }, z=5),
        ],
        "series": [
            _outline("all before", labels[0], steps[0], colours.ghost, 0.18) | {"markLine": _anchor(texts, colours)},
            _outline("all after", labels[1], steps[1], colours.accent, 0.3),
            _boxes("before", boxes[0], [colours.ghost] * len(names)),
            _boxes("after", boxes[1], [colours.accent, *colours.types.values()])
            | {"markLine": _anchor(texts, colours, named=False)},
        ],
    }  # fmt: skip
    return Chart(
        title=texts("studio.charts.returns.title"),
        says=_says(answer, texts),
        option=option,
        columns=[
            texts("studio.charts.column_group"),
            *(texts(f"studio.charts.returns.column_{key}", setting=label)
              for label in labels for key in ("count", "median", "middle")),
        ],
        rows=[
            (name, *(cell for k in (0, 1) for cell in _cells(groups[k][row], boxes[k][row], texts)))
            for row, name in enumerate(names)
        ],
        note=texts("studio.charts.returns.note", anchor=texts.percent(professional_return_on_sales(), 0)),
        height=560,
    )  # fmt: skip


def bins(values: Floats) -> Floats:
    """Return edges of bins: whole multiples of a round width (percentage points), so that they stay where they are."""
    low, high = float(values.min()), float(values.max())
    width = round_step(high - low, _MOST_BINS)
    edges: Floats = np.arange(np.floor(low / width), np.floor(high / width) + 2) * width
    return edges


def _groups(trajectory: Trajectory) -> list[Floats]:
    """Return the returns in percent of all companies, and of those of each type."""
    values = 100.0 * trajectory.outcomes[NAME]
    return [values, *(values[trajectory.types == code] for code in range(len(TYPES)))]


def _steps(values: Floats, edges: Floats) -> list[list[float]]:
    """Return the outline of a histogram: left edge of each bin and share of the companies in it, in percent."""
    share = 100.0 * np.histogram(values, edges)[0] / len(values)
    rows: list[list[float]] = np.column_stack([edges, [*share, 0.0]]).round(2).tolist()
    return rows


def _outline(key: str, name: str, data: list[list[float]], colour: str, opacity: float) -> Option:
    return {
        "id": key, "name": name, "type": "line", "step": "end", "data": data, "symbol": "none", "silent": True,
        "lineStyle": {"color": colour, "width": 1.5}, "areaStyle": {"color": colour, "opacity": opacity},
    }  # fmt: skip


def _box(values: Floats) -> list[float]:
    """Return the quantiles of a box; none for too few companies."""
    return quantiles(values, QUANTILES).round(2).tolist() if len(values) >= FEWEST else []


def _boxes(key: str, boxes: list[list[float]], colours: list[str]) -> Option:
    data = [
        # Two more hexadecimal digits make the box transparent, but not its frame.
        {"value": box, "itemStyle": {"color": f"{colour}50", "borderColor": colour}}
        for box, colour in zip(boxes, colours, strict=True)
    ]
    return {
        "id": key, "type": "boxplot", "xAxisIndex": 1, "yAxisIndex": 1, "data": data, "silent": True,
        "boxWidth": [7, 14], "itemStyle": {"borderWidth": 1.5},
    }  # fmt: skip


def _anchor(texts: Texts, colours: Look, *, named: bool = True) -> Option:
    anchor = professional_return_on_sales()
    says = texts("studio.charts.returns.anchor", anchor=texts.percent(anchor, 0))
    return {
        "silent": True, "animation": False, "symbol": "none",
        "lineStyle": {"color": colours.text, "type": "dashed", "width": 1},
        "label": {"show": named, "formatter": says, "color": colours.text, "position": "end"},
        "data": [{"xAxis": round(100.0 * anchor, 2)}],
    }  # fmt: skip


def _cells(values: Floats, box: list[float], texts: Texts) -> tuple[str, str, str]:
    low, _, median, _, high = (texts.number(q, 1) for q in box or [np.nan] * len(QUANTILES))
    return texts.number(len(values), 0), median, texts.interval(low, high)


def _says(answer: Answer, texts: Texts) -> str:
    before, after = answer.before.outcomes[NAME], answer.after.outcomes[NAME]
    shares = {
        "more": texts.percent(float((after > before).mean()), 0),
        "before": texts.percent(float((before > 0.0).mean()), 0),
        "after": texts.percent(float((after > 0.0).mean()), 0),
    }
    return f"{change(texts, NAME, before, after)} {texts('studio.charts.returns.says', **shares)}"


__all__ = ["FEWEST", "NAME", "QUANTILES", "bins", "chart"]
