"""A roadmap as bars over the weeks: which lever starts when, and from when on it works in full; and what it brings."""

from __future__ import annotations

from typing import Any, Final

from analysis.roadmap import NEVER, QUARTER, Roadmap
from app.studio.charts.chart import Chart
from app.studio.charts.effects import names_in_little_room
from app.studio.charts.look import Option, canvas, faded, legend, look, name_axis, value_axis
from app.terminal.roadmap_view import RETURNS, amount
from sim.texts import Texts

_ROW: Final = 30
"""Pixels per lever."""
_ROOM: Final = 130
"""Pixels for axes and legend."""
_MONEY: Final = 3
"""Decimals of costs."""


def plan_chart(found: Roadmap, texts: Texts, dark: bool) -> Chart:
    """Return the plan, a row per lever in the order of starts."""
    colours, problem = look(dark), found.problem
    names = {policy.id: policy.name(texts.language) for policy in problem.policies}
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()} for row in found.plan.to_dict("records")
    ]
    labels = [names[row["lever"]] for row in rows]
    ends = [min(float(row["start"] + row["ramp"]), float(problem.horizon)) for row in rows]
    parts = {
        # An unseen bar moves the others to their start.
        "wait": [float(row["start"]) for row in rows],
        "rising": [end - row["start"] for end, row in zip(ends, rows, strict=True)],
        "full": [problem.horizon - end for end in ends],
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
            {"value": value, "name": _says(row, label, texts)}
            for value, row, label in zip(parts[key], rows, labels, strict=True)
        ]
        name = "" if key == "wait" else texts(f"studio_roadmap.{key}")
        series.append({
            "id": key, "name": name, "type": "bar", "stack": "weeks", "data": data, "barWidth": "60%",
            "itemStyle": style, "silent": key == "wait",
        })  # fmt: skip
    return Chart(
        title=texts("studio_roadmap.title_plan"),
        says=answer(found, texts),
        option=canvas(colours) | {
            "grid": {"left": 8, "right": 24, "top": 40, "bottom": 44, "containLabel": True},
            "legend": legend(colours, [texts("studio_roadmap.rising"), texts("studio_roadmap.full")]),
            "xAxis": value_axis(
                colours, texts("studio_roadmap.axis_weeks"), min=0, max=problem.horizon, interval=2 * QUARTER
            ),
            "yAxis": name_axis(colours, labels, axisLabel={"color": colours.text, "interval": 0}),
            "series": series,
            "media": names_in_little_room(texts("studio_roadmap.axis_weeks")),
        },
        columns=[
            texts(f"studio_roadmap.column_{key}")
            for key in ("lever", "start", "in_full", "today", "running", "dearest", "cost", "worth", "interval")
        ],
        rows=[_cells(row, names[row["lever"]], found, texts) for row in rows],
        note=texts(
            "studio_roadmap.note_plan",
            weeks=texts.number(problem.horizon, 0),
            budget=texts.number(problem.limits.budget, 2),
            at_once=texts.number(problem.limits.at_once, 0),
        ),
        height=_ROW * len(rows) + _ROOM,
    )  # fmt: skip


def gain_chart(found: Roadmap, texts: Texts, dark: bool) -> Chart:
    """Return what the plan brings from quarter to quarter, against going on as today, and what falls due."""
    colours, goal = look(dark), found.problem.outcome
    scale = 100.0 if goal in RETURNS else 1.0
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()} for row in found.path.to_dict("records")
    ]
    due = found.spending["due"].tolist()
    what = texts(f"roadmap.goal.{goal}")
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
                    value=_with_unit(goal, row[key], texts),
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
        says=_payback(found, texts),
        option=canvas(colours) | {
            "grid": {"left": 60, "right": 24, "top": 40, "bottom": 48},
            "legend": legend(colours, [texts("studio_roadmap.today"), texts("studio_roadmap.plan")]),
            "xAxis": value_axis(
                colours, texts("studio_roadmap.axis_weeks"), min=0, max=found.problem.horizon, interval=2 * QUARTER
            ),
            "yAxis": value_axis(
                colours, what, unit=texts("number.percent") if goal in RETURNS else "", scale=True, nameGap=44
            ),
            "series": series,
        },
        columns=[
            texts(f"studio_roadmap.column_{key}")
            for key in ("weeks", "as_today", "with_plan", "difference", "interval", "due")
        ],
        rows=[
            (
                texts("roadmap.weeks", first=row["first_week"] + 1, last=row["last_week"] + 1),
                *(amount(goal, row[key], texts) for key in ("today", "plan")),
                amount(goal, row["difference"], texts, sign=True),
                texts.interval(*(amount(goal, row[key], texts, sign=True) for key in ("low", "high"))),
                texts.number(float(due[row["quarter"]]), _MONEY),
            )
            for row in rows
        ],
        note=texts("studio_roadmap.note_gain", fresh=texts.number(found.fresh, 0)),
    )  # fmt: skip


def answer(found: Roadmap, texts: Texts) -> str:
    """Return in a sentence what the plan brings on average over the weeks."""
    goal, weeks = found.problem.outcome, texts.number(found.problem.horizon, 0)
    if all(quarter == NEVER for quarter in found.schedule):
        return texts("roadmap.nothing", weeks=weeks)
    ways: dict[Any, Any] = found.baselines[["mean", "difference", "low", "high"]].to_dict("index")
    low, high, difference = (ways["plan"][key] for key in ("low", "high", "difference"))
    direction = "unclear" if low <= 0.0 <= high else "up" if difference > 0.0 else "down"
    return texts(
        f"roadmap.answer_{direction}",
        goal=texts(f"roadmap.acting.{goal}"),
        weeks=weeks,
        difference=_with_unit(goal, abs(difference), texts, "difference"),
        today=_with_unit(goal, ways["nothing"]["mean"], texts),
        plan=_with_unit(goal, ways["plan"]["mean"], texts),
    )


def method(found: Roadmap, texts: Texts) -> str:
    """Return how the plan was found."""
    counts = {"companies": texts.number(found.companies, 0), "fresh": texts.number(found.fresh, 0)}
    if found.method == "exact":
        return texts("studio_roadmap.exact", feasible=texts.number(found.feasible, 0), **counts)
    return texts("studio_roadmap.search", valued=texts.number(found.valued, 0), **counts)


def _payback(found: Roadmap, texts: Texts) -> str:
    """Return when the plan has earned what it costs, for returns after the levers' costs; else what it ends with."""
    rows = found.path
    if found.problem.outcome != "return_on_sales":
        last = rows.iloc[-1]
        goal = found.problem.outcome
        today, plan = (_with_unit(goal, float(last[key]), texts) for key in ("today", "plan"))
        return texts("studio_roadmap.ends", plan=plan, today=today)
    behind = rows.index[rows["cumulated"] < 0.0]
    if not len(behind):
        return texts("roadmap.never_behind")
    if behind[-1] == rows.index[-1]:
        return texts("roadmap.not_earned_back", weeks=texts.number(found.problem.horizon, 0))
    return texts("roadmap.earned_back", quarter=int(rows.loc[behind[-1] + 1, "quarter"]) + 1)


def _with_unit(goal: str, value: float, texts: Texts, unit: str = "value") -> str:
    number = amount(goal, value, texts)
    return texts(f"roadmap.return_{unit}", number=number) if goal in RETURNS else number


def _says(row: dict[str, Any], label: str, texts: Texts) -> str:
    return texts("studio_roadmap.bar", lever=label, start=row["start"], full=row["full"] + 1)


def _cells(row: dict[str, Any], name: str, found: Roadmap, texts: Texts) -> tuple[str, ...]:
    goal = found.problem.outcome
    low, high = (amount(goal, row[key], texts, sign=True) for key in ("worth_low", "worth_high"))
    return (
        name,
        texts.number(row["start"], 0),
        texts.number(row["full"] + 1, 0),
        texts.percent(row["today"], 0),
        *(texts.number(row[key], _MONEY) for key in ("running", "dearest", "cost")),
        amount(goal, row["worth"], texts, sign=True),
        texts.interval(low, high),
    )


__all__ = ["answer", "gain_chart", "method", "plan_chart"]
