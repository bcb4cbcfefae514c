"""Independent pieces of work on threads, a bounded number at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Part = TypeVar("Part")
Done = TypeVar("Done")


def work_off(parts: Iterable[Part], work: Callable[[Part], Done], finish: Callable[[Done], None], threads: int) -> None:
    """Do pieces of work in any order.

    Parameters
    ----------
    parts
        The pieces.
    work
        Does one, in a worker thread (in the calling thread if ``threads`` is 1).
    finish
        Takes what ``work`` returned, in the calling thread. An exception in either ends everything: pieces that have
        begun are waited for, no others begin.
    threads
        Number of worker threads.
    """
    if threads == 1:
        for part in parts:
            finish(work(part))
        return
    # A bounded number in flight: results that wait to be collected must not pile up.
    queue = iter(parts)
    with ThreadPoolExecutor(threads) as pool:
        running: set[Future[Done]] = {pool.submit(work, part) for part in islice(queue, 2 * threads)}
        try:
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(work, part) for part in islice(queue, len(done))}
                for future in done:
                    finish(future.result())
        finally:
            for future in running:
                future.cancel()


__all__ = ["work_off"]
