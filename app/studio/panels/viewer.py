"""The views in a row of tabs, of which the one that is looked at is drawn."""

from __future__ import annotations

from collections.abc import Callable

import solara

from app.studio import state
from app.studio.answer import Answer
from app.studio.views import VIEWS
from sim.texts import Texts


@solara.component_vue("tabs.vue")
def _Tabs(
    title: str,
    tabs: list[dict[str, str]],
    chosen: str,
    event_choose: Callable[[str], None],
) -> None:
    """Draw the row of tabs."""


@solara.component
def Viewer(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show the tabs and one view."""
    names = [entry.id for entry in VIEWS]
    chosen = state.view.value if state.view.value in names else names[0]
    entry = VIEWS[names.index(chosen)]

    def choose(name: str) -> None:
        if name in names:
            state.view.value = name

    with solara.Div(classes=["hs-panel", "hs-views"]):
        _Tabs(
            title=texts("studio.views"),
            tabs=[{"id": each.id, "icon": each.icon, "name": texts(f"studio.view.{each.id}")} for each in VIEWS],
            chosen=chosen,
            event_choose=choose,
        )
        panel = {"role": "tabpanel", "id": "hs-main", "tabindex": "0", "aria-labelledby": f"hs-tab-{chosen}"}
        with solara.Div(classes=["hs-view", f"hs-view-{chosen}"], attributes=panel).key(chosen):
            entry.component()(answer, texts, dark)


__all__ = ["Viewer"]
