"""The page on a sensitivity analysis: its numbers are those of the findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.figures.labels import Labels
from analysis.page import Exhibit, Page
from analysis.sensitivity.page import sensitivity_page
from analysis.sensitivity.runs import CONCLUSIONS
from tests.analysis.sensitivity.made_up import A, B, analysed
from tests.texts import both

SAY = Labels("en")


def exhibits(page: Page) -> dict[str, Exhibit]:
    return {exhibit.name: exhibit for exhibit in page.exhibits}


@pytest.mark.parametrize("designs", [("morris",), ("sobol",), ("morris", "sobol")])
def test_it_says_what_decides(designs):
    findings = analysed(*designs)
    page = sensitivity_page(findings, SAY)
    assert page.title == both("sensitivity.page.title")[0].format(scenario="Ivory tower")
    # Where both designs vary as many factors, the screening's points count.
    higher = findings.to_json()["conclusions"]["effect_return_on_sales"]["points"][designs[0]]["higher"]
    assert f"return on sales at {100 * higher:.0f}% of the points" in page.answer[0]
    first, rest = SAY.quoted(f"<i>{A}"), {"n": 2, "factors": 4, "most": len(CONCLUSIONS)}
    assert page.answer[1] == SAY("sensitivity.page.deciding", first=first, **rest)
    assert page.answer[2] == SAY("sensitivity.page.known", study=0, literature=0, rest=2)
    shown = exhibits(page)
    names = {"matrix"} | ({"effects", "mu_sigma"} if "morris" in designs else set())
    assert shown.keys() == names | ({"indices"} if "sobol" in designs else set())
    matrix = shown["matrix"].table.rows
    assert [row[0] for row in matrix] == [f"<i>{A}", f"<i>{B}"]
    total = findings.of("sobol", "return_on_sales").set_index("factor")["total"][A] if "sobol" in designs else 1.0
    assert f"Return on sales, % ({100 * total:.0f}%)" in matrix[0][2]
    for table in page.tables[:2]:
        assert {row[-1] for row in table.rows} == {f"<i>{A}; <i>{B}"}
    if "morris" in designs:
        row = next(row for row in shown["effects"].table.rows if row[0] == f"Cooperation quality: <i>{A}")
        found = findings.of("morris", "cooperation_quality").set_index("factor").loc[A]
        half = (found["high"] - found["low"]) / 2.0
        assert row[1] == SAY.amount("cooperation_quality", found["mu"], sign=True, half=half)


def test_it_says_where_the_numbers_of_what_decides_come_from():
    findings = analysed("morris")
    about = findings.factors[A]
    origin = exhibits(sensitivity_page(findings, SAY))["matrix"].table.rows[0][1]
    assert SAY.interval(SAY.short(about["low"]), SAY.short(about["high"])) in origin
    provenance = SAY(f"provenance.{about['provenance']}")
    assert origin.endswith(f"; {provenance}; {about['source']}")
    listed = replace(findings, factors={**findings.factors, A: {**about, "values": list("abcde")}})
    assert exhibits(sensitivity_page(listed, SAY))["matrix"].table.rows[0][1].startswith("a, b, c, d, …;")


def test_the_effect_is_that_of_the_levers_there_are():
    findings = analysed("morris")
    own, all_of_them = (
        sensitivity_page(replace(findings, levers=levers), SAY).answer[0] for levers in ("scenario", "success_factors")
    )
    assert own != all_of_them
    assert "no levers" in all_of_them


def test_what_is_nearly_all_does_not_look_like_all():
    findings = analysed("morris")
    points = findings.points.copy()
    points.loc[points["conclusion"] == "effect_return_on_sales", ["higher", "lower"]] = (0.996, 0.004)
    page = sensitivity_page(replace(findings, points=points), SAY)
    assert "99.6%" in page.answer[0]
    assert "99.6/0.4" in page.tables[1].rows[2]


def test_pairs_that_interact_are_shown_and_others_are_not():
    findings = analysed("sobol")
    page = sensitivity_page(findings, SAY)
    assert SAY("sensitivity.page.no_pairs", share="1%") in page.certainty
    assert len(page.tables) == 2
    pairs = findings.pairs.copy()
    pairs.loc[0, ["value", "low", "high"]] = (0.25, 0.125, 0.375)
    page = sensitivity_page(replace(findings, pairs=pairs), SAY)
    names = " + ".join(f"<i>{pairs.loc[0, key]}" for key in ("first", "second"))
    assert page.tables[2].rows == [("Cooperation quality", names, "25 (12 to 38)")]
    assert SAY("sensitivity.page.no_pairs", share="1%") not in page.certainty


def test_what_cannot_be_told_is_said_with_what_may_help():
    findings = analysed("morris", "sobol")
    shown = {}
    for name in ("morris", "sobol"):
        table = getattr(findings, name).copy()
        table.loc[table["conclusion"] == "share_contact_shy", ["decides", "open"]] = (False, True)
        shown[name] = table
    page = sensitivity_page(replace(findings, **shown), SAY)
    untold = next(text for text in page.certainty if "--trajectories 80 --samples 512" in text)
    assert "Contact-shy, %" in untold
    assert page.tables[0].rows[5][-1] == both("sensitivity.page.not_told")[0]


def test_a_closer_look_at_some_factors_is_said():
    findings = analysed("morris", "sobol")
    designs = {**findings.designs, "sobol": {**findings.designs["sobol"], "factors": [A, B]}}
    page = sensitivity_page(replace(findings, designs=designs), SAY)
    assert SAY("sensitivity.page.closer", factors=2) in page.certainty


def test_where_nothing_decides_the_answer_says_so():
    findings = analysed("morris")
    page = sensitivity_page(replace(findings, morris=findings.morris.assign(decides=False, open=False)), SAY)
    assert page.answer[1:] == (both("sensitivity.page.nothing")[0],)
    assert "matrix" not in exhibits(page)
    assert {row[-1] for row in page.tables[0].rows} == {both("sensitivity.page.many")[0]}


def test_a_short_page_has_the_strongest_only():
    findings = analysed("morris")
    long, short = (exhibits(sensitivity_page(findings, SAY, most=most))["effects"].table.rows for most in (2, 1))
    assert len(long) == 2 * len(short) == 2 * len(CONCLUSIONS)
    assert short == long[::2]
