"""Conclusions on levers, pairs and bundles from a lattice's outcomes under every set of an ensemble."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.lattice.walsh import Floats
from analysis.stats.robustness import Conclusion, Decider, above

Bools = NDArray[np.bool_]

TOP: Final = 3
"""A lever of this rank or a better one is among the first."""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A conclusion from the lattice, over the sets.

    Attributes
    ----------
    outcome
        About which outcome.
    kind
        ``effect`` or ``pair``: a main effect or an interaction has the sign that it has under the default in the
        complete lattice, and the strength is the effect. ``first`` or ``top``: a lever's main effect is the largest, or
        one of the :data:`TOP` largest, and the strength is its lead over the largest, or the TOP-th largest, of the
        others.
        ``bundle``: a best bundle is better than the runner-up of its size. ``size``: it is the best of the default's
        bundles of all sizes. ``gains``, ``raises``: with it, the outcome is higher, or more companies are professional,
        than with no lever. The strength is the difference.
    levers
        Ids joined by "+".
    conclusion, decided_by
        See :mod:`analysis.stats.robustness`.
    """

    outcome: str
    kind: str
    levers: str
    conclusion: Conclusion
    decided_by: tuple[Decider, ...]


Judged = tuple[str, str, Conclusion]
"""Kind, levers, and the conclusion."""


def fraction_effects(values: Floats, on: Bools) -> tuple[Floats, Floats]:
    """Return main effects and pair interactions from a fraction of resolution V, or from all combinations.

    Parameters
    ----------
    values
        Shape (rows, points).
    on
        Which levers are on at which points, shape (points, levers).

    Returns
    -------
    tuple of numpy.ndarray
        Banzhaf interaction indices as in :func:`analysis.lattice.walsh.effects`, shapes (rows, levers) and (rows,
        pairs), the pairs in the order of :func:`itertools.combinations`. Exact if sets of three and more levers have no
        effect.
    """
    sign = 2.0 * on - 1.0
    pairs = [sign[:, a] * sign[:, b] for a, b in combinations(range(on.shape[1]), 2)]
    crossed = np.stack(pairs, axis=1) if pairs else np.empty((len(on), 0))
    # The mean where a product of signs is 1 less that where it is -1 is the effect in textbooks; an index of a pair is
    # twice that.
    return 2.0 * (values @ sign) / len(on), 4.0 * (values @ crossed) / len(on)


def signs(kind: str, names: Sequence[str], effects: Floats, full: Floats, rounding: float) -> Iterator[Judged]:
    """Yield the conclusions that effects, shape (sets, names), have the signs of those in the complete lattice."""
    signs = [np.where(np.abs(values) <= rounding, 0.0, np.sign(values)) for values in (effects, full)]
    for k, name in enumerate(names):
        yield kind, name, Conclusion(signs[0][:, k] == signs[1][k], effects[:, k])


def places(levers: Sequence[str], effects: Floats) -> Iterator[Judged]:
    """Yield the conclusions that a lever is the first, and among the first, by its effect, shape (sets, levers)."""
    for v, lever in enumerate(levers):
        others = -np.sort(-np.delete(effects, v, axis=1), axis=1)
        for kind, place in (("first", 1), ("top", TOP)):
            # Of fewer levers than that, each is among the first.
            bar = others[:, place - 1] if place <= others.shape[1] else np.full(len(effects), -np.inf)
            lead = effects[:, v] - bar
            yield kind, lever, Conclusion(lead > 0.0, np.where(np.isfinite(lead), lead, np.nan))


def of_bundles(frame: pd.DataFrame, value: Mapping[str, Floats], chance: Mapping[str, Floats]) -> Iterator[Judged]:
    """Yield the conclusions about bundles from means, shape (sets,), by their levers."""
    best = np.stack([value[name] for name in frame["levers"]], axis=1)
    for k, (name, runner_up) in enumerate(zip(frame["levers"], frame["runner_up"], strict=True)):
        if runner_up:
            yield "bundle", name, above(value[name] - value[runner_up])
        yield "size", name, above(best[:, k] - np.delete(best, k, axis=1).max(axis=1))
        if name:
            yield "gains", name, above(value[name] - value[""])
            yield "raises", name, above(chance[name] - chance[""])


def ranks(effects: Floats) -> Floats:
    """Return ranks along the last axis, 1 for the largest; of equals the first comes first."""
    order = np.argsort(-effects, axis=-1, kind="stable")
    ranks = np.empty(effects.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, effects.shape[-1] + 1.0)[None], axis=-1)
    return ranks


__all__ = ["TOP", "Bools", "Finding", "Judged", "fraction_effects", "of_bundles", "places", "ranks", "signs"]
