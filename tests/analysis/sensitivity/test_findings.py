"""The report of a sensitivity analysis, on conclusions that are made up so that it is known what decides them."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis.sensitivity.figures import FIGURES, Words, matrix, strengths, write_figures
from analysis.sensitivity.findings import DECIDES, Sample, SensitivityReport, leading, sensitivity_report
from analysis.sensitivity.runs import CONCLUSIONS, case_of, indices_plan, screening_plan
from experiments.plan.plan import Plan
from sim.errors import BadInputError
from sim.parameters import parameters
from sim.scenario import Scenario

NAMES = [f"coefficients.{name}" for name in list(parameters()["coefficient"])[:8]]
A, B, C, *REST = NAMES
CASE = case_of(Scenario(name="made up", levers={"talk_first": 1.0}))


def shares(plan: Plan) -> dict[str, np.ndarray]:
    """Return how far each factor is on its way from low to high at each point."""
    drawn = plan.draw()
    return {f.target: f.space.share(drawn[:, k]) for k, f in enumerate(plan.space)}


def made_up(plan: Plan) -> pd.DataFrame:
    x = {**dict.fromkeys(NAMES, 0.5), **shares(plan)}
    rare = (x[A] > 0.85) & (x[B] > 0.85) & (x[C] > 0.85)
    return pd.DataFrame(
        {
            "a alone": 3.0 * x[A] - 1.0,
            "a and b": 2.0 * x[A] - 2.0 * x[B],
            "only together": (2.0 * x[A] - 1.0) * (2.0 * x[B] - 1.0),
            "many": sum(x[name] for name in NAMES),
            "rare": np.where(rare, 1.0, 0.0) + 0.0 * x[A],
            "constant": np.full(plan.points, 7.0),
        }
    )


@cache
def report(which: str) -> SensitivityReport:
    morris, sobol = screening_plan(CASE, NAMES, trajectories=40), indices_plan(CASE, NAMES, samples=256)
    given = {"morris": Sample(morris, made_up(morris)), "sobol": Sample(sobol, made_up(sobol))}
    return sensitivity_report(**{name: given[name] for name in which.split("+")})


@pytest.mark.parametrize("which", ["morris", "sobol", "morris+sobol"])
def test_what_decides_is_found(which):
    found = report(which)
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
    found = report(which)
    assert "rare" in found.untold()
    assert found.basis("rare") is None
    assert found.of(which, "rare")["open"].any()


def test_a_constant_has_nothing_to_be_told():
    found = report("morris+sobol")
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
    found = sensitivity_report(**given)
    assert found.basis("y") == "morris"
    assert found.deciding("y") == (A,)
    assert not found.constant("y")
    # The matrix says it by the screening, too, and marks that it does.
    assert strengths(found, [A, B]).tolist() == [[1.0], [pytest.approx(0.0, abs=1e-9)]]
    drawn = matrix(found, Words("en", {}, {}))
    assert drawn is not None
    assert drawn.axes[0].get_xticklabels()[0].get_text() == "y *"


def test_the_numbers():
    found = report("morris+sobol")
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
    found = report("morris+sobol")
    row = found.of("points", "a alone").set_index("design").loc["sobol"]
    # From -1 to 2, evenly: above 0 at two thirds of the points.
    assert row["mean"] == pytest.approx(0.5, abs=0.05)
    assert (row["p10"], row["p90"]) == pytest.approx((-0.7, 1.7), abs=0.1)
    assert row["higher"] == pytest.approx(2.0 / 3.0, abs=0.03)
    assert row["higher"] + row["lower"] == pytest.approx(1.0, abs=0.01)
    # With as many factors in both, the screening comes first.
    assert found.spread("a alone")["design"] == "morris"


def test_a_closer_look_goes_to_what_moves_something():
    table = report("morris").morris
    table = table[table["conclusion"].isin(["a alone", "a and b", "constant"])]
    assert leading(table, 16) == (A, B)
    assert leading(table, 1) == (A,)
    assert leading(table[table["conclusion"] == "constant"], 16) == ()


def test_json_holds_all_that_is_known():
    found = json.loads(json.dumps(report("morris+sobol").to_json(), default=float))
    assert list(found) == list(report("morris+sobol").conclusions)
    one = found["a and b"]
    assert list(one) == ["basis", "decided_by", "points", "morris", "sobol", "pairs"]
    assert set(one["morris"]) == set(one["sobol"]) == set(NAMES)
    assert set(one["morris"][A]) == {"mu", "mu_star", "low", "high", "sigma", "decides", "open"}
    assert len(one["pairs"]) == len(NAMES) * (len(NAMES) - 1) // 2
    assert report("morris").to_json()["many"].keys() == {"basis", "decided_by", "points", "morris"}


def test_without_pairs_there_are_none():
    names = [f"coefficients.{name}" for name in list(parameters()["coefficient"])[:30]]
    plan = indices_plan(CASE, names, samples=4)
    found = sensitivity_report(sobol=Sample(plan, pd.DataFrame({"y": shares(plan)[names[0]]})))
    assert found.pairs.empty
    assert found.to_json()["y"]["pairs"] is None


def test_a_conclusion_that_is_not_finite_is_refused():
    plan = screening_plan(CASE, NAMES, trajectories=2)
    with pytest.raises(BadInputError):
        sensitivity_report(morris=Sample(plan, pd.DataFrame({"y": np.full(plan.points, np.nan)})))
    with pytest.raises(ValueError, match="at least one design"):
        sensitivity_report()


def test_thresholds_are_shares():
    assert set(DECIDES) == {"morris", "sobol"}
    assert all(0.0 < share < 1.0 for share in DECIDES.values())


def test_figures_in_both_languages(tmp_path):
    plans = screening_plan(CASE, NAMES, trajectories=10), indices_plan(CASE, NAMES, samples=32)
    renamed = dict(zip(made_up(plans[0]), CONCLUSIONS, strict=False))
    morris, sobol = (Sample(plan, made_up(plan).rename(columns=renamed)) for plan in plans)
    found = sensitivity_report(morris=morris, sobol=sobol)
    names = {A: "An assumption with a long name that goes on and on and on"}
    paths = write_figures(found, tmp_path, Words("de", names, {}))
    assert [path.name for path in paths] == [f"{name}.{kind}" for name in FIGURES for kind in ("svg", "png")]
    titles = {"matrix": "Welche Annahme", "effects": "Wovon ein Schluss", "indices": "Woher die Varianz"}
    for name, title in {**titles, "mu_sigma": "Steilheit und Wechselwirkung"}.items():
        assert title in (tmp_path / "figures" / f"{name}.svg").read_text()
        english = FIGURES[name](found, Words("en", names, {}))
        assert english is not None
        assert title not in english.get_suptitle()


def test_what_was_not_seen_at_the_points_that_count_is_open():
    # Something that happens at the mixed points alone: of the two samples that are mixed there is no variance.
    plan = indices_plan(CASE, NAMES, samples=4)
    y = np.zeros(plan.points)
    y[1] = 1.0
    found = sensitivity_report(sobol=Sample(plan, pd.DataFrame({"y": y})))
    assert found.untold() == ("y",)
    assert not found.constant("y")


def test_what_there_is_nothing_to_say_about_is_not_drawn(tmp_path):
    plan = screening_plan(CASE, NAMES, trajectories=2)
    words = Words("en", {}, {})
    found = sensitivity_report(morris=Sample(plan, made_up(plan)[["constant"]]))
    names = {path.stem for path in write_figures(found, tmp_path, words)}
    assert names == set()
