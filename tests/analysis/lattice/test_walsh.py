"""The mathematics of the lever lattice, against definitions worked out one setting at a time."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis.lattice.walsh import (
    as_lattice,
    effects,
    energies,
    members,
    membership,
    order_of,
    shapley,
    shares_by_lever,
    shares_by_order,
    walsh_hadamard,
)


def lattices(most: int, least: int = 0):
    """Small whole numbers: no example hangs on rounding, and ties and constants are common."""
    shapes = st.tuples(st.integers(1, 3), st.integers(least, most)).map(lambda s: (s[0], 2 ** s[1]))
    return shapes.flatmap(lambda shape: hnp.arrays(np.float64, shape, elements=st.integers(-9, 9).map(float)))


def lever_count(values: np.ndarray) -> int:
    return int(np.log2(values.shape[1]))


def settings_of(levers: tuple[int, ...]) -> list[int]:
    """All ways to switch these levers, the others off."""
    choices = [subset for size in range(len(levers) + 1) for subset in combinations(levers, size)]
    return [sum(1 << v for v in subset) for subset in choices]


def by_order_of(values: np.ndarray) -> np.ndarray:
    return shares_by_order(energies(values))


def by_lever_of(values: np.ndarray) -> np.ndarray:
    return shares_by_lever(energies(values))


def subsets(n: int) -> list[tuple[int, ...]]:
    return [tuple(v for v in range(n) if s & (1 << v)) for s in range(2**n)]


def index_by_definition(row: np.ndarray, inside: tuple[int, ...], n: int) -> float:
    """Mean over the settings of the others of the alternating sum over the settings of the set."""
    others = tuple(v for v in range(n) if v not in inside)
    derivatives = []
    for rest in settings_of(others):
        signs = [(-1) ** (len(inside) - bin(on).count("1")) for on in settings_of(inside)]
        derivatives.append(sum(s * row[rest + on] for s, on in zip(signs, settings_of(inside), strict=True)))
    return float(np.mean(derivatives))


def shapley_by_definition(row: np.ndarray, n: int) -> list[float]:
    """Mean over all orders of what each lever adds when it comes."""
    found = np.zeros(n)
    orders = list(permutations(range(n)))
    for arrival in orders:
        setting = 0
        for v in arrival:
            found[v] += row[setting + (1 << v)] - row[setting]
            setting += 1 << v
    return list(found / len(orders))


def anova_by_definition(row: np.ndarray, n: int) -> dict[tuple[int, ...], float]:
    """Variance of each component of the functional analysis of variance, from conditional means."""
    cube = row.reshape((2,) * n, order="F")  # axis v is lever v
    component: dict[tuple[int, ...], np.ndarray] = {}
    for inside in sorted(subsets(n), key=len):
        others = tuple(v for v in range(n) if v not in inside)
        conditional = np.broadcast_to(cube.mean(axis=others, keepdims=True), cube.shape)
        smaller = [c for s, c in component.items() if set(s) < set(inside)]
        component[inside] = conditional - sum(smaller, np.zeros_like(cube))
    return {inside: float(np.mean(c**2)) for inside, c in component.items() if inside}


@given(lattices(5))
def test_effects_are_mean_derivatives(values):
    n, found = lever_count(values), effects(values)
    for row, mine in zip(values, found, strict=True):
        known = [index_by_definition(row, inside, n) for inside in subsets(n)]
        assert mine.tolist() == pytest.approx(known, abs=1e-9)


@given(lattices(5))
def test_walsh_coefficients_are_means_with_signs(values):
    settings = range(values.shape[1])
    signs = np.array([[(-1.0) ** bin(x & s).count("1") for s in settings] for x in settings])
    assert np.allclose(walsh_hadamard(values), values @ signs / len(signs))


@given(lattices(5))
def test_the_transform_is_its_own_inverse_up_to_scale(values):
    there = walsh_hadamard(values)
    assert np.allclose(walsh_hadamard(there) * values.shape[1], values)


@given(lattices(4))
def test_shapley_values_are_means_over_all_orders(values):
    n = lever_count(values)
    known = [shapley_by_definition(row, n) for row in values]
    assert np.allclose(shapley(values), np.array(known).reshape(len(values), n))


@given(lattices(5, least=1))
def test_variance_is_shared_out_as_in_the_analysis_of_variance(values):
    n = lever_count(values)
    shares, totals = by_order_of(values), by_lever_of(values)
    for row, by_order, total in zip(values, shares, totals, strict=True):
        variances = anova_by_definition(row, n)
        whole = row.var()
        if whole == 0.0:
            assert not by_order.any()
            assert not total.any()
            continue
        for k in range(1, n + 1):
            assert by_order[k - 1] * whole == pytest.approx(sum(v for s, v in variances.items() if len(s) == k))
        assert by_order.sum() == pytest.approx(1.0)
        assert (total <= 1.0 + 1e-12).all()


@given(lattices(5, least=1))
def test_the_total_index_is_the_variance_left_when_all_others_are_known(values):
    n, found = lever_count(values), by_lever_of(values)
    for row, mine in zip(values, found, strict=True):
        cube = row.reshape((2,) * n, order="F")
        known = [float(cube.var(axis=v).mean()) for v in range(n)]
        assert (mine * row.var()).tolist() == pytest.approx(known, abs=1e-9)


@given(lattices(5))
def test_energies_add_up_to_the_variance(values):
    assert np.allclose(energies(values).sum(axis=1), values.var(axis=1))


@given(lattices(5))
def test_shapley_values_share_out_all_there_is(values):
    assert np.allclose(shapley(values).sum(axis=1), values[:, -1] - values[:, 0])


@given(lattices(5, least=2), st.data())
def test_shapley_values_of_interchangeable_levers_are_equal(values, data):
    n = lever_count(values)
    a, b = data.draw(st.permutations(range(n)))[:2]
    settings = np.arange(2**n)
    swapped = settings & ~(1 << a) & ~(1 << b) | (settings >> a & 1) << b | (settings >> b & 1) << a
    found = shapley(values + values[:, swapped])
    assert np.allclose(found[:, a], found[:, b])


@given(lattices(4), st.integers(0, 4))
def test_a_lever_that_does_nothing_gets_nothing(values, position):
    n = lever_count(values)
    dummy = min(position, n)
    settings = np.arange(2 ** (n + 1))
    without = settings & ((1 << dummy) - 1) | settings >> (dummy + 1) << dummy
    wider = values[:, without]
    assert np.allclose(shapley(wider)[:, dummy], 0.0)
    assert not by_lever_of(wider)[:, dummy].any()
    # The others keep what they had.
    assert np.allclose(np.delete(shapley(wider), dummy, axis=1), shapley(values))
    inside = membership(n + 1)[:, dummy]
    assert not effects(wider)[:, inside].any()
    assert np.allclose(effects(wider)[:, ~inside], effects(values))


@given(hnp.arrays(np.float64, st.integers(1, 6), elements=st.floats(-5.0, 5.0, allow_subnormal=False)))
def test_levers_that_only_add_up_do_not_interact(weights):
    n = len(weights)
    values = (3.0 + membership(n) @ weights)[None]
    found = effects(values)[0]
    assert found[2 ** np.arange(n)].tolist() == pytest.approx(list(weights), abs=1e-12)
    assert np.allclose(found[order_of(n) > 1], 0.0, atol=1e-12)
    assert shapley(values)[0].tolist() == pytest.approx(list(weights), abs=1e-12)


def test_two_levers_that_need_each_other():
    # Lever 2 of three takes no part. Worth 8, but only if levers 0 and 1 are both on.
    values = np.array([[8.0 if x & 3 == 3 else 0.0 for x in range(8)]])
    assert effects(values)[0].tolist() == [2.0, 4.0, 4.0, 8.0, 0.0, 0.0, 0.0, 0.0]
    assert shapley(values)[0].tolist() == pytest.approx([4.0, 4.0, 0.0])
    # Variance 12: 4 from each lever alone and 4 from the pair.
    assert by_order_of(values)[0].tolist() == pytest.approx([2 / 3, 1 / 3, 0.0])
    assert by_lever_of(values)[0].tolist() == pytest.approx([2 / 3, 2 / 3, 0.0])


def test_two_levers_that_replace_each_other():
    values = np.array([[8.0 if x & 3 else 0.0 for x in range(4)]])
    assert effects(values)[0].tolist() == [6.0, 4.0, 4.0, -8.0]


def test_the_textbook_effect_is_the_index_scaled():
    rng = np.random.default_rng(3)
    n, values = 4, rng.normal(size=(1, 16))
    found = effects(values)[0]
    for s in range(1, 16):
        # Coded levels -1 and 1; the product over the levers of the set is the column of contrasts.
        contrast = [np.prod([1 if x >> v & 1 else -1 for v in members(s, n)]) for x in range(16)]
        textbook = values[0][np.array(contrast) > 0].mean() - values[0][np.array(contrast) < 0].mean()
        assert textbook == pytest.approx(found[s] / 2 ** (len(members(s, n)) - 1))


def test_a_constant_has_no_variance_to_share_out():
    values = np.full((2, 8), 0.1)
    assert not by_order_of(values).any()
    assert not by_lever_of(values).any()
    assert effects(values).tolist() == [[0.1, *[0.0] * 7]] * 2


def test_rows_do_not_mix_and_the_input_stays_as_it_was():
    rng = np.random.default_rng(5)
    values = rng.normal(size=(7, 2**13))  # more than one block
    before = values.copy()
    for function in (walsh_hadamard, effects, shapley, by_order_of, by_lever_of):
        together, alone = function(values), np.vstack([function(row[None]) for row in values])
        assert np.allclose(together, alone, rtol=1e-12, atol=1e-15)
        turned = function(np.asfortranarray(values))
        assert np.allclose(together, turned, rtol=1e-12, atol=1e-15)
    assert (values == before).all()


def test_truth_values_and_whole_numbers_will_do():
    assert effects(np.array([[False, False, False, True]])).tolist() == [[0.25, 0.5, 0.5, 1.0]]
    assert effects([[0, 2]]).tolist() == [[1.0, 2.0]]


def test_no_levers_at_all():
    values = np.array([[2.0], [3.0]])
    assert effects(values).tolist() == [[2.0], [3.0]]
    assert shapley(values).shape == by_order_of(values).shape == by_lever_of(values).shape == (2, 0)


def test_sets_and_their_members():
    assert order_of(3).tolist() == [0, 1, 1, 2, 1, 2, 2, 3]
    assert members(0, 3) == ()
    assert members(0b101, 3) == (0, 2)
    assert membership(2).tolist() == [[False, False], [True, False], [False, True], [True, True]]
    for s, row in enumerate(membership(4)):
        assert members(s, 4) == tuple(np.flatnonzero(row))
    for impossible in (-1, 8):
        with pytest.raises(ValueError, match="not a set of 3"):
            members(impossible, 3)


@pytest.mark.parametrize("shape", [(4,), (1, 3), (0, 4), (2, 0), (2, 2, 2)])
def test_only_lattices_will_do(shape):
    with pytest.raises(ValueError, match=r"\(companies, 2\*\*n\)"):
        as_lattice(np.zeros(shape))


@pytest.mark.parametrize("gap", [np.nan, np.inf])
def test_values_must_be_finite(gap):
    with pytest.raises(ValueError, match="finite"):
        effects(np.array([[0.0, gap]]))
