"""The view of a measure over the weeks; which one is the reader's choice."""

from __future__ import annotations

import solara

from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.choice import Choice
from app.studio.views.paths import chart as paths
from experiments.trajectory import PATHS
from sim.texts import Texts


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show how a measure runs, before and after."""
    measure, choose = solara.use_state(PATHS[0])
    names = {name: paths.measure_name(texts, name) for name in PATHS}
    chart = solara.use_memo(lambda: paths.chart(answer, texts, dark, measure), [answer, texts.language, dark, measure])
    # Without it, Solara would lay the two on a sheet of its own colour.
    with solara.Div():
        Choice(texts("studio.charts.paths.measure"), names, measure, choose)
        ChartView(chart, texts)


__all__ = ["View"]
