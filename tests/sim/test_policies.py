"""The levers: the study's 15 success factors and the intervention, what they move and cost, and levers of one's own."""

import math
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sim import BadInputError, Scenario, simulate
from sim.evidence.tables import STATEMENT_IDS
from sim.parameters import MECHANISMS, parameters
from sim.policies import ALL_POLICIES, POLICY_GROUPS, SUCCESS_FACTORS, Policy, by_id
from sim.policies.policy import POLICY_BOUNDS
from sim.rules import clip

# Order, numbers and evidence of the study (E20 to E34), and the intervention (E43).
STUDY = [
    (1, "mindset", "constructive_conflict", "E20"),
    (2, "mindset", "checks_and_balances", "E21"),
    (3, "mindset", "market_orientation", "E22"),
    (4, "people", "knowledge_parity", "E23"),
    (5, "people", "social_recruiting", "E24"),
    (6, "people", "job_rotation", "E25"),
    (7, "information", "talk_first", "E26"),
    (8, "information", "linked_systems", "E27"),
    (9, "information", "lean_reporting", "E28"),
    (10, "information", "information_push", "E29"),
    (11, "organisation", "eye_level", "E30"),
    (12, "organisation", "clear_processes", "E31"),
    (13, "organisation", "cross_functional_teams", "E32"),
    (14, "organisation", "joint_planning", "E33"),
    (15, "organisation", "shared_goals", "E34"),
    (16, "personality", "team_personality", "E43"),
]
LEVERS = by_id(ALL_POLICIES)
EVERY = [pytest.param(policy, id=policy.id) for policy in ALL_POLICIES]


# --- the study's levers -----------------------------------------------------------------------------------------------


def test_fifteen_factors_in_the_order_of_the_study_and_the_intervention() -> None:
    found = [(policy.number, policy.group, policy.id) for policy in ALL_POLICIES]
    assert found == [row[:3] for row in STUDY]
    assert ALL_POLICIES[:15] == SUCCESS_FACTORS
    assert list(dict.fromkeys(policy.group for policy in ALL_POLICIES)) == [g for g in POLICY_GROUPS if g != "own"]
    for *_, name, evidence in STUDY:
        assert evidence in LEVERS[name].evidence


@pytest.mark.parametrize("policy", EVERY)
def test_a_lever_is_declared_in_full(policy: Policy) -> None:
    texts = [policy.name("en"), policy.name("de"), policy.says("en"), policy.says("de")]
    assert len({*texts, *(text.strip() for text in texts)} - {""}) == 4
    for sentence in texts[2:]:
        assert sentence.endswith(".")
        assert ". " not in sentence, "one sentence"
    assert policy.evidence
    assert set(policy.evidence) <= set(STATEMENT_IDS)
    assert policy.running_cost > 0.0
    assert policy.one_off_cost > 0.0
    assert 10.0 <= policy.ramp <= 52.0, "about 20 weeks; systems take longer (MODEL, section 2)"
    assert policy.effects


def test_no_two_levers_say_the_same() -> None:
    for language in ("en", "de"):
        for said in ([p.name(language) for p in ALL_POLICIES], [p.says(language) for p in ALL_POLICIES]):
            assert len(set(said)) == len(ALL_POLICIES)


def test_every_mechanism_parameter_is_moved_by_a_lever() -> None:
    assert {name for policy in ALL_POLICIES for name in policy.effects} == set(MECHANISMS)


@pytest.mark.parametrize("policy", EVERY)
def test_at_full_intensity_an_effect_is_not_clipped_away(policy: Policy) -> None:
    declared = parameters()["mechanism"]
    for name, change in policy.effects.items():
        start = declared[name].default
        reached = clip(start + change, declared[name].low, declared[name].high)
        assert change != 0.0
        assert abs(reached - start) >= abs(change) / 2.0, name


def test_all_levers_together_still_move_every_parameter() -> None:
    for name, entry in parameters()["mechanism"].items():
        together = sum(policy.effects.get(name, 0.0) for policy in ALL_POLICIES)
        assert clip(entry.default + together, entry.low, entry.high) != entry.default, name


# --- what a lever does, by the evidence: the direction it is there for, and its downside ------------------------------


@pytest.mark.parametrize(
    ("lever", "name", "sign"),
    [
        ("constructive_conflict", "voice", 1),
        ("constructive_conflict", "depersonalisation", 1),
        ("checks_and_balances", "role_contrast", 1),
        ("market_orientation", "market_focus", 1),
        ("knowledge_parity", "training_hours", 1),
        ("social_recruiting", "marketing_hiring_bar", 1),
        ("job_rotation", "rotation_rate", 1),
        ("talk_first", "oral_share", 1),
        ("talk_first", "copies_per_mail", -1),
        ("linked_systems", "it_integration", 1),
        ("lean_reporting", "report_hours", -1),
        ("lean_reporting", "relevance", 1),
        ("information_push", "disclosure", 1),
        ("eye_level", "power_gap", -1),
        ("clear_processes", "clarity", 1),
        ("cross_functional_teams", "team_intensity", 1),
        ("cross_functional_teams", "team_support", 1),
        ("joint_planning", "joint_planning", 1),
        ("shared_goals", "shared_goals", 1),
        ("shared_goals", "goal_breakdown", 1),
        ("shared_goals", "goal_horizon", 1),
        ("team_personality", "motive_awareness", 1),
    ],
)
def test_direction_of_a_lever(lever: str, name: str, sign: int) -> None:
    assert sign * LEVERS[lever].effects[name] > 0.0


@pytest.mark.parametrize(
    ("lever", "name"),
    [
        ("joint_planning", "planning_hours"),  # E33: overplanning wastes effort
        ("clear_processes", "formality"),  # E31: not to be confused with bureaucracy
        ("information_push", "disclosure"),  # E28, E29: what is pushed and of no use fills the backlog; see the rules
        ("knowledge_parity", "training_hours"),  # E23: training takes hours
        ("job_rotation", "rotation_rate"),  # E25, E42: costs productivity and misfits motives; see the rules
        ("cross_functional_teams", "team_intensity"),  # E32: teams take hours, with support or without
        ("constructive_conflict", "voice"),  # E20: without face-saving it turns personal; see the rules
    ],
)
def test_a_downside_is_part_of_its_lever(lever: str, name: str) -> None:
    assert LEVERS[lever].effects[name] > 0.0


def test_goals_become_ambitious_and_not_utopian() -> None:
    start = parameters()["mechanism"]["goal_ambition"].default
    reached = start + LEVERS["shared_goals"].effects["goal_ambition"]
    assert abs(reached - 1.0) < abs(start - 1.0)


def test_what_two_levers_do_adds_up() -> None:
    # "report_hours" goes down with a lever of the study and up with one of our own.
    own = {"id": "more_reports", "en": "More reports", "de": "Mehr Berichte", "effects": {"report_hours": 0.4}}
    scenario = {"companies": 1, "weeks": 1, "paths": True}
    hours = {
        name: simulate(Scenario(levers=levers, policies=(own,)), **scenario).paths["report_hours"].item()
        for name, levers in {
            "none": {},
            "push": at_once("more_reports"),
            "prune": at_once("lean_reporting"),
            "both": {**at_once("more_reports"), **at_once("lean_reporting")},
        }.items()
    }
    assert hours["prune"] < hours["both"] < hours["none"] < hours["push"]
    assert hours["both"] - hours["prune"] == pytest.approx(hours["push"] - hours["none"])


def at_once(lever: str, intensity: float = 1.0) -> dict[str, Any]:
    return {lever: {"intensity": intensity, "ramp": 1}}


# --- levers of one's own ----------------------------------------------------------------------------------------------

TEN_LINES = """\
[levers]
joint_breakfast = 1.0
[[policies]]
id = "joint_breakfast"
en = "Breakfast together"
de = "Gemeinsames Frühstück"
effects = { oral_share = 0.2, motive_awareness = 0.1 }
running_cost = 0.01
one_off_cost = 0.02
ramp = 4
"""
OWN = tomllib.loads(TEN_LINES)["policies"][0]


def test_an_own_lever_in_ten_lines_works_like_any_other(tmp_path: Path) -> None:
    assert len(TEN_LINES.splitlines()) == 10
    file = tmp_path / "breakfast.toml"
    file.write_text(TEN_LINES, encoding="utf-8")
    scenario = Scenario.load(file)
    assert [policy.id for policy in scenario.all_policies()] == [*LEVERS, "joint_breakfast"]
    without = scenario.changed(name="without", levers={})
    found = simulate([scenario, without], companies=8, weeks=20).outcomes.set_index(["scenario", "company"])
    used, unused = found.loc["breakfast"], found.loc["without"]
    assert (used["understanding"] > unused["understanding"]).all()
    # In the last quarter it is in place: only running costs are left.
    assert used["lever_cost"].tolist() == pytest.approx([0.01] * 8)
    assert unused["lever_cost"].tolist() == [0.0] * 8


def test_an_own_lever_that_is_not_pulled_changes_nothing() -> None:
    plain, declared = Scenario(weeks=6), Scenario(weeks=6, policies=(OWN,))
    assert simulate(plain, companies=3).outcomes.equals(simulate(declared, companies=3).outcomes)


def test_an_own_lever_with_the_effects_of_the_studys_gives_the_same() -> None:
    factor = LEVERS["joint_planning"]
    twin = {
        **{"id": "twin", "en": "Twin", "de": "Zwilling", "effects": dict(factor.effects), "ramp": factor.ramp},
        **{"running_cost": factor.running_cost, "one_off_cost": factor.one_off_cost},
    }
    original = simulate(Scenario(weeks=20, levers={"joint_planning": 0.7}), companies=3).outcomes
    copy = simulate(Scenario(weeks=20, levers={"twin": 0.7}, policies=(twin,)), companies=3).outcomes
    assert original.equals(copy)


def declare(**changes: Any) -> Policy:
    return Policy(**{**OWN, **changes})


def test_an_own_lever_in_python() -> None:
    policy = Policy(id="own", en="Own", de="Eigener", effects={"voice": 0.1})
    assert (policy.number, policy.group, policy.evidence) == (0, "own", ())
    assert (policy.name("de"), policy.name("en"), policy.says("de")) == ("Eigener", "Own", "")


@pytest.mark.parametrize(("name", "nearest"), [("oral_shares", "oral_share"), ("Voice", "voice"), ("trust", None)])
def test_only_mechanism_parameters_can_be_moved(name: str, nearest: str | None) -> None:
    with pytest.raises(BadInputError) as caught:
        declare(effects={name: 0.1})
    error = caught.value
    assert (error.problem, error.key, error.value) == ("unknown", "policy.joint_breakfast.effects", name)
    assert nearest is None or error.nearest == nearest


@pytest.mark.parametrize(
    ("name", "change"), [("voice", 1.01), ("voice", -1.01), ("rotation_rate", 0.6), ("voice", math.nan)]
)
def test_an_effect_beyond_the_width_of_the_bounds_is_refused(name: str, change: float) -> None:
    with pytest.raises(BadInputError) as caught:
        declare(effects={name: change})
    assert (caught.value.problem, caught.value.key) == ("bounds", f"policy.joint_breakfast.effects.{name}")


@pytest.mark.parametrize("name", ["", "Own", "own lever", "own-lever", "früh", "own.lever", "own\n", "a/b", "²"])
def test_ids_that_cannot_be_keys_are_refused(name: str) -> None:
    with pytest.raises(BadInputError, match=r"policy\.id.*a-z, 0-9 and _"):
        declare(id=name)


@pytest.mark.parametrize("name", POLICY_BOUNDS)
def test_costs_and_ramps_out_of_bounds_are_refused(name: str) -> None:
    low, high = POLICY_BOUNDS[name]
    for value in (low, high):
        assert getattr(declare(**{name: value}), name) == value
    for value in (low - 0.1, high + 1.0, math.nan, math.inf):
        with pytest.raises(BadInputError, match=rf"policy\.joint_breakfast\.{name}"):
            declare(**{name: value})


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(BadInputError, match="did you mean 'people'"):
        declare(group="peoples")


def test_an_id_twice_is_refused() -> None:
    with pytest.raises(BadInputError, match="'joint_breakfast' occurs twice"):
        by_id((declare(), declare()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "joint_planning"}, "'joint_planning' occurs twice"),
        ({"id": "Breakfast"}, r"policies\.id"),
        ({"effects": {"oral_shares": 0.1}}, "did you mean 'oral_share'"),
        ({"effects": {"voice": 2.0}}, r"policies\.joint_breakfast\.effects\.voice.*-1 to 1"),
        ({"effects": {"voice": True}}, r"effects\.voice"),
        ({"effects": {"voice": math.nan}}, r"effects\.voice"),
        ({"ramp": 0}, r"policies\.joint_breakfast\.ramp.*1 to 520"),
        ({"cost": 1.0}, "unknown name 'cost'"),
    ],
)
def test_a_scenario_refuses_a_bad_own_lever_in_one_sentence(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInputError, match=message) as caught:
        Scenario(policies=({**OWN, **change},))
    assert "\n" not in str(caught.value)


def test_a_lever_that_nobody_declared_is_refused() -> None:
    with pytest.raises(BadInputError, match=r"levers\.joint_breakfest.*did you mean 'joint_breakfast'"):
        Scenario(policies=(OWN,), levers={"joint_breakfest": 1.0})
