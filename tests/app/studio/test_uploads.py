"""Files that come up: taken in, or refused with the file, the row and the column."""

from __future__ import annotations

import pytest

from app.studio.draft import Draft, Move, baseline, scenario
from app.studio.uploads import MAX_BYTES, FilesError, Upload, check_sizes, taken_in
from sim.company import Organisation
from sim.errors import BadInputError
from sim.scenario import Scenario

PEOPLE = b"id,department\nm1,marketing\nm2,marketing\ns1,sales\ns2,sales\n"
TIES = b"a,b,trust\nm1,s1,0.5\nm2,s2,\nm1,m2,\n"
BOTH = [Upload("people.csv", PEOPLE), Upload("ties.csv", TIES)]


def problems(uploads: list[Upload]) -> tuple[BadInputError, ...]:
    with pytest.raises(FilesError) as caught:
        taken_in(uploads, Draft())
    return caught.value.problems


def test_people_and_ties_become_the_company_and_the_levers_stay():
    draft = Draft(preset="hoarders", moves={"joint_planning": Move(0.8)}, seed=9)
    taken = taken_in(BOTH, draft)
    place = baseline(taken).place()
    assert isinstance(place, Organisation)
    assert place.graph.names == ("m1", "m2", "s1", "s2")
    assert (taken.moves, taken.seed) == (draft.moves, 9)
    assert baseline(taken).parameters == baseline(draft).parameters
    assert scenario(taken).place() is place


def test_which_file_is_which_is_seen_from_what_is_in_it():
    swapped = [Upload("b.csv", TIES.rstrip()), Upload("a.CSV", PEOPLE.replace(b",", b";"))]
    assert baseline(taken_in(swapped, Draft())).place().graph.people == 4


def test_a_scenario_file_becomes_baseline_and_moves():
    text = b"weeks = 60\n[levers]\neye_level = { intensity = 0.4, ramp = 1 }\njoint_planning = 0.8\n"
    taken = taken_in([Upload("mine.toml", text)], Draft(seed=4))
    assert taken.own is not None
    assert (taken.own.name, baseline(taken).weeks, taken.seed) == ("mine", 60, 4)
    assert list(baseline(taken).levers) == ["eye_level"]
    assert taken.moves == {"joint_planning": Move(0.8)}


def test_a_scenario_may_come_with_its_organisation():
    text = b'[company]\npeople = "people.csv"\nties = "ties.csv"\n[levers]\njoint_planning = 0.8\n'
    taken = taken_in([Upload("mine.toml", text), *BOTH], Draft())
    assert baseline(taken).place().graph.people == 4


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret.csv", "people.csv"])
def test_no_file_on_the_server_is_read(path):
    text = f'[company]\npeople = "{path}"\nties = "{path}"\n'
    (problem,) = problems([Upload("mine.toml", text.encode())])
    assert (problem.problem, problem.file, problem.key) == ("missing", "mine.toml", "company.people")


def test_all_that_is_wrong_is_told_with_file_row_and_column():
    people = PEOPLE + b"m3,markting\nm1,sales\n"
    ties = TIES + b"m1,s2,7\n"
    found = [problem.render("en") for problem in problems([Upload("people.csv", people), Upload("ties.csv", ties)])]
    assert len(found) == 3
    assert "people.csv" in found[0]
    assert "row 6" in found[0]
    assert "department" in found[0]
    assert "row 7" in found[1]
    assert "ties.csv" in found[2]
    assert "trust" in found[2]


@pytest.mark.parametrize(
    ("uploads", "problem"),
    [
        ([Upload("people.csv", PEOPLE)], "missing"),
        ([Upload("a.csv", PEOPLE), Upload("b.csv", PEOPLE)], "missing"),
        ([Upload("a.toml", b"weeks = 9"), Upload("b.toml", b"weeks = 9")], "missing"),
        ([Upload("people.xlsx", PEOPLE)], "invalid"),
        ([Upload("mine.toml", b"weeks = ")], "syntax"),
        ([Upload("mine.toml", b"wekks = 9")], "unknown"),
        ([Upload("mine.toml", b"company = 3")], "type"),
        ([Upload("mine.toml", b"")], "empty"),
        ([Upload("mine.toml", b"\xff\xfe")], "encoding"),
        ([Upload("mine.toml", b"weeks = 0")], "bounds"),
        ([Upload("people.csv", PEOPLE), Upload("ties.csv", b"a,b\nm1,m2\n")], "missing"),
    ],
)
def test_files_that_cannot_be_used_are_refused(uploads, problem):
    assert problems(uploads)[0].problem == problem


def test_what_is_too_large_is_refused_by_its_size_alone():
    check_sizes([MAX_BYTES])
    with pytest.raises(FilesError) as caught:
        check_sizes([MAX_BYTES, 1])
    assert caught.value.problems[0].problem == "bounds"
    assert problems([Upload("mine.toml", b"#" * (MAX_BYTES + 1))])[0].problem == "bounds"


def test_a_name_cannot_end_up_as_code():
    (problem,) = problems([Upload("<img src=x onerror=alert(1)>.txt", b"x")])
    assert problem.file == "<img src=x onerror=alert(1)>.txt"  # shown as text: the templates escape what they show


def test_own_levers_of_a_file_can_be_moved():
    text = (
        b'[[policies]]\nid = "walk"\nen = "Walk"\nde = "Gehen"\neffects = { oral_share = 0.2 }\n[levers]\nwalk = 0.5\n'
    )
    taken = taken_in([Upload("mine.toml", text)], Draft())
    assert isinstance(scenario(taken), Scenario)
    assert scenario(taken.moved("walk", Move(0.9))).levers["walk"].intensity == 0.9
