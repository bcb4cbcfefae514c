"""One company, week by week: the states of all its people and ties, for somebody who looks at it person by person.

Arrays about one company are made by the readable engine (:class:`sim.OrganisationModel`), which knows who escalated
with whom and who came when; it gives the same numbers as the compiled one, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.trajectory import Trajectory
from sim.company import ATTRIBUTES, Organisation
from sim.graph import Graph
from sim.model import OrganisationModel
from sim.perceptions import Side
from sim.scenario import Scenario

Floats = NDArray[np.float32]

TIE_STATES: Final = ("trust", "friction", "contact_hours", "alignment", "escalated")
"""What is kept of interface ties; contact, alignment and escalations are those of the week itself."""

_PERSON: Final = attrgetter(*ATTRIBUTES)
_TIE: Final = attrgetter(*TIE_STATES)


@dataclass(frozen=True, slots=True, eq=False)
class CompanyTrajectory:
    """The weeks of one company, person by person.

    Attributes
    ----------
    scenario, company, seed
        Which company, and what was done in it.
    graph
        Who is tied to whom; people are numbered as in it, and ties too.
    people
        By attribute (:data:`sim.company.ATTRIBUTES`), shape (weeks + 1, people): at the start, and after each week.
    ties
        By name (:data:`TIE_STATES`), shape (weeks + 1, ties): at the start, and after each week.
    arrived
        Whether somebody new came in that week, shape (weeks + 1, people).
    teams
        How far cross-functional teams are in use, 0 to 1, shape (weeks + 1,); team ties are dormant at 0.
    """

    scenario: Scenario
    company: int
    seed: int
    graph: Graph
    people: Mapping[str, Floats] = field(repr=False)
    ties: Mapping[str, Floats] = field(repr=False)
    arrived: NDArray[np.bool_] = field(repr=False)
    teams: Floats = field(repr=False)

    @property
    def weeks(self) -> int:
        """Number of weeks simulated; positions in the arrays run from 0, the start, to this."""
        return len(self.teams) - 1

    def department(self, person: int) -> Side:
        """Return ``"marketing"`` or ``"sales"``."""
        return "marketing" if person < self.graph.marketing else "sales"

    def colleagues(self, person: int) -> slice:
        """Return the person numbers of the department, the person's own among them."""
        marketing = self.graph.marketing
        return slice(0, marketing) if person < marketing else slice(marketing, self.graph.people)

    def ties_of(self, person: int) -> NDArray[np.intp]:
        """Return the numbers of the person's interface ties."""
        return np.flatnonzero((self.graph.tie_marketing == person) | (self.graph.tie_sales == person))

    def partner(self, tie: int, person: int) -> int:
        """Return who is at the other end of a tie."""
        ends = int(self.graph.tie_marketing[tie]), int(self.graph.tie_sales[tie])
        return ends[1] if ends[0] == person else ends[0]

    def in_use(self) -> NDArray[np.bool_]:
        """Return which ties are in use, shape (weeks + 1, ties)."""
        active: NDArray[np.bool_] = (self.graph.team == 0.0)[None, :] | (self.teams > 0.0)[:, None]
        return active


def company_trajectory(
    scenario: Scenario, company: int, *, seed: int = 1, progress: Callable[[int], None] = lambda week: None
) -> CompanyTrajectory:
    """Simulate one company and note the states of its people and ties.

    Parameters
    ----------
    scenario
        What to simulate.
    company, seed
        As for :class:`sim.OrganisationModel`: the same people, graph and chance as in :func:`sim.simulate`.
    progress
        Told after each week how many have passed. What it raises ends the work.
    """
    model = OrganisationModel(scenario, company=company, seed=seed, collect=())
    frames = scenario.weeks + 1
    people = np.empty((len(ATTRIBUTES), frames, len(model.people)), dtype=np.float32)
    ties = np.empty((len(TIE_STATES), frames, len(model.ties)), dtype=np.float32)
    arrived = np.zeros((frames, len(model.people)), dtype=bool)
    teams = np.zeros(frames, dtype=np.float32)

    def note(frame: int) -> None:
        people[:, frame] = np.array([_PERSON(person) for person in model.people]).T
        ties[:, frame] = np.array([_TIE(tie) for tie in model.ties]).T

    note(0)
    for frame in range(1, frames):
        model.step()
        note(frame)
        arrived[frame] = [person.arrived == frame - 1 for person in model.people]
        teams[frame] = model.week.active_team
        progress(frame)
    # At the start nothing has happened yet; whether there are teams is as in the first week.
    teams[0] = teams[1]
    return CompanyTrajectory(
        scenario=scenario,
        company=company,
        seed=seed,
        graph=_graph(model),
        people=dict(zip(ATTRIBUTES, people, strict=True)),
        ties=dict(zip(TIE_STATES, ties, strict=True)),
        arrived=arrived,
        teams=teams,
    )


def _graph(model: OrganisationModel) -> Graph:
    """Return the company's communication graph as arrays; people have names in a real organisation only."""
    real = isinstance(model.scenario.place(), Organisation)
    inner = [(a, b) for a, b in model.graph.edges if model.graph.edges[a, b]["kind"] == "internal"]
    return Graph(
        marketing=len(model.marketing),
        sales=len(model.sales),
        tie_marketing=np.array([tie.marketing.number for tie in model.ties], dtype=np.uint32),
        tie_sales=np.array([tie.sales.number for tie in model.ties], dtype=np.uint32),
        team=np.array([float(tie.team) for tie in model.ties]),
        inner_a=np.array([a for a, _ in inner], dtype=np.uint32),
        inner_b=np.array([b for _, b in inner], dtype=np.uint32),
        names=tuple(person.name for person in model.people) if real else (),
    )


def typical_company(*trajectories: Trajectory) -> int:
    """Return which company is nearest to the median in quality and efficiency, in all trajectories together.

    Parameters
    ----------
    trajectories
        Of the same companies under one setting or several.
    """
    away = np.zeros(len(trajectories[0]))
    for trajectory in trajectories:
        for name in ("cooperation_quality", "coordination_efficiency"):
            values = trajectory.outcomes[name]
            if (spread := float(values.std())) > 0.0:
                away += ((values - np.median(values)) / spread) ** 2
    return int(away.argmin())


__all__ = ["TIE_STATES", "CompanyTrajectory", "company_trajectory", "typical_company"]
