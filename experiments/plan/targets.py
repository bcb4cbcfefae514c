"""Targets of factors: places in a scenario file, and the values they may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sim.errors import BadInputError, nearest_name, phrase, unknown_name
from sim.fields import Holds, fields_at, holds_at
from sim.parameters import parameters
from sim.policies.policy import POLICY_BOUNDS
from sim.scenario import CHANGES, MAX_WEEKS, Scenario

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
TABLES: Final = ("levers", *CHANGES, "context", "company", "clash")
WITH_ALL: Final = ("levers", *CHANGES, "context")
"""Tables of which all can be varied at once."""


def holds(target: str, scenarios: Sequence[Scenario], key: str, *, weeks: int) -> Holds:
    """Return what a target may hold in all scenarios.

    Parameters
    ----------
    target
        Table and name, and for a lever the field, with dots between.
    scenarios
        Those in which it is varied.
    key
        Where the plan names it.
    weeks
        The plan's horizon; what begins or happens later would change nothing.

    Raises
    ------
    BadInputError
        For a target that not all of the scenarios know, or that cannot be varied in one of them.
    """
    table, _, rest = target.partition(".")
    name, *field = rest.split(".")
    if table not in TABLES:
        # Perhaps only the table was left out.
        full = [f"{known}.{table}" for known in TABLES if table in names(known, scenarios)]
        nearest = full[0] if full else nearest_name(table, TABLES)
        raise BadInputError("unknown", key=key, value=table, allowed=", ".join(TABLES), nearest=nearest)
    if name not in (known := names(table, scenarios)):
        raise unknown_name(name, known, key=key)
    if table == "levers":
        return _lever_holds(name, field, scenarios, key, weeks)
    if field:
        raise BadInputError("unknown", key=key, value=target, allowed=f"{table}.{name}")
    if table in CHANGES:
        declared = parameters()[CHANGES[table]][name]
        return Holds("number", declared.low, declared.high)
    for scenario in scenarios:
        if table == "company" and scenario.company.people is not None and name != "division_type":
            # Its people and ties are given: there is nothing to vary.
            raise BadInputError("invalid", key=key, value=target, allowed="company.division_type")
    found = holds_at(Scenario, (table, name))
    assert found is not None, target
    return replace(found, high=weeks - 1) if target == "clash.week" else found


def farthest(target: str, may: Holds, *, weeks: int) -> float | None:
    """Return how far a target goes unless a plan says how far: a ramp may last longer than the plan's horizon."""
    return float(weeks) if target.startswith("levers.") and target.endswith(".ramp") else may.high


def names(table: str, scenarios: Sequence[Scenario]) -> list[str]:
    """Return what can be varied in a table of all scenarios."""
    if table == "levers":
        known = [[policy.id for policy in scenario.all_policies()] for scenario in scenarios]
        return [name for name in known[0] if all(name in others for others in known)]
    if table in CHANGES:
        return list(parameters()[CHANGES[table]])
    return list(COMPANY) if table == "company" else fields_at(Scenario, (table,))


def _lever_holds(name: str, field: Sequence[str], scenarios: Sequence[Scenario], key: str, weeks: int) -> Holds:
    for scenario in scenarios:
        if name in scenario.levers and len(scenario.levers[name].schedule()) > 1:
            raise BadInputError("invalid", key=key, value=name, allowed=phrase("one_step", name=scenario.name))
    which = ".".join(field) if field else "intensity"
    if which not in _LEVER:
        raise unknown_name(which, _LEVER, key=key)
    ramp = POLICY_BOUNDS["ramp"]
    low, high = {"intensity": (0.0, 1.0), "start": (0.0, float(weeks)), "ramp": (ramp[0], float(MAX_WEEKS))}[which]
    return Holds("number", low, high)


__all__ = ["COMPANY", "TABLES", "WITH_ALL", "farthest", "holds", "names"]
