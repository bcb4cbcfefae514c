"""Shares of players in a difference, which add up to it company by company, and their means and intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.stats.intervals import difference_limits, mean_limits
from sim.outcomes import TYPES

Floats = NDArray[np.float64]

_ROUNDING: Final = 1e-12
"""Shares below this, in the unit of an outcome's difference, come from rounding."""


def above_none(values: Floats) -> Floats:
    """Return differences from the first setting, so that shares where nothing differs are 0 and not nearly 0."""
    difference: Floats = values - values[:, :1]
    return difference


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Differences of outcomes, split over players.

    Attributes
    ----------
    players
        Ids of levers, or mechanisms.
    shares
        By outcome, shape (companies, players); a row adds up to the difference in the company's outcome.
    before, after
        The outcomes themselves, shape (companies,).
    spread
        By outcome, the standard error from sampling orders of players, shape (players,); zeros if nothing was sampled.
    orders
        Number of sampled orders; 0 if all were used.
    """

    players: tuple[str, ...]
    shares: Mapping[str, Floats]
    before: Mapping[str, Floats]
    after: Mapping[str, Floats]
    spread: Mapping[str, Floats]
    orders: int = 0

    def frame(self, outcomes: tuple[str, ...], *, name: str, confidence: float = 0.95) -> pd.DataFrame:
        """Return the mean shares.

        Parameters
        ----------
        outcomes
            Names of outcomes.
        name
            Name of the players' column: ``"lever"`` or ``"mechanism"``.
        confidence
            Confidence level of each interval by itself.

        Returns
        -------
        pandas.DataFrame
            Columns ``outcome``, ``name``, ``share`` (mean over companies, in the outcome's unit), ``low`` and ``high``
            (its interval over companies; Student's t, NaN for a single company), ``clear`` (the interval excludes 0,
            by more than rounding) and ``sampling`` (standard error from sampled orders).
        """
        parts = []
        for outcome in outcomes:
            mean, low, high = self.limits(outcome, confidence)
            clear = np.maximum(low, -high) > _ROUNDING  # NaN is not clear
            parts.append(
                pd.DataFrame(
                    {"outcome": outcome, name: list(self.players), "share": mean, "low": low, "high": high}
                    | {"clear": clear, "sampling": self.spread[outcome]}
                )
            )
        return pd.concat(parts, ignore_index=True)

    def limits(self, outcome: str, confidence: float = 0.95) -> tuple[Floats, Floats, Floats]:
        """Return mean shares and their intervals over companies, shape (players,) each."""
        # A share in whether a company is of a type is a mean over coalitions, anything from -1 to 1: no interval for
        # paired shares applies, but no part can be beyond 100 percentage points either.
        return mean_limits(self.shares[outcome], confidence, bound=1.0 if outcome in TYPES else None)

    def total(self, outcomes: tuple[str, ...], *, confidence: float = 0.95) -> pd.DataFrame:
        """Return the differences: index outcome; columns ``before``, ``after``, ``difference``, ``low``, ``high``.

        Intervals are the same as in :mod:`analysis.comparison.findings`.
        """
        rows = {}
        for outcome in outcomes:
            before, after = self.before[outcome], self.after[outcome]
            if outcome in TYPES:
                _, low, high = difference_limits(after, before, confidence)
                mean = float(after.mean()) - float(before.mean())
            else:
                mean, low, high = (float(limit[0]) for limit in mean_limits((after - before)[:, None], confidence))
            rows[outcome] = {
                "before": before.mean(), "after": after.mean(), "difference": mean, "low": low, "high": high
            }  # fmt: skip
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")


__all__ = ["Split", "above_none"]
