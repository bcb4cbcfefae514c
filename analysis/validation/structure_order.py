"""Order of turns: ties in another order, and people who act one after the other on the present state.

The model updates synchronously, so the order of ties can matter for the rounding of sums alone. How much synchrony
itself matters is seen in the readable engine (:class:`sim.model.OrganisationModel`): there, what a tie leaves with its
two people can take effect before the next tie's turn. The rules are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from analysis.validation.structure_judged import ALIKE, FRICTIONS, MANY_TIMES, effects_frame, same_signs
from experiments.anchors import reference_world
from experiments.laboratory import FACTORS, Condition, Laboratory
from experiments.scorecard import WEEKS, middle
from sim import rules
from sim.agents import Employee, Tie, Week
from sim.model import OrganisationModel
from sim.parameters import parameters
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Maker = Callable[..., OrganisationModel]

JUDGED: Final = ("cooperation_quality", "return_before_levers")
_COMPANY: Final = ("company",)
_HISTORY: Final = 0.15
"""Least rise of the share of bad endings with founding friction, as in P16."""


class ReorderedModel(OrganisationModel):
    """A company whose interface ties take their turn in another order, drawn once.

    Parameters
    ----------
    scenario, options
        As for :class:`sim.model.OrganisationModel`.
    order
        Number of the order; 0 is the model's own.
    alike
        Whether each tie keeps its own draws; otherwise they are dealt to the ties in the new order.
    """

    def __init__(self, scenario: Scenario, *, order: int = 1, alike: bool = True, **options: Any) -> None:
        super().__init__(scenario, **options)
        turns = np.arange(len(self.ties))
        if order:
            turns = np.random.default_rng((order, self.company)).permutation(turns)
        self._turn: list[int] = turns.tolist()
        self._alike = alike

    def _ties_that_meet(self, week: Week) -> list[Tie]:
        meeting = super()._ties_that_meet(week)
        if not self._alike:
            drawn = [tie.drawn for tie in self.ties]
            for tie in self.ties:
                tie.drawn = drawn[self._turn[tie.index]]
        return sorted(meeting, key=lambda tie: self._turn[tie.index])


class OneByOneModel(OrganisationModel):
    """A company in which everything that is said takes effect at once.

    Each week ties take their turns in a new random order. What a tie leaves with its two people (knowledge, regard, and
    with it the willingness to meet) is there when the next tie has its turn. Then people, in random order, listen to
    colleagues as these are by now, read, work and learn. Trust and friction belong to their tie in any case; hours and
    mail are settled at the end of the week in any case.
    """

    def __init__(self, scenario: Scenario, *, seed: int = 1, **options: Any) -> None:
        super().__init__(scenario, seed=seed, **options)
        self._turns = np.random.default_rng((seed, self.company))

    def step(self) -> None:
        """Simulate one week."""
        number = self.steps - 1
        week = self._organise(number)
        self.week = week
        while self._leavers and self._leavers[-1][0] == number:
            _, person, brought = self._leavers.pop()
            self.people[person].hand_over(brought, week, self.founding, number)
        self.agents.do("reach_out", week)
        # Turns are drawn for all ties, dormant ones too: the same order under every lever setting.
        turn = self._turns.permutation(len(self.ties)).tolist()
        for tie in sorted(self._ties_that_meet(week), key=lambda tie: turn[tie.index]):
            tie.marketing.meet(tie, week)
            _take_in(tie.marketing, tie, week)
            _take_in(tie.sales, tie, week)
        for k in self._turns.permutation(len(self.people)).tolist():
            _finish(self.people[k], week)
        self._record(week)
        self.running = self.steps < self.weeks


def _take_in(person: Employee, tie: Tie, week: Week) -> None:
    """Let what a tie has left with a person take effect."""
    c = week.coefficients
    _know(person)
    active = week.active_team if tie.team else 1.0
    own = rules.own_impression(person._climate, active, rules.per_tie(person.ties_in_use), person.regard)
    person.regard = rules.next_regard(person.regard, own, 0.0, tie.escalated, 0.0, 0.0, 0.0, c)
    person._climate = 0.0
    person.outreach = rules.outreach(
        person.regard, person.social_skill, person.contacts, person.autonomy, person.read_share, week.mandate, c
    )


def _finish(person: Employee, week: Week) -> None:
    """Let a person hear colleagues, read, work and learn, each with effect at once."""
    c = week.coefficients
    person.listen_to_colleagues(week)
    _know(person)
    person.regard = rules.next_regard(person.regard, 0.0, person._opinions, 0.0, person._rumours, 0.0, 0.0, c)
    person.read(week)
    person.learn(week)
    person.strangeness = person._strange * rules.per_tie(person.ties_in_use)
    person.regard = rules.next_regard(
        person.regard, 0.0, 0.0, 0.0, 0.0, week.rotation_rate, person.strangeness, week.coefficients
    )


def _know(person: Employee) -> None:
    """Add the knowledge that was taken over, and forget that it was."""
    market, product = person._market_told + person._market_heard, person._product_told + person._product_heard
    person.market_knowledge = rules.clip(person.market_knowledge + market, 0.0, 1.0)
    person.product_knowledge = rules.clip(person.product_knowledge + product, 0.0, 1.0)
    person._market_told = person._market_heard = person._product_told = person._product_heard = 0.0


def scenario_of(laboratory: Laboratory, condition: Condition, weeks: int = WEEKS) -> Scenario:
    """Return a controlled condition of the default shape as a scenario."""
    return Scenario(
        weeks=weeks,
        context=dict(condition.world.pins),
        levers={name: {"intensity": x, "start": 0.0, "ramp": 1.0} for name, x in condition.levers.items()},
        parameters={**laboratory.mechanisms, **condition.parameters},
        coefficients=_by_name("coefficient", laboratory.coefficients),
        founding=_by_name("founding", laboratory.model.founding),
        outcome=_by_name("outcome", laboratory.measurement),
    )


def _by_name(group: str, values: Any) -> dict[str, float]:
    return {name: float(getattr(values, name)) for name in parameters()[group]}


def agent_outcomes(
    maker: Maker,
    laboratory: Laboratory,
    conditions: Sequence[Condition],
    companies: int,
    progress: Callable[[float], None] | None = None,
) -> dict[str, Floats]:
    """Return outcomes of agent-by-agent companies by name (:data:`JUDGED`), shape (conditions, companies)."""
    found = {name: np.empty((len(conditions), companies)) for name in JUDGED}
    for k, condition in enumerate(conditions):
        scenario = scenario_of(laboratory, condition)
        for company in range(companies):
            reached = ran(maker(scenario, company=company, seed=laboratory.seed, collect=_COMPANY)).outcomes()
            for name, values in found.items():
                values[k, company] = reached[name]
        if progress is not None:
            progress((k + 1) / len(conditions))
    return found


def ran(model: OrganisationModel) -> OrganisationModel:
    """Return a model after its last week."""
    while model.steps < model.weeks:
        model.step()
    return model


def order_frame(laboratory: Laboratory, companies: int) -> pd.DataFrame:
    """Return what another order of ties changes, at the middle level of all levers.

    Returns
    -------
    pandas.DataFrame
        Index: ``draws alike`` (each tie keeps its draws) and ``draws dealt anew``. Columns: ``largest_difference`` of
        any tie's trust or friction or any person's regard at the end; ``mean_quality`` and ``mean_quality_se``, the
        mean change of cooperation quality and its standard error.
    """
    scenario = scenario_of(laboratory, Condition(levers=middle(), world=reference_world()))
    rows = {}
    for name, alike in (("draws alike", True), ("draws dealt anew", False)):
        apart, change = [], []
        for company in range(companies):
            pair = [
                ran(
                    ReorderedModel(
                        scenario, order=order, alike=alike, company=company, seed=laboratory.seed, collect=_COMPANY
                    )
                )
                for order in (0, 1)
            ]
            ends = [_states(model) for model in pair]
            qualities = [model.outcomes()["cooperation_quality"] for model in pair]
            apart.append(float(np.abs(ends[1] - ends[0]).max()))
            change.append(qualities[1] - qualities[0])
        rows[name] = {
            "largest_difference": max(apart),
            "mean_quality": float(np.mean(change)),
            "mean_quality_se": float(np.std(change, ddof=1) / np.sqrt(companies)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("order of ties")


def _states(model: OrganisationModel) -> Floats:
    ties = [value for tie in model.ties for value in (tie.trust, tie.friction)]
    return np.array([*ties, *(person.regard for person in model.people)])


def one_by_one_frame(
    laboratory: Laboratory, companies: int, progress: Callable[[float], None] | None = None
) -> pd.DataFrame:
    """Return conclusions where people act one after the other; columns ``value``, ``synchronous``, ``holds``.

    ``synchronous`` is the same on the same companies in the model as it is. Conclusions on the virtual sample are left
    out: agent by agent it would take too long.
    """
    world = reference_world()
    levers = [middle()] + [middle(**{name: 1.0}) for name in FACTORS]
    single: list[dict[str, float]] = [{}, *({name: 1.0} for name in FACTORS), middle(1.0)]
    conditions = [Condition(levers=chosen, world=world) for chosen in (*levers, *single)]
    conditions += [
        Condition(levers=middle(0.5), world=reference_world({"founding_friction": x} if x >= 0.0 else {}))
        for x in (-1.0, *FRICTIONS)
    ]
    ours = agent_outcomes(OneByOneModel, laboratory, conditions, companies, progress)
    theirs = laboratory.compare(conditions, companies, WEEKS)
    split, end = len(levers), len(levers) + len(single)
    effects = [effects_frame(*(found[name][:split] for name in JUDGED)) for found in (ours, theirs)]
    rows: dict[str, list[Any]] = {}
    for name, outcome in (("quality", "quality"), ("return", "return_before_levers")):
        alike, opposite = same_signs(effects[0], effects[1], outcome)
        rows[f"signs_{name}"] = [float(alike), float(len(FACTORS)), opposite == 0]
        rank = float(spearmanr(effects[0][outcome], effects[1][outcome]).statistic)
        rows[f"rank_{name}"] = [rank, 1.0, rank >= ALIKE]
    multiples, bad = [], []
    for found in (ours, theirs):
        quality = found["cooperation_quality"]
        level = quality[split:end].mean(axis=1)
        multiples.append(float((level[-1] - level[0]) / (level[1:-1].max() - level[0])))
        # The cut-off is solved for each on its own, as everywhere: the reference company at one half.
        below = (quality[end + 1 :] < quality[end].mean()).mean(axis=1)
        bad.append(float(below[1] - below[0]))
    rows["bundle"] = [*multiples, multiples[0] >= MANY_TIMES]
    rows["history"] = [*bad, bad[0] >= _HISTORY]
    columns = ["value", "synchronous", "holds"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("conclusion")
