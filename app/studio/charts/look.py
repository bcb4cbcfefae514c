"""One look for the studio's charts, light and dark: the colours of the figures, and axes that are read in both.

Numbers on axes are written by the browser (``chart_view.vue``) as the language writes them; an axis only says what goes
around them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.figures.style import SIDE_COLOURS, TYPE_COLOURS, TYPE_MARKERS

Option = dict[str, Any]

_CROSS: Final = "path://M1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5L0,1Z"
_SYMBOLS: Final = {"o": "circle", "s": "rect", "^": "triangle", "x": _CROSS}
_GLYPHS: Final = {"o": "●", "s": "■", "^": "▲", "x": "×"}
TYPE_SYMBOLS: Final = {name: _SYMBOLS[marker] for name, marker in TYPE_MARKERS.items()}
"""ECharts' symbols of the coordination types: the markers of the figures."""
TYPE_GLYPHS: Final = {name: _GLYPHS[marker] for name, marker in TYPE_MARKERS.items()}
"""The same as characters, for labels."""
PURPOSE_COLOURS: Final = {
    "core": "#B8BDC4",
    "contact": "#0072B2",
    "waste": "#D55E00",
    "reading": "#56B4E9",
    "reports": "#CC79A7",
    "planning": "#009E73",
    "training": "#E69F00",
    "rotation": "#F0E442",
    "teams": "#7A6FAC",
}
"""Okabe and Ito's colours for what hours go to; core work, most of the week, stays in the background."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colours of a chart on a light or a dark page.

    Attributes
    ----------
    text, muted
        Of titles and labels, and of what explains them; both stand out from the page by 4.5 to 1 at least.
    line
        Of grids.
    ghost
        Of the baseline.
    accent
        Of the scenario, where nothing else gives a colour.
    page
        What lies behind, between neighbouring areas.
    types, sides
        Of the coordination types and of the departments.
    """

    text: str
    muted: str
    line: str
    ghost: str
    accent: str
    page: str
    types: Mapping[str, str]
    sides: Mapping[str, str]


# As in studio.css: --hs-ink, --hs-soft, --hs-line, --hs-accent and --hs-panel.
_LIGHT: Final = Look(
    text="#1B2733", muted="#55616D", line="#D8DEE4", ghost="#767676", accent="#0B5C8F", page="#FFFFFF",
    types=TYPE_COLOURS, sides=SIDE_COLOURS,
)  # fmt: skip
# Dark red and dark blue sink into a dark page; their lighter relatives do not.
_DARK: Final = Look(
    text="#E8EDF2", muted="#AAB6C2", line="#35414C", ghost="#9E9E9E", accent="#6CB6E6", page="#1A222A",
    types=TYPE_COLOURS | {"self_blocking": "#E0663A"}, sides=SIDE_COLOURS | {"marketing": "#6CB6E6"},
)  # fmt: skip


def look(dark: bool) -> Look:
    """Return the colours for a dark or a light page."""
    return _DARK if dark else _LIGHT


def canvas(colours: Look) -> Option:
    """Return what all charts have in common."""
    return {
        "backgroundColor": "transparent",
        "textStyle": {"color": colours.text, "fontFamily": "Roboto, Helvetica, Arial, sans-serif"},
        "animationDuration": 200,
        "animationDurationUpdate": 250,
        # Drawn on the canvas, not as HTML: there is nothing to escape.
        "tooltip": {
            "trigger": "item", "renderMode": "richText", "confine": True, "formatter": "{b}",
            "backgroundColor": colours.page, "borderColor": colours.line, "textStyle": {"color": colours.text},
        },
    }  # fmt: skip


def value_axis(colours: Look, name: str, *, unit: str = "", **more: Any) -> Option:
    """Return an axis for numbers.

    Parameters
    ----------
    colours
        Of the page.
    name
        What stands in the middle beside it.
    unit
        What follows each number, such as ``" %"``.
    more
        Further settings, which win.
    """
    axis: Option = {
        "type": "value",
        "name": name,
        "nameLocation": "middle",
        "nameGap": 30,
        "nameTextStyle": {"color": colours.muted},
        "axisLabel": {"color": colours.muted, "formatter": f"{{value}}{unit}", "hideOverlap": True},
        "axisLine": {"show": True, "lineStyle": {"color": colours.ghost}},
        "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": colours.line}},
    }
    return axis | more


def name_axis(colours: Look, names: list[str], **more: Any) -> Option:
    """Return an axis for names, read from the top."""
    axis: Option = {
        "type": "category",
        "data": names,
        "inverse": True,
        "axisLabel": {"color": colours.text},
        "axisLine": {"lineStyle": {"color": colours.ghost}},
        "axisTick": {"show": False},
    }
    return axis | more


def legend(colours: Look, names: list[Any], **more: Any) -> Option:
    """Return a legend above the chart; it explains, and switches nothing off."""
    shown: Option = {
        "data": names,
        "top": 0,
        "left": 0,
        "selectedMode": False,
        "itemGap": 14,
        "textStyle": {"color": colours.text},
    }
    return shown | more


def faded(colour: str, colours: Look, share: float = 0.45) -> str:
    """Return a colour, ``"#RRGGBB"``, with so much of the page in it."""
    mixed = (
        round((1.0 - share) * int(colour[k : k + 2], 16) + share * int(colours.page[k : k + 2], 16)) for k in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02X}" for part in mixed)


def points(*columns: NDArray[Any], digits: int = 4) -> list[list[float]]:
    """Return columns as rows of rounded numbers: what is sent to the browser should be small."""
    rows: list[list[float]] = np.column_stack(columns).astype(np.float64).round(digits).tolist()
    return rows


__all__ = [
    "PURPOSE_COLOURS",
    "TYPE_GLYPHS",
    "TYPE_SYMBOLS",
    "Look",
    "Option",
    "canvas",
    "faded",
    "legend",
    "look",
    "name_axis",
    "points",
    "value_axis",
]
