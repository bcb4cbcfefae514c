"""Simulating for everybody who uses the studio at once: first answers before refinements, nothing computed twice.

A question is answered twice: on few companies at once, then on all of them. Threads do, as the kernel releases Python's
lock. What is kept between questions are results only (trajectories, founded companies), never anything a user has set;
it is shared, bounded, and gone when the last user has left.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import Condition, Lock
from typing import Final

from cachetools import LRUCache

from analysis.explanation import Runs, split_mechanisms
from app.studio.answer import Answer
from experiments.trajectory import Trajectory, simulate_trajectory
from sim.graph import Shape
from sim.lanes import CancelledError, Founded
from sim.organisation import read_organisation
from sim.presets import preset
from sim.scenario import Scenario

FIRST: Final = 200
"""Companies of a first answer; refinements take their turns in instalments of as many."""
_MOST: Final = 10_000
"""Companies of a refined answer at most; beyond that, nobody waits."""
_USUAL: Final = 24 * 104
"""People times weeks of the company that these numbers are meant for; of a larger one, fewer are as much work."""
_FEWEST: Final = 8
"""Companies of the largest organisations."""
_FOUNDED_BYTES: Final = 160_000_000
"""Most bytes of founded companies with their draws: about three kinds of 1,000 companies of 24 people."""
_COURSE_BYTES: Final = 96_000_000
"""Most bytes of trajectories: about a dozen of 1,000 companies over two years."""
_LOOK: Final = 0.05
"""Seconds between two looks at whether somebody in the queue still waits."""


@dataclass(frozen=True, slots=True)
class Question:
    """Two settings of the same companies.

    Attributes
    ----------
    before, after
        Baseline and scenario.
    seed
        Of both.
    companies
        Number of companies of the refined answer.
    """

    before: Scenario
    after: Scenario
    seed: int
    companies: int


class Turns:
    """Turns at the processors: so many at a time, the urgent first, otherwise in the order of asking."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._changed = Condition()
        self._queue: list[tuple[bool, int]] = []
        self._asked = 0

    def __len__(self) -> int:
        """Return how many wait for a turn."""
        return len(self._queue)

    @contextmanager
    def take(self, *, urgent: bool, cancelled: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Wait for a turn and keep it for the block of a ``with``.

        Raises
        ------
        CancelledError
            If it is no longer wanted before it comes.
        """
        with self._changed:
            self._asked += 1
            ticket = not urgent, self._asked
            heapq.heappush(self._queue, ticket)
            try:
                while self._free == 0 or self._queue[0] != ticket:
                    if cancelled():
                        raise CancelledError
                    self._changed.wait(_LOOK)
            finally:
                self._queue.remove(ticket)
                heapq.heapify(self._queue)
                self._changed.notify_all()
            self._free -= 1
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()


class Trajectories:
    """The last trajectories, by scenario and seed.

    Parameters
    ----------
    most_bytes
        What is kept at most; a single trajectory may be larger.
    """

    def __init__(self, most_bytes: int = _COURSE_BYTES) -> None:
        self._lock = Lock()
        self._kept: LRUCache[tuple[bytes, int], Trajectory] = LRUCache(
            most_bytes, getsizeof=lambda trajectory: min(_weight(trajectory), most_bytes)
        )

    @property
    def size(self) -> int:
        """Return how many bytes are kept."""
        return int(self._kept.currsize)

    def get(self, key: tuple[bytes, int]) -> Trajectory | None:
        """Return a trajectory, or None if it is not here (any more)."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: tuple[bytes, int], trajectory: Trajectory) -> None:
        """Keep a trajectory in the place of a shorter one; those that were not asked for the longest make room."""
        with self._lock:
            old = self._kept.get(key)
            if old is None or len(old) < len(trajectory):
                self._kept[key] = trajectory


class Simulator:
    """Answers questions; may be asked from any number of threads.

    Parameters
    ----------
    turns
        Simulations at a time; as many as there are processors if None.
    """

    def __init__(self, turns: int | None = None) -> None:
        self._turns = Turns(turns or os.cpu_count() or 1)
        self._users = 0
        self._lock = Lock()
        self._empty()

    def _empty(self) -> None:
        self._founded, self._trajectories = Founded(most_bytes=_FOUNDED_BYTES), Trajectories()
        # It keeps the last organisations, which are somebody's.
        read_organisation.cache_clear()

    def welcome(self) -> Callable[[], None]:
        """Count a user in, and return what counts them out again; with the last one goes all that is kept."""
        with self._lock:
            self._users += 1

        def leave() -> None:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._empty()

        return leave

    @property
    def kept_bytes(self) -> int:
        """Return how much of earlier answers is kept."""
        return self._trajectories.size

    def answers(self, question: Question, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Answer]:
        """Yield a first answer and then the refined one; a single one where the refined one is there at once.

        Parameters
        ----------
        question
            What is asked.
        cancelled
            Asked now and then whether nobody waits any more.

        Raises
        ------
        CancelledError
            If nobody does.
        """
        instalment, most = (bearable(question.after, companies) for companies in (FIRST, _MOST))
        total = min(question.companies, most)
        sides = question.before, question.after
        kept = [self._trajectories.get(_key(side, question.seed)) for side in sides]
        done = min(0 if trajectory is None else len(trajectory) for trajectory in kept)
        count = total if done >= total else min(max(done, instalment), total)
        with self._turns.take(urgent=True, cancelled=cancelled):
            answer = self._answer(question, count, total, cancelled)
        yield answer
        if count == total:
            return
        while count < total:
            count = min(count + instalment, total)
            with self._turns.take(urgent=False, cancelled=cancelled):
                answer = self._answer(question, count, total, cancelled)
        yield answer

    def turn(self, cancelled: Callable[[], bool] = lambda: False) -> AbstractContextManager[None]:
        """Wait for a turn at something that takes seconds, after everybody's first answers, for a ``with`` block.

        Raises
        ------
        CancelledError
            If it is no longer wanted before it comes.
        """
        return self._turns.take(urgent=False, cancelled=cancelled)

    def _answer(self, question: Question, companies: int, total: int, cancelled: Callable[[], bool]) -> Answer:
        before = self._trajectory(question.before, companies, question.seed, cancelled)
        after = self._trajectory(question.after, companies, question.seed, cancelled)
        return Answer(before, after, refined=companies == total)

    def _trajectory(self, scenario: Scenario, companies: int, seed: int, cancelled: Callable[[], bool]) -> Trajectory:
        key, trajectories = _key(scenario, seed), self._trajectories
        found = trajectories.get(key)
        if found is None or len(found) < companies:
            # One thread a turn: turns are what shares the processors out.
            found = simulate_trajectory(
                scenario, companies, seed=seed, after=found, founded=self._founded, threads=1, cancelled=cancelled
            )
            trajectories.keep(key, found)
        return found if len(found) == companies else found.first(companies)


def bearable(scenario: Scenario, companies: int) -> int:
    """Return as many companies of a scenario as are as much work as so many of the usual size and horizon."""
    place = scenario.place()
    people = place.marketing + place.sales if isinstance(place, Shape) else place.graph.people
    return max(_FEWEST, min(companies, companies * _USUAL // (people * scenario.weeks)))


def _key(scenario: Scenario, seed: int) -> tuple[bytes, int]:
    # An organisation's people and ties stand in its scenario and may be long.
    return sha256(scenario.model_dump_json().encode()).digest(), seed


def _weight(trajectory: Trajectory) -> int:
    parts = (trajectory.outcomes, trajectory.paths, trajectory.hours, trajectory.images)
    return trajectory.types.nbytes + sum(values.nbytes for part in parts for values in part.values())


SIMULATOR: Final = Simulator()
"""The one of this server."""


def warm_up() -> None:
    """Compile both kernels, so that the first user does not wait for them."""
    scenario = preset("reference").scenario()
    simulate_trajectory(scenario, 1, threads=1)
    moved = scenario.changed(levers={"talk_first": 1.0})
    split_mechanisms(scenario, moved, Runs(1, threads=1), ("cooperation_quality",))


__all__ = ["FIRST", "SIMULATOR", "Question", "Simulator", "Trajectories", "Turns", "bearable", "warm_up"]
