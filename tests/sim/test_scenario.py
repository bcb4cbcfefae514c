"""Scenarios: what they mean, how they are read, and what is refused."""

from __future__ import annotations

import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import evidence
from sim.company import Organisation
from sim.errors import BadInputError
from sim.fields import field_holds, fields_at, holds_at
from sim.graph import Shape
from sim.parameters import parameters
from sim.policies import ALL_POLICIES
from sim.scenario import CHANGES, MAX_WEEKS, CompanyProfile, Lever, Scenario, Step, default_staff
from tests.sim.strategies import scenarios


def test_a_scenario_hashes_is_one_thing_and_takes_numpys_numbers() -> None:
    one = Scenario(levers={"talk_first": np.float32(0.5), "joint_planning": np.int64(1)})
    other = Scenario(levers={"joint_planning": 1.0, "talk_first": 0.5})
    assert one == other
    assert len({one, other}) == 1
    with pytest.raises(TypeError):
        iter(one)


def refusal(**content: object) -> BadInputError:
    with pytest.raises(BadInputError) as caught:
        Scenario(**content)
    return caught.value


def taken(content: dict[str, object]) -> BadInputError | None:
    """Return why a scenario refuses its content, None if it does not; any other exception passes."""
    try:
        Scenario(**content)
    except BadInputError as error:
        return error
    return None


def load(folder: Path, text: str | bytes) -> Scenario:
    path = folder / "firm.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Scenario.load(path)


# --- meaning --------------------------------------------------------------------------------------------------------


def test_a_number_stands_for_an_intensity_from_the_start():
    assert Scenario(levers={"eye_level": 0.5}) == Scenario(levers={"eye_level": {"intensity": 0.5}})
    assert Scenario(levers={"eye_level": 0.5}).levers["eye_level"].schedule() == (Step(intensity=0.5),)


def test_a_schedule_may_have_several_steps():
    steps = [{"intensity": 0.4}, {"intensity": 0.0, "start": 52, "ramp": 4}]
    lever = Scenario(levers={"eye_level": {"steps": steps}}).levers["eye_level"]
    assert lever.schedule() == (Step(intensity=0.4), Step(intensity=0.0, start=52, ramp=4))


def test_the_place_is_a_shape_with_the_revenue_classs_people_unless_named():
    for row in evidence.revenue_classes():
        place = Scenario(company={"revenue_class": row.id}).place()
        assert isinstance(place, Shape)
        assert (place.marketing, place.sales) == default_staff(row.id)
    named = Scenario(company={"marketing": 3, "structure": "broker", "team_degree": 0.5}).place()
    assert isinstance(named, Shape)
    assert (named.marketing, named.structure, named.team_degree) == (3, "broker", 0.5)


def test_own_levers_join_the_others():
    own = {"id": "own", "en": "Own", "de": "Eigener", "effects": {"voice": 0.2}, "ramp": 5}
    scenario = Scenario(policies=[own], levers={"own": 1.0})
    assert [policy.id for policy in scenario.all_policies()] == [*(policy.id for policy in ALL_POLICIES), "own"]
    policy = scenario.all_policies()[-1]
    assert (policy.group, policy.number, policy.ramp, policy.effects) == ("own", 0, 5, {"voice": 0.2})


def test_changed_replaces_fields_and_checks_them():
    scenario = Scenario(name="a", levers={"eye_level": 0.5}, company={"sales": 9})
    changed = scenario.changed(name="b", levers={})
    assert (changed.name, changed.levers, changed.company) == ("b", {}, scenario.company)
    with pytest.raises(BadInputError, match="eye_level"):
        scenario.changed(levers={"eye_leve": 0.5})


@given(scenarios())
def test_scenarios_survive_their_own_dump_and_a_process(scenario):
    assert Scenario(**scenario.model_dump()) == scenario
    assert scenario.changed() == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_file_without_a_name_is_called_like_the_file(tmp_path):
    assert load(tmp_path, "weeks = 3").name == "firm"
    assert load(tmp_path, "name = 'x'").name == "x"


def test_windows_files_are_read_like_others(tmp_path):
    assert load(tmp_path, b"\xef\xbb\xbfname = 'M\xc3\xbcller'\r\nweeks = 3\r\n") == Scenario(name="Müller", weeks=3)


def test_files_of_an_organisation_are_sought_beside_the_scenario(tmp_path, monkeypatch):
    (tmp_path / "people.csv").write_text("id,department\na,marketing\nb,sales\n")
    (tmp_path / "ties.csv").write_text("a,b\na,b\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    place = load(tmp_path, "[company]\npeople = 'people.csv'\nties = 'ties.csv'").place()
    assert isinstance(place, Organisation)
    assert place.graph.names == ("a", "b")


def test_what_is_wrong_in_a_file_names_the_file(tmp_path):
    with pytest.raises(BadInputError, match=r"firm\.toml.*wee.*'weeks'"):
        load(tmp_path, "wee = 3")
    with pytest.raises(BadInputError, match=r"people\.csv") as caught:
        load(tmp_path, "[company]\npeople = 'people.csv'\nties = 'ties.csv'")
    assert caught.value.problem == "no_file"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    refused = None
    try:
        load(tmp_path_factory.mktemp("bytes"), content)
    except BadInputError as error:
        refused = error
    for language in ("en", "de") if refused else ():
        assert "firm.toml" in refused.render(language)
        assert refused.render(language).isprintable()


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = tuple(Scenario.model_fields)


@given(st.dictionaries(st.sampled_from([*FIELDS, "nmae"]), anything, max_size=3))
def test_any_content_is_taken_or_refused(content):
    refused = taken(content)
    for language in ("en", "de") if refused else ():
        assert refused.render(language).isprintable()


@given(
    st.sampled_from([*FIELDS, "levers.eye_level", "company.sales", "levers.eye_level.steps", "policies", "clash.week"]),
    anything,
)
def test_any_value_anywhere_is_taken_or_refused(place, value):
    for part in reversed(place.split(".")):
        value = {part: value}
    refused = taken(value)
    assert refused is None or (refused.key and refused.render("de").isprintable())


# --- what is allowed ------------------------------------------------------------------------------------------------


def test_numbers_of_all_groups_are_checked_against_their_parameters():
    for table, group in CHANGES.items():
        for name, parameter in parameters()[group].items():
            for value in (parameter.low, parameter.high):
                assert getattr(Scenario(**{table: {name: value}}), table) == {name: value}
            error = refusal(**{table: {name: parameter.high + 1.0}})
            assert (error.problem, error.key) == ("bounds", f"{table}.{name}")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400])
def test_only_finite_numbers_are_numbers(value):
    assert refusal(levers={"eye_level": value}).problem == "bounds"
    assert refusal(parameters={"voice": value}).problem == "bounds"


@pytest.mark.parametrize("value", ["0.5", True, None, [0.5]])
def test_only_numbers_are_numbers(value):
    assert refusal(parameters={"voice": value}).problem == "type"


def test_people_and_ties_come_together():
    assert refusal(company={"people": "p.csv"}).key == "company.ties"
    assert refusal(company={"ties": "t.csv"}).key == "company.people"


def test_a_lever_is_either_a_number_or_steps():
    assert str(refusal(levers={"eye_level": {}}).allowed) == "either intensity or steps"
    both = {"intensity": 0.5, "steps": [{"intensity": 0.5}]}
    assert str(refusal(levers={"eye_level": both}).allowed) == "either intensity or steps"


def test_an_own_lever_may_not_take_another_ones_id():
    own = {"id": "eye_level", "en": "x", "de": "x", "effects": {}}
    error = refusal(policies=[own])
    assert (error.problem, error.value) == ("duplicate", "eye_level")


def test_bounds_in_messages_are_those_of_the_fields():
    error = refusal(weeks=MAX_WEEKS + 1)
    assert error.render("en").endswith(f"a whole number, 1 to {MAX_WEEKS}")
    assert error.render("de").endswith(f"eine ganze Zahl, 1 bis {MAX_WEEKS}")


def test_fields_tell_what_they_may_hold():
    degree = field_holds(CompanyProfile, "interface_degree")
    assert (degree.kind, degree.low, degree.high, degree.open_low) == ("number", 0.0, 50.0, True)
    assert field_holds(CompanyProfile, "division_type").choices == (1, 2, 3)
    assert field_holds(CompanyProfile, "people").kind == "text"
    week = holds_at(Scenario, ("clash", "week"))
    assert week is not None
    assert (week.kind, week.low, week.high) == ("whole_number", 0, MAX_WEEKS)
    step = holds_at(Scenario, ("levers", "eye_level", "steps", 0, "intensity"))
    assert step is not None
    assert (step.low, step.high) == (0.0, 1.0)
    assert holds_at(Scenario, ("company", "nothing")) is None
    assert holds_at(Scenario, ("weeks", "nothing")) is None
    assert fields_at(Scenario, ("levers", "eye_level")) == list(Lever.model_fields)
    assert fields_at(Scenario, ("levers", "eye_level", "steps", 0)) == list(Step.model_fields)
    assert fields_at(Scenario, ("weeks",)) == []
