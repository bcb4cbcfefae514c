"""A company's communication graph: people by their regard for the other side, ties by trust or friction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from numpy.typing import NDArray

from analysis.figures.labels import Labels
from analysis.figures.style import frame, styled, write_axis
from sim.errors import unknown_name
from sim.texts import text_of

if TYPE_CHECKING:
    from sim.model import OrganisationModel

BY: Final = ("friction", "trust")
"""What ties may be coloured by."""
_SHADES: Final = {
    "regard": LinearSegmentedColormap.from_list("handshake-regard", ["#f0f0f0", "#00446B"]),
    "trust": LinearSegmentedColormap.from_list("handshake-trust", ["#d9d9d9", "#006D4B"]),
    "friction": LinearSegmentedColormap.from_list("handshake-friction", ["#d9d9d9", "#A63603"]),
}
_MARKERS: Final = {"marketing": "o", "sales": "s"}
_NAMED: Final = 40
"""Most people in a department whose names have room."""
_SWEEPS: Final = 8


_WITHIN: Final = "figures.network."


@styled
def network(model: OrganisationModel, language: str = "en", *, by: str = "friction") -> Figure:
    """Return a company as it is now: marketing to the left, sales to the right, ties between and inside them.

    Shades repeat what can be read in grey: ties are thicker the more there is of what they are coloured by, and people
    darker the higher their regard.

    Parameters
    ----------
    model
        The company, in whatever week.
    language
        ``"en"`` or ``"de"``.
    by
        ``"friction"`` or ``"trust"``, what ties are coloured by.

    Raises
    ------
    BadInputError
        For any other ``by``.
    """
    if by not in BY:
        raise unknown_name(by, BY, key="by")
    labels, ties, marketing = Labels(language, _WITHIN), model.tie_frame(), len(model.marketing)
    ends = ties[["marketing", "sales"]].to_numpy(dtype=np.int64)
    place = _places(marketing, len(model.people), ends)
    figure = Figure(figsize=(7.2, max(3.6, 0.9 + 0.26 * max(marketing, len(model.people) - marketing))))
    axes = figure.subplots()
    _colleagues(axes, model, place)
    strength, team = ties[by].to_numpy(dtype=np.float64), ties["team"].to_numpy(dtype=bool)
    for mine, style in ((~team, "solid"), (team, "dotted")):
        order = np.flatnonzero(mine)[np.argsort(strength[mine], kind="stable")]
        lines = LineCollection(
            list(place[ends[order]]), cmap=_SHADES[by], norm=Normalize(0.0, 1.0), array=strength[order],
            linewidths=0.5 + 3.5 * strength[order], linestyles=style, zorder=2,
        )  # fmt: skip
        axes.add_collection(lines)
    regard = np.array([person.regard for person in model.people])
    sides = {"marketing": slice(0, marketing), "sales": slice(marketing, None)}
    for side, who in sides.items():
        people = axes.scatter(
            place[who, 0], place[who, 1], c=regard[who], cmap=_SHADES["regard"], vmin=0.0, vmax=1.0,
            marker=_MARKERS[side], s=90, edgecolors="black", zorder=3,
        )  # fmt: skip
    _names(axes, model, place, marketing)
    axes.set_xlim(-0.42, 1.42)
    axes.set_axis_off()
    for shaded, name in ((people, "regard"), (lines, by)):
        bar = figure.colorbar(shaded, ax=axes, label=labels(name), shrink=0.7, aspect=24, pad=0.01)
        write_axis(bar.ax, labels, "y")
    called = {side: text_of(f"department.{side}", language) for side in sides}
    handles = [
        Line2D(
            [],
            [],
            marker=_MARKERS[side],
            color="none",
            mec="black",
            mfc="white",
            label=called[side],
        )
        for side in sides
    ]
    figure.legend(handles=handles, loc="outside lower left", ncols=2, fontsize=8)
    frame(figure, labels("title", week=labels.number(model.steps, 0)), labels("note", by=labels(by)))
    return figure


def _places(marketing: int, people: int, ends: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return where people stand, shape (people, 2): in two columns, each near those they are tied to."""
    sides = np.arange(marketing), np.arange(marketing, people)
    height = np.zeros(people)
    for side in sides:
        height[side] = np.linspace(1.0, 0.0, len(side)) if len(side) > 1 else 0.5
    for turn in range(_SWEEPS):
        mine, own, other = sides[1 - turn % 2], 1 - turn % 2, turn % 2
        total, count = np.zeros(people), np.zeros(people)
        np.add.at(total, ends[:, own], height[ends[:, other]])
        np.add.at(count, ends[:, own], 1.0)
        middle = np.where(count > 0.0, total / np.maximum(count, 1.0), height)[mine]
        height[mine[np.argsort(-middle, kind="stable")]] = height[np.sort(mine)] if len(mine) == 1 else np.linspace(
            1.0, 0.0, len(mine)
        )  # fmt: skip
    return np.column_stack([np.repeat([0.0, 1.0], [marketing, people - marketing]), height])


def _colleagues(axes: Axes, model: OrganisationModel, place: NDArray[np.float64]) -> None:
    for person in model.people:
        for colleague in person.colleagues:
            if person.number < colleague.number:
                one, other = sorted((place[person.number], place[colleague.number]), key=lambda point: float(point[1]))
                bend = 0.35 if one[0] > 0.5 else -0.35
                arc = FancyArrowPatch(
                    tuple(one), tuple(other), connectionstyle=f"arc3,rad={bend}", arrowstyle="-", color="#b0b0b0",
                    linewidth=0.6, zorder=1,
                )  # fmt: skip
                axes.add_patch(arc)


def _names(axes: Axes, model: OrganisationModel, place: NDArray[np.float64], marketing: int) -> None:
    if max(marketing, len(model.people) - marketing) > _NAMED:
        return
    for person in model.people:
        left = person.number < marketing
        axes.annotate(
            str(person.name).replace("$", r"\$"), place[person.number], xytext=(-34 if left else 34, 0),
            textcoords="offset points", ha="right" if left else "left", va="center", fontsize=7, color="#444444",
        )  # fmt: skip


__all__ = ["BY", "network"]
