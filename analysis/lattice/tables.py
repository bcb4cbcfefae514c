"""All tables on a lattice, by outcome.

Pure functions on the values of a lattice (:func:`analysis.lattice.runs.lattice_values`). All intervals are over
companies; for outcomes that are 0 or 1 they are those of :mod:`analysis.stats.intervals`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.lattice.bundles import Bundle, best_bundles, bundle_frame
from analysis.lattice.effects import interaction_frame, main_effects, shapley_frame, spectrum_frame, total_index_frame
from analysis.lattice.walsh import Floats, as_lattice
from analysis.stats.intervals import company_limits, is_zero_one, paired_limits

TRIPLES: Final = 3
"""Interactions of sets up to this size are always reported."""
MAX_SETS: Final = 2**16
"""Most sets of levers whose interactions are reported, for each outcome: all sets of 16 levers, half a GB of tables."""
NO_SETS: Final = pd.DataFrame(
    columns=["outcome", "levers", "set", "order", "effect", "low", "high", "clear", "synergy"]
)
"""The table of interactions of a single lever, which has none."""


def largest_order(levers: int) -> int:
    """Return the size of the largest sets of levers whose interactions may be reported (:data:`MAX_SETS`)."""
    order, sets = 1, 0
    while order < levers and sets + comb(levers, order + 1) <= MAX_SETS:
        order += 1
        sets += comb(levers, order)
    return max(order, TRIPLES)


def lattice_tables(
    values: Mapping[str, ArrayLike],
    levers: Sequence[str],
    *,
    order: int = TRIPLES,
    confidence: float = 0.95,
    draws: int = 500,
) -> dict[str, pd.DataFrame]:
    """Return the tables of :class:`analysis.lattice.findings.LatticeFindings` by name, each over all outcomes.

    Parameters
    ----------
    values
        For each outcome shape (companies, 2**n); :data:`sim.declarations.BETTER` lists possible outcomes.
        More must be better. Each is asked for once, so a mapping that loads them then keeps only one in memory.
    levers
        The ids of the n levers, in the order of the bits.
    order
        Size of the largest sets of levers whose interactions are reported; pairs and triples always are.
    confidence
        Of the intervals.
    draws
        Number of bootstrap samples of companies, for the stability of bundles.

    Raises
    ------
    ValueError
        If values are no lattice or do not fit the levers.
    """
    found: dict[str, list[pd.DataFrame]] = {}
    for outcome in values:
        given, _ = as_lattice(values[outcome])
        for name, frame in _tables(outcome, given, levers, order, confidence, draws).items():
            found.setdefault(name, []).append(frame)
    if not found:
        raise ValueError("there must be at least one outcome")
    return {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}


def _tables(
    outcome: str, given: Floats, levers: Sequence[str], order: int, confidence: float, draws: int
) -> dict[str, pd.DataFrame]:
    one, orders = {outcome: given}, range(2, min(max(order, TRIPLES), len(levers)) + 1)
    # A lattice of a single lever has no sets of several.
    sets = interaction_frame(one, levers, orders, confidence=confidence) if orders else NO_SETS
    bundles = best_bundles(given, draws=draws, confidence=confidence)
    return {
        "ends": _ends(outcome, given, confidence),
        "main_effects": main_effects(one, levers, confidence=confidence),
        "shapley": shapley_frame(one, levers, confidence=confidence),
        "pairs": sets[sets["order"] == 2],
        "triples": sets[sets["order"] == TRIPLES],
        "higher": sets[sets["order"] > TRIPLES],
        "spectrum": spectrum_frame(one, levers),
        "total_indices": total_index_frame(one, levers),
        "bundles": _bundles(outcome, given, bundles, levers, confidence),
    }


def _ends(outcome: str, given: Floats, confidence: float) -> pd.DataFrame:
    none, every = given[:, 0], given[:, -1]
    zero_one = is_zero_one(given)
    row: dict[str, Any] = {"outcome": outcome}
    for name, column in (("none", none), ("all", every)):
        mean, low, high = company_limits(column, confidence, zero_one=zero_one)
        row |= {name: mean, f"{name}_low": low, f"{name}_high": high}
    difference, low, high = paired_limits(every, none, confidence, zero_one=zero_one)
    return pd.DataFrame([row | {"difference": difference, "low": low, "high": high}])


def _bundles(
    outcome: str, given: Floats, bundles: Sequence[Bundle], levers: Sequence[str], confidence: float
) -> pd.DataFrame:
    frame = bundle_frame(bundles, levers).reset_index()
    chosen = [set(name.split("+")) - {""} for name in frame["levers"]]
    smaller = [chosen[0], *chosen[:-1]]
    added = ["+".join(v for v in levers if v in now - then) for now, then in zip(chosen, smaller, strict=True)]
    removed = ["+".join(v for v in levers if v in then - now) for now, then in zip(chosen, smaller, strict=True)]
    mine = given[:, frame["set_index"].to_numpy()]
    best = int(frame["mean"].to_numpy().argmax())
    zero_one = is_zero_one(given)
    behind = [paired_limits(mine[:, best], column, confidence, zero_one=zero_one) for column in mine.T]
    frame.insert(0, "outcome", outcome)
    place = frame.columns.get_loc("levers")
    assert isinstance(place, int)
    frame.insert(place + 1, "added", added)
    frame.insert(place + 2, "removed", removed)
    names = ["behind", "behind_low", "behind_high"]
    return frame.drop(columns="set_index").assign(**dict(zip(names, np.transpose(behind), strict=True)))


__all__ = ["MAX_SETS", "NO_SETS", "TRIPLES", "largest_order", "lattice_tables"]
