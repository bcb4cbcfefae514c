"""What is concluded over an ensemble, from runs with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.comparison.ensemble import pairs_report, studies_report, studies_table, without
from analysis.comparison.runs import Pairs, Studies
from experiments.calibration.verdict import Sizes
from experiments.ensemble import Ensemble
from experiments.scorecard import Line, Part
from sim.outcomes import OUTCOMES, TYPES

SETS = 60


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    values = np.random.default_rng(3).random((SETS, 5))
    return Ensemble(("one", "two", "three", "four", "five"), values, np.zeros((SETS, 3)), {})


def test_pairs(ensemble):
    difference = np.zeros((SETS, len(OUTCOMES)))
    trust = OUTCOMES.index("trust")
    difference[:, trust] = ensemble.values[:, 1] - 0.3
    difference[:, trust + 1] = 1e-15 * np.where(np.arange(SETS) % 2, 1.0, -1.0)
    types_a = np.tile([0.1, 0.2, 0.3, 0.4], (SETS, 1))
    types_b = np.tile([0.4, 0.2, 0.1, 0.3], (SETS, 1))
    types_b[:15] = [0.0, 0.6, 0.1, 0.3]
    found = pairs_report(ensemble, Pairs(difference, difference, difference, types_a, types_b, companies=10))
    over = found["outcomes"]["trust"]
    positive = difference[:, trust] > 0.0
    assert over["share"] == (positive == positive[0]).mean()
    assert [one["name"] for one in over["decided_by"]] == ["two"]
    assert found["outcomes"][OUTCOMES[trust + 1]]["share"] == 1.0, "what rounding leaves is zero"
    professional = found["types"]["professional"]
    assert professional["difference"]["share"] == 0.25
    assert professional["difference"]["strength"]["default"] == pytest.approx(-0.1)
    assert (professional["a"]["median"], professional["b"]["p95"]) == (0.1, 0.4)


def test_studies(ensemble):
    rows = []
    for k in range(SETS):
        first = Line("P1", (Part("easy", 9.0), Part("hard", float(ensemble.values[k, 3]), 0.25, 0.5)))
        second = Line("P2", (Part("never", float("nan")), Part("always", 1.0)))
        rows.append((first, second))
    returns = np.full((SETS, len(TYPES)), np.nan)
    returns[0, 0] = 0.08
    studies = Studies(tuple(rows), np.tile([0.2, 0.2, 0.2, 0.4], (SETS, 1)), returns, Sizes(337, 337, 8))
    found = studies_report(ensemble, studies)
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
    table = studies_table(ensemble, studies)
    assert table["patterns_held"].tolist() == (values >= 0.25).astype(int).tolist()
    assert table["four"].tolist() == values.tolist()


def test_leaving_coefficients_out(ensemble):
    left = without(ensemble, {"two", "five"})
    assert left.names == ("one", "three", "four")
    assert np.array_equal(left.values, ensemble.values[:, [0, 2, 3]])
    assert len(left) == SETS
