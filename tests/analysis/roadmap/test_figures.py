"""Figures of a roadmap show its numbers."""

from __future__ import annotations

import pytest

from analysis.roadmap.figures import figures
from sim.texts import text_of


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_chart_has_a_row_per_lever(plain, language):
    figure = figures(plain, {"talk_first": "Talking"}, language)["plan"]()
    above, below = figure.axes
    names = [label.get_text() for label in above.get_yticklabels()]
    assert names == [{"talk_first": "Talking"}.get(lever, lever) for lever in plain.plan["lever"]]
    assert below.get_xlabel() == text_of("roadmap.figures.week", language)
    assert [bar.get_height() for bar in below.patches] == pytest.approx(plain.spending["due"].tolist())


def test_lines_are_in_the_unit_of_their_axis(plain, searched):
    for found, scale in ((plain, 100.0), (searched, 52.0)):
        above, below = figures(found, {})["path"]().axes
        assert above.lines[0].get_ydata() == pytest.approx(scale * found.path["today"].to_numpy())
        assert below.lines[0].get_ydata() == pytest.approx(scale * found.path["difference"].to_numpy())
        same = found.schedules["greedy"] == found.schedule
        assert len(above.lines) == (2 if same else 3)


def test_an_empty_plan_has_no_chart(empty):
    assert list(figures(empty, {})) == ["path"]
    assert figures(empty, {})["path"]().axes
