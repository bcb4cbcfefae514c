"""The findings of a sensitivity analysis, on conclusions that are made up so that it is known what decides them."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis.files import json_text
from analysis.sensitivity.estimates import Sample, leading
from analysis.sensitivity.figures import strengths
from analysis.sensitivity.findings import SensitivityFindings, sensitivity_findings
from analysis.sensitivity.runs import indices_plan, screening_plan
from sim.errors import BadInputError
from sim.parameters import parameters
from tests.analysis.sensitivity.made_up import CASE, NAMES, A, B, C, made_up, shares


@cache
def findings(which: str) -> SensitivityFindings:
    morris, sobol = screening_plan(CASE, NAMES, trajectories=40), indices_plan(CASE, NAMES, samples=256)
    given = {"morris": Sample(morris, made_up(morris)), "sobol": Sample(sobol, made_up(sobol))}
    return sensitivity_findings(CASE, **{name: given[name] for name in which.split("+")})


@pytest.mark.parametrize("which", ["morris", "sobol", "morris+sobol"])
def test_what_decides_is_found(which):
    found = findings(which)
    assert found.conclusions == tuple(made_up(screening_plan(CASE, NAMES, trajectories=2)))
    assert found.deciding("a alone") == (A,)
    assert set(found.deciding("a and b")) == set(found.deciding("only together")) == {A, B}
    assert set(found.deciding("many")) == set(NAMES)
    assert found.decided()[A] == ("a alone", "a and b", "only together", "many")
    assert found.decided()[C] == ("many",)
    assert next(iter(found.decided())) == A
    assert found.basis("a alone") == which.split("+")[-1]


@pytest.mark.parametrize("which", ["morris", "sobol"])
def test_what_cannot_be_told_is_not(which):
    found = findings(which)
    assert "rare" in found.untold()
    assert found.basis("rare") is None
    assert found.of(which, "rare")["open"].any()


def test_a_constant_has_nothing_to_be_told():
    found = findings("morris+sobol")
    assert found.constant("constant")
    assert found.basis("constant") is None
    assert found.deciding("constant") == ()
    assert "constant" not in found.untold()
    assert not found.constant("a alone")


def test_what_varies_only_with_other_factors_is_told_by_the_screening():
    morris = screening_plan(CASE, NAMES, trajectories=10)
    sobol = indices_plan(CASE, [B, C], samples=16)
    given = {
        name: Sample(plan, pd.DataFrame({"y": {**dict.fromkeys(NAMES, np.full(plan.points, 0.5)), **shares(plan)}[A]}))
        for name, plan in (("morris", morris), ("sobol", sobol))
    }
    found = sensitivity_findings(CASE, **given)
    assert found.basis("y") == "morris"
    assert found.deciding("y") == (A,)
    assert not found.constant("y")
    assert strengths(found, [A, B]).tolist() == [[1.0], [pytest.approx(0.0, abs=1e-9)]]


def test_the_numbers():
    found = findings("morris+sobol")
    row = found.of("morris", "a and b").set_index("factor")
    assert row.loc[A, "mu"] == pytest.approx(2.0)
    assert row.loc[B, "mu"] == pytest.approx(-2.0)
    assert row.loc[B, "mu_star"] == pytest.approx(2.0)
    assert row.loc[C, "mu_star"] == pytest.approx(0.0, abs=1e-9)
    sobol = found.of("sobol", "only together").set_index("factor")
    assert sobol.loc[A, "first"] == pytest.approx(0.0, abs=0.1)
    assert sobol.loc[A, "total"] == pytest.approx(1.0, abs=0.15)
    assert sobol.loc[A, "total_low"] < sobol.loc[A, "total"] < sobol.loc[A, "total_high"]
    pair = found.of("pairs", "only together").sort_values("value").iloc[-1]
    assert {pair["first"], pair["second"]} == {A, B}
    assert pair["low"] > 0.5


def test_points_say_where_a_conclusion_lies():
    found = findings("morris+sobol")
    row = found.of("points", "a alone").set_index("design").loc["sobol"]
    # From -1 to 2, evenly: above 0 at two thirds of the points.
    assert row["mean"] == pytest.approx(0.5, abs=0.05)
    assert (row["p10"], row["p90"]) == pytest.approx((-0.7, 1.7), abs=0.1)
    assert row["higher"] == pytest.approx(2.0 / 3.0, abs=0.03)
    assert row["higher"] + row["lower"] == pytest.approx(1.0, abs=0.01)
    # With as many factors in both, the screening comes first.
    assert found.spread("a alone")["design"] == "morris"


def test_a_closer_look_goes_to_what_moves_something():
    table = findings("morris").morris
    table = table[table["conclusion"].isin(["a alone", "a and b", "constant"])]
    assert leading(table, 16) == (A, B)
    assert leading(table, 1) == (A,)
    assert leading(table[table["conclusion"] == "constant"], 16) == ()


def test_json_holds_all_that_is_known():
    found = json.loads(json_text(findings("morris+sobol").to_json()))
    assert (found["scenario"], found["levers"], found["method"]) == ("made up", "scenario", "both")
    assert found["factors"][A]["decides"] == ["a alone", "a and b", "only together", "many"]
    assert list(found["conclusions"]) == list(findings("morris+sobol").conclusions)
    one = found["conclusions"]["a and b"]
    assert list(one) == ["basis", "decided_by", "points", "morris", "sobol", "pairs"]
    assert set(one["morris"]) == set(one["sobol"]) == set(NAMES)
    assert set(one["morris"][A]) == {"mu", "mu_star", "low", "high", "sigma", "decides", "open"}
    assert len(one["pairs"]) == len(NAMES) * (len(NAMES) - 1) // 2
    many = findings("morris").to_json()["conclusions"]["many"]
    assert many.keys() == {"basis", "decided_by", "points", "morris"}


@pytest.mark.parametrize("which", ["morris", "sobol", "morris+sobol"])
def test_what_was_saved_is_loaded(which, tmp_path):
    found = findings(which)
    found.save(tmp_path)
    again = SensitivityFindings.load(tmp_path)
    assert json_text(again.to_json()) == json_text(found.to_json())
    for name, table in found.tables().items():
        pd.testing.assert_frame_equal(again.tables()[name], table, check_dtype=False, check_like=True)


def test_without_pairs_there_are_none():
    names = [f"coefficients.{name}" for name in list(parameters()["coefficient"])[:30]]
    plan = indices_plan(CASE, names, samples=4)
    found = sensitivity_findings(CASE, sobol=Sample(plan, pd.DataFrame({"y": shares(plan)[names[0]]})))
    assert found.pairs.empty
    assert found.to_json()["conclusions"]["y"]["pairs"] is None


def test_a_conclusion_that_is_not_finite_is_refused():
    plan = screening_plan(CASE, NAMES, trajectories=2)
    with pytest.raises(BadInputError):
        sensitivity_findings(CASE, morris=Sample(plan, pd.DataFrame({"y": np.full(plan.points, np.nan)})))
    with pytest.raises(ValueError, match="at least one design"):
        sensitivity_findings(CASE)


def test_what_was_not_seen_at_the_points_that_count_is_open():
    # Something that happens at the mixed points alone: of the two samples that are mixed there is no variance.
    plan = indices_plan(CASE, NAMES, samples=4)
    y = np.zeros(plan.points)
    y[1] = 1.0
    found = sensitivity_findings(CASE, sobol=Sample(plan, pd.DataFrame({"y": y})))
    assert found.untold() == ("y",)
    assert not found.constant("y")
