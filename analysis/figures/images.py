"""The profiles of self-image and other-image of both departments."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.figures.labels import Labels
from analysis.figures.style import SIDE_COLOURS, styled
from sim.texts import text_of

_WITHIN: Final = "figures.images."


def item_name(item: str, language: str) -> str:
    """Return the name of an item that is rated."""
    return text_of(f"item.{item}", language)


@styled
def self_and_other_image(ratings: pd.DataFrame, language: str = "en") -> Figure:
    """Return the profiles of self-image and other-image of both departments (E12-E14).

    Parameters
    ----------
    ratings
        A row per item of :data:`sim.perceptions.ITEMS`: ``item``, ``marketing_self``, ``marketing_other``,
        ``sales_self``, ``sales_other``, 0 to 100.
    language
        ``"en"`` or ``"de"``.
    """
    labels = Labels(language, _WITHIN)
    figure = Figure(figsize=(7.4, 4.0))
    panels: list[Axes] = list(figure.subplots(1, 2, sharey=True))
    place = np.arange(len(ratings))
    for axes, side in zip(panels, ("marketing", "sales"), strict=True):
        colour, own, other = SIDE_COLOURS[side], ratings[f"{side}_self"], ratings[f"{side}_other"]
        axes.plot(own, place, marker="o", color=colour, label=labels("self"))
        axes.plot(other, place, marker="s", color=colour, linestyle="--", mfc="white", label=labels("other"))
        axes.fill_betweenx(place, own, other, color=colour, alpha=0.12)
        axes.set(xlim=(0, 104), xlabel=labels("rating"))
        axes.set_title(labels(f"images_{side}"), pad=22)
        axes.legend(ncols=2, fontsize=8, loc="lower left", bbox_to_anchor=(-0.02, 0.99))
    panels[0].set_yticks(place, [item_name(name, language) for name in ratings["item"]])
    panels[0].invert_yaxis()
    return figure


__all__ = ["item_name", "self_and_other_image"]
