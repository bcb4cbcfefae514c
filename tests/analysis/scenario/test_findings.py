"""Summaries of one scenario, against answers known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.scenario.findings import mean_hours, summary, type_shares
from sim import Scenario, simulate
from sim.outcomes import OUTCOMES, PURPOSES, TYPES


@pytest.fixture(scope="module")
def results():
    scenarios = [Scenario(name="z", weeks=8), Scenario(name="a", weeks=8, levers={"talk_first": 1.0})]
    return simulate(scenarios, companies=40, hours=True)


def test_shares_count_all_four_types_in_their_order(results):
    found = type_shares(results.outcomes)
    assert list(found.index) == [(name, kind) for name in ("z", "a") for kind in TYPES]
    assert found.groupby("scenario")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    for (name, kind), row in found.iterrows():
        group = results.outcomes[results.outcomes["scenario"] == name]
        assert row["share"] == (group["type"] == kind).mean()
        assert 0.0 <= row["low"] <= row["share"] + 1e-12
        assert row["share"] - 1e-12 <= row["high"] <= 1.0


def test_means_intervals_and_quantiles(results):
    found = summary(results.outcomes)
    assert list(found.xs("a").index) == list(OUTCOMES)
    trust = results.outcomes.loc[results.outcomes["scenario"] == "a", "trust"].to_numpy()
    row = found.loc[("a", "trust")]
    assert row["mean"] == pytest.approx(trust.mean())
    assert row["sd"] == pytest.approx(trust.std(ddof=1))
    assert (row["p10"], row["median"], row["p90"]) == pytest.approx(tuple(np.quantile(trust, [0.1, 0.5, 0.9])))
    known = stats.ttest_1samp(trust, 0.0).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))


def test_a_single_company_has_no_spread():
    row = summary(simulate(Scenario(weeks=3), companies=1).outcomes).loc[("scenario", "trust")]
    assert np.isnan(row[["sd", "low", "high"]].to_numpy(dtype=float)).all()
    assert row["p10"] == row["median"] == row["mean"]


def test_hours_are_means_over_companies_and_sum_to_a_week(results):
    found = mean_hours(results.hours)
    assert list(found.index) == [(name, purpose) for name in ("z", "a") for purpose in PURPOSES]
    assert found.groupby("scenario")[["marketing", "sales"]].sum().to_numpy() == pytest.approx(40.0)
    hours = results.hours
    chosen = hours[(hours["scenario"] == "z") & (hours["department"] == "sales") & (hours["purpose"] == "core")]
    assert found.loc[("z", "core"), "sales"] == pytest.approx(chosen["hours"].mean())
