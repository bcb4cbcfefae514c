"""The search against the true optimum, on questions so small that all feasible schedules can be tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import numpy as np

from analysis.roadmap.costs import NEVER, QUARTER, Ints
from analysis.roadmap.evaluate import CHOOSING_FROM, Evaluator
from analysis.roadmap.outlook import people
from analysis.roadmap.problem import Problem, pose
from analysis.roadmap.search import FEW, MOST_LISTED, best_of_all, search
from sim.errors import BadInputError, phrase

SMALL: Final = 6000
"""Most feasible schedules of a problem that counts as small."""
COMPANIES: Final = 16
"""Companies on which search and optimum are compared."""
_PART: Final = 8
"""The search may simulate one company history in so many of those that the optimum takes."""
_LITTLE: Final = 500_000_000
"""Weeks of people that all schedules of a small problem take, about: half a minute on two cores."""
_YEAR: Final = 4 * QUARTER


@dataclass(frozen=True, slots=True)
class Gap:
    """The search and the true optimum on the same companies.

    Attributes
    ----------
    levers, horizon
        The question: candidates by id, and weeks.
    companies
        Number of companies on which both chose.
    feasible
        Number of feasible schedules, all of which were tried.
    valued, histories
        Different schedules the search looked at, and company histories it simulated.
    today, greedy, found, best
        Mean outcome of doing nothing, of the plan built lever by lever, of the search's plan, and of the optimum.
    schedule, optimum
        Start quarters of the search's plan and of the optimum.
    """

    levers: tuple[str, ...]
    horizon: int
    companies: int
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
        """The share of the optimum's gain that the search missed; 0 where there is nothing to gain."""
        return 0.0 if self.found == self.best else (self.best - self.found) / (self.best - self.today)

    def to_json(self) -> dict[str, Any]:
        """Return everything in the shape of ``--json``."""
        return {**asdict(self), "share": self.share}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Gap:
        """Return what :meth:`to_json` has told."""
        told: dict[str, Any] = {one.name: found[one.name] for one in fields(cls)}
        return cls(**told | {name: tuple(told[name]) for name in ("levers", "schedule", "optimum")})


def gap(
    problem: Problem,
    *,
    companies: int = COMPANIES,
    seed: int = 1,
    effort: int | None = None,
    few: int = FEW,
    threads: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Gap:
    """Compare what the search finds with the best of all feasible schedules.

    Parameters
    ----------
    problem
        A small one, as from :func:`shrunk`.
    companies, seed
        Virtual companies on which both choose, and the chance of companies and search.
    effort, few
        As for :func:`analysis.roadmap.search.search`; an eighth of what the optimum takes if ``effort`` is None.
    threads
        Worker threads; they do not affect the results.
    progress
        Called now and then with the number of company histories done and of all.

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
    total = len(schedules) * companies
    judge = Evaluator(problem, np.arange(CHOOSING_FROM, CHOOSING_FROM + companies), seed, threads)
    if progress is not None:
        # Nothing is simulated twice, so the search is part of the whole.
        judge.progress = lambda _: progress(judge.histories, total)
    most = max(1, total // _PART) if effort is None else effort
    found = search(judge, problem.limits, effort=most, rng=np.random.default_rng(seed), few=few)
    valued, histories = judge.valued, judge.histories
    best = best_of_all(judge, schedules)
    nothing = np.full_like(best, NEVER)

    def mean(schedule: Ints) -> float:
        return problem.better * float(judge.scores(schedule[None])[0])

    return Gap(
        levers=problem.levers,
        horizon=problem.horizon,
        companies=companies,
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


def shrunk(problem: Problem, first: Sequence[str] = (), most: int | None = None) -> Problem:
    """Return a small version of a problem, for :func:`gap`: company, budget, limit and goal stay.

    The horizon is a year at most, and there are as many levers as still let all schedules be tried. If these are all
    levers, the horizon gets back as many quarters as possible.

    Parameters
    ----------
    problem
        What to make smaller.
    first
        Candidates that matter most; the others follow in the order of their numbers.
    most
        Most feasible schedules; if None, :data:`SMALL`, or fewer of a large company.
    """
    affordable = max(_LITTLE // (_YEAR * people(problem) * COMPANIES), 2 * QUARTER)
    limits, largest = problem.limits, min(SMALL, affordable) if most is None else most
    # Levers that are too dear come last: some lever must fit.
    fits = limits.fit_alone()
    names = [*first, *(name for name in problem.levers if name not in first)]
    names.sort(key=lambda name: not fits[problem.levers.index(name)])

    def small(levers: int, weeks: int) -> Problem | None:
        posed = pose(
            problem.scenario,
            budget=limits.budget,
            at_once=limits.at_once,
            levers=names[:levers],
            horizon=weeks,
            outcome=problem.outcome,
        )
        return None if posed.limits.all_feasible(largest) is None else posed

    weeks = min(problem.horizon, _YEAR)
    found = next(posed for count in range(len(names), 0, -1) if (posed := small(count, weeks)) is not None)
    while len(found.levers) == len(names) and found.horizon < problem.horizon:
        larger = small(len(names), min(problem.horizon, found.horizon + QUARTER))
        if larger is None:
            break
        found = larger
    return found


__all__ = ["Gap", "gap", "shrunk"]
