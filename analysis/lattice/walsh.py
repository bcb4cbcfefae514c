"""Interaction indices, Shapley values and shares of variance of functions on the complete lever lattice.

A lattice of n levers has 2**n settings. Setting x is a whole number whose bit v says whether lever v is on, and a set
of levers S is written the same way. Functions come as ``values`` with one row per company and one column per setting;
rows are independent, so a mean over companies may be a single row. All results are exact.
"""

from __future__ import annotations

from math import comb
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BLOCK: Final = 2**15
"""Numbers transformed at a time: they stay near the processor through all n passes (2.5 times as fast as all rows)."""


def as_lattice(values: ArrayLike) -> tuple[Floats, int]:
    """Return the values of a lattice as floats, and its number of levers.

    Parameters
    ----------
    values
        Shape (companies, 2**n); truth values and whole numbers are fine. Not copied if they are floats already.

    Raises
    ------
    ValueError
        If the shape is not that of a lattice, there is no company, or a value is not finite.
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 2 or not len(found) or found.shape[1].bit_count() != 1:
        raise ValueError(f"values must have the shape (companies, 2**n), not {found.shape}")
    if not np.isfinite(found).all():
        raise ValueError("values must be finite in every company and every setting")
    return found, found.shape[1].bit_length() - 1


def order_of(n: int) -> Ints:
    """Return the number of levers in each of the 2**n sets, shape (2**n,)."""
    return np.bitwise_count(np.arange(2**n)).astype(np.int64)


def membership(n: int) -> NDArray[np.bool_]:
    """Return whether each of n levers is in each of the 2**n sets, shape (2**n, n)."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(np.bool_)


def members(set_index: int, n: int) -> tuple[int, ...]:
    """Return the numbers of the levers in a set, in ascending order.

    Raises
    ------
    ValueError
        If the set has a lever that is not among the n.
    """
    if not 0 <= set_index < 2**n:
        raise ValueError(f"{set_index} is not a set of {n} levers")
    return tuple(v for v in range(n) if set_index >> v & 1)


def walsh_hadamard(values: ArrayLike) -> Floats:
    """Return the Walsh coefficients of each company's function.

    Column S holds the mean over all settings x of f(x) (-1)**|x & S|. Applying the transform to its own result gives
    the function back, divided by 2**n.

    Parameters
    ----------
    values
        Shape (companies, 2**n), left as they are.

    Returns
    -------
    numpy.ndarray
        Shape (companies, 2**n), in the unit of the values.
    """
    given, n = as_lattice(values)
    found = given.copy(order="C")  # a row stands together, however it came
    rows = max(1, _BLOCK // 2**n)
    for start in range(0, len(found), rows):
        block = found[start : start + rows]
        for v in range(n):
            halves = block.reshape(len(block), -1, 2, 2**v)  # a view: the third axis is lever v, off and on
            off, on = halves[:, :, 0], halves[:, :, 1]
            difference = off - on
            off += on
            on[...] = difference
    found /= 2**n
    return found


def effects(values: ArrayLike) -> Floats:
    """Return the Banzhaf interaction index of every set of levers.

    The index of S is the mean, over all settings of the other levers, of the discrete derivative of f along S: for one
    lever f(on) - f(off), for two f(both) - f(first) - f(second) + f(neither), and so on with alternating signs. For a
    single lever it is the classical main effect, the mean with the lever less the mean without it; for more levers it
    is what they do together beyond what every smaller choice of them does. For a set S of k levers it equals (-2)**k
    times the Walsh coefficient of S. The effect of S in textbooks on factorial designs (the mean where an even number
    of its levers is off less the mean where an odd number is) is the index divided by 2**(k - 1).

    Parameters
    ----------
    values
        Shape (companies, 2**n).

    Returns
    -------
    numpy.ndarray
        Shape (companies, 2**n), in the unit of the values; column 0 is the mean over all settings.
    """
    found = walsh_hadamard(values)
    found *= (-2.0) ** order_of(found.shape[1].bit_length() - 1)
    return found


def shapley(values: ArrayLike) -> Floats:
    """Return the Shapley value of every lever: its fair share of the joint effect of all levers.

    The mean, over all orders in which the levers can be put in place one by one, of what the lever adds when its turn
    comes. A lever that is the next after k others has the weight k! (n - k - 1)! / n!. The values of a company add up
    to f(all on) - f(all off).

    Parameters
    ----------
    values
        Shape (companies, 2**n).

    Returns
    -------
    numpy.ndarray
        Shape (companies, n), in the unit of the values.
    """
    given, n = as_lattice(values)
    if n == 0:
        return np.empty((len(given), 0))
    # k! (n - k - 1)! / n! = 1 / (n C(n - 1, k)), which needs no large numbers.
    weight = np.array([1.0 / (n * comb(n - 1, k)) for k in range(n)])
    order = order_of(n)[:, None]
    # A setting with the lever is what its coming leads to (k = order - 1 others), one without it what it starts from
    # (k = order). As a matrix of weights this makes all differences and their means one product.
    after, before = weight[order - 1], weight[np.minimum(order, n - 1)]
    return given @ np.where(membership(n), after, -before)


def energies(values: ArrayLike) -> Floats:
    """Return the part of the variance over the settings that each set of levers explains, shape (companies, 2**n).

    It is the square of the Walsh coefficient. Column 0 is zero, as a mean is no variance. A row adds up to the variance
    of the company's function when every lever is on or off with equal chance, independently of the others.
    """
    found = np.square(walsh_hadamard(values))
    found[:, 0] = 0.0
    return found


def shares_by_order(energy: Floats) -> Floats:
    """Return the shares of the variance over the settings that are due to effects of order 1, 2, ... n.

    Order 1 is what single levers do whatever the others, order 2 what pairs do beyond that, and so on.

    Parameters
    ----------
    energy
        From :func:`energies`, shape (rows, 2**n).

    Returns
    -------
    numpy.ndarray
        Shape (rows, n); a row adds up to 1. A function that is the same at all settings has no variance to share out:
        its row is all zeros.
    """
    n = energy.shape[1].bit_length() - 1
    return _shares(energy, order_of(n)[:, None] == np.arange(1, n + 1))


def shares_by_lever(energy: Floats) -> Floats:
    """Return the share of the variance over the settings to which each lever contributes, alone or with others.

    This is the exact total Sobol index for levers that are on or off with equal chance, independently of each other.

    Parameters
    ----------
    energy
        From :func:`energies`, shape (rows, 2**n).

    Returns
    -------
    numpy.ndarray
        Shape (rows, n); a row adds up to 1 if the levers do not interact and to more if they do, because what a pair
        does is counted for both. Zeros for a function that is the same at all settings.
    """
    return _shares(energy, membership(energy.shape[1].bit_length() - 1))


def _shares(energy: Floats, counted: NDArray[np.bool_]) -> Floats:
    parts, whole = energy @ counted.astype(np.float64), energy.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(parts, whole, out=np.zeros_like(parts), where=whole != 0.0)
    return shares


__all__ = [
    "Floats",
    "Ints",
    "as_lattice",
    "effects",
    "energies",
    "members",
    "membership",
    "order_of",
    "shapley",
    "shares_by_lever",
    "shares_by_order",
    "walsh_hadamard",
]
