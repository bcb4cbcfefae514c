"""Presets: valid, complete in both languages, and true to the evidence that they name."""

from __future__ import annotations

import pytest

from experiments.anchors import MEDIAN_CONTEXT
from sim import evidence, simulate
from sim.errors import BadInputError
from sim.graph import Shape
from sim.parameters import measurement
from sim.policies import SUCCESS_FACTORS
from sim.presets import PRESET_GROUPS, preset, presets


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_complete(name):
    found = preset(name)
    assert found.group in PRESET_GROUPS
    assert found.name("en") != found.name("de")
    assert found.says("en").endswith(".")
    assert found.says("de").endswith(".")
    for evidence_id in found.evidence:
        assert evidence.statement(evidence_id)
    assert found.scenario("de").name == found.name("de")
    assert found.scenario("de").changed(name="x") == found.scenario("en").changed(name="x")


def test_there_are_all_division_types_and_the_teaching_cases():
    companies = [found.scenario().company for found in presets().values() if found.group == "company"]
    assert {company.division_type for company in companies} == {1, 2, 3}
    named = {company.industry for company in companies}
    assert named == {row.id for row in evidence.industries()} - {"electrical", "other"}
    teaching = [name for name, found in presets().items() if found.group == "teaching"]
    assert teaching == ["ivory_tower", "cc_mania", "meeting_culture", "hoarders"]


@pytest.mark.parametrize("name", [name for name, found in presets().items() if found.group == "company"])
def test_the_division_type_fits_the_industry(name):
    """It is among the industry's more frequent ones, or the evidence names this kind of company for it (E11)."""
    found = preset(name)
    company = found.scenario().company
    shares = evidence.type_shares(company.industry)
    overall = evidence.type_shares("all")
    kind = company.division_type - 1
    assert shares[kind] == max(shares) or shares[kind] > overall[kind]
    assert "E5" in found.evidence


def test_all_levers_at_half():
    assert preset("half_levers").scenario().levers.keys() == {policy.id for policy in SUCCESS_FACTORS}
    for lever in preset("half_levers").scenario().levers.values():
        assert (lever.intensity, lever.start, lever.ramp) == (0.5, 0.0, 1.0)
    assert not preset("reference").scenario().levers
    assert preset("half_levers").scenario().company == preset("reference").scenario().company


def test_the_reference_company_is_the_one_that_the_types_are_anchored_at():
    for name in ("reference", "half_levers"):
        assert preset(name).scenario().context.model_dump() == MEDIAN_CONTEXT
        assert preset(name).scenario().place() == Shape()
    outcomes = simulate(preset("half_levers").scenario(), companies=256).outcomes
    m = measurement()
    assert outcomes["cooperation_quality"].mean() == pytest.approx(m.quality_cut, abs=0.01)
    assert outcomes["coordination_efficiency"].mean() == pytest.approx(m.efficiency_cut, abs=0.005)


def test_teaching_cases_show_what_they_are_named_for():
    kinds = {"meeting_culture": "overbureaucratic", "hoarders": "contact_shy", "cc_mania": "self_blocking"}
    outcomes = simulate([preset(name).scenario() for name in kinds], companies=100).outcomes
    for (name, kind), (_, group) in zip(kinds.items(), outcomes.groupby("scenario", sort=False), strict=True):
        assert (group["type"] == kind).mean() > 0.5, name


def test_the_order_is_that_of_the_groups():
    order = [PRESET_GROUPS.index(found.group) for found in presets().values()]
    assert order == sorted(order)
    assert next(iter(presets())) == "reference"


def test_unknown_presets_are_refused_with_the_nearest():
    with pytest.raises(BadInputError, match="'ivory_tower'"):
        preset("ivorytower")


@pytest.mark.parametrize("name", ["Elfenbeinturm", "elfenbeinturm", "Ivory tower", "Elfenbeinturn"])
def test_a_preset_is_also_found_by_what_it_is_called_on_screens(name):
    with pytest.raises(BadInputError) as raised:
        preset(name)
    assert raised.value.nearest == "ivory_tower"


def test_all_presets_run_together():
    found = simulate([entry.scenario() for entry in presets().values()], companies=2, weeks=3).outcomes
    assert len(found) == 2 * len(presets())
