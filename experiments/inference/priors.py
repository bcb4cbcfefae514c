"""Priors of the coefficients: what is believed of each before the patterns are looked at.

A coefficient lies within its bounds. How its mass spreads there depends on where its default comes from: what is only
assumed may be anything between the bounds; what the literature or the study supports lies rather in their middle. No
prior is centred on the present default, or calibration would confirm what it began with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from sim.parameters import Parameter

Floats = NDArray[np.float64]

SHAPES: Final = {"assumption": 1.0, "literature": 4.0, "study": 12.0}
"""Both shapes of the beta distribution between the bounds: standard deviations of 29%, 17% and 10% of their distance
(assumption)."""
_DIGITS: Final = 4
"""Significant digits of a coefficient: more would claim what nobody knows, and make defaults hard to write down."""


@dataclass(frozen=True, slots=True, eq=False)
class Priors:
    """Independent priors.

    Attributes
    ----------
    names
        The parameters.
    low, high, shape
        Bounds and shapes, each of shape (parameters,).
    """

    names: tuple[str, ...]
    low: Floats
    high: Floats
    shape: Floats

    @classmethod
    def of(cls, declared: Sequence[Parameter]) -> Priors:
        """Return the priors of parameters, by their bounds and provenance."""
        return cls(
            tuple(parameter.name for parameter in declared),
            np.array([parameter.low for parameter in declared]),
            np.array([parameter.high for parameter in declared]),
            np.array([SHAPES[parameter.provenance] for parameter in declared]),
        )

    def draw(self, count: int, seed: int | np.random.SeedSequence) -> Floats:
        """Return points of a Latin hypercube, as places between the bounds in [0, 1], shape (count, parameters)."""
        cube = qmc.LatinHypercube(len(self.names), rng=np.random.default_rng(seed)).random(count)
        return np.asarray(stats.beta.ppf(cube, self.shape, self.shape), dtype=np.float64)

    def log_density(self, places: Floats) -> Floats:
        """Return the log density at places, shape (points, parameters); minus infinity outside the bounds."""
        density: Floats = np.asarray(stats.beta.logpdf(places, self.shape, self.shape)).sum(axis=1)
        return density

    def values(self, places: Floats) -> Floats:
        """Return parameter values at places, rounded to four digits, inside the bounds."""
        exact = self.low + (self.high - self.low) * places
        # By way of text: a value is then the float that its digits stand for, as in a parameter file.
        rounded = np.array([float(f"{x:.{_DIGITS}g}") for x in exact.ravel()]).reshape(exact.shape)
        clipped: Floats = np.clip(rounded, self.low, self.high)
        return clipped

    def places(self, values: Floats) -> Floats:
        """Return where values lie between the bounds, from 0 to 1."""
        return (values - self.low) / (self.high - self.low)


__all__ = ["SHAPES", "Priors"]
