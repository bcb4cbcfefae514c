"""The page on why two scenarios differ: its numbers are those of the findings, and chains are told where they count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.explanation import ExplanationFindings, explain
from analysis.explanation.page import explanation_page
from analysis.figures.labels import Labels
from analysis.page import render
from sim import Scenario
from sim.texts import Texts
from tests.texts import both

PLAIN = Scenario(name="plain", weeks=30)
TALK = PLAIN.changed(
    name="<b>talk</b>",
    levers={"talk_first": 1.0, "constructive_conflict": {"intensity": 0.7, "start": 4}, "joint_planning": 0.6},
)


@pytest.fixture(scope="module")
def findings() -> ExplanationFindings:
    return explain(PLAIN, TALK, companies=12, outcomes=["return_on_sales"])


@pytest.mark.parametrize("language", ["en", "de"])
def test_its_numbers_are_those_of_the_findings(findings, language):
    say, found = Labels(language), findings.to_json(language)
    page = explanation_page(findings, say)
    assert len(page.answer) == 3
    assert all(Texts(language).quantity("return_on_sales", found["total"][key]) in page.answer[0]
               for key in ("before", "after"))  # fmt: skip
    for table, part in zip(page.tables, ("levers", "mechanisms"), strict=False):
        assert {row[0]: row[1:] for row in table.rows[:-1]} == {
            row["name"]: say.amounts("return_on_sales", row["share"], row["low"], row["high"], sign=True)
            for row in found[part].values()
        }
        total = [found["total"][key] for key in ("difference", "low", "high")]
        assert table.rows[-1][1] == say.amounts("return_on_sales", *total, sign=True)[0]
        largest = max(found[part].values(), key=lambda row: abs(row["share"]))
        assert say.quoted(largest["name"]) in page.answer[1]
    assert [row[0] for row in page.tables[0].rows[:-1]] == sorted(
        shown_names(found), key=lambda name: -abs(shown_names(found)[name])
    )
    assert "<b>talk" not in render(page)


def shown_names(found) -> dict[str, float]:
    return {row["name"]: row["share"] for row in found["levers"].values()}


@pytest.mark.parametrize("language", ["en", "de"])
def test_chains_end_with_what_all_differences_do(findings, language):
    say = Labels(language)
    levers, every = say("explanation.together_levers"), say("explanation.together")
    steps = [row[1] for row in explanation_page(findings, say).tables[2].rows]
    assert any(step.startswith(levers) for step in steps)
    assert any(say("explanation.evidence", ids="E26") in step for step in steps)
    assert any(say("explanation.assumption") in step for step in steps)
    assert not any(step.startswith(every) for step in steps)
    other = explain(PLAIN, TALK.changed(parameters={"voice": 0.35}), companies=12, outcomes=["return_on_sales"])
    steps = [row[1] for row in explanation_page(other, say).tables[2].rows]
    assert any(step.startswith(every) for step in steps)
    assert not any(step.startswith(levers) for step in steps)


def test_where_every_chain_is_small_or_none_is_clear_this_is_said(findings, monkeypatch):
    link = next(link for link in findings.chain("en"))
    # Trust has next to no share.
    for chain, key in (([replace(link, mechanism="trust")], "small_chains"), ([], "no_chain")):
        monkeypatch.setattr(ExplanationFindings, "chain", lambda self, language, chain=chain: chain)
        page = explanation_page(findings, Labels("en"))
        assert len(page.tables) == 2
        assert page.certainty[-1].startswith(both(f"explanation.{key}")[0].partition("{")[0])


@pytest.mark.parametrize("language", ["en", "de"])
def test_indices_are_shown_as_indices(language):
    say, found = Labels(language), explain(PLAIN, TALK, companies=4, outcomes=["trust"])
    page = explanation_page(found, say)
    assert say.amount("trust", found.total.loc["trust", "before"]) in page.answer[0]
    assert page.tables[0].title == say("explanation.by_lever")


def test_scenarios_that_do_not_differ_have_no_shares():
    page = explanation_page(explain(PLAIN, PLAIN.changed(name="again"), companies=2), Labels("en"))
    assert page.answer[1] == both("explanation.no_levers")[0]
    assert page.tables == []


def test_a_single_company_has_no_intervals():
    page = explanation_page(explain(PLAIN, TALK, companies=1, outcomes=["professional"]), Labels("en"))
    assert {row[2] for row in page.tables[0].rows[:-1]} == {"–"}
    assert "nan" not in " ".join(page.answer)
