"""Figures of a sensitivity analysis: which there are, and what they mark."""

from __future__ import annotations

import pandas as pd

from analysis.figures.style import save_all
from analysis.sensitivity.estimates import Sample
from analysis.sensitivity.figures import Words, figures, matrix
from analysis.sensitivity.findings import sensitivity_findings
from analysis.sensitivity.runs import CONCLUSIONS, indices_plan, screening_plan
from tests.analysis.sensitivity.made_up import CASE, NAMES, A, B, C, made_up, shares
from tests.texts import both


def test_figures_in_both_languages(tmp_path):
    plans = screening_plan(CASE, NAMES, trajectories=10), indices_plan(CASE, NAMES, samples=32)
    renamed = dict(zip(made_up(plans[0]), CONCLUSIONS, strict=False))
    morris, sobol = (Sample(plan, made_up(plan).rename(columns=renamed)) for plan in plans)
    found = sensitivity_findings(CASE, morris=morris, sobol=sobol)
    long = {A: "An assumption with a long name that goes on and on and on"}
    drawn = figures(found, Words("de", factors=long))
    assert list(drawn) == ["matrix", "effects", "indices", "mu_sigma"]
    paths = save_all(drawn, tmp_path)
    assert [path.name for path in paths] == [f"{name}.{kind}" for name in drawn for kind in ("svg", "png")]
    for name, draw in figures(found, Words("en", factors=long)).items():
        english, german = both(f"sensitivity.figures.{name}")
        assert draw().get_suptitle() == english
        assert german in (tmp_path / "figures" / f"{name}.svg").read_text()


def test_a_conclusion_that_only_the_screening_tells_is_marked():
    morris, sobol = screening_plan(CASE, NAMES, trajectories=10), indices_plan(CASE, [B, C], samples=16)
    samples = {
        "morris": Sample(morris, pd.DataFrame({"y": shares(morris)[A]})),
        "sobol": Sample(sobol, pd.DataFrame({"y": [0.5] * sobol.points})),
    }
    drawn = matrix(sensitivity_findings(CASE, **samples), Words("en"))
    assert drawn.axes[0].get_xticklabels()[0].get_text().endswith(" *")


def test_a_constant_is_not_drawn():
    plan = screening_plan(CASE, NAMES, trajectories=2)
    found = sensitivity_findings(CASE, morris=Sample(plan, made_up(plan)[["constant"]]))
    assert figures(found, Words("en")) == {}
