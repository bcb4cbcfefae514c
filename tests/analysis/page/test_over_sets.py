"""Conclusions over parameter sets as parts of a page."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.figures.labels import Labels
from analysis.page.over_sets import decider_table, no_deciders, set_lines
from analysis.stats.robustness import FEWEST
from sim.parameters import parameters

SAY = Labels("en")
FIRST, SECOND = list(parameters()["coefficient"])[:2]


def conclusion(share: float, *deciders: tuple[str, float], families: int = FEWEST) -> dict[str, Any]:
    decided = [{"name": name, "rho": rho, "share_low": 0.25, "share_high": 1.0} for name, rho in deciders]
    return {"share": share, "families": families, "decided_by": decided}


@pytest.mark.parametrize("language", ["en", "de"])
def test_sets_are_counted_and_fixed_numbers_named(language: str) -> None:
    say = Labels(language)
    (every,) = set_lines({"sets": 9, "of": 9, "families": 4}, say)
    assert every == say("ensemble.every", sets=9, families=4)
    some, fixed = set_lines({"sets": 3, "of": 9, "families": 4, "fixed": ["a", "b"]}, say)
    assert some == say("ensemble.some", sets=3, of=9, families=4)
    assert "a, b" in fixed


def test_only_what_holds_in_some_sets_is_decided() -> None:
    conclusions = {
        "always": conclusion(1.0, (FIRST, 0.9)),
        "sometimes": conclusion(0.4, (FIRST, -0.5), (SECOND, 0.25)),
        "open": conclusion(0.5),
        "never": conclusion(0.0),
    }
    table = decider_table(conclusions, SAY, "title")
    assert table is not None
    labels = [parameters()["coefficient"][name].label("en") for name in (FIRST, SECOND)]
    assert table.rows == [
        ("sometimes", labels[0], "−0.50", "25%", "100%"),
        ("", labels[1], "+0.25", "25%", "100%"),
        ("open", SAY("ensemble.no_single"), "", "", ""),
    ]
    assert len(table.head) == 5
    assert no_deciders(conclusions, SAY) == ""


def test_without_a_table_there_is_a_reason() -> None:
    for conclusions, key in (
        ({"always": conclusion(1.0)}, "undivided"),
        ({"sometimes": conclusion(0.5, families=FEWEST - 1)}, "too_few"),
    ):
        assert decider_table(conclusions, SAY, "") is None
        assert no_deciders(conclusions, SAY) == SAY(f"ensemble.{key}", fewest=FEWEST)
