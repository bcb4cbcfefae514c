"""Find the best schedule: try all of them where that is possible, and search with the simulator otherwise.

The search builds a plan lever by lever, improves it step by step until no step helps, and starts again from plans in
which some levers were moved at random. Many candidates are compared on a few companies first, and only the best of them
on all. Whatever is compared is compared on the same companies with the same chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from analysis.roadmap.costs import NEVER, Floats, Ints, Limits
from analysis.roadmap.neighbours import farther, near, shaken

MOST_LISTED: Final = 20_000
"""Most feasible schedules that are tried one by one."""
FEW: Final = 32
"""Companies on which many candidates are compared first."""
_LAST: Final = 8
"""Candidates that are then compared on all companies."""
_FEWER: Final = 8
"""Companies on which very many candidates are compared before that."""
_PASSED: Final = 64
"""Candidates that pass on from there."""


class Judge(Protocol):
    """A judge of schedules, such as :class:`analysis.roadmap.evaluate.Evaluator`."""

    @property
    def companies(self) -> int:
        """Return the number of companies."""

    @property
    def histories(self) -> int:
        """Return the company histories simulated so far."""

    def scores(self, schedules: Ints, companies: int | None = None) -> Floats:
        """Return how good schedules are on the first companies, all if None; more is better."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The result of a search.

    Attributes
    ----------
    schedule
        The best schedule, shape (levers,).
    greedy
        The one built lever by lever, before anything was improved.
    """

    schedule: Ints
    greedy: Ints


def earliest(limits: Limits) -> Ints:
    """Return the schedule in which each lever, in the order of their numbers, starts as early as the limits allow."""
    found = np.full(limits.levers, NEVER, dtype=np.int64)
    for lever in range(limits.levers):
        options = np.tile(found, (limits.quarters, 1))
        options[:, lever] = np.arange(limits.quarters)
        fits = np.flatnonzero(limits.feasible(options))
        if len(fits):
            found = options[fits[0]]
    return found


def greedy(judge: Judge, limits: Limits, few: int = FEW) -> Ints:
    """Return the schedule to which the lever and start that gain most were added again and again, until none helped."""
    found = np.full(limits.levers, NEVER, dtype=np.int64)
    while True:
        options = near(found, limits)
        options = options[((options == found) | (found == NEVER)).all(axis=1)]
        better = _better(judge, options, found, few)
        if better is None:
            return found
        found = better


def first_plan(limits: Limits, companies: int, few: int = FEW) -> int:
    """Return how many company histories :func:`greedy` simulates at most, which is done whatever the effort."""
    total, few, fewer = companies, min(few, companies), min(_FEWER, companies)
    for left in range(limits.levers, 0, -1):
        options = left * limits.quarters
        total += fewer * options + few * min(options, _PASSED) + companies * min(options, _LAST)
    return total


def best_of_all(judge: Judge, schedules: Ints) -> Ints:
    """Return the best of schedules, the first among equals."""
    return np.asarray(schedules[int(np.argmax(judge.scores(schedules)))])


def search(judge: Judge, limits: Limits, *, effort: int, rng: np.random.Generator, few: int = FEW) -> Found:
    """Return the best schedule found with a limited effort.

    Parameters
    ----------
    judge
        Scores schedules.
    limits
        The limits that schedules keep.
    effort
        Company histories after which no further restart and no further step begins. The first plan is finished in any
        case.
    rng
        Random numbers of the restarts.
    few
        Companies on which many candidates are compared first.
    """

    def climbed(schedule: Ints) -> Ints:
        return climb(judge, limits, schedule, effort=effort, rng=rng, few=few)

    first = greedy(judge, limits, few)
    best = climbed(first)
    # Restarts that only lead back prove nothing, but many of them in a row do little else.
    barren, patience, again = 0, 10 * limits.levers, climbed(earliest(limits))
    while True:
        barren += 1
        if _score(judge, again) > _score(judge, best):
            best, barren = again, 0
        if judge.histories >= effort or barren > patience:
            return Found(best, first)
        # Every fourth time, nothing of the best plan is kept.
        strength = limits.levers if rng.random() < 0.25 else int(rng.integers(2, 6))
        again = climbed(shaken(best, limits, rng, strength))


def climb(
    judge: Judge, limits: Limits, schedule: Ints, *, effort: int, rng: np.random.Generator, few: int = FEW
) -> Ints:
    """Return a schedule that no step improves, or as far as the effort carries."""
    while judge.histories < effort:
        better = _better(judge, near(schedule, limits), schedule, few)
        if better is None:
            better = _better(judge, farther(schedule, limits, rng), schedule, few)
        if better is None:
            break
        schedule = better
    return schedule


def _better(judge: Judge, options: Ints, schedule: Ints, few: int) -> Ints | None:
    """Return the best of the options if it beats the schedule; the field narrows as companies become more."""
    for companies, passed in ((_FEWER, _PASSED), (few, _LAST)):
        if companies < judge.companies and len(options) > passed:
            scores = judge.scores(options, companies)
            options = options[np.sort(np.argsort(-scores, kind="stable")[:passed])]
    if not len(options):
        return None
    best = best_of_all(judge, options)
    return best if _score(judge, best) > _score(judge, schedule) else None


def _score(judge: Judge, schedule: Ints) -> float:
    return float(judge.scores(schedule[None])[0])


__all__ = ["FEW", "MOST_LISTED", "Found", "Judge", "best_of_all", "climb", "earliest", "first_plan", "greedy", "search"]
