"""Self-image against other-image: how a department sees itself, and how the other one sees it (E12-E14)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.studio.answer import Answer
from app.studio.charts.chart import Chart
from app.studio.charts.look import Option, canvas, legend, look, name_axis, value_axis
from experiments.trajectory import Trajectory
from sim.perceptions import ITEMS, OPPOSITE, READINGS, Reading, Side
from sim.texts import Texts

SELF, OTHER = 0, 1
"""Positions in the last axis of :attr:`experiments.trajectory.Trajectory.images`."""
_LINES: Final = {SELF: "solid", OTHER: "dashed"}
"""Lines of the two images."""
Floats = NDArray[np.float64]


def chart(answer: Answer, texts: Texts, dark: bool, reading: Reading = READINGS[0], side: Side = "marketing") -> Chart:
    """Return the profiles of a department under one of the two readings that the study allows (E14)."""
    colours = look(dark)
    before, after = (profile(trajectory, reading, side) for trajectory in (answer.before, answer.after))
    items = [texts(f"item.{name}") for name in ITEMS]
    images = [texts(f"studio.charts.images.{key}") for key in ("self", "other")]
    labels = [texts(f"studio.charts.{key}") for key in ("baseline", "scenario")]
    option = canvas(colours) | {
        "grid": {"left": 158, "right": 16, "top": 52, "bottom": 46},
        "legend": legend(colours, [*images, labels[0]], itemGap=12),
        "xAxis": value_axis(colours, texts("studio.charts.images.axis"), min=0, max=100, interval=25),
        "yAxis": name_axis(colours, items),
        "series": [
            # Both ghosts have one name, so that the legend explains them once.
            *(_line(labels[0], before, view, colours.ghost, 1.5, colours.page) for view in (SELF, OTHER)),
            *(_line(images[view], after, view, colours.sides[side], 2.5, colours.page) for view in (SELF, OTHER)),
        ],
    }  # fmt: skip
    return Chart(
        title=texts(f"studio.charts.images.title_{side}"),
        says=_says(side, gap(before), gap(after), texts),
        option=option,
        columns=[
            texts("studio.charts.column_item"),
            *(texts("studio.charts.images.column", image=image, setting=label) for label in labels for image in images),
        ],
        rows=[
            (item, *(texts.number(float(value), 0) for found in (before, after) for value in found[row]))
            for row, item in enumerate(items)
        ],
        height=400,
    )  # fmt: skip


def profile(trajectory: Trajectory, reading: Reading, side: Side) -> Floats:
    """Return self-image and other-image of a department, 0 to 100, means over companies, shape (items, 2)."""
    found: Floats = 100.0 * trajectory.images[reading, side].mean(axis=0)
    return found


def gap(images: Floats) -> float:
    """Return how far the self-image lies above the other-image, in points, on average over the items (E14)."""
    return float((images[:, SELF] - images[:, OTHER]).mean())


def _line(name: str, found: Floats, view: int, colour: str, width: float, page: str) -> Option:
    return {
        "id": f"{name} {view}", "name": name, "type": "line", "symbol": "circle", "symbolSize": 7, "silent": True,
        "data": [[value, row] for row, value in enumerate(found[:, view].round(1).tolist())],
        "lineStyle": {"color": colour, "width": width, "type": _LINES[view]},
        # How others see one is hollow.
        "itemStyle": {"color": colour if view == SELF else page, "borderColor": colour, "borderWidth": 1.5},
    }  # fmt: skip


def _says(side: Side, before: float, after: float, texts: Texts) -> str:
    names = {"department": texts(f"department.{side}"), "other": texts(f"department.{OPPOSITE[side]}")}
    numbers = {"after": texts.number(abs(after), 0), "before": texts.number(before, 0, sign=True)}
    return texts(f"studio.charts.images.{'above' if after >= 0.0 else 'below'}", **names, **numbers)


__all__ = ["OTHER", "SELF", "chart", "gap", "profile"]
