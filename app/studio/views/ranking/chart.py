"""The chart of ranked lever effects with intervals, and of what pairs of moves do together beyond the sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from analysis.comparison.findings import BETTER
from analysis.figures.labels import Labels
from analysis.ranking.findings import Ranking
from app.studio.charts.chart import Chart
from app.studio.charts.effects import Effect, effects_height, effects_option
from app.studio.charts.words import named
from sim.scenario import Scenario
from sim.texts import Texts

_SCALE: Final = {"return_on_sales": 100.0}
"""Shares are drawn in percent."""
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
        One of :data:`analysis.ranking.findings.KINDS`.
    outcome
        One of :data:`analysis.ranking.findings.OUTCOMES`.
    """
    rows = ranked(ranking, kind, outcome)
    names = lever_names(scenario, texts)
    what, unit = named(texts, outcome)
    effects = _effects(rows, [names[lever] for lever in rows.index], texts, outcome)
    return Chart(
        title=texts(f"studio_ranking.title_{kind}", what=what),
        says=_says(rows, names, texts, outcome),
        option=effects_option(effects, texts("studio_ranking.axis", what=what), unit, dark=dark),
        columns=[
            texts("studio_ranking.column_lever"),
            *(texts(f"studio_ranking.column_{key}", what=what) for key in ("effect", "interval", "better")),
            *(texts(f"studio_ranking.column_{key}") for key in ("from_to", "running", "once")),
        ],
        rows=[_cells(names[str(lever)], row, texts, outcome) for lever, row in rows.iterrows()],
        note=texts(f"studio_ranking.note_{kind}", companies=texts.number(ranking.companies, 0)),
        height=effects_height(effects),
    )  # fmt: skip


def pairs_chart(ranking: Ranking, scenario: Scenario, texts: Texts, dark: bool, outcome: str) -> Chart:
    """Return what pairs of the scenario's moves do together beyond the sum of what they do alone."""
    names = lever_names(scenario, texts)
    rows = ranking.pairs[ranking.pairs["outcome"] == outcome]
    rows = rows.iloc[rows["effect"].abs().argsort(kind="stable")[::-1]]
    labels = [f"{names[a]} × {names[b]}" for a, b in zip(rows["lever"], rows["other"], strict=True)]
    what, unit = named(texts, outcome)
    effects = _effects(rows, labels, texts, outcome)
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
        option=effects_option(effects, texts("studio_ranking.axis_pairs", what=what), unit, dark=dark),
        columns=[
            texts("studio_ranking.column_pair"),
            *(texts(f"studio_ranking.column_{key}", what=what) for key in ("together", "interval")),
        ],
        rows=[
            (label, _amount(row, texts, outcome), _interval(row, texts, outcome))
            for label, (_, row) in zip(labels, rows.iterrows(), strict=True)
        ],
        note=texts("studio_ranking.note_pairs"),
        height=effects_height(effects),
    )  # fmt: skip


def lever_names(scenario: Scenario, texts: Texts) -> dict[str, str]:
    """Return the names of all levers by id."""
    return {policy.id: policy.name(texts.language) for policy in scenario.all_policies()}


def _effects(rows: pd.DataFrame, labels: list[str], texts: Texts, outcome: str) -> list[Effect]:
    scale = _SCALE.get(outcome, 1.0)
    found = []
    for label, (_, row) in zip(labels, rows.iterrows(), strict=True):
        value, low, high = (scale * float(row[key]) for key in ("effect", "low", "high"))
        says = f"{label}: {_amount(row, texts, outcome)} ({_interval(row, texts, outcome)})"
        found.append(Effect(label, says, value, low, high, BETTER[outcome]))
    return found


def _clear(row: pd.Series) -> bool:
    """Return whether the interval leaves out zero."""
    return bool(row["low"] > 0.0 or row["high"] < 0.0)


def _amount(row: Mapping[str, float] | pd.Series, texts: Texts, outcome: str, key: str = "effect") -> str:
    number = Labels(texts.language).amount(outcome, float(row[key]), sign=True)
    return texts("studio_ranking.points", number=number) if outcome in _SCALE else number


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
