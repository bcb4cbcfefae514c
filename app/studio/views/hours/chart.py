"""The chart of hours by purpose, in marketing and in sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.studio.answer import Answer
from app.studio.charts.chart import Chart
from app.studio.charts.look import PURPOSE_COLOURS, Look, Option, canvas, faded, legend, look, name_axis, value_axis
from app.studio.charts.words import direction, told
from experiments.trajectory import Trajectory
from sim.outcomes import PURPOSES
from sim.perceptions import OPPOSITE
from sim.rules import WEEK_HOURS
from sim.texts import Texts

Means = Mapping[tuple[str, str], float]
_LEAST: Final = 0.005
"""Hours below which a purpose is not shown."""
_NARROW: Final = 560
"""Width in pixels below which the legend is higher."""
_WRITTEN: Final = (1.6, 6.0)
"""Hours from which a bar has room for its number, on a desk and everywhere."""
_DARK_INK: Final = frozenset({"core", "reading", "reports", "training", "rotation"})
"""Purposes whose colour needs dark letters on it."""


def chart(answer: Answer, texts: Texts, dark: bool) -> Chart:
    """Return a bar of 40 hours for each department, in baseline and scenario."""
    colours = look(dark)
    labels = [texts(f"studio.charts.{key}") for key in ("baseline", "scenario")]
    means = [_means(trajectory) for trajectory in (answer.before, answer.after)]
    bars = [(side, found) for side in OPPOSITE for found in means]
    names = [
        f"{{side|{texts(f'department.{side}')}}}\n{label}" for side in OPPOSITE for label in labels
    ]  # fmt: skip
    shown = [purpose for purpose in PURPOSES if any(found[side, purpose] >= _LEAST for side, found in bars)]
    base = canvas(colours) | {
        "grid": {"left": 104, "right": 20, "top": 8, "bottom": 108},
        "legend": legend(
            colours, [texts(f"purpose.{purpose}") for purpose in shown], top="auto", bottom=0, itemGap=10,
        ),
        "xAxis": value_axis(colours, texts("studio.charts.hours.axis"), min=0, max=WEEK_HOURS, interval=10),
        "yAxis": name_axis(colours, names, axisLabel={
            "color": colours.muted, "lineHeight": 16,
            "rich": {"side": {"color": colours.text, "fontWeight": "bold", "lineHeight": 16}},
        }),
        "series": [_bars(purpose, bars, texts, colours) for purpose in shown],
    }  # fmt: skip
    return Chart(
        title=texts("studio.charts.hours.title"),
        says=" ".join(_says(answer, side, means, texts) for side in OPPOSITE),
        option={
            "baseOption": base,
            # On a phone the legend needs more rows, and only the widest bars have room for a number.
            "media": [
                {"query": {"maxWidth": _NARROW}, "option": _layout(shown, 196, numbers=False)},
                {"option": _layout(shown, 108, numbers=True)},
            ],
        },
        columns=[
            texts("studio.charts.column_purpose"),
            *(texts("studio.charts.hours.column", department=texts(f"department.{side}"), setting=label)
              for side in OPPOSITE for label in labels),
        ],
        rows=[
            *(
                (texts(f"purpose.{purpose}"), *(texts.number(found[side, purpose], 1) for side, found in bars))
                for purpose in shown
            ),
            (
                texts("studio.charts.hours.sum"),
                *(texts.number(sum(found[side, purpose] for purpose in PURPOSES), 1) for side, found in bars),
            ),
        ],
        note=texts("studio.charts.hours.note"),
        height=460,
    )  # fmt: skip


def _means(trajectory: Trajectory) -> Means:
    return {key: float(values.mean()) for key, values in trajectory.hours.items()}


def _bars(purpose: str, bars: Sequence[tuple[str, Means]], texts: Texts, colours: Look) -> Option:
    data = []
    for place, (side, found) in enumerate(bars):
        hours = round(found[side, purpose], 2)
        tip = texts("studio.charts.hours.tip", purpose=texts(f"purpose.{purpose}"), hours=texts.number(hours, 1))
        label: Option = {"formatter": texts.number(hours, 1)}
        if not _WRITTEN[0] <= hours < _WRITTEN[1]:
            label["show"] = hours >= _WRITTEN[1]
        data.append({"value": [hours, place], "name": tip, "label": label})
        # The baseline stays in the background.
        if place % 2 == 0:
            label["color"] = colours.text
            data[-1]["itemStyle"] = {"color": faded(PURPOSE_COLOURS[purpose], colours)}
    return {
        "id": purpose, "name": texts(f"purpose.{purpose}"), "type": "bar", "stack": "hours", "data": data,
        "barWidth": "62%",
        "itemStyle": {"color": PURPOSE_COLOURS[purpose], "borderColor": colours.page, "borderWidth": 1},
        "label": {"color": "#212121" if purpose in _DARK_INK else "#FFFFFF", "fontSize": 11},
        "emphasis": {"disabled": True},
    }  # fmt: skip


def _layout(purposes: Sequence[str], bottom: int, *, numbers: bool) -> Option:
    return {"grid": {"bottom": bottom}, "series": [{"id": purpose, "label": {"show": numbers}} for purpose in purposes]}


def _says(answer: Answer, side: str, means: Sequence[Means], texts: Texts) -> str:
    """Return how core work changes, and which other purpose changes most."""
    before, after = (trajectory.hours for trajectory in (answer.before, answer.after))
    shown = [f"{texts.number(each[side, 'core'], 1)} h" for each in means]
    what = texts("studio.charts.hours.core", department=texts(f"department.{side}"))
    verdict = direction(before[side, "core"], after[side, "core"])
    said = told(texts, verdict, what, *shown)
    moved = {purpose: means[1][side, purpose] - means[0][side, purpose] for purpose in PURPOSES if purpose != "core"}
    most = max(moved, key=lambda purpose: abs(moved[purpose]))
    hours = texts.number(moved[most], 1, sign=True)
    if direction(before[side, most], after[side, most]) == "same" or hours == texts.number(0.0, 1, sign=True):
        return said
    return f"{said} {texts('studio.charts.hours.most', purpose=texts(f'purpose.{most}'), hours=hours)}"


__all__ = ["chart"]
