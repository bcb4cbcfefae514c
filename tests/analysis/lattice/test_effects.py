"""Tables of what levers do, against functions whose effects are known."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
from scipy import stats

from analysis.lattice.effects import (
    antagonisms,
    interaction_frame,
    main_effects,
    shapley_frame,
    spectrum_frame,
    synergies,
    total_index_frame,
)
from analysis.lattice.walsh import effects, energies, membership, shapley, shares_by_lever, shares_by_order
from sim.errors import BadInputError

LEVERS = ("a", "b", "c", "d")
INSIDE = membership(4).astype(float)


def noisy(signal: np.ndarray, companies: int = 20, spread: float = 0.1, seed: int = 0) -> np.ndarray:
    """Companies that differ much in level and little in what levers do."""
    rng = np.random.default_rng(seed)
    return rng.normal(0.0, 5.0, (companies, 1)) + signal + rng.normal(0.0, spread, (companies, len(signal)))


A, B, C, D = INSIDE.T
# a and b need each other, c and d replace each other, and a, c, d together have something of their own.
TRUST = noisy(A + B + C + D + 2.0 * A * B - 3.0 * C * D + 4.0 * A * C * D)
FRICTION = noisy(-(A + B) - 2.0 * A * B + 1.0 * B * C, seed=1)


def test_main_effects_are_means_with_less_means_without():
    frame = main_effects({"trust": TRUST, "friction": FRICTION}, LEVERS)
    assert frame["outcome"].tolist() == ["trust"] * 4 + ["friction"] * 4
    assert frame["lever"].tolist() == list(LEVERS) * 2
    for i, values in enumerate((TRUST, FRICTION)):
        for v in range(4):
            row, on = frame.loc[4 * i + v], INSIDE[:, v] > 0
            by_company = values[:, on].mean(axis=1) - values[:, ~on].mean(axis=1)
            known = stats.ttest_1samp(by_company, 0.0).confidence_interval(0.95)
            assert row["effect"] == pytest.approx(by_company.mean())
            assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))


def test_pairs_and_triples_with_their_effects():
    frame = interaction_frame({"trust": TRUST, "friction": FRICTION}, LEVERS, orders=(2, 3))
    assert list(frame.columns) == [
        "outcome",
        "levers",
        "set",
        "order",
        "effect",
        "low",
        "high",
        "clear",
        "synergy",
    ]
    assert len(frame) == 2 * (6 + 4)
    trust = frame[frame["outcome"] == "trust"].set_index("levers")
    # A triple is half on, on average, in what its pairs do: 4 / 2 each, on top of their own.
    known = {"a+b": 2.0, "c+d": -3.0 + 2.0, "a+c": 2.0, "a+d": 2.0, "b+c": 0.0, "b+d": 0.0, "a+c+d": 4.0, "a+b+c": 0.0}
    for levers, effect in known.items():
        assert trust.loc[levers, "effect"] == pytest.approx(effect, abs=0.15)
        assert trust.loc[levers, "clear"] == (effect != 0.0)
    assert trust.loc["a+c+d", "set"] == 0b1101
    for _, part in frame.groupby(["outcome", "order"]):
        assert part["effect"].is_monotonic_decreasing
        assert {tuple(name.split("+")) for name in part["levers"]} == set(
            combinations(LEVERS, int(part["order"].iloc[0]))
        )


def test_intervals_of_an_order_hold_at_once():
    row = interaction_frame({"trust": TRUST}, LEVERS).set_index("levers").loc["b+d"]
    by_company = effects(TRUST)[:, 0b1010]
    # One of six pairs.
    half = stats.t.ppf(1.0 - 0.05 / 6 / 2, 19) * stats.sem(by_company)
    assert (row["low"], row["high"]) == pytest.approx((by_company.mean() - half, by_company.mean() + half))


def test_pure_chance_is_seldom_clear_anywhere():
    false = 0
    for seed in range(200):
        values = np.random.default_rng(seed).normal(size=(12, 32))
        false += interaction_frame({"trust": values}, "abcde")["clear"].any()
    # One in twenty families of ten pairs; one by one it would be about four in ten.
    assert false / 200 < 0.1


def test_rounding_is_not_an_interaction():
    # The same in every company, so that the intervals have no width; 0.1 + 0.2 is not 0.3.
    values = np.tile(INSIDE @ [0.1, 0.2, 0.3, 0.7], (5, 1))
    frame = interaction_frame({"lever_cost": values}, LEVERS, orders=(2, 3, 4))
    assert frame["effect"].abs().max() > 0.0
    assert not frame["clear"].any()
    values = np.tile(2.0 * A * B, (5, 1))
    assert interaction_frame({"trust": values}, LEVERS)["clear"].tolist() == [True] + [False] * 5


def test_synergies_follow_the_direction_that_is_better():
    frame = interaction_frame({"trust": TRUST, "friction": FRICTION, "disagreement": TRUST}, LEVERS, orders=(2, 3))
    good = synergies(frame, most=2)
    assert good["outcome"].tolist() == ["trust", "trust", "friction"]
    assert set(good["levers"][:2]) < {"a+b", "a+c", "a+d"}
    assert good["synergy"].tolist()[:2] == sorted(good["synergy"][:2], reverse=True)
    # Less friction is better.
    assert good["levers"].tolist()[2] == "a+b"
    assert good["effect"].tolist()[2] == pytest.approx(-2.0, abs=0.15)
    bad = antagonisms(frame)
    assert bad[["outcome", "levers"]].to_numpy().tolist() == [["trust", "c+d"], ["friction", "b+c"]]
    assert (bad["synergy"] < 0.0).all()
    assert synergies(frame, order=3)["levers"].tolist() == ["a+c+d"]
    assert antagonisms(frame, order=3).empty
    assert frame[frame["outcome"] == "disagreement"]["synergy"].isna().all()
    assert len(synergies(frame, most=9, only_clear=False)) > len(synergies(frame, most=9))


def test_the_strongest_come_first():
    values = noisy(1.0 * A * B + 3.0 * A * C + 2.0 * B * D - 1.0 * C * D - 2.0 * A * D, spread=0.01)
    frame = interaction_frame({"professional": values}, LEVERS)
    assert synergies(frame)["levers"].tolist() == ["a+c", "b+d", "a+b"]
    assert antagonisms(frame)["levers"].tolist() == ["a+d", "c+d"]
    assert antagonisms(frame, most=1)["levers"].tolist() == ["a+d"]


def test_long_lists_keep_both_ends_and_the_width_of_the_whole():
    whole = interaction_frame({"trust": TRUST}, LEVERS)
    short = interaction_frame({"trust": TRUST}, LEVERS, most=1)
    assert short["levers"].tolist() == [whole["levers"].iloc[0], whole["levers"].iloc[-1]]
    assert short["high"].tolist() == [whole["high"].iloc[0], whole["high"].iloc[-1]]
    assert len(interaction_frame({"trust": TRUST}, LEVERS, most=4)) == 6
    assert interaction_frame({"trust": TRUST}, LEVERS, most=0).empty


def test_directions_are_known_or_given():
    with pytest.raises(BadInputError, match="did you mean 'trust'") as caught:
        interaction_frame({"trusst": TRUST}, LEVERS)
    assert caught.value.key == "outcome"
    frame = interaction_frame({"waste": TRUST}, LEVERS, better={"waste": -1})
    assert synergies(frame)["levers"].tolist() == ["c+d"]
    assert set(antagonisms(frame)["levers"]) == {"a+b", "a+c", "a+d"}


def test_fair_shares():
    frame = shapley_frame({"trust": TRUST, "friction": FRICTION}, LEVERS)
    mine = frame[frame["outcome"] == "trust"].set_index("lever")
    # A product is shared out evenly among those who take part.
    known = {"a": 1 + 1 + 4 / 3, "b": 1 + 1, "c": 1 - 1.5 + 4 / 3, "d": 1 - 1.5 + 4 / 3}
    for lever, value in known.items():
        assert mine.loc[lever, "value"] == pytest.approx(value, abs=0.1)
    assert mine["value"].sum() == pytest.approx((TRUST[:, -1] - TRUST[:, 0]).mean())
    assert mine["share"].sum() == pytest.approx(1.0)
    interval = stats.ttest_1samp(shapley(TRUST)[:, 1], 0.0).confidence_interval(0.95)
    assert (mine.loc["b", "low"], mine.loc["b", "high"]) == pytest.approx((interval.low, interval.high))
    # What is there to share out is a loss, of which c takes the other sign: its share is below zero.
    assert frame[frame["outcome"] == "friction"].set_index("lever").loc["c", "share"] < 0.0


def test_nothing_to_share_out():
    frame = shapley_frame({"trust": np.tile(A - B, (3, 1))}, LEVERS)
    assert frame["value"].tolist() == pytest.approx([1.0, -1.0, 0.0, 0.0])
    assert frame["share"].isna().all()


def test_the_spectrum_is_that_of_the_mean_function():
    frame = spectrum_frame({"trust": TRUST, "friction": FRICTION}, LEVERS)
    assert frame["order"].tolist() == [1, 2, 3, 4] * 2
    totals = total_index_frame({"trust": TRUST, "friction": FRICTION}, LEVERS)
    assert totals["lever"].tolist() == list(LEVERS) * 2
    for i, values in enumerate((TRUST, FRICTION)):
        middle, rows = values.mean(axis=0)[None], slice(4 * i, 4 * i + 4)
        assert frame["share"].to_numpy()[rows] == pytest.approx(shares_by_order(energies(middle))[0])
        assert totals["total"].to_numpy()[rows] == pytest.approx(shares_by_lever(energies(middle))[0])


def test_chance_among_companies_is_taken_out_of_the_spectrum():
    # A single lever with variance 0.25, and chance with 0.1 spread over eight levers' 255 sets, 247 of them larger.
    orders, totals = [], []
    for seed in range(20):
        values = {"trust": noisy(membership(8)[:, 0].astype(float), companies=10, spread=1.0, seed=seed)}
        orders.append(spectrum_frame(values, "abcdefgh")[["share", "corrected"]].to_numpy())
        totals.append(total_index_frame(values, "abcdefgh")[["total", "corrected"]].to_numpy())
    assert np.allclose(np.sum(orders, axis=1), 1.0)
    assert np.mean(orders, axis=0)[0] == pytest.approx([0.25 / 0.35, 1.0], abs=0.03)
    # Another lever takes part in half the sets, by chance only.
    assert np.mean(totals, axis=0)[1] == pytest.approx([0.05 / 0.35, 0.0], abs=0.03)


def test_without_more_than_chance_there_is_no_corrected_spectrum():
    pair = np.random.default_rng(0).normal(size=16)
    frame = spectrum_frame({"trust": np.stack([pair, -pair + 0.1])}, LEVERS)
    assert frame["corrected"].isna().all()


def test_an_outcome_that_no_lever_moves():
    values = {"trust": np.tile([[0.3], [0.4]], (1, 16))}
    assert not spectrum_frame(values, LEVERS)[["share", "corrected"]].to_numpy().any()
    assert not total_index_frame(values, LEVERS)[["total", "corrected"]].to_numpy().any()


def test_a_single_company_has_effects_but_no_intervals():
    values = {"professional": TRUST[:1] > TRUST[:1].mean()}
    for frame in (main_effects(values, LEVERS), interaction_frame(values, LEVERS), shapley_frame(values, LEVERS)):
        assert frame[["low", "high"]].isna().all(axis=None)
        assert frame.iloc[:, 2:5].notna().any(axis=None)
    interactions = interaction_frame(values, LEVERS)
    assert not interactions["clear"].any()
    assert synergies(interactions).empty
    assert not synergies(interactions, only_clear=False).empty
    assert spectrum_frame(values, LEVERS)["share"].sum() == pytest.approx(1.0)
    assert spectrum_frame(values, LEVERS)["corrected"].isna().all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="trust: values of 4 levers do not fit 3"):
        main_effects({"trust": TRUST}, LEVERS[:3])
    with pytest.raises(ValueError, match="no lever twice"):
        shapley_frame({"trust": TRUST}, ("a", "b", "c", "a"))
    with pytest.raises(ValueError, match="at least one outcome"):
        spectrum_frame({}, LEVERS)
    for order in (1, 5):
        with pytest.raises(ValueError, match="orders must be from 2 to 4"):
            interaction_frame({"trust": TRUST}, LEVERS, orders=(order,))


def test_all_pairs_of_fifteen_levers():
    values = np.random.default_rng(0).normal(size=(3, 2**15))
    frame = interaction_frame({"trust": values}, "abcdefghijklmno", orders=(2, 3), most=10)
    assert len(frame) == 40
    assert comb(15, 2) == len(interaction_frame({"trust": values}, "abcdefghijklmno"))
