"""Texts of the catalogue, for tests that compare what is shown with what should be."""

from __future__ import annotations

from sim.texts import text_of


def both(key: str) -> tuple[str, str]:
    """Return a text in English and German."""
    return text_of(key, "en"), text_of(key, "de")
