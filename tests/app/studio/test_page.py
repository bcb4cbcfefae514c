"""The page and its panels, rendered without a browser: what an event sets, and what is handed to the templates."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import ipyvue
import pytest
import solara
from solara.lab.utils.headers import headers

from app.studio import state
from app.studio.draft import Draft, Move, baseline, opening
from app.studio.history import History
from app.studio.link import encode
from app.studio.page import Page
from app.studio.panels.headline import OUTCOMES
from app.studio.panels.levers import described
from app.studio.panels.setup import values
from app.studio.views import VIEWS
from sim.evidence import statement
from sim.policies import ALL_POLICIES
from sim.texts import Texts, catalogue, kept_together, languages


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Without a server there is one user, and what one test sets the next would find."""
    yield
    state.history.value = History(opening())
    state.answered.value = state.notice.value = state.download.value = None
    state.language.value, state.view.value = "en", ""


@pytest.fixture
def rendered() -> Iterator[Any]:
    _, context = solara.render(Page(), handle_error=False)
    yield context
    context.close()


def panel(rendered: Any, trait: str) -> Any:
    """Return the template that has a trait."""
    return next(widget for widget in rendered.find(ipyvue.VueTemplate).widgets if widget.has_trait(trait))


def wait_for(rendered: Any, stage: str) -> None:
    """Wait for what a thread does; on the slowest machine that is a matter of seconds."""
    for _ in range(12_000):
        if panel(rendered, "stage").stage == stage:
            return
        time.sleep(0.01)
    raise AssertionError(f"the headline never got to {stage}")


def test_moving_a_lever_sets_it_and_can_be_undone(rendered):
    levers = panel(rendered, "settings")
    levers.vue_event_move({"id": "joint_planning", "intensity": 80, "month": 3, "on": True})
    assert state.history.value.present.moves["joint_planning"] == Move(0.8, week=13)
    assert panel(rendered, "settings").settings["joint_planning"] == {
        "was": 40,
        "intensity": 80,
        "month": 3,
        "on": True,
        "moved": True,
    }
    bar = panel(rendered, "can_undo")
    assert bar.can_undo
    bar.vue_event_undo(None)
    assert state.history.value.present == opening()
    panel(rendered, "can_undo").vue_event_redo(None)
    assert "joint_planning" in state.history.value.present.moves


def test_a_lever_is_reset_alone_or_with_all_others(rendered):
    levers = panel(rendered, "settings")
    levers.vue_event_move({"id": "joint_planning", "intensity": 80, "month": 0, "on": True})
    levers.vue_event_reset("joint_planning")
    assert state.history.value.present == opening()
    levers.vue_event_reset_all(None)
    assert state.history.value.present.moves == {}


def test_a_preset_can_be_chosen_and_nonsense_cannot(rendered):
    setup = panel(rendered, "presets")
    setup.vue_event_preset("hoarders")
    expected = Draft(preset="hoarders")
    assert state.history.value.present == expected
    setup.vue_event_preset("<script>")
    assert state.history.value.present == expected


def test_a_value_out_of_bounds_is_refused_with_a_sentence(rendered):
    setup = panel(rendered, "presets")
    before = state.history.value
    for key, value in (("moves", {}), ("preset", "hoarders"), ("weeks", "x"), ("weeks", 3)):
        setup.vue_event_set({"key": key, "value": value})
        assert state.history.value is before
    assert state.notice.value is not None
    assert state.notice.value.text(Texts("de")).startswith("Schlüssel weeks")


def test_the_revenue_class_sets_the_number_of_people_again(rendered):
    setup = panel(rendered, "presets")
    setup.vue_event_set({"key": "marketing", "value": 30})
    assert values(state.history.value.present)["marketing"] == 30
    setup.vue_event_set({"key": "revenue_class", "value": "below_250m"})
    assert values(state.history.value.present)["marketing"] < 30


def test_files_that_are_wrong_are_listed_and_change_nothing(rendered):
    setup = panel(rendered, "presets")
    before = state.history.value
    setup.vue_event_files([{"name": "people.csv", "size": 3}, {"name": "ties.csv", "size": 3}], [b"id\n", b"a\n"])
    assert state.history.value is before
    assert panel(rendered, "presets").problems
    setup.vue_event_files([{"name": "big.toml", "size": 10**9}], [])
    assert state.history.value is before
    assert len(panel(rendered, "presets").problems) == 1


def test_the_language_can_be_changed_and_stays_in_the_address(rendered):
    panel(rendered, "can_undo").vue_event_language("de")
    bar = panel(rendered, "can_undo")
    assert bar.words["undo"] == catalogue("de")["studio.bar.undo"]
    assert bar.query == f"{encode(opening(), '')}&lang=de"
    bar.vue_event_language("fr")
    assert state.language.value == "de"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,de;q=0.9,en;q=0.5", "de"), ("fr,en-GB;q=0.8,de;q=0.2", "en"), ("fr", "en"), ("", "en")],
)
def test_the_page_speaks_the_language_of_the_browser(accepted, language):
    headers.value = {"accept-language": [accepted]}
    _, context = solara.render(Page(), handle_error=False)
    assert panel(context, "can_undo").language == language
    context.close()
    headers.value = None


def test_a_simulation_that_fails_is_told(rendered, monkeypatch, caplog):
    def fail(*_: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("app.studio.page.SIMULATOR.answers", fail)
    panel(rendered, "settings").vue_event_move({"id": "joint_planning", "intensity": 95, "month": 0, "on": True})
    wait_for(rendered, "failed")
    assert state.notice.value is not None
    assert state.notice.value.serious
    assert "out of order" in caplog.text


def test_an_answer_arrives_and_is_refined(rendered):
    draft = Draft(weeks=26, companies=1000)
    state.change(draft)
    wait_for(rendered, "refined")
    answered = state.answered.value
    assert answered is not None
    assert answered.draft is draft
    assert answered.answer is not None
    assert len(answered.answer) == 1000
    assert len(panel(rendered, "stage").outcomes) == len(OUTCOMES)


@pytest.mark.parametrize("language", languages())
def test_every_lever_says_what_it_does_costs_and_rests_on(language):
    shown = {lever["id"]: lever for group in described(ALL_POLICIES, Texts(language)) for lever in group["levers"]}
    assert list(shown) == [policy.id for policy in ALL_POLICIES]
    for policy in ALL_POLICIES:
        lever = shown[policy.id]
        assert lever["says"] == policy.says(language)
        assert Texts(language).number(policy.running_cost) in lever["cost"]
        assert [entry["statement"] for entry in lever["evidence"]] == [
            kept_together(statement(name).text(language)) for name in policy.evidence
        ]


@pytest.mark.parametrize("entry", VIEWS, ids=lambda entry: entry.id)
def test_every_view_has_a_component_and_a_name(entry):
    assert callable(entry.component())
    for language in languages():
        assert catalogue(language)[f"studio.view.{entry.id}"]


def test_the_profile_shows_what_the_preset_says():
    draft = Draft(preset="own_organisation")
    shown = values(draft)
    place = baseline(draft).place()
    assert (shown["marketing"], shown["real"]) == (place.graph.marketing, True)
