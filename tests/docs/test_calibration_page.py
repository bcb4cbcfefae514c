"""What docs/CALIBRATION.md says of commands is what they are."""

from __future__ import annotations

import re
from pathlib import Path

from experiments.calibration.calibrate import ENSEMBLE
from experiments.calibration.procedure import CALIBRATION, TOLERANT
from experiments.calibration.verdict import LEAST_CLEARANCE
from experiments.ensemble import Ensemble, shipped
from sim import parameters as pm
from tests.app.commands.test_calibrate import asked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "CALIBRATION.md").read_text(encoding="utf-8")


BEGUN = "experiments/calibration/begin.parquet"


def test_the_page_quotes_the_command_that_made_the_shipped_ensemble():
    command = shipped().facts["command"].replace("DIR", "results/calibration").replace("FILE", BEGUN)
    assert command in PAGE.splitlines()
    assert Ensemble.load(ROOT / BEGUN).fingerprint == shipped().facts["procedure"]["begun"]


def test_the_quoted_command_can_be_run():
    (line,) = (line for line in PAGE.splitlines() if "--seed" in line)
    line = line.replace("results/calibration", "DIR").replace(f" --begin {BEGUN}", "")
    assert asked(line).waves > TOLERANT


def test_numbers_and_names_are_those_of_the_code():
    assert f"the model's {len(pm.parameters()['coefficient'])} coefficients" in PAGE
    assert LEAST_CLEARANCE == 0.1  # "a tenth of its scale"
    for name in (CALIBRATION, ENSEMBLE):
        assert f"`{name}`" in PAGE
    files = re.findall(r"\]\((\.\./[^)#]+|[A-Z]+\.md)", PAGE)
    assert files
    assert all((ROOT / "docs" / name).exists() for name in files)


def test_the_page_counts_the_families_of_the_shipped_ensemble():
    sets = shipped()
    assert f"Its {len(sets)} sets are of {sets.relatives} families of near relatives" in PAGE
    before = {tuple(row) for row in Ensemble.load(ROOT / BEGUN).values.tolist()}
    again = sum(tuple(row) in before for row in sets.values.tolist())
    assert f"{again} of them are from the ensemble before" in PAGE
    assert f"{sets.facts['judged_again']} in all" in PAGE
    assert f"which confirmed {sets.facts['confirmed']}" in PAGE.replace("\n", " ")
