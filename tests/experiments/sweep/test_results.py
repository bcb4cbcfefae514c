"""Reading a sweep: the same rows by whatever way, and never rows that are not what was stored."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pyarrow.dataset as ds
import pytest

import experiments
from experiments.sweep.results import Sweep, open_sweep
from experiments.sweep.run import Event, run
from sim.errors import BadInputError
from tests.experiments.sweep import helpers
from tests.experiments.sweep.helpers import job, small_plan


@pytest.fixture
def incomplete(undisturbed):
    for path in sorted((undisturbed / "parts").iterdir())[:5]:
        path.unlink()
    return undisturbed


def test_all_rows_at_once_and_chunk_by_chunk_are_the_same(simulated):
    sweep = open_sweep(simulated)
    frame = sweep.frame()
    batches = list(sweep.batches())
    assert len(batches) == sweep.chunks > 1
    pd.testing.assert_frame_equal(frame, pd.concat(batches, ignore_index=True))
    assert len(frame) == sweep.manifest["runs"] == 2 * 20 * 640
    assert sweep.complete
    # Every run once.
    assert len(frame[["scenario", "point", "company"]].drop_duplicates()) == len(frame)


def test_the_factors_values_are_those_of_the_design(simulated):
    sweep = open_sweep(simulated)
    frame = sweep.frame(["cooperation_quality"])
    assert list(frame) == ["scenario", "point", "company", "cooperation_quality", *list(sweep.design)[1:]]
    for name in ("levers.shared_goals", "context.meeting_culture"):
        assert np.array_equal(frame[name], sweep.design[name].to_numpy()[frame["point"]])
        assert name not in sweep.frame(factors=False)
    assert list(sweep.frame([], factors=False)) == ["scenario", "point", "company"]


def test_an_unknown_column_is_named_at_once_with_the_nearest(simulated):
    sweep = open_sweep(simulated)
    for read in (sweep.batches, sweep.frame):
        with pytest.raises(BadInputError) as caught:
            read(["cooperation_qualty"])
        assert (caught.value.problem, caught.value.nearest) == ("unknown", "cooperation_quality")


def test_a_database_reads_the_parts_as_they_are(simulated):
    sweep = open_sweep(simulated)
    query = f"select scenario, avg(return_on_sales) as mean from '{simulated}/parts/*.parquet' group by 1 order by 1"
    found = duckdb.sql(query).df()
    known = sweep.frame().groupby("scenario", observed=True)["return_on_sales"].mean().sort_index()
    assert found["scenario"].tolist() == ["reference", "second"]
    assert np.allclose(found["mean"], known)
    joined = duckdb.sql(
        f"select count(*) from '{simulated}/parts/*.parquet' join '{simulated}/design.parquet' using (point)"
    )
    assert joined.fetchall() == [(sweep.manifest["runs"],)]


def test_the_dataset_reads_only_what_is_asked_for(simulated):
    dataset = open_sweep(simulated).dataset
    table = dataset.to_table(columns=["company", "return_on_sales"], filter=(ds.field("point") == 3))
    assert table.num_rows == 2 * 640
    assert table.column_names == ["company", "return_on_sales"]
    pruned = [
        f
        for f in dataset.get_fragments(filter=ds.field("company") < 10)
        for g in f.split_by_row_group(ds.field("company") < 10)
    ]
    assert 0 < len(pruned) < len(dataset.files)


def test_an_incomplete_sweep_can_be_read_as_far_as_it_is(incomplete):
    sweep = open_sweep(incomplete)
    assert (sweep.chunks, sweep.stored, sweep.complete) == (12, 7, False)
    frame = sweep.frame()
    assert len(frame) == 14
    assert np.allclose(frame["sum"], frame["a"] + frame["b"])
    assert sorted(sweep.verify().parts) == list(range(5, 12))


def test_a_sweep_of_which_nothing_is_stored_is_empty(undisturbed):
    for path in (undisturbed / "parts").iterdir():
        path.unlink()
    sweep = open_sweep(undisturbed)
    assert (sweep.stored, sweep.complete, sweep.columns) == (0, False, [])
    assert sweep.frame().empty
    assert sweep.frame(["sum"]).empty
    assert sweep.dataset.count_rows() == 0


def test_a_damaged_part_is_named_and_not_read(undisturbed):
    path = sorted((undisturbed / "parts").iterdir())[3]
    sound = path.read_bytes()
    altered = bytearray(sound)
    altered[60] ^= 1  # other numbers, as far as Parquet can tell
    path.write_bytes(altered)
    sweep = open_sweep(undisturbed)
    with pytest.raises(BadInputError) as caught:
        sweep.frame()
    assert (caught.value.problem, caught.value.file) == ("damaged", str(path))
    assert sweep.verify().damaged == (path,)
    path.write_bytes(sound)
    assert len(sweep.frame()) == 24


@pytest.mark.parametrize("damage", ["altered", "missing", "no parquet"])
def test_a_damaged_design_is_named(undisturbed, damage):
    path = undisturbed / "design.parquet"
    altered = bytearray(path.read_bytes())
    altered[60] ^= 1
    path.unlink()
    if damage != "missing":
        path.write_bytes(altered if damage == "altered" else b"")
    with pytest.raises(BadInputError) as caught:
        open_sweep(undisturbed)
    assert (caught.value.problem, caught.value.file) == ("damaged", str(path))
    run(job(), undisturbed)
    assert len(open_sweep(undisturbed).design) == 24


def test_rows_of_points_have_no_companies_and_the_same_factors(tmp_path):
    plan = small_plan(companies=32, rows="points")
    experiments.run(plan, tmp_path / "out")
    frame = experiments.open(tmp_path / "out").frame()
    assert len(frame) == 40
    assert {"companies", "cooperation_quality_mean", "cooperation_quality_sd", "levers.shared_goals"} <= set(frame)
    assert np.allclose(frame[[name for name in frame if name.startswith("share_")]].sum(axis=1), 1.0)


def test_an_outcome_of_rows_of_points_is_nearest_to_its_mean(tmp_path):
    experiments.run(small_plan(companies=2, rows="points"), tmp_path / "out")
    sweep = experiments.open(tmp_path / "out")
    for asked, nearest in (
        ("cooperation_quality", "cooperation_quality_mean"),
        ("cooperation_qualty", "cooperation_quality_mean"),
        ("cooperation_quality_meen", "cooperation_quality_mean"),
        ("cooperation_quality_std", "cooperation_quality_sd"),
        ("share_profesional", "share_professional"),
    ):
        with pytest.raises(BadInputError) as caught:
            sweep.frame([asked])
        assert (caught.value.problem, caught.value.value, caught.value.nearest) == ("unknown", asked, nearest)


@pytest.mark.parametrize("which", [0, 3])
def test_a_part_that_is_cut_off_is_named(undisturbed, which):
    path = sorted((undisturbed / "parts").iterdir())[which]
    path.write_bytes(path.read_bytes()[:100])
    for read in (Sweep.frame, lambda sweep: sweep.columns):
        if which and read is not Sweep.frame:
            continue  # the columns are those of the first part
        with pytest.raises(BadInputError) as caught:
            read(open_sweep(undisturbed))
        assert (caught.value.problem, caught.value.file) == ("damaged", str(path))


def test_a_complete_sweep_on_a_read_only_disk_is_complete(undisturbed, monkeypatch):
    (undisturbed / "parts" / "._part-00000.parquet").write_bytes(b"a file that macOS leaves")
    monkeypatch.setattr("experiments.sweep.run.os.access", lambda path, mode: False)
    monkeypatch.setattr("experiments.sweep.store.FileLock", None)
    events: list[Event] = []
    outcome = run(helpers.job(), undisturbed, report=events.append)
    assert (outcome.complete, outcome.computed) == (True, 0)
    assert [event.kind for event in events] == ["found"]
