"""Whoever does the work, the result is the same; and whoever cannot is named."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest

from experiments.sweep.executors import Inline, processors, worker_pool
from experiments.sweep.run import run
from experiments.sweep.store import Store
from sim.errors import BadInputError, StoppedError
from tests.experiments.sweep import helpers
from tests.experiments.sweep.helpers import job, same, small_plan


class Backwards(Executor):
    """Waits a moment and then does what has come in, last first, in a thread of its own; tells nothing of its size."""

    def __init__(self) -> None:
        self._stack: list[tuple[Future[Any], Callable[[], Any]]] = []
        self._changed = threading.Condition()
        self._open = True
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        with self._changed:
            self._stack.append((future, lambda: fn(*args, **kwargs)))
            self._changed.notify()
        return future

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stack or not self._open)
                if not self._stack:
                    return
                self._changed.wait(0.01)
                future, call = self._stack.pop()
            # Like executors that send work elsewhere, it never says that something is running.
            try:
                future.set_result(call())
            except Exception as error:
                future.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._changed:
            self._open = False
            self._changed.notify()
        self._thread.join()


EXECUTORS: dict[str, tuple[Callable[[], str | Executor], int | None]] = {
    "serial": (lambda: "serial", None),
    "one thread": (lambda: "threads", 1),
    "three threads": (lambda: "threads", 3),
    "inline": (Inline, None),
    "backwards": (Backwards, None),
    "backwards, three at a time": (Backwards, 3),
    "threads of the standard library": (lambda: ThreadPoolExecutor(2), None),
}


@pytest.mark.parametrize("name", EXECUTORS)
def test_whoever_computes_the_bytes_are_the_same(tmp_path, undisturbed, name):
    make, workers = EXECUTORS[name]
    executor = make()
    outcome = run(job(), tmp_path / "out", executor=executor, workers=workers)
    assert (outcome.chunks, outcome.computed, outcome.failed) == (12, 12, [])
    assert same(tmp_path / "out", undisturbed)
    if isinstance(executor, Executor):
        # What was handed in is not closed.
        assert executor.submit(pow, 2, 5).result() == 32
        executor.shutdown()


def test_whoever_simulates_the_bytes_are_the_same(tmp_path, simulated):
    run(small_plan(), tmp_path / "processes", executor="processes", workers=2)
    assert same(tmp_path / "processes", simulated)
    run(small_plan(), tmp_path / "threads", executor="threads", workers=3)
    assert same(tmp_path / "threads", simulated)


class Breaking(Executor):
    """Works a few times and then never again."""

    def __init__(self, times: int, how: str) -> None:
        self._times, self._how = times, how

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self._times -= 1
        future: Future[Any] = Future()
        if self._times >= 0:
            future.set_result(fn(*args, **kwargs))
        elif self._how == "result":
            future.set_exception(BrokenExecutor("the cable is cut"))
        elif self._how == "submit":
            raise BrokenExecutor("the cable is cut")
        elif self._how == "shut down":
            raise RuntimeError("cannot schedule new futures after shutdown")
        return future


@pytest.mark.parametrize("how", ["result", "submit", "shut down"])
@pytest.mark.parametrize("times", [0, 1, 5])
def test_an_executor_that_breaks_leaves_a_sweep_that_can_go_on(tmp_path, undisturbed, times, how):
    with pytest.raises(StoppedError) as caught:
        run(job(), tmp_path / "out", executor=Breaking(times, how), workers=2)
    reason = {"shut down": "RuntimeError: cannot schedule"}.get(how, "BrokenExecutor: the cable is cut")
    assert reason in caught.value.why.text("en")
    assert reason in caught.value.why.text("de")
    # What was done before is not lost.
    assert len(Store(tmp_path / "out").inventory().parts) == times
    assert run(job(), tmp_path / "out").computed == 12 - times
    assert same(tmp_path / "out", undisturbed)


@pytest.mark.slow(5)
def test_a_pool_of_the_standard_library_whose_worker_dies(tmp_path, trouble):
    work = job(function=helpers.troubled)
    helpers.trouble(trouble, work, 3, "die once")
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool,
        pytest.raises(StoppedError, match="BrokenProcessPool"),
    ):
        run(work, tmp_path / "out", executor=pool)
    assert sorted(Store(tmp_path / "out").inventory().parts) == [0, 1, 2]
    assert run(work, tmp_path / "out", executor="serial").complete


def test_an_unknown_executor_is_named(tmp_path):
    with pytest.raises(BadInputError) as caught:
        run(job(), tmp_path / "out", executor="thread")
    assert (caught.value.problem, caught.value.key, caught.value.nearest) == ("unknown", "executor", "threads")
    assert run(job(), tmp_path / "out").complete


def test_the_crew_is_as_large_as_it_says():
    assert processors() >= 1
    with worker_pool("threads", 3) as found:
        assert found.slots() == 3
    with worker_pool(ThreadPoolExecutor(5)) as found:
        assert found.slots() == 5
        assert found.gone() == ""
    with worker_pool(Inline()) as found:
        assert found.slots() == processors()
    with worker_pool(Inline(), 7) as found:
        assert found.slots() == 7
