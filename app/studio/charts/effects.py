"""Effects as bars from zero with their intervals: what helps, what harms, and what chance may have made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.studio.charts.look import Option, canvas, look, name_axis, value_axis

HELPS: Final = "#0072B2"
HARMS: Final = "#D55E00"
UNCLEAR: Final = "#8C8C8C"
_LIGHTER: Final = {HELPS: "#56B4E9", HARMS: "#E69F00"}
"""The same on a dark page."""
_ROW: Final = 26
"""Pixels per bar."""
_NARROW: Final = 500
"""Pixels up to which a picture is narrow."""
_ROOM: Final = 72
"""Pixels for the axis."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect.

    Attributes
    ----------
    label
        Of what.
    says
        What is told when it is pointed at.
    value, low, high
        Its size and interval as they are drawn; NaN ends where there is no interval.
    better
        Whether more is better (1), worse (-1) or neither (0).
    """

    label: str
    says: str
    value: float
    low: float
    high: float
    better: int

    @property
    def clear(self) -> bool:
        """Return whether the interval excludes zero."""
        return self.low > 0.0 or self.high < 0.0


def effects_height(effects: Sequence[Effect]) -> int:
    """Return how high a picture of so many bars is, in pixels."""
    return _ROW * len(effects) + _ROOM


def effects_option(effects: Sequence[Effect], axis: str, unit: str, *, dark: bool) -> Option:
    """Return bars for ECharts, the first on top.

    Parameters
    ----------
    effects
        What to draw.
    axis, unit
        What stands below the axis, and after its numbers.
    dark
        Whether the page is dark.
    """
    colours = look(dark)
    bars = []
    for effect in effects:
        colour = _colour(effect, dark)
        # Where chance allows either direction, a bar is hollow: seen without colour.
        style = {"color": colour, "opacity": 0.85} if effect.clear else {"color": "transparent", "borderColor": colour}
        bars.append({"value": round(effect.value, 5), "name": effect.says, "itemStyle": {"borderWidth": 1} | style})
    whiskers = [
        {
            "id": f"interval {place}", "type": "line", "symbol": "rect", "symbolSize": [2, 10], "silent": True, "z": 4,
            "data": [[round(end, 5), place] for end in (effect.low, effect.high)],
            "lineStyle": {"color": colours.text, "width": 1.5}, "itemStyle": {"color": colours.text},
        }
        for place, effect in enumerate(effects)
        if np.isfinite(effect.low)
    ]  # fmt: skip
    return canvas(colours) | {
        "grid": {"left": 8, "right": 24, "top": 8, "bottom": 44, "containLabel": True},
        "xAxis": value_axis(colours, axis, unit=unit),
        "yAxis": name_axis(
            colours, [effect.label for effect in effects], axisLabel={"color": colours.text, "interval": 0}
        ),
        "series": [{"id": "effect", "type": "bar", "data": bars, "barWidth": "60%"}, *whiskers],
        "media": names_in_little_room(axis),
    }


def names_in_little_room(axis: str) -> list[Option]:
    """Return rules by which names beside bars are broken on a phone: in one line they would leave no room for bars.

    Parameters
    ----------
    axis
        What stands below the axis where there is room.
    """
    broken = {"width": 120, "overflow": "break", "fontSize": 11, "lineHeight": 12}
    whole = {"width": None, "fontSize": 12}
    return [
        {
            "query": {"maxWidth": _NARROW},
            "option": {"xAxis": {"name": ""}, "yAxis": {"axisLabel": broken}},
        },
        {"option": {"xAxis": {"name": axis}, "yAxis": {"axisLabel": whole}}},
    ]


def _colour(effect: Effect, dark: bool) -> str:
    gain = effect.value * effect.better
    colour = UNCLEAR if not effect.clear or gain == 0.0 else HELPS if gain > 0.0 else HARMS
    return _LIGHTER.get(colour, colour) if dark else colour


__all__ = ["HARMS", "HELPS", "UNCLEAR", "Effect", "effects_height", "effects_option", "names_in_little_room"]
