"""The studio's views: a folder each, whose module ``view`` has a Solara component ``View(answer, texts, dark)``.

Modules are imported when a view is first looked at, so that none delays the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, cast

import solara

from app.studio.answer import Answer
from sim.texts import Texts

Show = Callable[[Answer, Texts, bool], solara.Element[Any]]


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """A view in the row of tabs.

    Attributes
    ----------
    id
        Its name in links and tests; its title is the text ``studio.view.<id>``.
    icon
        Name of an mdi icon.
    module
        Where its component ``View`` is.
    """

    id: str
    icon: str
    module: str

    def component(self) -> Show:
        """Return the component, imported now at the latest."""
        return cast(Show, import_module(self.module).View)


def _entry(name: str, icon: str) -> ViewEntry:
    return ViewEntry(name, icon, f"{__name__}.{name}.view")


VIEWS: Final = (
    _entry("type_map", "mdi-scatter-plot"),
    _entry("returns", "mdi-chart-bell-curve"),
    _entry("paths", "mdi-chart-line"),
    _entry("hours", "mdi-clock-outline"),
    _entry("images", "mdi-mirror"),
    _entry("network", "mdi-graph-outline"),
    _entry("why", "mdi-help-circle-outline"),
    _entry("ranking", "mdi-sort-descending"),
    _entry("roadmap", "mdi-map-marker-path"),
    _entry("classroom", "mdi-school-outline"),
)
"""All views, in the order of their tabs."""

__all__ = ["VIEWS", "Show", "ViewEntry"]
