"""The starting state that filled forms give: an organisation, the presence of the success factors, the context.

How an answer becomes a state is an assumption throughout. Nothing is guessed from one department for the other, and no
number of a department is formed from so few answers that one person's could be read off it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.questionnaire.forms import Form, read_forms
from experiments.questionnaire.items import ASKED_CONTEXT, FACTORS, PERSON, ROUNDED
from experiments.questionnaire.people import Roster, mean, people_csv, roster, ties_csv, ties_of
from sim.organisation import DEPARTMENTS, MOTIVES, TIE_STATES
from sim.parameters import measurement, parameters
from sim.perceptions import INFORMATION, OPPOSITE, STATES, Side, substance
from sim.perceptions import ITEMS as RATED
from sim.presets import preset
from sim.scenario import Scenario
from sim.tables import Problems

Floats = NDArray[np.float64]

FEWEST: Final = 4
"""Least number of answers for a number of a department; with fewer, one answer could be guessed (assumption)."""
SIDES: Final = tuple(OPPOSITE)
_SEEN: Final = ("market_knowledge", "product_knowledge", "social_skill", "analysis")
"""States of a department behind the ratings of knowledge and skills (:func:`sim.perceptions.substance`)."""


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean answer of a department.

    Attributes
    ----------
    value
        As a state, NaN if there are fewer than :data:`FEWEST` answers.
    count
        Number of answers.
    """

    value: float
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The pooled answer to a question.

    Attributes
    ----------
    about
        ``ratings``, ``factors``, ``context``, ``ties``, or an attribute of a person.
    answered, asked
        Number of answers, and of those that there could be.
    """

    about: str
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class StartingState:
    """The state of an organisation, estimated from filled forms.

    Attributes
    ----------
    respondents
        Number of forms by department.
    people
        The people by department.
    images
        Ratings by (rated department, rating department, item).
    factors
        Presence of the success factors by (lever, department).
    context
        Pinned context by name.
    drawn_around
        Changes of the founding and outcome parameters around which unknown states are drawn, by table and name.
    coverage
        Number of answers by question.
    scenario
        The scenario, with the organisation as text in place of files.
    """

    respondents: dict[str, int]
    people: Roster
    images: dict[tuple[Side, Side, str], Mean]
    factors: dict[tuple[str, Side], Mean]
    context: dict[str, float]
    drawn_around: dict[str, dict[str, float]]
    coverage: tuple[Coverage, ...]
    scenario: Scenario

    def presence(self, factor: str) -> float:
        """Return how far a success factor is in place: both departments count the same; NaN if it is not known."""
        return mean(self.factors[factor, side].value for side in SIDES)


def read_survey(files: Sequence[str | Path], name: str = "survey") -> StartingState:
    """Return the starting state that filled forms give.

    Parameters
    ----------
    files
        Forms, or tables with a row per respondent.
    name
        Of the scenario.

    Raises
    ------
    BadInputError
        The first thing that is wrong in them.
    """
    problems = Problems(most=1)
    forms = read_forms(files, problems)
    return starting_state(forms, roster(forms, problems), name)


def starting_state(forms: Sequence[Form], people: Roster, name: str) -> StartingState:
    """Return the starting state that forms give.

    Parameters
    ----------
    forms, people
        Forms, and who works where according to them.
    name
        Of the scenario.

    Raises
    ------
    BadInputError
        If the forms name no tie between the departments, or nobody in one of them.
    """
    ties = ties_of(forms, people)
    images = {
        (rated, rater, item): _mean(forms, rater, f"{'own' if rated == rater else 'other'}_{item}")
        for rated in SIDES
        for rater in SIDES
        for item in RATED
    }
    factors = {(item.about, side): _mean(forms, side, item.id) for item in FACTORS for side in SIDES}
    across = [tie for tie in ties if tie.kind]
    context = {item.id: mean(_mean(forms, side, item.id).value for side in SIDES) for item in ASKED_CONTEXT}
    if sum(any(not math.isnan(contact.trust) for contact in form.partners) for form in forms) >= FEWEST:
        context |= {f"founding_{state}": mean(getattr(tie, state) for tie in across) for state in TIE_STATES}
    context = {key: value for key, value in context.items() if not math.isnan(value)}
    around = _drawn_around(forms, images)
    start = preset("own_organisation")
    levers = {item.about: mean(factors[item.about, side].value for side in SIDES) for item in FACTORS}
    scenario = Scenario(
        name=name,
        company={"people": people_csv(forms, people), "ties": ties_csv(ties)},
        # In place when the company begins.
        levers={
            lever: {"intensity": start.adoption if math.isnan(presence) else presence, "ramp": 1.0}
            for lever, presence in levers.items()
        },
        context=context,
        **around,
    )
    scenario.place()
    coverage = _coverage(forms, len(people.departments), len(across))
    respondents = {side: sum(form.department == side for form in forms) for side in DEPARTMENTS}
    return StartingState(respondents, people, images, factors, context, around, coverage, scenario)


def _mean(forms: Sequence[Form], side: Side, item: str) -> Mean:
    answers = [form.states[item] for form in forms if form.department == side and item in form.states]
    return Mean(mean(answers) if len(answers) >= FEWEST else math.nan, len(answers))


def _drawn_around(forms: Sequence[Form], images: dict[tuple[Side, Side, str], Mean]) -> dict[str, dict[str, float]]:
    """Return the means around which the model draws people, as far as the forms know them, within their bounds."""
    found: dict[str, dict[str, float]] = {"founding": {}, "outcome": {}}
    for side in SIDES:
        # How a department sees itself and how it is seen lie apart; nobody knows who is nearer to the truth (E14).
        seen = {item: mean(images[side, rater, item].value for rater in SIDES) for item in RATED[: INFORMATION.start]}
        states = seen_through(seen, side)
        for state, value in states.items():
            table = "outcome" if state == "analysis" else "founding"
            found[table][f"{'skill' if state == 'social_skill' else state}_{side}"] = value
        for motive in MOTIVES:
            value = _mean(forms, side, motive).value
            if not math.isnan(value):
                found["founding"][f"{motive}_{side}"] = value
    for table, values in found.items():
        declared = parameters()[table]
        for name, value in values.items():
            values[name] = round(min(max(value, declared[name].low), declared[name].high), ROUNDED)
    return found


def seen_through(ratings: dict[str, float], side: Side) -> dict[str, float]:
    """Return the states of a department that ratings of its knowledge and skills stand for (least squares).

    The inverse of what the model says people rate (:func:`sim.perceptions.substance`).

    Parameters
    ----------
    ratings
        By item, in [0, 1]; NaN where there is none.
    side
        The rated department.

    Returns
    -------
    dict
        Market and product knowledge, social skill, analytic skill; empty if the ratings do not determine them.
    """
    known = [k for k, item in enumerate(RATED[: INFORMATION.start]) if not math.isnan(ratings[item])]
    weights = rated_states(side)[known]
    if not known or np.linalg.matrix_rank(weights) < len(_SEEN):
        return {}
    solved = np.linalg.lstsq(weights, np.array([ratings[RATED[k]] for k in known]))[0]
    return {name: float(value) for name, value in zip(_SEEN, np.clip(solved, 0.0, 1.0), strict=True)}


def rated_states(side: Side) -> Floats:
    """Return how much of each state is in each rating of knowledge and skills, shape (items, states)."""
    zero = {name: np.zeros(1) for name in STATES}
    columns = []
    for state in _SEEN:
        analysis = 1.0 if state == "analysis" else 0.0
        m = measurement()._replace(analysis_marketing=analysis, analysis_sales=analysis)
        found = zero if state == "analysis" else {**zero, f"{state}_{side}": np.ones(1)}
        columns.append(substance(found, side, m)[0, : INFORMATION.start])
    return np.column_stack(columns)


def _coverage(forms: Sequence[Form], people: int, ties: int) -> tuple[Coverage, ...]:
    def answered(items: Sequence[str]) -> int:
        return sum(item in form.states for form in forms for item in items)

    ratings = [f"{whose}_{item}" for whose in ("own", "other") for item in RATED]
    told = {
        frozenset((form.respondent, contact.code))
        for form in forms
        for contact in form.partners
        if not math.isnan(contact.trust)
    }
    return (
        Coverage("ratings", answered(ratings), len(forms) * len(ratings)),
        Coverage("factors", answered([item.id for item in FACTORS]), len(forms) * len(FACTORS)),
        Coverage("context", answered([item.id for item in ASKED_CONTEXT]), len(forms) * len(ASKED_CONTEXT)),
        *(Coverage(item.id, answered([item.id]), people) for item in PERSON),
        Coverage("ties", len(told), ties),
    )


__all__ = [
    "FEWEST",
    "SIDES",
    "Coverage",
    "Mean",
    "StartingState",
    "rated_states",
    "read_survey",
    "seen_through",
    "starting_state",
]
