"""Shares of levers in a difference between two scenarios: Shapley values over the levers that differ.

The share of a lever is what it adds when its turn comes, averaged over all orders in which the scenarios' levers can be
exchanged one by one (:func:`analysis.lattice.walsh.shapley`). Up to ten or so players all combinations are simulated,
on the same companies. Beyond that orders are sampled, and combinations are those on their way: an order, all its
rotations and their reversals, so that each player takes each place equally often from either end. A rotation is a walk
around a circle, so all of them share their combinations: n (n - 1) for 2 n orders. Shares of sampled orders add up
exactly, too.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.explanation.measured import measured
from analysis.explanation.players import OTHER, Players
from analysis.explanation.runs import Runs
from analysis.explanation.split import Floats, Split, above_none
from analysis.lattice.walsh import membership, shapley
from sim.lanes import run_lanes
from sim.scenario import Scenario

MOST_SETTINGS: Final = 1024
"""Most combinations that are simulated: those of ten players."""
_FEWEST_CIRCLES: Final = 2
"""Fewest circles of orders, so that the sampling error can be estimated."""


def split_levers(
    before: Scenario,
    after: Scenario,
    runs: Runs,
    wanted: Collection[str],
    *,
    most_settings: int = MOST_SETTINGS,
) -> Split:
    """Split differences between two scenarios over the levers that differ; all else that does is one more player.

    Parameters
    ----------
    before, after
        The scenarios, of the same companies and weeks.
    runs
        The companies to simulate.
    wanted
        Names of :mod:`analysis.explanation.measured`.
    most_settings
        Most combinations; where there are more, orders are sampled.

    Raises
    ------
    BadInputError
        If the scenarios cannot be run on the same companies and over the same weeks.
    CancelledError
        If ``runs.cancelled`` said so.
    """
    players = Players.of(before, after)
    n = len(players.names)
    if 2**n <= max(2, most_settings):
        coalitions = membership(n) if n else np.zeros((2, 0), dtype=np.bool_)
        values = _values(players, coalitions, runs, wanted)
        shares = {name: shapley(above_none(found[:, : 2**n])) for name, found in values.items()}
        return Split(
            players.names,
            shares,
            before={name: found[:, 0] for name, found in values.items()},
            after={name: found[:, -1] for name, found in values.items()},
            spread={name: np.zeros(n) for name in values},
        )
    circles = max(_FEWEST_CIRCLES, (most_settings - 2) // (n * (n - 1)))
    rng = np.random.default_rng(runs.seed)
    orders = np.stack([rng.permutation(n) for _ in range(circles)])
    steps = np.stack([_walks(order) for order in orders])  # (circles, orders, n + 1, players)
    coalitions, where = np.unique(steps.reshape(-1, n), axis=0, return_inverse=True)
    where = where.reshape(steps.shape[:3])
    values = _values(players, coalitions, runs, wanted)
    came = np.argmax(np.diff(steps.astype(np.int8), axis=2), axis=3)  # who comes at each step
    shares, spread = {}, {}
    for name, found in values.items():
        by_circle = np.stack([_shares(found, where[k], came[k]) for k in range(circles)])
        shares[name] = by_circle.mean(axis=0)
        spread[name] = by_circle.mean(axis=1).std(axis=0, ddof=1) / np.sqrt(circles)
    none, every = where[0, 0, 0], where[0, 0, -1]
    return Split(
        players.names,
        shares,
        before={name: found[:, none] for name, found in values.items()},
        after={name: found[:, every] for name, found in values.items()},
        spread=spread,
        orders=2 * n * circles,
    )


def _walks(order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the coalitions on the way of an order's rotations and their reversals, shape (2 n, n + 1, n)."""
    n = len(order)
    rotations = [np.roll(order, -k) for k in range(n)]
    walks = np.zeros((2 * n, n + 1, n), dtype=np.bool_)
    for walk, way in zip(walks, (*rotations, *(rotation[::-1] for rotation in rotations)), strict=True):
        for step, player in enumerate(way):
            walk[step + 1 :, player] = True
    return walks


def _shares(values: Floats, where: NDArray[np.intp], came: NDArray[np.intp]) -> Floats:
    """Return what players add along orders, on average, shape (companies, players).

    Parameters
    ----------
    values
        Shape (companies, coalitions).
    where
        Coalition at each point of each order, shape (orders, n + 1).
    came
        Player that comes at each step, shape (orders, n).
    """
    n = came.shape[1]
    added = np.diff(values[:, where], axis=2)
    shares = np.zeros((len(values), n))
    for player in range(n):
        shares[:, player] = added[:, came == player].mean(axis=1)
    return shares


def _values(players: Players, coalitions: NDArray[np.bool_], runs: Runs, wanted: Collection[str]) -> dict[str, Floats]:
    """Return measures under coalitions, by name, shape (companies, coalitions)."""
    count, total = runs.companies, runs.companies * len(coalitions)
    others = coalitions[:, players.names.index(OTHER)] if OTHER in players.names else np.ones(len(coalitions), bool)
    found = {name: np.empty((count, len(coalitions))) for name in wanted}
    counted = runs.counter(total)
    for of_after in np.unique(others):
        columns = np.flatnonzero(others == of_after)
        scenario = players.side(others=bool(of_after))
        values = run_lanes(
            partial(measured, wanted=wanted),
            players.settings(coalitions[columns], others=bool(of_after)),
            scenario.model(),
            number=np.arange(count)[:, None],
            setting=np.arange(len(columns)),
            seed=runs.seed,
            weeks=scenario.weeks,
            threads=runs.threads,
            founded=runs.founded,
            progress=counted,
            cancelled=runs.cancelled,
        )
        for name in wanted:
            found[name][:, columns] = values[name]
    return found


__all__ = ["MOST_SETTINGS", "split_levers"]
