"""Schedules near a schedule, among which a search goes on."""

from __future__ import annotations

from typing import Final

import numpy as np

from analysis.roadmap.costs import NEVER, Ints, Limits

MOST_PAIRS: Final = 10_000
"""Most schedules looked at that differ in two levers: all of them for 16 levers and eight quarters."""


def near(schedule: Ints, limits: Limits) -> Ints:
    """Return feasible schedules one step away, in ascending order, shape (schedules, levers).

    A step sets one lever's start (which adds, moves or removes it), lets two levers change places, or shifts everything
    from some quarter on by one quarter.
    """
    quarters, levers = limits.quarters, limits.levers
    one = np.tile(schedule, (levers * (quarters + 1), 1))
    one[np.arange(len(one)), np.repeat(np.arange(levers), quarters + 1)] = np.tile(np.arange(NEVER, quarters), levers)
    a, b = np.triu_indices(levers, 1)
    swapped = np.tile(schedule, (len(a), 1))
    swapped[np.arange(len(a)), a], swapped[np.arange(len(a)), b] = schedule[b], schedule[a]
    begun = np.arange(quarters)[:, None] <= schedule
    later, earlier = schedule + begun, schedule - begun
    later = later[(later < quarters).all(axis=1)]
    # A start moved before the first quarter would become -1, which means never.
    earlier = earlier[((earlier != NEVER) | (schedule == NEVER)).all(axis=1)]
    return _usable(np.concatenate([one, swapped, later, earlier]), schedule, limits)


def farther(schedule: Ints, limits: Limits, rng: np.random.Generator) -> Ints:
    """Return feasible schedules that set the starts of two levers, in ascending order, shape (schedules, levers).

    Where there are more than :data:`MOST_PAIRS` of them before the limits are asked, a random choice is returned.
    """
    choices = limits.quarters + 1
    a, b = np.triu_indices(limits.levers, 1)
    total = len(a) * choices**2
    step = np.arange(total) if total <= MOST_PAIRS else rng.choice(total, MOST_PAIRS, replace=False)
    pair, starts = np.divmod(step, choices**2)
    first, second = (start + NEVER for start in np.divmod(starts, choices))
    both, row = np.tile(schedule, (len(step), 1)), np.arange(len(step))
    both[row, a[pair]], both[row, b[pair]] = first, second
    return _usable(both[(first != schedule[a[pair]]) & (second != schedule[b[pair]])], schedule, limits)


def shaken(schedule: Ints, limits: Limits, rng: np.random.Generator, strength: int) -> Ints:
    """Return a feasible schedule in which some levers, picked at random, have other starts, shape (levers,)."""
    chosen = rng.permutation(limits.levers)[:strength]
    found = schedule.copy()
    # Out first, so that they do not stand in each other's way.
    found[chosen] = NEVER
    for lever in chosen:
        options = np.tile(found, (limits.quarters + 1, 1))
        options[:, lever] = np.arange(NEVER, limits.quarters)
        found = rng.choice(options[limits.feasible(options)])
    return found


def _usable(schedules: Ints, schedule: Ints, limits: Limits) -> Ints:
    changed = np.unique(schedules[(schedules != schedule).any(axis=1)], axis=0)
    return changed[limits.feasible(changed)]


__all__ = ["MOST_PAIRS", "farther", "near", "shaken"]
