"""The panel on what the model is not and what it rests on; always on the page."""

from __future__ import annotations

from collections import Counter

import solara

from app.studio.panels.words import words
from sim.parameters import PROVENANCES, parameters
from sim.texts import Texts
from sim.version import __version__


@solara.component_vue("about.vue")
def _About(words: dict[str, str], counts: str) -> None:
    """Draw the panel."""


@solara.component
def AboutPanel(texts: Texts) -> None:
    """Say it."""
    _About(words=words(texts, "studio.about"), counts=counts(texts))


def counts(texts: Texts) -> str:
    """Return where the numbers of the model come from, counted."""
    found = Counter(number.provenance for group in parameters().values() for number in group.values())
    counted = {name: found[name] for name in PROVENANCES}
    return texts("studio.about.counts", total=found.total(), version=__version__, **counted)


__all__ = ["AboutPanel", "counts"]
