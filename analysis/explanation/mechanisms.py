"""Shares of mechanisms in a difference between two scenarios: Shapley values over mechanisms set free.

The companies are run under ``after`` with each choice of mechanisms fixed at their trajectory under ``before``
(:mod:`sim.core.holding` says what that means, mechanism by mechanism). With all of them fixed, what is left of the
difference is direct. The rest is shared out: a mechanism's share is what setting it free adds, averaged over all orders
in which they can be set free. All 128 choices are run; the price is a matter of how returns are worked out, so 64 of
them are simulated. Shares and what is direct add up exactly. A path that runs through two mechanisms is open only if
both are free, and is shared between them.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Final

import numpy as np

from analysis.explanation.measured import measured
from analysis.explanation.players import Players
from analysis.explanation.runs import Runs
from analysis.explanation.split import Floats, Split, above_none
from analysis.lattice.walsh import membership, shapley
from sim.declarations import RETURNS
from sim.lanes import HOLDABLE, Simulated, run_held
from sim.scenario import Scenario
from sim.settings import settings_of

PRICE: Final = "price"
DIRECT: Final = "direct"
MECHANISMS: Final = (*HOLDABLE, PRICE)
"""The mechanisms that can be fixed and set free; the position of each is its bit in a choice of them."""

_PRICE_HELD: Final = "price held: "


def split_mechanisms(before: Scenario, after: Scenario, runs: Runs, wanted: Collection[str]) -> Split:
    """Split differences between two scenarios over mechanisms and direct effects.

    Parameters
    ----------
    before, after
        The scenarios, of the same companies and weeks.
    runs
        The companies to simulate.
    wanted
        Names of :mod:`analysis.explanation.measured`.

    Returns
    -------
    Split
        Players are :data:`MECHANISMS` and :data:`DIRECT`.

    Raises
    ------
    BadInputError
        If the scenarios cannot be run on the same companies and over the same weeks.
    CancelledError
        If ``runs.cancelled`` said so.
    """
    Players.of(before, after)  # refuses what cannot be compared
    names, priced = tuple(wanted), tuple(name for name in wanted if name in RETURNS)
    free = membership(len(HOLDABLE))

    def keep(alone: Simulated, held: Simulated) -> dict[str, Floats]:
        price = alone.measures()["decision_quality"]
        at_the_price = measured(held, priced, price=price) if priced else {}
        return measured(held, names) | {_PRICE_HELD + name: values for name, values in at_the_price.items()}

    first, second = run_held(
        partial(measured, wanted=names),
        keep,
        *((settings_of([scenario]), scenario.model()) for scenario in (before, after)),
        number=np.arange(runs.companies),
        held=~free,
        seed=runs.seed,
        weeks=before.weeks,
        threads=runs.threads,
        founded=runs.founded,
        progress=runs.counter(runs.companies * (1 + len(free))),
        cancelled=runs.cancelled,
    )
    shares, ends = {}, {}
    for name in names:
        values, nothing = second[name], np.zeros(runs.companies)
        if name in RETURNS:
            values = np.concatenate([second[_PRICE_HELD + name], values], axis=1)
            shared = shapley(above_none(values))
        else:  # the price does not enter
            shared = np.column_stack([shapley(above_none(values)), nothing])
        shares[name] = np.column_stack([shared, values[:, 0] - first[name]])
        ends[name] = values[:, -1]
    players = (*MECHANISMS, DIRECT)
    return Split(players, shares, before=first, after=ends, spread={name: np.zeros(len(players)) for name in names})


__all__ = ["DIRECT", "MECHANISMS", "PRICE", "split_mechanisms"]
