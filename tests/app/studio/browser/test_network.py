"""The network: weeks pass, people can be chosen and have a story, with the mouse and with the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.studio.views.network.story import story
from benchmarks.studio_user import User
from experiments.company_trajectory import company_trajectory, typical_company
from experiments.trajectory import simulate_trajectory
from sim.texts import Texts

WIDGET = ".hs-network"


def opened(user: User) -> None:
    user.view("network").locator(f"{WIDGET} canvas").wait_for()


def week(user: User) -> int:
    return int(user.page.locator(WIDGET).get_attribute("data-week") or -1)


def pixels(user: User) -> str:
    found: str = user.page.locator(f"{WIDGET} canvas").evaluate("canvas => canvas.toDataURL()")
    return found


def part(user: User, selector: str):
    return user.page.locator(f"{WIDGET} {selector}")


def test_weeks_pass_while_it_plays_and_stop_when_it_is_paused(user):
    opened(user)
    last = week(user)
    assert last == int(part(user, "input[type=range]").get_attribute("max")) > 50
    part(user, "button.play").click()
    user.page.wait_for_function(f"document.querySelector('{WIDGET}').dataset.week == 5")
    part(user, "button.play").click()
    assert user.page.locator(WIDGET).get_attribute("data-playing") == "false"
    at = week(user)
    assert 5 <= at < last
    assert part(user, "input[type=range]").input_value() == str(at)
    assert part(user, "output").inner_text() == f"Week {at} of {last}"


def test_the_picture_follows_the_week_the_measure_and_the_setting(user):
    opened(user)
    seen = [pixels(user)]
    # Late enough for levers to have changed something.
    part(user, "input[type=range]").fill("80")
    seen.append(pixels(user))
    part(user, "select.measure").select_option("regard")
    seen.append(pixels(user))
    part(user, "input[type=radio]").first.check()
    user.page.wait_for_selector(f"{WIDGET}[data-setting='0']")
    seen.append(pixels(user))
    assert len(set(seen)) == len(seen)
    assert week(user) == 80


def test_whoever_is_clicked_on_has_their_story_told(user):
    opened(user)
    box = part(user, "canvas").bounding_box()
    # Down the outer column of marketing, until somebody is hit.
    for down in range(20, int(box["height"]), 12):
        part(user, "canvas").click(position={"x": 35 + 0.1 * (box["width"] - 70), "y": down})
        if user.page.locator(WIDGET).get_attribute("data-person") != "-1":
            break
    name = part(user, "select.person option:checked").inner_text()
    user.page.wait_for_selector(f".hs-story h3:has-text('{name}')")
    assert f"{name} works in marketing" in user.page.locator(".hs-story").inner_text()
    part(user, "canvas").click(position={"x": 2, "y": box["height"] - 2})
    user.page.wait_for_selector(f"{WIDGET}[data-person='-1']")


def test_the_story_and_the_table_are_those_of_the_company(user):
    """The numbers on the page are those of the engine, by whatever way they came there."""
    opened(user)
    from app.studio.draft import baseline, opening, scenario  # noqa: PLC0415

    draft = opening()
    trajectories = [simulate_trajectory(made(draft), 200, seed=draft.seed) for made in (baseline, scenario)]
    company = company_trajectory(scenario(draft), typical_company(*trajectories), seed=draft.seed)
    part(user, "select.person").select_option("3")
    user.page.wait_for_selector(".hs-story h3")
    assert user.page.locator(".hs-story p").all_inner_texts() == story(company, 3, Texts("en"))
    part(user, "input[type=range]").fill("30")
    part(user, "summary").click()
    row = part(user, "tbody tr").nth(3)
    assert row.get_attribute("aria-current") == "true"
    cells = row.locator("td").all_inner_texts()
    assert cells[0] == "Marketing"
    assert float(cells[1]) == pytest.approx(company.people["regard"][30, 3], abs=0.008)
    assert float(cells[3]) == pytest.approx(company.people["backlog"][30, 3], abs=0.2)
    assert part(user, "tbody tr").count() == company.graph.people


def test_the_keyboard_alone_chooses_weeks_and_people(user):
    opened(user)
    part(user, "input[type=range]").focus()
    before = week(user)
    user.page.keyboard.press("ArrowLeft")
    assert week(user) == before - 1
    user.page.keyboard.press("Home")
    assert week(user) == 0
    for _ in range(6):
        user.page.keyboard.press("Tab")
        if user.page.evaluate("document.activeElement.matches('select.person')"):
            break
    else:
        pytest.fail("the list of people cannot be reached with the keyboard")
    user.page.keyboard.press("ArrowDown")
    user.page.wait_for_selector(".hs-story h3")
    part(user, "button.play").focus()
    user.page.keyboard.press("Space")
    user.page.wait_for_selector(f"{WIDGET}[data-playing='true']")


def test_whoever_wants_no_motion_gets_whole_weeks(new_user):
    user = new_user(reduced_motion="reduce")
    user.open()
    opened(user)
    part(user, "input[type=range]").fill("10")
    part(user, "button.play").click()
    user.page.wait_for_selector(f"{WIDGET}[data-week='12']")
    part(user, "button.play").click()
    stopped, at = pixels(user), week(user)
    part(user, "input[type=range]").fill(str(at - 1))
    part(user, "input[type=range]").fill(str(at))
    assert pixels(user) == stopped


def test_another_company_can_be_chosen_by_number(user):
    opened(user)
    before = pixels(user)
    field = user.page.locator(".hs-view-network input[type=text]").first
    field.fill("17")
    field.press("Enter")
    user.page.wait_for_function(
        f"before => document.querySelector('{WIDGET} canvas').toDataURL() !== before", arg=before
    )
    field.fill("99999")
    field.press("Enter")
    user.page.wait_for_selector("text=There is no such company")


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("en", "light", 1280), ("de", "dark", 1280), ("de", "light", 390)]
)
def test_it_is_accessible_and_looks_as_it_should(new_user, screenshots: Path, language, scheme, width):
    user = new_user(viewport={"width": width, "height": 900}, device_scale_factor=2)
    user.open(f"?lang={language}")
    if scheme == "dark":
        user.find("dark").click()
    opened(user)
    user.page.wait_for_function(
        f"document.querySelector('{WIDGET}').matches('.dark') === {str(scheme == 'dark').lower()}"
    )
    part(user, "select.person").select_option("1")
    user.page.wait_for_selector(".hs-story h3")
    part(user, "summary").click()
    assert part(user, "canvas").get_attribute("role") == "img"
    assert len(part(user, "canvas").get_attribute("aria-label")) > 40
    ratio = part(user, "canvas").evaluate("canvas => canvas.width / canvas.clientWidth")
    assert ratio == pytest.approx(2.0, abs=0.01)
    assert part(user, "canvas").evaluate("canvas => canvas.clientWidth") <= width
    found = Axe().run(user.page, context=".hs-view-network")
    serious = [each for each in found.response["violations"] if each["impact"] in ("serious", "critical")]
    assert serious == []
    user.page.locator(".hs-view-network").screenshot(path=screenshots / f"network_{language}_{scheme}_{width}.png")
