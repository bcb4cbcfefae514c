"""Somebody who uses the studio, with a server of their own, in a real browser. For measurements and tests.

Nothing here waits for a fixed time: what is waited for can be seen on the page.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Playwright, Request, Response

ROOT: Final = Path(__file__).parents[1]
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
PATIENCE: Final = 60_000
"""Milliseconds after which something that should come is taken not to come, on a busy machine."""
_FIGURES: Final = """() => {
  const found = {};
  for (const element of document.querySelectorAll('.hs-figures [data-after]')) {
    const name = [...element.classList].find((name) => /^hs-(type|outcome)-/.test(name)).slice(3);
    found[name] = {};
    for (const [key, value] of Object.entries(element.dataset)) found[name][key] = Number(value);
  }
  return found;
}"""


def find_browser() -> str:
    """Return the path of a Chromium on this machine; nothing if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), "") or ""


def launch(playwright: Playwright) -> Browser:
    """Start the browser."""
    return playwright.chromium.launch(executable_path=find_browser(), args=list(ARGUMENTS))


class Server:
    """``handshake ui`` in a process of its own, at a free port of this machine.

    Parameters
    ----------
    options
        Further options of the command.
    environment
        What to set in its environment.
    """

    def __init__(self, *options: str, **environment: str) -> None:
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "ui", "--no-browser", "--lang", "en", *options],
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"http://\S+?/", said)
        if found is None:
            self.stop()
            raise RuntimeError(f"The studio did not start: {self.log()}")
        self.url = found[0]

    def log(self) -> str:
        """Return what it has said on its standard error."""
        if not self._log.closed:
            self._log.seek(0)
            self._said = self._log.read()
        return self._said

    def stop(self) -> int:
        """End it as Ctrl-C does, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log()
        self._log.close()
        return code


@contextmanager
def serving(*options: str, **environment: str) -> Iterator[Server]:
    """Have a server for the block of a ``with``."""
    server = Server(*options, **environment)
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Witness:
    """Sees whatever pages ask for and complain about.

    Attributes
    ----------
    url
        Of the server; pages have no business anywhere else.
    requests
        Addresses asked for.
    complaints
        Requests to other hosts, answers that are errors, failed requests, errors on the console and in scripts.
    """

    url: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """See what this page does from here on."""
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfailed", self._failure)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("websocket", lambda socket: self._address(socket.url))

    def _address(self, url: str) -> None:
        self.requests.append(url)
        # What the page made itself leaves no machine.
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != urlsplit(self.url).netloc:
            self.complaints.append(f"request to another host: {url}")

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"status {response.status}: {response.url}")

    def _failure(self, request: Request) -> None:
        # A page that is left no longer waits for its icon.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} ({request.failure})")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text}")


class User:
    """Somebody in front of a page of the studio.

    Parameters
    ----------
    page
        The browser's page.
    url
        Of the server.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        page.set_default_timeout(PATIENCE)

    def open(self, query: str = "") -> None:
        """Open the studio, and wait for the refined answer."""
        self.page.goto(self.url + query)
        self.settle()

    def settle(self) -> None:
        """Wait until the answer to what is set is there, refined."""
        self.page.wait_for_selector(".hs-status.hs-refined")

    def find(self, name: str) -> Locator:
        """Return what has this class."""
        return self.page.locator(f".hs-{name}")

    def lever(self, lever: str, part: str) -> Locator:
        """Return a part of a lever."""
        return self.page.locator(f".hs-lever-{lever} .hs-{part}")

    def figures(self) -> dict[str, dict[str, float]]:
        """Return the figures of the headline in full: per type and outcome before, after, difference, probability."""
        found: dict[str, dict[str, float]] = self.page.evaluate(_FIGURES)
        return found

    def changes(self, action: Any, *arguments: Any) -> dict[str, dict[str, float]]:
        """Do something that changes the figures; return them once they are refined."""
        old = self.figures()
        action(*arguments)
        self.page.wait_for_function(f"old => JSON.stringify(({_FIGURES})()) !== JSON.stringify(old)", arg=old)
        self.settle()
        return self.figures()

    def slide(self, lever: str, percent: int) -> dict[str, dict[str, float]]:
        """Move a slider and let go of it; return the figures."""
        return self.changes(self.lever(lever, "slider").fill, str(percent))

    def view(self, name: str) -> Locator:
        """Choose a view and return it once it shows something."""
        self.page.locator(f".hs-tab-{name}").click()
        shown = self.page.locator(f".hs-view-{name}")
        shown.wait_for()
        return shown


__all__ = ["ARGUMENTS", "Server", "User", "Witness", "find_browser", "launch", "serving"]
