"""What the complete lever lattice says, all in one place: tables for people and the same as JSON for machines.

Pure functions on the values of a lattice (:func:`analysis.lattice.runs.lattice_values`); the mathematics is in
:mod:`analysis.lattice.walsh`, :mod:`analysis.lattice.effects` and :mod:`analysis.lattice.bundles`. All intervals are
over companies; for outcomes that are 0 or 1 they are those of :mod:`analysis.stats.intervals`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
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


@dataclass(frozen=True, slots=True, eq=False)
class LatticeReport:
    """What a lattice says. Frames have a column ``outcome``; values are in the outcomes' units, shares of one.

    Attributes
    ----------
    levers
        Ids, in the order of the bits.
    companies
        How many virtual companies there are at each setting.
    ends
        The lattice's two ends: means without and with all levers (``none``, ``all``) with their intervals
        (``none_low`` and so on), and their ``difference`` within companies with its interval (``low``, ``high``).
    main_effects, shapley, spectrum, total_indices
        See :mod:`analysis.lattice.effects`.
    pairs, triples
        All interactions of these orders, see :func:`analysis.lattice.effects.interaction_frame`; empty without enough
        levers.
    higher
        All interactions of sets of four levers and more, up to the order that was asked for.
    bundles
        The best bundle of every size, see :class:`analysis.lattice.bundles.Bundle`; also the levers that come in
        (``added``) and go out (``removed``) against the next smaller one, and how far it is ``behind`` the best of all
        sizes: mean difference within companies and its interval (``behind_low``, ``behind_high``).
    """

    levers: tuple[str, ...]
    companies: int
    ends: pd.DataFrame
    main_effects: pd.DataFrame
    shapley: pd.DataFrame
    pairs: pd.DataFrame
    triples: pd.DataFrame
    higher: pd.DataFrame
    spectrum: pd.DataFrame
    total_indices: pd.DataFrame
    bundles: pd.DataFrame

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes, in the order of the input."""
        return tuple(self.ends["outcome"])

    @property
    def largest(self) -> int:
        """The size of the largest sets of levers whose interactions are here; 1 if there are none."""
        return max((int(f["order"].max()) for f in (self.pairs, self.triples, self.higher) if not f.empty), default=1)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all frames by name; ``higher`` only if it was asked for."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        frames = {name: value for name, value in found.items() if isinstance(value, pd.DataFrame)}
        return {name: frame for name, frame in frames.items() if name != "higher" or not frame.empty}

    def of(self, table: str, outcome: str) -> pd.DataFrame:
        """Return the rows of a table for one outcome."""
        frame = self.tables()[table]
        return frame[frame["outcome"] == outcome].drop(columns="outcome").reset_index(drop=True)

    def best_size(self, outcome: str) -> int:
        """Return the number of levers of the best bundle of all; the smallest if several are equally good."""
        return int(self.of("bundles", outcome)["mean"].to_numpy().argmax())

    def to_json(self) -> dict[str, Any]:
        """Return the outcomes with everything that is known about them; sets of levers are lists of ids."""
        return {outcome: self._outcome(outcome) for outcome in self.outcomes}

    def _outcome(self, outcome: str) -> dict[str, Any]:
        def by_lever(table: str) -> dict[str, Any]:
            return {row.pop("lever"): row for row in _rows(self.of(table, outcome))}

        sets = ("levers", "added", "removed", "runner_up")
        bundles = [_listed(row, *sets) for row in _rows(self.of("bundles", outcome))]
        for row in bundles:
            # Without a second set of that size there is no runner-up; the empty set is none.
            row["runner_up"] = row["runner_up"] or None
        return {
            "ends": _rows(self.of("ends", outcome))[0],
            "main_effects": by_lever("main_effects"),
            "shapley": by_lever("shapley"),
            "total_indices": by_lever("total_indices"),
            "spectrum": _rows(self.of("spectrum", outcome)),
            **{name: self._sets(name, outcome) for name in ("pairs", "triples", "higher")},
            "best_size": self.best_size(outcome),
            "bundles": bundles,
        }

    def _sets(self, table: str, outcome: str) -> list[dict[str, Any]]:
        if table not in self.tables():
            return []
        return [_listed(row, "levers") for row in _rows(self.of(table, outcome).drop(columns="set"))]


def lattice_report(
    values: Mapping[str, ArrayLike],
    levers: Sequence[str],
    *,
    order: int = TRIPLES,
    confidence: float = 0.95,
    draws: int = 500,
) -> LatticeReport:
    """Return what a lattice says.

    Parameters
    ----------
    values
        For each outcome shape (companies, 2**n); see :data:`analysis.lattice.effects.DIRECTIONS` for which there may
        be. Each is asked for once, so a mapping that loads them then keeps only one in memory. More must be better.
    levers
        The ids of the n levers, in the order of the bits.
    order
        Size of the largest sets of levers whose interactions are reported; pairs and triples always are.
    confidence
        Of the intervals.
    draws
        How often companies are drawn again to judge the stability of bundles.

    Raises
    ------
    ValueError
        If values are no lattice or do not fit the levers.
    """
    found: dict[str, list[pd.DataFrame]] = {}
    companies = 0
    for outcome in values:
        given, _ = as_lattice(values[outcome])
        companies = len(given)
        for name, frame in _tables(outcome, given, levers, order, confidence, draws).items():
            found.setdefault(name, []).append(frame)
    if not found:
        raise ValueError("there must be at least one outcome")
    frames = {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}
    return LatticeReport(levers=tuple(levers), companies=companies, **frames)


def _tables(
    outcome: str, given: Floats, levers: Sequence[str], order: int, confidence: float, draws: int
) -> dict[str, pd.DataFrame]:
    one, orders = {outcome: given}, range(2, min(max(order, TRIPLES), len(levers)) + 1)
    # A lattice of a single lever has no sets of several.
    sets = interaction_frame(one, levers, orders, confidence=confidence) if orders else _NO_SETS
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


_NO_SETS: Final = pd.DataFrame(
    columns=["outcome", "levers", "set", "order", "effect", "low", "high", "clear", "synergy"]
)


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


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _listed(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a row in which sets are lists of ids."""
    return {key: [v for v in value.split("+") if v] if key in names else value for key, value in row.items()}


__all__ = ["TRIPLES", "LatticeReport", "lattice_report"]
