"""The view of a measure over the weeks; which one is the reader's choice."""

from __future__ import annotations

import solara

from app.studio.answer import Answer
from app.studio.chart_view import ChartView
from app.studio.charts import time_paths
from app.texts import Texts
from experiments.course import PATHS


@solara.component
def View(answer: Answer, texts: Texts, dark: bool) -> None:
    """Show how a measure runs, before and after."""
    measure, choose = solara.use_state(PATHS[0])
    names = {texts(f"outcome.{name}"): name for name in PATHS}
    labels = {name: label for label, name in names.items()}
    solara.Select(
        texts("studio.charts.time_paths.measure"),
        list(names),
        value=labels[measure],
        on_value=lambda label: choose(names[label]),
        style={"max-width": "360px"},
    )
    ChartView(time_paths.chart(answer, texts, dark, measure), texts)


__all__ = ["View"]
