"""How a set is judged: which parts there are, when it is given up, and its anchors."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.calibration.verdict import (
    CHEAP_FIRST,
    FARTHEST,
    SHARED,
    Sizes,
    clearances,
    columns,
    judge,
    laboratory_of,
    parts,
    pattern_of,
    shortfall,
    study_of,
)
from experiments.ensemble import ANCHORS
from experiments.patterns import PATTERNS
from sim import evidence
from sim import parameters as pm

SMALL = Sizes(337, 337, 16)
TINY = Sizes(64, 64, 8)


@pytest.fixture(scope="module")
def laboratory():
    return laboratory_of(pm.group_values("coefficient"), seed=7, threads=1, founded=SHARED)


def test_the_parts_are_those_that_are_judged(laboratory):
    found = judge(laboratory, TINY)
    assert set(found.margins) == set(columns())
    assert columns()[: len(parts())] == parts()
    assert found.stopped == ""
    assert set(CHEAP_FIRST) == set(PATTERNS) == {pattern_of(part) for part in parts()}
    assert tuple(clearances()) == parts()


def test_a_set_is_given_up_at_the_first_pattern_below_the_floor(laboratory):
    order = ("P4", "P2", "P1", "P3")
    whole = judge(laboratory, TINY, patterns=order)
    weakest = {pattern: min(m for part, m in whole.margins.items() if pattern_of(part) == pattern) for pattern in order}
    assert list(dict.fromkeys(map(pattern_of, whole.margins))) == list(order)
    for floor in (-np.inf, *weakest.values(), max(weakest.values()) + 0.1):
        found = judge(laboratory, TINY, patterns=order, floor=floor)
        first = next((pattern for pattern in order if weakest[pattern] < floor), "")
        assert found.stopped == first
        reached = order[: order.index(first) + 1] if first else order
        assert found.margins == {part: m for part, m in whole.margins.items() if pattern_of(part) in reached}


def test_the_anchors_are_solved_on_the_sample_unless_they_are_given(laboratory):
    study = study_of(laboratory, SMALL)
    returns = study.found["return_on_sales"][study.found["type"] == 0]
    assert returns.mean() == pytest.approx(evidence.professional_return_on_sales())
    solved = {name: float(getattr(study.laboratory.measurement, name)) for name in ANCHORS}
    assert judge(laboratory, SMALL, patterns=("P4",)).anchors == tuple(solved.values())
    # The cost level was put in afterwards; simulating with it gives the same.
    given = laboratory_of(pm.group_values("coefficient"), 7, solved, threads=1, founded=SHARED)
    again = study_of(given, SMALL, anchored=True)
    assert again.laboratory.measurement == study.laboratory.measurement
    for name in ("return_on_sales", "mean_return_on_sales", "return_before_levers", "cooperation_quality", "type"):
        assert again.found[name] == pytest.approx(study.found[name], abs=1e-12), name


def test_anchors_do_not_depend_on_those_it_begins_with(laboratory):
    other = laboratory.measured(cost_share=0.4, quality_cut=0.1)
    one, two = (judge(each, TINY, patterns=("P4",)).anchors for each in (laboratory, other))
    assert one == pytest.approx(two, rel=1e-9)


def test_a_part_falls_short_of_what_is_clear_up_to_a_limit():
    clear = np.array(list(clearances().values()))
    far = shortfall(np.stack([clear, clear + 3.0, clear - 0.25, clear - 99.0, np.full(len(clear), np.nan)]))
    assert far[0].tolist() == pytest.approx([0.0] * len(clear))
    assert far[1].tolist() == [0.0] * len(clear)
    assert far[2].tolist() == pytest.approx([0.25] * len(clear))
    assert far[3:].tolist() == [[FARTHEST] * len(clear)] * 2
