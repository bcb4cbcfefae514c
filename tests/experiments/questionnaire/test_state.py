"""From forms to a starting state: what comes back, what is averaged, what is withheld."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.questionnaire.items import ALL_ITEMS, ASKED_CONTEXT, FACTORS, PERSON
from experiments.questionnaire.state import FEWEST, SIDES, rated_states, seen_through
from sim import simulate
from sim.company import ATTRIBUTES
from sim.errors import BadInputError
from sim.organisation import attribute_bounds
from sim.parameters import parameters
from sim.perceptions import INFORMATION
from sim.perceptions import ITEMS as RATED
from sim.presets import preset
from tests.experiments.questionnaire.answering import answers, as_form, as_table, read, state

MARKETING = [f"M{k}" for k in range(FEWEST)]
SALES = [f"S{k}" for k in range(FEWEST + 1)]
ALL = {**dict.fromkeys(MARKETING, "marketing"), **dict.fromkeys(SALES, "sales")}
OTHER = {"marketing": "S0", "sales": "M0"}
EPSILON = 2e-4  # states are rounded to four decimals, twice


def company(tmp_path, **more):
    """Return the state of a company in which everybody fills in a form; ``more`` are answers by code."""
    forms = (answers(code, side, OTHER[side], **more.get(code, {})) for code, side in ALL.items())
    return state(read(tmp_path, *map(as_form, forms)))


# --- there and back -------------------------------------------------------------------------------------------------


def half_step(item: str) -> float:
    """Return how far a state may move when it is put on a question's scale and taken off again."""
    scale = ALL_ITEMS[item].scale
    return scale.step / (scale.high - scale.low) * abs(scale.state_high - scale.state_low) / 2.0 + EPSILON


@given(st.sampled_from([name for name, item in ALL_ITEMS.items() if item.scale is not None]), st.floats(0.0, 1.0))
def test_scales_are_there_and_back_within_half_a_step(name, share):
    scale = ALL_ITEMS[name].scale
    known = scale.state_low + (scale.state_high - scale.state_low) * share
    answer = scale.answer(known)
    assert scale.low <= answer <= scale.high
    assert abs(scale.state(answer) - known) <= half_step(name)
    assert scale.answer(scale.state(answer)) == pytest.approx(answer)


@pytest.mark.parametrize("item", PERSON, ids=lambda item: item.id)
def test_the_scales_on_people_reach_from_end_to_end_of_what_they_stand_for(item):
    assert (item.scale.state(item.scale.low), item.scale.state(item.scale.high)) == attribute_bounds(item.id)


shares = st.floats(0.0, 1.0)
middling = st.fixed_dictionaries({name: st.floats(0.15, 0.85) for name in ("market", "product", "skill", "analysis")})


@given(
    departments=st.fixed_dictionaries(dict.fromkeys(SIDES, middling)),
    factors=st.lists(shares, min_size=len(FACTORS), max_size=len(FACTORS)),
    surroundings=st.lists(shares, min_size=len(ASKED_CONTEXT), max_size=len(ASKED_CONTEXT)),
    people=st.lists(st.lists(shares, min_size=len(PERSON), max_size=len(PERSON)), min_size=len(ALL), max_size=len(ALL)),
    ties=st.lists(st.tuples(shares, shares), min_size=len(ALL), max_size=len(ALL)),
    table=st.booleans(),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_people_who_know_the_state_give_it_back(
    tmp_path_factory, departments, factors, surroundings, people, ties, table
):
    def on_scale(item, share):
        scale = ALL_ITEMS[item].scale
        return scale.answer(scale.state_low + (scale.state_high - scale.state_low) * share)

    told = {side: rated_states(side) @ np.array(list(states.values())) for side, states in departments.items()}
    given_answers, meant = [], {}
    for k, (code, side) in enumerate(ALL.items()):
        partner = SALES[k] if side == "marketing" else MARKETING[(k + 1) % len(MARKETING)]
        form = {"respondent": code, "department": side, "partner_1": partner}
        opposite = "sales" if side == "marketing" else "marketing"
        for whose, rated in (("own", side), ("other", opposite)):
            form |= {f"{whose}_{RATED[j]}": on_scale(f"own_{RATED[j]}", v) for j, v in enumerate(told[rated])}
        form |= {item.id: on_scale(item.id, v) for item, v in zip(FACTORS, factors, strict=True)}
        form |= {item.id: on_scale(item.id, v) for item, v in zip(ASKED_CONTEXT, surroundings, strict=True)}
        form |= {item.id: on_scale(item.id, v) for item, v in zip(PERSON, people[k], strict=True)}
        form |= {
            f"partner_1_{s}": on_scale(f"partner_1_{s}", v) for s, v in zip(("trust", "friction"), ties[k], strict=True)
        }
        meant.setdefault(frozenset((code, partner)), []).append(ties[k])
        given_answers.append(form)
    texts = [as_table(given_answers)] if table else [as_form(form) for form in given_answers]
    found = state(read(tmp_path_factory.mktemp("forms"), *texts))

    # Departments: half a step of every rating, as far as the least squares pass it on.
    step = half_step("own_customers")
    for side, states in departments.items():
        slack = np.abs(np.linalg.pinv(rated_states(side))).sum(axis=1) * step + EPSILON
        names = [f"market_knowledge_{side}", f"product_knowledge_{side}", f"skill_{side}"]
        back = [found.drawn_around["founding"][name] for name in names]
        back.append(found.drawn_around["outcome"][f"analysis_{side}"])
        tables = ["founding"] * 3 + ["outcome"]
        for name, table_name, value, truth, room in zip(
            [*names, f"analysis_{side}"], tables, back, states.values(), slack, strict=True
        ):
            declared = parameters()[table_name][name]
            assert abs(value - min(max(truth, declared.low), declared.high)) <= room
    # What the company is like.
    for item, truth in zip(FACTORS, factors, strict=True):
        assert abs(found.scenario.levers[item.about].intensity - truth) <= half_step(item.id)
    for item, share in zip(ASKED_CONTEXT, surroundings, strict=True):
        scale = item.scale
        truth = scale.state_low + (scale.state_high - scale.state_low) * share
        assert abs(found.context[item.id] - truth) <= half_step(item.id)
    # Each person, each tie.
    organisation = found.scenario.place()
    for k, code in enumerate(ALL):
        row = organisation.people[organisation.graph.names.index(code)]
        for item, share in zip(PERSON, people[k], strict=True):
            scale = item.scale
            truth = scale.state_low + (scale.state_high - scale.state_low) * share
            assert abs(row[ATTRIBUTES.index(item.id)] - truth) <= half_step(item.id)
    names = organisation.graph.names
    ends = zip(organisation.graph.tie_marketing, organisation.graph.tie_sales, strict=True)
    for (a, b), known in zip(ends, organisation.ties, strict=True):
        said = meant[frozenset((names[a], names[b]))]
        assert np.abs(known - np.mean(said, axis=0)).max() <= half_step("partner_1_trust")
    assert len(organisation.ties) == len(meant)


@pytest.mark.parametrize("side", SIDES)
def test_ratings_of_skill_and_knowledge_determine_the_states_behind_them(side):
    weights = rated_states(side)
    assert weights.shape == (INFORMATION.start, 4)
    assert np.linalg.matrix_rank(weights) == 4
    assert weights.sum(axis=1) == pytest.approx(np.ones(INFORMATION.start))  # each rating is a mean of states


def test_too_few_ratings_determine_nothing():
    known = dict.fromkeys(RATED, 0.5)
    assert seen_through(known, "sales")["social_skill"] == pytest.approx(0.5)
    assert seen_through({**known, "analytic": math.nan}, "sales")["analysis"] == pytest.approx(0.5)
    assert seen_through({**known, "analytic": math.nan, "method": math.nan}, "sales") == {}
    assert seen_through(dict.fromkeys(known, math.nan), "sales") == {}


# --- what is averaged, and what is withheld --------------------------------------------------------------------------


def test_too_few_answers_are_neither_shown_nor_used(tmp_path):
    """One marketer fewer than a number needs: whatever they say, the state is the same."""

    def said(value, level):
        open_question = {"own_customers": None, "factor_joint_planning": None, "meeting_culture": None, "status": None}
        more = {
            code: {"own_customers": value, "factor_joint_planning": level, "meeting_culture": level, "status": level}
            for code in MARKETING
        }
        return company(tmp_path, **{**more, "M0": open_question})

    low, high = said(0, 1), said(100, 5)
    for found in (low, high):
        own = found.images["marketing", "marketing", "customers"]
        assert math.isnan(own.value)
        assert own.count == FEWEST - 1
        assert math.isnan(found.factors["joint_planning", "marketing"].value)
        assert "status_marketing" not in found.drawn_around["founding"]
    assert low.drawn_around == high.drawn_around
    assert low.context == high.context
    assert low.scenario.levers == high.scenario.levers


def test_a_factor_that_too_few_know_stands_where_companies_have_it_on_average(tmp_path):
    found = company(tmp_path, **{code: {"factor_eye_level": None} for code in (MARKETING[0], *SALES[:2])})
    assert math.isnan(found.presence("eye_level"))
    assert found.scenario.levers["eye_level"].intensity == preset("own_organisation").adoption
    assert found.presence("joint_planning") == 0.5


def test_both_departments_count_the_same(tmp_path):
    found = company(tmp_path, **{code: {"factor_talk_first": 5, "other_customers": 100} for code in MARKETING})
    assert found.factors["talk_first", "marketing"].value == 1.0
    assert found.presence("talk_first") == pytest.approx((1.0 + 0.5) / 2.0)
    assert found.images["sales", "marketing", "customers"].value == 1.0
    assert found.images["sales", "sales", "customers"].value == 0.5


def test_a_tie_is_what_both_say_or_what_one_says(tmp_path):
    found = company(
        tmp_path,
        M0={"partner_1_trust": 5, "partner_1_friction": 1, "partner_1_kind": "team"},
        S0={"partner_1_trust": 2, "partner_1_friction": None},
        S1={"partner_1_trust": None, "partner_1_friction": None, "partner_1_kind": "team"},
    )
    organisation = found.scenario.place()
    names, ties = organisation.graph.names, {}
    for a, b, team, known in zip(
        organisation.graph.tie_marketing,
        organisation.graph.tie_sales,
        organisation.graph.team,
        organisation.ties,
        strict=True,
    ):
        ties[names[a], names[b]] = (team, *known)
    # One of them has to do with the other all the time, whatever the other says.
    assert ties["M0", "S0"] == (0.0, pytest.approx((1.0 + 0.25) / 2.0), 0.0)
    assert ties["M0", "S1"][0] == 1.0
    assert np.isnan(ties["M0", "S1"][1:]).all()


def test_without_enough_answers_on_ties_their_mean_is_not_pinned(tmp_path):
    assert {"founding_trust", "founding_friction"} <= set(company(tmp_path).context)
    silent = {code: {"partner_1_trust": None, "partner_1_friction": None} for code in list(ALL)[: -FEWEST + 1]}
    assert not {"founding_trust", "founding_friction"} & set(company(tmp_path, **silent).context)


def test_what_was_left_open_is_counted(tmp_path):
    found = company(tmp_path, M0={"own_customers": None, "status": 3}, M1={"factor_eye_level": None, "partner_2": "S9"})
    counts = {row.about: (row.answered, row.asked) for row in found.coverage}
    forms = len(ALL)
    assert counts["ratings"] == (22 * forms - 1, 22 * forms)
    assert counts["factors"] == (15 * forms - 1, 15 * forms)
    assert counts["status"] == (1, forms + 1)
    assert found.people.silent == ("S9",)
    ties = {("M0", "S0")} | {(m, "S0") for m in MARKETING} | {("M0", s) for s in SALES} | {("M1", "S9")}
    assert counts["ties"] == (len(ties) - 1, len(ties))


def test_forms_of_one_department_alone_make_no_organisation(tmp_path):
    with pytest.raises(BadInputError) as caught:
        state(read(tmp_path, as_form(answers("M1", "marketing", colleague_1="M2"))))
    assert caught.value.problem == "missing"


def test_the_state_is_where_a_simulation_starts(tmp_path):
    found = company(tmp_path)
    outcomes = simulate(found.scenario.changed(weeks=2), companies=3).outcomes
    assert np.isfinite(outcomes["trust"]).all()
