"""Who does the work: this process, threads, processes, a Dask cluster, or any executor that is handed in.

Whatever it is, it has the interface of :class:`concurrent.futures.Executor`. Results do not depend on it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Any, Final

from sim.core.cache import get_kernel
from sim.core.engine import BLOCK_LANES
from sim.errors import BadInputError, phrase, unknown_name

KINDS: Final = ("processes", "threads", "serial")
_PATIENCE: Final = "10s"
"""How long to wait for an answer of a scheduler."""


@dataclass(slots=True)
class Crew:
    """An executor and what has to be known of it.

    Attributes
    ----------
    executor
        Who takes the work.
    slots
        How many pieces of work it can do at a time; asked anew each time, as workers come and go.
    renew
        Makes another one if its workers have died; None if it cannot be made here.
    """

    executor: Executor
    slots: Callable[[], int]
    renew: Callable[[], Executor] | None = None


class Inline(Executor):
    """Does the work in the calling thread, when it is handed in."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the work and return its result as a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def crew(kind: str | Executor = "threads", workers: int | None = None, scheduler: str | None = None) -> Iterator[Crew]:
    """Give somebody to work, and send them home afterwards.

    Parameters
    ----------
    kind
        ``"processes"``, ``"threads"``, ``"serial"``, or an executor, which stays open.
    workers
        How many; as many as there are processors if None.
    scheduler
        ``tcp://host:port`` of a Dask scheduler, or ``"local"`` for a Dask cluster on this machine; comes before
        ``kind``.

    Raises
    ------
    BadInputError
        For an unknown kind, and for a scheduler that cannot be reached.
    """
    count = workers or processors()
    if scheduler is not None:
        with _dask(scheduler, count) as found:
            yield found
    elif isinstance(kind, Executor):
        # Executors keep their size to themselves; most of them under this name.
        size = workers or getattr(kind, "_max_workers", None) or processors()
        yield Crew(kind, lambda: size)
    elif kind == "serial":
        yield Crew(Inline(), lambda: 1)
    elif kind == "threads":
        # Here, before there are threads: two of them would compile it twice.
        get_kernel(BLOCK_LANES)
        with ThreadPoolExecutor(count, thread_name_prefix="sweep") as threads:
            yield Crew(threads, lambda: count)
    elif kind == "processes":
        with _processes(count) as found:
            yield found
    else:
        raise unknown_name(kind, KINDS, key="executor")


@contextmanager
def _processes(count: int) -> Iterator[Crew]:
    # Forking a process that has threads, as this one may, can freeze the child.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ExitStack() as pools:

        def make() -> Executor:
            return pools.enter_context(ProcessPoolExecutor(count, mp_context=context, initializer=_begin_worker))

        try:
            yield Crew(make(), lambda: count, make)
        except BaseException:
            # Leaving the pool waits for its workers; whoever gives up does not want to.
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
            raise


def _begin_worker() -> None:
    """Prepare a worker process: Ctrl-C is the main process's business, and a worker does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _dask(address: str, count: int) -> Iterator[Crew]:
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415  (an extra)
    except ImportError:
        allowed = phrase("install_extra", name="cluster")
        raise BadInputError("invalid", key="scheduler", value=address, allowed=allowed) from None
    with ExitStack() as stack:
        target: Any = address
        if address == "local":
            target = stack.enter_context(
                LocalCluster(
                    n_workers=count, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
                )
            )
        try:
            client = stack.enter_context(Client(target, timeout=_PATIENCE, set_as_default=False))
        except (OSError, ValueError):
            # Dask says "timed out" in several ways, all of them OSErrors; an address it cannot parse is a ValueError.
            raise BadInputError("unreachable", key="scheduler", value=address, allowed="tcp://host:port") from None
        executor = stack.enter_context(client.get_executor(pure=False))
        try:
            yield Crew(executor, lambda: sum(client.nthreads().values()))
        finally:
            with suppress(Exception):  # a scheduler that is gone needs no good-bye
                executor.shutdown(wait=False, cancel_futures=True)


__all__ = ["KINDS", "Crew", "Inline", "crew", "processors"]
