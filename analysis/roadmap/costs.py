"""Costs of lever schedules, and the number of levers that rise at once; neither needs a simulation.

Money is counted as the model counts it: a lever's cost in a week is a yearly rate in percent of base revenue
(:func:`sim.rules.lever_cost`). What falls due in a quarter is the sum of its weekly rates over 52: percent of a year's
base revenue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.array_rules import ON_ARRAYS
from sim.lanes import Settings
from sim.rules import WEEKS_PER_YEAR

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Number = TypeVar("Number", np.float64, np.int64)

NEVER: Final = -1
"""The start quarter of a lever that never starts. As an index it is the last row of the tables below: all zero."""
QUARTER: Final = 13
"""Weeks in a quarter."""
_ROUNDING: Final = 1e-9
"""Tolerance of the budget, as a share: sums of the same amounts in another order differ in the last bits."""


def weekly_costs(settings: Settings, weeks: int) -> Floats:
    """Return what each lever costs by the model's own rules.

    Returns
    -------
    numpy.ndarray
        Shape (settings, levers, weeks); percent of base revenue, as a yearly rate.
    """
    week = np.arange(weeks, dtype=np.float64)
    intensity = np.zeros((*settings.start.shape[:2], weeks))
    earlier = np.zeros_like(intensity)
    for k in range(settings.start.shape[2]):
        start, ramp, target = (a[:, :, k, None] for a in (settings.start, settings.ramp, settings.target))
        intensity = ON_ARRAYS.ramped(week, start, ramp, intensity, target)
        earlier = ON_ARRAYS.ramped(week - 1.0, start, ramp, earlier, target)
    before = ON_ARRAYS.intensity_before(week, settings.ramp[:, :, 0, None], intensity, earlier)
    running, one_off = (
        np.array([getattr(policy, name) for policy in settings.policies])[:, None]
        for name in ("running_cost", "one_off_cost")
    )
    found: Floats = ON_ARRAYS.lever_cost(running, one_off, intensity, before)
    return found


def by_quarter(rates: Floats) -> Floats:
    """Return what falls due by quarter from weekly rates; weeks are the last axis, the last quarter may be short."""
    return np.add.reduceat(rates, np.arange(0, rates.shape[-1], QUARTER), axis=-1) / WEEKS_PER_YEAR


def weeks_to_settle(quarters: int, ramps: Floats) -> int:
    """Return the weeks, in whole quarters, until a lever that starts last has worked in full for a quarter."""
    return QUARTER * (quarters + int(np.ceil(ramps.max() / QUARTER)))


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """The limits of a roadmap, and each lever's use of them by its start.

    A schedule is a row of start quarters, one per lever, :data:`NEVER` for none.

    Attributes
    ----------
    cost
        What falls due for a lever by start quarter and quarter, percent of a year's base revenue; shape (levers,
        start quarters + 1, quarters), the last start being :data:`NEVER`. It covers the quarters of the horizon and as
        many more as the last start needs to work in full: a plan has to be affordable after the horizon, too.
    ramping
        Whether the lever is still rising in the first week of a quarter; shape as ``cost``. Levers start with a quarter
        and stop rising inside one, so no other week of a quarter has more of them.
    budget
        Most that may fall due in any quarter.
    at_once
        Most levers that may rise in the same week.
    """

    cost: Floats
    ramping: Ints
    budget: float
    at_once: int

    @property
    def levers(self) -> int:
        """Return the number of levers."""
        return len(self.cost)

    @property
    def quarters(self) -> int:
        """Return the number of quarters in which a lever may start."""
        return len(self.cost[0]) - 1

    def costs(self, schedules: Ints) -> Floats:
        """Return what falls due by quarter, shape (schedules, quarters), for schedules of shape (schedules, levers)."""
        return _summed(self.cost, schedules)

    def loads(self, schedules: Ints) -> Ints:
        """Return how many levers rise in the first week of each quarter, shape (schedules, quarters)."""
        return _summed(self.ramping, schedules)

    def within(self, cost: Floats, load: Ints) -> Bools:
        """Return where costs and loads by quarter, shape (..., quarters), keep the limits."""
        keeps = np.less_equal(cost, self.budget * (1.0 + _ROUNDING)) & np.less_equal(load, self.at_once)
        found: Bools = np.logical_and.reduce(keeps, axis=-1)
        return found

    def feasible(self, schedules: Ints) -> Bools:
        """Return which schedules keep the limits, shape (schedules,)."""
        return self.within(self.costs(schedules), self.loads(schedules))

    def fit_alone(self) -> list[bool]:
        """Return which levers keep the limits from some start on if nothing else starts."""
        starts = self.quarters
        fits = self.within(self.cost[:, :starts], self.ramping[:, :starts])
        return [bool(some.any()) for some in fits]

    def all_feasible(self, most: int) -> Ints | None:
        """Return all feasible schedules in ascending order, shape (schedules, levers); None if more than ``most``."""
        found = np.empty((1, 0), dtype=np.int64)
        cost, load = np.zeros((1, self.cost.shape[2])), np.zeros((1, self.cost.shape[2]), dtype=np.int64)
        # Lever by lever: costs are never negative, so a beginning that breaks a limit stays infeasible, and every other
        # one is feasible if nothing else starts. The number of beginnings only grows.
        for lever in range(self.levers):
            fits = self._fits(cost, load, lever)
            if int(fits.sum()) > most:
                return None
            row, start = np.nonzero(fits)
            start -= 1
            cost = cost[row] + self.cost[lever, start]
            load = load[row] + self.ramping[lever, start]
            found = np.concatenate([found[row], start[:, None]], axis=1)
        return found

    def about_feasible(self, rng: np.random.Generator, probes: int = 4000) -> float:
        """Return an unbiased estimate of the number of feasible schedules.

        Schedules are put together lever by lever from starts that still fit; the product of the numbers of these starts
        estimates how many schedules there are (Knuth, "Estimating the efficiency of backtrack programs", 1975).
        """
        shape = probes, self.cost.shape[2]
        cost, load, product = np.zeros(shape), np.zeros(shape, dtype=np.int64), np.ones(probes)
        for lever in range(self.levers):
            fits = self._fits(cost, load, lever)
            choices = fits.sum(axis=1)
            product *= choices
            wanted = (rng.random(probes) * choices).astype(np.int64)
            start = np.argmax(np.cumsum(fits, axis=1) > wanted[:, None], axis=1) - 1
            cost += self.cost[lever, start]
            load += self.ramping[lever, start]
        return float(product.mean())

    def _fits(self, cost: Floats, load: Ints, lever: int) -> Bools:
        """Return which starts of a lever fit on top of what is used, shape (rows, 1 + quarters), never first."""
        starts = range(NEVER, self.quarters)
        fits = [self.within(cost + self.cost[lever, s], load + self.ramping[lever, s]) for s in starts]
        return np.stack(fits, axis=1)


def _summed(table: NDArray[Number], schedules: Ints) -> NDArray[Number]:
    total = np.zeros((len(schedules), table.shape[2]), dtype=table.dtype)
    for lever, start in enumerate(schedules.T):
        total += table[lever, start]
    return total


__all__ = ["NEVER", "QUARTER", "Limits", "by_quarter", "weekly_costs", "weeks_to_settle"]
