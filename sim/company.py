"""Virtual companies: their context, their people and ties at the start, and who leaves when.

A company is fully determined by (seed, number, kind, founding parameters, practice in the first week).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import rules
from sim.array_rules import ON_ARRAYS
from sim.draws import Purpose, Streams
from sim.graph import Graph
from sim.parameters import Founding, Population

Floats = NDArray[np.float64]

KNOWLEDGE: Final = ("market_knowledge", "product_knowledge")
MOTIVES: Final = ("autonomy", "recognition", "status", "contacts")
PROFILE: Final = (*KNOWLEDGE, "social_skill", *MOTIVES)
"""What departments differ in from the start (E13, E36-E39)."""
NEWCOMER_TRAITS: Final = (*PROFILE, "experience")
"""What a newcomer brings; skill is that before the hiring bar, experience a uniform number."""
ATTRIBUTES: Final = (*NEWCOMER_TRAITS, "regard", "backlog")
"""What an employee is, in the order of the arrays; all in [0, 1] but motives in [-1, 1] and backlog in hours."""
TIE_STATES: Final = ("trust", "friction")
"""What an interface tie carries from week to week, in the order of the arrays; in [0, 1]."""
CONTEXT: Final = ("meeting_culture", "founding_trust", "founding_friction", "turbulence")
"""Traits of a company that are context, not levers; drawn per company unless a scenario pins them."""


def _columns(names: Sequence[str]) -> slice:
    """Return the columns of neighbouring attributes."""
    first = ATTRIBUTES.index(names[0])
    return slice(first, first + len(names))


_KNOWLEDGE, _MOTIVES, _PROFILE = map(_columns, (KNOWLEDGE, MOTIVES, PROFILE))
_SKILL, _EXPERIENCE, _REGARD, _BACKLOG = map(ATTRIBUTES.index, ("social_skill", "experience", "regard", "backlog"))


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
        Shape (companies, 4), in the order of :data:`CONTEXT`.
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

    def trait(self, name: str) -> Floats:
        """Return one of :data:`CONTEXT`, shape (companies,)."""
        return self.context[:, CONTEXT.index(name)]


def draw_context(seed: int, numbers: Sequence[int], f: Founding, p: Population) -> Floats:
    """Return the context of companies, shape (companies, 4), in the order of :data:`CONTEXT`."""
    context = np.empty((len(numbers), len(CONTEXT)))
    streams = Streams(seed)
    for k, number in enumerate(numbers):
        rng = streams.at(Purpose.CONTEXT, number)
        trust, friction, turbulence = rng.random(3)
        drawn = {
            "meeting_culture": rng.beta(p.culture_alpha, p.culture_beta),
            "founding_trust": f.trust_low + (f.trust_high - f.trust_low) * trust,
            "founding_friction": f.friction_high * friction,
            "turbulence": f.turbulence_low + (f.turbulence_high - f.turbulence_low) * turbulence,
        }
        context[k] = [drawn[name] for name in CONTEXT]
    return context


def department_profile(f: Founding) -> Floats:
    """Return the mean :data:`PROFILE` of marketing and sales at founding, shape (2, 7)."""
    means = {
        "market_knowledge": (f.market_knowledge_marketing, f.market_knowledge_sales),
        "product_knowledge": (f.product_knowledge_marketing, f.product_knowledge_sales),
        "social_skill": (f.skill_marketing, f.skill_sales),
        "autonomy": (f.autonomy_marketing, f.autonomy_sales),
        "recognition": (f.recognition_marketing, f.recognition_sales),
        "status": (f.status_marketing, f.status_sales),
        "contacts": (f.contacts_marketing, f.contacts_sales),
    }
    return np.array([means[name] for name in PROFILE]).T


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
    trust, friction = (context[:, CONTEXT.index(name), None] for name in ("founding_trust", "founding_friction"))
    state = np.empty((count, people, len(ATTRIBUTES)))
    state[..., _KNOWLEDGE] = np.clip(profile[:, _KNOWLEDGE] + f.person_spread * deviation[..., _KNOWLEDGE], 0.0, 1.0)
    state[..., _SKILL] = profile[:, _SKILL] + f.person_spread * deviation[..., _SKILL]
    state[..., _MOTIVES] = np.clip(profile[:, _MOTIVES] + motive_spread[:, None] * deviation[..., _MOTIVES], -1.0, 1.0)
    state[..., _EXPERIENCE] = uniform[..., _EXPERIENCE]
    regard = f.regard_base + f.regard_trust * trust - f.regard_start_friction * friction
    state[..., _REGARD] = np.clip(regard + f.tie_spread * deviation[..., _REGARD], 0.0, 1.0)
    state[..., _BACKLOG] = f.backlog_start
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
    bar = hiring_bar[:, None] * (np.arange(companies.graph.people) < companies.graph.marketing)
    people[..., _SKILL] = ON_ARRAYS.newcomer_skill(people[..., _SKILL], bar, f)
    people[..., _EXPERIENCE] = ON_ARRAYS.newcomer_experience(people[..., _EXPERIENCE], rotation_rate[:, None], f)
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
    uniform = np.empty((len(week), len(NEWCOMER_TRAITS)))
    edges = np.searchsorted(company, np.arange(len(numbers) + 1))
    for k, number in enumerate(numbers):
        part = slice(edges[k], edges[k + 1])
        if edges[k] < edges[k + 1]:
            successors = streams.at(Purpose.NEWCOMERS, number, redraws[k]).random(
                (rounds, graph.people, len(NEWCOMER_TRAITS))
            )
            uniform[part] = successors[succession[part], person[part]]
    brought = _newcomers(uniform, person >= graph.marketing, f)
    parts = [slice(edges[k], edges[k + 1]) for k in range(len(numbers))]
    return tuple((week[part].astype(np.int64), person[part].astype(np.int64), brought[part]) for part in parts)


def _newcomers(uniform: Floats, in_sales: NDArray[np.bool_], f: Founding) -> Floats:
    """Return what newcomers bring, shape (n, 8), in the order of :data:`NEWCOMER_TRAITS`."""
    side = in_sales.astype(np.intp)
    deviation, profile = 2.0 * uniform[:, _PROFILE] - 1.0, department_profile(f)[side]
    motive_spread = np.array([f.motive_spread_marketing, f.motive_spread_sales])[side]
    brought = uniform.copy()
    brought[:, _KNOWLEDGE] = np.clip(
        f.newcomer_knowledge * (profile[:, _KNOWLEDGE] + f.person_spread * deviation[:, _KNOWLEDGE]), 0.0, 1.0
    )
    brought[:, _SKILL] = profile[:, _SKILL] + f.person_spread * deviation[:, _SKILL]
    brought[:, _MOTIVES] = np.clip(profile[:, _MOTIVES] + motive_spread[:, None] * deviation[:, _MOTIVES], -1.0, 1.0)
    return brought


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
        What is known of :data:`TIE_STATES`, shape (ties, 2).
    """

    graph: Graph
    people: Floats
    ties: Floats

    def settle(self, companies: Companies) -> Companies:
        """Return virtual companies on this graph with what is known put in; the rest stays drawn."""
        states = {}
        for name, known in zip(TIE_STATES, self.ties.T, strict=True):
            states[name] = np.where(np.isnan(known), getattr(companies, name), known)
        return replace(companies, known=self.people, **states)
