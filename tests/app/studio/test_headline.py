"""The headline: the figures of ``handshake compare``, and what they are called."""

from __future__ import annotations

import pytest

from analysis.comparison.findings import ComparisonFindings
from app.studio.answer import Answer
from app.studio.draft import Draft, Move, baseline, scenario
from app.studio.panels.headline import OUTCOMES, headline, stage, status
from app.studio.simulator import Question, Simulator
from sim import simulate
from sim.outcomes import TYPES
from sim.texts import Texts, kept_together, languages

DRAFT = Draft(
    preset="hoarders", weeks=52, seed=11, companies=200, moves={"eye_level": Move(0.9), "talk_first": Move(0.1, week=9)}
)


@pytest.fixture(scope="module")
def answer() -> Answer:
    *_, refined = Simulator(turns=1).answers(Question(baseline(DRAFT), scenario(DRAFT), DRAFT.seed, DRAFT.companies))
    return refined


def test_the_numbers_are_those_of_handshake_compare(answer):
    a, b = baseline(DRAFT), scenario(DRAFT)
    results = simulate([a, b], companies=DRAFT.companies, seed=DRAFT.seed)
    expected = ComparisonFindings.of_results(results, a, b).to_json()
    shown = headline(answer, Texts("en"))
    assert expected["companies"] == len(answer) == 200
    for row in shown["types"]:
        found = expected["types"][row["id"]]
        assert (row["a"], row["b"], row["change"]) == (found["a"], found["b"], found["difference"])
    for row in shown["outcomes"]:
        found = expected["outcomes"][row["id"]]
        assert (row["a"], row["b"], row["change"]) == (found["a"], found["b"], found["difference"])
        assert row["probability"] == found["probability"]


def test_it_shows_all_types_and_what_everybody_asks_for(answer):
    shown = headline(answer, Texts("en"))
    assert [row["id"] for row in shown["types"]] == list(TYPES)
    assert [row["id"] for row in shown["outcomes"]] == list(OUTCOMES)


@pytest.mark.parametrize("language", languages())
def test_figures_are_written_as_the_language_writes_them(answer, language):
    texts = Texts(language)
    row = next(row for row in headline(answer, texts)["outcomes"] if row["id"] == "return_on_sales")
    assert row["after"] == kept_together(texts.percent(row["b"], 1))
    likely = texts("studio.headline.likely", share=texts.percent(row["probability"], 0))
    assert row["likely"] == kept_together(likely)


def test_a_difference_is_called_better_or_worse_by_its_sense(answer):
    shown = {row["id"]: row for row in headline(answer, Texts("en"))["outcomes"]}
    assert shown["cooperation_quality"]["change"] > 0.0
    assert shown["cooperation_quality"]["sense"] == "better"
    assert shown["lever_cost"]["change"] > 0.0
    assert shown["lever_cost"]["sense"] == "worse"


def test_no_difference_is_called_none():
    draft = Draft(preset="hoarders", weeks=26, companies=200)
    *_, same = Simulator(turns=1).answers(Question(baseline(draft), scenario(draft), 1, 200))
    shown = headline(same, Texts("en"))
    assert {row["sense"] for part in shown.values() for row in part} == {"same"}


@pytest.mark.parametrize("language", languages())
def test_what_the_figures_are_based_on_is_said(answer, language):
    texts = Texts(language)
    first = Answer(answer.before, answer.after, refined=False)
    said = [
        status(shown, busy, texts) for shown, busy in [(None, True), (answer, True), (first, False), (answer, False)]
    ]
    assert len({*said, status(None, False, texts)}) == 5
    assert all("200" in words for words in said[2:])


def test_stages_are_told_apart(answer):
    first = Answer(answer.before, answer.after, refined=False)
    cases = [(None, True), (answer, True), (first, False), (answer, False), (None, False)]
    assert [stage(shown, busy) for shown, busy in cases] == ["busy", "busy", "first", "refined", "failed"]
