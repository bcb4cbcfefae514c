"""What measures, mechanisms and amounts are called in a chain, in English and German."""

from __future__ import annotations

from typing import Final, NamedTuple

from analysis.figures.labels import SHARES, Labels, Pair, number
from sim.outcomes import TYPES
from sim.parameters import parameters

_MEASURES: Final = {
    "cooperation_quality": ("cooperation quality", "Kooperationsqualität"),
    "coordination_efficiency": ("coordination efficiency", "Koordinationseffizienz"),
    "return_on_sales": ("return on sales", "Umsatzrendite"),
    "market_success": ("market success", "Markterfolg"),
    "adaptation_success": ("adaptation success", "Anpassungserfolg"),
    "openness_to_change": ("openness to changing sides", "Wechselbereitschaft"),
    "mean_return_on_sales": ("return on sales over the whole run", "Umsatzrendite über den ganzen Lauf"),
    "return_before_levers": ("return before the levers' cost", "Umsatzrendite vor Hebelkosten"),
    "alignment": ("alignment", "Abgestimmtheit"),
    "trust": ("trust", "Vertrauen"),
    "friction": ("friction", "Reibung"),
    "regard": ("regard", "Wertschätzung"),
    "understanding": ("understanding", "Verständnis"),
    "understanding_unlike": ("understanding between unlike people", "Verständnis zwischen Ungleichen"),
    "disagreement": ("disagreement", "Streit"),
    "decision_quality": ("decision quality", "Entscheidungsqualität"),
    "knowledge_gap": ("knowledge gap", "Wissensgefälle"),
    "market_knowledge": ("market knowledge", "Marktwissen"),
    "goal_divergence": ("divergence of goals", "Zieldivergenz"),
    "strangeness": ("strangeness of motives", "Fremdheit der Motive"),
    "social_skill": ("social skill", "soziale Fähigkeit"),
    "experience": ("experience of the other side", "Erfahrung mit der anderen Seite"),
    "mandate": ("mandated contact", "verordneter Kontakt"),
    "escalations": ("escalations", "Eskalationen"),
    "backlog": ("unread mail and reports", "Ungelesenes"),
    "contact_hours": ("contact", "Kontakt"),
    "waste_hours": ("wasted hours", "vergeudete Stunden"),
    "coordination_hours": ("hours of coordination", "Abstimmungsstunden"),
    "customer_hours": ("hours of sales for customers", "Stunden des Vertriebs für Kunden"),
    "lever_cost": ("cost of levers", "Kosten der Hebel"),
    "professional": ("professional companies", "professionell abgestimmte Unternehmen"),
    "overbureaucratic": ("overbureaucratic companies", "überbürokratische Unternehmen"),
    "contact_shy": ("contact-shy companies", "kontaktscheue Unternehmen"),
    "self_blocking": ("self-blocking companies", "selbstblockierende Unternehmen"),
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
    """What stands behind the difference of a measure, and behind its value, each in English and German."""

    difference: Pair
    level: Pair

    @classmethod
    def same(cls, en: str, de: str) -> _Unit:
        return cls((en, de), (en, de))


_INDEX: Final = _Unit.same("", "")
"""Of what runs from 0 to 1."""
_SHARE: Final = _Unit((" percentage points", " Prozentpunkte"), ("%", " %"))
_HOURS: Final = _Unit.same(" h a week", " h je Woche")
_UNITS: Final = {
    **dict.fromkeys((*SHARES, *TYPES), _SHARE),
    **dict.fromkeys(("contact_hours", "waste_hours", "coordination_hours", "customer_hours"), _HOURS),
    "backlog": _Unit.same(" h", " h"),
    "escalations": _Unit.same(" a year", " im Jahr"),
    "lever_cost": _Unit.same("% of revenue", " % vom Umsatz"),
}
_PARAMETER_UNITS: Final = {
    "1": ("", ""),
    "h/wk": (" h a week", " h je Woche"),
    "/yr": (" a year", " im Jahr"),
}
_OTHER: Final = ("everything else that differs", "alles andere, was sich unterscheidet")


def mechanism_name(mechanism: str, language: str) -> str:
    """Return what a mechanism is called."""
    return _of(_MECHANISMS[mechanism], language)


def other_name(language: str) -> str:
    """Return what the player is called that stands for all differences besides levers."""
    return _of(_OTHER, language)


def measure_name(measure: str, language: str) -> str:
    """Return what a measure is called."""
    return _of(_MEASURES[measure], language)


def measure_scale(measure: str) -> float:
    """Return what a measure is multiplied with where it is shown: shares are shown in percent."""
    return 100.0 if _unit(measure) is _SHARE else 1.0


def measure_amount(measure: str, value: float, language: str, *, sign: bool = True) -> str:
    """Return a difference of a measure, or its size, as a number without its unit, as reports give it."""
    if measure in TYPES:  # shares of companies, which have fewer digits than returns
        return number(100.0 * value, 1, language, sign=sign)
    return Labels(language).amount(measure, value, sign=sign)


def measure_difference(measure: str, value: float, language: str) -> str:
    """Return a difference of a measure with its unit, such as ``+1.20 percentage points``."""
    return measure_amount(measure, value, language) + _of(_unit(measure).difference, language)


def measure_level(measure: str, value: float, language: str) -> str:
    """Return a measure's value as it is read, with its unit: returns and shares of companies in percent."""
    return measure_amount(measure, value, language, sign=False) + _of(_unit(measure).level, language)


def in_unit(title: str, measure: str, language: str) -> str:
    """Return the title of what gives differences of a measure as bare numbers, with the unit if there is one."""
    unit = _of(_unit(measure).difference, language).strip()
    return f"{title}, {unit}" if unit else title


def measure_change(measure: str, change: float, language: str) -> str:
    """Return a measure and by how much it changes, such as ``trust +0.012``."""
    amount = measure_amount(measure, change, language)
    return _changed(measure_name(measure, language), change, amount, _of(_unit(measure).difference, language), language)


def parameter_change(parameter: str, change: float, language: str) -> str:
    """Return a mechanism parameter and by how much it changes."""
    declared = parameters()["mechanism"][parameter]
    name = declared.de if language == "de" else declared.en
    # What a label says in brackets is for who sets the parameter.
    name, unit = name.partition(" (")[0], _of(_PARAMETER_UNITS[declared.unit], language)
    return _changed(name, change, number(change, 2, language, sign=True), unit, language)


def _changed(name: str, change: float, amount: str, unit: str, language: str) -> str:
    """Return what changes and by how much; of a change that is too small for its digits, at least the direction."""
    if change == 0.0 or amount.strip("0.,"):
        return f"{name} {amount}{unit}"
    least = f"{amount[:-1]}1{unit}"
    if language == "de":
        return f"{name} um weniger als {least} {'höher' if change > 0.0 else 'niedriger'}"
    return f"{name} {'up' if change > 0.0 else 'down'} by less than {least}"


def _unit(measure: str) -> _Unit:
    return _UNITS.get(measure, _INDEX)


def _of(pair: Pair, language: str) -> str:
    return pair[language == "de"]


__all__ = [
    "in_unit",
    "measure_amount",
    "measure_change",
    "measure_difference",
    "measure_level",
    "measure_name",
    "measure_scale",
    "mechanism_name",
    "other_name",
    "parameter_change",
]
