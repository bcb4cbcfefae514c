"""Conclusions of a comparison over an ensemble of parameter sets, as JSON."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

import numpy as np

from analysis.comparison.runs import Pairs
from analysis.stats.robustness import conclusion_json, deciders, same_sign, spread, spread_json
from experiments.ensemble import Ensemble
from sim.outcomes import OUTCOMES, TYPES

ROUNDING: Final = 1e-12
"""Mean differences up to this size come from rounding and count as zero."""


def without(ensemble: Ensemble, names: Collection[str]) -> Ensemble:
    """Return an ensemble without some coefficients: those that a scenario fixes, whatever their values in the sets."""
    kept = [k for k, name in enumerate(ensemble.names) if name not in names]
    return replace(ensemble, names=tuple(ensemble.names[k] for k in kept), values=ensemble.values[:, kept])


def pairs_report(ensemble: Ensemble, pairs: Pairs) -> dict[str, Any]:
    """Return the conclusions of a comparison of two scenarios over an ensemble.

    Parameters
    ----------
    ensemble
        The sets, without coefficients that both scenarios fix.
    pairs
        The outcomes of both scenarios under each set.

    Returns
    -------
    dict
        ``sets``; by outcome, the conclusion that the difference has the sign that it has under the default; by type,
        its share under both scenarios, and the conclusion about the difference of the shares.
    """

    def judged(strength: np.ndarray) -> dict[str, Any]:
        conclusion = same_sign(strength, tolerance=ROUNDING).under(ensemble)
        return conclusion_json(conclusion, deciders(ensemble, strength, holds=conclusion.holds))

    return {
        "sets": len(ensemble),
        "outcomes": {name: judged(pairs.difference[:, k]) for k, name in enumerate(OUTCOMES)},
        "types": {
            name: {
                "a": spread_json(spread(pairs.types_a[:, k])),
                "b": spread_json(spread(pairs.types_b[:, k])),
                "difference": judged(pairs.types_b[:, k] - pairs.types_a[:, k]),
            }
            for k, name in enumerate(TYPES)
        },
    }


__all__ = ["ROUNDING", "pairs_report", "without"]
