"""The companies that an explanation is about, and progress for somebody who waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sim.lanes import Founded


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """The companies to simulate, and where to run and report.

    Attributes
    ----------
    companies
        Number of virtual companies; their numbers run from 0.
    seed
        As for :func:`sim.simulate`.
    founded
        Companies founded already, as for :func:`sim.simulate`.
    threads
        Number of worker threads; one per processor if None. Does not affect results.
    progress
        Called with the share of all work that is done.
    cancelled
        Called after each block of companies; if it returns True, the work stops.
    """

    companies: int
    seed: int = 1
    founded: Founded = field(default_factory=Founded)
    threads: int | None = None
    progress: Callable[[float], None] | None = None
    cancelled: Callable[[], bool] | None = None

    def counter(self, total: int) -> Callable[[int], None]:
        """Return a function to be called with the number of further lanes done, of ``total``."""
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            if self.progress is not None:
                self.progress(done / total)

        return count

    def part(self, begin: float, end: float) -> Runs:
        """Return the same for the part of the work between two shares of the whole."""
        whole = self.progress
        inner = None if whole is None else lambda share: whole(begin + (end - begin) * share)
        return Runs(self.companies, self.seed, self.founded, self.threads, inner, self.cancelled)


__all__ = ["Runs"]
