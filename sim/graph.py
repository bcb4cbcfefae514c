"""Communication graphs: who is tied to whom, as arrays and as networkx graph.

Thirty-two companies with consecutive numbers share a graph, so that the core can run them side by side; everything else
about them differs. People are numbered marketing first, then sales. Ties are numbered in the order of the arrays:
interface ties (regular ones first, then team ties), then internal ties. That order is also the order in which the
engines add up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, stream

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]

COMPANIES_PER_GRAPH: Final = 32
"""How many companies with consecutive numbers share a communication graph."""
STRUCTURES: Final = ("spread", "broker", "random", "small_world", "hubs")
"""How interface ties may run; the first two are those of scenarios, the others are there to try conclusions on."""
_FAR: Final = 1 / 10
"""Share of a small world's ties that go anywhere."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Parameters of a communication graph.

    Attributes
    ----------
    marketing, sales
        Number of people in each department.
    structure
        One of :data:`STRUCTURES`. ``"spread"``: interface ties dealt out evenly, some rewired by chance; ``"broker"``:
        all of them run through one marketing person; ``"random"``: any pair is as likely as any other;
        ``"small_world"``: people sit on a ring and are tied to the nearest of either department, every tenth tie goes
        anywhere; ``"hubs"``: who has ties gets more.
    interface_degree, internal_degree, team_degree
        Mean number of interface, internal and (dormant) team ties per person. With a broker there are at most as many
        interface ties as sales people.
    """

    marketing: int = 10
    sales: int = 14
    structure: str = "spread"
    interface_degree: float = 4.0
    internal_degree: float = 4.0
    team_degree: float = 1.0

    @property
    def people(self) -> int:
        """Number of people."""
        return self.marketing + self.sales


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A communication graph as arrays.

    Attributes
    ----------
    marketing, sales
        Number of people in each department.
    tie_marketing, tie_sales
        Person numbers at both ends of the interface ties, shape (ties,).
    team
        1.0 for team ties, else 0.0, shape (ties,).
    inner_a, inner_b
        Person numbers at both ends of the internal ties, shape (internal ties,).
    names
        Names of the people, if the organisation is a real one.
    """

    marketing: int
    sales: int
    tie_marketing: Indices
    tie_sales: Indices
    team: Floats
    inner_a: Indices
    inner_b: Indices
    names: tuple[str, ...] = ()

    @property
    def people(self) -> int:
        """Number of people."""
        return self.marketing + self.sales

    @property
    def ties(self) -> int:
        """Number of interface ties, dormant ones included."""
        return len(self.team)

    @property
    def regular_ties(self) -> int:
        """Number of interface ties that are always in use; they come before the team ties."""
        return len(self.team) - int(self.team.sum())

    def regular_degree(self) -> Floats:
        """Return the number of regular interface ties per person."""
        return self._degree(1.0 - self.team)

    def team_degree(self) -> Floats:
        """Return the number of team ties per person."""
        return self._degree(self.team)

    def _degree(self, weight: Floats) -> Floats:
        ends = np.concatenate([self.tie_marketing, self.tie_sales]).astype(np.intp)
        degree: Floats = np.bincount(ends, np.concatenate([weight, weight]), self.people).astype(np.float64)
        return degree

    def to_networkx(self) -> nx.Graph[int]:
        """Return the graph for networkx: nodes carry ``department``, edges ``kind`` (interface, team, internal)."""
        graph: nx.Graph[int] = nx.Graph()
        for person in range(self.people):
            department = "marketing" if person < self.marketing else "sales"
            graph.add_node(person, department=department, name=self.names[person] if self.names else str(person))
        for k in range(self.ties):
            kind = "team" if self.team[k] else "interface"
            graph.add_edge(int(self.tie_marketing[k]), int(self.tie_sales[k]), kind=kind, index=k)
        for k in range(len(self.inner_a)):
            graph.add_edge(int(self.inner_a[k]), int(self.inner_b[k]), kind="internal", index=k)
        return graph


@lru_cache(maxsize=4096)
def communication_graph(shape: Shape, seed: int, number: int) -> Graph:
    """Return the communication graph of the companies 32 x ``number`` to 32 x ``number`` + 31."""
    rng = stream(seed, Purpose.GRAPH, number)
    m, s = shape.marketing, shape.sales
    regular = min(m * s, max(1, round(shape.interface_degree * shape.people / 2)))
    ring = _ring_with_chords
    if shape.structure == "broker":
        pairs = [(0, k) for k in range(min(regular, s))]
    elif shape.structure == "random":
        pairs = _further_ties(m, s, set(), regular, rng)
    elif shape.structure == "small_world":
        pairs, ring = _near_ties(m, s, regular, rng), _near_colleagues
    elif shape.structure == "hubs":
        pairs = _hub_ties(m, s, regular, rng)
    else:
        pairs = _spread_ties(m, s, regular, rng)
    team = min(m * s - len(pairs), round(shape.team_degree * shape.people / 2))
    team_pairs = _further_ties(m, s, set(pairs), team, rng)
    inner = [*ring(0, m, shape.internal_degree, rng), *ring(m, s, shape.internal_degree, rng)]
    interface = np.array(sorted(pairs) + sorted(team_pairs), dtype=np.uint32).reshape(-1, 2)
    internal = np.array(sorted(inner), dtype=np.uint32).reshape(-1, 2)
    return Graph(
        marketing=m,
        sales=s,
        tie_marketing=np.ascontiguousarray(interface[:, 0]),
        tie_sales=np.ascontiguousarray(interface[:, 1] + np.uint32(m)),
        team=np.concatenate([np.zeros(len(pairs)), np.ones(len(team_pairs))]),
        inner_a=np.ascontiguousarray(internal[:, 0]),
        inner_b=np.ascontiguousarray(internal[:, 1]),
    )


def _spread_ties(m: int, s: int, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Deal ``count`` different pairs out evenly, then rewire every fourth by chance."""
    left, right = rng.permutation(m).tolist(), rng.permutation(s).tolist()
    cycle = math.lcm(m, s)
    return _rewired([(left[k % m], right[(k + k // cycle) % s]) for k in range(count)], 1 / 4, s, rng)


def _rewired(given: list[tuple[int, int]], share: float, s: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Move a share of the ties, drawn by chance, to sales people drawn by chance."""
    pairs = dict.fromkeys(given)
    rewire, who = rng.random(len(given)).tolist(), rng.integers(0, s, len(given)).tolist()
    for k, (a, b) in enumerate(given):
        if rewire[k] < share and (a, who[k]) not in pairs:
            del pairs[a, b]
            pairs[a, who[k]] = None
    return list(pairs)


def _near_ties(m: int, s: int, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Seat both departments around one table, tie the ``count`` nearest pairs, then rewire every tenth by chance."""
    away = np.abs(np.arange(m)[:, None] / m - (np.arange(s)[None, :] + 0.5) / s)
    nearest = np.argsort(np.minimum(away, 1.0 - away), axis=None, kind="stable")[:count]
    return _rewired([(int(pair) // s, int(pair) % s) for pair in nearest], _FAR, s, rng)


def _hub_ties(m: int, s: int, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Tie people with a chance in proportion to the ties that they have already, and one (preferential attachment)."""
    ends: tuple[list[int], list[int]] = (list(range(m)), list(range(s)))
    found: dict[tuple[int, int], None] = {}
    for first, second in rng.random((20 * count, 2)).tolist():
        pair = ends[0][int(first * len(ends[0]))], ends[1][int(second * len(ends[1]))]
        if pair not in found and len(found) < count:
            found[pair] = None
            for side, end in zip(ends, pair, strict=True):
                side.append(end)
    # Hubs that know everybody already would be drawn for ever.
    return [*found, *_further_ties(m, s, set(found), count - len(found), rng)]


def _further_ties(
    m: int, s: int, taken: set[tuple[int, int]], count: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Draw ``count`` pairs that are not taken yet."""
    found: dict[tuple[int, int], None] = {}
    while len(found) < count:
        # Drawn in bulk; near a complete graph the rest is taken in order, or the search would not end.
        for pair in zip(rng.integers(0, m, 2 * count).tolist(), rng.integers(0, s, 2 * count).tolist(), strict=True):
            if pair not in taken and len(found) < count:
                found[pair] = None
        if len(found) < count and 2 * (len(taken) + count) > m * s:
            free = (pair for pair in np.ndindex(m, s) if pair not in taken and pair not in found)
            for pair in free:
                if len(found) < count:
                    found[int(pair[0]), int(pair[1])] = None
    return list(found)


def _near_colleagues(first: int, size: int, degree: float, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return a department in the order of its seats: a ring, and ties to the next nearest, every tenth moved."""
    wanted = min(size * (size - 1) // 2, max(size if size > 2 else size - 1, round(degree * size / 2)))
    ties = dict.fromkeys(
        (min(a, b), max(a, b)) for step in range(1, size) for a in range(size) if (b := (a + step) % size) != a
    )
    near = list(ties)[:wanted]
    present = set(near)
    moved, who = rng.random(wanted).tolist(), rng.integers(0, max(1, size), wanted).tolist()
    for k, (a, b) in enumerate(near[size:], start=size):
        pair = min(a, who[k]), max(a, who[k])
        if moved[k] < _FAR and a != who[k] and pair not in present:
            present ^= {(a, b), pair}
    return [(first + a, first + b) for a, b in sorted(present)]


def _ring_with_chords(first: int, size: int, degree: float, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return a connected department: a ring and as many chords as the mean degree asks for."""
    if size < 2:
        return []
    order = rng.permutation(size).tolist()
    ties = {(min(a, b), max(a, b)) for a, b in zip(order, order[1:] + order[:1], strict=True) if a != b}
    wanted = min(size * (size - 1) // 2, max(len(ties), round(degree * size / 2)))
    while len(ties) < wanted:
        for a, b in rng.integers(0, size, (2 * (wanted - len(ties)) + 8, 2)).tolist():
            if a != b and len(ties) < wanted:
                ties.add((min(a, b), max(a, b)))
    return [(first + a, first + b) for a, b in sorted(ties)]
