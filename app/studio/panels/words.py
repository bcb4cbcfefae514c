"""Texts for the Vue templates of the panels, which take them as one dictionary."""

from __future__ import annotations

from analysis.figures.labels import kept_together
from app.terminal.texts import Texts, catalogue


def words(texts: Texts, table: str) -> dict[str, str]:
    """Return the texts of a table of the catalogue by their last name."""
    prefix = f"{table}."
    found = catalogue(texts.language)
    return {key.removeprefix(prefix): kept_together(text) for key, text in found.items() if key.startswith(prefix)}


__all__ = ["words"]
