"""The best bundles of levers, against trying them all one by one."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from analysis.lattice import bundles as module
from analysis.lattice.bundles import best_bundles, bundle_frame, name_of
from analysis.lattice.walsh import membership


def lattices():
    shapes = st.tuples(st.integers(1, 5), st.integers(0, 4)).map(lambda s: (s[0], 2 ** s[1]))
    return shapes.flatmap(lambda shape: hnp.arrays(np.float64, shape, elements=st.integers(-9, 9).map(float)))


def setting(levers: tuple[int, ...]) -> int:
    return sum(1 << v for v in levers)


@given(lattices())
def test_the_best_bundle_is_the_best_of_all(values):
    n = int(np.log2(values.shape[1]))
    found = best_bundles(values, draws=5, splits=3)
    assert [bundle.k for bundle in found] == list(range(n + 1))
    for k, bundle in enumerate(found):
        candidates = [setting(levers) for levers in combinations(range(n), k)]
        means = sorted((float(values[:, s].mean()) for s in candidates), reverse=True)
        assert bundle.set_index in candidates
        assert bundle.mean == pytest.approx(means[0])
        if len(candidates) == 1:
            assert bundle.runner_up is None
            assert np.isnan(bundle.lead)
        else:
            assert bundle.runner_up in set(candidates) - {bundle.set_index}
            assert values[:, bundle.runner_up].mean() == pytest.approx(means[1])
            assert bundle.lead == pytest.approx(means[0] - means[1])
        if k:
            assert bundle.gain == pytest.approx(bundle.mean - found[k - 1].mean)
    assert np.isnan(found[0].gain)


def test_intervals_are_those_of_a_paired_t_test():
    rng = np.random.default_rng(2)
    # Companies differ far more than bundles do: only paired differences are sharp.
    values = rng.normal(0.0, 10.0, (12, 1)) + membership(3) @ [3.0, 2.0, 1.0] + rng.normal(0.0, 0.1, (12, 8))
    one, two = best_bundles(values)[1:3]
    assert (one.set_index, one.runner_up, two.set_index) == (0b001, 0b010, 0b011)
    alone = stats.ttest_1samp(values[:, 1], 0.0).confidence_interval(0.95)
    lead = stats.ttest_rel(values[:, 1], values[:, 2]).confidence_interval(0.95)
    gain = stats.ttest_rel(values[:, 3], values[:, 1]).confidence_interval(0.95)
    assert (one.low, one.high) == pytest.approx((alone.low, alone.high))
    assert (one.lead_low, one.lead_high) == pytest.approx((lead.low, lead.high))
    assert (two.gain_low, two.gain_high) == pytest.approx((gain.low, gain.high))
    assert one.lead_high - one.lead_low < 0.5 < one.high - one.low
    wider = best_bundles(values, confidence=0.99)[1]
    assert wider.low < one.low < one.high < wider.high


def test_of_equally_good_bundles_the_first_is_named_and_they_share_the_stability():
    values = np.tile(membership(3) @ [1.0, 1.0, 0.5], (6, 1))
    one = best_bundles(values)[1]
    assert (one.set_index, one.runner_up) == (0b001, 0b010)
    assert (one.lead, one.lead_low, one.lead_high) == (0.0, 0.0, 0.0)
    assert one.stability == pytest.approx(0.5)
    assert one.held_out == pytest.approx(1.0)
    # Hardly better is better all the same, if it is so in every company.
    assert best_bundles(np.tile(membership(2) @ [1.0, 0.9999], (6, 1)))[1].stability == 1.0


def test_stability_is_the_chance_to_win_again():
    # Of two companies one gains 1 by lever 0, the other 1.5 by lever 1. Drawn twice with replacement, lever 1 wins
    # unless the first company comes twice, which it does one time in four.
    values = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.5, 1.5]])
    one, two = best_bundles(values, draws=4000)[1:]
    assert one.set_index == 0b10
    assert one.stability == pytest.approx(0.75, abs=0.03)
    assert two.stability == 1.0
    # Each company chooses what does nothing for the other.
    assert one.mean == 0.75
    assert one.held_out == 0.0
    assert two.held_out == pytest.approx(1.25)


def test_a_bundle_that_is_best_in_every_company_is_stable_and_keeps_its_value():
    rng = np.random.default_rng(4)
    values = membership(4) @ [4.0, 3.0, 2.0, 1.0] + rng.normal(0.0, 0.01, (9, 16))  # halves of 4 and 5
    for bundle in best_bundles(values):
        assert bundle.set_index == 2**bundle.k - 1
        assert bundle.stability == 1.0
        assert bundle.held_out == pytest.approx(bundle.mean, abs=0.01)


def test_held_out_values_know_of_the_winners_curse():
    # Pure chance: every bundle is worth 0, the best of 20 looks better than that, and held out it is worth 0 again.
    looks, honest = [], []
    for seed in range(60):
        values = np.random.default_rng(seed).normal(size=(20, 64))
        three = best_bundles(values, draws=1, splits=20, seed=seed)[3]
        looks.append(three.mean)
        honest.append(three.held_out)
    # The largest of 20 means with standard error 0.22 is about 0.42.
    assert 0.35 < np.mean(looks) < 0.49
    assert abs(np.mean(honest)) < 0.1
    assert np.mean(np.array(honest) < np.array(looks)) > 0.95


def test_a_real_difference_survives_being_held_out():
    rng = np.random.default_rng(9)
    values = rng.normal(size=(40, 64)) + 3.0 * (np.arange(64) == 0b010101)
    three = best_bundles(values)[3]
    assert three.set_index == 0b010101
    assert three.held_out == pytest.approx(3.0, abs=0.5)
    assert three.stability == 1.0


def test_a_single_company_has_best_bundles_but_no_certainty():
    found = best_bundles(np.array([[0.0, 3.0, 1.0, 5.0]]))
    assert [bundle.set_index for bundle in found] == [0, 1, 3]
    assert [bundle.mean for bundle in found] == [0.0, 3.0, 5.0]
    assert (found[1].gain, found[1].lead, found[2].gain) == (3.0, 2.0, 2.0)
    for bundle in found:
        unknown = (bundle.low, bundle.high, bundle.gain_low, bundle.gain_high, bundle.lead_low, bundle.lead_high)
        assert np.isnan([*unknown, bundle.stability, bundle.held_out]).all()


def test_draws_depend_on_the_seed_and_on_nothing_else(monkeypatch):
    values = np.random.default_rng(1).normal(size=(10, 32))
    found = best_bundles(values, seed=3)
    assert found[2] == best_bundles(values, seed=3)[2]
    assert found[2].held_out != best_bundles(values, seed=4)[2].held_out
    assert found[2].held_out == best_bundles(values, seed=3, draws=7)[2].held_out
    monkeypatch.setattr(module, "_MOST", 40)  # a few rows at a time
    pieces = best_bundles(values, seed=3)
    assert [b.stability for b in pieces] == pytest.approx([b.stability for b in found])
    assert [b.held_out for b in pieces] == pytest.approx([b.held_out for b in found])


def test_a_table_of_bundles():
    values = np.tile(membership(3) @ [1.0, 3.0, 2.0], (4, 1))
    found = best_bundles(values)
    frame = bundle_frame(found, ("a", "b", "c"))
    assert frame.index.tolist() == [0, 1, 2, 3]
    assert frame["levers"].tolist() == ["", "b", "b+c", "a+b+c"]
    assert frame["runner_up"].tolist() == ["", "c", "a+b", ""]
    assert frame["mean"].tolist() == [0.0, 3.0, 5.0, 6.0]
    assert frame["gain"].tolist()[1:] == [3.0, 2.0, 1.0]
    assert name_of(0b101, ("a", "b", "c")) == "a+c"


def test_a_bundle_cannot_be_changed():
    bundle = best_bundles([[0.0, 1.0]])[1]
    with pytest.raises(FrozenInstanceError):
        bundle.mean = 2.0


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        best_bundles(np.zeros((2, 4)), draws=0)
    with pytest.raises(ValueError, match="at least 1"):
        best_bundles(np.zeros((2, 4)), splits=0)
    with pytest.raises(ValueError, match="finite"):
        best_bundles(np.full((2, 4), np.nan))
