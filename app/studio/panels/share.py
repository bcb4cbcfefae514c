"""Keep and share: a link, and files to take away."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Thread
from typing import Final

import solara

from app.studio import state
from app.studio.answer import Answer
from app.studio.downloads import (
    Download,
    csv_download,
    pair_download,
    parquet_download,
    report_download,
    scenario_download,
)
from app.studio.draft import Draft
from app.studio.link import encode
from app.studio.panels.words import words
from app.terminal.complaints import said
from sim.texts import Texts

Make = Callable[[Answer, Draft, Texts], Download]

_LOG: Final = logging.getLogger(__name__)
KINDS: Final[dict[str, Make]] = {
    "scenario": lambda _, draft, texts: scenario_download(draft, texts),
    "pair": lambda _, draft, texts: pair_download(draft, texts),
    "report": report_download,
    "csv": csv_download,
    "parquet": parquet_download,
}
"""What can be taken away, by the kind of the file."""


@solara.component_vue("share.vue")
def _Share(
    words: dict[str, str],
    query: str,
    kinds: list[str],
    ready: bool,
    event_download: Callable[[str], None],
) -> None:
    """Draw the panel."""


@solara.component
def SharePanel(texts: Texts) -> None:
    """Show the link and the files."""
    draft = state.history.value.present
    answered = state.answered.value

    def download(kind: str) -> None:
        latest = state.answered.value
        if kind in KINDS and latest is not None and latest.answer is not None:
            # A report takes seconds, in which the page goes on.
            Thread(target=_make, args=(KINDS[kind], latest.answer, latest.draft, texts), daemon=True).start()

    _Share(
        words=words(texts, "studio.share"),
        query=encode(draft, state.view.value),
        kinds=list(KINDS),
        ready=answered is not None and answered.answer is not None,
        event_download=download,
    )


def _make(make: Make, answer: Answer, draft: Draft, texts: Texts) -> None:
    """Make a file and hand it over; in a thread, which Solara gives the state of the user who began it."""
    try:
        state.download.value = make(answer, draft, texts)
    except Exception:
        # Nobody waits for this thread: the user has to be told.
        _LOG.exception("a file could not be made")
        state.notice.value = state.Notice(said("studio.notice.no_file"), serious=True)


__all__ = ["KINDS", "SharePanel"]
