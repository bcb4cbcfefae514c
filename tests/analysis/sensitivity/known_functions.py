"""Functions whose sensitivity indices are known, where worker processes can import them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
G = np.array([0.0, 0.5, 3.0, 9.0, 99.0, 99.0])
SLOPES = np.array([8.0, -3.0, 0.5, 0.0])


def both(x: Floats) -> dict[str, Floats]:
    """Return two functions on the unit cube of six factors, of which the first takes only three.

    Ishigami and Homma (1990) with a = 7 and b = 0.1, on -pi to pi; and Sobol's G function.
    """
    a, b, c = (np.pi * (2.0 * x[:, k] - 1.0) for k in range(3))
    return {
        "ishigami": np.sin(a) + 7.0 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a),
        "g": np.prod((np.abs(4.0 * x - 2.0) + G) / (1.0 + G), axis=1),
    }


def linear(x: Floats) -> dict[str, Floats]:
    """Return a plane; and the same with a term that is zero at both ends of the third factor and 1 in the middle."""
    plane = x @ SLOPES
    return {"plane": plane, "bent": plane + 4.0 * x[:, 2] * (1.0 - x[:, 2])}
