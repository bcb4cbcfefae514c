"""Charts and the classroom, where only a real browser can tell: what ECharts makes of an option, and what keys do."""

from __future__ import annotations

import re

import pytest

from app.studio.draft import Draft, Move
from app.studio.link import encode
from sim.texts import Texts

PHONE = {"width": 390, "height": 800}
OPTION = """() => {
  const echarts = window.requirejs(`${window.solara.cdn}/echarts@5.4.0/dist/echarts.min.js`);
  const option = echarts.getInstanceByDom(document.querySelector('.hs-chart-canvas')).getOption();
  return {
    animation: option.animation,
    quarter: option.xAxis[0].axisLabel.formatter(-0.25),
    labels: JSON.stringify(option.series.find((part) => part.id === 'before').markArea),
  };
}"""


def drawn(user) -> dict[str, object]:
    user.view("type_map").locator("canvas").wait_for()
    return user.page.evaluate(OPTION)


@pytest.mark.parametrize(("language", "expected"), [("en", "−0.25"), ("de", "−0,25")])
def test_numbers_on_axes_are_written_in_the_language_of_the_page(user, language, expected):
    user.open(f"?lang={language}")
    assert drawn(user)["quarter"] == expected


def test_whoever_wants_no_motion_gets_none_also_when_changing_their_mind(new_user):
    user = new_user(reduced_motion="reduce")
    user.open()
    assert drawn(user)["animation"] is False
    user.page.emulate_media(reduced_motion="no-preference")
    assert drawn(user)["animation"] is True


def test_a_map_on_a_phone_has_short_names_and_long_ones_when_it_is_turned(user):
    texts = Texts("en")
    assert texts("type.professional") in drawn(user)["labels"]
    user.page.set_viewport_size(PHONE)
    short = texts("type_short.professional")
    user.page.wait_for_function(f"short => ({OPTION})().labels.includes(short)", arg=short)
    user.page.set_viewport_size({"width": 1280, "height": 900})
    user.page.wait_for_function(f"short => !({OPTION})().labels.includes(short)", arg=short)


def test_the_table_below_a_chart_opens_with_the_keyboard(user):
    shown = user.view("hours")
    shown.locator("summary").focus()
    assert not shown.locator("table").is_visible()
    user.page.keyboard.press("Enter")
    assert "40.0" in shown.locator("table tr").last.inner_text()


def test_the_sentence_and_the_measure_follow_what_is_chosen(user):
    texts, shown = Texts("en"), user.view("paths")
    shown.locator("select").select_option("trust")
    shown.get_by_role("heading", name=texts("studio.charts.paths.title", what=texts.outcome("trust"))).wait_for()
    before = shown.locator(".hs-chart-says").inner_text()
    user.slide("constructive_conflict", 100)
    user.page.wait_for_function("said => document.querySelector('.hs-chart-says').innerText !== said", arg=before)
    assert texts.outcome("trust") in shown.locator("h3").inner_text()


def test_a_lever_is_predicted_before_it_is_revealed(user):
    shown = user.view("classroom")
    before = user.figures()
    shown.locator(".hs-predict-lever").select_option("shared_goals")
    for name, key in (("cooperation_quality", "End"), ("return_on_sales", "End"), ("professional", "End")):
        shown.locator(f".hs-guess-{name} input").focus()
        user.page.keyboard.press(key)
    assert shown.locator(".hs-verdict").count() == 0
    shown.locator(".hs-reveal").click()
    shown.locator(".hs-verdict").first.wait_for()
    assert shown.locator(".hs-verdict").count() == 3
    assert re.search(r"in \d of 3", shown.locator(".hs-predict-sum").inner_text())
    assert user.figures() == before
    assert user.changes(shown.locator(".hs-predict-take").click) != before


def test_teams_stand_side_by_side(user):
    shown = user.view("classroom")
    mine, other = Draft(moves={"talk_first": Move(1.0)}), Draft(moves={"shared_goals": Move(0.8)})
    shown.locator(".hs-team-1").fill(f"{user.page.url.partition('?')[0]}?{encode(mine)}")
    shown.locator(".hs-team-2").fill("<b>nonsense</b>")
    shown.locator(".hs-team-3").fill(encode(other))
    shown.locator(".hs-compare").click()
    shown.locator(".hs-teams-table").wait_for()
    assert shown.locator(".hs-teams-table thead th").all_inner_texts() == ["Team 1", "Team 3"]
    assert "team 2" in shown.locator(".hs-team-notice").inner_text()
