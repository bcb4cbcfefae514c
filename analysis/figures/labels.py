"""Names of types and levers on a page, in a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.texts import Pair, Texts, text_of

if TYPE_CHECKING:
    from sim import Scenario


@dataclass(frozen=True, slots=True)
class Labels(Texts):
    """Texts and numbers of one language, and what coordination types are called in it."""

    def percent(self, share: float, digits: int = 0, *, sign: bool = False) -> str:
        """Return a share of one as a percentage, without digits after the point unless asked for."""
        return Texts.percent(self, share, digits, sign=sign)

    def type(self, name: str) -> str:
        """Return what a coordination type is called."""
        return text_of(f"type.{name}", self.language)


def short_name(lever: str, name: Pair, texts: Texts) -> str:
    """Return a lever's name for tables and figures: a short form of names that are too long there.

    Parameters
    ----------
    lever
        The lever's id.
    name
        Its declared name.
    texts
        The language.
    """
    return texts.inside("").get(f"lattice.short.{lever}", texts.of(name))


def short_names(scenario: Scenario, texts: Texts) -> dict[str, str]:
    """Return the names for tables and figures of all levers that a scenario can use, by id."""
    return {p.id: short_name(p.id, (p.name("en"), p.name("de")), texts) for p in scenario.all_policies()}


__all__ = ["Labels", "short_name", "short_names"]
