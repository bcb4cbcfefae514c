"""Outcomes: formulas at values computed by hand, the four types, and over which weeks means are taken."""

import inspect
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim import Scenario, simulate
from sim import outcomes as oc
from sim.measures import MEASURES, PERSON_MEASURES
from sim.parameters import coefficients, measurement
from tests.sim.strategies import SHARES, numbers

Floats = NDArray[np.float64]
C = coefficients({"need_hours": 3.0})
# Everything that a calibration may change is set here.
M = measurement(
    {
        **{"quality_cut": 0.5, "efficiency_cut": 0.1, "face_gap": 0.5, "gap_scale": 3.0, "idle_result": 0.1},
        **{"revenue_alignment": 0.4, "alignment_reference": 0.5, "revenue_core": 0.5, "revenue_knowledge": 0.2},
        **{"price_softness": 0.1, "cost_share": 0.7, "openness_strangeness": 0.8, "window_weeks": 13.0},
    }
)


# --- the four types (E17) ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quality", "efficiency", "kind"),
    [
        (0.6, 0.2, "professional"),
        (0.6, 0.05, "overbureaucratic"),
        (0.4, 0.2, "contact_shy"),
        (0.4, 0.05, "self_blocking"),
        (0.5, 0.1, "professional"),  # on both cut-offs
        (np.nextafter(0.5, 0.0), 0.1, "contact_shy"),
        (0.5, np.nextafter(0.1, 0.0), "overbureaucratic"),
    ],
)
def test_types_by_cut_offs(quality: float, efficiency: float, kind: str) -> None:
    assert oc.TYPES[int(oc.coordination_type(quality, efficiency, M))] == kind


def test_types_of_many_companies_at_once() -> None:
    quality, efficiency = np.meshgrid([0.6, 0.4], [0.2, 0.05], indexing="ij")
    codes = oc.coordination_type(quality, efficiency, M)
    assert codes.tolist() == [[0, 1], [2, 3]]
    assert codes.dtype == np.int8


def test_cut_offs_are_absolute() -> None:
    # Everybody can be a professional: nothing is compared with the others (MODEL, section 5).
    assert oc.coordination_type(np.full(9, 0.9), np.full(9, 0.9), M).tolist() == [0] * 9


# --- cooperation quality and coordination efficiency (E16, E17) -------------------------------------------------------


def test_cooperation_quality_by_hand() -> None:
    # One face to the customer: half of it lost to a gap of 0.1 (a third of the way), half to goals (0.4 of the way).
    face = 1.0 - (0.5 * 0.3 + 0.5 * 0.4)
    assert oc.cooperation_quality(0.6, 0.1, 0.4, 0.5, M) == pytest.approx((0.6 + face + 0.5) / 3)
    assert oc.cooperation_quality(1.0, 0.0, 0.0, 1.0, M) == 1.0
    assert oc.cooperation_quality(0.0, 1.0, 1.0, 0.0, M) == 0.0
    # From a gap of a third on, there is no common face to lose.
    assert oc.cooperation_quality(0.6, 0.4, 0.4, 0.5, M) == oc.cooperation_quality(0.6, 0.9, 0.4, 0.5, M)


@given(SHARES, SHARES, SHARES, SHARES, SHARES)
def test_directions_of_cooperation_quality(
    alignment: float, gap: float, divergence: float, trust: float, more: float
) -> None:
    def quality(**changed: float) -> float:
        given = {"alignment": alignment, "gap": gap, "divergence": divergence, "trust": trust}
        return oc.cooperation_quality(**{**given, **changed}, m=M)

    assert 0.0 <= quality() <= 1.0
    assert quality(alignment=max(alignment, more)) >= quality() <= quality(trust=max(trust, more))
    assert quality(gap=max(gap, more)) <= quality() >= quality(divergence=max(divergence, more))


def test_coordination_efficiency_by_hand() -> None:
    # A result of 0.4 and 0.1 without coordinating, for 10 hours where 3 are needed on average.
    assert oc.coordination_efficiency(0.4, 10.0, 1.0, C, M) == pytest.approx(0.15)
    assert oc.coordination_efficiency(0.4, 5.0, 1.0, C, M) == pytest.approx(0.3), "half the effort, twice as efficient"
    # Who needs more may spend more.
    assert oc.coordination_efficiency(0.4, 12.0, 1.2, C, M) == pytest.approx(0.15)


# --- return on sales (E10, E19, E20) ----------------------------------------------------------------------------------


def test_revenue_by_hand() -> None:
    tuned = 1.0 + 0.4 * (1.2 * 0.75 - 0.5)
    assert oc.revenue(0.75, 1.2, 0.8, 0.5, M) == pytest.approx(tuned * 0.9 * 0.9)
    assert oc.revenue(0.5, 1.0, 1.0, 1.0, M) == 1.0, "base revenue"


def test_return_on_sales_by_hand() -> None:
    # Decisions of quality 0.4 give away 6% of the price; levers cost 2% of base revenue.
    assert oc.return_on_sales(1.0, 0.4, 2.0, M) == pytest.approx(1.0 - 0.72 / 0.94)
    assert oc.return_on_sales(1.0, 1.0, 0.0, M) == pytest.approx(0.3)


@given(SHARES, numbers(0.5, 1.5), SHARES, SHARES, SHARES)
def test_need_multiplies_alignment(alignment: float, need: float, core: float, knowledge: float, more: float) -> None:
    # E10: a division of labour that needs more coordination is not punished for it, it only gains by coordinating.
    here, there = (oc.revenue(alignment, n, core, knowledge, M) for n in (need, need + more))
    assert there >= here
    assert oc.revenue(0.0, need, core, knowledge, M) == oc.revenue(0.0, need + more, core, knowledge, M)


def test_no_return_looks_at_the_type() -> None:
    # E19 would be circular.
    for rule in (oc.revenue, oc.return_on_sales):
        assert not {"type", "quality", "efficiency"} & inspect.signature(rule).parameters.keys()
        assert not {"coordination_type", "quality_cut", "efficiency_cut"} & set(rule.__code__.co_names)
    base = Scenario(weeks=15)
    found = [
        simulate(base.changed(outcome={"quality_cut": cut, "efficiency_cut": cut}), companies=20).outcomes
        for cut in (0.0, 1.0)
    ]
    assert [set(frame["type"]) for frame in found] == [{"professional"}, {"self_blocking"}]
    assert found[0].drop(columns="type").equals(found[1].drop(columns="type"))


# --- openness to change (E15, E42) ------------------------------------------------------------------------------------


def test_openness_to_change_by_hand() -> None:
    assert oc.openness_to_change(0.5, 0.25, M) == pytest.approx(0.4)
    assert oc.openness_to_change(0.5, 0.0, M) == 0.5
    steep = M._replace(openness_strangeness=1.5)
    assert oc.openness_to_change(0.5, 1.0, steep) == 0.0


@given(SHARES, SHARES, SHARES)
def test_few_want_to_move_where_the_others_are_strange(regard: float, strange: float, more: float) -> None:
    assert 0.0 <= oc.openness_to_change(regard, strange, M) <= 1.0
    assert oc.openness_to_change(regard, max(strange, more), M) <= oc.openness_to_change(regard, strange, M)
    assert oc.openness_to_change(max(regard, more), strange, M) >= oc.openness_to_change(regard, strange, M)


# --- weeks and means --------------------------------------------------------------------------------------------------

MARKETING, SALES = 1, 3
LEVELS = {
    **{"alignment": 0.4, "trust": 0.5, "friction": 0.2, "understanding": 0.6, "disagreement": 0.5},
    **{"decision_quality": 0.7, "knowledge_gap": 0.1, "contact_hours": 2.0, "understanding_unlike": 0.5},
    **{"mandate": 0.3, "goal_divergence": 0.8, "demand": 1.0, "active_ties": 3.0, "lever_cost": 0.5},
    **{"report_hours": 2.0, "planning_hours": 1.0, "training_hours": 0.5, "rotation_hours": 0.25, "team_hours": 0.25},
}
STAFF = {
    "market_knowledge": (0.4, 0.6), "product_knowledge": (0.6, 0.4), "social_skill": (0.5, 0.7), "regard": (0.2, 0.6),
    "experience": (0.1, 0.1), "backlog": (4.0, 8.0), "reading_hours": (2.0, 1.0), "core_hours": (26.0, 30.0),
    "tie_hours": (8.0, 5.0), "strangeness": (0.3, 0.1), "escalations": (0.1, 0.2),
}  # fmt: skip


def measures(weeks: int, **changed: Any) -> dict[str, Floats]:
    """Measures of one company that stay the same from week to week, but for those given, shape (weeks, 1)."""
    given: dict[str, Any] = dict.fromkeys(MEASURES, 0.0) | LEVELS
    for name, (marketing, sales) in STAFF.items():
        given |= {f"{name}_marketing": marketing, f"{name}_sales": sales}
    given |= changed
    assert list(given) == list(MEASURES)
    return {name: np.broadcast_to(np.asarray(value, float), weeks).reshape(-1, 1) for name, value in given.items()}


def horizon(weeks: int, need: float = 1.0, **changed: Any) -> dict[str, float]:
    found = oc.horizon(measures(weeks, **changed), MARKETING, SALES, np.array([need]), C, M)
    assert all(values.shape == (1,) for values in found.values())
    return {name: values.item() for name, values in found.items()}


def test_the_measures_of_this_test_are_all_there_are() -> None:
    assert STAFF.keys() == set(PERSON_MEASURES)


def test_a_week_by_hand() -> None:
    found = {
        name: values.item() for name, values in oc.weekly(measures(1), MARKETING, SALES, np.array([1.2]), C, M).items()
    }
    assert tuple(found) == oc.WEEKLY
    # One in four is in marketing.
    assert found["regard"] == pytest.approx(0.5)
    assert found["strangeness"] == pytest.approx(0.15)
    assert found["escalations"] == pytest.approx(0.175)
    assert found["backlog"] == pytest.approx(7.0)
    assert found["market_knowledge"] == pytest.approx(0.55)
    # Contact and its waste 5.75, reading 1.25, reports 2, planning 1; training, rotation and teams are no coordination.
    assert found["coordination_hours"] == pytest.approx(10.0)
    assert found["customer_hours"] == 30.0
    assert found["coordination_efficiency"] == pytest.approx(0.5 * 3.6 / 10.0)
    assert found["cooperation_quality"] == pytest.approx((0.4 + 1.0 - (0.15 + 0.4) + 0.5) / 3)
    revenue = (1.0 + 0.4 * (1.2 * 0.4 - 0.5)) * (0.5 + 0.5 * 29 / 40) * (0.8 + 0.2 * 0.55)
    assert found["market_success"] == pytest.approx(revenue)
    assert found["return_on_sales"] == pytest.approx(1.0 - (0.7 + 0.005) / (revenue * (1.0 - 0.1 * 0.3)))
    assert found["openness_to_change"] == pytest.approx(0.5 * (1.0 - 0.8 * 0.15))


def test_outcomes_are_means_over_the_last_quarter() -> None:
    early, late = [0.9] * 27, [0.3] * 13
    found = horizon(40, alignment=early + late, trust=early + late, friction=early + late)
    assert tuple(found) == oc.OUTCOMES
    assert (found["alignment"], found["trust"], found["friction"]) == pytest.approx((0.3, 0.3, 0.3))
    assert found["decision_quality"] == pytest.approx(0.7)
    # A week before the window does not count, its first week does.
    assert horizon(40, trust=[1.0] * 27 + [0.5] * 13)["trust"] == pytest.approx(0.5)
    assert horizon(40, trust=[0.0] * 27 + [1.3] + [0.0] * 12)["trust"] == pytest.approx(0.1)


def test_a_shorter_horizon_is_used_in_full() -> None:
    assert horizon(4, trust=[0.1, 0.2, 0.3, 0.4])["trust"] == pytest.approx(0.25)
    assert horizon(1, trust=0.7)["trust"] == pytest.approx(0.7)


def test_the_mean_return_covers_the_whole_horizon() -> None:
    found = horizon(40, lever_cost=[10.0] * 20 + [0.0] * 20)
    dear, cheap = horizon(13, lever_cost=10.0), horizon(13, lever_cost=0.0)
    assert found["return_on_sales"] == pytest.approx(cheap["return_on_sales"])
    assert found["mean_return_on_sales"] == pytest.approx((dear["return_on_sales"] + cheap["return_on_sales"]) / 2)


def test_efficiency_is_the_mean_result_over_the_mean_effort() -> None:
    # Half of the weeks in 10 hours, half in 30: not the mean of two ratios.
    hours = {"tie_hours_marketing": [8.0, 28.0], "tie_hours_sales": [5.0, 25.0]}
    found = horizon(2, **hours, alignment=[0.2, 0.6])
    assert found["coordination_hours"] == pytest.approx(20.0)
    assert found["coordination_efficiency"] == pytest.approx(0.5 * 3.0 / 20.0)


def test_escalations_are_per_person_and_year() -> None:
    assert horizon(20)["escalations"] == pytest.approx(52 * 0.175)


def test_adaptation_counts_the_weeks_after_shocks() -> None:
    # Market knowledge is 0.55 throughout; alignment fails four weeks after demand stood 0.3 above its mean, less so
    # four weeks after 0.1.
    demand, alignment = [1.3, 1.1, 1.0, 0.9, 1.0, 1.0, 1.0, 1.0], [0.9, 0.9, 0.9, 0.9, 0.1, 0.5, 0.9, 0.9]
    found = horizon(8, demand=demand, alignment=alignment)
    assert found["adaptation_success"] == pytest.approx((0.3 * 0.325 + 0.1 * 0.525) / 0.4)
    assert horizon(4, demand=[0.9, 1.0, 0.8, 1.0])["adaptation_success"] == pytest.approx((0.55 + 0.4) / 2), "no shock"


@given(st.lists(SHARES, min_size=1, max_size=60), st.integers(1, 5))
def test_a_mean_does_not_depend_on_how_many_companies_there_are(values: list[float], lanes: int) -> None:
    weeks = np.array(values)
    alone = oc.mean_over_weeks(weeks[:, None])
    beside = oc.mean_over_weeks(np.column_stack([weeks, *np.ones((lanes, len(weeks)))]))
    assert beside[0] == alone[0]
    assert alone[0] == pytest.approx(weeks.mean())


# --- hours ------------------------------------------------------------------------------------------------------------


def test_hours_by_purpose_by_hand() -> None:
    found = {key: values.item() for key, values in oc.hours_by_purpose(measures(1), MARKETING, SALES).items()}
    assert list(found) == [(side, purpose) for side in ("marketing", "sales") for purpose in oc.PURPOSES]
    # Three ties of two hours each: six hours for the one marketer, two for each sales person.
    assert (found["marketing", "contact"], found["marketing", "waste"]) == (6.0, 2.0)
    assert (found["sales", "contact"], found["sales", "waste"]) == (2.0, 3.0)
    for side, total in (("marketing", 40.0), ("sales", 40.0)):
        assert sum(hours for (department, _), hours in found.items() if department == side) == pytest.approx(total)


def test_hours_by_purpose_sum_to_forty() -> None:
    levers = {"cross_functional_teams": 1.0, "job_rotation": 1.0, "knowledge_parity": 1.0}
    found = simulate(Scenario(levers=levers), companies=20, weeks=30, hours=True).hours
    totals = found.groupby(["company", "department"])["hours"].sum()
    assert len(totals) == 40
    assert totals.to_numpy() == pytest.approx(40.0)
    assert (found["hours"] > 0.0).all()
