"""Every view, in both languages, light and dark, on a desk and on a phone: opened, read back, judged by axe, and kept.

What is kept are screenshots; see conftest.py for where.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from app.studio.views import VIEWS
from sim.texts import Texts

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
SHOWS = ":is(canvas, table, form, button, input)"
GRAVE = ("serious", "critical")


def complaints(page) -> list[str]:
    """Return what axe finds that is serious or critical, once nothing is on its way to another look any more."""
    page.wait_for_function("!document.getAnimations().some(one => one instanceof CSSTransition)")
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {node['html']}"
        for violation in found
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def overflowing(page) -> list[str]:
    """Return what makes the page wider than the window."""
    return page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) return [];
          const out = (element) => element.getBoundingClientRect().right > wide + 1;
          const found = [...document.querySelectorAll('body *')].filter(out).slice(0, 5);
          return found.map((element) => element.outerHTML.slice(0, 120));
        }"""
    )


@pytest.mark.parametrize(
    ("language", "dark", "size"),
    [("en", False, DESK), ("de", True, DESK), ("de", False, PHONE), ("en", True, PHONE)],
    ids=["en-light-desk", "de-dark-desk", "de-light-phone", "en-dark-phone"],
)
def test_every_view(new_user, screenshots, language, dark, size):
    texts = Texts(language)
    user = new_user(viewport=size, color_scheme="dark" if dark else "light", reduced_motion="reduce")
    user.open(f"?lang={language}")
    page = user.page
    if dark != (user.find("dark").get_attribute("aria-pressed") == "true"):
        user.find("dark").click()
        page.wait_for_selector(f".hs-dark[aria-pressed={'true' if dark else 'false'}]")
    assert page.evaluate("document.documentElement.lang") == language
    found = {}
    assert VIEWS
    for entry in VIEWS:
        shown = user.view(entry.id)
        shown.locator(SHOWS).first.wait_for(state="attached")
        page.wait_for_function("!document.querySelector('.hs-view [role=progressbar]')")
        assert texts(f"studio.view.{entry.id}") in user.page.locator(f".hs-tab-{entry.id}").inner_text()
        assert len(shown.inner_text()) > 80, entry.id
        for canvas in shown.locator("canvas").all():
            labelled = "node => node.closest('[role=img]')?.getAttribute('aria-label') || ''"
            assert len(canvas.evaluate(labelled)) > 10, entry.id
            assert shown.locator("table").count() >= 1, entry.id
        found[entry.id] = [*complaints(page), *overflowing(page)]
        name = f"{entry.id}-{language}-{'dark' if dark else 'light'}-{size['width']}.png"
        page.screenshot(path=screenshots / name, full_page=True)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_tabs_follow_the_arrow_keys(user):
    page, first = user.page, VIEWS[0].id
    page.locator(f".hs-tab-{first}").focus()
    for entry in (*VIEWS[1:], VIEWS[0]):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f".hs-view-{entry.id}")
        assert page.evaluate("document.activeElement.className").split()[-1] == f"hs-tab-{entry.id}"


def test_the_language_can_be_changed_and_numbers_with_it(user):
    page = user.page
    english = user.find("outcome-cooperation_quality").locator(".hs-after").inner_text()
    numbers = user.figures()
    user.find("language").select_option("de")
    page.wait_for_function("document.documentElement.lang === 'de'")
    page.wait_for_function(f"!document.querySelector('.hs-figures').innerText.includes('{english}')")
    german = user.find("outcome-cooperation_quality").locator(".hs-after").inner_text()
    assert german == english.replace(".", ",")
    assert Texts("de")("studio.headline.title") in page.inner_text("body")
    assert user.figures() == numbers


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_speaks_the_language_of_the_browser(new_user, language):
    user = new_user(locale={"en": "en-GB", "de": "de-AT"}[language])
    user.open()
    assert user.page.evaluate("document.documentElement.lang") == language
    assert Texts(language)("studio.headline.title") in user.page.inner_text("body")


def test_dark_is_dark_and_light_is_light(user):
    brightness = """() => {
      const colour = getComputedStyle(document.querySelector('.v-application')).backgroundColor;
      const [red, green, blue] = colour.match(/\\d+/g).map(Number);
      return (red + green + blue) / 3;
    }"""
    user.find("dark").click()
    user.page.wait_for_selector(".hs-dark[aria-pressed=true]")
    user.page.wait_for_function(f"({brightness})() < 60")
    user.find("dark").click()
    user.page.wait_for_selector(".hs-dark[aria-pressed=false]")
    user.page.wait_for_function(f"({brightness})() > 200")


def test_what_the_model_is_not_is_said(user):
    assert user.find("about-model").inner_text().strip()
