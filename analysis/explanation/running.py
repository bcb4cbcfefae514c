"""How the runs behind an explanation are run: engines, and telling somebody who waits how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from analysis.explanation.measured import Floats, measured
from experiments.course import CancelledError
from sim.core.engine import Block, Engine, Settings
from sim.core.founded import Founded
from sim.parameters import coefficients, founding, measurement, population
from sim.scenario import Scenario


def nobody_left() -> bool:
    """Return that somebody still waits."""
    return False


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
    cancelled: Callable[[], bool] = nobody_left

    def engine(self, scenario: Scenario, settings: Settings) -> Engine:
        """Return an engine for lever settings in everything else that a scenario says."""
        return Engine(
            settings=settings, seed=self.seed, weeks=scenario.weeks, coefficients=coefficients(scenario.coefficients),
            founding=founding(scenario.founding), population=population(), threads=self.threads or os.cpu_count() or 1,
            founded=self.founded,
        )  # fmt: skip

    def keep(self, scenario: Scenario, block: Block, wanted: Collection[str]) -> dict[str, Floats]:
        """Return what is measured in a block of a scenario's lanes.

        Raises
        ------
        CancelledError
            If nobody waits for it any more.
        """
        if self.cancelled():
            raise CancelledError
        return measured(block, coefficients(scenario.coefficients), measurement(scenario.outcome), wanted)

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


__all__ = ["Runs", "nobody_left"]
