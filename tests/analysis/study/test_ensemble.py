"""The virtual study over parameter sets: runs, and conclusions with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.study.ensemble import over_sets, sets_table
from analysis.study.runs import Studies, run_studies
from experiments.calibration.verdict import Sizes, judge, parts
from experiments.ensemble import Ensemble, shipped
from experiments.scorecard import Line, Part
from sim.outcomes import TYPES

SETS = 60


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    values = np.random.default_rng(3).random((SETS, 5))
    return Ensemble(("one", "two", "three", "four", "five"), values, np.zeros((SETS, 3)), {})


def test_conclusions_over_sets(ensemble):
    rows = []
    for k in range(SETS):
        first = Line("P1", (Part("easy", 9.0), Part("hard", float(ensemble.values[k, 3]), 0.25, 0.5)))
        second = Line("P2", (Part("never", float("nan")), Part("always", 1.0)))
        rows.append((first, second))
    returns = np.full((SETS, len(TYPES)), np.nan)
    returns[0, 0] = 0.08
    studies = Studies(tuple(rows), np.tile([0.2, 0.2, 0.2, 0.4], (SETS, 1)), returns, Sizes(337, 337, 8))
    found = over_sets(ensemble, studies)
    one, two = found["patterns"]["P1"], found["patterns"]["P2"]
    values = ensemble.values[:, 3]
    assert one["share"] == (values >= 0.25).mean()
    least = {"margin": pytest.approx((values.min() - 0.25) / 0.5), "part": "hard", "set": int(values.argmin())}
    assert one["smallest"] == least
    assert one["weakest"] == {"hard": 1.0}
    assert [decider["name"] for decider in one["decided_by"]] == ["four"]
    assert (two["share"], two["smallest"]["margin"], two["decided_by"]) == (0.0, -np.inf, [])
    assert found["all_hold"] == 0.0
    assert found["types"]["professional"]["return_on_sales"]["median"] == 0.08
    assert np.isnan(found["types"]["contact_shy"]["return_on_sales"]["median"])
    table = sets_table(ensemble, studies)
    assert table["patterns_held"].tolist() == (values >= 0.25).astype(int).tolist()
    assert table["four"].tolist() == values.tolist()


def test_studies_are_what_judging_each_set_gives():
    sets, sizes, done = shipped().first(2), Sizes(400, 400, 16), []
    found = run_studies(sets, sizes, seed=5, progress=done.append)
    assert done == [1, 2]
    for k in range(2):
        verdict = judge(sets.laboratory(k, 5), sizes, anchored=True)
        margins = {f"{line.id}.{part.name}": part.margin for line in found.lines[k] for part in line.parts}
        assert margins == {part: verdict.margins[part] for part in margins}
        assert set(margins) == set(parts())
    assert found.types.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert found.returns.shape == (2, len(TYPES))
