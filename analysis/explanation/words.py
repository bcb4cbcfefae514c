"""Names of mechanisms, and changes of measures and parameters in words."""

from __future__ import annotations

from sim.declarations import declared
from sim.parameters import parameters
from sim.texts import Texts, number, text_of


def mechanism_name(mechanism: str, language: str) -> str:
    """Return the name of a mechanism."""
    return text_of(f"explanation.mechanism.{mechanism}", language)


def other_name(language: str) -> str:
    """Return the name for all differences besides levers."""
    return text_of("explanation.words.other", language)


def in_unit(title: str, measure: str, language: str) -> str:
    """Return the title of what gives differences of a measure as bare numbers, with the unit if there is one."""
    unit = text_of(f"amount.{declared()[measure].unit}.difference", language).format(amount="").strip()
    return f"{title}, {unit}" if unit else title


def measure_change(measure: str, change: float, language: str) -> str:
    """Return a measure and by how much it changes, such as ``trust +0.012``."""
    texts = Texts(language)
    unit = text_of(f"amount.{declared()[measure].unit}.difference", language).format(amount="")
    return _changed(texts.mention(measure), change, texts.amount(measure, change, sign=True), unit, language)


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


__all__ = ["capitalised", "in_unit", "measure_change", "mechanism_name", "other_name", "parameter_change"]
