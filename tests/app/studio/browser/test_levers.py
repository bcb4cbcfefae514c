"""Moving levers, and taking it back, with the mouse and with the keyboard."""

from __future__ import annotations

import pytest


def test_a_lever_changes_the_scenario_and_not_the_baseline(user):
    before = user.figures()
    after = user.slide("shared_goals", 80)
    assert {name: row["before"] for name, row in after.items()} == {name: row["before"] for name, row in before.items()}
    assert after["outcome-cooperation_quality"]["after"] != before["outcome-cooperation_quality"]["after"]
    assert after["outcome-lever_cost"]["after"] > before["outcome-lever_cost"]["after"]
    assert user.lever("shared_goals", "value").inner_text() == "80%"


def test_differences_are_differences_and_shares_add_up(user):
    figures = user.figures()
    for row in figures.values():
        assert row["difference"] == pytest.approx(row["after"] - row["before"], abs=1e-12)
        assert 0.0 <= row.get("probability", 0.0) <= 1.0
    shares = [row for name, row in figures.items() if name.startswith("type-")]
    assert len(shares) == 4
    for side in ("before", "after"):
        assert sum(row[side] for row in shares) == pytest.approx(1.0)


def test_undo_redo_and_reset(user):
    start = user.figures()
    assert user.find("undo").is_disabled()
    first = user.slide("shared_goals", 80)
    second = user.slide("talk_first", 100)
    assert first != second
    assert user.changes(user.find("undo").click) == first
    assert user.changes(user.find("undo").click) == start
    assert user.find("undo").is_disabled()
    assert user.changes(user.find("redo").click) == first
    assert user.changes(user.find("redo").click) == second
    assert user.find("redo").is_disabled()
    assert user.changes(user.lever("talk_first", "reset").click) == first
    rest = user.changes(user.find("reset-all").click)
    assert rest["outcome-cooperation_quality"]["difference"] == 0.0
    assert user.page.locator(".hs-moved").count() == 0
    assert user.changes(user.find("undo").click) == first


def test_the_opening_shows_something(user):
    assert user.page.locator(".hs-moved").count() >= 1
    assert user.figures()["outcome-cooperation_quality"]["difference"] != 0.0


def test_a_switch_turns_a_lever_off_and_on_again(user):
    start = user.figures()
    off = user.changes(user.lever("job_rotation", "switch").click)
    assert off != start
    assert user.changes(user.lever("job_rotation", "switch").click) == start


def test_when_a_lever_starts_matters(user):
    start = user.figures()
    later = user.changes(user.lever("constructive_conflict", "start").select_option, "12")
    assert later["outcome-cooperation_quality"]["after"] != start["outcome-cooperation_quality"]["after"]


def test_the_keyboard_alone_does(user):
    page, start = user.page, user.figures()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.hs-skip')")
    for _ in range(200):
        if page.evaluate("document.activeElement.matches('.hs-lever-shared_goals .hs-slider')"):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail("the slider cannot be reached with the keyboard")
    moved = user.changes(page.keyboard.press, "End")
    assert user.lever("shared_goals", "value").inner_text() == "100%"
    assert user.changes(page.keyboard.press, "Control+z") == start
    assert user.changes(page.keyboard.press, "Control+Shift+z") == moved
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_what_a_lever_is_costs_and_rests_on_can_be_read(user):
    user.lever("joint_planning", "lever-name").click()
    about = user.lever("joint_planning", "about")
    assert about.locator(".hs-evidence li").count() >= 1
    assert user.lever("joint_planning", "lever-name").get_attribute("aria-expanded") == "true"
