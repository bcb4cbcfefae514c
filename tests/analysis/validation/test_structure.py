"""Conclusions under other structures: tables, the section of the document, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.validation import structure as st
from analysis.validation.document_structure import structure_section
from analysis.validation.structure_judged import CONCLUSIONS
from analysis.validation.structure_runs import STANDARD, Variant, sized
from experiments.ensemble import shipped
from sim.errors import BadInputError

SMALL = Variant("6 people", "size", sized(6))
SIZES = {"companies": 8, "sample": 337, "agents": 2}


@pytest.fixture(scope="module")
def told() -> list[tuple[str, float]]:
    return []


@pytest.fixture(scope="module")
def report(told) -> st.StructureFindings:
    def progress(name: str, share: float) -> None:
        told.append((name, share))

    return st.structure_findings(shipped(), sets=2, variants=[SMALL], threads=1, progress=progress, **SIZES)


@pytest.mark.slow(5)
def test_every_set_variant_and_conclusion_has_a_row(report):
    sets = min(2, len(shipped()))
    assert len(report.conclusions) == sets * 2 * len(CONCLUSIONS)
    assert len(report.effects) == sets * 2 * 15
    assert len(report.types) == sets * 2 * 4
    assert len(report.anchors) == sets * 2
    assert list(report.held().index) == [STANDARD.id, SMALL.id]
    assert list(report.held().columns) == list(CONCLUSIONS)
    assert report.held().isin([0.0, 0.5, 1.0]).all(axis=None)
    assert report.facts["sets"] == sets


@pytest.mark.slow(5)
def test_the_standard_agrees_with_itself_in_every_set(report):
    itself = report.conclusions[report.conclusions["variant"] == STANDARD.id].set_index("conclusion")["value"]
    assert (itself["rank_quality"] == 1.0).all()
    assert (itself["signs_return"] == 15.0).all()


@pytest.mark.slow(5)
def test_progress_goes_up_to_one(report, told):
    shares = [share for _, share in told]
    assert report.facts["seed"] == 1
    assert shares == sorted(shares)
    assert (shares[0], told[-1]) == (0.0, ("done", 1.0))


@pytest.mark.slow(5)
def test_the_text_holds_every_table(report):
    text = structure_section(report, level=3)
    assert text.startswith("### Sensitivity to structure")
    assert text.count("\n#### ") == 4
    for name in (*CONCLUSIONS, SMALL.id, "draws alike", "one by one", "self-blocking"):
        assert name in text
    lines = text.splitlines()
    for k, line in enumerate(lines):
        if line.startswith("| ---"):
            assert lines[k - 1].count("|") == line.count("|") == lines[k + 1].count("|")


@pytest.mark.slow(5)
def test_what_turns_is_named_and_what_is_lost_is_told(report):
    effects = report.effects.copy()
    row = (effects["variant"] == SMALL.id) & (effects["lever"] == "shared_goals")
    effects.loc[row, "quality"] *= -1.0
    effects.loc[:, "quality_se"] = 1e-6
    conclusions = report.conclusions.copy()
    lost = (conclusions["variant"] == SMALL.id) & (conclusions["conclusion"] == "bundle")
    conclusions.loc[lost, "holds"] = False
    conclusions.loc[lost & (conclusions["set"] == 1), "holds"] = True
    changed = replace(report, effects=effects, conclusions=conclusions)
    turned = changed.turned()
    assert "shared_goals" in set(turned["lever"])
    assert (turned["variant"] == SMALL.id).all()
    text = structure_section(changed)
    assert "`shared_goals`" in text
    share = "6 people (holds in 50% of the sets)" if len(shipped()) > 1 else "6 people"
    assert f"by far. Lost under: {share}" in text
    conclusions.loc[conclusions["conclusion"] == "bundle", "holds"] = False
    text = structure_section(replace(changed, conclusions=conclusions))
    assert "**Does not hold in the model as it is:** all levers together beat the best single one by far. Holds" in text


@pytest.mark.parametrize("wrong", [{"companies": 7}, {"sample": 336}, {"agents": 1}, {"sets": 0}])
def test_numbers_out_of_bounds_are_refused(wrong):
    with pytest.raises(BadInputError):
        st.structure_findings(shipped(), **{**SIZES, **wrong})


def test_a_laboratory_counts_as_one_set():
    laboratory = shipped().laboratory(0, 9)
    assert st._laboratories(laboratory, 5, 1, None) == [laboratory]
