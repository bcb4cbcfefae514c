"""One company, agent by agent: the readable engine, built on Mesa.

It computes what the compiled engine (:mod:`sim.core`) computes, bit for bit: the same rules, the same people and
chance, sums in the same order. It is there to be read, watched and asked about single people; for many companies use
:func:`sim.simulate`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import mesa
import networkx as nx
import numpy as np
import pandas as pd

from sim import company as co
from sim import outcomes as oc
from sim.agents import Employee, MarketingEmployee, SalesEmployee, Tie, Week
from sim.agents.record import LEVELS, TIE_COLUMNS, company_measures, data_collector, tie_row
from sim.chance import EscalationDraws, market_paths
from sim.draws import MAX_NUMBER, MAX_SEED
from sim.errors import BadInputError, between, phrase, unknown_name
from sim.graph import Graph
from sim.measures import MEASURES
from sim.parameters import population
from sim.practice import Practice
from sim.presets import as_scenario
from sim.scenario import MAX_WEEKS, Scenario
from sim.world import found_companies, world_of


class OrganisationModel(mesa.Model):
    """A company whose marketing and sales people work together, week by week.

    Parameters
    ----------
    scenario
        What to simulate; a preset also by its name.
    company
        Number of the virtual company.
    seed
        The same seed and number give the same people, graph and chance under every scenario, as in
        :func:`sim.simulate`. For replicates in ``mesa.batch_run`` vary ``company`` (or ``seed``); iterations of the
        same two numbers are the same run.
    weeks
        Horizon; the scenario's own if None.
    collect
        What ``datacollector`` notes each week, among ``"company"``, ``"people"`` and ``"ties"``; it changes nothing.

    Attributes
    ----------
    graph
        The communication graph. Nodes are person numbers with ``department`` and ``name``; edges have a ``kind``
        (``interface``, ``team``, ``internal``), and those between departments ``trust`` and ``friction``. Everything
        in it is a number or a text, so networkx can write it as GraphML or JSON.
    people
        The agents, by person number.
    ties
        The interface ties, in tie order.
    week
        The organisation in the week that was simulated last.
    measures
        The company measures of that week by name (:data:`sim.measures.MEASURES`).
    datacollector
        Company measures, people's states and hours (columns ``person_...``), and the table ``ties``; weeks are counted
        from 0 in all of them.

    Raises
    ------
    BadInputError
        For a company, seed, horizon or level of recording that cannot be.
    """

    def __init__(
        self,
        scenario: Scenario | str,
        *,
        company: int = 0,
        seed: int = 1,
        weeks: int | None = None,
        collect: Collection[str] = LEVELS,
    ) -> None:
        seed = _whole("seed", seed, 0, MAX_SEED)
        super().__init__(rng=seed)
        self.scenario = scenario = as_scenario(scenario)
        self.company = _whole("company", company, 0, MAX_NUMBER - 1)
        self.weeks = _whole("weeks", scenario.weeks if weeks is None else weeks, 1, MAX_WEEKS)
        numbers = scenario.model()
        self.coefficients, self.founding, self.measurement = numbers.coefficients, numbers.founding, numbers.measurement
        self._practice = Practice.of(scenario)
        for level in collect:
            if level not in LEVELS:
                raise unknown_name(level, LEVELS, key="collect")
        self._collect = tuple(collect)
        self.datacollector = data_collector(self._collect)
        self.measures: dict[str, float] = {}
        self._found(seed)

    # --- the start --------------------------------------------------------------------------------------------------

    def _found(self, seed: int) -> None:
        """Found the company: its people, its graph and its chance are those of the compiled engine."""
        world, f = world_of(self.scenario), self.founding
        numbers = np.array([self.company], dtype=np.int64)
        start = found_companies([world], numbers, seed, self.weeks, f, population())
        turbulence = start.trait("turbulence")
        demand = market_paths(seed, [self.company], self.weeks, turbulence, f, [world.redraw])
        self._demand: list[float] = demand[0].tolist()
        self._escalations = EscalationDraws(
            seed, self.company, start.graph.regular_ties, world.clash_week, world.clash_share, world.redraw
        )
        # Leavers in order of time, the next one last, so that they can be popped.
        leavers = zip(*(column.tolist() for column in start.leavers[0]), strict=True)
        self._leavers: list[tuple[int, int, list[float]]] = list(leavers)[::-1]
        self.context = dict(zip(co.CONTEXT, start.context[0].tolist(), strict=True))
        self.company_need = float(start.need[0])
        self.graph: nx.Graph[int] = start.graph.to_networkx()
        first, _ = self._practice.at(0)
        bar, rotation = (np.array([first[name]]) for name in ("marketing_hiring_bar", "rotation_rate"))
        people = co.hire_founders(start, np.zeros(1, dtype=np.int64), bar, rotation, f)
        self._hire(start.graph, people[0].tolist())
        self._tie_up(start.graph, start.trust[0].tolist(), start.friction[0].tolist())

    def _hire(self, graph: Graph, people: list[list[float]]) -> None:
        regular, team = graph.regular_degree().tolist(), graph.team_degree().tolist()
        self.people: list[Employee] = []
        for number, traits in enumerate(people):
            kind = MarketingEmployee if number < graph.marketing else SalesEmployee
            name = self.graph.nodes[number]["name"]
            ties = {"regular_ties": regular[number], "team_ties": team[number]}
            self.people.append(kind(self, number=number, name=name, traits=traits, **ties))
        # Mesa 3 counts agents' ids in a table that would keep every model alive for ever; all ids have been given out.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.marketing = self.agents.select(agent_type=MarketingEmployee)
        self.sales = self.agents.select(agent_type=SalesEmployee)

    def _tie_up(self, graph: Graph, trust: list[float], friction: list[float]) -> None:
        self.ties: list[Tie] = []
        ends = zip(graph.tie_marketing.tolist(), graph.tie_sales.tolist(), graph.team.tolist(), strict=True)
        for index, (a, b, team) in enumerate(ends):
            one, other = self.people[a], self.people[b]
            assert isinstance(one, MarketingEmployee)
            assert isinstance(other, SalesEmployee)
            edge = self.graph.edges[a, b]
            tie = Tie(index, one, other, team=team > 0.0, edge=edge, trust=trust[index], friction=friction[index])
            self.ties.append(tie)
            one.interface.append(tie)
            other.interface.append(tie)
        self._regular_ties = [tie for tie in self.ties if not tie.team]
        self._team_ties = [tie for tie in self.ties if tie.team]
        for a, b in zip(graph.inner_a.tolist(), graph.inner_b.tolist(), strict=True):
            self.people[a].colleagues.append(self.people[b])
            self.people[b].colleagues.append(self.people[a])

    # --- the week ---------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one week."""
        number = self.steps - 1
        if number >= self.weeks:
            raise RuntimeError(f"the horizon of {self.weeks} weeks has passed; ask for more with weeks=...")
        week = self._organise(number)
        self.week = week
        while self._leavers and self._leavers[-1][0] == number:
            _, person, brought = self._leavers.pop()
            self.people[person].hand_over(brought, week, self.founding, number)
        self.agents.do("reach_out", week)
        # Not marketing.do(...): sums are kept in the order of ties.
        for tie in self._ties_that_meet(week):
            tie.marketing.meet(tie, week)
        self.agents.do("listen_to_colleagues", week)
        self.agents.do("finish_week", week)
        self._record(week)
        self.running = self.steps < self.weeks

    def _organise(self, number: int) -> Week:
        """Return this week's conditions."""
        mechanisms, cost = self._practice.at(number)
        return Week(
            mechanisms,
            meeting_culture=self.context["meeting_culture"],
            turbulence=self.context["turbulence"],
            company_need=self.company_need,
            demand=self._demand[number],
            people=len(self.people),
            regular_ties=float(len(self._regular_ties)),
            team_ties=float(len(self._team_ties)),
            lever_cost=cost,
            coefficients=self.coefficients,
        )

    def _ties_that_meet(self, week: Week) -> list[Tie]:
        """Return the ties in use, each with its draw; team ties are dormant without teams (E32)."""
        drawn = np.empty((1, len(self.ties)))
        self._escalations.draw(drawn)
        for tie, number in zip(self.ties, drawn[0].tolist(), strict=True):
            tie.drawn = number
        if week.active_team > 0.0:
            return self.ties
        for tie in self._team_ties:
            tie.rest()
        return self._regular_ties

    # --- the record -------------------------------------------------------------------------------------------------

    def _record(self, week: Week) -> None:
        """Take the company's measures, and let the data collector note what it was asked to."""
        marketing = len(self.marketing)
        self.measures = company_measures(self.ties, self.people[:marketing], self.people[marketing:], week)
        if "company" in self._collect:
            self.measures |= self.weekly()
        if "ties" in self._collect:
            for tie in self.ties:
                self.datacollector.add_table_row("ties", {"week": self.steps - 1, **tie_row(tie)})
        self.datacollector.collect(self)

    def weekly(self) -> dict[str, float]:
        """Return what follows from this week's measures, by name (:func:`sim.outcomes.weekly`)."""
        measures: Any = self.measures
        need: Any = self.company_need
        found = oc.weekly(measures, len(self.marketing), len(self.sales), need, self.coefficients, self.measurement)
        return {name: float(value) for name, value in found.items()}

    def outcomes(self) -> dict[str, float]:
        """Return the outcomes so far, as :func:`sim.simulate` gives them.

        Raises
        ------
        RuntimeError
            If the company's measures were not collected, or no week has been simulated yet.
        """
        history = self.datacollector.model_vars
        if not any(history.values()):
            raise RuntimeError("outcomes need at least one week, and collect=('company', ...)")
        measures = {name: np.array(history[name])[:, None] for name in MEASURES}
        need = np.array([self.company_need])
        found = oc.horizon(measures, len(self.marketing), len(self.sales), need, self.coefficients, self.measurement)
        return {name: float(value[0]) for name, value in found.items()}

    def tie_frame(self) -> pd.DataFrame:
        """Return the interface ties as they are now, one row per tie in tie order."""
        return pd.DataFrame([tie_row(tie) for tie in self.ties], columns=list(TIE_COLUMNS))


def _whole(key: str, value: object, low: int, high: int) -> int:
    """Return a whole number within bounds, as Python's own kind."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
        raise BadInputError("bounds", key=key, value=value, allowed=phrase("a_whole_number", range=between(low, high)))
    return int(value)
