"""An ensemble of families of near relatives, as calibrations that seek sets near others find."""

from __future__ import annotations

import numpy as np

from experiments.calibration.priors import coefficient_priors
from experiments.ensemble import Ensemble, shipped


def related(founders: int, members: int, seed: int = 1) -> Ensemble:
    """Return sets around independent founders from the priors, the facts being those of the shipped ensemble."""
    priors, sets = coefficient_priors(), shipped()
    rng = np.random.default_rng(seed)
    values = np.repeat(priors.values(priors.draw(founders, seed)), members, axis=0)
    values += 0.02 * (priors.high - priors.low) * rng.standard_normal(values.shape)
    return Ensemble(priors.names, values, np.repeat(sets.anchors[:1], len(values), axis=0), sets.facts)
