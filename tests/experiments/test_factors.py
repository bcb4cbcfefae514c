"""Factors: what can be varied, between which bounds, and where a scenario lies in a design."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.plan import notation
from experiments.plan.baseline import present
from experiments.plan.factors import COMPANY, Factor, Range, expanded, factor
from experiments.plan.targets import TABLES, names
from sim import BadInputError, Scenario
from sim.parameters import parameters
from sim.policies import ALL_POLICIES, SUCCESS_FACTORS
from sim.scenario import CHANGES, MAX_WEEKS
from tests.sim.strategies import scenarios

PLAIN = (Scenario(),)
WEEKS = 90
OWN = {"id": "own_lever", "en": "Own", "de": "Eigener", "effects": {"voice": 0.4}, "ramp": 6.0}


def made(target: str, scenario: Scenario = PLAIN[0], **given: Any) -> Factor:
    return factor(target, Range(**given), [scenario], weeks=WEEKS)


def refusal(call: Callable[[], object], language: str = "en") -> str:
    with pytest.raises(BadInputError) as caught:
        call()
    return caught.value.render(language)


# --- bounds and values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", CHANGES.items(), ids=lambda group: group[0])
def test_numbers_of_the_model_go_between_their_own_bounds(group: tuple[str, str]) -> None:
    table, of = group
    for name, declared in parameters()[of].items():
        found = made(f"{table}.{name}")
        assert (found.low, found.high, found.values) == (declared.low, declared.high, ())
        assert (found.table, found.name, found.place) == (table, name, found.target)


@pytest.mark.parametrize(
    ("target", "low", "high", "values"),
    [
        ("levers.joint_planning", 0.0, 1.0, ()),
        ("levers.joint_planning.intensity", 0.0, 1.0, ()),
        ("levers.joint_planning.start", 0.0, WEEKS, ()),
        ("levers.joint_planning.ramp", 1.0, WEEKS, ()),
        ("context.meeting_culture", 0.0, 1.0, ()),
        ("context.turbulence", 0.1, 3.0, ()),
        ("company.division_type", 0.0, 2.0, (1, 2, 3)),
        ("company.structure", 0.0, 1.0, ("spread", "broker")),
        ("company.marketing", 0.0, 4999.0, tuple(range(1, 5001))),
        ("company.team_degree", 0.0, 50.0, ()),
        ("clash.week", 0.0, WEEKS - 1, tuple(range(WEEKS))),
        ("clash.share", 0.0, 1.0, ()),
    ],
)
def test_what_is_not_said_is_what_a_scenario_may_hold(
    target: str, low: float, high: float, values: tuple[Any, ...]
) -> None:
    found = made(target)
    assert (found.low, found.high, found.values) == (low, high, values)
    assert (found.space.low, found.space.high, found.space.levels) == (low, high, len(values))


def test_a_list_names_its_values_so_a_ramp_may_outlast_the_horizon() -> None:
    for listed, high in ((False, WEEKS), (True, MAX_WEEKS)):
        assert factor("levers.talk_first.ramp", Range(), PLAIN, weeks=WEEKS, by_points=listed).high == high
        assert factor("levers.talk_first.start", Range(), PLAIN, weeks=WEEKS, by_points=listed).high == WEEKS
    assert made("levers.talk_first.ramp", high=500).high == 500.0
    assert made("levers.talk_first.ramp", values=[1, 1040]).values == (1.0, 1040.0)


@pytest.mark.parametrize("weeks", [1, 2, MAX_WEEKS])
def test_weeks_lie_within_any_horizon(weeks: int) -> None:
    start = factor("levers.talk_first.start", Range(), PLAIN, weeks=weeks)
    assert (start.low, start.high) == (0.0, weeks)
    for how_far in (Range(), Range(low=0), Range(high=weeks - 1)):
        assert factor("clash.week", how_far, PLAIN, weeks=weeks).values == tuple(range(weeks))


def test_a_horizon_of_a_week_leaves_no_room_for_ramps_unless_they_outlast_it() -> None:
    target = "levers.talk_first.ramp"
    message = refusal(lambda: factor(target, Range(), PLAIN, weeks=1))
    assert message == f"key factors.{target}.high: a required value is missing; allowed: more than 1, at most 1040"
    assert factor(target, Range(high=5), PLAIN, weeks=1).high == 5.0


def test_everything_that_can_be_varied_is_known_to_a_scenario() -> None:
    for table in TABLES:
        for name in names(table, PLAIN):
            given = {"low": 1.0} if name == "interface_degree" else {}
            assert made(f"{table}.{name}", **given).name == name


def test_whole_numbers_come_one_by_one() -> None:
    found = made("company.marketing", low=3, high=6)
    assert found.values == (3, 4, 5, 6)
    assert all(type(value) is int for value in found.values)
    assert type(made("company.sales", values=[4.0, 8]).values[0]) is int
    assert made("company.sales", low=3.0, high=4).values == (3, 4)


def test_values_have_the_type_that_a_scenario_holds() -> None:
    assert made("company.division_type", values=[3, 1.0]).values == (3, 1)
    assert all(type(value) is int for value in made("company.division_type", values=[3, 1.0]).values)
    assert all(type(value) is float for value in made("parameters.voice", values=[0, 1]).values)


@pytest.mark.parametrize(
    ("target", "given", "key", "english", "german"),
    [
        ("voice", {}, "factors.voice", "did you mean 'parameters.voice'?", "gemeint ist vielleicht „parameters.voice“"),
        ("lever.talk_first", {}, "factors.lever.talk_first", "did you mean 'levers'?", "unbekannter Name „lever“"),
        ("levers", {}, "factors.levers", "allowed: checks_and_balances", "erlaubt: checks_and_balances"),
        ("levers.talk_frist", {}, "factors.levers.talk_frist", "did you mean 'talk_first'?", "„talk_first“"),
        ("levers.talk_first.begin", {}, "factors.levers.talk_first.begin", "intensity, ramp, start", "„begin“"),
        (
            "parameters.voice.start",
            {},
            "factors.parameters.voice.start",
            "parameters.voice",
            "„parameters.voice.start“",
        ),
        ("parameters.vioce", {}, "factors.parameters.vioce", "did you mean 'voice'?", "25 Namen"),
        ("company.industry", {}, "factors.company.industry", "division_type, interface_degree", "„industry“"),
        ("company.*", {}, "factors.company.*", "division_type, interface_degree", "unbekannter Name „*“"),
        ("parameters.voice", {"low": -1}, "factors.parameters.voice.low", "a number, 0 to 1", "eine Zahl, 0 bis 1"),
        ("parameters.voice", {"high": 1.5}, "factors.parameters.voice.high", "value 1.5", "Wert 1.5"),
        ("parameters.voice", {"low": 0.6, "high": 0.5}, "factors.parameters.voice.high", "0.6 to 1", "0.6 bis 1"),
        ("parameters.voice", {"low": 0.5, "high": 0.5}, "voice.high", "more than 0.5, at most 1", "mehr als 0.5"),
        ("parameters.voice", {"low": 1}, "factors.parameters.voice.low", "less than 1", "weniger als 1"),
        ("parameters.voice", {"values": [0, 7]}, "factors.parameters.voice.values", "value 7 is", "Wert 7 liegt"),
        ("parameters.voice", {"values": [0, "much"]}, "voice.values", "'much' has the wrong type", "„much“"),
        ("parameters.voice", {"values": [0.5, 0.5]}, "voice.values", "0.5 occurs twice", "0.5 kommt doppelt vor"),
        (
            "company.marketing",
            {"low": 2.5},
            "marketing.low",
            "a whole number, 1 to 5000",
            "eine ganze Zahl, 1 bis 5000",
        ),
        ("company.marketing", {"high": 2.5}, "marketing.high", "a whole number, 1 to 5000", "eine ganze Zahl"),
        ("company.marketing", {"values": [2.5]}, "marketing.values", "value 2.5 has the wrong type", "eine ganze Zahl"),
        ("company.division_type", {"values": [4]}, "division_type.values", "value 4 is not valid", "1, 2, 3"),
        ("company.division_type", {"low": 1}, "division_type", "values from 1, 2, 3", "values aus 1, 2, 3"),
        ("company.structure", {"values": ["brocker"]}, "structure.values", "did you mean 'broker'?", "spread, broker"),
        ("levers.talk_first.start", {"high": 91}, "talk_first.start.high", "a number, 0 to 90", "eine Zahl, 0 bis 90"),
        ("levers.talk_first.start", {"values": [0, 200]}, "start.values", "value 200 is out", "eine Zahl, 0 bis 90"),
        ("levers.talk_first.start", {"low": 90}, "talk_first.start.low", "less than 90", "weniger als 90"),
        ("levers.talk_first.ramp", {"low": 90}, "ramp.high", "more than 90, at most 1040", "ein Pflichtwert fehlt"),
        ("levers.talk_first.ramp", {"high": 1041}, "talk_first.ramp.high", "1 to 1040", "Wert 1041 liegt"),
        ("clash.week", {"high": 90}, "factors.clash.week.high", "a whole number, 0 to 89", "eine ganze Zahl, 0 bis 89"),
        ("clash.week", {"values": [3, 90]}, "factors.clash.week.values", "value 90 is out", "0 bis 89"),
        ("company.interface_degree", {}, "interface_degree.low", "more than 0, at most 50", "ein Pflichtwert fehlt"),
        ("company.interface_degree", {"low": 0}, "interface_degree.low", "value 0 is out of bounds", "mehr als 0"),
        ("company.interface_degree", {"values": [0]}, "interface_degree.values", "value 0 is out", "mehr als 0"),
    ],
)
def test_what_cannot_be_varied_is_refused(
    target: str, given: dict[str, Any], key: str, english: str, german: str
) -> None:
    for language, expected in (("en", english), ("de", german)):
        message = refusal(lambda: made(target, **given), language)
        assert key in message
        assert expected in message
        assert "\n" not in message


def test_too_many_values_are_refused() -> None:
    values = [k / 20_000 for k in range(10_001)]
    assert refusal(lambda: made("parameters.voice", values=values)) == (
        "key factors.parameters.voice.values: value 10001 is out of bounds; allowed: at most 10000"
    )


def test_a_lever_with_several_steps_is_not_varied() -> None:
    steps = {"steps": [{"intensity": 1.0}, {"intensity": 0.0, "start": 9}]}
    scenario = Scenario(name="up and down", levers={"talk_first": steps})
    assert "single step in scenario up and down" in refusal(lambda: made("levers.talk_first", scenario))
    assert "nur einem Schritt" in refusal(lambda: made("levers.talk_first.start", scenario), "de")


def test_an_own_lever_is_varied_where_all_scenarios_have_it() -> None:
    own = Scenario(policies=[OWN])
    assert factor("levers.own_lever.ramp", Range(), [own, own], weeks=WEEKS).field == "ramp"
    both = [own, Scenario()]
    assert "unknown name 'own_lever'" in refusal(lambda: factor("levers.own_lever", Range(), both, weeks=WEEKS))


def test_of_a_real_organisation_only_the_division_of_labour_is_varied() -> None:
    scenario = Scenario(company={"people": "people.csv", "ties": "ties.csv"})
    assert made("company.division_type", scenario).values == (1, 2, 3)
    for name in COMPANY[1:]:
        given = {"low": 2} if name.endswith("degree") else {}
        message = refusal(lambda name=name, given=given: made(f"company.{name}", scenario, **given))
        assert message.endswith("allowed: company.division_type")


# --- coordinates ------------------------------------------------------------------------------------------------------


def test_values_and_coordinates_lead_to_each_other() -> None:
    for found in (made("company.marketing", low=3, high=9), made("company.structure"), made("company.division_type")):
        for index, value in enumerate(found.values):
            assert found.value(float(index)) == value
            assert found.coordinate(value, key="k") == index
    voice = made("parameters.voice", low=0.2, high=0.4)
    assert voice.value(0.3) == voice.coordinate(0.3, key="k") == 0.3
    listed = made("parameters.voice", values=[0.9, 0.1])
    assert listed.numbers(np.array([1.0, 0.0, 1.0])).tolist() == [0.1, 0.9, 0.1]
    assert voice.numbers(np.array([0.25])).tolist() == [0.25]


@pytest.mark.parametrize(
    ("target", "given", "value", "expected"),
    [
        (
            "parameters.voice",
            {"low": 0.2, "high": 0.4},
            0.5,
            "value 0.5 is out of bounds; allowed: a number, 0.2 to 0.4",
        ),
        ("parameters.voice", {}, "a", "value 'a' has the wrong type; allowed: a number, 0 to 1"),
        ("parameters.voice", {}, True, "value true has the wrong type"),
        ("parameters.voice", {"values": [0.1, 1]}, 0.5, "value 0.5 is not valid; allowed: 0.1, 1"),
        ("company.marketing", {}, 2.5, "value 2.5 is not valid; allowed: 1, 2, 3, …, 5000"),
        ("company.structure", {}, "brokr", "allowed: spread, broker; did you mean 'broker'?"),
    ],
)
def test_a_value_that_is_none_has_no_coordinate(target: str, given: dict[str, Any], value: Any, expected: str) -> None:
    message = refusal(lambda: made(target, **given).coordinate(value, key="design.points[3]"))
    assert message.startswith("key design.points[3]: ")
    assert expected in message


# --- where a scenario is ----------------------------------------------------------------------------------------------

USED = Scenario(
    policies=[OWN],
    levers={
        "talk_first": 0.4,
        "eye_level": {"intensity": 0.7, "start": 26, "ramp": 8},
        "own_lever": {"steps": [{"intensity": 0.3, "start": 2}]},
    },
    parameters={"voice": 0.9},
    coefficients={"need_hours": 2.0},
    founding={"turnover": 0.3},
    outcome={"quality_cut": 0.5},
    context={"turbulence": 2.0},
    company={"marketing": 7, "division_type": 2, "structure": "broker", "team_degree": 0.5},
    clash={"week": 9, "share": 0.2},
)


def default(group: str, name: str) -> float:
    return parameters()[group][name].default


@pytest.mark.parametrize(
    ("target", "plain", "used"),
    [
        ("levers.talk_first", 0.0, 0.4),
        ("levers.eye_level.intensity", 0.0, 0.7),
        ("levers.eye_level.start", 0.0, 26.0),
        ("levers.eye_level.ramp", next(p.ramp for p in ALL_POLICIES if p.id == "eye_level"), 8.0),
        ("levers.talk_first.ramp", *[next(p.ramp for p in ALL_POLICIES if p.id == "talk_first")] * 2),
        ("parameters.voice", default("mechanism", "voice"), 0.9),
        ("coefficients.need_hours", default("coefficient", "need_hours"), 2.0),
        ("founding.turnover", default("founding", "turnover"), 0.3),
        ("outcome.quality_cut", default("outcome", "quality_cut"), 0.5),
        ("context.turbulence", None, 2.0),
        ("context.meeting_culture", None, None),
        ("company.division_type", 1, 2),
        ("company.marketing", Scenario().place().marketing, 7),
        ("company.sales", Scenario().place().sales, Scenario().place().sales),
        ("company.structure", "spread", "broker"),
        ("company.team_degree", 1.0, 0.5),
        ("clash.week", None, 9),
        ("clash.share", None, 0.2),
    ],
)
def test_what_a_scenario_has_at_present(target: str, plain: object, used: object) -> None:
    assert present(made(target), Scenario()) == plain
    assert present(made(target, USED), USED) == used


def test_the_present_of_own_levers_and_own_organisations() -> None:
    for field, expected in (("intensity", 0.3), ("start", 2.0), ("ramp", 6.0)):
        assert present(made(f"levers.own_lever.{field}", USED), USED) == expected
    ours = Scenario(company={"people": "people.csv", "ties": "ties.csv", "division_type": 3})
    assert present(made("company.division_type", ours), ours) == 3


@given(scenarios(), st.data())
def test_the_present_of_any_scenario_lies_in_the_space(scenario: Scenario, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(["levers", *CHANGES, "context", "company"]))
    name = data.draw(st.sampled_from(names(table, [scenario])))
    if table == "levers" and name in scenario.levers and len(scenario.levers[name].schedule()) > 1:
        return
    found = made(f"{table}.{name}", scenario, **({"low": 0.05} if name == "interface_degree" else {}))
    value = present(found, scenario)
    if value is None:
        assert getattr(scenario.context, name) is None
        return
    assert found.value(found.coordinate(value, key="k")) == value
    held = getattr(scenario, table)
    if table in CHANGES:
        assert value == held.get(name, parameters()[CHANGES[table]][name].default)
    elif table == "levers":
        assert value == (held[name].schedule()[0].intensity if name in held else 0.0)
    elif getattr(held, name) is not None:
        assert value == getattr(held, name)


# --- stars ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", CHANGES)
def test_a_star_stands_for_all_numbers_of_a_table(table: str) -> None:
    found = expanded({f"{table}.*": Range()}, PLAIN)
    assert [target for target, _, _ in found] == [f"{table}.{name}" for name in parameters()[CHANGES[table]]]
    for target, how_far, key in found:
        declared = parameters()[CHANGES[table]][target.split(".")[1]]
        made_of = factor(target, how_far, PLAIN, weeks=WEEKS, key=key)
        assert (made_of.low, made_of.high) == (declared.low, declared.high)


def test_a_star_stands_for_the_intensities_of_all_levers() -> None:
    found = [target for target, _, _ in expanded({"levers.*": Range(high=0.5)}, PLAIN)]
    assert found == [f"levers.{policy.id}" for policy in ALL_POLICIES]
    assert len(found) == len(SUCCESS_FACTORS) + 1
    own = Scenario(policies=[OWN])
    assert expanded({"levers.*": Range()}, [own])[-1][0] == "levers.own_lever"
    assert [target for target, _, _ in expanded({"levers.*": Range()}, [own, *PLAIN])] == found
    assert {given.high for _, given, _ in expanded({"levers.*": Range(high=0.5)}, PLAIN)} == {0.5}


def test_what_is_named_itself_wins_over_a_star() -> None:
    fixed, half = Range(values=[1.0]), Range(high=0.5)
    for explicit in ("levers.talk_first", "levers.talk_first.intensity"):
        for both in ({"levers.*": half, explicit: fixed}, {explicit: fixed, "levers.*": half}):
            found = {target: how_far for target, how_far, _ in expanded(both, PLAIN)}
            assert len(found) == 16
            assert found.pop(explicit) == fixed
            assert all(how_far == half for how_far in found.values())
    # When a lever starts is another matter than how strong it is.
    started = expanded({"levers.*": half, "levers.talk_first.start": Range()}, PLAIN)
    assert [target for target, _, _ in started if "talk_first" in target] == [
        "levers.talk_first",
        "levers.talk_first.start",
    ]


def test_a_star_takes_the_place_where_it_stands() -> None:
    found = [
        t for t, _, _ in expanded({"parameters.voice": Range(), "context.*": Range(), "clash.week": Range()}, PLAIN)
    ]
    assert found[0] == "parameters.voice"
    assert found[1:5] == [f"context.{name}" for name in names("context", PLAIN)]
    assert found[5:] == ["clash.week"]


def test_bounds_of_a_star_are_refused_where_units_differ() -> None:
    message = refusal(lambda: expanded({"coefficients.*": Range(low=0.0, high=1.0)}, PLAIN))
    assert message == (
        "key factors.coefficients.*: value 'low, high' is not valid; allowed: {}, as each has its own bounds"
    )
    message = refusal(lambda: expanded({"context.*": Range(values=[0.5])}, PLAIN), "de")
    assert message.endswith("erlaubt: {}, denn jeder hat eigene Grenzen")


def test_a_stars_bounds_are_complained_about_where_they_stand() -> None:
    ((target, given, key), *_) = expanded({"levers.*": Range(high=3.0)}, PLAIN)
    assert refusal(lambda: factor(target, given, PLAIN, weeks=WEEKS, key=key)).startswith(
        "key factors.levers.*.high: value 3 is out"
    )


# --- notation ---------------------------------------------------------------------------------------------------------


def test_tables_inside_tables_are_names_with_dots() -> None:
    given = {
        "levers": {"talk_first": {"low": 0.1, "start": {"high": 9}}, "eye_level": {}, "joint_planning": Range()},
        "parameters.voice": {"values": [0, 1]},
        "coefficients": {"need_hours": {"hihg": 3}},
    }
    assert notation.ranges(given) == {
        "levers.talk_first": {"low": 0.1},
        "levers.talk_first.start": {"high": 9},
        "levers.eye_level": {},
        "levers.joint_planning": Range(),
        "parameters.voice": {"values": [0, 1]},
        "coefficients.need_hours": {"hihg": 3},
    }
    assert notation.ranges([1]) == [1]
    row = notation.row(
        {"levers": {"talk_first": {"intensity": 1, "start": 3.5}}, "company.structure": "broker"}, key=""
    )
    assert row == {"levers.talk_first.intensity": 1.0, "levers.talk_first.start": 3.5, "company.structure": "broker"}


def test_the_same_name_in_two_notations_is_one_too_many() -> None:
    both = {"levers.talk_first": {}, "levers": {"talk_first": {}}}
    assert refusal(lambda: notation.ranges(both)) == "key factors: 'levers.talk_first' occurs twice"
    row = {"parameters.voice": 0.1, "parameters": {"voice": 0.2}}
    assert "doppelt" in refusal(lambda: notation.row(row, key="design.points[1]"), "de")


@pytest.mark.parametrize("value", [True, None, [1], {}, float("nan"), float("inf"), 10**400])
def test_a_value_is_a_finite_number_or_a_name(value: object) -> None:
    message = refusal(lambda: notation.row({"parameters.voice": value}, key="design.points[1]"))
    assert message.startswith("key design.points[1].parameters.voice: value ")
    assert "number" in message


def test_places_count_from_one() -> None:
    assert notation.place(("scenarios", 0, "levers")) == "scenarios[1].levers"
    assert notation.place(("design", "points", 4)) == "design.points[5]"
    assert notation.place(()) == ""
