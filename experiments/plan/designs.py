"""Designs of experiments: which points of the factors' space to look at.

A design knows nothing of what the factors mean. The same design, spaces and seed give the same points, byte for byte,
and NumPy's global random numbers are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field

from experiments.plan.grids import MAX_LATTICE, Factorial, Fractional, Lattice, OneAtATime
from experiments.plan.samples import LatinHypercube, Morris, Saltelli, Sobol
from experiments.plan.spaces import MAX_POINTS, AnyDesign, Floats, Space, Spaces, middle, within
from sim.draws import MAX_SEED
from sim.errors import BadInputError, between, phrase

Design = Annotated[
    Factorial | Fractional | OneAtATime | LatinHypercube | Sobol | Saltelli | Morris | Lattice,
    Field(discriminator="kind"),
]
KINDS: Final[Mapping[str, type[AnyDesign]]] = {
    "factorial": Factorial,
    "fractional": Fractional,
    "one_at_a_time": OneAtATime,
    "latin_hypercube": LatinHypercube,
    "sobol": Sobol,
    "saltelli": Saltelli,
    "morris": Morris,
    "lattice": Lattice,
}


def count(design: Design, spaces: Spaces) -> int:
    """Return the number of points of a design, without making them.

    Raises
    ------
    BadInputError
        Without factors, and for factors that the design cannot take.
    """
    if not spaces:
        raise BadInputError("missing", key="factors", allowed=phrase("at_least_one"))
    return design.size(spaces)


def draw(design: Design, spaces: Spaces, seed: int, baseline: ArrayLike | None = None) -> Floats:
    """Return the points of a design.

    Parameters
    ----------
    design
        Which points.
    spaces
        The factors.
    seed
        0 to 2^63 - 1, for the designs that leave something to chance.
    baseline
        Where :class:`OneAtATime` starts from, shape (factors,), in the form of the result; the middle if None. The
        other designs have none.

    Returns
    -------
    numpy.ndarray
        Shape (points, factors): values of continuous factors, indices of discrete ones.

    Raises
    ------
    BadInputError
        Also for more than :data:`MAX_POINTS` points.
    """
    points = count(design, spaces)
    if points > MAX_POINTS:
        allowed = phrase("at_most_high_points", high=MAX_POINTS)
        raise BadInputError("bounds", key="design", value=points, allowed=allowed)
    if not 0 <= seed <= MAX_SEED:
        raise BadInputError("bounds", key="seed", value=seed, allowed=between(0, MAX_SEED))
    start = middle(spaces) if baseline is None else within(baseline, spaces, key="baseline")
    return np.ascontiguousarray(design.rows(spaces, seed, start))


def describe(design: Design, spaces: Spaces, names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return what a user should know of a design.

    Parameters
    ----------
    design, spaces
        As in :func:`draw`.
    names
        Of the factors; x1, x2, ... if None.

    Returns
    -------
    dict
        Ready for JSON: ``kind``, ``points``, ``factors``; for a fraction what :meth:`Fraction.about` says.
    """
    known = {"kind": design.kind, "points": count(design, spaces), "factors": len(spaces)}
    return known | design.about(spaces, names or [f"x{k + 1}" for k in range(len(spaces))])


__all__ = [
    "KINDS",
    "MAX_LATTICE",
    "MAX_POINTS",
    "Design",
    "Factorial",
    "Fractional",
    "LatinHypercube",
    "Lattice",
    "Morris",
    "OneAtATime",
    "Saltelli",
    "Sobol",
    "Space",
    "count",
    "describe",
    "draw",
]
