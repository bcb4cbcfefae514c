"""What the browser gets of a company is what there is, one byte per state."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from app.studio.views.network.layout import positions
from app.studio.views.network.picture import PERSON_FRAMES, TIE_FRAMES, part_shown, picture
from experiments.company_trajectory import company_trajectory
from sim import Scenario
from sim.graph import Shape, communication_graph

BEFORE = Scenario(weeks=12, company={"marketing": 3, "sales": 5}, founding={"friction_high": 0.8})
AFTER = BEFORE.changed(levers={"cross_functional_teams": 1.0})


@pytest.fixture(scope="module")
def settings():
    return [company_trajectory(scenario, 4) for scenario in (BEFORE, AFTER)]


def unpacked(sent):
    """Cut the bytes as the browser does."""
    data, offset, scenes = np.frombuffer(sent["frames"], dtype=np.uint8), 0, []
    for scene in sent["scenes"]:
        found = {}
        widths = {name: len(scene["people"]) for name in PERSON_FRAMES}
        widths |= {name: len(scene["ties"]) for name in TIE_FRAMES} | {"teams": 1}
        for name, width in widths.items():
            count = (scene["weeks"] + 1) * width
            found[name] = data[offset : offset + count].reshape(-1, width)
            offset += count
        scenes.append(found)
    assert offset == len(data)
    return scenes


def names_of(settings):
    return [[str(person) for person in range(one.graph.people)] for one in settings]


def test_every_state_comes_back(settings):
    sent = picture(settings, names_of(settings))
    for scene, frames, wanted in zip(sent["scenes"], unpacked(sent), settings, strict=True):
        for name in ("regard", "backlog"):
            scale = scene["scales"].get(name, 1.0)
            assert np.abs(frames[name] / 255.0 * scale - wanted.people[name]).max() <= scale / 509.0
        for name in ("trust", "friction", "contact_hours"):
            scale = scene["scales"].get(name, 1.0)
            assert np.abs(frames[name] / 255.0 * scale - wanted.ties[name]).max() <= scale / 509.0
        assert np.array_equal(frames["escalated"] > 0, wanted.ties["escalated"] > 0.0)
        assert np.array_equal(frames["arrived"] > 0, wanted.arrived)
        assert np.array_equal(frames["teams"][:, 0] > 0, wanted.teams > 0.0)
        assert scene["team"] == wanted.graph.team.astype(int).tolist()
    assert not unpacked(sent)[0]["teams"].any()
    assert unpacked(sent)[1]["teams"].all()


def test_both_settings_have_the_same_scales(settings):
    sent = picture(settings, names_of(settings))
    assert sent["scenes"][0]["scales"] == sent["scenes"][1]["scales"]
    assert sent["scenes"][0]["scales"]["contact_hours"] == max(one.ties["contact_hours"].max() for one in settings)


def test_of_many_people_a_part_is_shown_that_hangs_together(settings):
    graph = settings[0].graph
    part = part_shown(graph, most=5)
    degree = graph.regular_degree() + graph.team_degree()
    assert len(part.people) == 5
    assert degree.argmax() in part.people
    assert nx.is_connected(
        part.graph.to_networkx().edge_subgraph(
            [(int(a), int(b)) for a, b in zip(part.graph.tie_marketing, part.graph.tie_sales, strict=True)]
        )
    )
    assert set(part.graph.tie_marketing) | set(part.graph.tie_sales) == set(range(5))
    for place, tie in enumerate(part.ties):
        assert part.people[part.graph.tie_marketing[place]] == graph.tie_marketing[tie]
        assert part.people[part.graph.tie_sales[place]] == graph.tie_sales[tie]
    sent = picture(settings, names_of(settings), most=5)
    assert sent["scenes"][0]["names"] == [str(person) for person in part.people]
    frames = unpacked(sent)[0]
    assert np.abs(frames["regard"] / 255.0 - settings[0].people["regard"][:, part.people]).max() <= 1 / 509


def test_everybody_is_shown_where_there_is_room(settings):
    part = part_shown(settings[0].graph)
    assert part.people.tolist() == list(range(8))
    assert len(part.ties) == settings[0].graph.ties


@pytest.mark.parametrize("shape", [Shape(), Shape(marketing=1, sales=1), Shape(marketing=40, sales=70)])
def test_people_stand_on_their_side_and_on_nobody_else(shape):
    graph = communication_graph(shape, 1, 0)
    places = positions(graph)
    assert ((places >= 0.0) & (places <= 1.0)).all()
    assert places[: graph.marketing, 0].max() < places[graph.marketing :, 0].min()
    assert len({tuple(place) for place in places.round(6).tolist()}) == graph.people


def test_the_same_graph_is_drawn_in_the_same_way():
    graph = communication_graph(Shape(), 1, 0)
    assert np.array_equal(positions(graph), positions(graph))
