"""Records of agents and ties: the company's measures, and the reporters of Mesa's data collector."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final

import mesa

from sim import outcomes as oc
from sim import rules
from sim.agents.employee import Employee
from sim.agents.tie import Tie
from sim.agents.week import Week
from sim.company import ATTRIBUTES
from sim.measures import COPIED_MEASURES, MEASURES, PERSON_MEASURES, TIE_MEASURES
from sim.need import added

LEVELS: Final = ("company", "people", "ties")
"""What the data collector can note."""

PERSON: Final = "person_"
"""What names of people's columns begin with: a person's regard is no company's regard."""

TIE_COLUMNS: Final = (
    "index",
    "marketing",
    "sales",
    "team",
    "trust",
    "friction",
    "contact_hours",
    "alignment",
    "understanding",
    "disagreement",
    "decision_quality",
    "knowledge_gap",
    "strangeness",
    "escalated",
)
"""What is noted of an interface tie; the two people by number."""

_PERSON: Final = attrgetter(*PERSON_MEASURES)


def company_measures(
    ties: Sequence[Tie], marketing: Sequence[Employee], sales: Sequence[Employee], week: Week
) -> dict[str, float]:
    """Return a week's measures of the company by name, in the order of :data:`sim.measures.MEASURES`."""
    met = dict(zip(TIE_MEASURES, _add_up(tie.weighed(week) for tie in ties), strict=True))
    measures = {name: total / week.weight for name, total in met.items()}
    measures["understanding_unlike"] = rules.ratio(met["understanding_unlike"], met["motive_distance"])
    for department, people in (("marketing", marketing), ("sales", sales)):
        for name, total in zip(PERSON_MEASURES, _add_up(map(_PERSON, people)), strict=True):
            measures[f"{name}_{department}"] = total / float(len(people))
    for name, condition in COPIED_MEASURES.items():
        measures[name] = getattr(week, condition)
    return measures


def _add_up(rows: Iterable[tuple[float, ...]]) -> list[float]:
    """Add up each column."""
    return [added(column) for column in zip(*rows, strict=True)]


def tie_row(tie: Tie) -> dict[str, Any]:
    """Return a tie's columns by name."""
    row = {name: getattr(tie, name) for name in TIE_COLUMNS}
    row["marketing"], row["sales"] = tie.marketing.number, tie.sales.number
    return row


def data_collector(levels: Collection[str]) -> mesa.DataCollector:
    """Return a data collector for the company, its people, its ties, or some of these (:data:`LEVELS`).

    Columns of people begin with :data:`PERSON`, as Mesa's ``batch_run`` joins them to the company's of the same week.
    """
    company = {name: partial(_measure, name) for name in (*MEASURES, *oc.WEEKLY)}
    people: dict[str, Any] = {name: attrgetter(name) for name in ("number", "department", *ATTRIBUTES)}
    for name in oc.PURPOSES.values():
        people[name] = partial(_condition, COPIED_MEASURES[name]) if name in COPIED_MEASURES else attrgetter(name)
    people |= {name: attrgetter(name) for name in ("escalations", "strangeness")}
    return WeekCollector(  # type: ignore[no-untyped-call]
        model_reporters=company if "company" in levels else None,
        agent_reporters={PERSON + name: take for name, take in people.items()} if "people" in levels else None,
        tables={"ties": ["week", *TIE_COLUMNS]} if "ties" in levels else None,
    )


class WeekCollector(mesa.DataCollector):
    """A data collector that counts weeks from 0 for people as it does for the company.

    Mesa numbers agents' records by steps done and the model's by rows: week w would stand at w + 1 and w, and
    ``batch_run`` would join the company's week with its people's week before.
    """

    def collect(self, model: mesa.Model) -> None:
        """Collect the week that was simulated last."""
        super().collect(model)  # type: ignore[no-untyped-call]
        if (records := self._agent_records.pop(model.steps, None)) is not None:
            week = model.steps - 1
            self._agent_records[week] = [(week, *record[1:]) for record in records]


# Reporters of the data collector, which calls them with the model or with an agent.


def _measure(name: str, model: Any) -> float:
    value: float = model.measures[name]
    return value


def _condition(name: str, person: Employee) -> float:
    """Return hours that are the same for everybody."""
    company: Any = person.model
    hours: float = getattr(company.week, name)
    return hours
