"""Figures of a lattice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.lattice.figures import FIGURES, write_figures
from analysis.lattice.findings import lattice_findings
from analysis.lattice.runs import WITH_COST, WITHOUT_COST
from sim.texts import text_of
from tests.analysis.lattice.made import facts, over_sets


def made(levers, companies):
    rng = np.random.default_rng(levers)
    values = {name: rng.normal(size=(companies, 2**levers)) for name in (WITH_COST, WITHOUT_COST)}
    return lattice_findings(values, facts("abc"[:levers], companies))


@pytest.mark.parametrize("levers", [1, 2, 3])
@pytest.mark.parametrize("companies", [1, 2])
def test_small_lattices_have_figures(tmp_path, levers, companies):
    paths = write_figures(made(levers, companies), tmp_path, "de")
    assert {path.stem for path in paths} == set(FIGURES) - {"ensemble"} - ({"pairs"} if levers == 1 else set())


def test_figures_are_the_same_bytes_each_time_and_speak_both_languages(tmp_path):
    over, _, findings = over_sets()
    findings = replace(findings, ensemble=over.over_sets({}, runs=1))
    found = []
    for folder, language in (("a", "de"), ("b", "de"), ("c", "en")):
        (tmp_path / folder).mkdir()
        write_figures(findings, tmp_path / folder, language)
        found.append({path.name: path.read_bytes() for path in (tmp_path / folder / "figures").iterdir()})
    assert found[0] == found[1]
    assert set(found[0]) == {f"{name}.{kind}" for name in FIGURES for kind in ("svg", "png")}
    for texts, language in ((found[0], "de"), (found[2], "en")):
        assert text_of("lattice.figures.with_cost", language) in texts["bundles.svg"].decode()
        assert text_of("lattice.figures.ensemble_same", language) in texts["ensemble.svg"].decode()
        assert ("(de)" in texts["pairs.svg"].decode()) == (language == "de")
