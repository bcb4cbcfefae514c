"""The shipped ensemble: parameter sets that all reproduce the patterns, of which the defaults are one.

Some twenty ordinal patterns cannot pin down eighty coefficients. So no conclusion is drawn from one set alone: it is
drawn from each set of the ensemble, and reported with the share of sets in which it holds. ``handshake calibrate``
makes an ensemble; the file says with which command and seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.calibration.families import families, numbered
from experiments.laboratory import Laboratory
from sim import parameters as pm
from sim.errors import BadInputError, phrase
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ANCHORS: Final = ("quality_cut", "efficiency_cut", "cost_share")
"""Outcome parameters that are solved for each set: cut-offs of the types and the cost level."""
_FACTS: Final = b"handshake"


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """Accepted parameter sets.

    Attributes
    ----------
    names
        The coefficients, in the order of the columns.
    values
        Their values, shape (sets, coefficients). The first set is the default; the others are ordered so that the first
        few of them are spread over the whole.
    anchors
        The sets' own :data:`ANCHORS`, shape (sets, 3).
    facts
        How it was made: command, seed, rule of acceptance, versions.
    """

    names: tuple[str, ...]
    values: Floats
    anchors: Floats
    facts: Mapping[str, Any]
    _families: Ints | None = field(default=None, init=False, repr=False)

    def __len__(self) -> int:
        """Return the number of sets."""
        return len(self.values)

    @property
    def fingerprint(self) -> str:
        """A short hash of the sets and their anchors, to tell ensembles apart."""
        content = b"".join(np.ascontiguousarray(block, dtype="<f8").tobytes() for block in (self.values, self.anchors))
        return sha256(content).hexdigest()[:12]

    @property
    def families(self) -> Ints:
        """The family of each set (:func:`experiments.calibration.families.families`), shape (sets,); worked out once.

        Of :meth:`first`, those in the whole, numbered anew.
        """
        if self._families is None:
            object.__setattr__(self, "_families", families(self.values))
        assert self._families is not None
        return self._families

    @property
    def relatives(self) -> int:
        """Number of families: how many sets may be taken for independent."""
        return int(self.families.max(initial=-1)) + 1

    def first(self, sets: int) -> Ensemble:
        """Return an ensemble of the first few sets, which are spread over the whole."""
        some = Ensemble(self.names, self.values[:sets], self.anchors[:sets], self.facts)
        # Families are those of the whole: of few sets alone it can hardly be told which are near one another.
        object.__setattr__(some, "_families", numbered(self.families[:sets]))
        return some

    def changes(self, k: int) -> dict[str, dict[str, float]]:
        """Return what a set changes, by the tables of a scenario: ``coefficients`` and ``outcome``."""
        return {
            "coefficients": dict(zip(self.names, self.values[k].tolist(), strict=True)),
            "outcome": dict(zip(ANCHORS, self.anchors[k].tolist(), strict=True)),
        }

    def scenario(self, scenario: Scenario, k: int) -> Scenario:
        """Return a scenario under a set; numbers that the scenario changes itself stay its own."""
        changes = self.changes(k)
        return scenario.changed(
            coefficients={**changes["coefficients"], **scenario.coefficients},
            outcome={**changes["outcome"], **scenario.outcome},
        )

    def laboratory(self, k: int, seed: int, **more: Any) -> Laboratory:
        """Return controlled conditions under a set, its anchors in place."""
        return Laboratory(pm.Model.changed(**self.changes(k)), seed=seed, **more)

    def save(self, path: Path) -> None:
        """Write the ensemble as Parquet: a row per set; the facts are the file's metadata."""
        columns: dict[str, NDArray[Any]] = {"set": np.arange(len(self), dtype=np.int32)}
        columns |= {name: self.values[:, k] for k, name in enumerate(self.names)}
        columns |= {name: self.anchors[:, k] for k, name in enumerate(ANCHORS)}
        facts = json.dumps(dict(self.facts), sort_keys=True)
        table = pa.table(columns).replace_schema_metadata({_FACTS: facts.encode()})
        pq.write_table(table, path, compression="zstd", use_dictionary=False)

    @classmethod
    def load(cls, path: Path) -> Ensemble:
        """Return the ensemble in a file.

        Raises
        ------
        BadInputError
            If the file cannot be read, or holds other coefficients than the model has, or something that is no number.
        """
        try:
            table = pq.read_table(path)
            facts = json.loads((table.schema.metadata or {}).get(_FACTS, b"{}"))
        except (OSError, ValueError, pa.ArrowException) as error:
            raise BadInputError("invalid", file=str(path), value=str(error), allowed=phrase("an_ensemble")) from error
        names = tuple(pm.parameters()["coefficient"])
        wanted = {"set", *names, *ANCHORS}
        if (different := wanted ^ set(table.column_names)) or not table.num_rows:
            value = ", ".join(sorted(different)) or "0"
            raise BadInputError("invalid", file=str(path), value=value, allowed=phrase("an_ensemble"))

        def block(columns: tuple[str, ...]) -> Floats:
            return np.column_stack([_numbers(table[name], path, name) for name in columns])

        return cls(names, block(names), block(ANCHORS), facts)


def _numbers(column: pa.ChunkedArray, path: Path, name: str) -> Floats:
    """Return a column of finite numbers."""
    allowed = phrase("an_ensemble")
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise BadInputError("invalid", file=str(path), key=name, value=str(column.type), allowed=allowed)
    values: Floats = column.to_numpy().astype(np.float64)
    if not np.isfinite(values).all():
        wrong = values[~np.isfinite(values)][0]
        raise BadInputError("invalid", file=str(path), key=name, value=float(wrong), allowed=allowed)
    return values


@cache
def shipped() -> Ensemble:
    """Return the ensemble that comes with the model."""
    with as_file(files("experiments").joinpath("ensemble.parquet")) as path:
        return Ensemble.load(path)


__all__ = ["ANCHORS", "Ensemble", "shipped"]
