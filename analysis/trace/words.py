"""What measures, mechanisms and amounts are called in a chain, in English and German."""

from __future__ import annotations

from typing import Final, NamedTuple

from analysis.trace.measured import PRICED
from sim.outcomes import TYPES
from sim.parameters import parameters

_MEASURES: Final = {
    "cooperation_quality": ("cooperation quality", "Kooperationsqualität", "points"),
    "coordination_efficiency": ("coordination efficiency", "Koordinationseffizienz", "points"),
    "return_on_sales": ("return on sales", "Umsatzrendite", "points"),
    "market_success": ("market success", "Markterfolg", "points"),
    "adaptation_success": ("adaptation success", "Anpassungserfolg", "points"),
    "openness_to_change": ("openness to changing sides", "Wechselbereitschaft", "points"),
    "mean_return_on_sales": ("return on sales over the whole run", "Umsatzrendite über den ganzen Lauf", "points"),
    "return_before_levers": ("return before the levers' cost", "Umsatzrendite vor Hebelkosten", "points"),
    "alignment": ("alignment", "Abgestimmtheit", "points"),
    "trust": ("trust", "Vertrauen", "points"),
    "friction": ("friction", "Reibung", "points"),
    "regard": ("regard", "Wertschätzung", "points"),
    "understanding": ("understanding", "Verständnis", "points"),
    "understanding_unlike": ("understanding between unlike people", "Verständnis zwischen Ungleichen", "points"),
    "disagreement": ("disagreement", "Streit", "points"),
    "decision_quality": ("decision quality", "Entscheidungsqualität", "points"),
    "knowledge_gap": ("knowledge gap", "Wissensgefälle", "points"),
    "market_knowledge": ("market knowledge", "Marktwissen", "points"),
    "goal_divergence": ("divergence of goals", "Zieldivergenz", "points"),
    "strangeness": ("strangeness of motives", "Fremdheit der Motive", "points"),
    "social_skill": ("social skill", "soziale Fähigkeit", "points"),
    "experience": ("experience of the other side", "Erfahrung mit der anderen Seite", "points"),
    "mandate": ("mandated contact", "verordneter Kontakt", "points"),
    "escalations": ("escalations", "Eskalationen", "per_year"),
    "backlog": ("unread mail and reports", "Ungelesenes", "stock"),
    "contact_hours": ("contact", "Kontakt", "hours"),
    "waste_hours": ("wasted hours", "vergeudete Stunden", "hours"),
    "coordination_hours": ("hours of coordination", "Abstimmungsstunden", "hours"),
    "customer_hours": ("hours of sales for customers", "Stunden des Vertriebs für Kunden", "hours"),
    "lever_cost": ("cost of levers", "Kosten der Hebel", "percent"),
    "professional": ("professional companies", "professionell abgestimmte Unternehmen", "points"),
    "overbureaucratic": ("overbureaucratic companies", "überbürokratische Unternehmen", "points"),
    "contact_shy": ("contact-shy companies", "kontaktscheue Unternehmen", "points"),
    "self_blocking": ("self-blocking companies", "selbstblockierende Unternehmen", "points"),
}
_MECHANISMS: Final = {
    "understanding": ("understanding", "Verständnis"),
    "disagreement": ("disagreement", "Streit"),
    "escalation": ("escalation and friction", "Eskalation und Reibung"),
    "trust": ("trust and regard", "Vertrauen und Wertschätzung"),
    "knowledge": ("knowledge", "Wissen"),
    "time": ("time", "Zeit"),
    "price": ("price", "Preis"),
    "direct": ("direct effects", "direkte Wirkung"),
}


class _Unit(NamedTuple):
    """How numbers are given: times a factor, to so many digits, with the unit behind them."""

    factor: float
    digits: int
    en: str
    de: str

    def after(self, language: str) -> str:
        return self.de if language == "de" else self.en


_UNITS: Final = {
    "points": _Unit(100.0, 1, " points", " Punkte"),
    "hours": _Unit(1.0, 2, " h a week", " h je Woche"),
    "stock": _Unit(1.0, 1, " h", " h"),
    "per_year": _Unit(1.0, 1, " a year", " im Jahr"),
    "percent": _Unit(1.0, 2, "% of revenue", " % vom Umsatz"),
}
_PARAMETER_UNITS: Final = {
    "1": ("", ""),
    "h/wk": (" h a week", " h je Woche"),
    "/yr": (" a year", " im Jahr"),
}
_OTHER: Final = ("everything else that differs", "alles andere, was sich unterscheidet")


def mechanism_name(mechanism: str, language: str) -> str:
    """Return what a mechanism is called."""
    return _MECHANISMS[mechanism][language == "de"]


def other_name(language: str) -> str:
    """Return what the player is called that stands for all differences besides levers."""
    return _OTHER[language == "de"]


def measure_name(measure: str, language: str) -> str:
    """Return what a measure is called."""
    return _MEASURES[measure][language == "de"]


def measure_unit(measure: str, language: str) -> str:
    """Return in which unit a measure is given, such as ``points``: shares and returns are given times 100."""
    return _unit(measure).after(language).strip()


def measure_amount(measure: str, value: float, language: str, *, sign: bool = True) -> str:
    """Return a measure's value, or a change of it, as a number in its unit."""
    unit = _unit(measure)
    return _number(unit.factor * value, unit.digits, language, sign=sign)


def measure_level(measure: str, value: float, language: str) -> str:
    """Return a measure's value as it is read: returns and shares of companies in percent."""
    text = measure_amount(measure, value, language, sign=False)
    if measure in PRICED or measure in TYPES:
        return f"{text} %" if language == "de" else f"{text}%"
    return text


def measure_change(measure: str, change: float, language: str) -> str:
    """Return a measure and by how much it changes, such as ``trust +1.2 points``."""
    amount = measure_amount(measure, change, language)
    return f"{measure_name(measure, language)} {amount}{_unit(measure).after(language)}"


def parameter_change(parameter: str, change: float, language: str) -> str:
    """Return a mechanism parameter and by how much it changes."""
    declared = parameters()["mechanism"][parameter]
    name = declared.de if language == "de" else declared.en
    unit = _PARAMETER_UNITS[declared.unit][language == "de"]
    # What a label says in brackets is for who sets the parameter.
    return f"{name.partition(' (')[0]} {_number(change, 2, language)}{unit}"


def _unit(measure: str) -> _Unit:
    return _UNITS[_MEASURES[measure][2]]


def _number(value: float, digits: int, language: str, *, sign: bool = True) -> str:
    """Return a number in the language's way; with further digits where a change would look like nothing."""
    while sign and value != 0.0 and digits < 6 and abs(value) < 0.5 * 10.0**-digits:
        digits += 1
    text = f"{value:{'+' if sign and value else ''},.{digits}f}".replace("-", "−")
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


__all__ = [
    "measure_amount",
    "measure_change",
    "measure_level",
    "measure_name",
    "measure_unit",
    "mechanism_name",
    "other_name",
    "parameter_change",
]
