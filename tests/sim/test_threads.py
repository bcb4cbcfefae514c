"""Work on threads: every piece once, a bounded number in flight, and nothing more after a failure."""

from __future__ import annotations

import threading

import pytest

from sim.core.threads import work_off


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_piece_is_done_once_and_finished_in_the_calling_thread(threads: int) -> None:
    done: list[int] = []
    finishers: set[int] = set()

    def finish(result: int) -> None:
        done.append(result)
        finishers.add(threading.get_ident())

    work_off(range(50), lambda part: part * part, finish, threads)
    assert sorted(done) == [part * part for part in range(50)]
    assert finishers == {threading.get_ident()}


def test_one_thread_is_the_calling_one() -> None:
    workers: set[int] = set()
    work_off(range(3), lambda _: workers.add(threading.get_ident()), lambda _: None, 1)
    assert workers == {threading.get_ident()}


@pytest.mark.parametrize("threads", [1, 3])
def test_pieces_are_taken_as_they_are_needed(threads: int) -> None:
    taken, finished = 0, 0
    ahead: list[int] = []

    def parts() -> object:
        nonlocal taken
        for _ in range(40):
            taken += 1
            ahead.append(taken - finished)
            yield taken

    def finish(_: int) -> None:
        nonlocal finished
        finished += 1

    work_off(parts(), lambda part: part, finish, threads)
    assert finished == 40
    # Those in flight, and as many again that were done and taken up before the first of them was finished.
    assert max(ahead) <= 4 * threads


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("where", ["work", "finish"])
def test_a_failure_ends_it(threads: int, where: str) -> None:
    begun: list[int] = []

    def work(part: int) -> int:
        begun.append(part)
        if where == "work" and part == 3:
            raise RuntimeError("no more")
        return part

    def finish(part: int) -> None:
        if where == "finish" and part == 3:
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        work_off(range(1000), work, finish, threads)
    assert len(begun) < 100
