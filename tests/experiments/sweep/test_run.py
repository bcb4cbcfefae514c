"""What becomes of chunks that raise, of workers that die, and of whoever waits for a sweep."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from experiments.sweep import tasks
from experiments.sweep.results import open_sweep
from experiments.sweep.run import Event, run
from experiments.sweep.status import forecast, status
from experiments.sweep.store import Store
from experiments.sweep.tasks import OtherVersionError, check_versions
from experiments.sweep.workers import Processes, TaskError, WorkerDiedError
from sim.errors import StoppedError
from tests.experiments.sweep import helpers
from tests.experiments.sweep.helpers import content, job, same, small_plan, troubled


def events_of(kind: str, events: list[Event]) -> list[Event]:
    return [event for event in events if event.kind == kind]


# ---------------------------------------------------------------------------------------------------------------------
# Chunks that raise
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_a_chunk_that_raises_is_recorded_and_made_good_by_a_later_call(tmp_path, trouble, executor):
    work, out, events = job(points=12, function=troubled), tmp_path / "out", []
    helpers.trouble(trouble, work, 2, "raise")
    helpers.trouble(trouble, work, 4, "leave")
    outcome = run(work, out, executor=executor, workers=1, report=events.append)
    assert not outcome.complete
    assert sorted(outcome.failed) == [2, 4]
    assert outcome.computed == 4
    assert sum(event.runs for event in events_of("done", events)) == 8
    assert sum(event.runs for event in events_of("failed", events)) == 4
    recorded = Store(out).failure(2)
    assert recorded["error"] == "TwoPartError: something happened"
    assert 'raise TwoPartError("something", "happened")' in recorded["traceback"]
    assert "helpers.py" in recorded["traceback"]
    assert Store(out).failure(4)["error"] == "SystemExit: leaving"
    assert status(out).failed == {2: "TwoPartError: something happened", 4: "SystemExit: leaving"}
    assert sorted(Store(out).inventory().parts) == [0, 1, 3, 5]
    assert not (out / "SHA256SUMS").exists()
    assert not open_sweep(out).complete
    # It is tried again, fails again; and then it works.
    (trouble / repr(float(work.task(4).points[0, 0]))).unlink()
    assert run(work, out, executor="serial").failed == [2]
    (trouble / repr(float(work.task(2).points[0, 0]))).unlink()
    assert run(work, out, executor="serial").computed == 1
    assert list((out / "failures").iterdir()) == []
    run(work, tmp_path / "undisturbed", executor="serial")
    assert same(out, tmp_path / "undisturbed")


def test_a_failure_whose_record_is_damaged_is_still_a_failure(tmp_path, trouble):
    work, out = job(points=4, function=troubled), tmp_path / "out"
    helpers.trouble(trouble, work, 1, "raise")
    run(work, out, executor="serial")
    (out / "failures" / "00000001.json").write_bytes(b"\xff")
    assert status(out).failed == {1: ""}


def test_a_message_that_is_no_text_can_be_recorded(tmp_path):
    store = Store.begin(tmp_path / "out", job().manifest(), b"")
    store.fail(1, "ValueError: \udc80", "")
    assert store.failure(1)["error"] == "ValueError: \udc80"


def test_work_for_other_versions_is_refused_by_whoever_gets_it(tmp_path, monkeypatch):
    with pytest.raises(OtherVersionError, match=r"other versions than the sweep: numpy 0\.1 / "):
        check_versions({**tasks.versions(), "numpy": "0.1"})
    here = {**tasks.versions(), "sources": "other"}
    monkeypatch.setattr("experiments.sweep.tasks.versions", lambda: here)
    outcome = run(job(points=2), tmp_path / "out", executor="threads")
    assert outcome.failed == [0]
    assert Store(tmp_path / "out").failure(0)["error"].startswith("OtherVersionError: the worker has other versions")


def local_function() -> helpers.Function:
    def local(points: helpers.Floats) -> dict[str, helpers.Floats]:
        return helpers.calm(points)

    return local


def test_a_function_that_cannot_travel_fails_chunk_by_chunk(tmp_path):
    work = job(points=4, function=local_function())
    # No process is started for what cannot be sent.
    outcome = run(work, tmp_path / "out", executor="processes")
    assert outcome.failed == [0, 1]
    assert "pickle" in Store(tmp_path / "out").failure(0)["error"].lower()
    assert run(work, tmp_path / "out", executor="threads").complete


# ---------------------------------------------------------------------------------------------------------------------
# Workers that die
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow(5)
def test_a_worker_that_dies_costs_its_chunk_a_second_try_and_nobody_else_anything(tmp_path, trouble):
    work, out, events = job(points=24, function=troubled), tmp_path / "out", []
    helpers.trouble(trouble, work, 1, "die once")
    helpers.trouble(trouble, work, 5, "die")
    outcome = run(work, out, executor="processes", workers=2, report=events.append)
    # One of them kills its worker however often it is tried.
    assert not outcome.complete
    assert (outcome.failed, outcome.computed) == ([5], 11)
    assert "died twice" in Store(out).failure(5)["error"]
    assert [event.runs for event in events_of("failed", events)] == [2]
    assert sum(int(event.what) for event in events_of("died", events)) == 4
    (trouble / repr(float(work.task(5).points[0, 0]))).unlink()
    assert run(work, out, executor="serial").computed == 1
    run(work, tmp_path / "undisturbed", executor="serial")
    assert same(out, tmp_path / "undisturbed")


def cut_off(size: int) -> bytes:
    """Return a large result, and have this process killed while it is sent."""
    main = threading.main_thread().ident

    def watch() -> None:
        while sys._current_frames()[main].f_code.co_name != "_send":
            time.sleep(0.0002)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
    return bytes(size)


@pytest.mark.slow(5)
def test_processes_answer_die_and_end_one_by_one():
    before = set(psutil.Process().children())
    with Processes(1) as processes:
        assert processes.submit(pow, 2, 5).result(30) == 32
        assert isinstance(processes.submit(int, "five").exception(30), TaskError)
        # The pool of the standard library would wait for ever for the rest of the message.
        dying = processes.submit(cut_off, 200_000_000)
        after = processes.submit(pow, 2, 6)
        assert isinstance(dying.exception(30), WorkerDiedError)
        assert after.result(30) == 64
        sleeping = processes.submit(time.sleep, 60)
        helpers.until(sleeping.running)
        never = processes.submit(pow, 2, 7)
        processes.kill()
        assert isinstance(sleeping.exception(1), WorkerDiedError)
        assert never.cancelled()
        with pytest.raises(RuntimeError, match="after shutdown"):
            processes.submit(pow, 2, 8)
    assert helpers.gone(set(psutil.Process().children()) - before, 0.0)


def test_a_system_that_starts_no_process_is_quoted(tmp_path, monkeypatch):
    def full(_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", full)
    with pytest.raises(StoppedError, match="Resource temporarily unavailable"):
        run(job(), tmp_path / "out", executor="processes", workers=2)


def test_processes_that_do_not_start_are_given_up_and_the_usual_reason_is_said(tmp_path, undisturbed, monkeypatch):
    # They end without a word, as those do that run into a main part without a guard.
    monkeypatch.setattr("experiments.sweep.workers._work", str)
    with pytest.raises(StoppedError) as caught:
        run(job(), tmp_path / "out", executor="processes", workers=2)
    assert 'does the script guard its main part with if __name__ == "__main__"?' in caught.value.why.text("en")
    assert "kein Prozess ließ sich starten" in caught.value.why.text("de")
    assert run(job(), tmp_path / "out", executor="serial").complete
    assert same(tmp_path / "out", undisturbed)


# ---------------------------------------------------------------------------------------------------------------------
# Whoever waits
# ---------------------------------------------------------------------------------------------------------------------


def test_events_add_up(tmp_path):
    work, out, events = job(points=25), tmp_path / "out", []
    run(work, out, executor="threads", report=events.append)
    assert [event.kind for event in events] == ["done"] * 13
    assert sum(event.runs for event in events) == 25
    events.clear()
    run(work, out, report=events.append)
    assert events == [Event("found", 25)]


def test_somebody_who_listens_badly_stops_the_sweep_and_loses_nothing(tmp_path, undisturbed):
    heard = 0

    def listen(event: Event) -> None:
        nonlocal heard
        heard += 1
        if heard == 3:
            raise OSError("broken pipe")

    with pytest.raises(OSError, match="broken pipe"):
        run(job(), tmp_path / "out", executor="threads", report=listen)
    assert len(Store(tmp_path / "out").inventory().parts) >= 3
    run(job(), tmp_path / "out")
    assert same(tmp_path / "out", undisturbed)


class Counting(Executor):
    """Counts what has been handed in and not been stored."""

    def __init__(self, store: Path, workers: int) -> None:
        self._max_workers, self._threads, self._store = workers, ThreadPoolExecutor(workers), store
        self.handed_in, self.most = 0, 0

    def submit(self, fn, /, *args, **kwargs) -> Future:  # type: ignore[override, type-arg, no-untyped-def]
        self.handed_in += 1
        self.most = max(self.most, self.handed_in - len(list((self._store / "parts").glob("*.parquet"))))
        return self._threads.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait, cancel_futures=cancel_futures)


@pytest.mark.parametrize("workers", [1, 3])
def test_no_more_is_under_way_than_two_for_each_slot(tmp_path, undisturbed, workers):
    with Counting(tmp_path / "out", workers) as counting:
        run(job(), tmp_path / "out", executor=counting)
    assert counting.most == 2 * workers
    assert same(tmp_path / "out", undisturbed)


def test_a_sweep_can_be_stopped_by_whoever_hands_in_work_that_is_cancelled(tmp_path, undisturbed):
    class Cancelling(Executor):
        def submit(self, fn, /, *args, **kwargs) -> Future:  # type: ignore[override, type-arg, no-untyped-def]
            future: Future[object] = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(StoppedError, match=r"the workers are gone \(CancelledError\)") as caught:
        run(job(), tmp_path / "out", executor=Cancelling())
    assert "die Arbeitsprozesse sind fort" in caught.value.why.text("de")
    run(job(), tmp_path / "out")
    assert same(tmp_path / "out", undisturbed)


def test_what_a_forecast_says_is_about_right_in_size(simulated):
    expected, found = forecast(small_plan(), workers=2), status(simulated)
    assert (expected.chunks, expected.runs, expected.workers) == (found.chunks, found.runs, 2)
    assert 0.5 * found.size < expected.size < 2.0 * found.size
    assert expected.seconds > 0.0


def test_nothing_is_left_in_the_folder_above(tmp_path):
    run(job(), tmp_path / "deeper" / "out")
    assert [name for name in content(tmp_path) if name.count("/") < 2 and "out/" not in name] == [
        "deeper",
        "deeper/out",
    ]
