"""The ranking's charts show the ranking, the best first, and say what chance may have made."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.ranking.findings import KINDS, OUTCOMES, rank_levers
from app.studio.views.ranking.chart import chart, lever_names, pairs_chart, ranked
from sim.declarations import BETTER
from sim.texts import Texts, languages

EN = Texts("en")


@pytest.fixture(scope="module")
def scenario(answer):
    return answer.after.scenario


@pytest.fixture(scope="module")
def ranking(answer, scenario):
    return rank_levers(answer.before.scenario, scenario, companies=24, seed=3)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("kind", KINDS)
def test_bars_are_the_effects_the_best_first(ranking, scenario, kind, outcome):
    found = chart(ranking, scenario, EN, False, kind, outcome)
    rows = ranked(ranking, kind, outcome)
    assert (rows["effect"] * BETTER[outcome]).is_monotonic_decreasing
    scale = 100.0 if outcome == "return_on_sales" else 1.0
    bars = found.option["series"][0]["data"]
    assert [bar["value"] for bar in bars] == pytest.approx((scale * rows["effect"]).tolist(), abs=1e-5)
    names = lever_names(scenario, EN)
    assert found.option["yAxis"]["data"] == [names[lever] for lever in rows.index] == [row[0] for row in found.rows]
    for bar, (_, row) in zip(bars, rows.iterrows(), strict=True):
        assert (bar["itemStyle"]["color"] == "transparent") == (row["low"] <= 0.0 <= row["high"])


def test_intervals_are_drawn_around_their_bars(ranking, scenario):
    found = chart(ranking, scenario, EN, True, "full", "friction")
    bars, *whiskers = found.option["series"]
    assert len(whiskers) == len(bars["data"]) == 16
    for place, whisker in enumerate(whiskers):
        (low, at), (high, there) = whisker["data"]
        assert at == there == place
        assert low <= bars["data"][place]["value"] <= high


def test_the_sentence_names_the_best_and_the_worst(ranking, scenario):
    rows, names = ranked(ranking, "full", "return_on_sales"), lever_names(scenario, EN)
    said = chart(ranking, scenario, EN, False, "full", "return_on_sales").says
    clear = rows[(rows["low"] > 0.0) | (rows["high"] < 0.0)]
    assert clear["effect"].iloc[0] > 0.0
    assert names[clear.index[0]] in said
    assert (names[clear.index[-1]] in said) == (len(clear) == 1 or clear["effect"].iloc[-1] < 0.0)


def test_the_table_tells_the_way_and_what_it_costs(ranking, scenario):
    found = chart(ranking, scenario, EN, False, "without", "friction")
    row = next(row for row in found.rows if row[0] == lever_names(scenario, EN)["shared_goals"])
    policy = next(policy for policy in scenario.all_policies() if policy.id == "shared_goals")
    assert row[4] == "0% → 80%"
    assert row[5] == EN.number(0.8 * policy.running_cost, 3, sign=True)
    assert row[6] == EN.number(0.8 * policy.one_off_cost, 3, sign=True)


def test_pairs_that_do_more_or_less_are_named(ranking, scenario):
    pairs = ranking.pairs[ranking.pairs["outcome"] == "return_on_sales"].copy()
    pairs[["effect", "low", "high"]] = [[0.02, 0.01, 0.03], [0.0, -0.01, 0.01], [-0.01, -0.02, 0.02]]
    shown = type(ranking)(ranking.effects, pairs, ranking.moved, ranking.companies, ranking.seed)
    found = pairs_chart(shown, scenario, EN, False, "return_on_sales")
    names = lever_names(scenario, EN)
    first = f"{names[pairs.iloc[0]['lever']]} × {names[pairs.iloc[0]['other']]}"
    assert found.rows[0][0] == first
    assert found.says == EN("studio_ranking.pair_more", pair=first, what="Return on sales", effect="+2.0 points")
    none = pairs.assign(low=-1.0, high=1.0)
    shown = type(ranking)(ranking.effects, none, ranking.moved, ranking.companies, ranking.seed)
    assert "No pair" in pairs_chart(shown, scenario, EN, False, "return_on_sales").says


@pytest.mark.parametrize("language", languages())
def test_charts_are_small_plain_and_have_a_table_of_their_width(ranking, scenario, language):
    texts = Texts(language)
    for found in (
        chart(ranking, scenario, texts, True, "full", "return_on_sales"),
        pairs_chart(ranking, scenario, texts, False, "friction"),
    ):
        assert len(json.dumps(found.option, allow_nan=False)) < 16_000
        assert {len(row) for row in found.rows} == {len(found.columns)}
        assert all(isinstance(cell, str) and cell for row in found.rows for cell in row)
        assert found.says.endswith(".")
        assert not pd.isna(found.height)
