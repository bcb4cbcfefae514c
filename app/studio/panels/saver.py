"""Hands a file over to the browser, which saves it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from app.studio import state


@solara.component_vue("saver.vue")
def _Saver(file: dict[str, Any], event_saved: Callable[[object], None]) -> None:
    """Save what there is to save."""


@solara.component
def Saver() -> None:
    """Have the browser save the file that somebody has asked for, wherever on the page that was."""
    download = state.download.value
    file = {} if download is None else {"name": download.name, "mime": download.mime, "content": download.content}
    _Saver(file=file, event_saved=lambda _: state.download.set(None))


__all__ = ["Saver"]
