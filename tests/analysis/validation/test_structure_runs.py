"""Other structures: what a variant changes and what it must not, the length of a step, and the order of turns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.validation import structure_judged as sj
from analysis.validation import structure_order as so
from analysis.validation import structure_runs as sr
from experiments.anchors import reference_world
from experiments.laboratory import FACTORS, LEVERS, Condition, Laboratory
from experiments.scorecard import Line, Part, middle
from sim import OrganisationModel
from sim import parameters as pm
from sim.graph import Shape
from sim.outcomes import OUTCOMES

LABORATORY = Laboratory(pm.Model.changed(), seed=5, threads=1)
MIDDLE = Condition(levers=middle(), world=reference_world())
SLOW = ("cooperation_quality", "coordination_efficiency", "return_before_levers", "trust", "alignment", "regard")


def calm() -> Laboratory:
    """Without chance over time: nobody escalates or leaves, and demand stands still."""
    model = LABORATORY.model
    still = replace(
        model,
        coefficients=model.coefficients._replace(escalation_rate=0.0),
        founding=model.founding._replace(turnover=0.0, market_swing=0.0),
    )
    return replace(LABORATORY, model=still)


def after_two_years(laboratory: Laboratory, week: float, condition: Condition = MIDDLE) -> dict[str, np.ndarray]:
    variant = sr.Variant("tried", "week", week=week)
    return sr.varied(laboratory, variant).compare([condition], 16, variant.steps(104))


# --- variants ---------------------------------------------------------------------------------------------------------


def test_the_standard_is_the_model_as_it_is():
    plain, standard = LABORATORY.compare([MIDDLE], 8), sr.varied(LABORATORY, sr.STANDARD).compare([MIDDLE], 8)
    assert all(np.array_equal(plain[name], standard[name]) for name in OUTCOMES)


def test_variants_are_distinct_and_the_standard_comes_first():
    ids = [variant.id for variant in sr.VARIANTS]
    assert len(set(ids)) == len(ids)
    assert sr.VARIANTS[0] == sr.STANDARD
    assert {variant.group for variant in sr.VARIANTS} == {"standard", "graph", "density", "size", "week"}


@pytest.mark.parametrize("people", [2, 10, 24, 1000])
def test_departments_keep_their_proportion(people):
    shape = Shape(**sr.sized(people))
    assert shape.people == people
    assert shape.marketing / people == pytest.approx(10 / 24, abs=0.5 / people)


def test_a_variant_changes_every_place_and_nothing_else():
    variant = sr.Variant("tried", "graph", {"structure": "hubs", "interface_degree": 2.0})
    worlds = (reference_world(clash_week=4), reference_world(place=Shape(6, 9)))
    given = LABORATORY._settings([Condition(world=world) for world in worlds])
    found = variant.settings(given)
    assert [world.place for world in found.worlds] == [
        Shape(structure="hubs", interface_degree=2.0), Shape(6, 9, structure="hubs", interface_degree=2.0)
    ]  # fmt: skip
    assert [replace(world, place=None) for world in found.worlds] == [replace(world, place=None) for world in worlds]
    assert found.policies == given.policies
    assert np.array_equal(found.ramp, given.ramp)


def test_levers_keep_their_calendar():
    later = Condition(levers={"talk_first": 1.0}, schedule=((26.0, 0.5, 20.0),), world=reference_world(clash_week=4))
    given = LABORATORY._settings([later, replace(later, ramped=True)])
    found, lever = sr.Variant("tried", "week", week=0.5).settings(given), LEVERS.index("talk_first")
    # In place stays in place; a ramp of its own and a later step take twice the steps.
    assert found.ramp[:, lever].tolist() == [[1.0, 40.0], [2.0 * given.policies[lever].ramp, 40.0]]
    assert found.start[:, lever].tolist() == [[0.0, 52.0], [0.0, 52.0]]
    assert found.worlds[0].clash_week == 8
    assert found.policies[lever].one_off_cost == 2.0 * given.policies[lever].one_off_cost
    assert found.policies[lever].running_cost == given.policies[lever].running_cost


def test_levers_cost_the_same_in_a_year_of_other_steps():
    ramped = Condition(levers={"linked_systems": 1.0}, world=reference_world(), ramped=True)
    cost = {}
    for week in (0.5, 1.0, 2.0):
        variant = sr.Variant("tried", "week", week=week)
        laboratory = sr.varied(LABORATORY, variant)
        laboratory = laboratory.measured(window_weeks=float(variant.steps(104)))
        cost[week] = float(laboratory.compare([ramped], 2, variant.steps(104))["lever_cost"].mean())
    assert cost[0.5] == pytest.approx(cost[1.0], rel=0.01)
    assert cost[2.0] == pytest.approx(cost[1.0], rel=0.02)


# --- the length of a step ---------------------------------------------------------------------------------------------


def test_rates_of_one_week_are_the_models():
    same = sr.varied(LABORATORY, sr.Variant("tried", "week", week=1.0))
    assert same.model == LABORATORY.model


def test_two_half_weeks_make_a_week():
    c, half = LABORATORY.coefficients, sr.varied(LABORATORY, sr.Variant("tried", "week", week=0.5))
    weekly = [
        name for name, p in pm.parameters()["coefficient"].items() if p.unit == "/wk" and name != "escalation_rate"
    ]
    assert len(weekly) > 8
    for name in weekly:
        assert 1.0 - (1.0 - getattr(half.coefficients, name)) ** 2 == pytest.approx(getattr(c, name))
    assert half.coefficients.escalation_rate == c.escalation_rate / 2.0
    assert half.coefficients.backlog_half == 2.0 * c.backlog_half
    assert half.model.founding.market_memory**2 == pytest.approx(LABORATORY.model.founding.market_memory)
    assert half.measurement.window_weeks == 2.0 * LABORATORY.measurement.window_weeks
    # What has no time in it stays.
    untouched = [name for name, p in pm.parameters()["coefficient"].items() if p.unit in ("1", "h/wk")]
    untouched.remove("experience_gain")
    assert all(getattr(half.coefficients, name) == getattr(c, name) for name in untouched)


@pytest.mark.parametrize("condition", [MIDDLE, replace(MIDDLE, levers={})], ids=["middle", "no levers"])
def test_slow_dynamics_stay_where_nothing_is_left_to_chance(condition):
    weekly = after_two_years(calm(), 1.0, condition)
    for week in (0.5, 2.0):
        found = after_two_years(calm(), week, condition)
        for name in SLOW:
            # Returns are differences of larger amounts: a tenth or two of a percentage point.
            assert found[name] == pytest.approx(weekly[name], rel=0.025, abs=0.002), (week, name)


def test_a_backlog_that_grows_takes_the_same_time():
    # For so long that what has piled up is many times what waits on any day, which is the more, the longer a step is.
    heavy = Condition(levers={}, world=reference_world({"meeting_culture": 1.0}))
    early, weekly = (calm().compare([heavy], 16, weeks)["backlog"] for weeks in (30, 104))
    assert weekly.mean() > 2.0 * early.mean()
    for week in (0.5, 2.0):
        variant = sr.Variant("tried", "week", week=week)
        # Counted in units of a step; the window of the outcomes is rounded for double weeks.
        found = week * sr.varied(calm(), variant).compare([heavy], 16, variant.steps(104))["backlog"]
        assert found.mean() == pytest.approx(weekly.mean(), rel=0.25)


def test_finer_steps_converge():
    found = [after_two_years(calm(), week)["cooperation_quality"].mean() for week in (1.0, 0.5, 0.25, 0.125)]
    steps = np.abs(np.diff(found))
    assert steps[0] > steps[1] > steps[2]


def test_without_rescaling_they_would_not_stay():
    weekly = after_two_years(calm(), 1.0)["cooperation_quality"]
    unscaled = calm().compare([MIDDLE], 16, 208)["cooperation_quality"]
    scaled = after_two_years(calm(), 0.5)["cooperation_quality"]
    assert np.abs(unscaled - weekly).mean() > 5.0 * np.abs(scaled - weekly).mean()


def test_escalations_and_demand_keep_their_size():
    weekly, half = (after_two_years(LABORATORY, week, replace(MIDDLE, levers={})) for week in (1.0, 0.5))
    # Escalations are reported as if a step were a week.
    assert 2.0 * half["escalations"].mean() == pytest.approx(weekly["escalations"].mean(), rel=0.3)
    assert half["cooperation_quality"].mean() == pytest.approx(weekly["cooperation_quality"].mean(), rel=0.05)


# --- the order of turns -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scenario():
    return so.scenario_of(LABORATORY, MIDDLE, weeks=40)


def test_agents_and_laboratory_agree():
    ours = so.agent_outcomes(OrganisationModel, LABORATORY, [MIDDLE], 2)
    theirs = LABORATORY.compare([MIDDLE], 2)
    assert all(np.array_equal(ours[name], theirs[name]) for name in so.JUDGED)


def test_the_own_order_is_the_model(scenario):
    plain, own = (so.ran(maker(scenario, company=3, seed=5)) for maker in (OrganisationModel, so.ReorderedModel))
    other = so.ran(so.ReorderedModel(scenario, order=0, company=3, seed=5))
    assert np.array_equal(so._states(other), so._states(plain))
    assert [tie.index for tie in plain.ties] == [tie.index for tie in own.ties]


def test_another_order_changes_the_rounding_of_sums_alone(scenario):
    found = so.order_frame(LABORATORY, 2)
    assert found.loc["draws alike", "largest_difference"] < 1e-12
    assert found.loc["draws dealt anew", "largest_difference"] > 0.01
    turned = so.ReorderedModel(scenario, order=1, company=3, seed=5)
    turned.step()
    met = [tie.index for tie in turned._ties_that_meet(turned.week)]
    assert met != sorted(met)


def test_one_by_one_keeps_the_week_and_changes_the_week_before_it_ends(scenario):
    alone, together = (so.ran(maker(scenario, company=3, seed=5)) for maker in (so.OneByOneModel, OrganisationModel))
    week = alone.week
    for person in alone.people:
        assert week.fixed + person.tie_hours + person.reading_hours + person.core_hours == pytest.approx(40.0)
        for name in ("market_knowledge", "product_knowledge", "regard", "experience", "social_skill"):
            assert 0.0 <= getattr(person, name) <= 1.0
    assert [person.arrived for person in alone.people] == [person.arrived for person in together.people]
    difference = np.abs(so._states(alone) - so._states(together))
    assert 0.0 < np.median(difference) < 0.05


# --- conclusions ------------------------------------------------------------------------------------------------------


def judged(**changes) -> sj.Judged:
    quality = np.linspace(0.01, 0.15, len(FACTORS))
    effects = sj.effects_frame(*(np.vstack([np.zeros(9), quality[:, None] + np.zeros(9)]) for _ in range(2)))
    parts = {"P9": ("optimum",), "P10": ("interaction_quality",), "P11": ("optimum",)}
    parts["P16"] = ("founding_friction", "clash", "redraws")
    lines = {name: Line(name, tuple(Part(part, 0.5) for part in names)) for name, names in parts.items()}
    given = {"shares": np.array([0.2, 0.1, 0.25, 0.45]), "returns": np.array([0.08, 0.01, 0.06, -0.02])}
    given |= {"sample": 1000, "companies": 9, "bundle": 4.0, "history": 1.0, "lines": lines, "anchors": {}}
    return sj.Judged(**{"variant": sr.STANDARD, "effects": effects, **given, **changes})


def test_the_standard_agrees_with_itself():
    found = sj.conclusions(judged(), judged())
    assert list(found.index) == list(sj.CONCLUSIONS) == list(sj.SIZES)
    assert found["holds"].all()
    assert found.loc["signs_quality", "value"] == len(FACTORS)
    assert found.loc["order_of_types", "value"] == 6


def test_what_is_lost_is_seen():
    standard = judged()
    effects = standard.effects.copy()
    effects["quality"] = effects["quality"].to_numpy()[::-1]
    effects.iloc[0, effects.columns.get_loc("quality")] = -0.1
    other = judged(
        effects=effects,
        shares=np.array([0.45, 0.1, 0.25, 0.2]),
        returns=np.array([0.01, np.nan, 0.06, 0.0]),
        bundle=1.5,
    )
    found = sj.conclusions(other, standard)["holds"]
    lost = {"signs_quality", "rank_quality", "bundle", "order_of_types", "self_blockers", "professionals"}
    assert set(found.index[~found]) == lost


def test_a_change_of_sign_within_the_error_is_none():
    standard, effects = judged(), judged().effects.copy()
    effects["quality"] = -effects["quality"]
    effects["quality_se"] = 1.0
    assert sj.same_signs(effects, standard.effects, "quality") == (0, 0)
    effects["quality_se"] = 0.001
    assert sj.same_signs(effects, standard.effects, "quality") == (0, len(FACTORS))


def test_groups_that_are_nearly_equal_may_change_places():
    standard = judged()
    near = judged(shares=np.array([0.23, 0.1, 0.22, 0.45]))
    assert sj.same_order(near, standard) == (5, 0)
    far = judged(shares=np.array([0.30, 0.1, 0.15, 0.45]))
    assert sj.same_order(far, standard) == (5, 1)


def test_a_small_variant_is_judged():
    found = sj.judged(LABORATORY, sr.Variant("tried", "size", sr.sized(6), week=2.0), companies=8, sample=64)
    assert found.shares.sum() == pytest.approx(1.0)
    assert isinstance(found.effects, pd.DataFrame)
    assert (found.effects["quality_se"] > 0.0).all()
    assert set(found.anchors) == {"quality_cut", "efficiency_cut", "cost_share"}
    # Solved again for the variant: professionals of its sample return what E19 says.
    assert found.returns[0] == pytest.approx(0.08, abs=1e-6)
