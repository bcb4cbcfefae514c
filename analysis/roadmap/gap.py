"""How far the search stays behind the true optimum, where all feasible schedules can be tried."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.roadmap.costs import NEVER, Ints
from analysis.roadmap.evaluate import CHOOSING_FROM, Evaluator
from analysis.roadmap.problem import Problem
from analysis.roadmap.search import FEW, MOST_LISTED, best_of_all, search
from sim.errors import BadInputError, phrase


@dataclass(frozen=True, slots=True)
class Gap:
    """The search and the true optimum on the same companies.

    Attributes
    ----------
    feasible
        Number of feasible schedules, all of which were tried.
    valued, histories
        Different schedules the search looked at, and company histories it simulated.
    today, greedy, found, best
        Mean outcome of doing nothing, of the plan built lever by lever, of the search's plan, and of the optimum.
    schedule, optimum
        Start quarters of the search's plan and of the optimum.
    """

    feasible: int
    valued: int
    histories: int
    today: float
    greedy: float
    found: float
    best: float
    schedule: tuple[int, ...]
    optimum: tuple[int, ...]

    @property
    def share(self) -> float:
        """Return the part of the optimum's gain that the search missed; 0 where there is nothing to gain."""
        return 0.0 if self.found == self.best else (self.best - self.found) / (self.best - self.today)


def gap(
    problem: Problem,
    *,
    companies: int = 16,
    seed: int = 1,
    effort: int = 100_000,
    few: int = FEW,
    threads: int = 1,
) -> Gap:
    """Return what the search finds in comparison with the best of all feasible schedules.

    Parameters
    ----------
    problem
        A small one.
    companies, seed
        Virtual companies on which both choose, and the chance of companies and search.
    effort, few
        As for :func:`analysis.roadmap.search.search`.
    threads
        Worker threads; without influence on the results.

    Raises
    ------
    BadInputError
        If there are too many feasible schedules to try them all.
    """
    schedules = problem.limits.all_feasible(MOST_LISTED)
    if schedules is None:
        raise BadInputError(
            "bounds", key="levers", value=len(problem.levers), allowed=phrase("at_most", high=MOST_LISTED)
        )
    judge = Evaluator(problem, np.arange(CHOOSING_FROM, CHOOSING_FROM + companies), seed, threads)
    found = search(judge, problem.limits, effort=effort, rng=np.random.default_rng(seed), few=few)
    valued, histories = judge.valued, judge.histories
    best = best_of_all(judge, schedules)
    nothing = np.full_like(best, NEVER)

    def mean(schedule: Ints) -> float:
        return problem.better * float(judge.scores(schedule[None])[0])

    return Gap(
        feasible=len(schedules),
        valued=valued,
        histories=histories,
        today=mean(nothing),
        greedy=mean(found.greedy),
        found=mean(found.schedule),
        best=mean(best),
        schedule=tuple(found.schedule.tolist()),
        optimum=tuple(best.tolist()),
    )


__all__ = ["Gap", "gap"]
