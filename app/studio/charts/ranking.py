"""What levers do, ranked, with intervals; and what pairs of moves do together beyond the sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from analysis.compare import BETTER
from analysis.ranking import Ranking
from app.studio.charts.chart import Chart
from app.studio.charts.look import Look, Option, canvas, look, name_axis, value_axis
from app.studio.charts.words import named
from app.tables import amount
from app.texts import Texts
from sim.scenario import Scenario

_SCALE: Final = {"return_on_sales": 100.0}
"""Shares are drawn in percent."""
_ROW: Final = 26
"""Pixels per lever."""
_ROOM: Final = 96
"""Pixels for axes."""
_HELPS, _HARMS, _UNCLEAR = "#0072B2", "#D55E00", "#8C8C8C"
_LIGHTER: Final = {"#0072B2": "#56B4E9", "#D55E00": "#E69F00"}
"""The same on a dark page."""
_EMPTY: Final = "–"


def ranked(ranking: Ranking, kind: str, outcome: str) -> pd.DataFrame:
    """Return the effects of a kind on an outcome, the best first; index lever."""
    found = ranking.effects
    found = found[(found["kind"] == kind) & (found["outcome"] == outcome)].set_index("lever")
    return found.iloc[(found["effect"] * (BETTER[outcome] or 1)).argsort(kind="stable")[::-1]]


def chart(ranking: Ranking, scenario: Scenario, texts: Texts, dark: bool, kind: str, outcome: str) -> Chart:
    """Return the ranking of levers by an outcome.

    Parameters
    ----------
    ranking
        What levers do.
    scenario
        Names its levers.
    texts, dark
        Language and page.
    kind
        One of :data:`analysis.ranking.KINDS`.
    outcome
        One of :data:`analysis.ranking.OUTCOMES`.
    """
    colours, rows = look(dark), ranked(ranking, kind, outcome)
    names = lever_names(scenario, texts)
    what, unit = named(texts, outcome)
    labels = [names[lever] for lever in rows.index]
    return Chart(
        title=texts(f"studio_ranking.title_{kind}", what=what),
        says=_says(rows, names, texts, outcome),
        option=canvas(colours) | {
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "xAxis": value_axis(colours, texts("studio_ranking.axis", what=what), unit=unit),
            "yAxis": name_axis(colours, labels),
            "series": _bars(rows, labels, texts, dark, outcome, colours),
        },
        columns=[
            texts("studio_ranking.column_lever"),
            *(texts(f"studio_ranking.column_{key}", what=what) for key in ("effect", "interval", "better")),
            *(texts(f"studio_ranking.column_{key}") for key in ("from_to", "running", "once")),
        ],
        rows=[_cells(names[str(lever)], row, texts, outcome) for lever, row in rows.iterrows()],
        note=texts(f"studio_ranking.note_{kind}", companies=texts.number(ranking.companies, 0)),
        height=_ROW * len(rows) + _ROOM,
    )  # fmt: skip


def pairs_chart(ranking: Ranking, scenario: Scenario, texts: Texts, dark: bool, outcome: str) -> Chart:
    """Return what pairs of the scenario's moves do together beyond the sum of what they do alone."""
    colours, names = look(dark), lever_names(scenario, texts)
    rows = ranking.pairs[ranking.pairs["outcome"] == outcome]
    rows = rows.iloc[rows["effect"].abs().argsort(kind="stable")[::-1]]
    labels = [f"{names[a]} × {names[b]}" for a, b in zip(rows["lever"], rows["other"], strict=True)]
    what, unit = named(texts, outcome)
    clear = [(label, row) for label, (_, row) in zip(labels, rows.iterrows(), strict=True) if _clear(row)]
    if clear:
        first, row = clear[0]
        direction = "more" if row["effect"] > 0.0 else "less"
        says = texts(f"studio_ranking.pair_{direction}", pair=first, what=what, effect=_amount(row, texts, outcome))
    else:
        says = texts("studio_ranking.pair_none", what=what)
    return Chart(
        title=texts("studio_ranking.title_pairs", what=what),
        says=says,
        option=canvas(colours) | {
            "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
            "xAxis": value_axis(colours, texts("studio_ranking.axis_pairs", what=what), unit=unit),
            "yAxis": name_axis(colours, labels),
            "series": _bars(rows, labels, texts, dark, outcome, colours),
        },
        columns=[
            texts("studio_ranking.column_pair"),
            *(texts(f"studio_ranking.column_{key}", what=what) for key in ("together", "interval")),
        ],
        rows=[
            (label, _amount(row, texts, outcome), _interval(row, texts, outcome))
            for label, (_, row) in zip(labels, rows.iterrows(), strict=True)
        ],
        note=texts("studio_ranking.note_pairs"),
        height=_ROW * len(rows) + _ROOM,
    )  # fmt: skip


def lever_names(scenario: Scenario, texts: Texts) -> dict[str, str]:
    """Return the names of all levers by id."""
    return {policy.id: policy.name(texts.language) for policy in scenario.all_policies()}


def _bars(rows: pd.DataFrame, labels: list[str], texts: Texts, dark: bool, outcome: str, colours: Look) -> list[Option]:
    """Return bars from zero, and the ends of their intervals as a line with marks."""
    scale = _SCALE.get(outcome, 1.0)
    bars, spans = [], []
    for place, (label, (_, row)) in enumerate(zip(labels, rows.iterrows(), strict=True)):
        says = f"{label}: {_amount(row, texts, outcome)} ({_interval(row, texts, outcome)})"
        colour = _colour(row, outcome, dark)
        # Where chance allows either direction, a bar is hollow: seen without colour.
        style = {"color": colour, "opacity": 0.85} if _clear(row) else {"color": "transparent", "borderColor": colour}
        bars.append({"value": round(scale * row["effect"], 5), "name": says, "itemStyle": {"borderWidth": 1} | style})
        spans.append([[round(scale * row[end], 5), place] for end in ("low", "high")])
    whiskers = [
        {
            "id": f"interval {place}", "type": "line", "data": span, "symbol": "rect", "symbolSize": [2, 10],
            "silent": True, "z": 4, "lineStyle": {"color": colours.text, "width": 1.5},
            "itemStyle": {"color": colours.text},
        }
        for place, span in enumerate(spans)
        if pd.notna(span[0][0])
    ]  # fmt: skip
    return [{"id": "effect", "type": "bar", "data": bars, "barWidth": "60%"}, *whiskers]


def _colour(row: pd.Series, outcome: str, dark: bool) -> str:
    better = row["effect"] * BETTER[outcome]
    colour = _UNCLEAR if not _clear(row) or better == 0.0 else _HELPS if better > 0.0 else _HARMS
    return _LIGHTER.get(colour, colour) if dark else colour


def _clear(row: pd.Series) -> bool:
    """Return whether the interval leaves out zero."""
    return bool(row["low"] > 0.0 or row["high"] < 0.0)


def _amount(row: Mapping[str, float] | pd.Series, texts: Texts, outcome: str, key: str = "effect") -> str:
    return amount(outcome, float(row[key]), texts, sign=True)


def _interval(row: pd.Series, texts: Texts, outcome: str) -> str:
    low, high = (_amount(row, texts, outcome, key) for key in ("low", "high"))
    return texts.interval(low, high)


def _cells(name: str, row: pd.Series, texts: Texts, outcome: str) -> tuple[str, ...]:
    way = f"{texts.percent(row['today'], 0)} → {texts.percent(row['target'], 0)}"
    costs = (texts.number(float(row[key]), 3, sign=True) for key in ("running", "once"))
    better = texts.percent(row["probability"], 0) if pd.notna(row["probability"]) else _EMPTY
    return name, _amount(row, texts, outcome), _interval(row, texts, outcome), better, way, *costs


def _says(rows: pd.DataFrame, names: dict[str, str], texts: Texts, outcome: str) -> str:
    direction, what = BETTER[outcome] or 1, named(texts, outcome)[0]
    clear = {str(lever): row for lever, row in rows.iterrows() if _clear(row)}
    helps = [lever for lever, row in clear.items() if row["effect"] * direction > 0.0]
    harms = [lever for lever, row in clear.items() if row["effect"] * direction < 0.0]
    # Rows come best first.
    told = [("best", lever) for lever in helps[:1]] + [("worst", lever) for lever in harms[-1:]]
    said = [
        texts(f"studio_ranking.{key}", lever=names[lever], effect=_amount(clear[lever], texts, outcome))
        for key, lever in told
    ]
    return " ".join(said if helps else [texts("studio_ranking.none", what=what), *said])


__all__ = ["chart", "lever_names", "pairs_chart", "ranked"]
