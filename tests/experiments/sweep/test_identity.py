"""What a sweep depends on: the content of an organisation's files, not where they lie or whether they lie anywhere."""

from __future__ import annotations

from experiments.plan.plan import Plan
from experiments.sweep.identity import file_hashes, without_folders
from sim.scenario import Scenario

PEOPLE = "id,department\nM1,marketing\nS1,sales\n"
TIES = "a,b\nM1,S1\n"


def plan(people: str, ties: str) -> Plan:
    scenario = Scenario(name="firm", company={"people": people, "ties": ties})
    return Plan(scenarios=[scenario], companies=2, design={"kind": "list", "points": [{}]})


def test_contents_count_as_the_files_they_stand_for(tmp_path):
    paths = [tmp_path / "people.csv", tmp_path / "ties.csv"]
    for path, text in zip(paths, (PEOPLE, TIES), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    by_path, by_text = plan(*map(str, paths)), plan(PEOPLE, TIES)
    assert file_hashes(by_path) == file_hashes(by_text)
    assert without_folders(by_path) == without_folders(by_text)
    assert file_hashes(plan(PEOPLE + "S2,sales\n", TIES)) != file_hashes(by_text)


def test_what_is_stored_of_a_plan_holds_nobody(tmp_path):
    assert "M1" not in str(without_folders(plan(PEOPLE, TIES)))
