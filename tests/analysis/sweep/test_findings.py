"""Effects of factors are differences between the points with low and those with high values."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.sweep.findings import factor_effects


def test_effects_are_differences_of_thirds():
    rng = np.random.default_rng(5)
    points = pd.DataFrame({"x": np.linspace(0, 1, 90), "z": rng.random(90), "one": 1.0, "word": ["a"] * 90})
    points["y"] = 3.0 * points["x"] + 0.01 * rng.standard_normal(90)
    found = factor_effects(points, ["z", "x", "one", "word"], "y").set_index("factor")
    assert list(found.index) == ["x", "z"]
    assert found.loc["x", "value"] == pytest.approx(2.0, abs=0.05)
    assert (found[["lowest_points", "highest_points"]] == 30).all(axis=None)
    assert found.loc["x", "low"] < found.loc["x", "value"] < found.loc["x", "high"]
    assert found.loc["z", "low"] < 0.0 < found.loc["z", "high"]
    flat = factor_effects(points.assign(y=1.0), ["x"], "y").iloc[0]
    assert flat["value"] == 0.0
    assert np.isnan(flat["low"])
    # Points that share coordinates are not independent.
    dependent = factor_effects(points, ["x"], "y", intervals=False).iloc[0]
    assert dependent["value"] == found.loc["x", "value"]
    assert np.isnan([dependent["low"], dependent["high"]]).all()


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([0.0, 1.0] * 8, {0.0}, {1.0}),
        ([0.0, 1.0, 2.0, 3.0] * 4, {0.0, 1.0}, {2.0, 3.0}),
        # However many points share a value, none is both low and high.
        ([0.0] * 2 + [1.0] * 14, {0.0}, {1.0}),
        ([0.0] * 14 + [1.0] * 2, {0.0}, {1.0}),
        ([0.0] * 2 + [1.0] * 12 + [2.0] * 2, {0.0}, {2.0}),
    ],
)
def test_points_that_share_a_value_are_together_low_or_high(values, low, high):
    points = pd.DataFrame({"x": values, "y": values})
    row = factor_effects(points, ["x"], "y").iloc[0]
    for end, mine in (("lowest", low), ("highest", high)):
        those = [value for value in values if value in mine]
        assert (row[end], row[f"{end}_points"]) == (pytest.approx(np.mean(those)), len(those))


def test_one_factor_at_a_time_is_compared_between_its_own_ends():
    changes = [{}, {"a": 0.0}, {"a": 1.0}, {"b": 1.0}, {"word": "y"}]
    points = pd.DataFrame([{"a": 0.5, "b": 0.0, "word": "x"} | change for change in changes])
    base = points.iloc[0]
    points["outcome"] = points["a"] + 10.0 * points["b"] + 100.0 * (points["word"] == "y")
    found = factor_effects(points, list(base.index), "outcome", base=base, intervals=False).set_index("factor")
    assert found["value"].to_dict() == {"b": 10.0, "a": 1.0}
    # The base is the lower end of b and no end of a.
    assert found.loc["b", "lowest"] == 0.5
    assert found.loc["a", ["lowest", "highest"]].tolist() == [0.0, 1.0]
    assert (found[["lowest_points", "highest_points"]] == 1).all(axis=None)


def test_intervals_hold_for_all_factors_together():
    points = pd.DataFrame(product([0.0, 1.0], repeat=5), columns=list("abcde"))
    points["y"] = np.random.default_rng(2).standard_normal(len(points))
    found = factor_effects(points, list("abcde"), "y").set_index("factor")
    low, high = (points.loc[points["c"] == value, "y"] for value in (0.0, 1.0))
    expected = stats.ttest_ind(high, low, equal_var=False).confidence_interval(1.0 - 0.05 / 5)
    assert tuple(found.loc["c", ["low", "high"]]) == pytest.approx(tuple(expected))


def test_pure_noise_is_rarely_taken_for_an_effect():
    rng, names, claims, reports = np.random.default_rng(3), [f"f{k}" for k in range(8)], 0, 60
    for _ in range(reports):
        points = pd.DataFrame(rng.random((48, 9)), columns=[*names, "y"])
        found = factor_effects(points, names, "y")
        claims += bool(((found["low"] > 0.0) | (found["high"] < 0.0)).any())
    # One interval at a time, a third of the reports would name a factor; 5% are 3, and 7 are 2.4 deviations more.
    assert claims <= 7
