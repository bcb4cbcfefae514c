"""Hours by purpose."""

from __future__ import annotations

import pytest

from app.studio.views.hours.chart import chart
from sim.outcomes import PURPOSES
from sim.perceptions import OPPOSITE
from sim.texts import Texts

EN = Texts("en")


def test_every_bar_is_a_week_of_40_hours(answer):
    found = chart(answer, EN, False)
    series = found.option["baseOption"]["series"]
    for place in range(4):
        assert sum(part["data"][place]["value"][0] for part in series) == pytest.approx(40.0, abs=0.05)
    assert found.rows[-1] == (EN("studio.charts.hours.sum"), *["40.0"] * 4)


def test_bars_and_table_hold_the_mean_hours(answer):
    found = chart(answer, EN, False)
    bars = [(trajectory, side) for side in OPPOSITE for trajectory in (answer.before, answer.after)]
    for part, row in zip(found.option["baseOption"]["series"], found.rows, strict=False):
        means = [float(trajectory.hours[side, part["id"]].mean()) for trajectory, side in bars]
        assert [item["value"] for item in part["data"]] == [
            [pytest.approx(mean, abs=0.01), place] for place, mean in enumerate(means)
        ]
        assert row == (EN(f"purpose.{part['id']}"), *(EN.number(mean, 1) for mean in means))


def test_purposes_that_take_no_time_are_not_shown(unchanged):
    shown = [part["id"] for part in chart(unchanged, EN, False).option["baseOption"]["series"]]
    idle = [purpose for purpose in PURPOSES
            if all(unchanged.before.hours[side, purpose].mean() < 0.005 for side in OPPOSITE)]  # fmt: skip
    assert idle
    assert set(shown) == set(PURPOSES) - set(idle)


def test_on_a_phone_only_wide_bars_have_a_number(answer):
    option = chart(answer, EN, False).option
    narrow, wide = option["media"]
    assert "query" in narrow
    assert "query" not in wide
    assert not any(part["label"]["show"] for part in narrow["option"]["series"])
    assert all(part["label"]["show"] for part in wide["option"]["series"])
    for part in option["baseOption"]["series"]:
        for item in part["data"]:
            assert item["label"].get("show", True) == (item["value"][0] >= 1.6)


def test_the_sentence_is_about_core_work_and_the_largest_other_change(answer, unchanged):
    says = chart(answer, EN, False).says
    assert says.startswith("Marketing, core work: ")
    moved = {purpose: (answer.after.hours["marketing", purpose] - answer.before.hours["marketing", purpose]).mean()
             for purpose in PURPOSES if purpose != "core"}  # fmt: skip
    most = max(moved, key=lambda purpose: abs(moved[purpose]))
    assert f"{EN(f'purpose.{most}')}, {EN.number(moved[most], 1, sign=True)} h" in says
    assert "largest" not in chart(unchanged, EN, False).says
