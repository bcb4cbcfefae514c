"""Intervals of boxes from a bootstrap over companies and points at the same time (Owen 2007).

Rows of the same company or the same point are alike, so they hold less information than as many independent rows would:
the intervals cover what other companies and other points would change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.discovery.boxes import Discovery, Estimate
from analysis.discovery.cases import Cases

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MEASURES: Final = ("share", "coverage", "density", "lift")
_DRAWS: Final = 500


def bootstrapped(
    found: Discovery,
    within: Bools,
    rows: Cases,
    places: Ints,
    rng: np.random.Generator,
    confidence: float,
) -> tuple[Estimate, tuple[dict[str, Estimate], ...]]:
    """Return base rate and measures of the boxes with intervals from a bootstrap over companies and points together.

    Parameters
    ----------
    found
        The boxes and what they measure.
    within
        Which held-out rows are in which box, shape (boxes, held-out rows).
    rows
        All rows.
    places
        Of the held-out rows among all, shape (held-out rows,).
    rng
        Of the bootstrap.
    confidence
        Of the intervals.
    """
    hit = rows.target[places].astype(np.float64)
    # Per box the rows in it and the cases in it, and at the end the same of all rows.
    there = np.vstack([within.astype(np.float64), np.ones(len(places))])
    company, point = _drawn(rows.company[places], rng), _drawn(rows.point[places], rng)
    size, caught = (np.empty((_DRAWS, len(there))) for _ in range(2))
    for k in range(_DRAWS):
        weight = next(company) * next(point)
        size[k], caught[k] = there @ weight, there @ (weight * hit)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = caught / size
        drawn = {
            "share": size / size[:, -1:],
            "coverage": caught / caught[:, -1:],
            "density": rate,
            "lift": rate / rate[:, -1:],
        }
    units = min(len(np.unique(labels[places])) for labels in (rows.company, rows.point))
    measures = tuple(
        {name: expanded(getattr(box, name).value, drawn[name][:, k], units, confidence, name) for name in MEASURES}
        for k, box in enumerate(found.boxes)
    )
    return expanded(found.base, rate[:, -1], units, confidence, "density"), measures


def _drawn(labels: Ints, rng: np.random.Generator) -> Iterator[Floats]:
    """Yield, without end, the number of times that each row's unit is drawn if units are drawn with replacement."""
    units, which = np.unique(labels, return_inverse=True)
    while True:
        yield np.bincount(rng.integers(len(units), size=len(units)), minlength=len(units))[which].astype(np.float64)


def expanded(value: float, drawn: Floats, units: int, confidence: float, measure: str) -> Estimate:
    """Return a value with quantiles of its bootstrap, expanded as Hesterberg (2015) says for few units.

    A bootstrap of few units is too narrow: it lacks the factor n/(n-1) of the variance, and Student's tails.
    """
    known = drawn[np.isfinite(drawn)]
    if not math.isfinite(value) or not len(known) or units < 2:
        return Estimate(value, math.nan, math.nan)
    tail = 0.5 + confidence / 2.0
    wider = math.sqrt(units / (units - 1)) * float(stats.t.ppf(tail, units - 1) / stats.norm.ppf(tail))
    low, high = (value + wider * (float(end) - value) for end in np.quantile(known, (1.0 - tail, tail)))
    return Estimate(value, max(0.0, low), high if measure == "lift" else min(1.0, high))


__all__ = ["MEASURES", "bootstrapped", "expanded"]
