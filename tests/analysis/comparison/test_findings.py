"""Comparisons of two scenarios, against answers known beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.comparison.findings import compare_outcomes, compare_types, measured_differently, moves, pairs
from analysis.stats.intervals import difference_limits
from sim import Scenario, simulate
from sim.errors import BadInputError
from sim.outcomes import OUTCOMES, TYPES


def outcomes(scenario: str, types: list[str], **columns: list[float]) -> pd.DataFrame:
    """Outcomes as a simulation returns them; what is not given is zero."""
    count = len(types)
    frame = pd.DataFrame({name: columns.get(name, [0.0] * count) for name in OUTCOMES}, dtype=float)
    frame.insert(0, "type", pd.Categorical(types, categories=list(TYPES)))
    frame.insert(0, "company", np.arange(count))
    frame.insert(0, "scenario", scenario)
    return frame


PRO, HEAVY, SHY, STUCK = TYPES
BEFORE = outcomes("a", [STUCK, STUCK, SHY, PRO], trust=[0.1, 0.2, 0.3, 0.4], friction=[0.5, 0.5, 0.5, 0.5])
AFTER = outcomes("b", [PRO, STUCK, PRO, HEAVY], trust=[0.3, 0.3, 0.6, 0.3], friction=[0.4, 0.5, 0.6, 0.1])
BOTH = pd.concat([BEFORE, AFTER])


def test_means_differences_and_shares():
    found = compare_outcomes(BOTH, "a", "b")
    assert list(found.index) == list(OUTCOMES)
    trust = found.loc["trust"]
    assert (trust["a"], trust["b"]) == pytest.approx((0.25, 0.375))
    assert trust["difference"] == pytest.approx(0.125)
    assert trust["probability"] == 0.75
    # Less friction is better, and no change is not.
    assert found.loc["friction", "difference"] == pytest.approx(-0.1)
    assert found.loc["friction", "probability"] == 0.5
    assert np.isnan(found.loc["disagreement", "probability"])


def test_what_is_measured_differently_is_named():
    plain = Scenario(name="plain")
    assert measured_differently(plain, plain.changed(name="b", weeks=10)) == []
    # The default, said again, is no difference.
    assert measured_differently(plain, plain.changed(outcome={"window_weeks": 13})) == []
    changed = plain.changed(outcome={"quality_cut": 0.5, "window_weeks": 26})
    assert measured_differently(plain, changed) == ["window_weeks", "quality_cut"]


def test_the_interval_is_that_of_a_paired_t_test():
    found = compare_outcomes(BOTH, "a", "b").loc["trust"]
    known = stats.ttest_rel(AFTER["trust"], BEFORE["trust"]).confidence_interval(0.95)
    assert (found["low"], found["high"]) == pytest.approx((known.low, known.high))
    wider = compare_outcomes(BOTH, "a", "b", confidence=0.99).loc["trust"]
    assert wider["low"] < found["low"] < found["high"] < wider["high"]


def test_the_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        company = rng.normal(0.5, 1.0, 30)  # varies far more than the effect
        before, after = company + rng.normal(0.0, 0.1, 30), company + 0.05 + rng.normal(0.0, 0.1, 30)
        frame = pd.concat([outcomes("a", [PRO] * 30, trust=before), outcomes("b", [PRO] * 30, trust=after)])
        row = compare_outcomes(frame, "a", "b").loc["trust"]
        covered += row["low"] <= 0.05 <= row["high"]
    assert 0.92 <= covered / 400 <= 0.98


def test_a_single_company_has_a_difference_but_no_interval():
    frame = pd.concat([outcomes("a", [PRO], trust=[0.1]), outcomes("b", [SHY], trust=[0.2])])
    row = compare_outcomes(frame, "a", "b").loc["trust"]
    assert row["difference"] == pytest.approx(0.1)
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])
    share = compare_types(frame, "a", "b").loc[SHY]
    assert share["difference"] == 1.0
    assert np.isnan(share[["low", "high"]].to_numpy(dtype=float)).all()


def test_shares_of_types_and_their_difference():
    found = compare_types(BOTH, "a", "b")
    assert list(found.index) == list(TYPES)
    assert found["a"].tolist() == [0.25, 0.0, 0.25, 0.5]
    assert found["b"].tolist() == [0.5, 0.25, 0.0, 0.25]
    assert found["difference"].tolist() == [0.25, 0.25, -0.25, -0.25]


def test_the_interval_of_a_share_is_that_of_paired_shares():
    before = [SHY] * 40 + [PRO] * 10 + [SHY] * 150
    after = [PRO] * 40 + [SHY] * 10 + [SHY] * 150
    row = compare_types(pd.concat([outcomes("a", before), outcomes("b", after)]), "a", "b").loc[PRO]
    known = difference_limits(np.array(after) == PRO, np.array(before) == PRO)
    assert (row["difference"], row["low"], row["high"]) == pytest.approx(known)


def test_moves_count_every_company_once():
    found = moves(BOTH, "a", "b")
    assert found.loc[STUCK, PRO] == found.loc[STUCK, STUCK] == found.loc[SHY, PRO] == found.loc[PRO, HEAVY] == 1
    assert found.to_numpy().sum() == 4


kinds = st.lists(st.tuples(st.sampled_from(TYPES), st.sampled_from(TYPES)), min_size=1, max_size=40)


@given(kinds)
def test_moves_explain_the_shares(pairs_of_types):
    before, after = (list(side) for side in zip(*pairs_of_types, strict=True))
    frame = pd.concat([outcomes("a", before), outcomes("b", after)])
    found, shares = moves(frame, "a", "b"), compare_types(frame, "a", "b")
    count = len(before)
    assert found.sum(axis=1).tolist() == [round(share * count) for share in shares["a"]]
    assert found.sum(axis=0).tolist() == [round(share * count) for share in shares["b"]]
    assert shares["difference"].sum() == pytest.approx(0.0)
    assert count == 1 or (shares["low"] <= shares["high"]).all()


@given(kinds)
def test_the_other_way_round_is_the_mirror_image(pairs_of_types):
    before, after = (list(side) for side in zip(*pairs_of_types, strict=True))
    trust = np.linspace(0.1, 0.9, len(before))
    frame = pd.concat([outcomes("a", before, trust=trust), outcomes("b", after, trust=trust**2)])
    there, back = compare_outcomes(frame, "a", "b"), compare_outcomes(frame, "b", "a")
    assert np.allclose(there["difference"], -back["difference"])
    assert np.allclose(there["low"], -back["high"], equal_nan=True)
    assert (moves(frame, "a", "b").to_numpy() == moves(frame, "b", "a").to_numpy().T).all()


def test_pairs_are_matched_by_company_whatever_the_order():
    shuffled = pd.concat([BEFORE, AFTER.iloc[::-1]])
    pd.testing.assert_frame_equal(compare_outcomes(shuffled, "a", "b"), compare_outcomes(BOTH, "a", "b"))
    first, second = pairs(shuffled, "a", "b")
    assert first.index.tolist() == second.index.tolist() == [0, 1, 2, 3]


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(BadInputError, match="did you mean 'b'") as caught:
        compare_outcomes(BOTH, "a", "B")
    assert caught.value.key == "scenario"
    with pytest.raises(BadInputError, match="same companies"):
        moves(pd.concat([BEFORE, AFTER.iloc[:2]]), "a", "b")


def test_real_results_can_be_compared():
    scenarios = [Scenario(name="a", weeks=8), Scenario(name="b", weeks=8, levers={"joint_planning": 1.0})]
    frame = simulate(scenarios, companies=5).outcomes
    found = compare_outcomes(frame, "a", "b")
    assert found.loc["lever_cost", "difference"] > 0.0
    assert moves(frame, "a", "b").to_numpy().sum() == 5
    same = compare_outcomes(frame, "a", "a")
    assert (same["difference"] == 0.0).all()
    assert (same["probability"].dropna() == 0.0).all()
