"""What is said about an organisation's files, on networks small enough to be counted by hand."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.organisation.findings import columns, drawn_ranges, network
from sim.company import ATTRIBUTES, draw_context, found
from sim.graph import Shape, communication_graph
from sim.organisation import read_organisation
from sim.parameters import founding, population

PEOPLE = "id,department\nM1,marketing\nM2,marketing\nM3,marketing\nS1,sales\nS2,sales\nS3,sales\nS4,sales\n"
# M1 alone holds S1, S2 and M2 together; M3 meets S3 in a team only; S4 knows nobody.
TIES = "a,b,kind\nM1,S1,\nM1,S2,\nM1,M2,\nS1,S2,\nM3,S3,team\n"


def test_what_can_be_counted():
    said = network(read_organisation(PEOPLE, TIES).graph)
    assert said.people == {"marketing": 3, "sales": 4}
    assert said.inner_ties == {"marketing": 1, "sales": 1}
    assert (said.interface_ties, said.team_ties) == (2, 1)
    assert said.inner_density == {"marketing": pytest.approx(1 / 3), "sales": pytest.approx(1 / 6)}
    assert said.interface_density == pytest.approx(2 / 12)


def test_who_holds_the_network_together():
    said = network(read_organisation(PEOPLE, TIES).graph)
    assert said.components == (4, 1, 1, 1)
    assert said.isolated == ("M3", "S3", "S4")
    assert said.no_interface == {"marketing": ("M2", "M3"), "sales": ("S3", "S4")}
    assert said.bridges == ("M1",)
    assert said.busiest == {"marketing": ("M1", 1.0), "sales": ("S1", 0.5)}


def test_a_department_of_one_has_no_density_to_speak_of():
    said = network(read_organisation("id,department\nM1,marketing\nS1,sales\n", "a,b\nM1,S1\n").graph)
    assert said.inner_density == {"marketing": 0.0, "sales": 0.0}
    assert (said.bridges, said.isolated, said.components) == ((), (), (2,))


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 40))
def test_counts_agree_with_networkx(marketing, sales, number):
    graph = communication_graph(Shape(marketing=marketing, sales=sales), 1, number)
    people = "id,department\n" + "".join(
        f"P{k},{'marketing' if k < marketing else 'sales'}\n" for k in range(graph.people)
    )
    pairs = [*zip(graph.tie_marketing, graph.tie_sales, graph.team, strict=True)]
    pairs += [(a, b, 0.0) for a, b in zip(graph.inner_a, graph.inner_b, strict=True)]
    ties = "a,b,kind\n" + "".join(f"P{a},P{b},{'team' if team else ''}\n" for a, b, team in pairs)
    said = network(read_organisation(people, ties).graph)
    plain = nx.Graph([(int(a), int(b)) for a, b, team in pairs if not team])
    plain.add_nodes_from(range(graph.people))
    assert sum(said.components) == graph.people
    assert len(said.components) == nx.number_connected_components(plain)
    assert set(said.bridges) == {f"P{k}" for k in nx.articulation_points(plain)}
    assert said.interface_ties + said.team_ties == graph.ties
    assert 1 / graph.people <= said.busiest["marketing"][1] <= 1.0


def said_of(values: list[object], name: str = "regard"):
    rows = "".join(f"M{k},marketing,{value}\n" for k, value in enumerate(values))
    organisation = read_organisation(f"id,department,{name}\n{rows}S1,sales,\n", "a,b\nM0,S1\n")
    return next(column for column in columns(organisation, founding()) if column.name == name)


def test_what_is_known_of_a_column():
    column = said_of([0.2, "", 0.6, 0.3])
    assert (column.known, column.of, column.allowed) == (3, 5, (0.0, 1.0))
    assert (column.least, column.median, column.most, column.remark) == (0.2, 0.3, 0.6, "")


def test_nothing_known_is_said_as_such():
    column = said_of(["", ""])
    assert column.known == 0
    assert math.isnan(column.median)


@pytest.mark.parametrize(
    ("values", "name", "remark"),
    [
        ([0.5, 0.5, 0.5], "regard", "constant"),
        ([0.5, 0.5, ""], "regard", ""),
        ([1, 1, 0.3, 0.2], "regard", "crowded"),
        ([1, 0.4, 0.3, 0.2], "regard", ""),
        ([-1, -1, 0.3], "status", "crowded"),
        ([0, 0, 3], "backlog", ""),
        ([0, 0, 0], "backlog", "constant"),
    ],
)
def test_columns_that_look_like_another_scale(values, name, remark):
    assert said_of(values, name).remark == remark


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_drawn_lies_within_the_bounds_that_are_told(seed):
    f, graph = founding(), communication_graph(Shape(), seed, 0)
    numbers = range(32)
    context = draw_context(seed, numbers, f, population())
    drawn = found(graph, seed, numbers, context, np.ones(32), 1, f)
    told, sides = drawn_ranges(f), {"marketing": slice(0, graph.marketing), "sales": slice(graph.marketing, None)}
    for k, name in enumerate(ATTRIBUTES):
        for side, people in sides.items():
            if name == "experience":  # a uniform number until the rotation rate is known
                continue
            low, high = told[name][side]
            values = drawn.people[:, people, k]
            assert values.min() >= low - 1e-12
            assert values.max() <= high + 1e-12
            assert name == "backlog" or values.max() - values.min() > 0.6 * (high - low), (name, side)
    for name in ("trust", "friction"):
        low, high = told[name]["interface"]
        assert low - 1e-12 <= getattr(drawn, name).min()
        assert getattr(drawn, name).max() <= high + 1e-12
