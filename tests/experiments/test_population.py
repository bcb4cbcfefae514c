from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.population import draw_sample, quota
from sim import evidence
from sim.parameters import MECHANISMS, parameters, population


@given(
    shares=st.lists(st.floats(0.01, 100.0), min_size=1, max_size=8),
    count=st.integers(0, 5000),
)
def test_quotas_are_whole_numbers_next_to_the_shares(shares: list[float], count: int) -> None:
    weights = np.array(shares)
    found = quota(weights, count)
    assert found.sum() == count
    assert np.all(np.abs(found - weights / weights.sum() * count) < 1.0)


def test_a_sample_of_the_studys_size_has_the_studys_counts() -> None:
    sample = draw_sample(337, 1, population())
    assert np.bincount(sample.industry).tolist() == [88, 63, 40, 40, 38, 32, 16, 20]
    assert np.bincount(sample.revenue_class).tolist() == [98, 94, 58, 87]


def test_division_of_labour_follows_the_industry() -> None:
    sample = draw_sample(5000, 1, population())
    for k, row in enumerate(evidence.industries()):
        kinds = sample.division_type[sample.industry == k]
        shares = [np.mean(kinds == kind) for kind in (1, 2, 3)]
        assert shares == pytest.approx(evidence.type_shares(row.id), abs=0.01)


def test_industry_and_size_are_independent() -> None:
    sample = draw_sample(5000, 1, population())
    for k in range(4):
        share = np.bincount(sample.industry[sample.revenue_class == k], minlength=8) / np.sum(sample.revenue_class == k)
        assert share == pytest.approx(np.bincount(sample.industry) / 5000, abs=0.04)


def test_a_common_factor_ties_levers_together_and_can_be_switched_off() -> None:
    for common, low, high in ((True, 0.5, 0.8), (False, -0.05, 0.05)):
        adoption = draw_sample(3000, 1, population(), common=common).adoption
        correlation = np.corrcoef(adoption.T)[np.triu_indices(15, 1)]
        assert low < correlation.mean() < high


def test_mean_adoption_lies_below_one_half() -> None:
    # Otherwise self-blockers could not be the largest group (E18).
    assert draw_sample(3000, 1, population()).adoption.mean() == pytest.approx(1.6 / 3.8, abs=0.01)


def test_practice_varies_inside_the_bounds() -> None:
    base = draw_sample(1000, 1, population()).base
    for k, name in enumerate(MECHANISMS):
        declared = parameters()["mechanism"][name]
        assert declared.low <= base[:, k].min() <= base[:, k].max() <= declared.high
    for name in ("formality", "report_hours", "planning_hours", "goal_ambition", "team_intensity"):
        assert base[:, MECHANISMS.index(name)].std() > 0.05


def test_company_number_and_seed_decide_not_the_size_of_the_sample() -> None:
    small, large = (draw_sample(n, 3, population()).adoption for n in (337, 1000))
    assert np.array_equal(small, large[:337])
    assert not np.array_equal(small, draw_sample(337, 4, population()).adoption)
