"""Jobs: how work is cut, what a task carries, and what a manifest says."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.lattice.runs import lattice_levers, lattice_plan
from experiments.plan.designs import LatinHypercube, Sobol
from experiments.plan.plan import Plan
from experiments.sweep import identity, jobs, tasks
from experiments.sweep.jobs import FunctionJob, Job, SimulationJob
from experiments.sweep.tasks import OtherVersionError, check_versions, parquet, perform
from sim import Scenario
from sim.graph import COMPANIES_PER_GRAPH
from sim.parameters import parameters

ROOT = Path(__file__).parents[2]
BASELINES = ROOT / "tests" / "baselines"
SMALL = Scenario(name="small", weeks=4, company={"marketing": 2, "sales": 3}, levers={"eye_level": 0.5})


def product_and_sum(points: np.ndarray) -> dict[str, np.ndarray]:
    """A function that another process can import."""
    return {"product": points.prod(axis=1), "sum": points.sum(axis=1)}


def plan_of(points: int = 10, **given: Any) -> Plan:
    given = {"scenarios": [SMALL], "factors": {"levers.talk_first": {}, "parameters.voice": {}}, **given}
    return Plan(**{"design": {"kind": "latin_hypercube", "points": points}, **given})


# --- how the work is cut ----------------------------------------------------------------------------------------------

CUTTING: dict[str, dict[str, Any]] = {
    "settings": {"levers.talk_first": {}},
    "engines": {"coefficients.need_hours": {}},
    "shapes": {"company.sales": {"low": 2, "high": 9}},
}


@given(
    factors=st.sampled_from(sorted(CUTTING)),
    points=st.integers(1, 3000),
    companies=st.integers(1, 3000),
    weeks=st.integers(1, 400),
    scenarios=st.integers(1, 3),
    rows=st.sampled_from(["companies", "points"]),
)
@settings(max_examples=60)
def test_every_point_and_company_is_in_one_chunk(
    factors: str, points: int, companies: int, weeks: int, scenarios: int, rows: str
) -> None:
    plan = plan_of(
        points, companies=companies, weeks=weeks, rows=rows, factors=CUTTING[factors],
        scenarios=[SMALL.changed(name=str(k)) for k in range(scenarios)],
    )  # fmt: skip
    job = SimulationJob(plan)
    covered = np.zeros((points, companies), dtype=np.int8)
    for k in range(job.chunks):
        cut = job.chunk(k)
        assert min(cut.points, cut.companies) > 0
        covered[cut.point : cut.point + cut.points, cut.company : cut.company + cut.companies] += 1
        assert job.chunk_runs(k) == cut.points * cut.companies * scenarios
        # A chunk is some seconds of work, but for a single point with all its companies.
        assert job.chunk_runs(k) <= jobs._MOST_RUNS or (rows == "points" and cut.points == 1)
        if rows == "points":
            assert cut.companies == companies
        elif cut.companies >= COMPANIES_PER_GRAPH and cut.company + cut.companies < companies:
            assert cut.companies % COMPANIES_PER_GRAPH == 0
    assert (covered == 1).all()
    assert sum(job.chunk_runs(k) for k in range(job.chunks)) == job.runs == plan.runs


def test_many_settings_of_few_companies_or_few_settings_of_many() -> None:
    lattice = SimulationJob(lattice_plan(Scenario(), lattice_levers(Scenario()), companies=200))
    first, last = lattice.chunk(0), lattice.chunk(lattice.chunks - 1)
    assert (first.companies, last.companies) == (1, 1)
    # The halves are alike.
    assert first.points == last.points == 2**14
    for factors in ({"coefficients.need_hours": {}}, {"company.interface_degree": {"low": 1.0, "high": 8.0}}):
        job = SimulationJob(plan_of(5000, factors=factors, companies=96, scenarios=["reference"]))
        assert job.chunk(0).companies == 96
        assert 32 < job.chunks < 200


def test_larger_companies_make_smaller_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_CHUNKS", 1)

    def points_per_chunk(**sales: Any) -> int:
        factors = {"company.sales": sales, "levers.talk_first": {}}
        return SimulationJob(plan_of(200_000, factors=factors, weeks=50, companies=1)).chunk(0).points

    assert points_per_chunk(values=[20, 30]) > 8 * points_per_chunk(low=300, high=500)


def test_a_small_sweep_is_work_for_several_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_FEWEST_TIE_WEEKS", 1)
    assert 16 <= SimulationJob(plan_of(100, companies=40)).chunks <= 64


def test_a_sample_is_spread_over_the_design() -> None:
    job = SimulationJob(plan_of(1000, companies=50))
    task = job.sample(200)
    runs = len(task.points) * task.companies
    assert 0 < runs <= 200
    points = pa.table(job.design()).to_pandas()["parameters.voice"].to_numpy()
    assert task.points[0, 1] == points[0]
    assert task.points[-1, 1] == points[-1]
    assert task().num_rows == runs


def test_a_sample_runs_as_many_companies_side_by_side_as_a_chunk() -> None:
    """One company per engine would take many times as long, and the forecast with it."""
    plan = plan_of(1000, companies=50)
    task = SimulationJob(plan.changed(factors={"coefficients.trust_up": {}})).sample(200)
    assert (len(task.points), task.companies) == (6, 32)


# --- tasks ------------------------------------------------------------------------------------------------------------


def test_a_task_travels_and_gives_the_same_there() -> None:
    organisation = {"people": str(BASELINES / "people.csv"), "ties": str(BASELINES / "ties.csv")}
    plan = plan_of(
        6, companies=3, weeks=3, context=True,
        scenarios=[SMALL, Scenario(name="ours", company=organisation)],
        factors={"levers.talk_first": {}, "coefficients.need_hours": {}, "company.division_type": {}},
    )  # fmt: skip
    task = SimulationJob(plan).task(0)
    assert perform(pickle.loads(pickle.dumps(task))) == perform(task) == parquet(task())
    assert pq.read_table(pa.BufferReader(perform(task))).equals(task())


def test_a_task_reads_no_file(tmp_path: Path) -> None:
    for name in ("people.csv", "ties.csv"):
        shutil.copy(BASELINES / name, tmp_path)
    scenario = Scenario(weeks=3, company={"people": str(tmp_path / "people.csv"), "ties": str(tmp_path / "ties.csv")})
    packed = pickle.dumps(SimulationJob(plan_of(2, companies=2, scenarios=[scenario])).task(0))
    shutil.rmtree(tmp_path)
    task = pickle.loads(packed)
    assert task().num_rows == 4
    assert str(tmp_path).encode() not in packed


@pytest.mark.parametrize(
    "plan",
    [
        lattice_plan(Scenario(), lattice_levers(Scenario()), companies=200),
        plan_of(100_000, factors={"coefficients.*": {}, "founding.*": {}}, companies=32),
        plan_of(
            design={"kind": "list", "points": [{"parameters.voice": k / 50_000} for k in range(50_000)]},
            factors={},
            companies=64,
        ),
    ],
    ids=["lattice", "numbers", "list"],
)
def test_a_task_carries_its_own_points_only(plan: Plan) -> None:
    job = SimulationJob(plan)
    assert job.chunks > 1
    # The middle one, as the ends may be smaller.
    task, cut = job.task(job.chunks // 2), job.chunk(job.chunks // 2)
    own = 8 * cut.points * len(plan.space)
    assert len(pickle.dumps(task)) < own + 60_000 < 5_000_000
    assert task.points.shape == (cut.points, len(plan.space))


def test_a_million_points_are_drawn_once_and_cut_by_reference() -> None:
    job = SimulationJob(plan_of(1_000_000, factors={"levers.talk_first": {}, "parameters.voice": {}}, companies=32))
    found = [job.task(k).points for k in (0, job.chunks // 2, job.chunks - 1)]
    assert all(points.base is found[0].base is not None for points in found)
    assert all(not points.flags.owndata for points in found)
    assert sum(map(len, found)) < 400_000


def test_work_of_other_versions_is_refused() -> None:
    versions = identity.versions()
    check_versions(versions)
    with pytest.raises(OtherVersionError, match=r"numpy 0\.1 / "):
        check_versions({**versions, "numpy": "0.1"})
    task = SimulationJob(plan_of(1, companies=1)).task(0)
    object.__setattr__(task, "versions", {**versions, "sources": "other"})
    with pytest.raises(OtherVersionError, match="sources other / "):
        task()


def test_rows_have_the_types_that_the_store_promises() -> None:
    task = SimulationJob(plan_of(3, companies=2, context=True, first_company=2**47)).task(0)
    table = task()
    assert table.schema.field("point").type == pa.int32()
    assert table.schema.field("company").type == pa.int64()
    assert table.column("company").to_pylist() == [2**47, 2**47 + 1] * 3
    for name in ("scenario", "type"):
        assert pa.types.is_dictionary(table.schema.field(name).type)
    for name in ("trust", "turbulence"):
        assert table.schema.field(name).type == pa.float64()
    assert table.column("point").to_pylist() == [0, 0, 1, 1, 2, 2]


# --- manifests --------------------------------------------------------------------------------------------------------


def test_a_manifest_says_what_the_result_depends_on() -> None:
    plan = plan_of(
        factors={"levers.talk_first": {"low": 0.1}, "company.division_type": {}}, companies=7, name="mine",
    )  # fmt: skip
    manifest = SimulationJob(plan).manifest()
    assert json.loads(json.dumps(manifest, allow_nan=False)) == manifest
    assert (manifest["points"], manifest["runs"], manifest["chunks"]) == (10, 70, SimulationJob(plan).chunks)
    assert manifest["factors"] == [
        {"target": "levers.talk_first", "low": 0.1, "high": 1.0},
        {"target": "company.division_type", "values": [1, 2, 3]},
    ]
    assert manifest["design"] == {"kind": "latin_hypercube", "points": 10, "factors": 2}
    assert manifest["plan"]["seed"] == 1
    assert manifest["plan"]["scenarios"][0]["levers"]["eye_level"]["intensity"] == 0.5
    again = Plan(**manifest["plan"])
    assert SimulationJob(again).manifest() == manifest
    versions = manifest["versions"]
    assert {"handshake", "sources", "python", "numba", "numpy", "pyarrow", "pydoe", "salib", "scipy"} <= set(versions)
    names = {f"{group}.{name}" for group, declared in parameters().items() for name in declared}
    assert {entry["name"] for entry in manifest["parameters"]} == names
    assert {entry["provenance"] for entry in manifest["parameters"]} == {"study", "literature", "assumption"}
    assert all(
        entry["source"] and entry["low"] <= entry["default"] <= entry["high"] for entry in manifest["parameters"]
    )


def test_the_design_of_a_fraction_is_described_by_the_names_of_the_factors() -> None:
    factors = {
        f"levers.{name}": {} for name in ("talk_first", "eye_level", "joint_planning", "shared_goals", "job_rotation")
    }
    about = SimulationJob(plan_of(factors=factors, design={"kind": "fractional", "resolution": 3})).manifest()["design"]
    assert about["resolution"] == 3
    assert all("levers." in generator for generator in about["generators"])
    assert {name for word in about["defining_relation"] for name in word.split("*")} <= set(factors)


def test_a_list_is_described_by_its_points() -> None:
    plan = plan_of(factors={}, design={"kind": "list", "points": [{"parameters.voice": 0.5}]})
    manifest = SimulationJob(plan).manifest()
    assert manifest["design"] == {}
    assert manifest["plan"]["design"]["points"] == [{"parameters.voice": 0.5}]
    assert manifest["factors"] == [{"target": "parameters.voice", "low": 0.0, "high": 1.0}]


def test_a_manifest_knows_files_by_their_content_wherever_they_lie(tmp_path: Path) -> None:
    manifests = []
    for folder in (tmp_path / "here", tmp_path / "there"):
        folder.mkdir()
        for name in ("people.csv", "ties.csv"):
            shutil.copy(BASELINES / name, folder)
        company = {"people": str(folder / "people.csv"), "ties": str(folder / "ties.csv")}
        job = SimulationJob(
            plan_of(scenarios=[Scenario(name="ours", weeks=3, company=company), SMALL.changed(weeks=3)])
        )
        manifests.append(job.manifest())
        assert str(tmp_path) not in json.dumps(job.manifest())
    assert manifests[0] == manifests[1]
    assert manifests[0]["plan"]["scenarios"][0]["company"]["people"] == "people.csv"
    assert set(manifests[0]["files"]) == {"ours"}
    (tmp_path / "there" / "ties.csv").write_text((BASELINES / "ties.csv").read_text() + "\n")
    assert job.manifest()["files"] != manifests[1]["files"]


def test_no_machine_is_named_in_a_manifest_of_presets() -> None:
    job = SimulationJob(plan_of(scenarios=["own_organisation", "ivory_tower"]))
    assert str(ROOT) not in json.dumps(job.manifest())


@cache
def digest() -> str:
    """Everything that a sweep is begun with, as text."""
    design = {"kind": "morris", "trajectories": 3}
    plan = plan_of(
        factors={"context.*": {}, "coefficients.need_hours": {}, "company.division_type": {}}, companies=3, weeks=2,
        design=design, scenarios=[SMALL, "own_organisation"], context=True,
    )  # fmt: skip
    job = SimulationJob(plan)
    text = json.dumps(job.manifest())
    return f"{text}\n{parquet(job.design()).hex()}\n{perform(job.task(0)).hex()}"


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_another_process_gives_the_same_bytes(hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from tests.experiments.test_jobs import digest; print(digest())"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert done.stdout.strip() == digest()


def test_sources_are_those_of_the_model_and_of_the_sweep(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = identity.sources_hash()
    copy = tmp_path / "sim"
    shutil.copytree(ROOT / "sim", copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "notes.txt").write_text("no source")
    found = identity.files
    monkeypatch.setattr(identity, "files", lambda package: copy if package == "sim" else found(package))
    assert identity.sources_hash.__wrapped__() == before
    text = (copy / "parameters.toml").read_text(encoding="utf-8")
    (copy / "parameters.toml").write_text(text + "\n", encoding="utf-8")
    assert identity.sources_hash.__wrapped__() != before


# --- designs and functions --------------------------------------------------------------------------------------------


def test_the_design_has_a_row_per_point_with_values() -> None:
    factors = {"levers.talk_first": {}, "company.structure": {}, "company.sales": {"values": [9, 4]}}
    plan = plan_of(50, factors=factors)
    table = SimulationJob(plan).design().to_pandas()
    assert list(table) == ["point", *factors]
    assert table["point"].tolist() == list(range(50))
    points = plan.draw()
    for k, factor in enumerate(plan.space):
        assert table[factor.target].tolist() == [factor.value(x) for x in points[:, k]]
    assert set(table["company.structure"]) == {"spread", "broker"}
    assert table["company.sales"].dtype == np.int64


def test_a_function_is_swept_like_a_plan() -> None:
    bounds = {"a": (0.0, 1.0), "b": (2.0, 3.0)}
    job = FunctionJob(product_and_sum, bounds, LatinHypercube(points=25), seed=3, points_per_chunk=10)
    assert isinstance(job, Job)
    assert (job.chunks, job.runs, [job.chunk_runs(k) for k in range(3)]) == (3, 25, [10, 10, 5])
    table = pa.concat_tables([pickle.loads(pickle.dumps(job.task(k)))() for k in range(3)]).to_pandas()
    design = job.design().to_pandas()
    assert table["point"].tolist() == design["point"].tolist() == list(range(25))
    assert table["product"].tolist() == (design["a"] * design["b"]).tolist()
    assert design["b"].between(2.0, 3.0).all()
    manifest = job.manifest()
    assert json.loads(json.dumps(manifest)) == manifest
    assert manifest["plan"]["function"].endswith("test_jobs.product_and_sum")
    assert manifest["design"] == {"kind": "latin_hypercube", "points": 25, "factors": 2}


def test_a_plan_is_a_job() -> None:
    job = SimulationJob(plan_of(design=Sobol(points=4)))
    assert isinstance(job, Job)
    assert job.runs == 400
    assert tasks.perform(job.task(0))[:4] == b"PAR1"
