"""One server for all, and a real browser that is watched: whatever a test does, it must leave no complaint.

No page may ask another host for anything, get an answer that is an error, or write an error on the console.

Screenshots go to the folder in ``HANDSHAKE_SCREENSHOTS``, or to pytest's temporary folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from benchmarks.studio_user import Server, User, Witness, find_browser, launch, serving

NewUser = Callable[..., User]


@pytest.fixture(scope="session", autouse=True)
def browser_path() -> str:
    found = find_browser()
    if not found and os.environ.get("CI", "").lower() == "true":
        pytest.fail("There is no Chromium here; .ci/run installs Debian's.")
    if not found:
        pytest.skip(
            "There is no Chromium here: the studio is not tried in a browser. On Debian: apt-get install chromium"
        )
    return found


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving() as started:
        yield started
    assert "Traceback" not in started.log(), started.log()
    assert started.process.returncode == 0


# Not of the session: while Playwright is there, its event loop is in the way of everybody else's.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def witness(server: Server) -> Iterator[Witness]:
    seen = Witness(server.url)
    yield seen
    assert seen.complaints == []
    assert seen.requests


@pytest.fixture
def new_user(server: Server, chromium: Browser, witness: Witness) -> Iterator[NewUser]:
    """Give users with cookies of their own; options are those of a browser context."""
    contexts = []

    def come(**options: Any) -> User:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        contexts.append(context)
        context.on("page", witness.watch)
        return User(context.new_page(), server.url)

    yield come
    for context in contexts:
        # Leaving a page as people do tells the server that it is gone.
        for page in context.pages:
            page.goto("about:blank")
        context.close()


@pytest.fixture
def user(new_user: NewUser) -> User:
    """Somebody who has opened the studio and sees the refined answer."""
    found = new_user()
    found.open()
    return found


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("HANDSHAKE_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
