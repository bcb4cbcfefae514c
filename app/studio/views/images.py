"""The view of self-image and other-image, under either reading that the study allows (E14)."""

from __future__ import annotations

import solara

from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.charts import images
from app.texts import Texts
from sim.perceptions import OPPOSITE, READINGS


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show how either department sees itself and is seen, before and after."""
    reading, choose = solara.use_state(READINGS[0])
    solara.v.RadioGroup(
        label=texts("studio.charts.images.reading"),
        v_model=reading,
        on_v_model=choose,
        row=True,
        children=[solara.v.Radio(label=texts(f"studio.charts.images.{name}"), value=name) for name in READINGS],
    )
    solara.Text(texts("studio.charts.images.note"))
    with solara.Row(style={"flex-wrap": "wrap"}, gap="24px"):
        for side in OPPOSITE:
            with solara.Column(style={"flex": "1 1 320px", "min-width": "0"}):
                ChartView(images.chart(answer, texts, dark, reading, side), texts)


__all__ = ["View"]
