"""Chance, week by week: demand in the market, and draws for escalation."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, Streams, stream
from sim.parameters import Founding

Floats = NDArray[np.float64]


def market_paths(
    seed: int, numbers: Sequence[int], weeks: int, turbulence: Floats, f: Founding, redraws: Sequence[int] = ()
) -> Floats:
    """Return demand for coordination by week over its mean, shape (companies, weeks); autocorrelated, at least 1/2."""
    streams = Streams(seed)
    draws = np.empty((len(numbers), weeks, 3))
    for k, number in enumerate(numbers):
        streams.at(Purpose.MARKET, number, redraws[k] if redraws else 0).random(out=draws[k])
    # Three uniform numbers have a variance of one quarter: twice their deviation is nearly standard normal.
    innovation = 2.0 * (draws[:, :, 0] + draws[:, :, 1] + draws[:, :, 2] - 3.0 / 2.0)
    pace = math.sqrt(1.0 - f.market_memory * f.market_memory)
    level, levels = np.zeros(len(numbers)), np.empty((len(numbers), weeks))
    for week in range(weeks):
        level = f.market_memory * level + pace * innovation[:, week]
        levels[:, week] = level
    path: Floats = np.maximum(0.5, 1.0 + f.market_swing * turbulence[:, None] * levels)
    return path


class EscalationDraws:
    """The uniform numbers that decide on a company's escalations, week after week.

    Parameters
    ----------
    seed, number
        Which company.
    regular_ties
        Number of interface ties that are always in use; people cannot clash on a dormant one.
    clash_week, clash_share
        In this week the first of them, up to this share, clash whatever happens; -1 for never.
    redraw
        Another chance of the same company.
    generator
        The stream, where the caller has it already and draws everything at once.
    """

    def __init__(
        self,
        seed: int,
        number: int,
        regular_ties: int,
        clash_week: int = -1,
        clash_share: float = 1.0,
        redraw: int = 0,
        generator: np.random.Generator | None = None,
    ) -> None:
        self._rng = stream(seed, Purpose.ESCALATION, number, redraw) if generator is None else generator
        self._week = 0
        self._clash_week, self._clash_ties = clash_week, math.ceil(clash_share * regular_ties)

    def draw(self, out: Floats) -> None:
        """Fill ``out``, shape (weeks, ties), with the next weeks' numbers; a clash is a number below any chance."""
        self._rng.random(out=out)
        weeks = len(out)
        if self._week <= self._clash_week < self._week + weeks:
            out[self._clash_week - self._week, : self._clash_ties] = -1.0
        self._week += weeks
