"""One look for all figures: safe for colour-blind readers, readable in grey, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.figure import Figure

from sim.outcomes import TYPES

TYPE_COLOURS: Final = dict(zip(TYPES, ("#009E73", "#E69F00", "#56B4E9", "#A63603"), strict=True))
"""Okabe and Ito's colours, with a darker red for self-blockers so that the four differ in grey as well."""
TYPE_MARKERS: Final = dict(zip(TYPES, ("o", "s", "^", "x"), strict=True))
SIDE_COLOURS: Final = {"marketing": "#0072B2", "sales": "#CC79A7"}
GREY: Final = "#666666"

_STYLE: Final = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 150,
    # Without a salt the ids inside an SVG would differ each time.
    "svg.hashsalt": "handshake",
    "svg.fonttype": "none",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Use the style inside a ``with`` block, and no display."""
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]  # keys are checked by matplotlib itself
        yield


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write a figure as SVG and PNG and return the paths."""
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    with house_style():
        figure.savefig(paths[0], metadata={"Date": None})
        figure.savefig(paths[1], metadata={"Software": None})
    return paths


def save_all(figures: Mapping[str, Callable[..., Figure | None]], folder: Path, *content: object) -> list[Path]:
    """Write figures as SVG and PNG into a new folder ``figures`` and return the paths.

    Parameters
    ----------
    figures
        What draws them, by file name; None is no figure.
    folder
        Where the new folder goes.
    content
        What each of them is given.
    """
    target = folder / "figures"
    target.mkdir()
    paths = []
    with house_style():
        for name, draw in figures.items():
            if (figure := draw(*content)) is not None:
                paths += save(figure, target, name)
    return paths
