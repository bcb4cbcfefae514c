"""The front door: tidy frames, the same companies and chance under every setting, and what is refused."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import BadInputError, Results, Scenario, simulate
from sim.draws import MAX_SEED
from sim.measures import MEASURES
from sim.outcomes import OUTCOMES, PURPOSES, TYPES, WEEKLY
from sim.perceptions import ITEMS, READINGS

WEEKS = 15
PLAIN = Scenario(name="plain", weeks=WEEKS)
TEAMS = Scenario(name="a team", weeks=WEEKS, levers={"cross_functional_teams": {"intensity": 1.0, "ramp": 1}})


@pytest.fixture(scope="module")
def results() -> Results:
    """Two scenarios on 40 companies, which have two different graphs, from number 10 on."""
    return simulate([PLAIN, TEAMS], companies=40, first_company=10, seed=5, paths=True, hours=True, perceptions=True)


# --- frames -----------------------------------------------------------------------------------------------------------


def test_outcomes_have_one_row_per_scenario_and_company_in_order(results: Results) -> None:
    frame = results.outcomes
    assert list(frame) == ["scenario", "company", "type", *OUTCOMES]
    expected = list(product(["plain", "a team"], range(10, 50)))
    assert list(zip(frame["scenario"], frame["company"], strict=True)) == expected
    assert frame.index.equals(pd.RangeIndex(80))
    assert tuple(frame["type"].cat.categories) == TYPES
    assert not frame.isna().to_numpy().any()
    assert np.isfinite(frame[list(OUTCOMES)].to_numpy()).all()
    assert frame["company"].dtype == np.int64
    assert (results.seed, results.weeks) == (5, WEEKS)


def test_paths_have_one_row_per_scenario_company_and_week_in_order(results: Results) -> None:
    frame = results.paths
    assert list(frame) == ["scenario", "company", "week", *MEASURES, *(name for name in WEEKLY if name not in MEASURES)]
    keys = frame[["scenario", "company", "week"]].itertuples(index=False, name=None)
    assert list(keys) == list(product(["plain", "a team"], range(10, 50), range(WEEKS)))
    assert frame.index.equals(pd.RangeIndex(80 * WEEKS))
    assert np.isfinite(frame.drop(columns="scenario").to_numpy()).all()


def test_hours_have_one_row_per_scenario_company_department_and_purpose_in_order(results: Results) -> None:
    frame = results.hours
    assert list(frame) == ["scenario", "company", "department", "purpose", "hours"]
    keys = frame.drop(columns="hours").itertuples(index=False, name=None)
    assert list(keys) == list(product(["plain", "a team"], range(10, 50), ["marketing", "sales"], PURPOSES))


def test_perceptions_have_one_row_per_scenario_company_reading_department_and_item_in_order(results: Results) -> None:
    frame = results.perceptions
    assert list(frame) == ["scenario", "company", "reading", "department", "item", "self_image", "other_image"]
    keys = frame.drop(columns=["self_image", "other_image"]).itertuples(index=False, name=None)
    expected = product(["plain", "a team"], range(10, 50), READINGS, ["marketing", "sales"], ITEMS)
    assert list(keys) == list(expected)
    images = frame[["self_image", "other_image"]].to_numpy()
    assert images.min() >= 0.0
    assert images.max() <= 100.0


def test_outcomes_follow_from_paths(results: Results) -> None:
    late = results.paths[results.paths["week"] >= WEEKS - 13].groupby(["scenario", "company"], sort=False)
    means = late[["alignment", "trust", "cooperation_quality", "lever_cost", "customer_hours"]].mean()
    for name in means:
        assert results.outcomes[name].tolist() == pytest.approx(means[name].tolist()), name
    sales = results.hours.query("department == 'sales' and purpose == 'core'")
    assert sales["hours"].tolist() == pytest.approx(results.outcomes["customer_hours"].tolist())


@pytest.mark.parametrize("kept", [(), ("paths",), ("hours",), ("perceptions",)])
def test_further_frames_are_kept_on_request_alone(results: Results, kept: tuple[str, ...]) -> None:
    found = simulate([PLAIN, TEAMS], companies=40, first_company=10, seed=5, **dict.fromkeys(kept, True))
    assert found.outcomes.equals(results.outcomes)
    for name in ("paths", "hours", "perceptions"):
        assert getattr(found, name).equals(getattr(results, name) if name in kept else pd.DataFrame()), name


def test_a_single_scenario_needs_no_list(results: Results) -> None:
    alone = simulate(PLAIN, companies=40, first_company=10, seed=5)
    pd.testing.assert_frame_equal(alone.outcomes, results.outcomes.head(40), check_exact=True)


def test_progress_is_told_until_all_is_done() -> None:
    told: list[int] = []
    simulate([PLAIN, TEAMS], companies=50, weeks=2, progress=told.append)
    assert sum(told) == 100
    assert len(told) > 1


def test_the_horizon_can_be_given_in_place_of_the_scenarios_own() -> None:
    found = simulate([PLAIN, TEAMS.changed(weeks=9)], companies=1, weeks=4, paths=True)
    assert found.weeks == 4
    assert found.paths.groupby("scenario").size().to_dict() == {"plain": 4, "a team": 4}


# --- common random numbers --------------------------------------------------------------------------------------------


def test_a_lever_changes_nothing_before_it_starts() -> None:
    later = Scenario(name="later", weeks=WEEKS, levers={"joint_planning": {"intensity": 1.0, "start": 6, "ramp": 1}})
    paths = simulate([PLAIN, later], companies=10, paths=True).paths.drop(columns="scenario").groupby("week")
    for week, both in paths:
        without, with_lever = both.iloc[:10].reset_index(drop=True), both.iloc[10:].reset_index(drop=True)
        assert without.equals(with_lever) == (week < 6), week
        assert without["demand"].equals(with_lever["demand"])


def test_a_lever_without_effects_changes_nothing_but_its_cost() -> None:
    nothing = {"id": "nothing", "en": "Nothing", "de": "Nichts", "effects": {}, "running_cost": 0.5, "one_off_cost": 0}
    idle = PLAIN.changed(name="idle", policies=(nothing,), levers={"nothing": {"intensity": 1.0, "ramp": 1}})
    both = simulate([PLAIN, idle], companies=12).outcomes.set_index(["scenario", "company"])
    costly = ["lever_cost", "return_on_sales", "mean_return_on_sales", "type"]
    assert both.loc["plain"].drop(columns=costly).equals(both.loc["idle"].drop(columns=costly))
    assert both.loc["idle", "lever_cost"].tolist() == [0.5] * 12
    assert (both.loc["idle", "return_on_sales"] < both.loc["plain", "return_on_sales"]).all()


def test_settings_of_a_company_are_matched_pairs() -> None:
    # What the same company has in common makes differences far less noisy than those between strangers.
    levers = {"lean_reporting": 1.0, "talk_first": 1.0}
    helped = PLAIN.changed(name="helped", levers=levers)
    same = simulate([PLAIN, helped], companies=200).outcomes.set_index(["scenario", "company"])["cooperation_quality"]
    pairs = (same["helped"] - same["plain"]).std()
    strangers = (same["helped"].to_numpy() - np.roll(same["plain"].to_numpy(), 1)).std()
    assert pairs < strangers / 3


def test_other_seeds_give_other_companies() -> None:
    first, second = (simulate(PLAIN, companies=5, seed=seed).outcomes for seed in (1, 2))
    assert (first["alignment"] != second["alignment"]).all()
    assert simulate(PLAIN, companies=5, seed=1).outcomes.equals(first)


# --- scenarios that cannot share a block ------------------------------------------------------------------------------


def test_groups_with_other_numbers_or_levers_keep_their_rows_apart() -> None:
    own = {"id": "own", "en": "Own", "de": "Eigener", "effects": {"voice": 0.5}}
    scenarios = [
        PLAIN,
        PLAIN.changed(name="rule", coefficients={"trust_up": 0.15}),
        TEAMS,
        PLAIN.changed(name="start", founding={"turnover": 0.5}),
        PLAIN.changed(name="measure", outcome={"idle_result": 0.2}),
        PLAIN.changed(name="rule again", coefficients={"trust_up": 0.15}, levers={"eye_level": 1.0}),
        PLAIN.changed(name="own", policies=(own,), levers={"own": 1.0}),
        PLAIN.changed(name="mechanism", parameters={"voice": 0.9}),
        PLAIN.changed(name="small", company={"marketing": 2, "sales": 3}),
    ]
    further = {"paths": True, "hours": True, "perceptions": True}
    together = simulate(scenarios, companies=35, seed=3, **further)
    assert together.outcomes["scenario"].unique().tolist() == [scenario.name for scenario in scenarios]
    for scenario in scenarios:
        alone = simulate(scenario, companies=35, seed=3, **further)
        for name in ("outcomes", *further):
            frame = getattr(together, name)
            part = frame[frame["scenario"] == scenario.name].reset_index(drop=True)
            pd.testing.assert_frame_equal(part, getattr(alone, name), check_exact=True)
    efficiency = together.outcomes.groupby("scenario", sort=False)["coordination_efficiency"].mean()
    assert efficiency.nunique() == len(scenarios)


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "value", "allowed"),
    [
        ("companies", 0, "1 to 10000000"),
        ("companies", -3, "1 to 10000000"),
        ("companies", 10**9, "1 to 10000000"),
        ("companies", 2.0, "a whole number"),
        ("companies", True, "a whole number"),
        ("weeks", 0, "1 to 1040"),
        ("weeks", 1041, "1 to 1040"),
        ("weeks", 10.5, "a whole number"),
        ("seed", -1, "0 to"),
        ("seed", MAX_SEED + 1, "0 to"),
        ("seed", "1", "a whole number"),
        ("seed", float("nan"), "a whole number"),
        ("first_company", -1, "0 to"),
        ("first_company", 2**48, "0 to"),
        ("threads", 0, "1 to 1024"),
        ("threads", -1, "1 to 1024"),
    ],
)
def test_arguments_out_of_bounds_are_refused(argument: str, value: object, allowed: str) -> None:
    given: dict[str, Any] = {"companies": 2, "weeks": 2, argument: value}
    with pytest.raises(BadInputError, match=f"key {argument}: value .*{allowed}") as caught:
        simulate(PLAIN, **given)
    assert "\n" not in str(caught.value)


def test_numpys_whole_numbers_are_whole_numbers() -> None:
    found = simulate(PLAIN, companies=np.int64(2), weeks=np.int32(2), seed=np.uint8(3))  # type: ignore[arg-type]
    assert found.outcomes.equals(simulate(PLAIN, companies=2, weeks=2, seed=3).outcomes)
    assert type(found.weeks) is int


def test_no_scenario_is_refused() -> None:
    with pytest.raises(BadInputError, match=r"key scenarios.*at least one"):
        simulate([])


def test_two_scenarios_of_the_same_name_are_refused() -> None:
    with pytest.raises(BadInputError, match=r"key scenarios\.name.*'plain' occurs twice"):
        simulate([PLAIN, TEAMS, PLAIN])


def test_different_horizons_are_refused_unless_one_is_given() -> None:
    with pytest.raises(BadInputError, match="key weeks"):
        simulate([PLAIN, TEAMS.changed(weeks=WEEKS + 1)])
