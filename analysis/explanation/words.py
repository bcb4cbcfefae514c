"""Names of measures and mechanisms, and amounts with their units, in a language."""

from __future__ import annotations

from typing import Final

from analysis.figures.labels import SHARES, Labels
from sim.outcomes import TYPES
from sim.parameters import parameters
from sim.texts import number, text_of

_UNITS: Final = {
    **dict.fromkeys((*SHARES, *TYPES), "share"),
    **dict.fromkeys(("contact_hours", "waste_hours", "coordination_hours", "customer_hours"), "hours"),
    **{name: name for name in ("backlog", "escalations", "lever_cost")},
}
"""Key of the unit of a measure; what has none runs from 0 to 1."""


def mechanism_name(mechanism: str, language: str) -> str:
    """Return the name of a mechanism."""
    return text_of(f"explanation.mechanism.{mechanism}", language)


def other_name(language: str) -> str:
    """Return the name for all differences besides levers."""
    return text_of("explanation.words.other", language)


def measure_name(measure: str, language: str) -> str:
    """Return the name of a measure."""
    return text_of(f"explanation.measure.{measure}", language)


def measure_scale(measure: str) -> float:
    """Return the factor by which a measure is multiplied where it is shown: 100 for shares."""
    return 100.0 if _unit(measure) == "share" else 1.0


def measure_amount(measure: str, value: float, language: str, *, sign: bool = True) -> str:
    """Return a difference of a measure, or its size, as a number without its unit, as reports give it."""
    if measure in TYPES:  # shares of companies, which have fewer digits than returns
        return number(100.0 * value, 1, language, sign=sign)
    return Labels(language).amount(measure, value, sign=sign)


def measure_difference(measure: str, value: float, language: str) -> str:
    """Return a difference of a measure with its unit, such as ``+1.20 percentage points``."""
    return measure_amount(measure, value, language) + text_of(f"explanation.difference.{_unit(measure)}", language)


def measure_level(measure: str, value: float, language: str) -> str:
    """Return a measure's value with its unit: returns and shares of companies in percent."""
    return measure_amount(measure, value, language, sign=False) + text_of(
        f"explanation.level.{_unit(measure)}", language
    )


def in_unit(title: str, measure: str, language: str) -> str:
    """Return a title with the unit of a measure's differences, for numbers that stand below it without one."""
    unit = text_of(f"explanation.difference.{_unit(measure)}", language).strip()
    return f"{title}, {unit}" if unit else title


def measure_change(measure: str, change: float, language: str) -> str:
    """Return a measure and by how much it changes, such as ``trust +0.012``."""
    amount = measure_amount(measure, change, language)
    return _changed(
        measure_name(measure, language),
        change,
        amount,
        text_of(f"explanation.difference.{_unit(measure)}", language),
        language,
    )


def parameter_change(parameter: str, change: float, language: str) -> str:
    """Return a mechanism parameter and by how much it changes."""
    declared = parameters()["mechanism"][parameter]
    name = declared.label(language)
    # The brackets in a label are for those who set the parameter.
    name, unit = name.partition(" (")[0], text_of(f"explanation.unit.{declared.unit}", language)
    return _changed(name, change, number(change, 2, language, sign=True), unit, language)


def _changed(name: str, change: float, amount: str, unit: str, language: str) -> str:
    """Return a name and its change; the direction alone if the change is too small for its digits."""
    if change == 0.0 or amount.strip("0.,"):
        return f"{name} {amount}{unit}"
    least = f"{amount[:-1]}1{unit}"
    return text_of(f"explanation.words.{'higher' if change > 0.0 else 'lower'}", language).format(
        name=name, least=least
    )


def capitalised(text: str) -> str:
    """Return a name as it begins a row or a sentence."""
    return text[:1].upper() + text[1:]


def _unit(measure: str) -> str:
    return _UNITS.get(measure, "index")


__all__ = [
    "capitalised",
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
