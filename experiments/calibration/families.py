"""Clusters of parameter sets: sets found from one another, which together tell little more than one of them.

A calibration seeks part of its sets near others (``--near``). Statistics that took all sets of an ensemble for
independent would be too sure of themselves: they count clusters, called families in files and code.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist
from scipy.stats import chi2

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BY_CHANCE: Final = 0.01
"""Probability that any two of so many independent sets end up in one cluster (assumption)."""


def families(values: Floats) -> Ints:
    """Return the cluster of each set, numbered from 0 in the order in which they first occur.

    Sets are of one cluster if they are nearer to one another than any two of so many independent ones would be, by the
    distance in standard deviations of the coefficients, which for independent normal coefficients follows a chi-square
    law. Average linkage. As the standard deviations are those of the sets themselves, sets that are all of one cluster
    cannot be told from independent ones of a narrow distribution, and count as such.

    Parameters
    ----------
    values
        Coefficients, shape (sets, coefficients); of one set at least.

    Returns
    -------
    numpy.ndarray
        Numbers, shape (sets,).
    """
    spread = values.std(axis=0)
    varying = spread > 1e-12 * np.abs(values).max(axis=0)
    if not varying.any():
        return np.zeros(len(values), dtype=np.int64)
    distance = pdist(values[:, varying] / spread[varying])
    cut = np.sqrt(2.0 * chi2.ppf(BY_CHANCE / len(distance), int(varying.sum())))
    found = fcluster(linkage(distance, "average"), cut, "distance")
    return numbered(found)


def numbered(labels: NDArray[np.integer]) -> Ints:
    """Return labels as numbers from 0, in the order in which they first occur; shape (sets,), as given."""
    _, first, which = np.unique(labels, return_index=True, return_inverse=True)
    numbers: Ints = np.argsort(np.argsort(first))[which]
    return numbers


__all__ = ["BY_CHANCE", "families", "numbered"]
