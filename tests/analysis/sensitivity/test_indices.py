"""Sensitivity analysis, on functions whose indices are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.sensitivity.indices import important, morris_screening, sobol_indices
from experiments.plan.designs import Morris, Saltelli, Space, draw
from sim.errors import BadInputError

PI = Space(-np.pi, np.pi)
UNIT = Space(0.0, 1.0)


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


G = np.array([0.0, 0.5, 3.0, 9.0, 99.0, 99.0])


def sobol_g(x: np.ndarray) -> np.ndarray:
    return np.prod((np.abs(4.0 * x - 2.0) + G) / (1.0 + G), axis=1)


def values(frame: pd.DataFrame, index: str) -> np.ndarray:
    return frame.loc[frame["index"] == index, "value"].to_numpy()


# ----------------------------------------------------------------------------------------------------------------------
# Sobol' indices
# ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1])
def test_ishigami(seed):
    spaces = [PI, PI, PI]
    y = ishigami(draw(Saltelli(samples=2048), spaces, seed))
    found = sobol_indices(["a", "b", "c"], y, second_order=True, seed=seed)
    # Variance of the function and of its parts (Ishigami and Homma 1990), with a = 7 and b = 0.1.
    all_of_it = 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 1 / 2
    first = np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.0]) / all_of_it
    a_c = 0.01 * np.pi**8 * (1 / 18 - 1 / 50) / all_of_it
    assert values(found.indices, "first") == pytest.approx(first, abs=0.03)
    assert values(found.indices, "total") == pytest.approx(first + np.array([a_c, 0.0, a_c]), abs=0.03)
    assert found.pairs is not None
    assert found.pairs["value"].to_numpy() == pytest.approx([0.0, a_c, 0.0], abs=0.05)
    assert found.pairs[["first", "second"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert not found.constant
    assert important(found.indices) == ["a", "b", "c"]
    assert important(found.indices, threshold=0.3) == ["a", "b"]


@pytest.mark.parametrize("second_order", [True, False])
def test_the_g_function(second_order):
    y = sobol_g(draw(Saltelli(samples=4096, second_order=second_order), [UNIT] * 6, 5))
    found = sobol_indices(list("abcdef"), y, second_order=second_order, seed=5)
    parts = 1.0 / (3.0 * (1.0 + G) ** 2)
    variance = np.prod(1.0 + parts) - 1.0
    total = parts * np.prod(1.0 + parts) / (1.0 + parts)
    assert values(found.indices, "first") == pytest.approx(parts / variance, abs=0.02)
    assert values(found.indices, "total") == pytest.approx(total / variance, abs=0.02)
    assert (found.pairs is not None) == second_order
    if found.pairs is not None:
        pair = found.pairs.iloc[0]
        assert pair["value"] == pytest.approx(parts[0] * parts[1] / variance, abs=0.05)
    assert important(found.indices) == ["a", "b", "c"]


def test_discrete_factors_count_like_others():
    # Half of the variance from a switch, half from three values: 2 (s - 1/2) has variance 1, sqrt(3/2) (v - 1) as well.
    spaces = [Space(0.0, 1.0, 2), Space(0.0, 2.0, 3), UNIT]
    x = draw(Saltelli(samples=1024), spaces, 1)
    found = sobol_indices("svu", 2.0 * x[:, 0] + np.sqrt(1.5) * x[:, 1], second_order=True, seed=1)
    assert values(found.indices, "total") == pytest.approx([0.5, 0.5, 0.0], abs=0.02)


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    # Additive, so first and total index are the same: 1/5 and 4/5.
    covered = []
    for seed in range(60):
        x = draw(Saltelli(samples=64, second_order=False), [UNIT, UNIT], seed)
        table = sobol_indices("ab", x[:, 0] + 2.0 * x[:, 1], second_order=False, seed=seed, confidence=0.9).indices
        truth = np.tile([0.2, 0.8], 2)
        covered.append((table["low"] <= truth) & (truth <= table["high"]))
    # The points are more even than chance, so the intervals are wide rather than narrow.
    assert np.mean(covered) > 0.85


def test_wider_for_more_confidence():
    y = ishigami(draw(Saltelli(samples=64), [PI] * 3, 0))
    narrow, wide = (
        sobol_indices("abc", y, second_order=True, seed=0, confidence=c).indices.iloc[0] for c in (0.5, 0.99)
    )
    assert wide["low"] < narrow["low"] < narrow["value"] < narrow["high"] < wide["high"]


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300])
@pytest.mark.parametrize("second_order", [True, False])
def test_a_constant_outcome_has_no_sensitivity_and_says_so(value, second_order):
    points = len(draw(Saltelli(samples=16, second_order=second_order), [UNIT] * 3, 0))
    found = sobol_indices("abc", np.full(points, value), second_order=second_order, seed=0)
    assert found.constant
    assert (found.indices[["value", "low", "high"]] == 0.0).all(axis=None)
    assert found.pairs is None or (found.pairs[["value", "low", "high"]] == 0.0).all(axis=None)
    assert important(found.indices) == []


def test_rounding_is_no_variance():
    y = 0.1 + np.random.default_rng(0).integers(-1, 2, 8 * 16) * np.finfo(float).eps / 16
    assert sobol_indices("abc", y, second_order=True, seed=0).constant


def test_an_outcome_that_is_constant_but_for_the_mixed_points_says_so():
    y = np.zeros(16 * 5)
    y[1] = 1.0
    found = sobol_indices("abc", y, second_order=False, seed=0)
    assert found.constant
    assert np.isfinite(found.indices[["value", "low", "high"]]).all(axis=None)


def test_the_same_seed_gives_the_same_intervals_and_touches_nothing():
    y = ishigami(draw(Saltelli(samples=32), [PI] * 3, 0))
    np.random.seed(1)  # noqa: NPY002
    before = str(np.random.get_state())  # noqa: NPY002
    first = sobol_indices("abc", y, second_order=True, seed=0).indices
    np.random.rand()  # noqa: NPY002
    after = sobol_indices("abc", y, second_order=True, seed=0).indices
    np.random.seed(1)  # noqa: NPY002
    assert before == str(np.random.get_state())  # noqa: NPY002
    pd.testing.assert_frame_equal(first, after, check_exact=True)
    assert not first.equals(sobol_indices("abc", y, second_order=True, seed=1).indices)


@pytest.mark.parametrize("seed", [0, 9])
def test_global_random_numbers_are_left_alone(seed):
    y = ishigami(draw(Saltelli(samples=32), [PI] * 3, 0))
    before = str(np.random.get_state())  # noqa: NPY002
    sobol_indices("abc", y, second_order=True, seed=seed)
    assert before == str(np.random.get_state())  # noqa: NPY002


# ----------------------------------------------------------------------------------------------------------------------
# Morris
# ----------------------------------------------------------------------------------------------------------------------


def test_linear_effects_are_the_slopes_times_the_range():
    spaces = [Space(-1.0, 3.0), Space(0.0, 1000.0), Space(0.0, 2.0, 3), Space(0.0, 1.0, 2), UNIT]
    x = draw(Morris(trajectories=10, levels=6), spaces, 0)
    y = 2.0 * x[:, 0] - 0.01 * x[:, 1] + 1.5 * x[:, 2] + 4.0 * x[:, 3]
    found = morris_screening("abcde", spaces, x, y, seed=0)
    slopes = np.array([8.0, -10.0, 3.0, 4.0, 0.0])
    assert found["mu"].to_numpy() == pytest.approx(slopes)
    for column in ("mu_star", "mu_star_low", "mu_star_high"):
        assert found[column].to_numpy() == pytest.approx(np.abs(slopes))
    assert found["sigma"].to_numpy() == pytest.approx(np.zeros(5), abs=1e-9)
    assert important(found) == ["b", "a", "d", "c"]
    assert important(found, threshold=0.5) == ["b", "a"]


def test_opposite_effects_cancel_in_mu_but_not_in_mu_star():
    # The effect of a is 1 or -1 by the switch, and that of the switch 2 a - 1.
    spaces = [UNIT, Space(0.0, 1.0, 2)]
    x = draw(Morris(trajectories=400), spaces, 3)
    found = morris_screening("ab", spaces, x, (2.0 * x[:, 0] - 1.0) * (2.0 * x[:, 1] - 1.0) / 2.0, seed=0)
    assert found.loc["a", "mu"] == pytest.approx(0.0, abs=0.15)
    assert found.loc["a", "mu_star"] == pytest.approx(1.0)
    assert found.loc["a", "sigma"] == pytest.approx(1.0, abs=0.02)
    # On the grid 0, 1/3, 2/3, 1 the mean of |2 a - 1| is 2/3.
    assert found.loc["b", "mu_star"] == pytest.approx(2.0 / 3.0, abs=0.05)
    assert found.loc["b", "mu_star_low"] < 2.0 / 3.0 < found.loc["b", "mu_star_high"]


@pytest.mark.parametrize("levels", [4, 10])
def test_continuous_factors_as_in_salib(levels):
    from SALib.analyze import morris  # noqa: PLC0415

    spaces = [PI, PI, PI]
    x = draw(Morris(trajectories=20, levels=levels, optimal_trajectories=8), spaces, 1)
    y = ishigami(x)
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[-np.pi, np.pi]] * 3}
    known = morris.analyze(problem, x, y, num_levels=levels, seed=1)
    found = morris_screening("abc", spaces, x, y, seed=1)
    for column in ("mu", "mu_star", "sigma"):
        assert found[column].to_numpy() == pytest.approx(np.asarray(known[column], dtype=float))
    half = (found["mu_star_high"] - found["mu_star_low"]).to_numpy() / 2.0
    assert half == pytest.approx(np.asarray(known["mu_star_conf"], dtype=float), rel=0.35)


def test_a_screening_is_determined_by_its_seed():
    x = draw(Morris(trajectories=30), [PI] * 3, 1)
    frames = [morris_screening("abc", [PI] * 3, x, ishigami(x), seed=seed) for seed in (4, 4, 5)]
    pd.testing.assert_frame_equal(frames[0], frames[1], check_exact=True)
    assert not frames[0].equals(frames[2])


def test_nothing_matters_where_nothing_happens():
    x = draw(Morris(trajectories=5), [PI] * 3, 1)
    found = morris_screening("abc", [PI] * 3, x, np.ones(len(x)), seed=0)
    assert (found == 0.0).all(axis=None)
    assert important(found) == []


# ----------------------------------------------------------------------------------------------------------------------
# What cannot be
# ----------------------------------------------------------------------------------------------------------------------


def test_values_that_are_not_finite_are_counted():
    y = np.ones(16 * 8)
    y[[3, 5]] = np.nan, np.inf
    for call in (
        lambda: sobol_indices("abc", y, second_order=True, seed=0),
        lambda: morris_screening("abc", [PI] * 3, np.ones((128, 3)), y, seed=0),
    ):
        with pytest.raises(BadInputError) as caught:
            call()
        assert caught.value.render("en") == (
            "key evaluations: value (2 of 128 not finite) is not valid; allowed: finite numbers"
        )
        assert caught.value.render("de") == (
            "Schlüssel evaluations: Wert (2 von 128 nicht endlich) ist nicht gültig; erlaubt: endliche Zahlen"
        )


@pytest.mark.parametrize("size", [0, 7, 9])
def test_evaluations_must_be_those_of_the_design(size):
    with pytest.raises(BadInputError) as caught:
        sobol_indices("abc", np.arange(float(size)), second_order=True, seed=0)
    assert "a multiple of 8" in caught.value.render("en")
    assert "ein Vielfaches von 8" in caught.value.render("de")


def test_points_must_be_trajectories():
    x = draw(Morris(trajectories=4), [UNIT] * 3, 0)
    for points, y in ((x[:4], np.ones(4)), (x[::-1][1:], np.ones(15)), (np.roll(x, 1, axis=0), np.ones(16)), (x, x[0])):
        with pytest.raises(BadInputError) as caught:
            morris_screening("abc", [UNIT] * 3, points, y, seed=0)
        assert caught.value.key == "points"
        assert "Morris" in caught.value.render("de")


@pytest.mark.parametrize(("seed", "confidence", "key"), [(-1, 0.95, "seed"), (0, 1.0, "confidence")])
def test_seed_and_confidence_have_bounds(seed, confidence, key):
    with pytest.raises(BadInputError) as caught:
        sobol_indices("abc", np.ones(8), second_order=True, seed=seed, confidence=confidence)
    assert caught.value.key == key


def test_few_trajectories_do_not_prove_that_a_rare_effect_is_none():
    """Shares of types hardly ever change along a trajectory; the interval has to reach the truth all the same."""
    factors = 12
    spaces = [Space(0.0, 1.0)] * factors
    names = [f"x{k}" for k in range(factors)]

    def screened(trajectories: int, seed: int) -> pd.DataFrame:
        points = draw(Morris(trajectories=trajectories), spaces, seed)
        # A company is of the type if enough of the first six speak for it: few steps cross the line.
        y = (points[:, :6].sum(axis=1) > 4.2).astype(float)
        return morris_screening(names, spaces, points, y, seed=1)

    truth = screened(4000, 0)["mu_star"].to_numpy()
    assert (truth[:6] > 0.02).all()
    reached = [screened(10, seed)["mu_star_high"].to_numpy()[:6] >= truth[:6] for seed in range(1, 61)]
    assert np.mean(reached) > 0.93
    blind = screened(400, 3)
    assert (blind["mu_star_high"].to_numpy()[6:] < 0.02).all()  # with many trajectories nothing is left to be unseen
