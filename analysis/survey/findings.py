"""Findings of a survey: what filled forms say of departments, never of a single person."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.pseudonyms import telling_ids
from experiments.questionnaire.items import FACTORS
from experiments.questionnaire.state import FEWEST, SIDES, StartingState
from sim.perceptions import ITEMS
from sim.version import __version__


@dataclass(frozen=True, slots=True)
class SurveyFindings:
    """Findings of a survey.

    Attributes
    ----------
    respondents, people
        Number of forms, and of people, by department.
    without_form
        Codes of people that others named, but that gave no form.
    images
        By rated department and item: ``mean`` and number of ``answers``, of ``self`` and ``other``.
    factors
        By success factor: the same by department, the lever's ``intensity``, and whether it is ``known``.
    context, drawn_around, coverage
        As for :class:`experiments.questionnaire.state.StartingState`.
    telling_ids
        Codes that look like personal data, by :data:`experiments.pseudonyms.SIGNS`.
    """

    respondents: Mapping[str, int]
    people: Mapping[str, int]
    without_form: Sequence[str]
    images: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]
    factors: Mapping[str, Mapping[str, Any]]
    context: Mapping[str, float]
    drawn_around: Mapping[str, Mapping[str, float]]
    coverage: Sequence[Mapping[str, Any]]
    telling_ids: Mapping[str, Sequence[str]]

    def to_json(self) -> dict[str, Any]:
        """Return everything in JSON's types."""
        return {
            "version": __version__,
            "fewest": FEWEST,
            "respondents": self.respondents,
            "people": self.people,
            "without_form": self.without_form,
            "images": self.images,
            "factors": self.factors,
            "context": self.context,
            "drawn_around": self.drawn_around,
            "coverage": self.coverage,
            "telling_ids": self.telling_ids,
        }


def survey_findings(state: StartingState) -> SurveyFindings:
    """Return the findings from the state that filled forms give."""
    levers = state.scenario.levers
    return SurveyFindings(
        respondents=state.respondents,
        people={side: list(state.people.departments.values()).count(side) for side in SIDES},
        without_form=state.people.silent,
        images={
            rated: {
                item: {
                    name: {"mean": mean.value, "answers": mean.count}
                    for rater in SIDES
                    for name, mean in [("self" if rater == rated else "other", state.images[rated, rater, item])]
                }
                for item in ITEMS
            }
            for rated in SIDES
        },
        factors={
            item.about: {
                **{
                    side: {"mean": mean.value, "answers": mean.count}
                    for side in SIDES
                    for mean in [state.factors[item.about, side]]
                },
                "intensity": levers[item.about].intensity,
                "known": not math.isnan(state.presence(item.about)),
            }
            for item in FACTORS
        },
        context=state.context,
        drawn_around=state.drawn_around,
        coverage=[{"about": c.about, "answered": c.answered, "asked": c.asked} for c in state.coverage],
        telling_ids=telling_ids(state.people.departments),
    )


__all__ = ["SurveyFindings", "survey_findings"]
