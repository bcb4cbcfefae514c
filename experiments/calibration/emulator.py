"""Emulators: what the margins of patterns are likely to be, without simulating.

One ridge regression per part of a pattern on all linear and quadratic terms of the coefficients and on the products of
those that matter most for the part (scikit-learn's RidgeCV, its penalty and its error by leaving one set out), and a
Gaussian process on what it leaves, as usual in history matching: near a set that was simulated, what is known of it
counts. A simulation costs a second, an emulation some microseconds, so that a Markov chain can walk on it.

The process has one length for all parts and coefficients, because fitting 79 of each by likelihood takes hours. Trees
were no better than the regression, and their steps mislead a chain near a bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.special import log_ndtr
from sklearn.linear_model import Ridge, RidgeCV

Floats = NDArray[np.float64]

_STRONGEST: Final = 16
"""Coefficients whose products are terms."""
_PENALTIES: Final = (0.1, 1.0, 10.0, 100.0, 1000.0)
_FEWEST: Final = 60
"""Sets below which a part is not emulated."""
_REACH: Final = 0.1125
"""Distance of places at which smooth residuals of two sets correlate by exp(-1/2), times the root of the parameters.

For 79 coefficients that is 1. Measured on 1,600 sets of three waves, over ten parts: correlations of .7 on average at
distances of .5 to 1, of .35 at 1 to 1.5, of .2 at 1.5 to 2, and of none beyond.
"""
_NEAR: Final = 0.2
"""Likeness from which on two sets tell something of each other."""
_PAIRS: Final = 30
"""Such pairs below which nothing is known about how smooth a residual is, and it is taken for noise."""
_SMOOTHEST: Final = 0.95
"""Largest share of a residual's variance that counts as smooth; the rest keeps the process well conditioned."""


def compressed(margin: Floats) -> Floats:
    """Return margins on a scale on which the far ones weigh less; near the bound it is linear."""
    bent: Floats = np.arcsinh(margin)
    return bent


@dataclass(frozen=True, slots=True, eq=False)
class Emulator:
    """Emulators of several parts.

    Attributes
    ----------
    parts
        Names of the parts.
    constant, linear, weight
        Of each part: intercept, shape (parts,); weights of coefficients, shape (parameters, parts); weights of products
        of two of them, shape (pairs, parts).
    pairs
        The two coefficients of each product, shape (2, pairs).
    error
        Standard deviation of each part's error on sets that it was not fitted to and that are near none, compressed,
        shape (parts,).
    explained
        Share of each part's variance that is explained, on such sets, shape (parts,).
    known, pull
        Sets that were simulated, shape (sets, parameters), and the weights by which their residuals act on sets near
        them, shape (sets, parts).
    smooth
        Share of each part's residual variance that is smooth, and tells something of sets near by, shape (parts,).
    judged
        Sets that were judged alike: positions of sets and of parts.
    """

    parts: tuple[str, ...]
    constant: Floats
    linear: Floats
    weight: Floats
    pairs: NDArray[np.intp]
    error: Floats
    explained: Floats
    known: Floats
    pull: Floats
    smooth: Floats
    judged: tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]

    @classmethod
    def fit(cls, places: Floats, margins: Floats, parts: Sequence[str], strongest: int = _STRONGEST) -> Emulator:
        """Fit emulators.

        Parameters
        ----------
        places
            Sets, as places between the bounds, shape (sets, parameters).
        margins
            Their margins, shape (sets, parts); NaN where a part was not judged.
        parts
            Names of the parts. Parts that were hardly ever judged, or are always the same, are left out.
        strongest
            Of how many coefficients products are terms.
        """
        x = 2.0 * places - 1.0
        count = x.shape[1]
        position = {(int(i), int(j)): k for k, (i, j) in enumerate(np.stack(np.triu_indices(count)).T)}
        kept, columns = [], []
        for k, part in enumerate(parts):
            rows = np.flatnonzero(np.isfinite(margins[:, k]))
            y = compressed(margins[rows, k])
            if len(rows) < _FEWEST or np.ptp(y) < 1e-9:
                continue
            strength = np.abs(Ridge(alpha=10.0).fit(x[rows], y).coef_)
            strong = np.sort(np.argsort(-strength)[:strongest])
            pairs = [(i, i) for i in range(count)]
            pairs += [(int(i), int(j)) for n, i in enumerate(strong) for j in strong[n + 1 :]]
            first, second = np.array(pairs).T
            terms = np.hstack([x[rows], x[rows][:, first] * x[rows][:, second]])
            model = RidgeCV(_PENALTIES, store_cv_results=True).fit(terms, y)
            best = int(np.argmin(model.cv_results_.mean(axis=0)))
            off = float(np.sqrt(model.cv_results_[:, best].mean()))
            columns.append((model.intercept_, model.coef_, [position[pair] for pair in pairs], off, float(y.std())))
            kept.append(part)
        weight = np.zeros((len(position), len(kept)))
        for k, (_, slopes, places_of, _, _) in enumerate(columns):
            weight[places_of, k] = slopes[count:]
        used = np.flatnonzero(np.any(weight != 0.0, axis=1))
        error, spread = (np.array([column[n] for column in columns]) for n in (3, 4))
        regression = cls(
            parts=tuple(kept),
            constant=np.array([float(column[0]) for column in columns]),
            linear=np.array([column[1][:count] for column in columns]).T,
            weight=np.ascontiguousarray(weight[used]),
            pairs=np.stack(np.triu_indices(count))[:, used],
            error=error,
            explained=1.0 - (error / spread) ** 2,
            known=places,
            pull=np.zeros((len(places), len(kept))),
            smooth=np.zeros(len(kept)),
            judged=(),
        )
        chosen = [k for k, part in enumerate(parts) if part in set(kept)]
        return regression._with_process(compressed(margins[:, chosen]))

    def _with_process(self, observed: Floats) -> Emulator:
        """Return the emulator with a process on the residuals of its regressions, observed of shape (sets, parts)."""
        residual = observed - self._regression(self.known)
        near = likeness(self.known, self.known)
        masks = np.isfinite(residual)
        pull, smooth, judged = np.zeros_like(residual), np.zeros(residual.shape[1]), []
        # Parts of one pattern are judged on the same sets.
        for mask in np.unique(masks, axis=1).T:
            rows = np.flatnonzero(mask)
            mine = np.flatnonzero((masks == mask[:, None]).all(axis=0))
            judged.append((rows, mine))
            alike = near[np.ix_(rows, rows)]
            first, second = np.nonzero(np.triu(alike > _NEAR, 1))
            if len(first) < _PAIRS:
                continue
            weight = alike[first, second]
            for k in mine:
                left = residual[rows, k]
                # If the smooth share is s, the product of two residuals is s times their likeness on average.
                slope = (left[first] * left[second]) @ weight / (weight @ weight) / np.square(left).mean()
                smooth[k] = min(_SMOOTHEST, max(0.0, float(slope)))
                covariance = smooth[k] * alike + (1.0 - smooth[k]) * np.eye(len(rows))
                pull[rows, k] = smooth[k] * linalg.solve(covariance, left, assume_a="pos")
        return replace(self, pull=pull, smooth=smooth, judged=tuple(judged))

    def _regression(self, places: Floats) -> Floats:
        x = 2.0 * places - 1.0
        found: Floats = self.constant + x @ self.linear + (x[:, self.pairs[0]] * x[:, self.pairs[1]]) @ self.weight
        return found

    def expected(self, places: Floats) -> tuple[Floats, Floats]:
        """Return the compressed margins expected at places, and the standard deviations of their errors.

        Both have the shape (sets, parts). The error shrinks near the nearest set that was judged by the part.
        """
        near = likeness(places, self.known)
        error = np.tile(self.error, (len(places), 1))
        for rows, mine in self.judged:
            nearest = near[:, rows].max(axis=1)[:, None] * self.smooth[mine]
            error[:, mine] *= np.sqrt(1.0 - np.square(nearest))
        return self._regression(places) + near @ self.pull, error

    def log_chance(self, places: Floats, low: Mapping[str, float], high: Mapping[str, float] | None = None) -> Floats:
        """Return the log of the chance that margins lie between limits, taking the parts' errors for independent.

        Parameters
        ----------
        places
            Sets, shape (sets, parameters).
        low, high
            Least and greatest margin by part. A part that has no least margin may be anything; one that has no
            greatest, anything above the least.
        """
        keep = np.array([k for k, part in enumerate(self.parts) if part in low], dtype=np.intp)
        expected, error = (values[:, keep] for values in self.expected(places))
        least = compressed(np.array([low[self.parts[k]] for k in keep]))
        log_above: Floats = log_ndtr((expected - least) / error)
        if high is not None:
            most = compressed(np.array([high.get(self.parts[k], np.inf) for k in keep]))
            log_beyond = log_ndtr((expected - most) / error)
            # The chance between is that above the one less that above the other.
            log_above = log_above + np.log1p(-np.exp(np.minimum(log_beyond - log_above, -1e-12)))
        chance: Floats = log_above.sum(axis=1)
        return chance


def likeness(places: Floats, known: Floats) -> Floats:
    """Return how much sets have in common with known ones, from 0 to 1 for the same, shape (sets, known)."""
    square = np.square(places).sum(axis=1)[:, None] + np.square(known).sum(axis=1) - 2.0 * places @ known.T
    alike: Floats = np.exp(np.maximum(square, 0.0) / (-2.0 * _REACH * _REACH * places.shape[1]))
    return alike


__all__ = ["Emulator", "compressed", "likeness"]
