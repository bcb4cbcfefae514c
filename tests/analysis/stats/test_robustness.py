"""Conclusions over an ensemble: shares, signs, and the coefficients that decide."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from scipy import stats

from analysis.stats.intervals import share_interval
from analysis.stats.robustness import FEWEST, Conclusion, above, conclusion_json, deciders, same_sign, spread
from experiments.ensemble import Ensemble, shipped
from tests.analysis.stats.relatives import related

SETS, COEFFICIENTS = 200, 79


def ensemble(seed: int = 1, sets: int = SETS, coefficients: int = COEFFICIENTS) -> Ensemble:
    values = np.random.default_rng(seed).random((sets, coefficients))
    return Ensemble(tuple(f"c{k}" for k in range(coefficients)), values, np.zeros((sets, 3)), {})


def test_share_interval_and_default():
    conclusion = above([0.3, -0.1, 0.2, 0.4, np.nan])
    assert conclusion.holds.tolist() == [True, False, True, True, False]
    assert conclusion.share == 0.6
    assert conclusion.default_holds
    wilson = stats.binomtest(3, 5).proportion_ci(0.95, "wilson")
    assert conclusion.interval == pytest.approx((wilson.low, wilson.high))


def test_a_share_of_all_still_has_an_interval():
    low, high = above(np.ones(200)).interval
    assert 0.97 < low < high == 1.0


def test_spread_ignores_sets_without_the_quantity():
    over = spread([5.0, np.nan, *range(101)])
    assert (over.default, over.median, over.low, over.high) == (
        5.0,
        49.5,
        *np.quantile([5.0, *range(101)], [0.05, 0.95]),
    )
    assert np.isnan(list(asdict(spread([np.nan, np.nan])).values())).all()


def test_the_sign_of_the_default_or_of_the_majority():
    strength = [-0.1, 0.2, 0.3, -0.4, 0.5]
    assert same_sign(strength).holds.tolist() == [True, False, False, True, False]
    assert same_sign(strength, of="majority").holds.tolist() == [False, True, True, False, True]


def test_up_to_the_tolerance_a_quantity_is_zero():
    strength = [0.01, 0.0, -0.01, 0.02, -0.5]
    assert same_sign(strength, tolerance=0.01).holds.tolist() == [True, True, True, False, False]
    assert same_sign(strength).holds.tolist() == [True, False, False, True, False]
    assert same_sign([0.0, 0.0, 0.1]).holds.tolist() == [True, True, False]


def test_what_does_not_exist_has_no_sign():
    assert same_sign([1.0, np.nan, 2.0]).holds.tolist() == [True, False, True]
    assert not same_sign([np.nan, np.nan]).holds.any()


@pytest.mark.parametrize("seed", range(5))
def test_two_coefficients_that_make_a_strength_are_named_and_no_others(seed):
    sets = ensemble(seed)
    noise = np.random.default_rng(seed + 100).standard_normal(SETS)
    strength = 2.0 * (sets.values[:, 7] - 0.5) - (sets.values[:, 31] - 0.5) + 0.02 * noise
    found = deciders(sets, strength, most=9, holds=strength > 0.0)
    assert [one.name for one in found] == ["c7", "c31"]
    first, second = found
    assert first.rho == pytest.approx(stats.spearmanr(sets.values[:, 7], strength).statistic)
    assert first.rho > 0.8 > -second.rho > 0.2
    assert first.share_low < 0.2
    assert first.share_high > 0.8
    assert second.share_low > second.share_high


def test_the_strongest_come_first_and_no_more_than_asked_for():
    sets = ensemble()
    strength = sets.values[:, :5] @ np.array([5.0, 1.5, 3.0, 2.0, 4.0])
    assert [one.name for one in deciders(sets, strength)] == ["c0", "c4", "c2"]
    assert [one.name for one in deciders(sets, strength, most=1)] == ["c0"]


def test_noise_decides_nothing():
    draws = 300
    named = sum(
        bool(deciders(ensemble(k), np.random.default_rng(k + 10_000).standard_normal(SETS))) for k in range(draws)
    )
    assert named <= 0.05 * draws


@pytest.mark.parametrize("seed", range(3))
def test_noise_that_relatives_share_decides_nothing(seed):
    # A strength that has nothing to do with any coefficient, alike in families.
    rng, sets, draws = np.random.default_rng(seed), related(50, 4), 60
    assert (len(sets), sets.relatives) == (200, 50)
    drawn = rng.standard_normal((draws, sets.relatives))
    assert sum(bool(deciders(sets, noise[sets.families])) for noise in drawn) <= 0.15 * draws
    # As if each set stood alone, it would be found decided nearly always.
    alone = replace(sets)
    object.__setattr__(alone, "_families", np.arange(len(sets)))
    assert sum(bool(deciders(alone, noise[sets.families])) for noise in drawn[:20]) >= 15


def test_relatives_count_once():
    holds = np.repeat([True, True, True, False], 25)
    alone, related = (Conclusion(holds, holds * 1.0, relatives) for relatives in (None, 8))
    assert alone.share == related.share == 0.75
    assert related.interval == share_interval(6, 8)
    assert related.interval[0] < alone.interval[0] < 0.75 < alone.interval[1] < related.interval[1]
    sets = shipped()
    told = conclusion_json(above(np.ones(len(sets))).under(sets), ())
    assert (told["sets"], told["families"]) == (len(sets), sets.relatives)


def test_few_families_of_many_sets_tell_nothing():
    sets = ensemble(sets=60)
    sets.values[:] = sets.values[np.arange(60) % 6] + 1e-3 * np.random.default_rng(1).standard_normal(
        (60, COEFFICIENTS)
    )
    assert sets.relatives == 6
    assert deciders(sets, sets.values[:, 0]) == []


def test_without_a_judgement_the_conclusion_is_the_sign_of_the_default():
    sets = ensemble()
    strength = sets.values[:, 3] - 0.5
    signs = same_sign(strength)
    assert deciders(sets, strength) == deciders(sets, strength, holds=signs.holds)


@pytest.mark.parametrize("strength", [np.zeros(SETS), np.full(SETS, np.nan), np.r_[1.0, np.full(SETS - 1, np.nan)]])
def test_a_strength_that_never_changes_is_decided_by_nothing(strength):
    assert deciders(ensemble(), strength) == []


def test_coefficients_that_do_not_vary_are_no_deciders_and_cost_nothing():
    sets = ensemble(coefficients=6)
    sets.values[:, 1:] = 0.5
    found = deciders(sets, sets.values[:, 0] ** 3)
    assert [(one.name, one.rho) for one in found] == [("c0", pytest.approx(1.0))]
    sets.values[:, 0] = 0.5
    assert deciders(sets, np.arange(SETS)) == []


def test_few_sets_cannot_tell():
    sets = ensemble(sets=FEWEST - 1)
    assert deciders(sets, sets.values[:, 0]) == []
    assert deciders(ensemble(sets=1), [1.0]) == []


def test_sets_without_the_quantity_are_left_out():
    sets = ensemble()
    strength = np.where(np.arange(SETS) % 3 == 0, np.nan, sets.values[:, 4])
    assert [one.name for one in deciders(sets, strength)] == ["c4"]


def test_numbers_of_sets_have_to_agree():
    with pytest.raises(ValueError, match="199"):
        deciders(ensemble(), np.zeros(199))


def test_json_form():
    sets = ensemble()
    conclusion = above(sets.values[:, 2] - 0.4)
    document = json.loads(json.dumps(conclusion_json(conclusion, deciders(sets, conclusion.strength))))
    assert document["sets"] == SETS
    assert document["low"] < document["share"] < document["high"]
    assert set(document["strength"]) == {"default", "median", "p05", "p95"}
    assert [one["name"] for one in document["decided_by"]] == ["c2"]
    assert set(document["decided_by"][0]) == {"name", "rho", "share_low", "share_high"}
