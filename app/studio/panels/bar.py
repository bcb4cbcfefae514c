"""The bar on top: undo and redo, language, light and dark; and what the page asks of the browser itself."""

from __future__ import annotations

from collections.abc import Callable

import solara
import solara.lab

from app.studio import state
from app.studio.panels.words import words
from sim.texts import Texts, languages


@solara.component_vue("bar.vue")
def _Bar(
    words: dict[str, str],
    language: str,
    dark: bool,
    can_undo: bool,
    can_redo: bool,
    query: str,
    event_undo: Callable[[object], None],
    event_redo: Callable[[object], None],
    event_language: Callable[[str], None],
    event_dark: Callable[[bool], None],
) -> None:
    """Draw the bar."""


@solara.component
def Bar(texts: Texts, dark: bool, query: str, chosen: str | None) -> None:
    """Show the bar.

    Parameters
    ----------
    texts, dark
        str and theme.
    query
        What the browser's address is to say, without the question mark.
    chosen
        The language that the address names already.
    """
    history = state.history.value
    asked = solara.use_reactive(False)

    def speak(name: str) -> None:
        for language in languages():
            if language == name:
                asked.value = True
                state.language.value = language

    def darken(dark: bool) -> None:
        solara.lab.theme.dark = bool(dark)

    # Whoever has chosen a language gets it again on loading the page again.
    parts = [query, f"lang={texts.language}" if asked.value or chosen else ""]
    _Bar(
        words=words(texts, "studio.bar"),
        language=texts.language,
        dark=dark,
        can_undo=bool(history.past),
        can_redo=bool(history.future),
        query="&".join(part for part in parts if part),
        event_undo=lambda _: state.history.set(state.history.value.undo()),
        event_redo=lambda _: state.history.set(state.history.value.redo()),
        event_language=speak,
        event_dark=darken,
    )


__all__ = ["Bar"]
