"""The view of return on sales."""

from __future__ import annotations

import solara

from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.charts import returns
from app.texts import Texts


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show how return on sales is spread, over all companies and by type."""
    ChartView(returns.chart(answer, texts, dark), texts)


__all__ = ["View"]
