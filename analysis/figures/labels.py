"""Texts of a page in a language, with what coordination types are called."""

from __future__ import annotations

from dataclasses import dataclass

from sim.texts import Texts, text_of


@dataclass(frozen=True, slots=True)
class Labels(Texts):
    """Texts and numbers of one language, and what coordination types are called in it."""

    def percent(self, share: float, digits: int = 0, *, sign: bool = False) -> str:
        """Return a share of one as a percentage, without digits after the point unless asked for."""
        return Texts.percent(self, share, digits, sign=sign)

    def type(self, name: str) -> str:
        """Return what a coordination type is called."""
        return text_of(f"type.{name}", self.language)


__all__ = ["Labels"]
