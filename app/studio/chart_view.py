"""A chart on the page: a title, a sentence, the picture, a note, and a table that says the same.

The picture is drawn by the ECharts that comes with Solara. ``solara.FigureEcharts`` would do for the picture alone; it
does not let the browser write numbers in the reader's language, keeps a chart's memory when its tab is closed,
complains in a tab that is not open yet, and moves things for readers who asked for no motion. ``chart_view.vue`` does
what is missing, and shows the words around the picture, so that a chart with its table is one widget and an update
sends only what has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import solara

from app.studio.charts.chart import Chart
from sim.texts import Texts, kept_together


@solara.component_vue("chart_view.vue")
def _Figure(
    title: str,
    says: str,
    option: dict[str, Any],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    note: str,
    height: int,
    as_table: str,
    language: str,
) -> None:
    """Declare what the template is given."""


@solara.component
def ChartView(chart: Chart, texts: Texts) -> None:
    """Show a chart, with what it says in words and as a table."""
    _Figure(
        title=chart.title,
        says=kept_together(chart.says),
        option=dict(chart.option),
        columns=list(chart.columns),
        rows=[list(row) for row in chart.rows],
        note=kept_together(chart.note),
        height=chart.height,
        as_table=texts("studio.charts.as_table"),
        language=texts.language,
    )


__all__ = ["ChartView"]
