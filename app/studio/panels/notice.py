"""The panel of notices to the user."""

from __future__ import annotations

from collections.abc import Callable

import solara

from app.studio import state
from sim.texts import Texts


@solara.component_vue("notice.vue")
def _Notice(text: str, serious: bool, dismiss: str, event_close: Callable[[object], None]) -> None:
    """Draw the notice."""


@solara.component
def NoticePanel(texts: Texts) -> None:
    """Show the last notice until it is closed or something else is set."""
    notice = state.notice.value
    _Notice(
        text="" if notice is None else notice.text(texts),
        serious=notice is not None and notice.serious,
        dismiss=texts("studio.notice.close"),
        event_close=lambda _: state.notice.set(None),
    )


__all__ = ["NoticePanel"]
