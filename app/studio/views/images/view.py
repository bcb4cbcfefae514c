"""The view of self-image and other-image, under either reading that the study allows (E14)."""

from __future__ import annotations

from typing import cast

import solara

from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.choice import Choice
from app.studio.views.images import chart as images
from sim.perceptions import OPPOSITE, READINGS, Reading
from sim.texts import Texts


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show how either department sees itself and is seen, before and after."""
    reading, choose = solara.use_state(cast(str, READINGS[0]))
    names: dict[str, str] = {name: texts(f"studio.charts.images.{name}") for name in READINGS}
    charts = solara.use_memo(
        lambda: [images.chart(answer, texts, dark, cast(Reading, reading), side) for side in OPPOSITE],
        [answer, texts.language, dark, reading],
    )
    # Without it, Solara would lay them on a sheet of its own colour.
    with solara.Div():
        Choice(texts("studio.charts.images.reading"), names, reading, choose)
        with solara.Div(classes=["hs-charts"]):
            for chart in charts:
                ChartView(chart, texts)
        solara.v.Html(tag="p", class_="hs-chart-note", children=[texts("studio.charts.images.note")])


__all__ = ["View"]
