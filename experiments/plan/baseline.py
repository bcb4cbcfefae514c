"""The baseline of a one-at-a-time design: the scenarios as they stand.

Context that is drawn for each company, and an early clash that does not happen, have no value of their own; they begin
in the middle between their bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.plan.factors import Factor, listed
from experiments.plan.spaces import middle
from sim.errors import BadInputError, Words, between, phrase, plain
from sim.parameters import parameters
from sim.scenario import CHANGES, Scenario, Step

Floats = NDArray[np.float64]


def baseline(factors: Sequence[Factor], scenarios: Sequence[Scenario]) -> Floats:
    """Return the coordinates of the scenarios as they stand, shape (factors,).

    Raises
    ------
    BadInputError
        For a factor that the scenarios have at different values or at one that is not among those to try, and for when
        a lever starts that has no intensity.
    """
    found = middle([factor.space for factor in factors])
    for k, factor in enumerate(factors):
        _same_everywhere(factor, scenarios)
        # There is no point at which the intensity is changed as well.
        if factor.table == "levers" and factor.field != "intensity":
            _in_use(factor, scenarios)
        if (value := present(factor, scenarios[0])) is not None:
            found[k] = _coordinate(factor, value, scenarios[0])
    return found


def present(factor: Factor, scenario: Scenario) -> Any:
    """Return the value that a scenario has of what is varied; None if it has none of its own."""
    table, name = factor.table, factor.name
    if table == "levers":
        value = getattr(_step(factor, scenario), factor.field)
        return next(policy.ramp for policy in scenario.all_policies() if policy.id == name) if value is None else value
    if table in CHANGES:
        return getattr(scenario, table).get(name, parameters()[CHANGES[table]][name].default)
    if table != "company":
        # Both may be None.
        return getattr(getattr(scenario, table), name, None)
    return getattr(scenario.company if name == "division_type" else scenario.place(), name)


def _step(factor: Factor, scenario: Scenario) -> Step:
    return scenario.levers[factor.name].schedule()[0] if factor.name in scenario.levers else Step(intensity=0.0)


def _same_everywhere(factor: Factor, scenarios: Sequence[Scenario]) -> None:
    """Refuse values that differ: all scenarios run at the same points."""
    first, *others = scenarios
    here = present(factor, first)
    for other in others:
        if (there := present(factor, other)) != here:
            names = {"one": first.name, "other": other.name}
            values = phrase("in_two_scenarios", first=_words(here), second=_words(there), **names)
            raise BadInputError("invalid", key=_key(factor), value=values, allowed=phrase("same_present"))


def _in_use(factor: Factor, scenarios: Sequence[Scenario]) -> None:
    """Refuse a start or a ramp of a lever at intensity 0, which would change nothing."""
    for scenario in scenarios:
        if _step(factor, scenario).intensity == 0.0:
            allowed = phrase("lever_in_use", name=scenario.name)
            raise BadInputError("invalid", key=_key(factor), value=factor.target, allowed=allowed)


def _coordinate(factor: Factor, value: Any, scenario: Scenario) -> float:
    try:
        return factor.coordinate(value, key=_key(factor))
    except BadInputError:
        stated: Words = listed(factor.values) if factor.values else between(factor.low, factor.high)
        of = "present_among_values" if factor.values else "present_in_bounds"
        allowed = phrase(of, value=_words(value), name=scenario.name)
        raise BadInputError("invalid", key=_key(factor), value=stated, allowed=allowed) from None


def _words(value: Any) -> Words:
    """Return a value as one would type it."""
    if value is None:
        return phrase("none_of_its_own")
    return value if isinstance(value, str) else plain(value)


def _key(factor: Factor) -> str:
    return f"factors.{factor.target}"


__all__ = ["baseline", "present"]
