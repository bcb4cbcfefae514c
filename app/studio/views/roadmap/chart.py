"""Charts of a roadmap: bars over the weeks in which levers rise and work in full, and the outcome by quarter."""

from __future__ import annotations

from typing import Any, Final

from analysis.figures.paths import shown_by
from analysis.roadmap import QUARTER
from analysis.roadmap.words import Words, as_typed
from analysis.roadmap.words import rows as rows_of
from app.studio.charts.chart import Chart
from app.studio.charts.effects import names_in_little_room
from app.studio.charts.look import Option, canvas, faded, legend, look, name_axis, value_axis
from app.studio.charts.words import named

_ROW: Final = 30
"""Pixels per lever."""
_ROOM: Final = 130
"""Pixels for axes and legend."""
_MONEY: Final = 3
"""Decimals of costs."""


def plan_chart(words: Words, dark: bool) -> Chart:
    """Return the plan, a row per lever in the order of starts."""
    colours, found, texts = look(dark), words.found, words.say
    rows = rows_of(found.plan)
    labels = [words.lever(row["lever"]) for row in rows]
    ends = [min(float(row["start"] + row["ramp"]), float(found.horizon)) for row in rows]
    parts = {
        # An unseen bar moves the others to their start.
        "wait": [float(row["start"]) for row in rows],
        "rising": [end - row["start"] for end, row in zip(ends, rows, strict=True)],
        "full": [found.horizon - end for end in ends],
    }
    series: list[Option] = []
    for key, style in (
        ("wait", {"color": "transparent"}),
        (
            "rising",
            {"color": faded(colours.accent, colours, 0.6), "borderColor": colours.accent, "borderType": "dashed"},
        ),
        ("full", {"color": colours.accent}),
    ):
        data = [
            {"value": value, "name": texts("studio_roadmap.bar", lever=label, start=row["start"], full=row["full"] + 1)}
            for value, row, label in zip(parts[key], rows, labels, strict=True)
        ]
        name = "" if key == "wait" else texts(f"studio_roadmap.{key}")
        series.append({
            "id": key, "name": name, "type": "bar", "stack": "weeks", "data": data, "barWidth": "60%",
            "itemStyle": style, "silent": key == "wait",
        })  # fmt: skip
    return Chart(
        title=texts("studio_roadmap.title_plan"),
        says=words.gain(),
        option=canvas(colours) | {
            "grid": {"left": 8, "right": 24, "top": 40, "bottom": 44, "containLabel": True},
            "legend": legend(colours, [texts("studio_roadmap.rising"), texts("studio_roadmap.full")]),
            "xAxis": value_axis(
                colours, texts("studio_roadmap.axis_weeks"), min=0, max=found.horizon, interval=2 * QUARTER
            ),
            "yAxis": name_axis(colours, labels, axisLabel={"color": colours.text, "interval": 0}),
            "series": series,
            "media": names_in_little_room(texts("studio_roadmap.axis_weeks")),
        },
        columns=[
            texts(f"studio_roadmap.column_{key}")
            for key in ("lever", "start", "in_full", "today", "running", "dearest", "cost", "worth", "interval")
        ],
        rows=[_cells(row, words) for row in rows],
        note=texts(
            "studio_roadmap.note_plan",
            weeks=texts.number(found.horizon, 0),
            budget=as_typed(found.budget, texts),
            at_once=texts.number(found.at_once, 0),
        ),
        height=_ROW * len(rows) + _ROOM,
    )  # fmt: skip


def gain_chart(words: Words, dark: bool) -> Chart:
    """Return what the plan brings from quarter to quarter, against going on as today, and what falls due."""
    colours, found, texts = look(dark), words.found, words.say
    scale = shown_by(found.outcome)
    rows = rows_of(found.path)
    due = found.spending["due"].tolist()
    what, unit = named(texts, found.outcome)
    lines = (("today", colours.ghost, "dashed"), ("plan", colours.accent, "solid"))
    series: list[Option] = []
    for key, colour, kind in lines:
        name = texts(f"studio_roadmap.{key}")
        data = [
            {
                "value": [row["last_week"] + 1, round(scale * row[key], 4)],
                "name": texts(
                    "studio_roadmap.tip",
                    setting=name,
                    week=row["last_week"] + 1,
                    value=words.with_unit(row[key]),
                ),
            }
            for row in rows
        ]
        series.append({
            "id": key, "name": name, "type": "line", "data": data, "symbol": "circle", "symbolSize": 7,
            "lineStyle": {"color": colour, "width": 2.5, "type": kind}, "itemStyle": {"color": colour},
        })  # fmt: skip
    return Chart(
        title=texts("studio_roadmap.title_gain", goal=what),
        says=words.payback() or _ends(words),
        option=canvas(colours) | {
            "grid": {"left": 60, "right": 24, "top": 40, "bottom": 48},
            "legend": legend(colours, [texts("studio_roadmap.today"), texts("studio_roadmap.plan")]),
            "xAxis": value_axis(
                colours, texts("studio_roadmap.axis_weeks"), min=0, max=found.horizon, interval=2 * QUARTER
            ),
            "yAxis": value_axis(colours, what, unit=unit, scale=True, nameGap=44),
            "series": series,
        },
        columns=[
            texts(f"studio_roadmap.column_{key}")
            for key in ("weeks", "as_today", "with_plan", "difference", "interval", "due")
        ],
        rows=[
            (
                texts("roadmap.weeks", first=row["first_week"] + 1, last=row["last_week"] + 1),
                *(words.amount(row[key]) for key in ("today", "plan")),
                *words.difference(row["difference"], row["low"], row["high"]),
                texts.number(float(due[row["quarter"]]), _MONEY),
            )
            for row in rows
        ],
        note=texts("studio_roadmap.note_gain", fresh=texts.number(found.fresh, 0)),
    )  # fmt: skip


def _ends(words: Words) -> str:
    """Return how the outcome ends, with the plan and as today."""
    last = words.found.path.iloc[-1]
    return words.say("studio_roadmap.ends", **{key: words.with_unit(float(last[key])) for key in ("today", "plan")})


def _cells(row: dict[str, Any], words: Words) -> tuple[str, ...]:
    texts = words.say
    return (
        words.lever(row["lever"]),
        texts.number(row["start"], 0),
        texts.number(row["full"] + 1, 0),
        texts.percent(row["today"]),
        *(texts.number(row[key], _MONEY) for key in ("running", "dearest", "cost")),
        *words.difference(row["worth"], row["worth_low"], row["worth_high"]),
    )


__all__ = ["gain_chart", "plan_chart"]
