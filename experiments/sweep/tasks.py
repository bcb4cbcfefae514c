"""The work of one chunk, as it travels to a worker: everything it needs comes with it.

Nothing here reads a file, so that a worker may sit on a machine that shares none with the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.plan.factors import Factor
from experiments.plan.points import Base, placed
from experiments.sweep.identity import versions
from sim import company as co
from sim import outcomes as oc
from sim.lanes import Founded, Simulated, run_lanes

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]
_FOUNDED: Final = Founded()
"""The last companies of this process: the next chunk often has the same."""


class OtherVersionError(RuntimeError):
    """A worker has other versions than whoever sent it work."""


def check_versions(wanted: Mapping[str, str]) -> None:
    """Refuse work that was sent by other versions: its results would not belong together.

    Raises
    ------
    OtherVersionError
        Naming what differs.
    """
    here = versions()
    if different := [f"{name} {wanted[name]} / {here.get(name)}" for name in wanted if wanted[name] != here.get(name)]:
        raise OtherVersionError(f"the worker has other versions than the sweep: {', '.join(different)}")


@dataclass(frozen=True, slots=True, eq=False)
class SimulationTask:
    """A chunk of a plan on the simulator.

    Attributes
    ----------
    versions
        Those of whoever cut the plan.
    bases, factors
        Scenarios and what is varied in them.
    points, first_point
        The chunk's coordinates, shape (points, factors), and the number of the first.
    first_company, companies, seed, weeks
        Which virtual companies, and for how long.
    outcomes, rows, context
        What is kept; see :class:`experiments.plan.plan.Plan`.
    """

    versions: Mapping[str, str]
    bases: tuple[Base, ...]
    factors: tuple[Factor, ...]
    points: Floats
    first_point: int
    first_company: int
    companies: int
    seed: int
    weeks: int
    outcomes: tuple[str, ...]
    rows: str
    context: bool

    def __call__(self) -> pa.Table:
        """Return the chunk's rows, ordered by point, scenario and company."""
        check_versions(self.versions)
        parts = [self._scenario(base) for base in self.bases]
        shape = (len(self.points), len(self.bases), self.companies)
        # From (scenario)(point, company) to (point, scenario, company).
        found = {name: np.stack([part[name] for part in parts], axis=1) for name in parts[0]}
        if self.rows == "points":
            return self._point_table(found, shape)
        point, scenario, company = np.indices(shape, dtype=np.int32)
        columns: dict[str, Any] = {
            "scenario": self._names(scenario.ravel()),
            "point": (self.first_point + point).ravel(),
            "company": (self.first_company + company.astype(np.int64)).ravel(),
            "type": pa.DictionaryArray.from_arrays(pa.array(found.pop("type").ravel()), pa.array(oc.TYPES)),
        }
        return pa.table({**columns, **{name: values.reshape(-1) for name, values in found.items()}})

    def _scenario(self, base: Base) -> Columns:
        """Return outcomes of one scenario by name, shape (points, companies)."""
        settings, models, model = placed(base, self.factors, self.points)
        wanted = {*self.outcomes, "cooperation_quality", "coordination_efficiency"}

        def keep(lanes: Simulated) -> Columns:
            every = lanes.outcomes(wanted)
            found: Columns = {"type": lanes.types(every), **{name: every[name] for name in self.outcomes}}
            return found | ({name: lanes.block.trait(name) for name in co.CONTEXT} if self.context else {})

        return run_lanes(
            keep,
            settings,
            models,
            number=self.first_company + np.arange(self.companies),
            setting=np.arange(len(self.points))[:, None],
            model=model[:, None],
            seed=self.seed,
            weeks=self.weeks,
            threads=1,
            founded=_FOUNDED,
        )

    def _point_table(self, found: Columns, shape: tuple[int, int, int]) -> pa.Table:
        """Return means and standard deviations over companies, and the shares of the types."""
        point, scenario = np.indices(shape[:2], dtype=np.int32)
        columns: dict[str, Any] = {
            "scenario": self._names(scenario.ravel()),
            "point": (self.first_point + point).ravel(),
            "companies": np.full(shape[0] * shape[1], self.companies, dtype=np.int32),
        }
        code = found.pop("type")
        for k, kind in enumerate(oc.TYPES):
            columns[f"share_{kind}"] = (code == k).mean(axis=2).ravel()
        for name, values in found.items():
            columns[f"{name}_mean"] = values.mean(axis=2).ravel()
            spread = values.std(axis=2, ddof=1) if self.companies > 1 else np.full(shape[:2], np.nan)
            columns[f"{name}_sd"] = spread.ravel()
        return pa.table(columns)

    def _names(self, codes: NDArray[np.int32]) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array([base.name for base in self.bases]))


@dataclass(frozen=True, slots=True, eq=False)
class FunctionTask:
    """A chunk of points for a function; see :class:`experiments.sweep.jobs.FunctionJob`."""

    versions: Mapping[str, str]
    function: Callable[[Floats], Mapping[str, Floats]]
    points: Floats
    first_point: int

    def __call__(self) -> pa.Table:
        """Return a row per point."""
        check_versions(self.versions)
        numbers = np.arange(self.first_point, self.first_point + len(self.points), dtype=np.int32)
        return pa.table({"point": numbers, **self.function(self.points)})


def perform(task: Callable[[], pa.Table]) -> bytes:
    """Do a chunk's work and return its rows as the content of a Parquet file; what a worker is asked to do."""
    return parquet(task())


def parquet(table: pa.Table) -> bytes:
    """Return a table as the content of a Parquet file: the same table, the same bytes."""
    sink = pa.BufferOutputStream()
    # A dictionary pays for words; for numbers it costs room, memory and time.
    words = [field.name for field in table.schema if not pa.types.is_primitive(field.type)]
    pq.write_table(table, sink, compression="zstd", use_dictionary=words)
    return bytes(sink.getvalue())


__all__ = ["FunctionTask", "OtherVersionError", "SimulationTask", "check_versions", "parquet", "perform"]
