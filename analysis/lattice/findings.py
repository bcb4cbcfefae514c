"""Findings on the complete lever lattice: what was run, all tables, and the same over an ensemble if it was asked.

The mathematics is in :mod:`analysis.lattice.walsh`, :mod:`analysis.lattice.effects` and
:mod:`analysis.lattice.bundles`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.files import read_json, read_table, save_findings
from analysis.lattice.facts import FACTS, LatticeFacts
from analysis.lattice.tables import NO_SETS, TRIPLES, lattice_tables
from sim.errors import BadInputError

BY_LEVER: Final = ("main_effects", "shapley", "total_indices")
BY_SET: Final = ("pairs", "triples", "higher")
TABLES: Final = (
    "ends",
    "main_effects",
    "shapley",
    "pairs",
    "triples",
    "higher",
    "spectrum",
    "total_indices",
    "bundles",
)
OVER_SETS: Final = ("ensemble", "ensemble_deciders", "ensemble_main_effects")
_LISTS: Final = ("levers", "added", "removed", "runner_up")
"""Columns with sets of levers: ids joined by "+" in tables, lists in JSON."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class OverSets:
    """Conclusions from the lattice over the parameter sets of an ensemble (:mod:`analysis.lattice.ensemble`).

    Attributes
    ----------
    found
        In the shape of ``--json``.
    frames
        Tables by name: all conclusions, the coefficients that decide them, and main effects by set.
    """

    found: Mapping[str, Any]
    frames: Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, eq=False)
class LatticeFindings:
    """Findings on a lattice. Tables have a column ``outcome``; values are in the outcomes' units, shares of one.

    Attributes
    ----------
    facts
        What was run.
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
    ensemble
        The same over an ensemble, if it was asked for.
    """

    facts: LatticeFacts
    ends: pd.DataFrame
    main_effects: pd.DataFrame
    shapley: pd.DataFrame
    pairs: pd.DataFrame
    triples: pd.DataFrame
    higher: pd.DataFrame
    spectrum: pd.DataFrame
    total_indices: pd.DataFrame
    bundles: pd.DataFrame
    ensemble: OverSets | None = None

    @property
    def levers(self) -> tuple[str, ...]:
        """The ids of the levers, in the order of the bits."""
        return tuple(lever.id for lever in self.facts.levers)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes, in the order of the input."""
        return tuple(self.ends["outcome"])

    @property
    def largest(self) -> int:
        """The size of the largest sets of levers whose interactions are here; 1 if there are none."""
        return max((int(f["order"].max()) for f in (self.pairs, self.triples, self.higher) if not f.empty), default=1)

    def of(self, table: str, outcome: str) -> pd.DataFrame:
        """Return the rows of a table for one outcome."""
        frame: pd.DataFrame = getattr(self, table)
        return frame[frame["outcome"] == outcome].drop(columns="outcome").reset_index(drop=True)

    def rows(self, table: str, outcome: str) -> list[Row]:
        """Return the same as a list of rows."""
        return _rows(self.of(table, outcome))

    def best_size(self, outcome: str) -> int:
        """Return the number of levers of the best bundle of all; the smallest if several are equally good."""
        return int(self.of("bundles", outcome)["mean"].to_numpy().argmax())

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return what becomes a CSV file, by name; ``higher`` only if it was asked for."""
        found = {name: getattr(self, name) for name in TABLES if name != "higher" or not self.higher.empty}
        return found | ({} if self.ensemble is None else dict(self.ensemble.frames))

    def to_json(self) -> Row:
        """Return everything in the shape of ``--json``: nothing in it depends on the language or the machine."""
        found = self.facts.to_json() | {"outcomes": {outcome: self._outcome(outcome) for outcome in self.outcomes}}
        return found | ({} if self.ensemble is None else {"ensemble": self.ensemble.found})

    def _outcome(self, outcome: str) -> Row:
        bundles = [_listed(row) for row in self.rows("bundles", outcome)]
        for row in bundles:
            # Without a second set of that size there is no runner-up; the empty set is none.
            row["runner_up"] = row["runner_up"] or None
        by_lever = {name: {row.pop("lever"): row for row in self.rows(name, outcome)} for name in BY_LEVER}
        by_set = {name: [_listed(row) for row in _rows(self.of(name, outcome).drop(columns="set"))] for name in BY_SET}
        return {
            "ends": self.rows("ends", outcome)[0],
            **by_lever,
            "spectrum": self.rows("spectrum", outcome),
            **by_set,
            "best_size": self.best_size(outcome),
            "bundles": bundles,
        }

    def save(self, folder: Path) -> None:
        """Write ``report.json`` and ``tables/`` into an existing folder."""
        save_findings(folder, self.to_json(), self.tables())

    @classmethod
    def load(cls, folder: Path) -> LatticeFindings:
        """Return the findings that :meth:`save` has written, with all digits.

        Raises
        ------
        BadInputError
            If files are missing or damaged.
        """
        path = folder / "report.json"
        found = read_json(path, *FACTS, "outcomes")
        over = found.get("ensemble")
        frames = {name: read_table(folder / "tables" / f"{name}.csv") for name in OVER_SETS if over is not None}
        try:
            facts = LatticeFacts.from_json(found)
            return cls(
                facts=facts,
                **_from_json(found["outcomes"], [lever.id for lever in facts.levers]),
                ensemble=None if over is None else OverSets(over, frames),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise BadInputError("damaged", file=str(path)) from None


def lattice_findings(
    values: Mapping[str, ArrayLike],
    facts: LatticeFacts,
    *,
    order: int = TRIPLES,
    confidence: float = 0.95,
    draws: int = 500,
) -> LatticeFindings:
    """Return the findings on a lattice.

    Parameters
    ----------
    values, order, confidence, draws
        As for :func:`analysis.lattice.tables.lattice_tables`.
    facts
        What was run, with the levers in the order of the bits.

    Raises
    ------
    ValueError
        If values are no lattice or do not fit the levers.
    """
    levers = [lever.id for lever in facts.levers]
    frames = lattice_tables(values, levers, order=order, confidence=confidence, draws=draws)
    return LatticeFindings(facts=facts, **frames, ensemble=None)


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _listed(row: Row) -> Row:
    """Return a row in which sets are lists of ids."""
    return {key: [v for v in value.split("+") if v] if key in _LISTS else value for key, value in row.items()}


def _from_json(outcomes: Mapping[str, Any], levers: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return the tables from what JSON has on outcomes."""
    found: dict[str, list[Row]] = {name: [] for name in TABLES}
    for outcome, one in outcomes.items():
        by_lever = {name: [{"lever": lever, **row} for lever, row in one[name].items()] for name in BY_LEVER}
        rows = by_lever | {name: one[name] for name in (*BY_SET, "spectrum", "bundles")} | {"ends": [one["ends"]]}
        for name, mine in rows.items():
            found[name] += [{"outcome": outcome, **_joined(row)} for row in mine]
    frames = {name: pd.DataFrame(rows) for name, rows in found.items()}
    for name in BY_SET:
        if frames[name].empty:
            frames[name] = NO_SETS
        else:
            sets = [sum(1 << levers.index(lever) for lever in chosen.split("+")) for chosen in frames[name]["levers"]]
            frames[name].insert(2, "set", sets)
    return frames


def _joined(row: Mapping[str, Any]) -> Row:
    """Return a row of JSON as a row of a table: sets are ids joined by "+", what is not known is NaN."""
    joined = {key: "+".join(row[key] or ()) for key in _LISTS if key in row}
    return {key: joined.get(key, np.nan if value is None else value) for key, value in row.items()}


__all__ = ["LatticeFindings", "OverSets", "lattice_findings"]
