"""Measurements of the studio; see README.md. Nothing here fails because something is slow, only because it is wrong.

What is measured is in the environment: ``HANDSHAKE_STUDIO_SECONDS`` is how long twenty sessions move levers. The full
run takes five minutes: ``HANDSHAKE_STUDIO_SECONDS=300``.
"""

from __future__ import annotations

import os
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Final

import psutil
import pytest
from playwright.sync_api import sync_playwright
from pytest_benchmark.fixture import BenchmarkFixture

from app.studio.draft import opening, present
from benchmarks.studio_session import Session
from benchmarks.studio_user import Server, User, find_browser, launch, serving
from sim.policies import ALL_POLICIES

CHANGES: Final = 40
"""Sliders that are moved."""
SESSIONS: Final = 20
SECONDS: Final = float(os.environ.get("HANDSHAKE_STUDIO_SECONDS", "60"))
PAUSE: Final = 1.0
"""Seconds that a session looks at an answer before it moves the next lever."""
LEVERS: Final = tuple(policy.id for policy in ALL_POLICIES)
_RELEASE: Final = """([lever, value]) => new Promise((resolve, reject) => {
  const shown = () => [...document.querySelectorAll('.hs-figures [data-after]')].map((row) => row.dataset.after).join();
  const slider = document.querySelector(`.hs-lever-${lever} .hs-slider`);
  const before = shown();
  let begun, first;
  const observer = new MutationObserver(() => {
    if (first === undefined && shown() !== before) first = performance.now() - begun;
    if (first !== undefined && document.querySelector('.hs-status.hs-refined')) {
      observer.disconnect();
      resolve([first, performance.now() - begun]);
    }
  });
  observer.observe(document.querySelector('.hs-headline'), { subtree: true, childList: true, attributes: true });
  slider.value = value;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  // The thumb is drawn where it was dragged to before anybody lets go of it.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    begun = performance.now();
    slider.dispatchEvent(new Event('change', { bubbles: true }));
  }));
  setTimeout(() => reject(new Error('no answer')), 60000);
})"""
"""Move a slider and let go; milliseconds until other numbers are on the page, and until they are refined."""


def settings(count: int, seed: int) -> list[tuple[str, int]]:
    """Return levers and where to move them, from what the studio opens on; none is moved to where it was."""
    draw, draft = random.Random(seed), opening()
    now = {lever: round(100.0 * present(draft.origin(), lever)) for lever in LEVERS}
    now |= {lever: round(100.0 * move.target) for lever, move in draft.moves.items()}
    found: list[tuple[str, int]] = []
    while len(found) < count:
        lever, percent = draw.choice(LEVERS), 5 * draw.randint(1, 20)
        if now[lever] != percent:
            now[lever] = percent
            found.append((lever, percent))
    return found


def quantile(values: list[float], share: float) -> float:
    """Return the value below which this share of the values lies, itself one of them."""
    return sorted(values)[min(round(share * len(values) + 0.5) - 1, len(values) - 1)]


@pytest.mark.skipif(not find_browser(), reason="there is no Chromium here")
def test_studio_latency(benchmark: BenchmarkFixture) -> None:
    """A user who moves one slider after the other, in a real browser, and waits for the refined answer each time."""
    with serving() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        user = User(browser.new_page(viewport={"width": 1280, "height": 900}), server.url)
        user.open()
        moves = iter(settings(5 + CHANGES, 1))
        for _ in range(5):
            user.page.evaluate(_RELEASE, list(next(moves)))
        times: list[list[float]] = []
        # Between two changes nothing is to be done: benchmark counts the rounds, the page takes the time.
        benchmark.pedantic(
            lambda: times.append(user.page.evaluate(_RELEASE, list(next(moves)))), rounds=CHANGES, iterations=1
        )
        browser.close()
    first, refined = ([pair[place] / 1e3 for pair in times] for place in (0, 1))
    benchmark.extra_info.update(
        changes=len(times),
        median=quantile(first, 0.5),
        p95=quantile(first, 0.95),
        refined=quantile(refined, 0.5),
        refined_p95=quantile(refined, 0.95),
    )


@dataclass
class Crowd:
    """Sessions that move levers at the same time.

    Attributes
    ----------
    server
        Which server they use.
    waits
        Seconds until each refined answer.
    errors
        What went wrong.
    """

    server: Server
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def run(self, sessions: int, seconds: float) -> None:
        """Let so many sessions come, move levers for so long, and leave."""
        threads = [threading.Thread(target=self._stay, args=(number, seconds)) for number in range(sessions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _stay(self, number: int, seconds: float) -> None:
        try:
            session = Session(self.server.url)
            until = time.monotonic() + seconds
            # One question at a time, and no more of them than somebody could ask: the load is bounded.
            for lever, percent in settings(10_000, number):
                if time.monotonic() >= until:
                    break
                self.waits.append(session.move(lever, percent))
                time.sleep(PAUSE)
            session.close()
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")


def memory(server: Server) -> int:
    """Return how much memory a server's process has, bytes."""
    return int(psutil.Process(server.process.pid).memory_info().rss)


def settled_memory(server: Server, seconds: float) -> int:
    """Return the least memory over some seconds: pages that are left are put away in the background."""
    until, least = time.monotonic() + seconds, memory(server)
    while time.monotonic() < until:
        time.sleep(0.5)
        least = min(least, memory(server))
    return least


def crowd(server: Server, sessions: int, seconds: float, settling: float = 30.0) -> tuple[Crowd, int, int, int]:
    """Return what became of a crowd, and the memory before it came, while it was there, and after it left."""
    # Once a page has been there, everything is loaded that pages need.
    first = Crowd(server)
    first.run(1, 1.0)
    before = settled_memory(server, 0.2 * settling)
    many = Crowd(server, errors=first.errors)
    watching, most = threading.Event(), [before]

    def watch() -> None:
        while not watching.wait(0.5):
            most[0] = max(most[0], memory(server))

    watcher = threading.Thread(target=watch)
    watcher.start()
    many.run(sessions, seconds)
    watching.set()
    watcher.join()
    return many, before, most[0], settled_memory(server, settling)


def test_studio_sessions(benchmark: BenchmarkFixture) -> None:
    """Twenty sessions at once, each moving a lever and looking at the answer for a second."""
    with serving() as server:
        found = benchmark.pedantic(crowd, args=(server, SESSIONS, SECONDS), rounds=1, iterations=1)
    many, before, most, after = found
    assert "Traceback" not in server.log(), server.log()
    benchmark.extra_info.update(
        sessions=SESSIONS,
        seconds=SECONDS,
        changes=len(many.waits),
        errors=many.errors,
        median=quantile(many.waits, 0.5),
        p95=quantile(many.waits, 0.95),
        before=before,
        most=most,
        after=after,
    )
