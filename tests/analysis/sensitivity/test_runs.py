"""Plans of a sensitivity analysis, and the conclusions at their points."""

from __future__ import annotations

import pytest

from analysis.sensitivity.runs import (
    CHANGED,
    CONCLUSIONS,
    EFFECTS,
    LEVELS,
    MOST_PAIRED,
    case_of,
    conclusions,
    indices_plan,
    screening_plan,
)
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from sim.errors import BadInputError
from sim.outcomes import TYPES
from sim.parameters import parameters
from sim.policies import SUCCESS_FACTORS
from sim.presets import preset
from sim.scenario import Scenario

FIRM = Scenario(name="firm", weeks=10, levers={"joint_planning": 0.7, "talk_first": 0.0})
BARE = Scenario(name="bare", weeks=10, levers={"talk_first": 0.0})


def test_a_scenario_with_levers_is_compared_with_itself_without_them():
    case = case_of(FIRM)
    assert case.own
    assert case.as_it_is == "with"
    assert [scenario.name for scenario in case.scenarios] == ["with", "without"]
    assert case.scenarios[0] == FIRM.changed(name="with")
    assert case.scenarios[1] == FIRM.changed(name="without", levers={})


def test_a_scenario_without_levers_is_compared_with_itself_with_all_of_them():
    case = case_of(BARE)
    assert not case.own
    assert case.as_it_is == "without"
    assert set(case.scenarios[0].levers) == {policy.id for policy in SUCCESS_FACTORS}
    assert {lever.intensity for lever in case.scenarios[0].levers.values()} == {1.0}
    assert case.scenarios[1].levers == {}


def test_all_coefficients_vary_between_their_bounds():
    plan = screening_plan(case_of(preset("ivory_tower").scenario()), trajectories=10)
    declared = parameters()["coefficient"]
    assert [factor.target for factor in plan.space] == [f"coefficients.{name}" for name in declared]
    assert [(factor.low, factor.high) for factor in plan.space] == [(p.low, p.high) for p in declared.values()]
    assert plan.points == 10 * (len(declared) + 1)
    assert (plan.companies, plan.rows) == (32, "points")
    closer = indices_plan(case_of(FIRM), samples=8)
    assert not closer.design.second_order
    assert closer.points == 8 * (len(declared) + 2)


def test_pairs_come_with_a_few_factors():
    names = [f"coefficients.{name}" for name in parameters()["coefficient"]]
    for count, points in ((1, 3), (2, 6), (MOST_PAIRED, 2 * MOST_PAIRED + 2), (MOST_PAIRED + 1, MOST_PAIRED + 3)):
        assert indices_plan(case_of(FIRM), names[:count], samples=4).points == 4 * points


@pytest.mark.parametrize(
    ("factors", "key", "english", "german"),
    [
        (["levers.joint_planning"], "factors", "coefficients.…", "coefficients.…"),
        (["coefficients.trust_up", "coefficients.trust_up"], "factors", "occurs twice", "kommt doppelt vor"),
        (["coefficients.trust_upp"], "factors.coefficients.trust_upp", "'trust_up'?", "„trust_up“"),
        ([], "factors", "at least one", "mindestens eines"),
    ],
)
def test_factors_that_cannot_be_varied_are_refused(factors, key, english, german):
    for make in (screening_plan, indices_plan):
        with pytest.raises(BadInputError) as caught:
            assert make(
                case_of(FIRM), factors, **({"trajectories": 4} if make is screening_plan else {"samples": 4})
            ).space
        assert caught.value.key == key
        assert english in caught.value.render("en")
        assert german in caught.value.render("de")


@pytest.mark.parametrize("scenario", [FIRM, BARE])
def test_conclusions_are_those_of_the_companies(tmp_path, scenario):
    case = case_of(scenario)
    plan = screening_plan(case, ["coefficients.conflict_gain", "context.meeting_culture"], trajectories=3, companies=6)
    by_company = plan.changed(rows="companies")
    run(plan, tmp_path / "points")
    run(by_company, tmp_path / "companies")
    found = conclusions(open_sweep(tmp_path / "points"), case)
    assert list(found.columns) == list(CONCLUSIONS)
    assert found.index.tolist() == list(range(plan.points))
    frame = open_sweep(tmp_path / "companies").frame(factors=False)
    for kind in TYPES:
        frame[f"share_{kind}"] = frame["type"] == kind
    means = frame.groupby(["scenario", "point"], observed=True)[list(LEVELS)].mean()
    assert found[list(LEVELS)].to_numpy() == pytest.approx(means.loc[case.as_it_is].to_numpy())
    effects = (means.loc["with"] - means.loc["without"])[list(CHANGED)]
    assert found[list(EFFECTS)].to_numpy() == pytest.approx(effects.to_numpy())
