"""The world of a lever setting: everything about a company but its number, and companies at their start.

Both engines begin here, so that they begin with the same people, ties and chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import company as co
from sim.graph import COMPANIES_PER_GRAPH, Shape, communication_graph
from sim.need import coordination_need
from sim.parameters import Founding, Population
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class World:
    """The surroundings of a lever setting: the company's kind, without its number.

    Attributes
    ----------
    place
        Shape of the communication graph, or a real organisation.
    division_type
        Division of labour: 1, 2 or 3 (E4).
    pins
        Fixed context by name; what is not pinned is drawn per company.
    clash_week, clash_share
        A week in which this share of the regular interface ties clashes whatever happens; -1 for none.
    redraw
        Another chance for the same companies: other weeks, same people (P16).
    """

    place: Shape | co.Organisation
    division_type: int = 1
    pins: tuple[tuple[str, float], ...] = ()
    clash_week: int = -1
    clash_share: float = 1.0
    redraw: int = 0


def world_of(scenario: Scenario) -> World:
    """Return what surrounds the levers in a scenario."""
    given = {name: getattr(scenario.context, name) for name in co.CONTEXT}
    clash = scenario.clash
    return World(
        place=scenario.place(),
        division_type=scenario.company.division_type,
        pins=tuple((name, value) for name, value in given.items() if value is not None),
        clash_week=-1 if clash is None else clash.week,
        clash_share=1.0 if clash is None else clash.share,
    )


def found_companies(
    worlds: Sequence[World], numbers: NDArray[np.int64], seed: int, weeks: int, f: Founding, p: Population
) -> co.Companies:
    """Return companies in their worlds at the start; all worlds must share a communication graph."""
    place = worlds[0].place
    if isinstance(place, co.Organisation):
        graph = place.graph
    else:
        graph = communication_graph(place, seed, int(numbers[0]) // COMPANIES_PER_GRAPH)
    context = co.draw_context(seed, numbers.tolist(), f, p)
    for k, world in enumerate(worlds):
        for name, value in world.pins:
            context[k, co.CONTEXT.index(name)] = value
    need = np.array([coordination_need(world.division_type, f.coupling_weight) for world in worlds])
    redraws = [world.redraw for world in worlds]
    companies = co.found(graph, seed, numbers.tolist(), context, need, weeks, f, redraws)
    return place.settle(companies) if isinstance(place, co.Organisation) else companies
