"""Design points as lever settings: scenarios with factors put in, in the form that the compiled engine takes.

Points that share their coefficients, founding and measurement share a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.plan.factors import Factor
from sim import company as co
from sim.graph import Shape
from sim.lanes import Settings
from sim.parameters import MECHANISMS, Model
from sim.scenario import Scenario
from sim.settings import settings_of
from sim.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_MODEL: Final = {"coefficients": "coefficients", "founding": "founding", "outcome": "measurement"}
"""Tables of a scenario that change the model, and the groups of numbers that they change."""
_SHAPE: Final = tuple(field.name for field in fields(Shape))


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A scenario without its files: all that a worker on another machine needs.

    Attributes
    ----------
    name
        The scenario's.
    settings
        Its levers, mechanism parameters and world; one setting.
    model
        Its numbers.
    """

    name: str
    settings: Settings
    model: Model


def base_of(scenario: Scenario) -> Base:
    """Return a scenario without its files."""
    return Base(scenario.name, settings_of([scenario]), scenario.model())


def side_by_side(factors: Sequence[Factor]) -> bool:
    """Return whether all points of a company can run next to each other: of one model, on one communication graph."""
    return not any(f.table in _MODEL or (f.table == "company" and f.name in _SHAPE) for f in factors)


def mean_ties(base: Base, factors: Sequence[Factor], points: Floats) -> float:
    """Return the number of interface ties of a company, over design points on the average: how much work it is."""
    place = base.settings.worlds[0].place
    if isinstance(place, co.Organisation):
        return place.graph.ties
    size: dict[str, Any] = {name: getattr(place, name) for name in _SHAPE}
    for k, factor in enumerate(factors):
        if factor.table == "company" and factor.name in _SHAPE and factor.name != "structure":
            size[factor.name] = factor.numbers(points[:, k])
    people = size["marketing"] + size["sales"]
    return float(np.mean(people * (size["interface_degree"] + size["team_degree"]) / 2.0))


def placed(base: Base, factors: Sequence[Factor], points: Floats) -> tuple[Settings, list[Model], Ints]:
    """Return a scenario at design points: settings, one per point, models, and which of them each point has.

    Parameters
    ----------
    base
        The scenario.
    factors
        What is varied.
    points
        Coordinates, shape (points, factors).
    """
    settings = _settings(base.settings, factors, points)
    varied = [(k, factor) for k, factor in enumerate(factors) if factor.table in _MODEL]
    distinct, model = np.unique(points[:, [k for k, _ in varied]], axis=0, return_inverse=True)
    models = []
    for values in distinct.tolist():
        groups = {name: getattr(base.model, name) for name in _MODEL.values()}
        for (_, factor), coordinate in zip(varied, values, strict=True):
            group = _MODEL[factor.table]
            groups[group] = groups[group]._replace(**{factor.name: factor.value(coordinate)})
        models.append(replace(base.model, **groups))
    return settings, models, model.ravel()


def _taken(settings: Settings, rows: Ints) -> Settings:
    base, start, ramp, target, world = (
        getattr(settings, name)[rows] for name in ("base", "start", "ramp", "target", "world")
    )
    return replace(settings, base=base, start=start, ramp=ramp, target=target, world=world)


def _settings(one: Settings, factors: Sequence[Factor], points: Floats) -> Settings:
    """Return one setting as many, with lever and mechanism factors and the worlds put in."""
    n = len(points)
    settings = _taken(one, np.zeros(n, dtype=np.int64))
    policies = [policy.id for policy in one.policies]
    arrays = {"intensity": settings.target, "start": settings.start, "ramp": settings.ramp}
    world_columns = []
    for k, factor in enumerate(factors):
        if factor.table == "levers":
            v = policies.index(factor.name)
            arrays[factor.field][:, v, 0] = factor.numbers(points[:, k])
            if not np.isfinite(one.start[0, v, 0]):
                _switch_on(settings, v, factors, one.policies[v].ramp)
        elif factor.table == "parameters":
            settings.base[:, MECHANISMS.index(factor.name)] = factor.numbers(points[:, k])
        elif factor.table not in _MODEL:
            world_columns.append(k)
    if not world_columns:
        return settings
    world = one.worlds[one.world[0]]
    distinct, which = np.unique(points[:, world_columns], axis=0, return_inverse=True)
    chosen = [factors[k] for k in world_columns]
    worlds = [_world(world, chosen, [f.value(x) for f, x in zip(chosen, row, strict=True)]) for row in distinct]
    unique = {w: k for k, w in enumerate(dict.fromkeys(worlds))}
    place = np.array([unique[w] for w in worlds], dtype=np.int64)
    return replace(settings, worlds=tuple(unique), world=place[which.ravel()])


def _switch_on(settings: Settings, v: int, factors: Sequence[Factor], ramp: float) -> None:
    """Give a lever that the scenario does not use a start and a ramp, unless the plan varies them."""
    varied = {factor.field for factor in factors if factor.table == "levers" and factor.name == settings.policies[v].id}
    if "start" not in varied:
        settings.start[:, v, 0] = 0.0
    if "ramp" not in varied:
        settings.ramp[:, v, 0] = ramp


def _world(world: World, factors: Sequence[Factor], values: Sequence[Any]) -> World:
    pins, place = dict(world.pins), world.place
    changes: dict[str, Any] = {}
    for factor, value in zip(factors, values, strict=True):
        if factor.table == "context":
            pins[factor.name] = value
        elif factor.target == "company.division_type":
            changes["division_type"] = value
        elif factor.table == "company":
            assert isinstance(place, Shape)
            place = replace(place, **{factor.name: value})
        else:
            changes[f"clash_{factor.name}"] = value
    # In the order of the context, so that the same pins make the same world.
    ordered = tuple((name, pins[name]) for name in co.CONTEXT if name in pins)
    return replace(world, pins=ordered, place=place, **changes)


__all__ = ["Base", "base_of", "mean_ties", "placed", "side_by_side"]
