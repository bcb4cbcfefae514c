"""The page on an organisation's files, on networks small enough to be counted by hand."""

from __future__ import annotations

import pytest

from analysis.figures.labels import Labels
from analysis.organisation.findings import organisation_findings
from analysis.organisation.page import ids, organisation_page
from sim.organisation import read_organisation
from tests.analysis.organisation.test_findings import PEOPLE, TIES

SAY = Labels("en"), Labels("de")


@pytest.mark.parametrize("say", SAY, ids=["en", "de"])
def test_it_says_who_holds_the_network_together_and_who_stands_apart(say: Labels) -> None:
    people = PEOPLE.replace("S4", "Sue Miller").replace("id,department\n", "id,department,status\n")
    people = people.replace("marketing\n", "marketing,1\n").replace("sales\n", "sales,1\n")
    page = organisation_page(organisation_findings(read_organisation(people, TIES)), say)
    marketing, sales = (say(f"department.{side}") for side in ("marketing", "sales"))
    assert page.answer == [
        say("organisation.fine"),
        say("organisation.parts", sizes="4, 1, 1, 1"),
        say("organisation.busiest", side=marketing, id="M1", share=say.percent(1.0)),
        say("organisation.busiest", side=sales, id="S1", share=say.percent(0.5)),
        say("organisation.bottleneck"),
        say("organisation.bridges", ids="M1"),
        say("organisation.isolated", ids="M3, S3, Sue Miller"),
        say("organisation.no_interface", side=marketing, ids="M2, M3"),
        say("organisation.no_interface", side=sales, ids="S3, Sue Miller"),
        say("organisation.telling.name", ids="Sue Miller", count=say.counted("ids", 1)),
        say("organisation.telling.codes"),
        say("organisation.remark.constant", column="status"),
    ]
    sizes, columns = page.tables
    assert sizes.rows[0] == (marketing, "3", "1", say.percent(1 / 3), "2")
    status = next(row for row in columns.rows if row[0] == "status")
    assert status[1] == say("organisation.known", known=7, of=7)
    regard = next(row for row in columns.rows if row[0] == "regard")
    assert regard[2] == ""


def test_long_lists_are_cut_off() -> None:
    say = SAY[0]
    assert ids([f"P{k}" for k in range(10)], say) == say(
        "organisation.more", ids="P0, P1, P2, P3, P4, P5, P6, P7", count="2"
    )
