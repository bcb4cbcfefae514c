"""One look for all figures: safe for colour-blind readers, readable in grey, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.figures.labels import Labels
from sim.outcomes import TYPES

_Given = ParamSpec("_Given")

TYPE_COLOURS: Final = dict(zip(TYPES, ("#009E73", "#E69F00", "#56B4E9", "#A63603"), strict=True))
"""Okabe and Ito's colours, with a darker red for self-blockers so that the four differ in grey as well."""
TYPE_MARKERS: Final = dict(zip(TYPES, ("o", "s", "^", "x"), strict=True))
TYPE_HATCHES: Final = dict(zip(TYPES, ("", "...", "///", ""), strict=True))
"""Of areas, where there are no markers: the second and the third colour are nearly the same in grey."""
SIDE_COLOURS: Final = {"marketing": "#0072B2", "sales": "#CC79A7"}
GREY: Final = "#666666"
BETTER: Final = "#0072B2"
WORSE: Final = "#D55E00"
DIVERGING: Final = LinearSegmentedColormap.from_list("handshake", [WORSE, "white", BETTER])
KINDS: Final = ("svg", "png", "pdf")
"""Kinds of files that figures are saved as."""

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


UNDATED: Final[Mapping[str, dict[str, Any]]] = {
    "svg": {"Date": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None},
}
"""Metadata by kind of file without which the bytes would differ each time."""


@contextmanager
def house_style() -> Iterator[None]:
    """Use the style inside a ``with`` block, and no display."""
    with mpl.rc_context(_STYLE):  # type: ignore[arg-type]  # keys are checked by matplotlib itself
        yield


def styled(draw: Callable[_Given, Figure]) -> Callable[_Given, Figure]:
    """Let a function draw its figure in the style."""

    @wraps(draw)
    def drawn(*args: _Given.args, **kwargs: _Given.kwargs) -> Figure:
        with house_style():
            return draw(*args, **kwargs)

    return drawn


def write_axis(axes: Axes, labels: Labels, *which: str) -> None:
    """Write the numbers at the axes ``x`` and ``y``, or at one of them, in the language of the labels."""
    for name in which:
        getattr(axes, f"{name}axis").set_major_formatter(FuncFormatter(lambda value, _: labels.short(value)))


def frame(figure: Figure, title: str, note: str = "", size: float = 8.0) -> None:
    """Write title and note across the whole figure: beside long names there is no room for them."""
    figure.suptitle(title, x=0.01, ha="left", fontsize=10, fontweight="bold")
    if note:
        figure.supxlabel(note, x=0.99, ha="right", fontsize=size)


def save(figure: Figure, folder: Path, name: str, kinds: Collection[str] = ("svg", "png")) -> list[Path]:
    """Write a figure as files of some of :data:`KINDS` and return the paths; the same figure, the same bytes."""
    paths = [folder / f"{name}.{kind}" for kind in kinds]
    with house_style():
        for kind, path in zip(kinds, paths, strict=True):
            figure.savefig(path, metadata=UNDATED[kind])
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
