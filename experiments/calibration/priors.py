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
from scipy.special import betaincinv, ndtr, ndtri
from scipy.stats import qmc

from sim.parameters import Parameter, parameters

Floats = NDArray[np.float64]

SHAPES: Final = {"assumption": 1.0, "literature": 4.0, "study": 12.0}
"""Both shapes of the beta distribution between the bounds: standard deviations of 29%, 17% and 10% of their distance
(assumption)."""
_TAIL: Final = 1e-12
"""Probability beyond which the ends of a prior are one."""
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

    @property
    def std(self) -> Floats:
        """Standard deviations of places between the bounds in [0, 1], shape (parameters,)."""
        return np.asarray(stats.beta.std(self.shape, self.shape))

    def draw(self, count: int, seed: int | np.random.SeedSequence) -> Floats:
        """Return points of a Latin hypercube, as places between the bounds in [0, 1], shape (count, parameters)."""
        cube = qmc.LatinHypercube(len(self.names), rng=np.random.default_rng(seed)).random(count)
        return np.asarray(stats.beta.ppf(cube, self.shape, self.shape), dtype=np.float64)

    def to_normal(self, places: Floats) -> Floats:
        """Return places as values of standard normal variables: the prior is then the same in all directions."""
        share = np.asarray(stats.beta.cdf(places, self.shape, self.shape))
        found: Floats = ndtri(np.clip(share, _TAIL, 1.0 - _TAIL))
        return found

    def from_normal(self, values: Floats) -> Floats:
        """Return the places that values of standard normal variables stand for, shape (points, parameters)."""
        share: Floats = np.clip(ndtr(values), _TAIL, 1.0 - _TAIL)
        bent = np.flatnonzero(self.shape != 1.0)
        if len(bent):
            share[:, bent] = betaincinv(self.shape[bent], self.shape[bent], share[:, bent])
        return share

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


def coefficient_priors() -> Priors:
    """Return the priors of all coefficients."""
    return Priors.of(list(parameters()["coefficient"].values()))


__all__ = ["SHAPES", "Priors", "coefficient_priors"]
