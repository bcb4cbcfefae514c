"""The page on scenario discovery: its numbers are those of the findings."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from analysis.discovery.boxes import Condition
from analysis.discovery.cases import cases, target_of, target_where
from analysis.discovery.figures import Words, asks
from analysis.discovery.findings import DiscoveryFindings, discovery_findings
from analysis.discovery.page import discovery_page
from analysis.figures.labels import Labels
from tests.analysis.discovery.planted import Planted
from tests.texts import both

SAY = Labels("en")


@cache
def findings() -> DiscoveryFindings:
    target = target_of("self_blocking")
    found = discovery_findings(cases(Planted(), target, seed=1), target, seed=1)
    return replace(found, sweep="ivory_tower")


def test_it_names_the_densest_box():
    page, german = (discovery_page(findings(), Labels(language)) for language in ("en", "de"))
    found = findings().to_json()
    best = max((box for box in found["boxes"] if box["holds"]), key=lambda box: box["density"]["value"])
    assert page.title == both("discovery.title_type")[0].format(sweep="Ivory tower", target=SAY.type("self_blocking"))
    assert german.title.startswith("Elfenbeinturm: ")
    assert f"{100 * best['density']['value']:.0f}% (" in page.answer[1]
    words = Words.of_findings(findings(), "en")
    for condition in best["conditions"]:
        assert words.predictor(condition["predictor"]) in page.answer[1]
    boxes, importance = (exhibit.table for exhibit in page.exhibits)
    assert len(boxes.rows) == sum(box["holds"] for box in found["boxes"])
    first = next(iter(found["importance"].values()))
    assert importance.rows[0][1] == f"{first['value']:.3f}"
    assert page.certainty[0] == both("discovery.apart_companies_and_points")[0]


def test_without_boxes_it_says_so():
    nothing = replace(findings().found, boxes=())
    bare = replace(findings(), found=nothing, measures=(), target=target_where("trust < 0.5", ["trust"]))
    page = discovery_page(bare, SAY)
    assert page.answer[1] == both("discovery.nothing")[0]
    assert page.title.endswith("when is trust < 0.5?")
    assert [exhibit.name for exhibit in page.exhibits] == ["importance"]


def test_what_does_not_hold_is_counted_and_not_shown():
    lift = {name: value._replace(low=0.5) for name, value in findings().measures[0].items()}
    page = discovery_page(replace(findings(), measures=(lift, *findings().measures[1:])), SAY)
    left = len(findings().boxes) - len(findings().held) + 1
    tables = [exhibit.table for exhibit in page.exhibits if exhibit.name == "boxes"]
    shown = " ".join([*page.answer, *(table.note for table in tables)])
    assert SAY("discovery.left_out", count=left) in shown or SAY("discovery.nothing") in shown
    assert sum(len(table.rows) for table in tables) == len(findings().held) - 1


def test_what_is_of_no_importance_is_not_shown():
    table = findings().found.importance
    flat = pd.DataFrame(0.0, index=table.index, columns=table.columns)
    page = discovery_page(replace(findings(), found=replace(findings().found, importance=flat)), SAY)
    assert [exhibit.name for exhibit in page.exhibits] == ["boxes"]


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        (Condition("x", low=0.25), ["> 0.25"]),
        (Condition("x", low=0.25, high=0.5), ["> 0.25", "< 0.50"]),
        # Whole numbers at the limit belong to the box.
        (Condition("n", high=3), ["≤ 3"]),
        (Condition("c", categories=("spread", "broker")), ["spread, broker"]),
    ],
)
def test_conditions_are_written_with_signs(condition, shown):
    assert asks(condition, {"x": (0.0, 1.0), "n": (0.0, 104.0)}, Words("en")) == shown
