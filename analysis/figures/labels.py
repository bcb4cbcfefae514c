"""Names of outcomes, types and levers, and amounts of outcomes, in a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.texts import Pair, Texts, text_of

if TYPE_CHECKING:
    from sim import Scenario

OUTCOMES: Final[Mapping[str, Pair]] = {
    "cooperation_quality": ("Cooperation quality", "Kooperationsqualität"),
    "coordination_efficiency": ("Coordination efficiency", "Koordinationseffizienz"),
    "return_on_sales": ("Return on sales, %", "Umsatzrendite, %"),
    "market_success": ("Market success", "Markterfolg"),
    "adaptation_success": ("Adaptation success", "Anpassungserfolg"),
    "openness_to_change": ("Openness to change sides", "Wechselbereitschaft"),
    "mean_return_on_sales": ("Return on sales, whole run, %", "Umsatzrendite, ganzer Lauf, %"),
    "return_before_levers": ("Return before the levers' cost, %", "Rendite vor Hebelkosten, %"),
    "alignment": ("Alignment", "Abgestimmtheit"),
    "trust": ("Trust", "Vertrauen"),
    "friction": ("Friction", "Reibung"),
    "regard": ("Regard", "Wertschätzung"),
    "understanding": ("Understanding", "Verständnis"),
    "understanding_unlike": ("Understanding among unlike people", "Verständnis unter Ungleichen"),
    "disagreement": ("Disagreement", "Streit"),
    "decision_quality": ("Decision quality", "Entscheidungsqualität"),
    "knowledge_gap": ("Knowledge gap", "Wissensgefälle"),
    "market_knowledge": ("Market knowledge", "Marktwissen"),
    "goal_divergence": ("Diverging goals", "Zieldivergenz"),
    "strangeness": ("Strangeness of motives", "Fremdheit der Motive"),
    "escalations": ("Escalations per person and year", "Eskalationen je Person und Jahr"),
    "backlog": ("Unread, hours per person", "Ungelesenes, Stunden je Person"),
    "mandate": ("Mandated contact", "Verordneter Kontakt"),
    "coordination_hours": ("Coordination, hours per week", "Abstimmungsaufwand, Stunden je Woche"),
    "customer_hours": ("Core work of sales, hours per week", "Kernarbeit des Vertriebs, Stunden je Woche"),
    "lever_cost": ("Cost of levers, % of revenue per year", "Kosten der Hebel, % vom Umsatz je Jahr"),
}
"""Outcomes and weekly measures with their units; what has none runs from 0 to 1."""
SHARES: Final = ("return_on_sales", "mean_return_on_sales", "return_before_levers")
"""Outcomes that are shares of one and shown in percent, their differences in percentage points."""


@dataclass(frozen=True, slots=True)
class Labels(Texts):
    """Texts and numbers of one language, and what outcomes and types are called in it."""

    def percent(self, share: float, digits: int = 0, *, sign: bool = False) -> str:
        """Return a share of one as a percentage, without digits after the point unless asked for."""
        return Texts.percent(self, share, digits, sign=sign)

    def outcome(self, name: str) -> str:
        """Return what an outcome or a weekly measure is called, with its unit."""
        return self.of(OUTCOMES[name])

    def type(self, name: str) -> str:
        """Return what a coordination type is called."""
        return text_of(f"type.{name}", self.language)

    def amount(self, name: str, value: float, *, sign: bool = False) -> str:
        """Return an outcome's value, or a difference of values, in the unit that its label names."""
        if name in SHARES:
            return self.number(100.0 * value, 2, sign=sign)
        return self.number(value, 1 if name in ("coordination_hours", "customer_hours", "backlog") else 3, sign=sign)


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


__all__ = ["OUTCOMES", "SHARES", "Labels", "short_name", "short_names"]
