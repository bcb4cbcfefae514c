"""A lattice over an ensemble: effects from a fraction against brute force, and conclusions with known answers."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from analysis.lattice.conclusions import fraction_effects, places, ranks
from analysis.lattice.walsh import effects
from analysis.stats.robustness import RANGE
from experiments.plan.fractions import fraction
from tests.analysis.lattice.made import SETS, SLOPE, over_sets, settings_of


def up_to_pairs(n, rng, rows=3):
    """Return functions of n levers with nothing beyond pairs, as a function of settings."""
    single, pair = rng.normal(size=(rows, n)), rng.normal(size=(rows, n * (n - 1) // 2))

    def value(on):
        crossed = np.stack([on[:, a] & on[:, b] for a, b in combinations(range(n), 2)], axis=1)
        return 7.0 + single @ on.T + pair @ crossed.T

    return value


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_of_all_combinations_effects_are_exact(n):
    values = np.random.default_rng(n).normal(size=(4, 2**n))
    main, pairs = fraction_effects(values, settings_of(n))
    full = effects(values)
    assert main == pytest.approx(full[:, 2 ** np.arange(n)])
    assert pairs.shape == (4, n * (n - 1) // 2)
    chosen = [2**a + 2**b for a, b in combinations(range(n), 2)]
    assert pairs == pytest.approx(full[:, chosen])


@pytest.mark.parametrize("n", [5, 8, 11, 15])
def test_a_fraction_is_exact_if_nothing_goes_beyond_pairs(n):
    value, on = up_to_pairs(n, np.random.default_rng(n)), fraction(n, 5).points().astype(bool)
    assert len(on) < 2**n
    found, brute = fraction_effects(value(on), on), fraction_effects(value(settings_of(n)), settings_of(n))
    for some, every in zip(found, brute, strict=True):
        assert some == pytest.approx(every, abs=1e-12)


def test_triples_leave_main_effects_alone_and_disturb_pairs():
    n, on = 8, fraction(8, 5).points().astype(bool)
    triples = list(combinations(range(n), 3))

    def value(settings):
        return np.stack([settings[:, list(triple)].all(axis=1) for triple in triples]).astype(float)

    some, every = fraction_effects(value(on), on), fraction_effects(value(settings_of(n)), settings_of(n))
    assert some[0] == pytest.approx(every[0], abs=1e-12)
    assert np.abs(some[1] - every[1]).max() > 0.1


def test_ranks_and_places():
    found = np.array([[3.0, 1.0, 2.0, 0.0], [0.0, 5.0, 5.0, 9.0]])
    assert ranks(found).tolist() == [[1, 3, 2, 4], [4, 2, 3, 1]]
    judged = {(kind, lever): conclusion for kind, lever, conclusion in places("abcd", found)}
    assert judged["first", "a"].holds.tolist() == [True, False]
    assert judged["first", "a"].strength.tolist() == [1.0, -9.0]
    assert judged["top", "a"].holds.tolist() == [True, False]
    assert judged["top", "b"].strength.tolist() == [1.0, 5.0]
    few = {(kind, lever): conclusion for kind, lever, conclusion in places("ab", found[:, :2])}
    assert few["top", "b"].holds.all()
    assert np.isnan(few["top", "b"].strength).all()


# --- the whole, on a made-up lattice --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def over():
    return over_sets()


def test_signs_hold_where_they_do(over):
    made, slope, _ = over
    effect = made.of("effect", "return_on_sales")
    assert effect["a"].conclusion.holds.tolist() == (slope > 0.5).tolist()
    assert effect["a"].conclusion.strength == pytest.approx(3.0 * (slope - 0.5))
    assert [one.name for one in effect["a"].decided_by] == [SLOPE]
    assert effect["a"].decided_by[0].rho == pytest.approx(1.0)
    assert effect["d"].conclusion.share == 1.0
    assert effect["d"].decided_by == ()
    assert made.off("return_on_sales") == pytest.approx((0.0, 0.0), abs=1e-12)
    pair = made.of("pair", "return_on_sales")
    assert pair["b+c"].conclusion.strength == pytest.approx(0.3)
    # What is nothing but rounding is nothing in every set.
    assert pair["a+e"].conclusion.share == 1.0


def test_places_and_bundles(over):
    made, slope, findings = over
    assert slope.min() < 0.5
    assert made.full_rank("return_on_sales") == {"b": 1, "a": 2, "c": 3, "e": 4, "d": 5}
    first = made.of("first", "return_on_sales")
    assert first["b"].conclusion.share == 1.0
    assert first["a"].decided_by == ()  # it is first nowhere
    top = made.of("top", "return_on_sales")["a"]
    assert top.conclusion.holds.tolist() == (3.0 * (slope - 0.5) > 0.5).tolist()
    assert [one.name for one in top.decided_by] == [SLOPE]
    size = made.of("size", "return_on_sales")
    best = "a+b+c+e"
    assert best in size
    # It has 3.8 and what a brings; b+c has 3.3, and all the others less.
    assert size[best].conclusion.holds.tolist() == (3.0 * (slope - 0.5) > -0.5).tolist()
    assert size["a+b+c"].conclusion.share == 0.0
    assert made.of("gains", "return_on_sales")[best].conclusion.share == 1.0
    assert "" not in made.of("gains", "return_on_sales")
    assert made.of("bundle", "return_on_sales")["b"].conclusion.holds.tolist() == (3.0 * (slope - 0.5) < 2.0).tolist()
    assert findings.of("bundles", "return_on_sales")["levers"].tolist() == list(size)


def test_json_and_tables(over):
    made, slope, _ = over
    row = made.to_json()["return_on_sales"]["main_effects"]["a"]
    assert row["full"] == pytest.approx(1.2)
    assert row["strength"]["p05"] == pytest.approx(3.0 * (np.quantile(slope, RANGE[0]) - 0.5))
    assert row["sets"] == SETS
    bundles = made.to_json()["return_on_sales"]["bundles"]
    assert [len(bundle["levers"]) for bundle in bundles] == list(range(6))
    assert bundles[0]["beats_runner_up"] is None
    assert bundles[0]["gains"] is None
    assert bundles[5]["beats_runner_up"] is None
    tables = made.tables()
    assert len(tables["ensemble"]) == len(made.findings)
    assert tables["ensemble"]["share"].between(0.0, 1.0).all()
    decided = tables["ensemble_deciders"].query("outcome == 'return_on_sales'")
    assert set(decided["coefficient"]) == {SLOPE}
    mine = tables["ensemble_main_effects"].query("outcome == 'return_on_sales'")["a"]
    assert mine.to_numpy() == pytest.approx(3.0 * (slope - 0.5))
