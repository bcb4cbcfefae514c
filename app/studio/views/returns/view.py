"""The view of return on sales."""

from __future__ import annotations

import solara

from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.views.returns import chart as returns
from sim.texts import Texts


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show how return on sales is spread, over all companies and by type."""
    chart = solara.use_memo(lambda: returns.chart(answer, texts, dark), [answer, texts.language, dark])
    ChartView(chart, texts)


__all__ = ["View"]
