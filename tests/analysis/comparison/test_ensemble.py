"""What is concluded over an ensemble, from runs with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.comparison.ensemble import pairs_report, without
from analysis.comparison.runs import Pairs
from experiments.ensemble import Ensemble
from sim.outcomes import OUTCOMES

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


def test_leaving_coefficients_out(ensemble):
    left = without(ensemble, {"two", "five"})
    assert left.names == ("one", "three", "four")
    assert np.array_equal(left.values, ensemble.values[:, [0, 2, 3]])
    assert len(left) == SETS
