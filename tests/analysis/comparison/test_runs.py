"""Scenarios under every set of an ensemble: the same as one by one."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.comparison import runs as robustness
from analysis.comparison.runs import run_pairs
from experiments.ensemble import Ensemble, shipped
from sim import Scenario, simulate
from sim.outcomes import OUTCOMES, TYPES

A = Scenario(name="a", weeks=30, context={"meeting_culture": 0.4})
B = Scenario(name="b", weeks=30, levers={"joint_planning": 0.8, "talk_first": {"intensity": 1.0, "start": 5}})


@pytest.fixture(scope="module")
def sets() -> Ensemble:
    return shipped().first(3)


@pytest.mark.parametrize(("a", "b"), [(A, B), (A, B.changed(coefficients={"avoidance": 0.5}))])
def test_pairs_are_what_simulating_each_set_gives(sets, a, b):
    done = []
    found = run_pairs(a, b, sets, companies=70, seed=3, progress=done.append)
    assert sum(done) == 2 * 70 * len(sets)
    for k in range(len(sets)):
        both = [sets.scenario(scenario, k) for scenario in (a, b)]
        frame = simulate(both, companies=70, seed=3).outcomes
        first, second = (frame[frame["scenario"] == name] for name in ("a", "b"))
        before, after = (part[list(OUTCOMES)].to_numpy() for part in (first, second))
        assert np.array_equal(found.a[k], before.mean(axis=0))
        assert np.array_equal(found.b[k], after.mean(axis=0))
        assert np.array_equal(found.difference[k], (after - before).mean(axis=0))
        for shares, part in ((found.types_a[k], first), (found.types_b[k], second)):
            assert shares.tolist() == [(part["type"] == kind).mean() for kind in TYPES]


def test_sets_differ_and_scenarios_keep_their_own_numbers(sets):
    found = run_pairs(A, B, sets, companies=8)
    assert len({row.tobytes() for row in found.a}) == len(sets)
    own = dict(zip(sets.names, sets.values[0].tolist(), strict=True))
    same = run_pairs(
        *(one.changed(coefficients=own, outcome=sets.changes(0)["outcome"]) for one in (A, B)), sets, companies=8
    )
    assert len({row.tobytes() for row in same.a}) == 1
    assert np.array_equal(same.a[0], found.a[0])


def test_many_companies_go_through_the_sets_in_parts(sets, monkeypatch):
    whole = run_pairs(A, B, sets, companies=70, weeks=9)
    monkeypatch.setattr(robustness, "AT_ONCE", 32)
    parts = run_pairs(A, B, sets, companies=70, weeks=9)
    assert parts.difference == pytest.approx(whole.difference, abs=1e-14)
    assert np.array_equal(parts.types_b, whole.types_b)


def test_threads_change_nothing(sets):
    one, two = (run_pairs(A, B, sets, companies=70, weeks=9, threads=threads) for threads in (1, 2))
    assert np.array_equal(one.a, two.a)
    assert np.array_equal(one.difference, two.difference)
