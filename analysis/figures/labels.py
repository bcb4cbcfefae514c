"""What things are called and how numbers are written, in English and German: the one place for figures and reports.

Nothing here draws, and nothing but the standard library is loaded: the command line writes its numbers this way, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

Pair = tuple[str, str]
"""An English and a German text."""

TYPES: Final[Mapping[str, Pair]] = {
    "professional": ("professional", "professionell abgestimmt"),
    "overbureaucratic": ("overbureaucratic", "überbürokratisch"),
    "contact_shy": ("contact-shy", "kontaktscheu"),
    "self_blocking": ("self-blocking", "Selbstblockierer"),
}
DEPARTMENTS: Final[Mapping[str, Pair]] = {"marketing": ("Marketing", "Marketing"), "sales": ("Sales", "Vertrieb")}
PURPOSES: Final[Mapping[str, Pair]] = {
    "contact": ("Talking and writing to the other side", "Austausch mit der anderen Seite"),
    "waste": ("Extra hours: friction, muddle, formality", "Mehraufwand: Reibung, Unklarheit, Formalität"),
    "reading": ("Reading", "Lesen"),
    "reports": ("Reports", "Berichte"),
    "planning": ("Planning", "Planung"),
    "training": ("Training", "Schulung"),
    "rotation": ("Job rotation", "Stellentausch"),
    "teams": ("Teams: overhead", "Teams: Organisation"),
    "core": ("Core work", "Kernarbeit"),
}
PROVENANCES: Final[Mapping[str, Pair]] = {
    "study": ("from the study", "aus der Studie"),
    "literature": ("from the literature", "aus der Literatur"),
    "assumption": ("assumption", "Annahme"),
}
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

_MINUS: Final = "−"
MISSING: Final = "–"
"""What stands for a number that is not known."""
_BEFORE_UNIT: Final = re.compile(r"(?<!\D) (?=%|h\b)")
"""The space behind a number, or at the beginning of what is put behind one."""


def number(value: float, digits: int, language: str, *, sign: bool = False) -> str:
    """Return a number with the language's decimal and thousands separators; a dash for what is not known."""
    if not math.isfinite(value):
        return MISSING
    # A zero with a minus sign looks like a mistake.
    rounded = round(value, digits) or 0.0
    text = f"{rounded:{'+' if sign and rounded else ''},.{digits}f}".replace("-", _MINUS)
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def kept_together(text: str) -> str:
    """Return a text for a page, where no line may break between a number and its unit (%, h)."""
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)


@dataclass(frozen=True, slots=True)
class Labels:
    """Texts and numbers in one language.

    A module with texts of its own derives a class and gives it these as ``TEXTS``.

    Attributes
    ----------
    language
        ``"en"`` or ``"de"``.
    """

    language: str
    TEXTS: ClassVar[Mapping[str, Pair]] = {}

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in."""
        return self.of(self.TEXTS[key]).format(**values)

    def of(self, pair: Pair) -> str:
        """Return the text of a pair that is in the language."""
        return pair[self.language == "de"]

    def outcome(self, name: str) -> str:
        """Return what an outcome or a weekly measure is called, with its unit."""
        return self.of(OUTCOMES[name])

    def type(self, name: str) -> str:
        """Return what a coordination type is called."""
        return self.of(TYPES[name])

    def number(self, value: float, digits: int, *, sign: bool = False) -> str:
        """Return a number with so many digits after the point."""
        return number(float(value), digits, self.language, sign=sign)

    def short(self, value: float) -> str:
        """Return a number with as few digits as it needs, as it stands at an axis."""
        text = f"{round(float(value), 10) or 0.0:g}".replace("-", _MINUS)
        return text.replace(".", ",") if self.language == "de" else text

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share of one as a percentage."""
        shown = self.number(100.0 * share, digits)
        return shown if shown == MISSING else shown + self.of(("%", " %"))

    def interval(self, low: str, high: str) -> str:
        """Return an interval between two numbers that are texts already."""
        return MISSING if MISSING in (low, high) else self.of(("{} to {}", "{} bis {}")).format(low, high)

    def quoted(self, text: str) -> str:
        """Return a text in quotation marks."""
        return self.of(("“{}”", "„{}“")).format(text)

    def listed(self, names: Sequence[str]) -> str:
        """Return names in quotation marks, the last after an "and"."""
        *some, last = map(self.quoted, names)
        return f"{', '.join(some)} {self.of(('and', 'und'))} {last}" if some else last

    def amount(self, name: str, value: float, *, sign: bool = False) -> str:
        """Return an outcome's value, or a difference of values, in the unit that its label names."""
        if name in SHARES:
            return self.number(100.0 * value, 2, sign=sign)
        return self.number(value, 1 if name in ("coordination_hours", "customer_hours", "backlog") else 3, sign=sign)


__all__ = [
    "DEPARTMENTS",
    "MISSING",
    "OUTCOMES",
    "PROVENANCES",
    "PURPOSES",
    "SHARES",
    "TYPES",
    "Labels",
    "Pair",
    "kept_together",
    "number",
]
