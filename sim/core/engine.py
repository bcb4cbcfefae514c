"""The compiled engine: lanes in, outcomes out; blocks of lanes are independent and run on threads.

A lane is one (setting, company). The result for a lane does not depend on the block size, the number of threads, the
order of lanes or on which other lanes there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import company as co
from sim.array_rules import ON_ARRAYS
from sim.chance import EscalationDraws, market_paths
from sim.core.cache import get_following_kernel, get_kernel
from sim.core.founded import Chance, Founded
from sim.core.layout import HOLDABLE, MEASURES, PERSON_PATH, PERSON_ROWS, TIE_PATH, TIE_ROWS, TIE_STATES, WEEK_ROWS
from sim.core.record import Follow, Path, Record
from sim.core.threads import work_off
from sim.draws import MAX_NUMBER, Purpose, Streams
from sim.graph import COMPANIES_PER_GRAPH, Graph
from sim.parameters import MECHANISMS, Coefficients, Founding, Population, parameters
from sim.policies import Policy
from sim.world import World, found_companies

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BLOCK_LANES: Final = 32
_DRAWS_IN_MEMORY: Final = 2_000_000
"""Numbers drawn ahead per block; weeks are run in chunks so that large organisations do not need more."""
_RECORDED_IN_MEMORY: Final = 2_000_000
"""Numbers written down per block at a time, before those of lanes that count are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Settings:
    """Lever settings as arrays.

    Attributes
    ----------
    policies
        The levers, in the order of the arrays.
    base
        Mechanism parameters without levers, shape (settings, mechanisms).
    start, ramp, target
        Steps of the levers' intensity, shape (settings, levers, steps); a start of infinity is no step.
    worlds, world
        The worlds and each setting's index among them, shape (settings,).
    """

    policies: tuple[Policy, ...]
    base: Floats
    start: Floats
    ramp: Floats
    target: Floats
    worlds: tuple[World, ...]
    world: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What happened in a block of lanes.

    Attributes
    ----------
    measures
        Shape (weeks, measures, lanes), in the order of :data:`sim.measures.MEASURES`.
    lanes
        Positions of the lanes in the call, shape (lanes,).
    setting, number
        Setting and company number of each lane, shape (lanes,).
    need
        Coordination need relative to the average company, shape (lanes,).
    context
        Shape (lanes, 4), in the order of :data:`sim.company.CONTEXT`.
    graph
        The communication graph.
    people, ties
        With ``trace``: states after each week, shapes (weeks, people, attributes, lanes) and (weeks, ties, 2, lanes).
    record
        What happened in every detail, where it was to be written down.
    """

    measures: Floats
    lanes: Ints
    setting: Ints
    number: Ints
    need: Floats
    context: Floats
    graph: Graph
    people: Floats = field(repr=False)
    ties: Floats = field(repr=False)
    record: Record | None = field(default=None, repr=False)

    def by_name(self) -> dict[str, Floats]:
        """Return the measures by name, shape (weeks, lanes) each."""
        return {name: self.measures[:, k] for k, name in enumerate(MEASURES)}

    def trait(self, name: str) -> Floats:
        """Return a trait of the companies' context by its name, shape (lanes,)."""
        return self.context[:, co.CONTEXT.index(name)]

    def only(self, lane: int) -> Block:
        """Return a block of one of the lanes, without its states and its record."""
        one = slice(lane, lane + 1)
        return Block(
            measures=self.measures[..., one],
            lanes=self.lanes[one],
            setting=self.setting[one],
            number=self.number[one],
            need=self.need[one],
            context=self.context[one],
            graph=self.graph,
            people=self.people[:0, ..., one],
            ties=self.ties[:0, ..., one],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """Everything but the lanes.

    Attributes
    ----------
    settings
        Lever settings.
    seed, weeks
        Chance and horizon.
    coefficients, founding, population
        Parameters, the same for all lanes.
    threads, block_lanes
        How the work is cut; without influence on the results.
    trace
        Whether blocks carry the states of all people and ties.
    founded
        Companies founded already, and their draws; engines that differ in coefficients alone may share them.
    """

    settings: Settings
    seed: int
    weeks: int
    coefficients: Coefficients
    founding: Founding
    population: Population
    threads: int = 1
    block_lanes: int = BLOCK_LANES
    trace: bool = False
    founded: Founded = field(default_factory=Founded, repr=False)
    _lever_arrays: tuple[Floats | Ints, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepare what all blocks need of the levers."""
        object.__setattr__(self, "_lever_arrays", lever_arrays(self.settings.policies))

    def run(
        self,
        setting: Ints,
        number: Ints,
        reduce: Callable[[Block], Any],
        collect: Callable[[Any], None],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Simulate lanes; ``reduce`` each block in its thread and hand the results to ``collect`` in this one.

        Parameters
        ----------
        setting, number
            Setting index and company number of each lane, shape (lanes,).
        reduce
            Makes what is kept of a block; called in worker threads.
        collect
            Takes what ``reduce`` returned, in any order; called in the calling thread.
        progress
            Told the number of lanes done after each block.
        """
        cuts = self.cut(setting, number)
        # Here, before there are threads: two of them would compile it twice.
        get_kernel(self.block_lanes)

        def work(lanes: Ints) -> tuple[int, Any]:
            return len(lanes), reduce(self.run_block(lanes, setting[lanes], number[lanes]))

        def finish(done: tuple[int, Any]) -> None:
            collect(done[1])
            if progress is not None:
                progress(done[0])

        work_off(cuts, work, finish, self.threads)

    def cut(self, setting: Ints, number: Ints) -> list[Ints]:
        """Cut lanes into blocks that share a graph, lanes of one company side by side.

        Parameters
        ----------
        setting, number
            As for :meth:`run`.

        Returns
        -------
        list of numpy.ndarray
            Positions of the lanes of each block.
        """
        places = {place: k for k, place in enumerate(dict.fromkeys(world.place for world in self.settings.worlds))}
        world = self.settings.world[setting]
        place = np.array([places[w.place] for w in self.settings.worlds], dtype=np.int64)[world]
        real = np.array([isinstance(p, co.Organisation) for p in places], dtype=bool)[place]
        graph = np.where(real, 0, number // COMPANIES_PER_GRAPH)
        order = np.lexsort((setting, world, number, graph, place))
        group = np.stack([place[order], graph[order]])
        edges = np.flatnonzero(np.any(group[:, 1:] != group[:, :-1], axis=0)) + 1
        size = self.block_lanes
        return [part[k : k + size] for part in np.split(order, edges) for k in range(0, len(part), size)]

    def run_block(self, lanes: Ints, setting: Ints, number: Ints, follow: Follow | None = None) -> Block:
        """Simulate one block.

        Parameters
        ----------
        lanes
            Positions of the lanes, as :meth:`cut` gives them.
        setting, number
            Of each of these lanes, shape (lanes,).
        follow
            What the lanes take from another run, and whether to write down what happens; None for neither.
        """
        width, count = self.block_lanes, len(lanes)
        padded = np.concatenate([np.arange(count), np.zeros(width - count, dtype=np.int64)])
        world = self.settings.world[setting]
        # Lanes come in the order of companies and worlds: a new slot begins where one of the two changes.
        begins = np.flatnonzero(np.concatenate([[True], (np.diff(number) != 0) | (np.diff(world) != 0)]))
        companies, demand, sources, drawn = self._chance(np.stack([number[begins], world[begins]]))
        graph = companies.graph
        lane_slot = (np.searchsorted(begins, np.arange(count), side="right") - 1)[padded].astype(np.int64)
        state = np.zeros((graph.people, len(PERSON_ROWS), width))
        people = co.hire_founders(companies, lane_slot, *self._founding_practice(setting[padded]), self.founding)
        state[:, : len(co.ATTRIBUTES)] = people.transpose(1, 2, 0)
        tie = np.zeros((graph.ties, len(TIE_ROWS), width))
        for name, at_start in zip(TIE_STATES, (companies.trust, companies.friction), strict=True):
            tie[:, TIE_ROWS.index(name)] = at_start[lane_slot].T
        persons = (
            state.reshape(-1),
            graph.marketing,
            *degrees(graph),
            graph.inner_a,
            graph.inner_b,
        )
        ties = (tie.reshape(-1), graph.tie_marketing, graph.tie_sales, graph.team, *adjacency(graph))
        org = np.zeros((len(WEEK_ROWS) + (len(HOLDABLE) if follow is not None else 0), width))
        for name in ("meeting_culture", "turbulence"):
            org[WEEK_ROWS.index(name)] = companies.trait(name)[lane_slot]
        org[WEEK_ROWS.index("company_need")] = companies.need[lane_slot]
        if follow is not None:
            org[len(WEEK_ROWS) :] = follow.held[padded].T
        levers = (org.reshape(-1), *self._levers(setting[padded]))
        counts = [len(weeks) for weeks, _, _ in companies.leavers]
        end = np.cumsum(counts)
        events = [np.concatenate(column) for column in zip(*companies.leavers, strict=True)]
        cursor = end - counts
        chunk = self.weeks if drawn is not None else max(1, _DRAWS_IN_MEMORY // (len(sources) * graph.ties))
        measures = np.empty((self.weeks, len(MEASURES), width))
        traced = self.weeks if self.trace else 0
        person_trace = np.empty((traced, graph.people, len(co.ATTRIBUTES), width))
        tie_trace = np.empty((traced, graph.ties, len(TIE_STATES), width))
        kernel = get_kernel(width) if follow is None else get_following_kernel(width)
        path, record = None, None
        if follow is not None:
            path = Path.blank(self.weeks, graph.people, graph.ties) if follow.path is None else follow.path
            if follow.record:
                record = Record.empty(self.weeks, graph.people, graph.ties, count)
                each_week = width * max(1, graph.people * len(PERSON_PATH) + graph.ties * len(TIE_PATH))
                chunk = max(1, min(chunk, _RECORDED_IN_MEMORY // each_week))
        for first in range(0, self.weeks, chunk):
            last = min(self.weeks, first + chunk)
            uniform = (
                _draw(sources, last - first, graph.ties)
                if drawn is None
                else np.ascontiguousarray(drawn[:, first:last])
            )
            chance = (
                lane_slot,
                uniform,
                np.ascontiguousarray(demand[:, first:last]),
                *events,
                cursor,
                end,
            )
            following = None
            if path is not None:
                part = Record.empty(0 if record is None else last - first, graph.people, graph.ties, width)
                following = (*path.weeks(first, last), *part.arrays())
            kernel(
                first,
                last,
                persons,
                ties,
                chance,
                levers,
                self.coefficients,
                self.founding,
                measures[first:last].reshape(last - first, -1),
                person_trace[first:last],
                tie_trace[first:last],
                following,
            )
            if record is not None:
                record.fill(first, part)
        return Block(
            measures=measures[:, :, :count],
            lanes=lanes,
            setting=setting,
            number=number,
            need=companies.need[lane_slot[:count]],
            context=companies.context[lane_slot[:count]],
            graph=graph,
            people=person_trace[..., :count],
            ties=tie_trace[..., :count],
            record=record,
        )

    def _chance(self, slots: Ints) -> Chance:
        """Return the companies in ``slots`` (numbers and worlds, shape (2, n)) and their draws.

        If the draws of all weeks do not fit, nothing is kept, and sources of draws are returned in their place.
        """
        worlds = tuple(self.settings.worlds[w] for w in slots[1])
        key = (self.seed, self.weeks, self.founding, self.population, worlds, slots[0].tobytes())
        if (known := self.founded.get(key)) is not None:
            return known
        companies = found_companies(worlds, slots[0], self.seed, self.weeks, self.founding, self.population)
        redraws = [world.redraw for world in worlds]
        demand = market_paths(
            self.seed, slots[0].tolist(), self.weeks, companies.trait("turbulence"), self.founding, redraws
        )
        ties, regular = companies.graph.ties, companies.graph.regular_ties
        fits = len(worlds) * ties * self.weeks <= _DRAWS_IN_MEMORY
        streams, sources, drawn = Streams(self.seed), [], np.empty((len(worlds) if fits else 0, self.weeks, ties))
        for k, (number, w) in enumerate(zip(slots[0].tolist(), worlds, strict=True)):
            chance = streams.at(Purpose.ESCALATION, number, w.redraw) if fits else None
            sources.append(
                EscalationDraws(self.seed, number, regular, w.clash_week, w.clash_share, w.redraw, generator=chance)
            )
            if fits:
                sources[k].draw(drawn[k])
        if not fits:
            return companies, demand, sources, None
        found: Chance = companies, demand, sources, drawn
        self.founded.keep(key, found)
        return found

    def _founding_practice(self, setting: Ints) -> tuple[Floats, Floats]:
        """Return the hiring bar and the rotation rate of the first week, shape (lanes,) each."""
        s, (low, high) = self.settings, bounds()
        level = np.zeros((len(setting), len(s.policies)))
        for k in range(s.start.shape[2]):
            level = ON_ARRAYS.ramped(0.0, s.start[setting, :, k], s.ramp[setting, :, k], level, s.target[setting, :, k])
        practice = []
        for name in ("marketing_hiring_bar", "rotation_rate"):
            change = np.zeros(len(setting))
            for v, policy in enumerate(s.policies):
                if name in policy.effects:
                    change += policy.effects[name] * level[:, v]
            row = MECHANISMS.index(name)
            practice.append(ON_ARRAYS.clip(s.base[setting, row] + change, low[row], high[row]))
        return practice[0], practice[1]

    def _levers(self, setting: Ints) -> tuple[Floats | Ints, ...]:
        """Return the settings' arrays with lanes innermost, and what the levers do and cost."""
        s = self.settings
        return (
            *bounds(),
            np.ascontiguousarray(s.base[setting].T),
            *(np.ascontiguousarray(a[setting].transpose(1, 2, 0)) for a in (s.start, s.ramp, s.target)),
            *self._lever_arrays,
        )


def _draw(sources: Sequence[EscalationDraws], weeks: int, ties: int) -> Floats:
    """Return the next weeks' draws, shape (companies, weeks, ties)."""
    drawn = np.empty((len(sources), weeks, ties))
    for k, source in enumerate(sources):
        source.draw(drawn[k])
    return drawn


@cache
def bounds() -> tuple[Floats, Floats]:
    """Return lower and upper bounds of the mechanism parameters."""
    declared = parameters()["mechanism"]
    return (
        np.array([declared[name].low for name in MECHANISMS]),
        np.array([declared[name].high for name in MECHANISMS]),
    )


def lever_arrays(policies: Sequence[Policy]) -> tuple[Floats | Ints, ...]:
    """Return levers' running and one-off costs, and their effects as triples: lever, parameter, change."""
    effects = [
        (v, MECHANISMS.index(name), change)
        for v, policy in enumerate(policies)
        for name, change in policy.effects.items()
    ]
    return (
        np.array([policy.running_cost for policy in policies], dtype=np.float64),
        np.array([policy.one_off_cost for policy in policies], dtype=np.float64),
        np.array([v for v, _, _ in effects], dtype=np.int64),
        np.array([k for _, k, _ in effects], dtype=np.int64),
        np.array([change for _, _, change in effects], dtype=np.float64),
    )


@lru_cache(maxsize=256)
def degrees(graph: Graph) -> tuple[Floats, Floats]:
    """Return the number of regular and of team ties by person."""
    return graph.regular_degree(), graph.team_degree()


@lru_cache(maxsize=256)
def adjacency(graph: Graph) -> tuple[Ints, Ints]:
    """Return interface ties by person: starts, shape (people + 1,), and tie numbers, shape (2 ties,)."""
    ends = np.concatenate([graph.tie_marketing, graph.tie_sales]).astype(np.int64)
    order = np.argsort(ends, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=graph.people))]).astype(np.int64)
    return start, (order % max(1, graph.ties)).astype(np.int64)


__all__ = ["BLOCK_LANES", "MAX_NUMBER", "Block", "Engine", "Settings", "World"]
