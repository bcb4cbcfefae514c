"""Texts for the Vue templates of the panels, which take them as one dictionary."""

from __future__ import annotations

from sim.texts import Texts, kept_together


def words(texts: Texts, table: str) -> dict[str, str]:
    """Return the texts of a table of the catalogue by their last name."""
    return {key: kept_together(text) for key, text in texts.table(f"{table}.").items()}


__all__ = ["words"]
