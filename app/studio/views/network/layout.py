"""The layout of a network: departments side by side, people near those they have to do with."""

from __future__ import annotations

from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.graph import Graph

Floats = NDArray[np.float64]

_DEPARTMENT: Final = 0.4
"""Share of the width that a department takes; the rest is for the ties between them."""
_TEAM_PULL: Final = 0.3
"""How strongly a dormant team tie draws two people together, a regular tie being 1."""


def positions(graph: Graph) -> Floats:
    """Return where each person stands, shape (people, 2), from left (0) to right (1) and from top to bottom.

    Marketing is on the left. People who are tied stand at like heights (the order of the Fiedler vector); inside a
    department they are dealt out over columns, so that no two stand on one another.
    """
    heights = _heights(graph)
    found = np.empty((graph.people, 2))
    for first, size, left in ((0, graph.marketing, True), (graph.marketing, graph.sales, False)):
        found[first : first + size] = _department(heights[first : first + size], left=left)
    return found


def _heights(graph: Graph) -> Floats:
    """Return how high people stand; ties draw them to the same height."""
    drawn: nx.Graph[int] = nx.Graph()
    drawn.add_nodes_from(range(graph.people))
    for a, b in zip(graph.inner_a.tolist(), graph.inner_b.tolist(), strict=True):
        drawn.add_edge(a, b, weight=1.0)
    for a, b, team in zip(graph.tie_marketing.tolist(), graph.tie_sales.tolist(), graph.team.tolist(), strict=True):
        drawn.add_edge(a, b, weight=_TEAM_PULL if team else 1.0)
    places = nx.spectral_layout(drawn, dim=1)
    return np.array([float(places[person][0]) for person in range(graph.people)])


def _department(heights: Floats, *, left: bool) -> Floats:
    """Return the places of a department's people, in as many columns as keep them apart."""
    size = len(heights)
    columns = max(1, round(np.sqrt(size / 3.0)))
    order = np.argsort(heights, kind="stable")
    places = np.empty((size, 2))
    column = np.arange(size) % columns
    # Columns lean against each other, or people in one row would hide the ties of those behind.
    places[order, 1] = (np.arange(size) + 0.5) / size
    across = _DEPARTMENT * (column + 0.5) / columns
    places[order, 0] = across if left else 1.0 - across
    return places


__all__ = ["positions"]
