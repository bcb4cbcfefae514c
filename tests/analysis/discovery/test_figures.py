"""Figures of scenario discovery: which there are, in which language, with how many digits."""

from __future__ import annotations

import pytest

from analysis.discovery.cases import cases, target_of
from analysis.discovery.figures import Words, digits, figures
from analysis.discovery.findings import discovery_findings
from analysis.figures.style import save_all
from tests.analysis.discovery.planted import Planted
from tests.texts import both

BLOCKED = target_of("self_blocking")


@pytest.mark.parametrize("language", ["en", "de"])
def test_figures_in_both_languages(tmp_path, language):
    rows = cases(Planted(companies=100, points=100), BLOCKED, seed=1)
    findings = discovery_findings(rows, BLOCKED, seed=1)
    words = Words.of_findings(findings, language)
    paths = save_all(figures(findings, words, rows), tmp_path)
    assert [path.name for path in paths] == ["boxes.svg", "boxes.png", "map.svg", "map.png"]
    for path, key in ((paths[0], "boxes"), (paths[2], "map")):
        text = both(f"discovery.figures.{key}")[language == "de"]
        assert text.format(target=words.type("self_blocking")) in path.read_text()
    # Where the rows are not at hand, as in a folder, there is no map.
    assert list(figures(findings, words)) == ["boxes"]


def test_without_boxes_there_is_nothing_to_draw():
    rows = cases(Planted(noise=0.5), BLOCKED, seed=1)
    findings = discovery_findings(rows, BLOCKED, seed=1)
    assert not findings.boxes
    assert figures(findings, Words("en"), rows) == {}


@pytest.mark.parametrize(
    ("reach", "expected"), [((0.0, 1.0), 2), ((0.0, 0.97), 2), ((0.0, 104.0), 0), ((0.0, 0.02), 4)]
)
def test_digits(reach, expected):
    assert digits(reach) == expected
