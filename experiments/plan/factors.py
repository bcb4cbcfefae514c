"""Factors: what a plan varies, between which bounds or over which values.

A factor is named like the place in a scenario file that it varies: ``levers.joint_planning`` (its intensity),
``levers.joint_planning.start``, ``parameters.voice``, ``coefficients.repair_rate``, ``founding.…``, ``outcome.…``,
``context.meeting_culture``, ``company.division_type``, ``clash.week``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from experiments.plan.designs import Space
from sim.errors import BadInputError, between, phrase, unknown_name
from sim.fields import Holds, fields_at, holds_at
from sim.parameters import parameters
from sim.policies.policy import POLICY_BOUNDS
from sim.scenario import CHANGES, MAX_WEEKS, Number, Scenario

COMPANY: Final = (
    "division_type",
    "marketing",
    "sales",
    "structure",
    "interface_degree",
    "internal_degree",
    "team_degree",
)
"""What of a company's kind can be varied; industry and revenue class only name it."""
_LEVER: Final = ("intensity", "start", "ramp")
_TABLES: Final = ("levers", *CHANGES, "context", "company", "clash")
MOST_VALUES: Final = 10_000


class Range(BaseModel):
    """How far a factor goes, as a plan states it.

    Attributes
    ----------
    low, high
        Bounds; those of what is varied if None.
    values
        The values to try, instead of bounds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: Number | None = None
    high: Number | None = None
    values: tuple[Number | str, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Range:
        if self.values and (self.low is not None or self.high is not None):
            raise PydanticCustomError("bounds_or_values", "either bounds or values")
        return self


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor, checked against what it varies.

    Attributes
    ----------
    target
        The place in a scenario, table and name (and field) with dots between.
    low, high
        Bounds; of the indices of the values, if there are any.
    values
        The values to try; empty for all numbers between the bounds.
    """

    target: str
    low: float
    high: float
    values: tuple[Any, ...] = ()

    @property
    def table(self) -> str:
        """The table of the scenario that it is in."""
        return self.target.split(".")[0]

    @property
    def name(self) -> str:
        """What it varies inside the table."""
        return self.target.split(".")[1]

    @property
    def field(self) -> str:
        """Which field of a lever it varies."""
        return [*self.target.split("."), "intensity"][2]

    @property
    def space(self) -> Space:
        """What a design has to know of it."""
        return Space(low=self.low, high=self.high, levels=len(self.values))

    def value(self, coordinate: float) -> Any:
        """Return the value at a design's coordinate: the number itself, or the value with this index."""
        return self.values[int(coordinate)] if self.values else float(coordinate)

    def coordinate(self, value: Any, *, key: str) -> float:
        """Return where a value lies in a design.

        Raises
        ------
        BadInputError
            If it is out of bounds or none of the values.
        """
        if self.values:
            if value not in self.values or isinstance(value, bool):
                allowed = ", ".join(str(known) for known in self.values[:20])
                raise BadInputError("invalid", key=key, value=value, allowed=allowed)
            return float(self.values.index(value))
        return _number(value, self.low, self.high, key)


def factor(target: str, given: Range, scenarios: Sequence[Scenario]) -> Factor:
    """Return a factor with its bounds.

    Parameters
    ----------
    target
        What it varies.
    given
        How far, as the plan states it.
    scenarios
        The scenarios in which it is varied.

    Raises
    ------
    BadInputError
        For a target that none of the scenarios knows, and for bounds or values outside of what it may hold.
    """
    key = f"factors.{target}"
    holds = _holds(target, scenarios)
    values = given.values
    if holds.kind == "choice" and not values:
        values = holds.choices
    if holds.kind == "whole_number" and not values:
        low, high = _bounds(given, holds, key)
        if high - low >= MOST_VALUES:
            raise BadInputError("missing", key=f"{key}.values", allowed=phrase("values_instead"))
        values = tuple(range(int(low), int(high) + 1))
    if values:
        checked = tuple(_checked(value, holds, f"{key}.values") for value in values)
        for value in checked:
            if checked.count(value) > 1:
                raise BadInputError("duplicate", key=f"{key}.values", value=value)
        return Factor(target, 0.0, float(len(checked) - 1), checked)
    low, high = _bounds(given, holds, key)
    return Factor(target, low, high)


def _bounds(given: Range, holds: Holds, key: str) -> tuple[float, float]:
    if holds.low is None or holds.high is None:
        raise BadInputError("missing", key=f"{key}.values", allowed=holds.words())
    low = holds.low if given.low is None else _number(given.low, holds.low, holds.high, f"{key}.low")
    high = holds.high if given.high is None else _number(given.high, low, holds.high, f"{key}.high")
    if not low < high:
        raise BadInputError("bounds", key=f"{key}.high", value=high, allowed=between(low, holds.high))
    return low, high


def _checked(value: Any, holds: Holds, key: str) -> Any:
    if holds.kind == "choice":
        if value not in holds.choices:
            raise BadInputError("invalid", key=key, value=value, allowed=holds.words())
        return holds.choices[holds.choices.index(value)]
    if isinstance(value, str):
        raise BadInputError("type", key=key, value=value, allowed=holds.words())
    if holds.low is not None and holds.high is not None:
        number = _number(value, holds.low, holds.high, key)
        if holds.open_low and number <= holds.low:
            raise BadInputError("bounds", key=key, value=value, allowed=holds.words())
    if holds.kind == "whole_number":
        if float(value) != int(value):
            raise BadInputError("type", key=key, value=value, allowed=holds.words())
        return int(value)
    return float(value)


def _number(value: Any, low: float, high: float, key: str) -> float:
    allowed = phrase("a_number", range=between(low, high))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadInputError("type", key=key, value=value, allowed=allowed)
    if not low <= value <= high:
        raise BadInputError("bounds", key=key, value=value, allowed=allowed)
    return float(value)


def _holds(target: str, scenarios: Sequence[Scenario]) -> Holds:
    """Return what a target may hold in all scenarios."""
    table, *rest = target.split(".")
    key = f"factors.{target}"
    if table not in _TABLES or not rest:
        raise unknown_name(table, _TABLES, key=key)
    name, *field = rest
    if table == "levers":
        return _lever_holds(name, field, scenarios, key)
    if field:
        raise BadInputError("unknown", key=key, value=target, allowed=f"{table}.{name}")
    if table in CHANGES:
        declared: Mapping[str, Any] = parameters()[CHANGES[table]]
        if name not in declared:
            raise unknown_name(name, declared, key=key)
        return Holds("number", declared[name].low, declared[name].high)
    known = COMPANY if table == "company" else fields_at(Scenario, (table,))
    if name not in known:
        raise unknown_name(name, known, key=key)
    for scenario in scenarios:
        if table == "company" and scenario.company.people is not None and name != "division_type":
            # Its people and ties are given: there is nothing to vary.
            raise BadInputError("invalid", key=key, value=target, allowed="company.division_type")
        if target == "clash.share" and scenario.clash is None:
            raise BadInputError("missing", key="clash.week", allowed=phrase("in_scenario", name=scenario.name))
    found = holds_at(Scenario, (table, name))
    assert found is not None, target
    return found


def _lever_holds(name: str, field: Sequence[str], scenarios: Sequence[Scenario], key: str) -> Holds:
    for scenario in scenarios:
        known = [policy.id for policy in scenario.all_policies()]
        if name not in known:
            raise unknown_name(name, known, key=key)
        if name in scenario.levers and len(scenario.levers[name].schedule()) > 1:
            raise BadInputError("invalid", key=key, value=name, allowed=phrase("one_step", name=scenario.name))
    which = field[0] if field else "intensity"
    if which not in _LEVER or len(field) > 1:
        raise unknown_name(".".join(field), _LEVER, key=key)
    ramp = POLICY_BOUNDS["ramp"]
    low, high = {"intensity": (0.0, 1.0), "start": (0.0, float(MAX_WEEKS)), "ramp": (ramp[0], float(MAX_WEEKS))}[which]
    return Holds("number", low, high)


__all__ = ["COMPANY", "Factor", "Range", "factor"]
