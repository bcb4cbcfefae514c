"""Intervals over companies, against definitions worked out by brute force and against how often they hold."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from analysis.lattice.bundles import best_bundles
from analysis.lattice.effects import interaction_frame, main_effects, shapley_frame
from analysis.lattice.tables import lattice_tables
from analysis.lattice.walsh import membership
from analysis.stats.intervals import difference_limits, is_zero_one, mean_limits, share_interval, share_limits
from benchmarks.coverage_of_shares import coverage

LEVERS = ("a", "b", "c")
INSIDE = membership(3).astype(float)
ALL_ALIKE = np.ones((10, 8))


def pairs(gained: int, lost: int, both: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    after = [1] * gained + [0] * lost + [1] * both + [0] * neither
    before = [0] * gained + [1] * lost + [1] * both + [0] * neither
    return np.array(after, dtype=float), np.array(before, dtype=float)


def rejected(gained: int, lost: int, count: int, difference: float) -> bool:
    """The score test: the likeliest shares with that difference, found by trying many."""
    low, high = max(0.0, -difference), (1.0 - difference) / 2.0
    share = low + (high - low) * (np.arange(20_001) + 0.5) / 20_001
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = (
            gained * np.log(share + difference) if gained else 0.0,
            lost * np.log(share) if lost else 0.0,
            (count - gained - lost) * np.log(1.0 - 2.0 * share - difference) if gained + lost < count else 0.0,
        )
    best = share[np.nanargmax(np.broadcast_to(sum(terms), share.shape))]
    variance = count * (2.0 * best + difference - difference**2)
    return bool(abs(gained - lost - count * difference) > 1.959964 * np.sqrt(variance))


@pytest.mark.parametrize("counts", [(3, 1, 4, 2), (1, 6, 0, 5), (9, 0, 1, 0), (0, 2, 9, 9), (2, 2, 0, 0), (0, 0, 7, 3)])
def test_the_interval_of_a_difference_holds_what_the_score_test_does_not_reject(counts):
    gained, lost, *_ = counts
    difference, low, high = difference_limits(*pairs(*counts))
    assert difference == pytest.approx((gained - lost) / sum(counts))
    assert -1.0 <= low < difference < high <= 1.0
    for limit, outwards in ((low, -1.0), (high, 1.0)):
        if abs(limit) < 0.99:
            assert rejected(gained, lost, sum(counts), limit + 0.004 * outwards)
            assert not rejected(gained, lost, sum(counts), limit - 0.004 * outwards)
    after, before = pairs(*counts)
    turned = difference_limits(before, after)
    assert (turned[1], turned[2]) == pytest.approx((-high, -low))


def test_where_no_company_changes_the_difference_is_as_open_as_a_share_of_none():
    _, upper = share_interval(0, 10)
    for both in (0, 4, 10):
        assert difference_limits(*pairs(0, 0, both, 10 - both)) == pytest.approx((0.0, -upper, upper))
    wide = difference_limits(*pairs(0, 0, 10, 0), 0.99)
    assert wide[1] < -upper
    # All companies change: one bound is reached, the other side is open.
    assert difference_limits(*pairs(10, 0, 0, 0)) == pytest.approx((1.0, 1.0 - 2.0 * upper, 1.0))


@pytest.mark.parametrize(
    ("companies", "gained", "lost", "least"),
    # Where 2% move one way, adding half a company to each way (Agresti and Min) covers 86% at 100 and 93% at 500.
    [(100, 0.02, 0.0, 0.97), (500, 0.02, 0.0, 0.955), (20, 0.3, 0.1, 0.935), (200, 0.02, 0.02, 0.94)],
)
def test_the_interval_of_a_difference_covers_the_truth_as_often_as_it_says(companies, gained, lost, least):
    assert coverage(companies, gained, lost, draws=5000) > least


def test_the_interval_of_a_share_is_wilsons():
    # 10 of 40 at 95%: a known answer.
    assert share_interval(10, 40) == pytest.approx((0.1419, 0.4019), abs=1e-4)
    low, high = share_interval(0, 40)
    assert (low, high) == pytest.approx((0.0, 0.0876), abs=1e-4)
    for count in range(8):
        known = stats.binomtest(count, 7).proportion_ci(0.95, method="wilson")
        assert share_interval(count, 7) == pytest.approx((known.low, known.high), abs=1e-12)


def test_cases_that_are_worth_no_whole_number_are_not_rounded():
    low, high = share_interval(0.392 * 9.07, 9.07)
    # Worth 9.07 cases: between what nine and ten of them would give, about the very share.
    wide, narrow = share_interval(0.392 * 9.0, 9.0), share_interval(0.392 * 10.0, 10.0)
    assert wide[0] < low < narrow[0] < 0.392 < narrow[1] < high < wide[1]
    assert share_interval(5.0 * (1.0 + 1e-15), 5.0)[1] == 1.0


def test_shares_have_wilson_intervals():
    assert share_limits(np.ones(10)) == (1.0, *share_interval(10, 10))
    assert share_limits(np.array([0.0, 1.0, 1.0]), 0.9) == pytest.approx((2 / 3, *share_interval(2, 3, 0.9)))
    for limits in (share_limits(np.ones(1)), difference_limits(np.ones(1), np.zeros(1))):
        assert limits[0] == 1.0
        assert np.isnan(limits[1:]).all()


def test_what_is_0_or_1():
    assert is_zero_one(INSIDE)
    assert is_zero_one(np.zeros((3, 4)))
    assert not is_zero_one(INSIDE + 0.5)
    assert not is_zero_one(np.vstack([INSIDE, np.full((1, 3), 0.5)]))


def test_bounded_means_have_a_floor_only_where_companies_are_all_alike():
    rng = np.random.default_rng(0)
    values = np.column_stack([rng.normal(size=10), np.zeros(10), np.full(10, 0.5), np.ones(10)])
    mean, low, high = mean_limits(values, bound=1.0)
    known = stats.ttest_1samp(values[:, 0], 0.0).confidence_interval(0.95)
    assert (low[0], high[0]) == pytest.approx((known.low, known.high))
    _, unseen = share_interval(0, 10)
    assert mean[1:].tolist() == [0.0, 0.5, 1.0]
    assert low[1:].tolist() == pytest.approx([-unseen, 0.5 - 1.5 * unseen, 1.0 - 2.0 * unseen])
    assert high[1:].tolist() == pytest.approx([unseen, 0.5 + 0.5 * unseen, 1.0])
    # Without bounds nothing can be said beyond what was seen.
    _, low, high = mean_limits(values)
    assert low[1:].tolist() == high[1:].tolist() == [0.0, 0.5, 1.0]
    assert np.isnan(mean_limits(values[:1], bound=1.0)[1]).all()


def test_intervals_of_bounded_means_end_at_the_bounds() -> None:
    values = np.column_stack([[0.0] + 9 * [1.0], [0.0] + 9 * [-1.0]])
    mean, low, high = mean_limits(values, bound=1.0)
    _, far_low, far_high = mean_limits(values)
    assert far_high[0] > high[0] == 1.0
    assert far_low[1] < low[1] == -1.0
    assert (low[0], high[1]) == (far_low[0], far_high[1])
    assert ((low <= mean) & (mean <= high)).all()


def test_companies_that_are_all_professional_do_not_show_that_all_are():
    one = {"professional": ALL_ALIKE}
    _, unseen = share_interval(0, 10)
    for frame, column in ((main_effects(one, LEVERS), "effect"), (shapley_frame(one, LEVERS), "value")):
        assert frame[column].tolist() == pytest.approx([0.0] * 3)
        assert frame["low"].tolist() == pytest.approx([-unseen] * 3)
        assert frame["high"].tolist() == pytest.approx([unseen] * 3)
    # What two levers do beyond their parts is from -2 to 2, and six intervals hold at once.
    pairs_of = interaction_frame(one, LEVERS)
    assert (pairs_of["high"] > 2.0 * unseen).all()
    assert (pairs_of["high"] < 2.0).all()
    assert not pairs_of["clear"].any()
    tables = lattice_tables(one, LEVERS)
    ends = tables["ends"].iloc[0]
    assert (ends["none"], ends["none_low"], ends["none_high"]) == pytest.approx((1.0, 1.0 - unseen, 1.0))
    assert (ends["all"], ends["all_low"], ends["all_high"]) == pytest.approx((1.0, 1.0 - unseen, 1.0))
    assert (ends["difference"], ends["low"], ends["high"]) == pytest.approx((0.0, -unseen, unseen))
    bundles = tables["bundles"]
    for k, row in enumerate(bundles.to_dict("records")):
        assert (row["mean"], row["low"], row["high"]) == pytest.approx((1.0, 1.0 - unseen, 1.0))
        assert (row["behind_low"], row["behind_high"]) == pytest.approx((-unseen, unseen))
        if k:
            assert (row["gain"], row["gain_low"], row["gain_high"]) == pytest.approx((0.0, -unseen, unseen))


def test_bundles_of_companies_that_differ():
    rng = np.random.default_rng(5)
    values = (rng.random((12, 8)) < 0.2 + 0.2 * INSIDE.sum(axis=1)).astype(float)
    found = best_bundles(values)
    for smaller, bundle in pairwise(found):
        mine = values[:, bundle.set_index]
        assert (bundle.low, bundle.high) == pytest.approx(share_interval(int(mine.sum()), 12))
        gain = difference_limits(mine, values[:, smaller.set_index])
        assert (bundle.gain, bundle.gain_low, bundle.gain_high) == pytest.approx(gain)


def test_an_interaction_that_is_the_same_in_many_companies_is_clear():
    clear = [
        bool(interaction_frame({"professional": np.tile(INSIDE[:, 0] * INSIDE[:, 1], (n, 1))}, LEVERS)["clear"].any())
        for n in (5, 60)
    ]
    assert clear == [False, True]
