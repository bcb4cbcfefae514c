"""A virtual company: its profile, its people and its communication graph, as networkx graph and as arrays.

A company is fully determined by (seed, number, profile, founding parameters). Thirty-two companies with consecutive
numbers share a communication graph, so that the core can run them side by side; everything else about them differs.
People are numbered marketing first, then sales. Ties are numbered in the order of the arrays: interface ties (regular
ones first, then team ties), then internal ties. That order is also the order in which engines add up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from sim import rules
from sim.array_rules import ON_ARRAYS
from sim.draws import Purpose, Streams, stream
from sim.evidence import TASK_AREAS, division_types, marketing_share, type_shares
from sim.parameters import Founding, Population

Floats = NDArray[np.float64]
Indices = NDArray[np.uint32]

COMPANIES_PER_GRAPH: Final = 32
"""How many companies with consecutive numbers share a communication graph."""
ATTRIBUTES: Final = (
    "market_knowledge",
    "product_knowledge",
    "social_skill",
    "autonomy",
    "recognition",
    "status",
    "contacts",
    "experience",
    "regard",
    "backlog",
)
"""What an employee is, in the order of the arrays; all in [0, 1] but motives in [-1, 1] and backlog in hours."""
NEWCOMER_TRAITS: Final = 8
"""What a newcomer brings: knowledge (2), skill before the hiring bar, motives (4), a uniform draw for experience."""
_COUPLED: Final = (
    ("product", "selling"),
    ("selling", "advertising"),
    ("product", "market_research"),
    ("price", "product"),
    ("strategy", "price"),
    ("strategy", "selling"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What determines a communication graph, apart from chance.

    Attributes
    ----------
    marketing, sales
        Number of people in each department.
    structure
        ``"spread"``: interface ties dealt out evenly, some rewired by chance; ``"broker"``: all of them run through one
        marketing person.
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
    if shape.structure == "broker":
        pairs = [(0, k) for k in range(min(regular, s))]
    else:
        pairs = _spread_ties(m, s, regular, rng)
    team = min(m * s - len(pairs), round(shape.team_degree * shape.people / 2))
    team_pairs = _further_ties(m, s, set(pairs), team, rng)
    inner = [*_ring_with_chords(0, m, shape.internal_degree, rng), *_ring_with_chords(m, s, shape.internal_degree, rng)]
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
    pairs = {(left[k % m], right[(k + k // cycle) % s]): None for k in range(count)}
    rewire, who = rng.random(count).tolist(), rng.integers(0, s, count).tolist()
    for k, (a, b) in enumerate(list(pairs)):
        if rewire[k] < 1 / 4 and (a, who[k]) not in pairs:
            del pairs[a, b]
            pairs[a, who[k]] = None
    return list(pairs)


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


# --- coordination need ----------------------------------------------------------------------------------------------


def area_need(division_type: int) -> dict[str, float]:
    """Return overlap of responsibility inside each task area, 4m(1-m), in [0, 1] (E6-E9)."""
    shares = dict(zip(TASK_AREAS, marketing_share(division_type), strict=True))
    return {area: 4.0 * m * (1.0 - m) for area, m in shares.items()}


def coupling_need(division_type: int) -> dict[tuple[str, str], float]:
    """Return how far two coupled areas lie on different sides, in [0, 1] (E9)."""
    shares = dict(zip(TASK_AREAS, marketing_share(division_type), strict=True))
    return {(a, b): shares[a] * (1.0 - shares[b]) + (1.0 - shares[a]) * shares[b] for a, b in _COUPLED}


def raw_need(division_type: int, coupling_weight: float) -> float:
    """Return mean overlap inside areas plus weighted mean coupling between them (E9)."""
    inside, between = area_need(division_type), coupling_need(division_type)
    return sum(inside.values()) / len(inside) + coupling_weight * sum(between.values()) / len(between)


@lru_cache(maxsize=64)
def coordination_need(division_type: int, coupling_weight: float) -> float:
    """Return the coordination need of a division of labour, relative to the average company's (E4, E9)."""
    shares = type_shares("all")
    mean = sum(
        share * raw_need(kind.number, coupling_weight) for share, kind in zip(shares, division_types(), strict=True)
    )
    return raw_need(division_type, coupling_weight) * sum(shares) / mean


# --- founding -------------------------------------------------------------------------------------------------------

CONTEXT: Final = ("meeting_culture", "founding_trust", "founding_friction", "turbulence")
"""Traits of a company that are context, not levers; drawn per company unless a scenario pins them."""


@dataclass(frozen=True, slots=True, eq=False)
class Companies:
    """Companies that share a graph, at the start, with all their chance.

    Attributes
    ----------
    graph
        The communication graph.
    numbers
        Company numbers, shape (companies,).
    context
        Meeting culture, founding trust, founding friction, turbulence; shape (companies, 4).
    need
        Coordination need relative to the average company, shape (companies,).
    people
        What the people bring, shape (companies, people, attributes): skill before the hiring bar, and a uniform number
        in place of experience; :func:`hire_founders` makes states of it.
    known
        What is known of the people of a real organisation, shape (people, attributes), NaN where nothing is.
    trust, friction
        State of the interface ties, shape (companies, ties).
    leavers
        Per company: weeks (n,), person numbers (n,) and newcomers' traits (n, 8), in order of time.
    """

    graph: Graph
    numbers: NDArray[np.int64]
    context: Floats
    need: Floats
    people: Floats
    trust: Floats
    friction: Floats
    leavers: tuple[tuple[NDArray[np.int64], NDArray[np.int64], Floats], ...] = field(repr=False)
    known: Floats | None = None


def draw_context(seed: int, numbers: Sequence[int], f: Founding, p: Population) -> Floats:
    """Return the context of companies, shape (companies, 4): culture, founding trust and friction, turbulence."""
    context = np.empty((len(numbers), len(CONTEXT)))
    streams = Streams(seed)
    for k, number in enumerate(numbers):
        rng = streams.at(Purpose.CONTEXT, number)
        trust, friction, turbulence = rng.random(3)
        context[k] = (
            rng.beta(p.culture_alpha, p.culture_beta),
            f.trust_low + (f.trust_high - f.trust_low) * trust,
            f.friction_high * friction,
            f.turbulence_low + (f.turbulence_high - f.turbulence_low) * turbulence,
        )
    return context


def department_profile(f: Founding) -> Floats:
    """Return mean knowledge (2), skill, motives (4) of marketing and sales at founding, shape (2, 7) (E13, E36-E39)."""
    return np.array(
        [
            [
                f.market_knowledge_marketing,
                f.product_knowledge_marketing,
                f.skill_marketing,
                f.autonomy_marketing,
                f.recognition_marketing,
                f.status_marketing,
                f.contacts_marketing,
            ],
            [
                f.market_knowledge_sales,
                f.product_knowledge_sales,
                f.skill_sales,
                f.autonomy_sales,
                f.recognition_sales,
                f.status_sales,
                f.contacts_sales,
            ],
        ]
    )


def found(
    graph: Graph,
    seed: int,
    numbers: Sequence[int],
    context: Floats,
    need: Floats,
    weeks: int,
    f: Founding,
    redraws: Sequence[int] = (),
) -> Companies:
    """Return companies at their start.

    Parameters
    ----------
    graph
        The graph they share.
    seed, numbers
        Which companies.
    context
        Their context, shape (companies, 4).
    need
        Their coordination need relative to the average, shape (companies,).
    weeks
        For how long people who leave are drawn.
    f
        Founding parameters.
    redraws
        Other chances of the same companies, 0 for the first.
    """
    redraws = redraws or [0] * len(numbers)
    count, people, ties = len(numbers), graph.people, graph.ties
    uniform = np.empty((count, people, len(ATTRIBUTES) - 1))
    tie_uniform = np.empty((count, 2, ties))
    streams = Streams(seed)
    for k, number in enumerate(numbers):
        rng = streams.at(Purpose.PEOPLE, number)
        rng.random(out=uniform[k])
        rng.random(out=tie_uniform[k])
    deviation = 2.0 * uniform - 1.0
    profile = np.repeat(department_profile(f), (graph.marketing, graph.sales), axis=0)
    motive_spread = np.repeat([f.motive_spread_marketing, f.motive_spread_sales], (graph.marketing, graph.sales))
    trust, friction = context[:, 1, None], context[:, 2, None]
    state = np.empty((count, people, len(ATTRIBUTES)))
    state[:, :, 0:3] = profile[:, 0:3] + f.person_spread * deviation[:, :, 0:3]
    state[:, :, 0:2] = np.clip(state[:, :, 0:2], 0.0, 1.0)
    state[:, :, 3:7] = np.clip(profile[:, 3:7] + motive_spread[:, None] * deviation[:, :, 3:7], -1.0, 1.0)
    state[:, :, 7] = uniform[:, :, 7]
    regard = f.regard_base + f.regard_trust * trust - f.regard_start_friction * friction
    state[:, :, 8] = np.clip(regard + f.tie_spread * deviation[:, :, 8], 0.0, 1.0)
    state[:, :, 9] = f.backlog_start
    spread = f.tie_spread * (2.0 * tie_uniform - 1.0)
    return Companies(
        graph=graph,
        numbers=np.asarray(numbers, dtype=np.int64),
        context=context,
        need=need,
        people=state,
        trust=np.clip(trust + spread[:, 0], 0.0, 1.0),
        friction=np.clip(friction + spread[:, 1], 0.0, 1.0),
        leavers=_draw_leavers(streams, numbers, redraws, graph, weeks, f),
    )


def hire_founders(
    companies: Companies, rows: NDArray[np.int64], hiring_bar: Floats, rotation_rate: Floats, f: Founding
) -> Floats:
    """Return the states of the people at the start, shape (rows, people, attributes) (E24, E25).

    Those who are there were hired under the practices in force in the first week, as newcomers are later.

    Parameters
    ----------
    companies
        Companies and what their people bring.
    rows
        Which of the companies, shape (rows,).
    hiring_bar, rotation_rate
        Mechanism parameters of the first week, shape (rows,).
    f
        Founding parameters.
    """
    people = companies.people[rows]
    skill, experience = ATTRIBUTES.index("social_skill"), ATTRIBUTES.index("experience")
    bar = hiring_bar[:, None] * (np.arange(companies.graph.people) < companies.graph.marketing)
    people[:, :, skill] = ON_ARRAYS.newcomer_skill(people[:, :, skill], bar, f)
    people[:, :, experience] = ON_ARRAYS.newcomer_experience(people[:, :, experience], rotation_rate[:, None], f)
    if companies.known is None:
        return people
    known = np.broadcast_to(companies.known, people.shape)
    settled: Floats = np.where(np.isnan(known), people, known)
    return settled


def _draw_leavers(
    streams: Streams, numbers: Sequence[int], redraws: Sequence[int], graph: Graph, weeks: int, f: Founding
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64], Floats], ...]:
    """Draw who leaves when, and what their successors bring; nobody leaves in the founding week.

    Each seat has its own sequence of tenures and of newcomers, so a longer horizon only adds later leavers.
    """
    chance, rounds = f.turnover / rules.WEEKS_PER_YEAR, 4
    while chance > 0.0:
        tenures = np.stack(
            [
                streams.at(Purpose.LEAVERS, number, redraw).geometric(chance, (rounds, graph.people))
                for number, redraw in zip(numbers, redraws, strict=True)
            ]
        )
        left = np.minimum(tenures, weeks).cumsum(axis=1)
        if left[:, -1].min() >= weeks:
            break
        rounds *= 2
    if chance <= 0.0:
        left = np.full((len(numbers), 1, graph.people), weeks)
    company, succession, person = np.nonzero(left < weeks)
    week = left[company, succession, person]
    order = np.lexsort((person, week, company))
    company, succession, person, week = company[order], succession[order], person[order], week[order]
    uniform = np.empty((len(week), NEWCOMER_TRAITS))
    edges = np.searchsorted(company, np.arange(len(numbers) + 1))
    for k, number in enumerate(numbers):
        part = slice(edges[k], edges[k + 1])
        if edges[k] < edges[k + 1]:
            successors = streams.at(Purpose.NEWCOMERS, number, redraws[k]).random(
                (rounds, graph.people, NEWCOMER_TRAITS)
            )
            uniform[part] = successors[succession[part], person[part]]
    brought = _newcomers(uniform, person >= graph.marketing, f)
    parts = [slice(edges[k], edges[k + 1]) for k in range(len(numbers))]
    return tuple((week[part].astype(np.int64), person[part].astype(np.int64), brought[part]) for part in parts)


def _newcomers(uniform: Floats, in_sales: NDArray[np.bool_], f: Founding) -> Floats:
    """Return what newcomers bring, shape (n, 8): knowledge (2), skill before the bar, motives (4), a uniform number."""
    side = in_sales.astype(np.intp)
    deviation, profile = 2.0 * uniform[:, :7] - 1.0, department_profile(f)[side]
    motive_spread = np.array([f.motive_spread_marketing, f.motive_spread_sales])[side]
    brought = uniform.copy()
    brought[:, :2] = np.clip(f.newcomer_knowledge * (profile[:, :2] + f.person_spread * deviation[:, :2]), 0.0, 1.0)
    brought[:, 2] = profile[:, 2] + f.person_spread * deviation[:, 2]
    brought[:, 3:7] = np.clip(profile[:, 3:7] + motive_spread[:, None] * deviation[:, 3:7], -1.0, 1.0)
    return brought


def market_paths(
    seed: int, numbers: Sequence[int], weeks: int, turbulence: Floats, f: Founding, redraws: Sequence[int] = ()
) -> Floats:
    """Return demand for coordination by week over its mean, shape (companies, weeks); autocorrelated, at least 1/2."""
    streams = Streams(seed)
    draws = np.empty((len(numbers), weeks, 3))
    for k, number in enumerate(numbers):
        streams.at(Purpose.MARKET, number, redraws[k] if redraws else 0).random(out=draws[k])
    # Three uniform numbers have a variance of one quarter: twice their deviation is nearly standard normal.
    innovation = 2.0 * (draws[:, :, 0] + draws[:, :, 1] + draws[:, :, 2] - 3.0 / 2.0)
    pace = math.sqrt(1.0 - f.market_memory * f.market_memory)
    level = lfilter([pace], [1.0, -f.market_memory], innovation, axis=1)
    path: Floats = np.maximum(0.5, 1.0 + f.market_swing * turbulence[:, None] * level)
    return path


class EscalationDraws:
    """The uniform numbers that decide on a company's escalations, week after week.

    Parameters
    ----------
    seed, number
        Which company.
    regular_ties
        Number of interface ties that are always in use; people cannot clash on a dormant one.
    clash_week, clash_share
        In this week the first of them, up to this share, clash whatever happens; -1 for never.
    redraw
        Another chance of the same company.
    """

    def __init__(
        self, seed: int, number: int, regular_ties: int, clash_week: int = -1, clash_share: float = 1.0, redraw: int = 0
    ) -> None:
        self._rng = stream(seed, Purpose.ESCALATION, number, redraw)
        self._week = 0
        self._clash_week, self._clash_ties = clash_week, math.ceil(clash_share * regular_ties)

    def draw(self, out: Floats) -> None:
        """Fill ``out``, shape (weeks, ties), with the next weeks' numbers; a clash is a number below any chance."""
        self._rng.random(out=out)
        weeks = len(out)
        if self._week <= self._clash_week < self._week + weeks:
            out[self._clash_week - self._week, : self._clash_ties] = -1.0
        self._week += weeks


@dataclass(frozen=True, slots=True, eq=False)
class Organisation:
    """A real organisation: its graph, and what is known of its people and ties (NaN where nothing is).

    Attributes
    ----------
    graph
        The communication graph, with the people's names.
    people
        Known attributes, shape (people, attributes).
    ties
        Known trust and friction, shape (ties, 2).
    """

    graph: Graph
    people: Floats
    ties: Floats

    def settle(self, companies: Companies) -> Companies:
        """Return virtual companies on this graph with what is known put in; the rest stays drawn."""
        trust, friction = (np.broadcast_to(self.ties[:, k], companies.trust.shape) for k in (0, 1))
        return replace(
            companies,
            known=self.people,
            trust=np.where(np.isnan(trust), companies.trust, trust),
            friction=np.where(np.isnan(friction), companies.friction, friction),
        )
