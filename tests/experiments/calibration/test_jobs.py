"""A wave as a sweep: the same files whoever judges, and after an interruption."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.calibration import jobs as wave
from experiments.calibration.jobs import JudgeJob
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.verdict import SHARED, Sizes, columns, judge, laboratory_of
from experiments.ensemble import ANCHORS
from experiments.sweep.results import open_sweep
from experiments.sweep.run import Event, run
from sim.errors import BadInputError
from tests.experiments.sweep.helpers import same

PATTERNS = ("P4", "P2")
TINY = Sizes(64, 64, 8)


@pytest.fixture(scope="module")
def job():
    priors = coefficient_priors()
    values = priors.values(priors.draw(5, seed=1))
    return JudgeJob(priors.names, values, 3, TINY, patterns=PATTERNS, floor=-2.0, about={"wave": 1})


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wave, "_CHUNK", 2)


@pytest.fixture
def undisturbed(job, tmp_path: Path, small_chunks: None) -> Path:
    run(job, tmp_path / "undisturbed", executor="serial")
    return tmp_path / "undisturbed"


def test_a_row_says_what_judging_the_set_says(job, undisturbed):
    frame = open_sweep(undisturbed).frame(factors=False).sort_values("set").reset_index(drop=True)
    assert list(frame.columns) == ["set", "stopped", *ANCHORS, *columns()]
    assert frame["set"].tolist() == list(range(5))
    for k, row in frame.iterrows():
        values = dict(zip(job.names, job.values[k].tolist(), strict=True))
        laboratory = laboratory_of(values, 3, threads=1, founded=SHARED)
        verdict = judge(laboratory, TINY, patterns=PATTERNS, floor=-2.0)
        assert row["stopped"] == verdict.stopped
        assert tuple(row[list(ANCHORS)]) == verdict.anchors
        assert row[list(columns())].dropna().to_dict() == verdict.margins
    # Some are given up and others are not, or the test would show little.
    assert 0 < (frame["stopped"] == "").sum() < 5


def test_threads_and_an_interruption_change_no_byte(job, undisturbed, tmp_path):
    run(job, tmp_path / "threads", executor="threads", workers=2)
    assert same(tmp_path / "threads", undisturbed)

    def interrupt(event: Event) -> None:
        if event.kind == "done":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(job, tmp_path / "resumed", executor="serial", report=interrupt)
    stored = open_sweep(tmp_path / "resumed").stored
    assert 0 < stored < job.chunks
    assert not same(tmp_path / "resumed", undisturbed)
    assert run(job, tmp_path / "resumed", executor="serial").computed == job.chunks - stored
    assert same(tmp_path / "resumed", undisturbed)


def test_stored_anchors_and_common_coefficients_count(job, small_chunks):
    anchors = np.tile([0.5, 0.1, 0.7], (2, 1))
    table = JudgeJob(
        job.names, job.values[:2], 3, TINY, anchors=anchors, patterns=("P2",), replaced={"need_hours": 4.0}
    ).task(0)()
    assert np.column_stack([table[name].to_numpy() for name in ANCHORS]).tolist() == anchors.tolist()
    same_need = job.values[:2].copy()
    same_need[:, job.names.index("need_hours")] = 4.0
    expected = JudgeJob(job.names, same_need, 3, TINY, anchors=anchors, patterns=("P2",)).task(0)()
    assert table.to_pandas().equals(expected.to_pandas())


@pytest.mark.parametrize(
    ("change", "named"),
    [({"seed": 4}, "plan.seed"), ({"floor": -3.0}, "plan.floor"), ({"patterns": ("P4",)}, "plan.patterns")],
)
def test_another_wave_into_the_same_folder_is_refused(job, undisturbed, change, named):
    given = {name: getattr(job, name) for name in ("names", "values", "seed", "sizes", "patterns", "floor", "about")}
    with pytest.raises(BadInputError, match=named):
        run(JudgeJob(**given | change), undisturbed, executor="serial")
