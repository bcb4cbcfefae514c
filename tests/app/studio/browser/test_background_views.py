"""Views that compute for seconds: levers ranked, the difference explained, a roadmap found; and called off."""

from __future__ import annotations

from analysis.ranking.findings import rank_levers
from app.studio.draft import baseline, opening, scenario
from app.studio.views.ranking.chart import chart, lever_names
from sim.texts import Texts

IDLE = "!document.querySelector('.hs-view [role=progressbar]')"


def table(shown):
    """Return a chart's table, opened."""
    shown.locator("details summary").first.click()
    rows = shown.locator("figure").first.locator("tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def test_the_ranking_is_that_of_the_analysis_and_follows_the_levers(user):
    shown = user.view("ranking")
    shown.locator("figure").first.wait_for()
    draft = opening()
    found = rank_levers(baseline(draft), scenario(draft), seed=draft.seed)
    wanted = chart(found, scenario(draft), Texts("en"), False, "full", "return_on_sales")
    assert table(shown) == [list(row) for row in wanted.rows]
    before = shown.inner_text()
    user.slide("shared_goals", 80)
    shown.locator("input[type=radio]").nth(1).check()
    user.page.wait_for_function("old => document.querySelector('.hs-view').innerText !== old", arg=before)
    user.page.wait_for_function("document.querySelectorAll('.hs-view figure').length === 2")
    ranked = shown.locator("figure").first.locator("tbody th").all_text_contents()
    names = lever_names(scenario(draft), Texts("en"))
    assert set(ranked) == {names[lever] for lever in (*draft.moves, "shared_goals")}


def test_the_difference_is_explained_step_by_step(user):
    shown = user.view("why")
    shown.locator("figure").nth(1).wait_for()
    assert shown.locator("ol.hs-chains li").count() >= 1
    assert "evidence: E" in shown.locator("ol.hs-chains").first.inner_text()


def test_a_roadmap_is_looked_for_when_asked_and_can_be_called_off(user):
    shown = user.view("roadmap")
    assert shown.locator("figure").count() == 0
    shown.locator(".hs-find").click()
    shown.locator("[role=progressbar]").wait_for()
    shown.locator(".hs-cancel").click()
    user.page.wait_for_function(IDLE)
    assert shown.locator("figure").count() == 0
    shown.locator(".hs-find").focus()
    user.page.keyboard.press("Enter")
    shown.locator("figure").nth(1).wait_for()
    user.page.wait_for_function(IDLE)
    assert len(table(shown)) >= 1


def test_a_budget_that_buys_nothing_is_explained(user):
    user.changes(user.find("preset").select_option, "reference")
    shown = user.view("roadmap")
    shown.locator("select").first.select_option("0.02")
    shown.locator(".hs-find").click()
    shown.get_by_text("No plan:").wait_for()
    assert "the cheapest lever" in shown.inner_text()
