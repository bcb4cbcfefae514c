"""The studio's page.

What tests and style sheets hold on to: every part has a class that begins with ``hs-``.

``hs-bar``
    ``hs-undo``, ``hs-redo``, ``hs-language`` (select, values ``en`` and ``de``), ``hs-dark``.
``hs-setup``
    ``hs-preset`` (select, values are ids of presets), ``hs-set-<field>`` for industry, revenue_class, division_type,
    structure, marketing, sales, weeks, seed, companies (the last three under a ``details.hs-more``).
``hs-levers``
    ``hs-reset-all``; a ``hs-lever-<id>`` per lever, with ``hs-moved`` and ``hs-off`` by its state, holding
    ``hs-switch`` (checkbox), ``hs-slider`` (range, 0 to 100), ``hs-start`` (select, months), ``hs-reset``,
    ``hs-lever-name`` (button that opens ``hs-about`` with the evidence), ``hs-value``.
``hs-upload``
    in ``hs-setup``: the input for files, ``hs-template``, and ``hs-problem`` per thing that is wrong in them.
``hs-share``
    ``hs-link`` (input with the link, absent where there is none), ``hs-copy``, and ``hs-download-<kind>`` for scenario,
    pair, report, csv, parquet.
``hs-about-model``
    what the model is not.
``hs-headline``
    ``hs-status``, with ``hs-busy``, ``hs-first`` (on 200 companies), ``hs-refined`` or ``hs-failed``;
    ``hs-type-<type>`` and ``hs-outcome-<outcome>`` with the numbers in full as ``data-before``, ``data-after``,
    ``data-difference``, ``data-probability``, and as they are read in ``hs-before``, ``hs-after``, ``hs-difference``,
    ``hs-probability``.
``hs-views``
    a ``hs-tab-<view>`` per view, the one that is shown in ``hs-view-<view>``.
``hs-notice``
    What the user has to be told; ``hs-serious`` if something did not work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final
from urllib.parse import parse_qsl

import solara
import solara.lab
from solara.lab.utils.headers import headers

from app.studio import state
from app.studio.draft import Draft, baseline, scenario
from app.studio.history import History
from app.studio.link import decode, encode
from app.studio.panels.about import AboutPanel
from app.studio.panels.bar import Bar
from app.studio.panels.headline import Headline
from app.studio.panels.levers import LeverPanel
from app.studio.panels.notice import NoticePanel
from app.studio.panels.saver import Saver
from app.studio.panels.setup import SetupPanel
from app.studio.panels.share import SharePanel
from app.studio.panels.viewer import Viewer
from app.studio.simulator import SIMULATOR, Question
from app.studio.views import VIEWS
from sim.lanes import CancelledError
from sim.texts import Texts, languages

_LOG: Final = logging.getLogger(__name__)
_STYLE: Final = Path(__file__).with_name("studio.css")

solara.lab.on_kernel_start(SIMULATOR.welcome)


@solara.component
def Layout(children: list[solara.Element[Any]]) -> None:
    """Give the page the whole window, in place of Solara's own frame."""
    solara.Div(children=children, classes=["hs"])


@solara.component
def Page() -> None:
    """Show the studio."""
    router = solara.use_router()
    query = router.search or ""
    solara.use_memo(lambda: _arrive(query), [])
    dark = bool(solara.lab.use_dark_effective())
    texts = Texts(state.language.value)
    draft = state.history.value.present
    question = solara.use_memo(lambda: Question(baseline(draft), scenario(draft), draft.seed, draft.companies), [draft])
    solara.use_effect(lambda: _ask(draft, question), [question])
    with solara.Div(classes=["hs-page"]):
        solara.Title(texts("studio.bar.title"))
        solara.Style(_STYLE)
        Saver()
        Bar(texts, dark, encode(draft, state.view.value), _chosen(query))
        with solara.Div(classes=["hs-body"]):
            with solara.Div(classes=["hs-left"]):
                SetupPanel(texts)
                LeverPanel(texts)
                SharePanel(texts)
            with solara.v.Html(tag="main", class_="hs-right"):
                NoticePanel(texts)
                Results(question, texts, dark)
                AboutPanel(texts)


@solara.component
def Results(question: Question, texts: Texts, dark: bool) -> None:
    """Show what came of it."""
    answered = state.answered.value
    answer = None if answered is None else answered.answer
    with solara.Div(classes=["hs-results"]):
        Headline(answer, answered is None or answered.question != question, texts)
        if answer is not None:
            Viewer(answer, texts, dark)


def _arrive(query: str) -> None:
    """Begin with what the address says, in the language it names or the browser prefers."""
    state.language.value = _chosen(query) or _preferred(",".join((headers.value or {}).get("accept-language", [])))
    arrival = decode(query)
    state.history.value = History(arrival.draft)
    state.view.value = arrival.view if arrival.view in [entry.id for entry in VIEWS] else ""
    state.notice.value = None if arrival.notice is None else state.Notice(arrival.notice, arrival.serious)


def _chosen(query: str) -> str | None:
    """Return the language that the query of an address names."""
    named = dict(parse_qsl(query)).get("lang")
    return named if named in languages() else None


def _preferred(header: str) -> str:
    """Return the first language of a browser's list that there is, English if there is none."""
    for name in header.split(","):
        for language in languages():
            if name.strip().lower().startswith(language):
                return language
    return "en"


def _ask(draft: Draft, question: Question) -> Callable[[], None]:
    """Have a question answered in the background; return what calls that off."""
    gone = Event()

    def work() -> None:
        try:
            for answer in SIMULATOR.answers(question, gone.is_set):
                if gone.is_set():
                    return
                state.answered.value = state.Answered(draft, question, answer)
        except CancelledError:
            return
        except Exception:
            # Nobody waits for this thread: the user has to be told.
            _LOG.exception("a simulation failed")
            state.failed(draft, question)

    # Solara gives the user's state to threads that begin in the user's page.
    Thread(target=work, daemon=True, name="studio-answer").start()
    return gone.set


__all__ = ["Layout", "Page"]
