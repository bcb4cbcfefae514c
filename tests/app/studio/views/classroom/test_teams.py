"""Teams side by side."""

from __future__ import annotations

import pytest

from app.studio.answer import Answer
from app.studio.draft import Draft, Move
from app.studio.link import encode
from app.studio.views.classroom.teams import FIGURES, MOST, column, levers_of, read_teams, same_companies
from experiments.trajectory import simulate_trajectory
from sim.scenario import Scenario
from sim.texts import Texts

EN = Texts("en")
ONE = Draft(moves={"joint_planning": Move(0.8), "eye_level": Move(0.5, week=13)})
OTHER = Draft(moves={"talk_first": Move(1.0)})


@pytest.mark.parametrize(
    "form", ["{}", "?{}", "http://127.0.0.1:8765/?{}", "  https://studio.example.org/?{}#hs-main "]
)
def test_a_team_pastes_its_link_in_any_form(form):
    (team,) = read_teams([form.format(encode(ONE))])
    assert team.draft == ONE
    assert team.notice is None


def test_blanks_are_skipped_and_teams_keep_their_number():
    teams = read_teams(["", encode(ONE), "   ", encode(OTHER), encode(ONE)])
    assert [team.number for team in teams] == [2, 4]
    assert len(read_teams([encode(ONE)] * 9)) == MOST


@pytest.mark.parametrize(
    "text", ["hello", "http://127.0.0.1/", "?v=1&p=nowhere", "v=1&l=99:80", "v=1&" + "l" * 9000, "<b>v=1</b>"]
)
def test_nonsense_is_said_to_be_and_the_others_stay(text):
    bad, good = read_teams([text, encode(ONE)])
    assert bad.draft is None
    assert bad.notice is not None
    assert "team 1" in bad.notice.text("en")
    assert "Team 1" in bad.notice.text("de")
    assert good.draft == ONE


def test_a_link_of_another_version_is_read_with_a_notice():
    (team,) = read_teams([encode(ONE).replace("m=", "m=9.")])
    assert team.draft == ONE
    assert team.notice is not None


def test_levels_can_be_compared_between_the_same_companies_only():
    assert same_companies([])
    assert same_companies(read_teams([encode(ONE), "nonsense", encode(OTHER)]))
    for changed in (Draft(preset="hoarders"), Draft(seed=2), Draft(weeks=60), Draft(companies=200)):
        assert not same_companies(read_teams([encode(ONE), encode(changed)]))


def test_a_team_says_which_levers_it_moved():
    names = {policy.id: policy.en for policy in ONE.policies()}
    assert levers_of(ONE, EN) == f"{names['joint_planning']} 80%, {names['eye_level']} 50%"
    assert levers_of(Draft(), EN) == EN("studio.classroom.teams.no_levers")


def test_figures_are_the_means_with_their_difference_and_its_interval():
    scenarios = Scenario(weeks=40), Scenario(weeks=40, levers={"joint_planning": 1.0})
    answer = Answer(*(simulate_trajectory(scenario, 40, seed=5) for scenario in scenarios), refined=True)
    cells = dict(zip([measure.id for measure in FIGURES], column(answer, EN), strict=True))
    quality = {key: getattr(answer, key).outcomes["cooperation_quality"].mean() for key in ("before", "after")}
    first, second = cells["cooperation_quality"].split("\n")
    assert first == EN.number(quality["after"])
    assert second.startswith(EN.number(quality["after"] - quality["before"], 3, sign=True))
    assert " to " in second
    assert "%" in cells["return_on_sales"].split("\n")[0]
