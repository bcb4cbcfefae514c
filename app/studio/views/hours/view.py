"""The view of what the hours of a week go to."""

from __future__ import annotations

import solara

from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.views.hours import chart as hours
from sim.texts import Texts


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show hours by purpose, before and after."""
    chart = solara.use_memo(lambda: hours.chart(answer, texts, dark), [answer, texts.language, dark])
    ChartView(chart, texts)


__all__ = ["View"]
