"""The view of the map of quality and efficiency."""

from __future__ import annotations

import solara

from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.views.type_map import chart as type_map
from sim.texts import Texts


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show where the companies stand, before and after."""
    chart = solara.use_memo(lambda: type_map.chart(answer, texts, dark), [answer, texts.language, dark])
    ChartView(chart, texts)


__all__ = ["View"]
