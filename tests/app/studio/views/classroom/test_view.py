"""The classroom without a browser: what the page is given, and what it does with what comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import solara
from ipywidgets import Widget

from app.studio import state
from app.studio.answer import Answer
from app.studio.draft import Draft, Move, baseline
from app.studio.history import History
from app.studio.link import encode
from app.studio.views.classroom.prediction import MEASURES
from app.studio.views.classroom.view import View
from experiments.trajectory import simulate_trajectory
from sim.texts import Texts

DRAFT = Draft(companies=200, weeks=40, moves={"eye_level": Move(0.5)})
PATIENCE = 60.0


def widgets(root: Widget) -> Iterator[Widget]:
    yield root
    for child in getattr(root, "children", ()):
        if isinstance(child, Widget):
            yield from widgets(child)


class Classroom:
    """The view, rendered."""

    def __init__(self, answer: Answer) -> None:
        self.root, self.context = solara.render(View(answer, Texts("en"), False), handle_error=False)

    def part(self, trait: str) -> Widget:
        return next(widget for widget in widgets(self.root) if widget.has_trait(trait))

    def send(self, trait: str, event: str, what: object) -> None:
        self.part(trait)._event_callbacks[event](what)

    def wait(self, trait: str, reached) -> Widget:
        end = time.monotonic() + PATIENCE
        while not reached(self.part(trait)):
            assert time.monotonic() < end, "it takes too long"
            time.sleep(0.02)
        return self.part(trait)


@pytest.fixture
def classroom() -> Iterator[Classroom]:
    trajectory = simulate_trajectory(baseline(DRAFT), 60)
    earlier, state.history.value = state.history.value, History(DRAFT)
    shown = Classroom(Answer(trajectory, trajectory, refined=True))
    yield shown
    shown.context.close()
    state.history.value = earlier


def test_nothing_is_told_before_it_is_predicted(classroom):
    part = classroom.part("phase")
    assert part.phase == "ask"
    assert part.summary == ""
    assert not any("verdict" in row for row in part.rows)


def test_a_prediction_is_told_what_the_model_has_happen(classroom):
    classroom.send("phase", "lever", "joint_planning")
    assert classroom.part("phase").lever == "joint_planning"
    classroom.send("phase", "reveal", {measure.id: measure.high for measure in MEASURES})
    part = classroom.wait("phase", lambda part: part.phase == "told")
    assert [row["right"] for row in part.rows if row["id"] == "cooperation_quality"] == [True]
    assert all(row["verdict"] for row in part.rows)
    classroom.send("phase", "again", None)
    assert classroom.part("phase").phase == "ask"


@pytest.mark.parametrize("sent", [None, {}, {"professional": "all"}])
def test_what_is_no_prediction_reveals_nothing(classroom, sent):
    classroom.send("phase", "reveal", sent)
    assert classroom.part("phase").phase == "ask"


def test_a_lever_that_is_none_is_passed_over(classroom):
    known = classroom.part("phase").lever
    classroom.send("phase", "lever", "magic")
    assert classroom.part("phase").lever == known


def test_the_lever_asked_about_can_be_taken_over(classroom):
    classroom.send("phase", "lever", "talk_first")
    classroom.send("phase", "take", None)
    assert state.history.value.present == DRAFT.reset().moved("talk_first", Move(1.0))


def test_teams_stand_side_by_side(classroom):
    links = [encode(DRAFT), "", "nonsense", encode(DRAFT.reset().moved("talk_first", Move(1.0)))]
    classroom.send("busy", "compare", links)
    part = classroom.wait("busy", lambda part: part.rows)
    assert part.columns == ["Team 1", "Team 4"]
    assert {len(row) for row in part.rows} == {3}
    assert part.notices == ["The link of team 3 could not be read."]


@pytest.mark.parametrize("sent", [None, "text", [1, 2], {}])
def test_what_is_no_list_of_links_is_passed_over(classroom, sent):
    classroom.send("busy", "compare", sent)
    assert classroom.part("busy").rows == []
    assert classroom.part("busy").notices == []
