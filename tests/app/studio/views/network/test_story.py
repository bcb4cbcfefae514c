"""A person's story says what the data say, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from app.studio.views.network.names import person_name
from app.studio.views.network.story import story
from experiments.company_trajectory import company_trajectory
from sim import OrganisationModel, Scenario
from sim.presets import preset
from sim.texts import Texts, languages

SCENARIO = Scenario(
    weeks=60,
    context={"founding_friction": 0.5, "founding_trust": 0.25, "meeting_culture": 0.9},
    founding={"turnover": 0.5},
)
COMPANY = 2
EN = Texts("en")


@pytest.fixture(scope="module")
def told():
    return company_trajectory(SCENARIO, COMPANY)


@pytest.fixture(scope="module")
def noted():
    """Escalations as Mesa's data collector notes them: (week, marketing, sales)."""
    model = OrganisationModel(SCENARIO, company=COMPANY, collect=("ties",))
    for _ in range(SCENARIO.weeks):
        model.step()
    ties = model.datacollector.get_table_dataframe("ties")
    return ties[ties["escalated"] == 1.0]


def with_paths(told, **paths):
    """Return the trajectory with other paths of person 0 or tie 0."""
    people = {name: values.copy() for name, values in told.people.items()}
    ties = {name: values.copy() for name, values in told.ties.items()}
    for name, path in paths.items():
        (people if name in people else ties)[name][:, 0] = path
    return replace(told, people=people, ties=ties, arrived=np.zeros_like(told.arrived))


def test_escalations_are_those_the_data_collector_notes(told, noted):
    most = noted["marketing"].value_counts()
    person, count = int(most.index[0]), int(most.iloc[0])
    text = "\n".join(story(told, person, EN))
    assert f"Disagreement turned personal {count} times" in text
    partner, times = next(iter(noted[noted["marketing"] == person]["sales"].value_counts().items()))
    weeks = (noted[(noted["marketing"] == person) & (noted["sales"] == partner)]["week"] + 1).tolist()
    assert len(weeks) == times
    said = re.search(rf"with {person_name(told, partner, EN)} in weeks? ([\d, and]+?)(?: and \d+ more)?[;.]", text)
    assert said is not None
    assert [int(week) for week in re.findall(r"\d+", said[1])] == weeks[:6]


def test_whoever_never_quarrelled_is_said_to_have_kept_peace(told):
    peaceful = replace(told, ties={**told.ties, "escalated": np.zeros_like(told.ties["escalated"])})
    for person in range(told.graph.people):
        assert "Not once did disagreement turn personal." in "\n".join(story(peaceful, person, EN))


def test_departures_are_told_in_their_weeks(told):
    frames, people = np.nonzero(told.arrived)
    assert len(frames) > 3
    for frame, person in zip(frames, people, strict=True):
        text = "\n".join(story(told, int(person), EN))
        assert f"In week {frame} {person_name(told, int(person), EN)} left" in text
        assert "the newcomer" in text
    stayed = np.flatnonzero(~told.arrived.any(axis=0))
    assert all(" left" not in "\n".join(story(told, int(person), EN)) for person in stayed)


def test_a_backlog_that_piles_up_is_told_with_its_weeks(told):
    path = np.concatenate([np.full(11, 2.0), np.linspace(2.0, 9.0, 20), np.full(30, 4.0)])
    text = "\n".join(story(with_paths(told, backlog=path), 0, EN))
    assert "piled up from 2.0 h in week 11 to 9.0 h in week 30. At the end it was 4.0 h." in text
    calm = "\n".join(story(with_paths(told, backlog=np.full(61, 1.5)), 0, EN))
    assert "never more than 1.5 h" in calm


def test_trust_that_is_lost_is_told_with_whether_it_came_back(told):
    name, partner = person_name(told, 0, EN), person_name(told, told.partner(0, 0), EN)
    assert 0 in told.ties_of(0)
    flat = {name: values.copy() for name, values in told.ties.items()}
    flat["trust"][:] = 0.5
    steady = replace(told, ties=flat)
    fall = np.concatenate([np.full(20, 0.6), np.full(10, 0.2)])
    back = with_paths(steady, trust=np.concatenate([fall, np.full(31, 0.55)]))
    gone = with_paths(steady, trust=np.concatenate([fall, np.full(31, 0.25)]))
    lost = f"Between {name} and {partner}, trust fell from 0.60 in week 19 to 0.20 in week 20."
    assert f"{lost} Until week 30 it rose again to 0.55." in "\n".join(story(back, 0, EN))
    assert f"{lost} It did not recover; at the end it was 0.25." in "\n".join(story(gone, 0, EN))
    assert "trust fell" not in "\n".join(story(steady, 0, EN))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (np.linspace(0.3, 0.6, 61), "Regard for sales rose from 0.30 to 0.60 over the 60 weeks."),
        (np.linspace(0.6, 0.3, 61), "Regard for sales fell from 0.60 to 0.30 over the 60 weeks."),
        (np.full(61, 0.4), "Regard for sales was 0.40 after 60 weeks, about as at the start."),
    ],
)
def test_regard_is_told_with_its_direction(told, path, says):
    assert says in "\n".join(story(with_paths(told, regard=path), 0, EN))


def test_traits_are_told_against_the_own_department(told):
    people = {name: np.full_like(values, 0.4) for name, values in told.people.items()}
    people["status"][:, 0] = 0.9
    text = "\n".join(story(replace(told, people=people, arrived=np.zeros_like(told.arrived)), 0, EN))
    assert "Compared with colleagues in marketing, M1 is driven more by status." in text
    people["status"][:, 0] = 0.4
    text = "\n".join(story(replace(told, people=people, arrived=np.zeros_like(told.arrived)), 0, EN))
    assert "M1 is much like colleagues in marketing" in text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", ["ivory_tower", "own_organisation"])
def test_everybody_has_a_story_in_both_languages(name, language):
    texts = Texts(language)
    company = company_trajectory(preset(name).scenario().changed(weeks=30), 1)
    for person in range(company.graph.people):
        paragraphs = story(company, person, texts)
        assert len(paragraphs) >= 4
        assert person_name(company, person, texts) in paragraphs[0]
        assert all("{" not in text and "  " not in text for text in paragraphs)


def test_people_are_numbered_in_their_departments(told):
    assert person_name(told, 0, EN) == "M1"
    assert person_name(told, told.graph.marketing, EN) == "S1"
    assert person_name(told, told.graph.marketing, Texts("de")) == "V1"
