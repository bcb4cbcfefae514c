"""Estimate the work of finding a roadmap, and the time it takes on this machine."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.roadmap.costs import NEVER, Ints
from analysis.roadmap.evaluate import CHOOSING_FROM, Evaluator
from analysis.roadmap.problem import Problem
from analysis.roadmap.search import MOST_LISTED, first_plan
from sim.company import Organisation

FINALISTS: Final = 16
"""Plans that meet on other companies before one of them is chosen."""
MORE: Final = 8
"""How many times as many companies these are."""
_PERSON_WEEKS: Final = 1_000_000_000
"""Weeks of people simulated unless an effort is given: about a minute on two cores."""
_TIMED: Final = 32
"""Companies, and schedules on each, simulated to measure the speed."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The work ahead for a question.

    Attributes
    ----------
    schedules
        All feasible schedules if they can be tried one by one with the effort, shape (schedules, candidates); else
        None.
    feasible
        Their number; an estimate if they are not listed.
    effort
        Company histories after which a search goes no further.
    histories
        Company histories to simulate in all, at most or about.
    """

    schedules: Ints | None
    feasible: float
    effort: int
    histories: int


def outlook(
    problem: Problem, rng: np.random.Generator, *, companies: int, fresh: int, effort: int | None = None
) -> Outlook:
    """Estimate the work of finding a roadmap; nothing is simulated.

    Parameters
    ----------
    problem, companies, fresh, effort
        As for :func:`analysis.roadmap.find.find_roadmap`.
    rng
        Random numbers of the estimate.
    """
    limits = problem.limits
    most = max(1, _PERSON_WEEKS // (problem.horizon * people(problem))) if effort is None else effort
    schedules = limits.all_feasible(min(MOST_LISTED, most // companies))
    if schedules is None:
        feasible = limits.about_feasible(rng)
        choosing = max(most, first_plan(limits, companies))
    else:
        feasible, choosing = float(len(schedules)), len(schedules) * companies
    # The finals; the plan, up to five others, the plan without each of its levers; the paths of three.
    histories = choosing + FINALISTS * MORE * companies + (9 + limits.levers) * fresh
    return Outlook(schedules, feasible, most, histories)


def people(problem: Problem) -> int:
    """Return the number of people in the company."""
    place = problem.scenario.place()
    return place.graph.people if isinstance(place, Organisation) else place.marketing + place.sales


def pace(problem: Problem, *, seed: int = 1, threads: int | None = None) -> float:
    """Measure about how many company histories this machine simulates in a second."""
    judge = Evaluator(problem, np.arange(CHOOSING_FROM, CHOOSING_FROM + _TIMED), seed, threads or os.cpu_count() or 1)
    nothing = np.full((_TIMED, len(problem.policies)), NEVER, dtype=np.int64)
    # Loads what is compiled, and founds the companies, which happens once for all their histories.
    judge.paths(nothing[:1])
    begun = time.perf_counter()
    judge.paths(nothing)
    return _TIMED**2 / (time.perf_counter() - begun)


__all__ = ["FINALISTS", "MORE", "Outlook", "outlook", "pace", "people"]
