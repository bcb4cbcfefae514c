"""Jobs: a plan on the simulator, or a function, cut into chunks.

How a job is cut depends on the job alone, never on the machine or the workers: a chunk is a file of the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments.plan import designs
from experiments.plan.designs import Design, Space
from experiments.plan.factors import Factor
from experiments.plan.plan import Plan
from experiments.plan.points import Base, base_of, mean_ties, side_by_side
from experiments.sweep.identity import file_hashes, provenance, versions, without_folders
from experiments.sweep.tasks import FunctionTask, SimulationTask
from sim.graph import COMPANIES_PER_GRAPH

Floats = NDArray[np.float64]
Task = Callable[[], pa.Table]
"""A chunk's work; travels to a worker and returns the chunk's rows."""

FORMAT: Final = 1
_TIE_WEEKS: Final = 200_000_000
"""Tie-weeks per chunk: some four seconds of one core. Longer chunks lose more when they are lost."""
_FEWEST_TIE_WEEKS: Final = 25_000_000
"""Storing a chunk waits for the disk for some 30 ms: less work than half a second is not worth a chunk."""
_MOST_RUNS: Final = 65_536
_CHUNKS: Final = 32
"""Small sweeps are cut into about so many chunks, so that all workers have something to do."""


@runtime_checkable
class Job(Protocol):
    """A job, cut into chunks."""

    @property
    def chunks(self) -> int:
        """Number of chunks."""

    @property
    def runs(self) -> int:
        """Number of runs in all chunks."""

    def chunk_runs(self, chunk: int) -> int:
        """Return the number of runs in a chunk."""

    def task(self, chunk: int) -> Task:
        """Return a chunk's work, to be pickled."""

    def manifest(self) -> dict[str, Any]:
        """Return everything that the result depends on, in JSON's types; nothing that differs between two runs."""

    def design(self) -> pa.Table:
        """Return the design: a row per point, with the factors' values."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of a plan: points from ``point`` on, companies from ``company`` on."""

    point: int
    points: int
    company: int
    companies: int


@dataclass(frozen=True)
class SimulationJob:
    """A plan on the simulator.

    Attributes
    ----------
    plan
        What to run.
    """

    plan: Plan

    @cached_property
    def _bases(self) -> tuple[Base, ...]:
        return tuple(base_of(scenario) for scenario in self.plan.scenarios)

    @cached_property
    def _points(self) -> Floats:
        return self.plan.draw()

    @cached_property
    def _cut(self) -> tuple[int, int]:
        """Points and companies per chunk."""
        plan, scenarios = self.plan, len(self.plan.scenarios)
        ties = max(mean_ties(base, plan.space, self._points) for base in self._bases)
        per_run = plan.horizon * max(1, round(ties))
        runs = min(_TIE_WEEKS // per_run, max(_FEWEST_TIE_WEEKS // per_run, plan.runs // _CHUNKS), _MOST_RUNS)
        runs = max(1, runs // scenarios)
        if plan.rows == "points":
            # Means over companies need all of them in one place.
            return _even(plan.points, runs // plan.companies), plan.companies
        if side_by_side(plan.space):
            # Many settings of few companies: these are founded and their chances drawn once.
            points = _even(plan.points, runs)
            return points, _whole_graphs(plan.companies, runs // points)
        # Few settings of many companies: those that share a graph run next to each other.
        companies = _whole_graphs(plan.companies, runs)
        return _even(plan.points, runs // companies), companies

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        points, companies = self._cut
        return -(-self.plan.points // points) * -(-self.plan.companies // companies)

    @property
    def runs(self) -> int:
        """Number of virtual companies, counted once per scenario and point."""
        return self.plan.runs

    def chunk(self, k: int) -> Chunk:
        """Return which points and companies a chunk holds: companies by companies, points by points."""
        points, companies = self._cut
        column, row = divmod(k, -(-self.plan.points // points))
        point, company = row * points, column * companies
        return Chunk(
            point, min(points, self.plan.points - point), company, min(companies, self.plan.companies - company)
        )

    def chunk_runs(self, chunk: int) -> int:
        """Return the number of virtual companies in a chunk."""
        cut = self.chunk(chunk)
        return cut.points * cut.companies * len(self.plan.scenarios)

    def task(self, chunk: int) -> SimulationTask:
        """Return a chunk's work."""
        return self._task(self.chunk(chunk))

    def sample(self, runs: int) -> SimulationTask:
        """Return about so many runs, spread over the design and cut like chunks: to learn how long all take."""
        companies = min(self._cut[1], COMPANIES_PER_GRAPH)
        wanted = max(1, min(self.plan.points, runs // (companies * len(self.plan.scenarios))))
        rows = np.linspace(0, self.plan.points - 1, wanted).astype(np.int64)
        return self._task(Chunk(0, wanted, 0, companies), self._points[rows])

    def _task(self, cut: Chunk, points: Floats | None = None) -> SimulationTask:
        plan = self.plan
        return SimulationTask(
            versions=versions(),
            bases=self._bases,
            factors=plan.space,
            points=self._points[cut.point : cut.point + cut.points] if points is None else points,
            first_point=cut.point,
            first_company=plan.first_company + cut.company,
            companies=cut.companies,
            seed=plan.seed,
            weeks=plan.horizon,
            outcomes=plan.outcomes,
            rows=plan.rows,
            context=plan.context,
        )

    def manifest(self) -> dict[str, Any]:
        """Return the plan, what its design is like, the versions, and the provenance of every number of the model."""
        plan = self.plan
        return {
            "format": FORMAT,
            "plan": without_folders(plan),
            "files": file_hashes(plan),
            "factors": [_described(f) for f in plan.space],
            "design": {} if plan.design.kind == "list" else _description(plan),
            "points": plan.points,
            "runs": plan.runs,
            "chunks": self.chunks,
            "versions": versions(),
            "parameters": provenance(),
        }

    def design(self) -> pa.Table:
        """Return a row per point: its number and the factors' values."""
        return design_table(self.plan.space, self._points)


@dataclass(frozen=True)
class FunctionJob:
    """A Python function of points instead of the simulator: for methods with known answers, and for other models.

    Attributes
    ----------
    function
        Takes points, shape (points, factors), and returns arrays of shape (points,) by name. For workers in other
        processes it must be importable.
    bounds
        Lowest and highest value of each factor, by name.
    sampling
        The design.
    seed
        Of the design.
    points_per_chunk
        How the work is cut.
    """

    function: Callable[[Floats], Mapping[str, Floats]]
    bounds: Mapping[str, tuple[float, float]]
    sampling: Design
    seed: int = 1
    points_per_chunk: int = 1024
    _spaces: tuple[Space, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Gather the spaces."""
        object.__setattr__(self, "_spaces", tuple(Space(low, high, 0) for low, high in self.bounds.values()))

    @cached_property
    def _points(self) -> Floats:
        return designs.draw(self.sampling, self._spaces, self.seed)

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.runs // self.points_per_chunk)

    @property
    def runs(self) -> int:
        """Number of points."""
        return designs.count(self.sampling, self._spaces)

    def chunk_runs(self, chunk: int) -> int:
        """Return the number of points in a chunk."""
        return min(self.points_per_chunk, self.runs - chunk * self.points_per_chunk)

    def task(self, chunk: int) -> FunctionTask:
        """Return a chunk's work."""
        first = chunk * self.points_per_chunk
        return FunctionTask(versions(), self.function, self._points[first : first + self.points_per_chunk], first)

    def manifest(self) -> dict[str, Any]:
        """Return the function's name, its factors, and the design."""
        return {
            "format": FORMAT,
            "plan": {
                "function": f"{self.function.__module__}.{self.function.__qualname__}",
                "factors": {name: list(bounds) for name, bounds in self.bounds.items()},
                "design": self.sampling.model_dump(mode="json"),
                "seed": self.seed,
                "points_per_chunk": self.points_per_chunk,
            },
            "design": designs.describe(self.sampling, self._spaces, list(self.bounds)),
            "points": self.runs,
            "runs": self.runs,
            "chunks": self.chunks,
            "versions": versions(),
        }

    def design(self) -> pa.Table:
        """Return a row per point: its number and the factors' values."""
        return design_table([Factor(name, *bounds) for name, bounds in self.bounds.items()], self._points)


def design_table(factors: Sequence[Factor], points: Floats) -> pa.Table:
    """Return design points as a table: their numbers and the factors' values."""
    columns: dict[str, Any] = {"point": np.arange(len(points), dtype=np.int32)}
    for k, f in enumerate(factors):
        if f.values:
            index = pa.array(points[:, k].astype(np.int32))
            columns[f.target] = pa.array(list(f.values)).take(index)
        else:
            columns[f.target] = np.ascontiguousarray(points[:, k])
    return pa.table(columns)


def _even(total: int, most: int) -> int:
    """Return how many go into a part if all parts but the last are alike, and none holds more than ``most``."""
    return -(-total // -(-total // max(1, most)))


def _whole_graphs(companies: int, most: int) -> int:
    """Return how many companies go into a part, as :func:`_even`; those that share a graph stay together."""
    if min(companies, most) < COMPANIES_PER_GRAPH:
        return _even(companies, most)
    graphs = -(-companies // COMPANIES_PER_GRAPH)
    return min(companies, COMPANIES_PER_GRAPH * _even(graphs, most // COMPANIES_PER_GRAPH))


def _described(f: Factor) -> dict[str, Any]:
    return {"target": f.target, **({"values": list(f.values)} if f.values else {"low": f.low, "high": f.high})}


def _description(plan: Plan) -> dict[str, Any]:
    assert plan.design.kind != "list"
    return designs.describe(plan.design, [f.space for f in plan.space], [f.target for f in plan.space])


__all__ = ["Chunk", "FunctionJob", "Job", "SimulationJob", "Task", "design_table"]
