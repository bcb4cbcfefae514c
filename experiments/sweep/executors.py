"""Executors: this process, threads, processes, a Dask cluster, or any executor that is handed in.

Whatever it is, it has the interface of :class:`concurrent.futures.Executor`. Results do not depend on it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from experiments.sweep.tasks import perform
from experiments.sweep.workers import Processes, TaskError, leave_interrupts_to_us
from sim.errors import BadInputError, StoppedError, Words, phrase, unknown_name
from sim.lanes import load_kernel

KINDS: Final = ("processes", "threads", "serial")
_PATIENCE: Final = 10.0
"""Seconds to wait for a scheduler at the beginning."""
_MOMENT: Final = 2.0
"""Seconds for an answer in passing, and for a good-bye."""
_SILENCE: Final = 60.0
"""Seconds without an answer after which a scheduler counts as gone."""
NO_WORKER: Final = phrase("no_process_could_be_started_does")


def attempt(task: Callable[[], Any]) -> bytes:
    """Do a chunk's work and return its rows as the content of a Parquet file; what a worker is asked to do.

    Raises
    ------
    TaskError
        Whatever went wrong. A piece of work that wants to leave the interpreter only fails.
    """
    try:
        return perform(task)
    except (Exception, SystemExit) as error:
        raise TaskError.of(error) from None


def _here() -> Words:
    return ""


@dataclass(frozen=True, slots=True)
class WorkerPool:
    """An executor and what has to be known of it.

    Attributes
    ----------
    executor
        Who takes the work.
    slots
        How many pieces of work it can do at a time; asked anew each time, as workers come and go.
    gone
        Why no work will come back any more; empty as long as it will.
    """

    executor: Executor
    slots: Callable[[], int]
    gone: Callable[[], Words] = _here


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
def worker_pool(
    kind: str | Executor = "threads", workers: int | None = None, scheduler: str | None = None
) -> Iterator[WorkerPool]:
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
    StoppedError
        If the processes of a local Dask cluster do not start.
    """
    count = workers or processors()
    if scheduler is not None:
        with _dask(scheduler, count) as found:
            yield found
    elif isinstance(kind, Executor):
        # Executors keep their size to themselves; most of them under this name.
        known = getattr(kind, "_max_workers", None)
        size = workers or (known if isinstance(known, int) else processors())
        yield WorkerPool(kind, lambda: size)
    elif kind == "serial":
        yield WorkerPool(Inline(), lambda: 1)
    elif kind == "threads":
        with _threads(count) as found:
            yield found
    elif kind == "processes":
        with _processes(count) as found:
            yield found
    else:
        raise unknown_name(kind, KINDS, key="executor")


@contextmanager
def _threads(count: int) -> Iterator[WorkerPool]:
    # Here, before there are threads: two of them would compile it twice.
    load_kernel()
    threads, patient = ThreadPoolExecutor(count, thread_name_prefix="sweep"), True
    try:
        yield WorkerPool(threads, lambda: count)
    except KeyboardInterrupt:
        # Nobody can end a thread in the middle of its work, but one need not wait for it.
        patient = False
        raise
    finally:
        threads.shutdown(wait=patient, cancel_futures=True)


@contextmanager
def _processes(count: int) -> Iterator[WorkerPool]:
    processes = Processes(count)
    try:
        yield WorkerPool(processes, lambda: count)
        processes.shutdown()
    finally:
        # Whoever gives up does not want to wait for them; after an orderly end there is nobody left.
        processes.kill()


@contextmanager
def _dask(address: str, count: int) -> Iterator[WorkerPool]:
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415  (an extra)
    except ImportError:
        allowed = phrase("install_extra", name="cluster")
        raise BadInputError("invalid", key="scheduler", value=address, allowed=allowed) from None

    class Caller(Client):
        """A client that does not wait for ever for somebody who listens and says nothing."""

        def start(self, **kwargs: Any) -> None:
            try:
                super().start(**kwargs, callback_timeout=2.0 * _PATIENCE)  # type: ignore[no-untyped-call]
            except BaseException:
                # Or it would complain again when it is thrown away.
                self.status = "closed"
                raise

    with ExitStack() as stack:
        stack.enter_context(_quiet())
        target: Any
        loop, target = stack.enter_context(_event_loop()), address
        if address == "local":
            try:
                cluster = LocalCluster(
                    n_workers=count,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    # It cannot do without; at least for this machine only, and not at a port that may be taken.
                    dashboard_address="127.0.0.1:0",
                    worker_dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                    loop=loop,
                )
            except RuntimeError as error:
                reason = NO_WORKER if "anny" in str(error) else str(error)
                raise StoppedError(phrase("stopped_workers", reason=reason)) from None
            target = stack.enter_context(cluster)
        try:
            client: Client = Caller(target, timeout=_PATIENCE, set_as_default=False, loop=loop)  # type: ignore[no-untyped-call]
        except (OSError, ValueError):
            # Dask says "timed out" in several ways, all of them OSErrors; an address it cannot parse is a ValueError.
            raise BadInputError("unreachable", key="scheduler", value=address, allowed="tcp://host:port") from None
        lost = phrase("no_answer_from_address", address=address)
        known, heard = 0, time.monotonic()

        def slots() -> int:
            nonlocal known, heard
            if client.status == "running":
                with suppress(OSError, RuntimeError):  # whoever waits for work finds out
                    known = sum(client.nthreads(callback_timeout=_MOMENT).values())
                    heard = time.monotonic()
            return known

        def gone() -> Words:
            return "" if client.status == "running" and time.monotonic() - heard < _SILENCE else lost

        try:
            yield WorkerPool(client.get_executor(pure=False), slots, gone)
        finally:
            with suppress(Exception):  # a scheduler that is gone needs no good-bye
                client.close(timeout=_MOMENT)
            client.status = "closed"


@contextmanager
def _event_loop() -> Iterator[Any]:
    """Give Dask a thread to run in. The one that it makes for itself stays for ever if no scheduler is found."""
    from tornado.ioloop import IOLoop  # noqa: PLC0415  (comes with the extra)

    running: Future[tuple[Any, asyncio.Event]] = Future()

    async def idle() -> None:
        # What goes wrong with a connection after we have given up concerns nobody.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        end = asyncio.Event()
        running.set_result((IOLoop.current(), end))
        await end.wait()

    def work() -> None:
        leave_interrupts_to_us()
        asyncio.run(idle())

    thread = threading.Thread(target=work, name="dask", daemon=True)
    thread.start()
    loop, end = running.result()
    try:
        yield loop
    finally:
        loop.add_callback(end.set)
        thread.join(_MOMENT)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask tells itself off the screen: what matters of it is said by the sweep."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in ("distributed", "tornado")]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


__all__ = ["KINDS", "NO_WORKER", "Inline", "WorkerPool", "attempt", "processors", "worker_pool"]
