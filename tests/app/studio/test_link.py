"""Links: what goes out comes back, and nothing else is followed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.studio.draft import Draft, Move, opening
from app.studio.link import decode, encode
from sim.presets import presets
from sim.scenario import Scenario
from sim.version import __version__
from tests.app.studio.test_draft import DRAFTS


@given(DRAFTS, st.sampled_from(["", "network"]))
def test_a_link_leads_back_to_what_it_was_made_of(draft, view):
    arrival = decode(encode(draft, view))
    assert arrival.draft == draft
    assert (arrival.view, arrival.notice) == (view, None)


def test_links_are_short():
    moves = {"joint_planning": Move(0.8, week=13), "eye_level": Move(0.65), "talk_first": Move(0.4, on=False)}
    query = encode(Draft(moves=moves))
    assert query == f"v=1&m={__version__}&p=machine_builder&l=7:40x,11:65,14:80@13"


def test_without_a_link_the_studio_opens_as_always():
    for query in ("", "lang=de", "utm_source=mail"):
        arrival = decode(query)
        assert (arrival.draft, arrival.notice) == (opening(), None)


def test_a_link_of_another_version_says_so_and_is_followed():
    draft = Draft(moves={"joint_planning": Move(0.8)})
    arrival = decode(encode(draft).replace(f"m={__version__}", "m=9.9.9"))
    assert arrival.draft == draft
    assert arrival.notice is not None
    assert "9.9.9" in arrival.notice.text("de")
    assert not arrival.serious


@pytest.mark.parametrize(
    "nonsense",
    [
        "v=2&p=hoarders",
        "p=hoarders",
        "v=1&p=hoarders&l=joint_planning:80",
        "v=1&p=hoarders&l=99:80",
        "v=1&p=hoarders&l=0:80",
        "v=1&p=hoarders&l=14:101",
        "v=1&p=hoarders&l=14:80,14:20",
        "v=1&p=hoarders&l=14:80@9999",
        "v=1&p=hoarders&l=14:nan",
        "v=1&p=hoarders&l=14:8_0",
        "v=1&p=hoarders&l=14:٨٠",
        "v=1&p=hoarders&s=-1",
        "v=1&p=hoarders&s=" + "9" * 500,
        "v=1&p=hoarders&w=1",
        "v=1&p=hoarders&n=100000000",
        "v=1&p=hoarders&c=people:/etc/passwd,ties:/etc/passwd",
        "v=1&p=hoarders&c=industry:<script>alert(1)</script>",
        "v=1&p=hoarders&c=marketing:0",
        "v=1&p=hoarders&c=marketing",
    ],
)
def test_nonsense_falls_back_to_the_preset_and_says_so(nonsense):
    arrival = decode(nonsense)
    assert arrival.draft == Draft(preset="hoarders")
    assert arrival.serious
    assert arrival.notice is not None
    assert arrival.notice.text("en") != arrival.notice.text("de")


@pytest.mark.parametrize("nonsense", ["v=1&p=nowhere", "v=1&p=<b>", "v=1&p=" + "a" * 10_000])
def test_nonsense_without_a_preset_falls_back_to_the_opening(nonsense):
    arrival = decode(nonsense)
    assert arrival.draft == opening()
    assert arrival.serious


@given(st.text(max_size=60), st.sampled_from(["", "v=1&p=hoarders&l=", "v=1&c=", "v=1&s=", "p="]))
def test_nothing_that_is_typed_stops_the_studio(text, before):
    assert decode(before + text).draft.preset in presets()


def test_what_comes_from_files_is_in_no_link():
    assert encode(Draft(own=Scenario(name="mine"))) == ""
