"""Value schedules by simulation: all on the same virtual companies, and none of them twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from analysis.roadmap.costs import QUARTER, Floats, Ints
from analysis.roadmap.problem import Problem
from sim import outcomes as oc
from sim.lanes import Founded, run_lanes

CHOOSING_FROM: Final = 2**32
"""Number of the first company on which plans are chosen: far from those on which anything is reported."""
_AT_ONCE: Final = 1024
"""Most schedules simulated in one go, so that the engine's settings fit into memory."""


@dataclass(slots=True, eq=False)
class Evaluator:
    """A problem's schedules on a row of virtual companies.

    Attributes
    ----------
    problem
        The question.
    numbers
        Company numbers, shape (companies,).
    seed, threads
        Seed of chance, and number of worker threads, which does not affect the results.
    progress
        Called now and then with the number of company histories simulated since the last call.
    histories
        Company histories simulated so far: one schedule on one company counts one.
    founded
        Companies founded already; evaluators whose problems differ in coefficients alone may share them.
    """

    problem: Problem
    numbers: Ints
    seed: int
    threads: int = 1
    progress: Callable[[int], None] | None = None
    histories: int = 0
    founded: Founded = field(default_factory=Founded, repr=False)
    _known: dict[bytes, Floats] = field(default_factory=dict, repr=False)

    @property
    def companies(self) -> int:
        """Return the number of companies."""
        return len(self.numbers)

    def values(self, schedules: Ints, companies: int | None = None) -> Floats:
        """Return the outcome's mean over the weeks of the horizon on the first companies, all if None.

        Parameters
        ----------
        schedules
            Shape (schedules, candidates).
        companies
            Number of companies.

        Returns
        -------
        numpy.ndarray
            Shape (schedules, companies).
        """
        count = self.companies if companies is None else companies
        rows = np.ascontiguousarray(schedules, dtype=np.int64)
        keys = [row.tobytes() for row in rows]
        # What is missing, by the number of companies that are known already.
        missing: dict[int, dict[bytes, int]] = {}
        for k, key in enumerate(keys):
            if (has := len(self._known.get(key, ()))) < count:
                missing.setdefault(has, {})[key] = k
        for has, wanted in sorted(missing.items()):
            positions = np.array(list(wanted.values()), dtype=np.int64)
            for part in np.array_split(positions, -(-len(positions) // _AT_ONCE)):
                found = self._simulate(rows[part], self.numbers[has:count], oc.mean_over_weeks)
                for k, row in zip(part.tolist(), found, strict=True):
                    self._known[keys[k]] = np.concatenate([self._known.get(keys[k], np.empty(0)), row])
        return np.stack([self._known[key][:count] for key in keys]) if keys else np.empty((0, count))

    def scores(self, schedules: Ints, companies: int | None = None) -> Floats:
        """Return the mean value of schedules, turned so that more is better, shape (schedules,)."""
        return self.problem.better * oc.mean_over_weeks(self.values(schedules, companies).T)

    def on_all(self) -> Ints:
        """Return the schedules valued on all companies so far, in ascending order, shape (schedules, candidates)."""
        width = len(self.problem.policies)
        keys = [key for key, values in self._known.items() if len(values) == self.companies]
        found = np.array([np.frombuffer(key, dtype=np.int64) for key in keys], dtype=np.int64).reshape(-1, width)
        return np.unique(found, axis=0)

    @property
    def valued(self) -> int:
        """Return the number of different schedules valued so far, on however many companies."""
        return len(self._known)

    def paths(self, schedules: Ints) -> Floats:
        """Return the outcome's mean by quarter, shape (schedules, companies, quarters); simulates anew."""

        def means(weeks: Floats) -> Floats:
            starts = range(0, len(weeks), QUARTER)
            return np.stack([oc.mean_over_weeks(weeks[k : k + QUARTER]) for k in starts], axis=-1)

        return self._simulate(schedules, self.numbers, means)

    def _simulate(self, schedules: Ints, numbers: Ints, reduce: Callable[[Floats], Floats]) -> Floats:
        """Return what ``reduce`` makes of the outcome by week and lane, shape (schedules, companies, ...)."""

        def told(count: int) -> None:
            self.histories += count
            if self.progress is not None:
                self.progress(count)

        return run_lanes(
            lambda lanes: {"found": reduce(lanes.weekly()[self.problem.outcome])},
            self.problem.settings(schedules),
            self.problem.scenario.model(),
            number=numbers,
            setting=np.arange(len(schedules))[:, None],
            seed=self.seed,
            weeks=self.problem.horizon,
            threads=self.threads,
            founded=self.founded,
            progress=told,
        )["found"]


__all__ = ["CHOOSING_FROM", "Evaluator"]
