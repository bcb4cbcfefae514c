"""The map of quality and efficiency."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.studio.views.type_map import chart as type_map
from app.studio.views.type_map.chart import EFFICIENCY, QUALITY, SHOWN, chart, trail
from sim.outcomes import TYPES
from sim.parameters import measurement
from sim.texts import Texts

EN = Texts("en")


def series(found, key):
    return next(part for part in found.option["baseOption"]["series"] if part["id"] == key)


def areas(rule):
    return rule["option"]["series"][0]["markArea"]["data"]


def test_the_table_holds_the_share_of_each_type(answer):
    rows = chart(answer, EN, False).rows
    for code, (row, name) in enumerate(zip(rows, TYPES, strict=True)):
        before, after = (float((trajectory.types == code).mean()) for trajectory in (answer.before, answer.after))
        assert row[:3] == (EN(f"type.{name}"), EN.percent(before), EN.percent(after))


def test_a_company_has_the_same_place_in_both_clouds(answer):
    found = chart(answer, EN, False)
    for key, trajectory in (("before", answer.before), ("after", answer.after)):
        drawn = np.array(series(found, key)["data"])
        assert drawn[:, 0] == pytest.approx(trajectory.outcomes[EFFICIENCY][:SHOWN], abs=1e-4)
        assert drawn[:, 1] == pytest.approx(trajectory.outcomes[QUALITY][:SHOWN], abs=1e-3)
    assert np.array(series(found, "after")["data"])[:, 2].tolist() == answer.after.types[:SHOWN].tolist()


def test_no_more_points_are_drawn_than_can_be_seen(answer, monkeypatch):
    monkeypatch.setattr(type_map, "SHOWN", 7)
    found = chart(answer, EN, False)
    assert len(series(found, "before")["data"]) == len(series(found, "after")["data"]) == 7
    assert "the first 7 are drawn" in found.note
    assert SHOWN <= 300


def test_all_that_is_drawn_lies_on_the_map(answer, reverse):
    for shown in (answer, reverse):
        option = chart(shown, EN, False).option["baseOption"]
        for key in ("before", "after", "way before", "way after"):
            drawn = np.array(next(part for part in option["series"] if part["id"] == key)["data"])
            for column, axis in enumerate(("xAxis", "yAxis")):
                assert drawn[:, column].min() >= option[axis]["min"]
                assert drawn[:, column].max() <= option[axis]["max"]


def test_the_cut_offs_and_quadrants_are_those_of_the_types(answer):
    m = measurement(answer.after.scenario.outcome)
    found = chart(answer, EN, False)
    cuts = series(found, "before")["markLine"]["data"]
    assert cuts == [{"xAxis": round(m.efficiency_cut, 4)}, {"yAxis": round(m.quality_cut, 4)}]
    for name, (low, high) in zip(TYPES, areas(found.option["media"][1]), strict=True):
        middle = np.mean([low["coord"], high["coord"]], axis=0)
        code = 2 * int(middle[1] < m.quality_cut) + int(middle[0] < m.efficiency_cut)
        assert TYPES[code] == name
        assert EN(f"type.{name}") in low["label"]["formatter"]


def test_on_a_phone_the_names_of_types_are_short(answer):
    narrow, wide = chart(answer, EN, False).option["media"]
    assert "query" in narrow
    assert "query" not in wide
    for rule, names in ((narrow, "type_short"), (wide, "type")):
        labels = [area[0]["label"]["formatter"] for area in areas(rule)]
        assert all(EN(f"{names}.{name}") in label for name, label in zip(TYPES, labels, strict=True))


def test_a_trail_leads_from_the_first_week_to_the_outcomes(answer):
    way = trail(answer.after, 13)
    first = [answer.after.paths[name][:, 0].mean() for name in (EFFICIENCY, QUALITY)]
    assert way[0] == pytest.approx(first, rel=1e-5)
    assert way[-1] == pytest.approx([answer.after.outcomes[name].mean() for name in (EFFICIENCY, QUALITY)])


def test_a_trail_is_as_smooth_as_the_outcomes(answer):
    rough = np.resize([0.2, 0.4], answer.after.paths[QUALITY].shape).astype(np.float32)
    trajectory = replace(answer.after, paths={**answer.after.paths, QUALITY: rough})
    week = 40
    assert trail(trajectory, 13)[week // 4, 1] == pytest.approx(float(rough[:, week - 12 : week + 1].mean()), rel=1e-6)


def test_types_have_their_own_colour_and_symbol(answer):
    pieces = chart(answer, EN, False).option["baseOption"]["visualMap"]["pieces"]
    assert len({piece["color"] for piece in pieces}) == len({piece["symbol"] for piece in pieces}) == len(TYPES)


def test_the_sentence_says_which_way_it_goes(answer, reverse, unchanged):
    better, worse, same = (chart(shown, EN, False).says for shown in (answer, reverse, unchanged))
    assert "Cooperation quality: higher" in better
    assert "Cooperation quality: lower" in worse
    assert "Cooperation quality: no clear difference" in same
