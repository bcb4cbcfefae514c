"""Why did it change: shares that add up, of known games and of scenarios, and chains that say what the runs show."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest

from analysis.explanation import (
    DIRECT,
    EXPLAINABLE,
    MECHANISMS,
    OTHER,
    ExplanationFindings,
    Runs,
    Split,
    explain,
    in_unit,
    split_levers,
    split_mechanisms,
)
from analysis.explanation.levers import _shares, _walks
from analysis.explanation.measured import FURTHER, ON_THE_WAY
from analysis.explanation.players import Players
from analysis.explanation.rules_told import GATES, MODEL, RULES
from analysis.explanation.words import measure_change, mechanism_name, other_name, parameter_change
from analysis.stats.intervals import difference_limits
from sim import Scenario, simulate
from sim.errors import BadInputError
from sim.evidence import statement
from sim.lanes import CancelledError
from sim.outcomes import OUTCOMES
from sim.parameters import MECHANISMS as PARAMETERS
from sim.presets import preset

WEEKS = 40
BEFORE = Scenario(weeks=WEEKS, name="before", levers={"eye_level": 0.4})
AFTER = Scenario(
    weeks=WEEKS,
    name="after",
    levers={
        "eye_level": 0.4,
        "talk_first": 1.0,
        "constructive_conflict": {"intensity": 0.7, "start": 3},
        "cross_functional_teams": 0.5,
    },
    parameters={"voice": 0.35},
    coefficients={"avoidance": 0.5},
    context={"meeting_culture": 0.8},
)
LEVERS = ("constructive_conflict", "talk_first", "cross_functional_teams")
OWN = {
    "id": "own",
    "en": "Own",
    "de": "Eigen",
    "effects": {"oral_share": 0.3},
    "running_cost": 0.5,
    "one_off_cost": 0.0,
    "ramp": 4.0,
}
COSTLY = {**OWN, "effects": {}}
WANTED = ("return_on_sales", "cooperation_quality", "mean_return_on_sales", "professional", "backlog", "contact_hours")


def runs(companies: int = 6, **changes: Any) -> Runs:
    return Runs(companies, threads=1, **changes)


def plain(scenario: Scenario, companies: int = 6) -> dict[str, np.ndarray]:
    """Return outcomes as the front door gives them."""
    frame = simulate(scenario, companies=companies, seed=1).outcomes
    found = {name: frame[name].to_numpy() for name in OUTCOMES}
    return found | {"professional": (frame["type"] == "professional").to_numpy(dtype=float)}


# --- what differs -----------------------------------------------------------------------------------------------------


def test_players_are_the_levers_that_differ_and_all_the_rest() -> None:
    assert Players.of(BEFORE, AFTER).names == (*LEVERS, OTHER)
    assert Players.of(AFTER, AFTER.changed(name="another name")).names == ()
    assert Players.of(BEFORE, BEFORE.changed(clash={"week": 3})).names == (OTHER,)
    unused = {"talk_first": 0.0, "joint_planning": {"steps": [{"intensity": 0.0, "start": 5}]}}
    assert Players.of(BEFORE, BEFORE.changed(levers={"eye_level": 0.4, **unused})).names == ()
    default = simulate(BEFORE, companies=1).weeks  # a default written out is no difference
    assert Players.of(BEFORE, BEFORE.changed(weeks=default, coefficients={})).names == ()
    with_own = BEFORE.changed(levers={"eye_level": 0.4, "own": 1.0}, policies=[OWN])
    assert Players.of(BEFORE, with_own).names == ("own",)
    assert Players.of(with_own, with_own.changed(policies=[COSTLY])).names == (OTHER,)


@pytest.mark.parametrize("other", [{"weeks": 30}, {"company": {"sales": 4}}], ids=["weeks", "company"])
def test_other_companies_or_weeks_are_refused(other: dict[str, Any]) -> None:
    for split in (split_levers, split_mechanisms):
        with pytest.raises(BadInputError):
            split(BEFORE, AFTER.changed(**other), runs(), WANTED)


# --- levers -----------------------------------------------------------------------------------------------------------


def test_levers_are_shared_out_as_all_orders_of_exchanging_them_say() -> None:
    found = split_levers(BEFORE, AFTER, runs(), WANTED)
    assert found.players == (*LEVERS, OTHER)
    rest = {"parameters": AFTER.parameters, "coefficients": AFTER.coefficients, "context": AFTER.context.model_dump()}

    def value(of_after: frozenset[str]) -> dict[str, np.ndarray]:
        levers = {"eye_level": 0.4, **{name: AFTER.levers[name] for name in LEVERS if name in of_after}}
        return plain(BEFORE.changed(levers=levers, **(rest if OTHER in of_after else {})))

    known = {}
    expected = dict.fromkeys(found.players, 0.0)
    orders = list(permutations(found.players))
    for order in orders:
        for k, player in enumerate(order):
            for coalition in (frozenset(order[:k]), frozenset(order[: k + 1])):
                if coalition not in known:
                    known[coalition] = value(coalition)
            gain = known[frozenset(order[: k + 1])]["return_on_sales"] - known[frozenset(order[:k])]["return_on_sales"]
            expected[player] = expected[player] + gain / len(orders)
    assert np.abs(found.shares["return_on_sales"] - np.column_stack(list(expected.values()))).max() < 1e-12
    for name in set(WANTED) - {*FURTHER}:
        assert found.before[name].tolist() == known[frozenset()][name].tolist()
        assert found.after[name].tolist() == known[frozenset(found.players)][name].tolist()


@pytest.mark.parametrize("most", [1024, 4], ids=["all orders", "sampled orders"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE, AFTER),
        (AFTER, BEFORE),
        (BEFORE, BEFORE),
        (BEFORE.changed(levers={"own": 1.0}, policies=[OWN]), AFTER.changed(levers={"own": 0.5}, policies=[COSTLY])),
    ],
    ids=["on", "off", "the same", "own levers that mean two things"],
)
def test_shares_add_up_company_by_company(before: Scenario, after: Scenario, most: int) -> None:
    found = split_levers(before, after, runs(4), WANTED, most_settings=most)
    assert (found.orders > 0) == (most == 4 and len(found.players) > 2)
    one, other = plain(before, 4), plain(after, 4)
    for name in WANTED:
        difference = found.after[name] - found.before[name]
        assert np.abs(found.shares[name].sum(axis=1) - difference).max() < 1e-12
        if name in one:
            assert found.before[name].tolist() == one[name].tolist()
            assert found.after[name].tolist() == other[name].tolist()


def test_sampled_orders_come_near_all_of_them() -> None:
    every = split_levers(BEFORE, AFTER, runs(), WANTED)
    some = split_levers(BEFORE, AFTER, runs(), WANTED, most_settings=14)
    for name in ("return_on_sales", "cooperation_quality"):
        exact, near = every.shares[name].mean(axis=0), some.shares[name].mean(axis=0)
        assert np.abs(near - exact).max() < 0.1 * np.abs(exact).max()
        assert (some.spread[name] >= 0.0).all()
        assert not every.spread[name].any()


def test_every_player_takes_every_place_equally_often_and_rotations_share_their_coalitions() -> None:
    n = 7
    walks = _walks(np.random.default_rng(1).permutation(n))
    came = np.argmax(np.diff(walks.astype(int), axis=1), axis=2)
    for place in range(n):
        assert np.bincount(came[:, place], minlength=n).tolist() == [2] * n
    assert len(np.unique(walks.reshape(-1, n), axis=0)) == n * (n - 1) + 2


def test_sampled_shares_of_a_game_without_interactions_are_exact() -> None:
    n, worth = 6, np.array([[3.0, 0.0, -1.0, 2.5, 0.25, 7.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    walks = _walks(np.random.default_rng(2).permutation(n))
    coalitions, where = np.unique(walks.reshape(-1, n), axis=0, return_inverse=True)
    came = np.argmax(np.diff(walks.astype(int), axis=1), axis=2)
    found = _shares(worth @ coalitions.T, where.reshape(walks.shape[:2]), came)
    assert found == pytest.approx(worth)


# --- mechanisms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), [(BEFORE, AFTER), (AFTER, BEFORE)], ids=["on", "off"])
def test_mechanisms_add_up_company_by_company(before: Scenario, after: Scenario) -> None:
    found = split_mechanisms(before, after, runs(4), WANTED)
    assert found.players == (*MECHANISMS, DIRECT)
    one, other = plain(before, 4), plain(after, 4)
    for name in WANTED:
        difference = found.after[name] - found.before[name]
        assert np.abs(found.shares[name].sum(axis=1) - difference).max() < 1e-12
        if name in one:
            assert found.before[name].tolist() == one[name].tolist()
            assert found.after[name].tolist() == other[name].tolist()
    assert np.abs(found.shares["return_on_sales"]).max() > 0.0
    # The price decides on returns, and on nothing else.
    price = found.players.index("price")
    assert found.shares["mean_return_on_sales"][:, price].all()
    assert not found.shares["cooperation_quality"][:, price].any()


def test_nothing_differs_between_a_scenario_and_itself() -> None:
    found = split_mechanisms(AFTER, AFTER.changed(name="again"), runs(3), WANTED)
    for name in WANTED:
        assert not found.shares[name].any()


def test_what_only_costs_works_directly() -> None:
    after = BEFORE.changed(levers={"eye_level": 0.4, "own": 1.0}, policies=[COSTLY])
    found = split_mechanisms(BEFORE, after, runs(3), ("return_on_sales", "trust"))
    direct = found.players.index(DIRECT)
    assert (found.shares["return_on_sales"][:, direct] < 0.0).all()
    assert not np.delete(found.shares["return_on_sales"], direct, axis=1).any()
    assert not found.shares["trust"].any()


def test_what_training_teaches_is_knowledge_and_the_hours_it_takes_are_time() -> None:
    after = BEFORE.changed(levers={"eye_level": 0.4, "knowledge_parity": 1.0})
    found = split_mechanisms(BEFORE, after, runs(4), ("market_knowledge", "customer_hours"))
    mean = {name: dict(zip(found.players, found.shares[name].mean(axis=0), strict=True)) for name in found.shares}
    knowledge, hours = mean["market_knowledge"], mean["customer_hours"]
    assert max(knowledge, key=lambda name: knowledge[name]) == "knowledge"
    assert min(hours, key=lambda name: hours[name]) == "time"
    # People know what they know and hours are hours: nothing is left of either with both held.
    assert knowledge[DIRECT] == hours[DIRECT] == 0.0


# --- the report -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report() -> ExplanationFindings:
    tower = preset("ivory_tower").scenario("en").changed(levers={})
    levers = {"talk_first": 1.0, "constructive_conflict": 0.7, "joint_planning": 0.8, "knowledge_parity": 0.6}
    told: list[float] = []
    found = explain(tower, tower.changed(levers=levers), companies=24, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    return found


def test_frames_add_up_to_the_total(report: ExplanationFindings) -> None:
    assert report.exact
    for frame, players in ((report.levers, 4), (report.mechanisms, len(MECHANISMS) + 1)):
        assert len(frame) == players * len(report.outcomes)
        summed = frame.groupby("outcome")["share"].sum()
        for outcome, row in report.total.iterrows():
            assert summed[outcome] == pytest.approx(row["difference"], abs=1e-12)
            assert row["after"] - row["before"] == pytest.approx(row["difference"], abs=1e-12)
        assert ((frame["low"] <= frame["share"]) & (frame["share"] <= frame["high"])).all()
        assert (frame["clear"] == ((frame["low"] > 1e-12) | (frame["high"] < -1e-12))).all()


def test_no_part_of_a_share_is_beyond_what_is_possible() -> None:
    before, after = np.zeros(10), np.array([0.0] + 9 * [1.0])
    shares, none = {"professional": np.column_stack([after, -after])}, {"professional": np.zeros(2)}
    found = Split(("one", "other"), shares, {"professional": before}, {"professional": after}, none)
    frame = found.frame(("professional",), name="lever")
    assert (frame["low"].min(), frame["high"].max()) == (-1.0, 1.0)
    row = found.total(("professional",)).loc["professional"]
    assert tuple(row[["difference", "low", "high"]]) == pytest.approx(difference_limits(after, before))


@pytest.mark.parametrize("outcome", ["return_on_sales", "cooperation_quality", "coordination_efficiency"])
def test_chains_say_what_the_runs_show(report: ExplanationFindings, outcome: str) -> None:
    found = report.chain("en", outcome)
    assert found
    rules = {(rule.cause, rule.effect): rule for rule in RULES}
    shares = {"lever": report.lever_split, "mechanism": report.mechanism_split}
    for number in range(found[-1].chain + 1):
        chain = [link for link in found if link.chain == number]
        assert chain[0].cause == chain[0].lever
        assert chain[-1].effect == outcome
        for one, other in pairwise(chain):
            assert (one.effect, one.effect_text) == (other.cause, other.cause_text)
        before = 0.0
        for link in chain:
            assert link.low <= link.change <= link.high
            assert link.low > 0.0 or link.high < 0.0
            if (link.cause, link.effect) in rules:
                rule = rules[link.cause, link.effect]
                assert link.evidence == rule.evidence
                assert link.change * before * rule.sign >= 0.0
                split = shares[link.share_of]
                player = split.players.index(link.lever if link.share_of == "lever" else link.mechanism)
                assert link.change == pytest.approx(split.shares[link.effect][:, player].mean(), rel=1e-12)
            assert link.support == ("evidence" if link.evidence and MODEL not in link.evidence else "assumption")
            assert link.text == f"{link.cause_text} → {link.effect_text}"
            before = link.change
    # The chain of the issue: talking leaves less unread, which is understood better, and so on to the outcome.
    talked = [link.effect for link in found if (link.lever, link.mechanism) == ("talk_first", "understanding")]
    assert talked[:4] == ["oral_share", "backlog", "understanding", "alignment"]


def test_of_several_gates_the_one_is_told_that_moves_most() -> None:
    tower = preset("ivory_tower").scenario("en")
    # Talking spares hours of coordination, which sales spend on customers; that more is met is next to nothing.
    found = explain(tower, tower.changed(levers={**tower.levers, "talk_first": 1.0}), companies=12)
    time = [link.effect for link in found.chain("en", "return_on_sales") if link.mechanism == "time"]
    assert time[-4:] == ["coordination_hours", "customer_hours", "market_success", "return_on_sales"]
    assert "contact_hours" not in time


def test_chains_are_the_same_in_both_languages(report: ExplanationFindings) -> None:
    english, german = report.chain("en"), report.chain("de")
    assert [(link.cause, link.effect, link.change) for link in english] == [
        (link.cause, link.effect, link.change) for link in german
    ]
    assert {link.cause_text for link in english} & {"Talk before writing", "Joint planning"}
    assert {link.cause_text for link in german} & {"Reden vor Schreiben", "Gemeinsame Planung"}
    assert all(link.effect_text not in {other.effect_text for other in german} for link in english)


def test_where_nothing_changes_there_is_no_chain() -> None:
    found = explain(BEFORE, BEFORE.changed(name="again"), companies=3, outcomes=["trust"])
    assert found.chain("en") == []
    assert found.levers.empty
    assert not found.mechanisms["clear"].any()
    assert found.total.loc["trust", "difference"] == 0.0


def test_a_single_company_has_shares_but_no_interval() -> None:
    found = explain(BEFORE, AFTER, companies=1, outcomes=["trust"])
    assert found.mechanisms["low"].isna().all()
    assert not found.mechanisms["clear"].any()
    assert found.chain("en")


@pytest.mark.parametrize("patience", [0, 3])
def test_who_no_longer_waits_is_left_alone(patience: int) -> None:
    asked = iter(range(1000))
    with pytest.raises(CancelledError):
        explain(BEFORE, AFTER, companies=40, cancelled=lambda: next(asked) >= patience)


def test_an_outcome_that_is_none_is_refused() -> None:
    with pytest.raises(BadInputError) as refused:
        explain(BEFORE, AFTER, companies=1, outcomes=["return_on_sale"])
    assert refused.value.nearest == "return_on_sales"


# --- words and rules --------------------------------------------------------------------------------------------------


def test_rules_name_what_there_is_and_evidence_that_exists() -> None:
    assert len({(rule.cause, rule.effect) for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.cause in PARAMETERS or rule.cause in ON_THE_WAY
        assert rule.effect in ON_THE_WAY or rule.effect in EXPLAINABLE
        assert rule.sign in (-1, 0, 1)
        for source in rule.evidence:
            assert source == MODEL or statement(source).id == source
    assert list(GATES) == [*MECHANISMS, DIRECT]


@pytest.mark.parametrize("language", ["en", "de"])
def test_everything_has_a_name(language: str) -> None:
    names = [measure_change(name, 0.1, language) for name in (*EXPLAINABLE, *FURTHER)]
    names += [parameter_change(name, 0.1, language) for name in PARAMETERS]
    names += [mechanism_name(name, language) for name in GATES]
    assert len(set(names)) == len(EXPLAINABLE) + len(FURTHER) + len(PARAMETERS) + len(GATES)
    assert all(names)
    assert other_name("en") != other_name("de")


@pytest.mark.parametrize(
    ("measure", "value", "en", "de"),
    [
        ("trust", 0.0123, "trust +0.012", "Vertrauen +0,012"),
        ("trust", 0.0, "trust 0.000", "Vertrauen 0,000"),
        ("return_on_sales", -0.0123, "return on sales −1.23 percentage points", "Umsatzrendite −1,23 Prozentpunkte"),
        (
            "professional",
            0.2,
            "professional companies +20.0 percentage points",
            "professionell abgestimmte Unternehmen +20,0 Prozentpunkte",
        ),
        (
            "customer_hours",
            -1.26,
            "core work of sales −1.26 h a week",
            "Kernarbeit des Vertriebs −1,26 h je Woche",
        ),
        ("lever_cost", 0.2, "cost of levers +0.200% of revenue", "Kosten der Hebel +0,200 % vom Umsatz"),
        # A change that is too small for its digits looks neither like nothing nor like minus nothing.
        ("trust", 2e-5, "trust up by less than 0.001", "Vertrauen um weniger als 0,001 höher"),
        (
            "backlog",
            -2e-5,
            "unread mail and reports down by less than 0.01 h",
            "Ungelesenes um weniger als 0,01 h niedriger",
        ),
    ],
)
def test_changes_are_told_in_the_units_and_digits_of_reports(measure: str, value: float, en: str, de: str) -> None:
    assert measure_change(measure, value, "en") == en
    assert measure_change(measure, value, "de") == de


def test_a_title_names_the_unit_of_bare_differences() -> None:
    assert in_unit("Lever", "trust", "en") == "Lever"
    assert in_unit("Hebel", "professional", "de") == "Hebel, Prozentpunkte"
