"""The canvas in the browser, as a widget: gets a company's weeks once, and says which person was chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import anywidget
import traitlets

_FOLDER: Final = Path(__file__).parent
_PARTS: Final = ("weeks.js", "drawing.js", "canvas.js")
"""The browser gets them as one module: anywidget sends text, in which nothing can be imported from beside it."""


class NetworkCanvas(anywidget.AnyWidget):
    """An animated network with its controls and its table twin.

    Attributes
    ----------
    picture
        What there is to see (:func:`app.studio.views.network.picture.picture`).
    words
        Texts of the controls by key (``studio_network.canvas`` in the catalogue), and ``language`` for numbers.
    dark
        Whether the page is dark.
    person
        Number of the person chosen, -1 for nobody; set on either side.
    setting
        Position of the setting shown in the picture's scenes; set on either side.
    """

    _esm = "\n".join((_FOLDER / part).read_text(encoding="utf-8") for part in _PARTS)
    _css = (_FOLDER / "canvas.css").read_text(encoding="utf-8")

    picture = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    dark = traitlets.Bool(False).tag(sync=True)
    person = traitlets.Int(-1).tag(sync=True)
    setting = traitlets.Int(1).tag(sync=True)


__all__ = ["NetworkCanvas"]
