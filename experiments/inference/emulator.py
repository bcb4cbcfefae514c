"""Emulators: what the margins of patterns are likely to be, without simulating.

One ridge regression per part of a pattern on all linear and quadratic terms of the coefficients and on the products of
those that matter most for the part (scikit-learn's RidgeCV, its penalty and its error by leaving one set out). A
simulation costs a second, an emulation some microseconds, so that a Markov chain can walk on it.

Ridge regressions were preferred to Gaussian processes, which take hours for thousands of sets in 79 dimensions, and to
trees, whose steps mislead a chain near a bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr
from sklearn.linear_model import Ridge, RidgeCV

Floats = NDArray[np.float64]

_STRONGEST: Final = 16
"""Coefficients whose products are terms."""
_PENALTIES: Final = (0.1, 1.0, 10.0, 100.0, 1000.0)
_FEWEST: Final = 60
"""Sets below which a part is not emulated."""


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
        Which parts.
    constant, linear, weight
        Of each part: intercept, shape (parts,); weights of coefficients, shape (parameters, parts); weights of products
        of two of them, shape (pairs, parts).
    pairs
        Which products, shape (2, pairs).
    error
        Standard deviation of each part's error on sets that it was not fitted to, compressed, shape (parts,).
    explained
        Share of each part's variance that is explained, on such sets, shape (parts,).
    """

    parts: tuple[str, ...]
    constant: Floats
    linear: Floats
    weight: Floats
    pairs: NDArray[np.intp]
    error: Floats
    explained: Floats

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
        return cls(
            parts=tuple(kept),
            constant=np.array([float(column[0]) for column in columns]),
            linear=np.array([column[1][:count] for column in columns]).T,
            weight=np.ascontiguousarray(weight[used]),
            pairs=np.stack(np.triu_indices(count))[:, used],
            error=error,
            explained=1.0 - (error / spread) ** 2,
        )

    def expected(self, places: Floats) -> Floats:
        """Return the compressed margins expected at places, shape (sets, parts)."""
        x = 2.0 * places - 1.0
        found: Floats = self.constant + x @ self.linear + (x[:, self.pairs[0]] * x[:, self.pairs[1]]) @ self.weight
        return found

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
        expected = self.expected(places)[:, keep]
        least = compressed(np.array([low[self.parts[k]] for k in keep]))
        log_above: Floats = log_ndtr((expected - least) / self.error[keep])
        if high is not None:
            most = compressed(np.array([high.get(self.parts[k], np.inf) for k in keep]))
            log_beyond = log_ndtr((expected - most) / self.error[keep])
            # The chance between is that above the one less that above the other.
            log_above = log_above + np.log1p(-np.exp(np.minimum(log_beyond - log_above, -1e-12)))
        chance: Floats = log_above.sum(axis=1)
        return chance


__all__ = ["Emulator", "compressed"]
