"""Designs of experiments, against what is known of them."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from experiments.plan.designs import (
    KINDS,
    MAX_POINTS,
    Design,
    Factorial,
    Fractional,
    LatinHypercube,
    Lattice,
    Morris,
    OneAtATime,
    Saltelli,
    Sobol,
    Space,
    count,
    describe,
    draw,
)
from experiments.plan.fractions import fraction
from sim.errors import BadInputError

UNIT = Space(0.0, 1.0)
SWITCH = Space(0.0, 1.0, 2)
MIXED = [Space(-2.0, 3.0), Space(0.0, 4.0, 5), Space(10.0, 1000.0), SWITCH]

EVERY_KIND = [
    Factorial(levels=3),
    OneAtATime(levels=4),
    LatinHypercube(points=13),
    LatinHypercube(points=13, optimisation="random-cd"),
    Sobol(points=16),
    Saltelli(samples=8),
    Saltelli(samples=8, second_order=False),
    Morris(trajectories=5),
    Morris(trajectories=9, levels=6, optimal_trajectories=3),
]
TWO_LEVEL = [Fractional(resolution=3), Fractional(resolution=5), Lattice()]


def brute_resolution(points: np.ndarray) -> int | None:
    """The length of the shortest set of factors whose product is the same at all points."""
    signs = 2.0 * points - 1.0
    factors = points.shape[1]
    for length in range(1, min(factors, 7) + 1):
        for word in itertools.combinations(range(factors), length):
            if abs(signs[:, word].prod(axis=1).sum()) == len(points):
                return length
    return None


def refusal(call, language: str = "en") -> str:
    with pytest.raises(BadInputError) as caught:
        call()
    return caught.value.render(language)


# ----------------------------------------------------------------------------------------------------------------------
# What all designs have in common
# ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("design", EVERY_KIND, ids=repr)
def test_points_are_as_many_as_counted_and_lie_where_they_may(design):
    points = draw(design, MIXED, 7)
    assert points.shape == (count(design, MIXED), 4)
    assert points.dtype == np.float64
    for column, space in zip(points.T, MIXED, strict=True):
        if space.levels:
            assert set(column) <= set(range(space.levels))
        else:
            assert space.low <= column.min() <= column.max() <= space.high
    assert describe(design, MIXED)["points"] == len(points)


@pytest.mark.parametrize("design", TWO_LEVEL, ids=repr)
def test_two_level_designs_know_low_and_high_only(design):
    spaces = [Space(-1.5, 0.7), SWITCH, Space(0.1, 0.3), Space(5.0, 6.0), SWITCH, UNIT]
    points = draw(design, spaces, 0)
    assert points.shape == (count(design, spaces), 6)
    for column, space in zip(points.T, spaces, strict=True):
        assert set(column) == ({0.0, 1.0} if space.levels else {space.low, space.high})
        assert (column == column.max()).mean() == 0.5
    assert len(np.unique(points, axis=0)) == len(points)


@pytest.mark.parametrize("design", [*EVERY_KIND, *TWO_LEVEL], ids=repr)
@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_global_random_numbers_are_left_alone(design, seed):
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()  # noqa: NPY002
    first = draw(design, [UNIT, SWITCH, UNIT], seed)
    assert str(before) == str(np.random.get_state())  # noqa: NPY002
    np.random.seed(4)  # noqa: NPY002
    assert draw(design, [UNIT, SWITCH, UNIT], seed).tobytes() == first.tobytes()


@pytest.mark.slow(5)
def test_another_process_draws_the_same_bytes():
    code = """
import hashlib
from tests_designs import EVERY_KIND, MIXED, draw
print(hashlib.sha256(b"".join(draw(design, MIXED, 5).tobytes() for design in EVERY_KIND)).hexdigest())
"""
    load = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("tests_designs", {__file__!r})
sys.modules["tests_designs"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
"""
    here = b"".join(draw(design, MIXED, 5).tobytes() for design in EVERY_KIND)
    done = subprocess.run(
        [sys.executable, "-c", load + code],
        cwd=Path(__file__).parents[2],
        env={"PYTHONHASHSEED": "1", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()


def test_another_seed_draws_other_points():
    for design in (d for d in EVERY_KIND if not isinstance(d, (Factorial, OneAtATime))):
        assert not np.array_equal(draw(design, MIXED, 1), draw(design, MIXED, 2)), design


def test_designs_are_told_apart_by_kind():
    read = TypeAdapter(Design).validate_python
    assert read({"kind": "sobol", "points": 8}) == Sobol(points=8)
    assert read({"kind": "lattice"}) == Lattice()
    for kind, model in KINDS.items():
        assert model.model_fields["kind"].default == kind
    with pytest.raises(ValidationError) as caught:
        read({"kind": "sobol", "points": 9})
    # A plan that holds a design finds the sentence in the error.
    assert caught.value.errors()[0]["ctx"]["error"].key == "design.points"


# ----------------------------------------------------------------------------------------------------------------------
# Grids
# ----------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(2, 4))
def test_a_factorial_is_the_product_of_its_values(discrete, levels):
    spaces = [Space(-1.0, 2.0, n) for n in discrete]
    values = [range(n) if n else np.linspace(-1.0, 2.0, levels) for n in discrete]
    assert np.array_equal(draw(Factorial(levels=levels), spaces, 0), list(itertools.product(*values)))


def test_a_factorial_is_counted_without_being_built():
    assert count(Factorial(levels=10), [UNIT] * 40) == 10**40


def test_the_bits_of_a_point_of_the_lattice_say_what_is_high():
    points = draw(Lattice(), [UNIT, SWITCH, Space(2.0, 5.0), UNIT], 0)
    for number, point in enumerate(points):
        assert [number >> v & 1 for v in range(4)] == [point[0], point[1], (point[2] - 2.0) / 3.0, point[3]]


def test_the_whole_lattice_of_fifteen_levers():
    points = draw(Lattice(), [UNIT] * 15, 0)
    assert points.shape == (2**15, 15)
    assert np.array_equal(points @ 2 ** np.arange(15), np.arange(2**15))


def test_one_at_a_time_changes_one_factor():
    baseline = np.array([0.5, 4.0, 20.0, 1.0])
    points = draw(OneAtATime(levels=3), MIXED, 0, baseline)
    assert np.array_equal(points[0], baseline)
    changed = points[1:] != baseline
    assert set(changed.sum(axis=1)) <= {0, 1}
    # 0.5 is the middle of -2 to 3, so one of the three levels is the baseline's; discrete values are never repeated.
    assert changed.sum(axis=0).tolist() == [2, 4, 3, 1]
    assert sorted(points[changed[:, 2].nonzero()[0] + 1, 2]) == [10.0, 505.0, 1000.0]
    assert points[1:, 1][changed[:, 1]].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_one_at_a_time_starts_in_the_middle_unless_told():
    assert draw(OneAtATime(), MIXED, 0)[0].tolist() == [0.5, 2.0, 505.0, 0.0]


def test_a_baseline_must_be_inside():
    def given(point):
        return lambda: draw(OneAtATime(), MIXED, 0, point)

    assert "baseline[1]" in refusal(given([9.0, 0.0, 10.0, 0.0]))
    assert "baseline[2]" in refusal(given([0.0, 0.5, 10.0, 0.0]))
    assert "baseline[4]" in refusal(given([0.0, 0.0, 10.0, 2.0]))
    assert "4 Zahlen" in str(refusal(given([0.0]), "de"))
    assert "baseline[1]" in refusal(given([math.nan, 0.0, 10.0, 0.0]))


# ----------------------------------------------------------------------------------------------------------------------
# Fractions
# ----------------------------------------------------------------------------------------------------------------------

# NIST/SEMATECH e-Handbook, table 3.17, and codes with distance 5 for resolution V with twelve and more factors.
SMALLEST = {
    3: {3: 4, 4: 8, 5: 8, 6: 8, 7: 8, 8: 16, 9: 16, 11: 16, 15: 16, 16: 32, 31: 32},
    4: {4: 8, 5: 16, 6: 16, 7: 16, 8: 16, 9: 32, 12: 32, 16: 32, 17: 64},
    5: {5: 16, 6: 32, 7: 64, 8: 64, 9: 128, 10: 128, 11: 128, 12: 256, 15: 256, 17: 256, 18: 512},
}


@pytest.mark.parametrize(
    ("resolution", "factors"), [(resolution, factors) for resolution, row in SMALLEST.items() for factors in row]
)
def test_fractions_are_as_small_as_the_tables_and_reach_their_resolution(resolution, factors):
    spaces = [UNIT] * factors
    design = Fractional(resolution=resolution)
    points = draw(design, spaces, 0)
    assert len(points) == count(design, spaces) == SMALLEST[resolution][factors]
    said = describe(design, spaces)["resolution"]
    assert said >= resolution
    assert said == brute_resolution(points)


def test_what_costs_no_point_is_taken():
    assert fraction(4, 3).resolution == 4
    assert fraction(6, 5).resolution == 6
    assert fraction(7, 5).resolution == 7


def test_few_factors_take_all_combinations():
    assert describe(Fractional(resolution=5), [UNIT] * 3) == {
        "kind": "fractional",
        "points": 8,
        "factors": 3,
        "resolution": None,
        "generators": [],
        "defining_relation": [],
        "aliases": [],
    }


@pytest.mark.parametrize(("resolution", "factors"), [(3, 5), (3, 7), (3, 15), (4, 6), (4, 8), (5, 8)])
def test_generators_words_and_aliases_hold_at_every_point(resolution, factors):
    names = [f"f{k}" for k in range(factors)]
    design, spaces = Fractional(resolution=resolution), [UNIT] * factors
    signs = dict(zip(names, (2.0 * draw(design, spaces, 0) - 1.0).T, strict=True))

    def product(word: str) -> np.ndarray:
        return np.prod([signs[name] for name in word.split("*")], axis=0)

    about = describe(design, spaces, names)
    json.dumps(about)
    for generator in about["generators"]:
        name, word = generator.split(" = ")
        assert np.array_equal(signs[name], product(word))
    assert len(about["generators"]) == factors - math.log2(about["points"])
    for word in about["defining_relation"]:
        assert (product(word) == 1.0).all()
    # By brute force: effects are aliases where their columns are the same.
    effects = [*names, *("*".join(pair) for pair in itertools.combinations(names, 2))]
    groups: dict[bytes, list[str]] = {}
    for effect in effects:
        groups.setdefault(product(effect).tobytes(), []).append(effect)
    assert sorted(about["aliases"]) == sorted(group for group in groups.values() if len(group) > 1)


def test_the_full_defining_relation_is_listed():
    about = describe(Fractional(resolution=4), [UNIT] * 6)
    assert about["defining_relation"] == ["x1*x2*x3*x5", "x1*x2*x4*x6", "x3*x4*x5*x6"]


# ----------------------------------------------------------------------------------------------------------------------
# Samples
# ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimisation", [None, "random-cd"])
def test_a_latin_hypercube_has_one_point_in_each_stratum(optimisation):
    points = draw(LatinHypercube(points=50, optimisation=optimisation), [Space(2.0, 4.0), UNIT, Space(0.0, 9.0, 10)], 3)
    for column, scale in ((points[:, 0], 25.0), (points[:, 1], 50.0)):
        assert sorted(np.floor((column - column.min().round()) * scale)) == list(range(50))
    assert np.bincount(points[:, 2].astype(int)).tolist() == [5] * 10


def test_a_sobol_sequence_is_balanced():
    points = draw(Sobol(points=64), [UNIT, UNIT, SWITCH, Space(0.0, 1.0, 8)], 11)
    cells = np.floor(points[:, :2] * 8.0) @ [8.0, 1.0]
    assert np.bincount(cells.astype(int), minlength=64).tolist() == [1] * 64
    assert np.bincount(points[:, 2].astype(int)).tolist() == [32, 32]
    assert np.bincount(points[:, 3].astype(int)).tolist() == [8] * 8


@pytest.mark.parametrize(("second_order", "step"), [(True, 8), (False, 5)])
def test_saltellis_points_mix_two_samples(second_order, step):
    points = draw(Saltelli(samples=16, second_order=second_order), [UNIT] * 3, 1)
    assert len(points) == 16 * step
    for block in points.reshape(16, step, 3):
        a, b = block[0], block[-1]
        for k in range(3):
            assert np.array_equal(block[1 + k], np.where(np.arange(3) == k, b, a))
            if second_order:
                assert np.array_equal(block[4 + k], np.where(np.arange(3) == k, a, b))


@pytest.mark.parametrize("levels", [2, 4, 10, 50])
@pytest.mark.parametrize("kept", [None, 4])
def test_morris_trajectories_move_every_factor_once(levels, kept):
    spaces = [Space(-3.0, 5.0), SWITCH, UNIT, Space(0.0, 2.0, 3), Space(0.0, 48.0, 49)]
    points = draw(Morris(trajectories=8, levels=levels, optimal_trajectories=kept), spaces, 2)
    steps = np.diff(points.reshape(-1, 6, 5), axis=1)
    assert len(steps) == (kept or 8)
    assert ((steps != 0.0).sum(axis=1) == 1).all()
    assert ((steps != 0.0).sum(axis=2) == 1).all()
    # Half of the grid and a bit, in a continuous factor's own unit.
    moved = np.abs(steps[..., 0][steps[..., 0] != 0.0])
    assert moved == pytest.approx(8.0 * levels / (2.0 * (levels - 1.0)))
    grid = (points[:, 0] + 3.0) / 8.0 * (levels - 1)
    assert grid == pytest.approx(np.rint(grid), abs=1e-12)


# ----------------------------------------------------------------------------------------------------------------------
# What cannot be
# ----------------------------------------------------------------------------------------------------------------------


def test_numbers_of_points_that_a_sequence_does_not_have():
    assert refusal(lambda: Sobol(points=100)) == (
        "key design.points: value 100 is not valid; allowed: a power of two, such as 64 or 128"
    )
    assert refusal(lambda: Saltelli(samples=100), "de") == (
        "Schlüssel design.samples: Wert 100 ist nicht gültig; erlaubt: eine Zweierpotenz, etwa 64 oder 128"
    )


def test_a_misspelt_key_is_named():
    assert "did you mean 'points'?" in refusal(lambda: Sobol(point=8))


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (lambda: Sobol(points=0), "design.points"),
        (lambda: Sobol(points=2**25), "design.points"),
        (lambda: Sobol(points=8.0), "design.points"),
        (Sobol, "design.points"),
        (lambda: Sobol(points=8, seed=1), "design.seed"),
        (lambda: LatinHypercube(points=True), "design.points"),
        (lambda: LatinHypercube(points=8, optimisation="lloyd"), "design.optimisation"),
        (lambda: Fractional(resolution=6), "design.resolution"),
        (lambda: Factorial(levels=1), "design.levels"),
        (lambda: Morris(trajectories=1), "design.trajectories"),
        (lambda: Morris(trajectories=4, levels=5), "design.levels"),
        (lambda: Morris(trajectories=4, optimal_trajectories=4), "design.optimal_trajectories"),
        (lambda: Saltelli(samples=8, second_order="yes"), "design.second_order"),
    ],
)
def test_a_bad_design_is_refused_in_both_languages(given, key):
    assert f"key {key}" in refusal(given)
    assert f"Schlüssel {key}" in refusal(given, "de")


@pytest.mark.parametrize(
    ("design", "spaces", "english", "german"),
    [
        (Sobol(points=8), [], "at least one", "mindestens eines"),
        (Fractional(), [UNIT, Space(0.0, 2.0, 3)], "exactly 2 values", "genau 2 Werte"),
        (Fractional(), [UNIT], "2 to 64", "2 bis 64"),
        (Lattice(), [SWITCH, SWITCH, Space(0.0, 0.0, 1)], "exactly 2 values", "genau 2 Werte"),
        (Lattice(), [UNIT] * 21, "1 to 20", "1 bis 20"),
        (Morris(trajectories=2), [UNIT, Space(0.0, 0.0, 1)], "at least 2 values", "mindestens 2 Werte"),
    ],
)
def test_factors_that_a_design_cannot_take_are_refused(design, spaces, english, german):
    assert english in refusal(lambda: count(design, spaces))
    assert german in refusal(lambda: draw(design, spaces, 0), "de")


def test_too_many_points_are_counted_but_not_drawn():
    spaces = [UNIT] * 30
    assert count(Factorial(), spaces) == 2**30
    assert refusal(lambda: draw(Factorial(), spaces, 0)) == (
        f"key design: value {2**30} is out of bounds; allowed: at most {MAX_POINTS} points"
    )


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_has_63_bits(seed):
    assert "key seed" in refusal(lambda: draw(Sobol(points=8), [UNIT], seed))


@pytest.mark.parametrize(("low", "high", "levels"), [(1.0, 1.0, 0), (2.0, 1.0, 0), (0.0, math.inf, 0), (0.0, 1.0, -1)])
def test_a_space_has_room(low, high, levels):
    assert "factors" in refusal(lambda: Space(low, high, levels))
    assert "low < high" in refusal(lambda: Space(math.nan, 1.0))
