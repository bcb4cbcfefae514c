"""Names of outcomes and types, and amounts of outcomes, in a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sim.texts import Pair, Texts, text_of

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


__all__ = ["OUTCOMES", "SHARES", "Labels"]
