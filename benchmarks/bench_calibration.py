"""Measurements of calibration: how long a wave takes; see README.md. Nothing here fails because something is slow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from experiments.calibration.jobs import JudgeJob
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.procedure import Procedure
from experiments.calibration.verdict import Sizes
from experiments.sweep.run import run
from sim import evidence

SAMPLE = ("P4", "P1", "P2", "P3", "P5", "P6", "P14", "P15")
"""Patterns that are judged on the virtual sample alone."""
JOBS = {
    "study": (Sizes(evidence.COMPANIES, 1, 64), SAMPLE, 128),
    "coarse": (*Procedure(coarse=4).judged_by(0), 384),
    "all": (*Procedure().judged_by(0), 96),
}
"""Sizes, patterns and sets: the virtual study of 337 companies, and the first wave of a calibration, coarse or not."""


def judged(kind: str, sets: int, seed: int, folder: Path) -> None:
    """Judge sets drawn from the priors, with as many threads as there are processors."""
    sizes, patterns, _ = JOBS[kind]
    priors, procedure = coefficient_priors(), Procedure()
    values = priors.values(priors.draw(sets, seed))
    floor = -float("inf") if kind == "study" else procedure.floor(0)
    outcome = run(JudgeJob(priors.names, values, procedure.seed, sizes, patterns=patterns, floor=floor), folder)
    assert outcome.complete


@pytest.mark.parametrize("kind", list(JOBS))
def test_wave(benchmark: BenchmarkFixture, tmp_path: Path, kind: str) -> None:
    """Some sets of a wave; companies are founded and the kernels compiled before."""
    sets = JOBS[kind][2]
    judged(kind, 4, 1, tmp_path / "before")
    benchmark.pedantic(judged, args=(kind, sets, 2, tmp_path / "wave"), rounds=1, iterations=1)
    benchmark.extra_info.update(sets=sets, threads=os.cpu_count() or 1)
