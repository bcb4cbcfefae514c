"""The distribution of return on sales."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.studio.answer import Answer
from app.studio.views.returns.chart import FEWEST, NAME, QUANTILES, bins, chart
from sim.evidence import professional_return_on_sales
from sim.outcomes import TYPES
from sim.texts import Texts

EN = Texts("en")


def series(found, key):
    return next(part for part in found.option["series"] if part["id"] == key)


@given(st.lists(st.floats(-300.0, 60.0), min_size=1, max_size=50))
def test_bins_hold_every_company_and_are_not_too_many(values):
    edges = bins(np.array(values))
    assert edges[0] <= min(values)
    assert max(values) < edges[-1] or edges[-1] == pytest.approx(max(values))
    assert 2 <= len(edges) <= 43


def test_bins_stay_where_they_are_when_companies_move_a_little():
    values = np.linspace(-12.3, 8.7, 100)
    assert bins(values).tolist() == bins(values + 0.1).tolist()


def test_the_shares_of_all_bins_add_up_to_all_companies(answer):
    found = chart(answer, EN, False)
    for key, trajectory in (("all before", answer.before), ("all after", answer.after)):
        outline = np.array(series(found, key)["data"])
        assert outline[:, 1].sum() == pytest.approx(100.0, abs=0.1)
        mean = (outline[:-1, 0] + np.diff(outline[:, 0]) / 2) @ outline[:-1, 1] / 100.0
        assert mean == pytest.approx(100.0 * trajectory.outcomes[NAME].mean(), abs=np.diff(outline[:, 0]).max())


def test_boxes_are_the_quantiles_of_all_companies_and_of_types(answer):
    for key, trajectory in (("before", answer.before), ("after", answer.after)):
        boxes = [item["value"] for item in series(chart(answer, EN, False), key)["data"]]
        values = 100.0 * trajectory.outcomes[NAME]
        groups = [values, *(values[trajectory.types == code] for code in range(len(TYPES)))]
        for box, group in zip(boxes, groups, strict=True):
            expected = np.quantile(group, QUANTILES) if len(group) >= FEWEST else []
            assert box == pytest.approx(list(expected), abs=0.01)


def test_a_type_with_few_companies_has_no_box_and_a_dash_in_the_table(answer):
    types = np.full(len(answer), 3, dtype=np.int8)
    types[: FEWEST - 1] = 0
    shown = Answer(answer.before, replace(answer.after, types=types), refined=True)
    found = chart(shown, EN, False)
    assert series(found, "after")["data"][1]["value"] == []
    assert found.rows[1][-3:] == (str(FEWEST - 1), "–", "–")


def test_what_is_anchored_is_said_to_be(answer):
    found = chart(answer, EN, False)
    anchor = 100.0 * professional_return_on_sales()
    assert series(found, "all before")["markLine"]["data"] == [{"xAxis": pytest.approx(anchor)}]
    assert "anchored" in series(found, "all before")["markLine"]["label"]["formatter"]
    assert "anchored" in found.note


def test_the_sentence_counts_companies(answer, reverse):
    before, after = answer.before.outcomes[NAME], answer.after.outcomes[NAME]
    assert f"{EN.percent(float((after > before).mean()), 0)} earn more" in chart(answer, EN, False).says
    assert f"{EN.percent(float((before > after).mean()), 0)} earn more" in chart(reverse, EN, False).says
