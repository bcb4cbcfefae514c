"""Worker processes.

Every process has a line of its own to this one. In the pools of the standard library and of pebble all share one: a
worker that is killed while it sends a large result leaves half a message there, and whoever waits for the others waits
for ever (tried with pebble 5.2.3: of six pieces of work, the first killed so, none of the other five came back). Here
it takes down its own chunk and no other, and it is known which one that was.

Only the standard library is imported here: what does the work takes seconds to import, and even in these a worker is to
notice that nobody waits for it any more.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import Empty, SimpleQueue
from typing import Any, Final

_STARTS: Final = 2
"""How many processes in a row may die before they are ready, until no more are started."""
_FAREWELL: Final = 5.0
"""Seconds that a process has to end by itself."""


class TaskError(Exception):
    """An exception of a piece of work, in words: unlike many exceptions, it can be pickled.

    Attributes
    ----------
    error, trace
        The exception on a line, and its traceback.
    """

    def __init__(self, error: str, trace: str) -> None:
        super().__init__(error, trace)
        self.error, self.trace = error, trace

    @classmethod
    def of(cls, error: BaseException) -> TaskError:
        """Return an exception in words."""
        if isinstance(error, cls):
            return error
        return cls(f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))


class WorkerDiedError(BrokenExecutor):
    """The process that did this piece of work died; another takes its place."""


class NoWorkerError(BrokenExecutor):
    """No process can be started (the system says why), or none lives long enough to take work."""


def leave_interrupts_to_us() -> None:
    """Have Ctrl-C ignored by the processes that this thread starts, and by those of the threads that it starts.

    Ctrl-C reaches every process of the terminal and is the business of the first. A process begins with the signals
    blocked that its maker has blocked; to tell it itself would be too late for the seconds in which it starts.
    """
    # First, as it unblocks when it starts.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


@dataclass(frozen=True, slots=True, eq=False)
class _Worker:
    """A process and the line to it."""

    process: SpawnProcess
    line: Connection

    def ask(self, message: bytes) -> Any:
        """Have a piece of work done; an EOFError or OSError means that the process has died."""
        self.line.send_bytes(message)
        return pickle.loads(self.line.recv_bytes())

    def dismiss(self) -> None:
        """Send it home, and wait until it is gone."""
        self.line.close()
        self.process.join(_FAREWELL)
        # Whoever still lingers then has threads of its own that do not end.
        self.process.kill()
        self.process.join()


class Processes(Executor):
    """Worker processes.

    Parameters
    ----------
    count
        How many. They are started when there is work for them.
    """

    def __init__(self, count: int) -> None:
        # Forking a process that has threads, as this one may, can freeze the child.
        self._context = multiprocessing.get_context("spawn")
        self._waiting: SimpleQueue[tuple[Future[Any], bytes] | None] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a call made in one of the processes."""
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[Any] = Future()
        try:
            self._waiting.put((future, pickle.dumps((fn, args, kwargs))))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work, and send the processes home when they have done theirs."""
        self._closed = True
        if cancel_futures:
            self._clear()
        for _ in self._threads:
            self._waiting.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """End all at once; what is under way is lost."""
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.process.kill()
        self.shutdown(cancel_futures=True)

    def _clear(self) -> None:
        try:
            while (found := self._waiting.get_nowait()) is None or found[0].cancel():
                pass
        except Empty:
            pass

    def _serve(self) -> None:
        """Hand work to one process after the other, as long as each lives; a thread for each slot."""
        leave_interrupts_to_us()
        worker: _Worker | None = None
        while (found := self._waiting.get()) is not None:
            future, message = found
            if not future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker or self._hire()
                good, result = worker.ask(message)
            except NoWorkerError as error:
                future.set_exception(error)
            except (EOFError, OSError):
                self._retire(worker)
                worker = None
                future.set_exception(WorkerDiedError())
            except Exception as error:
                future.set_exception(error)
            else:
                if good:
                    future.set_result(result)
                else:
                    future.set_exception(result)
        self._retire(worker)

    def _hire(self) -> _Worker:
        """Start a process and wait until it is ready."""
        for _ in range(_STARTS):
            here, there = self._context.Pipe()
            process = self._context.Process(target=_work, args=(there,))
            worker = _Worker(process, here)
            with self._lock:
                if self._closed:
                    break
                try:
                    process.start()
                except OSError as error:
                    raise NoWorkerError(str(error)) from None
                self._workers.append(worker)
            there.close()
            try:
                here.recv_bytes()
            except (EOFError, OSError):
                self._retire(worker)
            else:
                return worker
        raise NoWorkerError

    def _retire(self, worker: _Worker | None) -> None:
        if worker is not None:
            worker.dismiss()
            with self._lock:
                self._workers.remove(worker)


def _work(line: Connection) -> None:
    """Do what comes in, until nobody is there any more; what a worker process does."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        # Also in the middle of a piece of work: nobody would take it.
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    line.send_bytes(b"ready")
    while True:
        try:
            message = line.recv_bytes()
        except EOFError:
            return
        line.send_bytes(_answer(message))


def _answer(message: bytes) -> bytes:
    try:
        # Unpickling may fail, too: for a function that cannot be imported here.
        fn, args, kwargs = pickle.loads(message)
        return pickle.dumps((True, fn(*args, **kwargs)))
    except (Exception, SystemExit) as error:
        return pickle.dumps((False, TaskError.of(error)))


__all__ = ["NoWorkerError", "Processes", "TaskError", "WorkerDiedError", "leave_interrupts_to_us"]
