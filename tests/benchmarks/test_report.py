"""The table says what was measured, and nothing of what was not."""

from typing import Any

import pytest

from benchmarks import report
from benchmarks.report import Run

MACHINE: dict[str, Any] = {
    "cores": 2,
    "cpu": {},
    "load_before": 0.25,
    "machine": "x86_64",
    "processor": "A processor",
    "python_implementation": "CPython",
    "python_version": "3.11.7",
    "system": "Linux",
    "versions": {"NumPy": "2.4.6"},
}


def run(**measured: tuple[float, dict[str, Any]]) -> Run:
    """Return a run with seconds and notes by name; ``__`` stands for brackets."""
    benchmarks = []
    for name, (seconds, info) in measured.items():
        test, _, case = name.partition("__")
        case = case.replace("_to_", "-")
        stats = {"median": seconds, "min": seconds}
        benchmarks.append({"name": f"{test}[{case}]" if case else test, "stats": stats, "extra_info": info})
    return Run({"machine_info": MACHINE, "datetime": "2026-11-22T10:00:00", "benchmarks": benchmarks})


def rows(found: list[report.Row]) -> dict[str, tuple[str, bool | None]]:
    return {row.subject: (row.measured, row.met) for row in found}


PEER = {"runs": 104, "few": 8, "few_seconds": 3.0, "first_seconds": 3.5}


def test_nothing_measured_nothing_said() -> None:
    assert not report.targets(run())
    assert not report.details(run())
    assert "A processor, 2 cores; Linux; CPython 3.11.7, NumPy 2.4.6" in report.markdown(run())


def test_a_peer_without_its_start() -> None:
    # 96 histories in 2.4 seconds: 25 ms each; 8 of them are a short call's own.
    found = run(test_peer__batch_run_to_2=(5.4, PEER))
    assert found.seconds_per_run("test_peer[batch_run-2]") == pytest.approx(0.025)
    assert found.start_up("test_peer[batch_run-2]") == pytest.approx(3.3)
    assert rows(report.details(found)) == {
        "`mesa.batch_run`, the same histories, two processes": ("40.0 per second, after 3.3 s of starting up", None)
    }


@pytest.mark.parametrize(("seconds", "ratio", "met"), [(0.8, "200 x", True), (1.0, "160 x", False)])
def test_the_sweep_against_batch_run(seconds: float, ratio: str, met: bool) -> None:
    found = run(
        test_sweep__2=(seconds, {"runs": 6400}),
        test_peer__batch_run_to_2=(5.4, PEER),
        test_peer__agentpy_to_2=(10.2, PEER),
    )
    subject = "Sweep against `mesa.batch_run` with the same model, two workers each"
    assert rows(report.targets(found)) == {subject: (ratio, met)}
    besides = rows(report.details(found))
    assert besides["Sweep, company histories of 104 weeks, two threads"] == (f"{6400 / seconds:,.0f} per second", None)
    assert "AgentPy's runner around the Mesa engine, the same histories, two processes" in besides


def test_two_workers_against_one() -> None:
    found = run(
        test_scaling__threads_to_1=(1.5, {"start_up": 0.0}),
        test_scaling__threads_to_2=(1.0, {"start_up": 0.0}),
        test_scaling__dask_to_1=(1.6, {"start_up": 2.0}),
        test_scaling__dask_to_2=(1.0, {"start_up": 3.0}),
        test_scaling__processes_to_1=(1.6, {"start_up": 2.0}),
    )
    assert rows(report.details(found)) == {
        "Sweep, two threads against one": ("1.50 x", None),
        "Sweep, two Dask worker processes against one": ("1.60 x, after 3.0 s of starting up", None),
    }


def test_the_store() -> None:
    info = {"runs": 6400, "outcomes": 25, "stored": 1_280_000, "computing": 1.0, "encoding": 0.02}
    found = run(test_store=(1.06, info))
    assert rows(report.targets(found)) == {
        "Sweep, what it takes beside computing, as a share of computing": ("6.0 %", True)
    }
    assert [row.measured for row in report.details(found)] == ["2.0 %", "4.0 %", "200 bytes per run"]


def test_memory_from_the_fewest_runs_to_the_most() -> None:
    notes = {
        runs: {"runs": runs, "design": runs, "before": 300 * 2**20, "after": after * 2**20}
        for runs, after in ((1000, 310), (10_000, 320), (1_000_000, 372))
    }
    found = run(**{f"test_sweep_memory__{runs}": (1.0, info) for runs, info in reversed(notes.items())})
    assert rows(report.targets(found)) == {"Peak memory, sweep of 1,000,000 runs against 1,000": ("1.20 x", False)}
    assert [row.measured.partition(",")[0] for row in report.details(found)] == ["310 MiB", "320 MiB", "372 MiB"]


def test_the_lattice_is_extrapolated_and_says_so() -> None:
    info = {"levers": 15, "companies": 2, "weeks": 104, "runs": 65_536}
    found = run(test_lattice=(9.0, info | {"seconds": 7.0, "memory": 350 * 2**20, "stored": 2_621_440}))
    (row,) = report.targets(found)
    assert row.subject.endswith("extrapolated from 2 companies")
    assert (row.measured, row.met) == ("350 s", True)
    assert [row.measured for row in report.details(found)] == ["7.0 s, peak memory 350 MiB, 40 bytes per run"]


def test_a_wave_is_extrapolated_and_says_so() -> None:
    info = {"sets": 100, "threads": 2}
    found = rows(report.targets(run(**{"test_wave[study]": (5.0, info), "test_wave[all]": (60.0, info)})))
    assert [value for _, value in found.items()] == [("8.3 min", True), ("100.0 min", False)]
    assert all("extrapolated from 100 sets" in subject for subject in found)


def test_the_table_goes_between_the_marks() -> None:
    text = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    assert report.put_in(text, "new") == f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n"
    with pytest.raises(ValueError, match="lacks the marks"):
        report.put_in("nothing", "new")


def test_the_studio() -> None:
    times = {"changes": 40, "median": 0.15, "p95": 0.41, "refined": 1.2, "refined_p95": 1.9}
    mib = 2**20
    crowd = {"sessions": 20, "seconds": 300.0, "changes": 1234, "errors": ["TimeoutError: "], "median": 2.0, "p95": 3.5}
    memory = {"before": 400 * mib, "most": 900 * mib, "after": 440 * mib}
    found = run(test_studio_latency=(0.2, times), test_studio_sessions=(300.0, crowd | memory))
    assert rows(report.targets(found)) == {
        "Studio, slider released to numbers changed, median of 40 changes": ("150 ms", True),
        "- 95th percentile": ("410 ms", False),
        "Studio, slider released to numbers refined, 95th percentile": ("1,900 ms", True),
        "Studio, 20 sessions at once for 300 s, 1,234 changes: errors": ("1", False),
        "- memory after they have left, against before": ("1.10 x", True),
    }
    assert rows(report.details(found)) == {
        "Studio, slider released to numbers refined, median": ("1,200 ms", None),
        "Studio, 20 sessions at once: wait for the refined answer, median": ("2.0 s, 95th percentile 3.5 s", None),
        "- memory before, at most, after": ("400 / 900 / 440 MiB", None),
    }
