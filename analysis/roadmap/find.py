"""Find a roadmap: choose a plan on some virtual companies, and judge it on others."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

import numpy as np

from analysis.roadmap.costs import NEVER, Ints
from analysis.roadmap.evaluate import CHOOSING_FROM, Evaluator
from analysis.roadmap.findings import RoadmapFindings
from analysis.roadmap.judging import judged
from analysis.roadmap.outlook import FINALISTS, MORE, outlook
from analysis.roadmap.problem import Problem
from analysis.roadmap.search import earliest, greedy, search
from sim.draws import MAX_SEED
from sim.errors import BadInputError, between, phrase
from sim.simulation import MAX_THREADS

MOST_COMPANIES: Final = 100_000
"""Most companies to choose or to judge on: a number per company and schedule is kept in memory."""
MOST_EFFORT: Final = 10**12


def find_roadmap(
    problem: Problem,
    *,
    companies: int = 64,
    fresh: int = 400,
    seed: int = 1,
    effort: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RoadmapFindings:
    """Return the best plan that can be found, judged on companies on which nothing was chosen.

    If all feasible schedules can be tried with the effort, they are. The best schedules then meet on other companies,
    where one of them becomes the plan; the first among equals, schedules being in ascending order and never before the
    first week. Nothing is written anywhere: to interrupt it is safe.

    Parameters
    ----------
    problem
        From :func:`analysis.roadmap.problem.pose`.
    companies
        Virtual companies on which schedules are tried.
    fresh
        Virtual companies on which the plan and what it is compared with are judged: numbers 0 and up, the same as in
        :func:`sim.simulate`.
    seed
        Of companies, chance, and search: the same seed gives the same roadmap.
    effort
        Company histories to simulate while choosing, about; what takes about a minute on two cores if None.
    threads
        Worker threads; as many as there are processors if None. They do not affect the results.
    progress
        Called now and then with the number of company histories done and of all at most.

    Raises
    ------
    BadInputError
        For arguments out of bounds.
    """
    _check(companies, fresh, seed, effort, threads)
    limits, levers = problem.limits, len(problem.policies)
    rng = np.random.default_rng(seed)
    ahead = outlook(problem, rng, companies=companies, fresh=fresh, effort=effort)
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done, max(done, ahead.histories))

    def on(first: int, count: int) -> Evaluator:
        return Evaluator(problem, np.arange(first, first + count), seed, threads or os.cpu_count() or 1, told)

    chosen_on = on(CHOOSING_FROM, companies)
    if ahead.schedules is None:
        built = search(chosen_on, limits, effort=ahead.effort, rng=rng).greedy
    else:
        chosen_on.values(ahead.schedules)
        built = greedy(chosen_on, limits)
    ranked = _finals(chosen_on, on(CHOOSING_FROM + companies, MORE * companies))
    nothing = np.full(levers, NEVER, dtype=np.int64)
    named = {"plan": ranked[0], "nothing": nothing, "earliest": earliest(limits), "greedy": built}
    named |= {"runner_up": ranked[1]} if len(ranked) > 1 else {}
    named["everything"] = np.zeros_like(nothing)
    promise, frames = judged(problem, named, chosen_on, on(0, fresh))
    if progress is not None:
        progress(done, done)
    return RoadmapFindings(
        scenario=problem.scenario.name,
        outcome=problem.outcome,
        horizon=problem.horizon,
        budget=limits.budget,
        at_once=limits.at_once,
        levers=problem.levers,
        schedules={name: tuple(schedule.tolist()) for name, schedule in named.items()},
        method="search" if ahead.schedules is None else "exact",
        finalists=len(ranked),
        seed=seed,
        companies=companies,
        fresh=fresh,
        feasible=ahead.feasible,
        counted=ahead.schedules is not None,
        valued=chosen_on.valued,
        histories=done,
        promise=promise,
        **frames,
        finals=tuple(tuple(schedule) for schedule in ranked.tolist()),
        too_dear=tuple(name for name, fits in zip(problem.levers, limits.fit_alone(), strict=True) if not fits),
    )


def _finals(chosen_on: Evaluator, others: Evaluator) -> Ints:
    """Return the schedules that did best where plans are chosen, in the order of how they do on other companies.

    Of thousands of schedules, the one that is best on a few companies owes part of that to these companies.
    """
    known = chosen_on.on_all()
    best = known[np.argsort(-chosen_on.scores(known), kind="stable")[:FINALISTS]]
    return best[np.argsort(-others.scores(best), kind="stable")]


def _check(companies: int, fresh: int, seed: int, effort: int | None, threads: int | None) -> None:
    checks: tuple[tuple[str, object, int, int], ...] = (
        # An interval needs two.
        ("companies", companies, 2, MOST_COMPANIES),
        ("fresh", fresh, 2, MOST_COMPANIES),
        ("seed", seed, 0, MAX_SEED),
        ("effort", 1 if effort is None else effort, 1, MOST_EFFORT),
        ("threads", 1 if threads is None else threads, 1, MAX_THREADS),
    )
    for key, value, low, high in checks:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
            raise BadInputError(
                "bounds", key=key, value=value, allowed=phrase("a_whole_number", range=between(low, high))
            )


__all__ = ["MOST_COMPANIES", "find_roadmap"]
