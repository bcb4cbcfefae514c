"""Real organisations: what the two files mean, and what is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario, simulate
from sim.company import ATTRIBUTES, Organisation
from sim.errors import BadInputError
from sim.organisation import MOST_PROBLEMS, inspect_organisation, load_organisation, read_organisation
from sim.presets import preset

PEOPLE = """id,department,regard,backlog
Sue,sales,0.25,
Max,marketing,,3
Tom,sales,,
Amy,marketing,0.75,15
"""
TIES = """a,b,kind,trust,friction
Sue,Max,team,0.5,
Tom,Max,,,0.25
Amy,Sue,regular,,
Amy,Max,,,
"""


def write(folder: Path, people: str, ties: str) -> tuple[Path, Path]:
    paths = folder / "people.csv", folder / "ties.csv"
    for path, text in zip(paths, (people, ties), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def load(folder: Path, people: str = PEOPLE, ties: str = TIES) -> Organisation:
    return load_organisation(*write(folder, people, ties))


def test_people_stand_marketing_first_in_the_order_of_the_file(tmp_path):
    found = load(tmp_path)
    assert found.graph.names == ("Max", "Amy", "Sue", "Tom")
    assert (found.graph.marketing, found.graph.sales) == (2, 2)
    column = ATTRIBUTES.index("regard")
    assert np.array_equal(found.people[:, column], [np.nan, 0.75, 0.25, np.nan], equal_nan=True)
    column = ATTRIBUTES.index("backlog")
    assert np.array_equal(found.people[:, column], [3.0, 15.0, np.nan, np.nan], equal_nan=True)
    assert np.isnan(found.people[:, ATTRIBUTES.index("status")]).all()


def test_ties_stand_regular_ones_first_and_join_marketing_with_sales(tmp_path):
    graph = load(tmp_path).graph
    ties = list(zip(graph.tie_marketing.tolist(), graph.tie_sales.tolist(), graph.team.tolist(), strict=True))
    assert ties == [(0, 3, 0.0), (1, 2, 0.0), (0, 2, 1.0)]
    assert (graph.inner_a.tolist(), graph.inner_b.tolist()) == ([0], [1])
    known = load(tmp_path).ties
    assert np.array_equal(known, [[np.nan, 0.25], [np.nan, np.nan], [0.5, np.nan]], equal_nan=True)


def test_the_graph_carries_the_names(tmp_path):
    graph = load(tmp_path).graph.to_networkx()
    assert isinstance(graph, nx.Graph)
    assert nx.get_node_attributes(graph, "name") == {0: "Max", 1: "Amy", 2: "Sue", 3: "Tom"}


@pytest.mark.parametrize(
    "people",
    [
        PEOPLE.replace(",", ";"),
        PEOPLE.replace(",", ";").replace("0.", "0,"),
        PEOPLE.replace("\n", "\r\n"),
        "\ufeff" + PEOPLE,
        PEOPLE.replace(",", " , "),
        PEOPLE + "\n,,,\n",
        PEOPLE.replace("Sue", '"Sue"'),
    ],
)
def test_files_as_spreadsheets_write_them(tmp_path, people):
    found, plain = load(tmp_path, people), load(tmp_path)
    assert found.graph.names == plain.graph.names
    assert np.array_equal(found.people, plain.people, equal_nan=True)


def test_the_same_files_are_the_same_organisation_until_they_change(tmp_path):
    first = load_organisation(*write(tmp_path, PEOPLE, TIES))
    assert load_organisation(tmp_path / "people.csv", tmp_path / "ties.csv") is first
    changed = load(tmp_path, PEOPLE + "Zoe,sales,,\n")
    assert changed.graph.names[-1] == "Zoe"


@pytest.mark.parametrize("encoded", [False, True])
def test_contents_are_the_same_organisation_as_files(tmp_path, encoded):
    plain = load(tmp_path)
    found = read_organisation(*(text.encode() if encoded else text for text in (PEOPLE, TIES)))
    assert found.graph.names == plain.graph.names
    assert np.array_equal(found.people, plain.people, equal_nan=True)
    assert np.array_equal(found.ties, plain.ties, equal_nan=True)
    assert read_organisation(*(text.encode() if encoded else text for text in (PEOPLE, TIES))) is found


def test_a_scenario_takes_contents_in_place_of_paths(tmp_path):
    people, ties = write(tmp_path, PEOPLE, TIES)
    by_path = Scenario(weeks=2, company={"people": str(people), "ties": str(ties)})
    by_text = Scenario(weeks=2, company={"people": PEOPLE, "ties": TIES})
    assert by_text.place() is Scenario(weeks=3, company={"people": PEOPLE, "ties": TIES}).place()
    pd.testing.assert_frame_equal(simulate(by_text, companies=3).outcomes, simulate(by_path, companies=3).outcomes)
    mixed = Scenario(company={"people": PEOPLE, "ties": str(ties)})
    assert mixed.place().graph.names == by_text.place().graph.names


def test_a_scenario_file_may_hold_its_organisation(tmp_path):
    file = tmp_path / "firm.toml"
    file.write_text(f'[company]\npeople = """\n{PEOPLE}"""\nties = """\n{TIES}"""\n', encoding="utf-8")
    assert Scenario.load(file).place().graph.names == ("Max", "Amy", "Sue", "Tom")


def test_wrong_contents_are_named_as_the_caller_names_them():
    with pytest.raises(BadInputError) as caught:
        read_organisation(PEOPLE.replace("0.75", "1.75"), TIES, names=("upload 1", "upload 2"))
    assert (caught.value.file, str(caught.value.key)) == ("upload 1", "row 5, column regard")
    with pytest.raises(BadInputError) as caught:
        read_organisation(b"id,department\n\x81\xfe", TIES.encode())
    assert (caught.value.problem, caught.value.file) == ("encoding", "people.csv")


def test_what_is_known_is_where_a_simulation_starts(tmp_path):
    people, ties = write(tmp_path, PEOPLE, TIES)
    scenario = Scenario(weeks=2, company={"people": str(people), "ties": str(ties)})
    outcomes = simulate(scenario, companies=3).outcomes
    assert len(outcomes) == 3
    assert np.isfinite(outcomes["trust"]).all()


def test_the_example_says_something_about_every_kind_of_cell():
    found = preset("own_organisation").scenario().place()
    assert isinstance(found, Organisation)
    assert (found.graph.marketing, found.graph.sales) == (5, 7)
    assert 0.0 < np.isnan(found.people).mean() < 1.0
    assert set(found.graph.team) == {0.0, 1.0}
    assert nx.is_connected(found.graph.to_networkx())


REFUSED = {
    "duplicate person": (PEOPLE + "Sue,sales,,\n", TIES, "duplicate", "row 6, column id"),
    "no id": (PEOPLE + ",sales,,\n", TIES, "missing", "row 6, column id"),
    "no department": (PEOPLE + "Zoe,,,\n", TIES, "unknown", "row 6, column department"),
    "department in another case": (PEOPLE + "Zoe,Sales,,\n", TIES, "unknown", "row 6, column department"),
    "nobody in marketing": ("id,department\nSue,sales\n", TIES, "missing", "department"),
    "tie to nobody": (PEOPLE, TIES + "Sue,Sam,,,\n", "unknown", "row 6, column b"),
    "tie without an end": (PEOPLE, TIES + "Sue,,,,\n", "unknown", "row 6, column b"),
    "tie to oneself": (PEOPLE, TIES + "Sue,Sue,,,\n", "invalid", "row 6"),
    "tie twice": (PEOPLE, TIES + "Max,Sue,,,\n", "duplicate", "row 6"),
    "unknown kind": (PEOPLE, TIES.replace("team", "friends"), "unknown", "row 2, column kind"),
    "only team ties": (PEOPLE, "a,b,kind\nSue,Max,team\n", "missing", "ties"),
    "regard above one": (PEOPLE.replace("0.75", "1.75"), TIES, "bounds", "row 5, column regard"),
    "backlog above its limit": (PEOPLE.replace(",15", ",1e9"), TIES, "bounds", "row 5, column backlog"),
    "infinite": (PEOPLE.replace("0.75", "inf"), TIES, "type", "row 5, column regard"),
    "NaN": (PEOPLE.replace("0.75", "NaN"), TIES, "type", "row 5, column regard"),
    "words": (PEOPLE.replace("0.75", "high"), TIES, "type", "row 5, column regard"),
    "unknown column": (PEOPLE.replace("backlog", "backlogs"), TIES, "unknown", "row 1"),
    "column twice": (PEOPLE.replace("backlog", "regard"), TIES, "duplicate", "row 1"),
    "missing column": (PEOPLE, "a,trust\nSue,\n", "missing", "row 1, column b"),
    "too many cells": (PEOPLE, TIES + "Tom,Amy,,,,x,\n", "invalid", "row 6"),
    "half a quotation": (PEOPLE, 'a,b\n"Sue,Max\n', "syntax", "row 2"),
    "only a header": ("id,department\n", TIES, "empty", ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_and_where(tmp_path, case):
    people, ties, problem, key = REFUSED[case]
    with pytest.raises(BadInputError) as caught:
        load(tmp_path, people, ties)
    error = caught.value
    assert (error.problem, str(error.key)) == (problem, key)
    assert Path(error.file).name == ("people.csv" if ties == TIES else "ties.csv")
    assert error.render("de") != error.render("en")


@pytest.mark.parametrize("case", REFUSED)
def test_an_inspection_finds_what_is_refused_and_nothing_else(tmp_path, case):
    people, ties, problem, key = REFUSED[case]
    found = inspect_organisation(*write(tmp_path, people, ties))
    assert found.organisation is None
    assert (found.problems[0].problem, str(found.problems[0].key)) == (problem, key)
    # Without anybody in marketing, the ties to marketing lead to nobody, too.
    assert len(found.problems) == 1 or case == "nobody in marketing"


def test_an_inspection_names_everything_at_once(tmp_path):
    people = PEOPLE.replace("0.75", "1.75").replace("Tom,sales", "Tom,sale") + "Sue,sales,,\n"
    ties = TIES + "Sue,Sam,best,2,\nMax,Sue,,,\n"
    found = inspect_organisation(*write(tmp_path, people, ties))
    places = [(Path(error.file).name, error.problem, str(error.key)) for error in found.problems]
    assert places == [
        ("people.csv", "unknown", "row 4, column department"),
        ("people.csv", "bounds", "row 5, column regard"),
        ("people.csv", "duplicate", "row 6, column id"),
        ("ties.csv", "unknown", "row 6, column b"),
        ("ties.csv", "unknown", "row 6, column kind"),
        ("ties.csv", "bounds", "row 6, column trust"),
        ("ties.csv", "duplicate", "row 7"),
    ]


def test_an_inspection_reads_one_file_although_the_other_cannot_be(tmp_path):
    write(tmp_path, PEOPLE, TIES + "Max,Tom,best,,\n")
    found = inspect_organisation(tmp_path / "peeple.csv", tmp_path / "ties.csv")
    assert [error.problem for error in found.problems] == ["no_file", "unknown"]


def test_an_inspection_stops_telling_where_it_repeats_itself():
    ties = TIES + "Max,Nobody,,,\n" * (2 * MOST_PROBLEMS)
    assert len(inspect_organisation(PEOPLE, ties).problems) == MOST_PROBLEMS


def test_an_inspection_of_sound_files_gives_the_organisation(tmp_path):
    found = inspect_organisation(*write(tmp_path, PEOPLE, TIES))
    assert found.problems == ()
    assert inspect_organisation("\ufeff" + PEOPLE, TIES.replace("\n", "\r")).problems == ()
    assert found.organisation.graph.names == ("Max", "Amy", "Sue", "Tom")


def test_motives_run_from_minus_one_to_one(tmp_path):
    found = load(tmp_path, PEOPLE.replace("regard", "status").replace("0.75", "-1"))
    assert found.people[1, ATTRIBUTES.index("status")] == -1.0


def test_missing_files_are_named_with_the_nearest(tmp_path):
    write(tmp_path, PEOPLE, TIES)
    with pytest.raises(BadInputError) as caught:
        load_organisation(tmp_path / "peple.csv", tmp_path / "ties.csv")
    assert (caught.value.problem, caught.value.nearest) == ("no_file", "people.csv")


@given(st.text(st.characters(codec=None), max_size=50), st.binary(max_size=50))
def test_any_contents_are_read_or_refused(text, raw):
    for content in (text, raw):
        with pytest.raises(BadInputError) as caught:
            read_organisation(content, content)
        assert caught.value.file == "people.csv"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    refused = None
    try:
        load(tmp_path_factory.mktemp("any"), "id,department\n" + text.encode("utf-8", "replace").decode(), TIES)
    except BadInputError as error:
        refused = error
    assert refused is None or refused.render("en").isprintable()
    found = inspect_organisation("id,department\n" + text, TIES)
    assert bool(found.problems) == (found.organisation is None)


names = st.text("abcäöü ,;\"'", min_size=1, max_size=8).filter(lambda name: name == name.strip())


@given(st.lists(names, min_size=2, max_size=6, unique=True), st.data())
def test_names_may_hold_what_a_spreadsheet_can_write(tmp_path_factory, people, data):
    cut = data.draw(st.integers(1, len(people) - 1))
    rows = [[name, "marketing" if k < cut else "sales"] for k, name in enumerate(people)]
    written = []
    for header, body in ((["id", "department"], rows), (["a", "b"], [[people[0], people[-1]]])):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows([header, *body])
        written.append(out.getvalue())
    found = load(tmp_path_factory.mktemp("names"), *written)
    assert found.graph.names == tuple(people)
