"""Sentences about numbers: what is higher, what is lower, and where chance allows no word."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.stats.intervals import mean_interval
from sim.declarations import declared
from sim.texts import Texts

Direction = Literal["higher", "lower", "same"]
_NEAREST: Final = 1e-9
"""Differences below are of floating point, not of companies."""


def direction(before: NDArray[np.floating], after: NDArray[np.floating]) -> Direction:
    """Return whether the mean is clearly higher or lower: the 95% interval of paired differences leaves out zero.

    Parameters
    ----------
    before, after
        The same companies under the baseline and the scenario, shape (companies,).
    """
    difference = after.astype(np.float64) - before.astype(np.float64)
    if np.abs(difference).max() < _NEAREST:
        return "same"
    mean, half = mean_interval(difference[:, None])
    # For a single company the interval is not known, and nothing is clear.
    if not float(half[0]) < abs(float(mean[0])):
        return "same"
    return "higher" if mean[0] > 0.0 else "lower"


def named(texts: Texts, name: str) -> tuple[str, str]:
    """Return what an outcome is called, and what follows its numbers; a unit too long for that stays in the name."""
    unit = texts(f"amount.{declared()[name].unit}.unit")
    return texts.outcome(name, short=True, unit=not unit), unit


def figure(texts: Texts, name: str, value: float) -> str:
    """Return an outcome's value with its unit."""
    return texts.amount(name, value) + named(texts, name)[1]


def change(texts: Texts, name: str, before: NDArray[np.floating], after: NDArray[np.floating]) -> str:
    """Return a sentence on how the mean of an outcome changes.

    Parameters
    ----------
    texts
        Display texts.
    name
        Of the outcome.
    before, after
        As for :func:`direction`, in the model's units.
    """
    shown = [figure(texts, name, float(values.mean())) for values in (before, after)]
    return told(texts, direction(before, after), named(texts, name)[0], *shown)


def told(texts: Texts, verdict: Direction, what: str, before: str, after: str) -> str:
    """Return the sentence on a change, from numbers as they are shown: they may be alike though the change is clear."""
    key = "smaller" if verdict != "same" and before == after else verdict
    return texts(f"studio.charts.{key}", what=what, before=before, after=after)


__all__ = ["Direction", "change", "direction", "figure", "named", "told"]
