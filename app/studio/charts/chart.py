"""A chart of the studio, with what those see who cannot see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart and its twin in words.

    Attributes
    ----------
    title
        What it shows.
    says
        What there is to see in it, in one or two sentences: the label for screen readers, and the line above it.
    option
        Of ECharts; plain lists, dictionaries, numbers and texts.
    columns, rows
        The table twin: heads, and cells as they are to be read.
    note
        What of it is an assumption, and how to read it; shown small, below the chart.
    height
        In pixels.
    """

    title: str
    says: str
    option: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    height: int = 360


__all__ = ["Chart"]
