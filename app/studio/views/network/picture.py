"""A company's weeks, packed for the browser: who stands where, and every state as one byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from app.studio.views.network.layout import positions
from experiments.company_trajectory import CompanyTrajectory
from sim.graph import Graph

MOST_SHOWN: Final = 200
"""Of larger organisations the browser gets a part: more people would not be told apart on a screen, and all weeks
of all of them would be megabytes."""

PERSON_FRAMES: Final = ("regard", "backlog", "arrived")
"""What is sent of people, in this order, shape (weeks + 1, people) each."""
TIE_FRAMES: Final = ("trust", "friction", "contact_hours", "escalated")
"""What is sent of ties, in this order, shape (weeks + 1, ties) each; how far teams are in use follows them."""

_FULL: Final = 255
_LEAST_HOURS: Final = {"backlog": 2.0, "contact_hours": 0.1}
"""Scales of hours reach at least this far, or a company in which next to nothing happens would look busy."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The people of an organisation who are shown.

    Attributes
    ----------
    people
        Their numbers in the organisation, ascending, shape (shown,).
    ties
        The interface ties between them, by number, shape (ties shown,).
    graph
        Them and their ties as a graph of its own.
    """

    people: NDArray[np.intp]
    ties: NDArray[np.intp]
    graph: Graph


def part_shown(graph: Graph, most: int = MOST_SHOWN) -> Part:
    """Return whoever has most ties to the other department, and those nearest to them, at most so many people."""
    degree = graph.regular_degree() + graph.team_degree()
    tied: nx.Graph[int] = nx.Graph()
    tied.add_nodes_from(range(graph.people))
    tied.add_edges_from(zip(graph.tie_marketing.tolist(), graph.tie_sales.tolist(), strict=True))
    near: dict[int, None] = {}
    # From whoever is tied most; where nobody further can be reached from there, from the next one.
    for first in np.argsort(-degree, kind="stable").tolist():
        if len(near) >= most:
            break
        if first not in near:
            near |= dict.fromkeys([first, *(reached for _, reached in nx.bfs_edges(tied, first))])
    people = np.sort(np.array(list(near)[:most], dtype=np.intp))
    place = np.full(graph.people, -1, dtype=np.int64)
    place[people] = np.arange(len(people))
    ties = np.flatnonzero((place[graph.tie_marketing] >= 0) & (place[graph.tie_sales] >= 0))
    inner = np.flatnonzero((place[graph.inner_a] >= 0) & (place[graph.inner_b] >= 0))
    marketing = int(np.searchsorted(people, graph.marketing))
    return Part(
        people,
        ties,
        Graph(
            marketing=marketing,
            sales=len(people) - marketing,
            tie_marketing=place[graph.tie_marketing[ties]].astype(np.uint32),
            tie_sales=place[graph.tie_sales[ties]].astype(np.uint32),
            team=graph.team[ties],
            inner_a=place[graph.inner_a[inner]].astype(np.uint32),
            inner_b=place[graph.inner_b[inner]].astype(np.uint32),
        ),
    )


def picture(
    settings: Sequence[CompanyTrajectory], names: Sequence[Sequence[str]], most: int = MOST_SHOWN
) -> dict[str, Any]:
    """Return what the browser needs to show the same company under several settings.

    Parameters
    ----------
    settings
        The company under each setting.
    names
        What the people are called, per setting.
    most
        How many people are shown at most.

    Returns
    -------
    dict
        ``scenes``, one per setting, and ``frames``, the bytes that all of them are cut from, one setting after another.
        Hours are in parts of the largest among all settings, so that they can be compared.
    """
    parts = [part_shown(setting.graph, most) for setting in settings]
    states = [{**setting.people, **setting.ties} for setting in settings]
    scales = {
        name: max(least, *(float(found[name].max(initial=0.0)) for found in states))
        for name, least in _LEAST_HOURS.items()
    }
    scenes: list[dict[str, Any]] = []
    frames: list[bytes] = []
    for setting, part, called in zip(settings, parts, names, strict=True):
        scenes.append(_scene(setting, part, called) | {"scales": scales})
        frames += _frames(setting, part, scales)
    return {"scenes": scenes, "frames": b"".join(frames)}


def _scene(setting: CompanyTrajectory, part: Part, names: Sequence[str]) -> dict[str, Any]:
    """Return what stays as it is over the weeks; people by their place among those shown."""
    graph, places = part.graph, positions(part.graph)
    return {
        "weeks": setting.weeks,
        "marketing": graph.marketing,
        "people": part.people.tolist(),
        "names": [names[person] for person in part.people.tolist()],
        "x": places[:, 0].round(4).tolist(),
        "y": places[:, 1].round(4).tolist(),
        "ties": np.stack([graph.tie_marketing, graph.tie_sales], axis=1).tolist(),
        "team": graph.team.astype(int).tolist(),
        "inner": np.stack([graph.inner_a, graph.inner_b], axis=1).tolist(),
    }


def _frames(setting: CompanyTrajectory, part: Part, scales: Mapping[str, float]) -> list[bytes]:
    states = {**setting.people, "arrived": setting.arrived.astype(np.float32), **setting.ties}
    of_people = [_quantised(states[name][:, part.people], scales.get(name, 1.0)) for name in PERSON_FRAMES]
    of_ties = [_quantised(states[name][:, part.ties], scales.get(name, 1.0)) for name in TIE_FRAMES]
    return [frame.tobytes() for frame in (*of_people, *of_ties, _quantised(setting.teams, 1.0))]


def _quantised(values: NDArray[np.float32], scale: float) -> NDArray[np.uint8]:
    parts: NDArray[np.uint8] = np.rint(np.clip(values / scale, 0.0, 1.0) * _FULL).astype(np.uint8)
    return parts


__all__ = ["MOST_SHOWN", "PERSON_FRAMES", "TIE_FRAMES", "Part", "part_shown", "picture"]
