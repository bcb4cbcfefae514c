"""Ids that give people away, and ids that do not."""

from __future__ import annotations

import pytest

from experiments.pseudonyms import SIGNS, telling_ids
from sim.organisation import load_organisation
from sim.presets import presets


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("a.b@firm.example", "address"),
        ("Sue", "name"),
        ("M. Albrecht", "name"),
        ("Jürgen-Öztürk", "name"),
        ("head of sales", "name"),
        ("Müller 2", "space"),
        ("0049171234567", "number"),
        ("P-004711", "number"),
    ],
)
def test_ids_that_look_like_people(name, sign):
    assert telling_ids([name]) == {sign: [name]}
    assert sign in SIGNS


@pytest.mark.parametrize("name", ["M01", "S7", "7", "m-12", "ab", "x3f9", "P4711"])
def test_codes_look_like_nobody(name):
    assert telling_ids([name]) == {}


def test_the_example_keeps_to_codes():
    company = presets()["own_organisation"].scenario().company
    assert telling_ids(load_organisation(company.people, company.ties).graph.names) == {}
