"""The companies that an explanation is about, and progress for somebody who waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sim.lanes import Founded


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Which companies, and how.

    Attributes
    ----------
    companies
        Number of virtual companies; their numbers run from 0.
    seed
        As for :func:`sim.simulate`.
    founded
        Companies founded already, as for :func:`sim.simulate`.
    threads
        Worker threads; as many as there are processors if None. Without influence on the results.
    progress
        Told which share of all is done.
    cancelled
        Asked after each block of companies whether anybody still waits.
    """

    companies: int
    seed: int = 1
    founded: Founded = field(default_factory=Founded)
    threads: int | None = None
    progress: Callable[[float], None] | None = None
    cancelled: Callable[[], bool] | None = None

    def counter(self, total: int) -> Callable[[int], None]:
        """Return a function that is told how many lanes more are done, of ``total``."""
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            if self.progress is not None:
                self.progress(done / total)

        return count

    def part(self, begin: float, end: float) -> Runs:
        """Return the same for a piece of work that is from ``begin`` to ``end`` of the whole."""
        whole = self.progress
        inner = None if whole is None else lambda share: whole(begin + (end - begin) * share)
        return Runs(self.companies, self.seed, self.founded, self.threads, inner, self.cancelled)


__all__ = ["Runs"]
