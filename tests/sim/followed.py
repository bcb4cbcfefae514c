"""Mechanisms held in the agents' engine, by other means than the compiled one's: the rules themselves are replaced.

A notebook takes down what the rules of a mechanism returned, in the order of their calls. In another run of the same
company, rules of mechanisms that are held return what stands in it. Both runs must call them equally often, so teams
must be the same in both; demand must be, too, as contact hours follow from it and from the share of the need.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sim import OrganisationModel, Scenario, rules
from sim.agents import Employee, MarketingEmployee
from sim.measures import MEASURES

Notebook = dict[str, list[Any]]

RULES = {
    "understanding": "understanding",
    "informative_disagreement": "disagreement",
    "fair_share": "disagreement",
    "uninformative_disagreement": "disagreement",
    "next_friction": "escalation",
    "next_trust": "trust",
    "next_regard": "trust",
    "learned": "knowledge",
    "relative_contact": "time",
    "waste": "time",
    "reading_hours": "time",
}
SPENT = tuple(f"{purpose}_hours_spent" for purpose in ("report", "planning", "training", "rotation", "team"))


class FollowingModel(OrganisationModel):
    """A company that takes down what its mechanisms gave, and takes those that are held from another run."""

    def __init__(self, scenario: Scenario, told: Notebook, held: Collection[str], **which: Any) -> None:
        super().__init__(scenario, collect=(), **which)
        self.told, self.held, self.notes = told, held, defaultdict(list)

    def use(self, name: str, mechanism: str, value: Any) -> Any:
        """Return the value, or what the other run had in its place, and take it down."""
        used = self.told[name][len(self.notes[name])] if mechanism in self.held else value
        self.notes[name].append(used)
        return used

    def _organise(self, number: int) -> Any:
        week = super()._organise(number)
        week.fixed = self.use("fixed", "time", week.fixed)
        return week

    def _record(self, week: Any) -> None:
        for name in SPENT:
            setattr(week, name, self.use(name, "time", getattr(week, name)))
        super()._record(week)


@contextmanager
def _followed(model: FollowingModel) -> Iterator[None]:
    """Let the rules and the people ask the model."""

    def swapped(name: str) -> Callable[..., Any]:
        original = getattr(rules, name)
        return lambda *arguments: model.use(name, RULES[name], original(*arguments))

    chance, next_backlog = rules.escalation_chance, rules.next_backlog
    reach_out, meet = Employee.reach_out, MarketingEmployee.meet

    def escalation_chance(*arguments: Any) -> float:
        if "escalation" not in model.held:
            return chance(*arguments)
        return math.inf if model.told["escalated"][len(model.notes["escalated"])] else -math.inf

    def start(person: Employee, week: Any) -> None:
        for name, mechanism in (
            ("market_knowledge", "knowledge"),
            ("product_knowledge", "knowledge"),
            ("regard", "trust"),
        ):
            setattr(person, name, model.use(f"{name} before", mechanism, getattr(person, name)))
        reach_out(person, week)

    def encounter(person: MarketingEmployee, tie: Any, week: Any) -> None:
        for name, mechanism in (("trust", "trust"), ("friction", "escalation")):
            tie.edge[name] = model.use(f"{name} before", mechanism, tie.edge[name])
        meet(person, tie, week)
        model.notes["escalated"].append(tie.escalated)

    def unread(backlog: float, read: float, *others: Any) -> float:
        return next_backlog(backlog, min(backlog, read), *others)

    changed = {name: swapped(name) for name in RULES}
    changed |= {"escalation_chance": escalation_chance, "next_backlog": unread}
    with (
        patch.multiple(rules, **changed),
        patch.object(Employee, "reach_out", start),
        patch.object(MarketingEmployee, "meet", encounter),
    ):
        yield


def followed(
    scenario: Scenario, told: Notebook, held: Collection[str], **which: Any
) -> tuple[list[list[float]], Notebook]:
    """Return the company's measures week by week, with mechanisms held at what another run took down, and the notes."""
    model = FollowingModel(scenario, told, held, **which)
    measures = []
    with _followed(model):
        for _ in range(scenario.weeks):
            model.step()
            measures.append([model.measures[name] for name in MEASURES])
    return measures, model.notes
