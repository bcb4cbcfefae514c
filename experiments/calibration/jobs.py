"""Judging parameter sets as the job of a sweep: in chunks, stored and resumed like any other (experiments/sweep)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments.calibration.verdict import CHEAP_FIRST, SHARED, Sizes, judge, laboratory_of
from experiments.calibration.verdict import columns as stored
from experiments.ensemble import ANCHORS
from experiments.sweep.identity import versions
from experiments.sweep.tasks import check_versions

Floats = NDArray[np.float64]

FORMAT: Final = 1
_CHUNK: Final = 16
"""Sets per chunk: some ten seconds of one core if most are judged to the end."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgeTask:
    """A chunk of sets to be judged; see :class:`JudgeJob`."""

    versions: Mapping[str, str]
    names: tuple[str, ...]
    values: Floats
    anchors: Floats | None
    first: int
    seed: int
    sizes: Sizes
    patterns: tuple[str, ...]
    floor: float
    replaced: Mapping[str, float]

    def __call__(self) -> pa.Table:
        """Return a row per set: its number, where it was given up, its anchors, and all margins."""
        check_versions(self.versions)
        verdicts = []
        for k, row in enumerate(self.values):
            outcome = {} if self.anchors is None else dict(zip(ANCHORS, self.anchors[k].tolist(), strict=True))
            laboratory = laboratory_of(
                dict(zip(self.names, row.tolist(), strict=True)), self.seed, outcome, threads=1, founded=SHARED
            )
            other = laboratory.coefficients._replace(**self.replaced)
            laboratory = replace(laboratory, model=replace(laboratory.model, coefficients=other))
            verdicts.append(
                judge(
                    laboratory,
                    self.sizes,
                    patterns=self.patterns,
                    floor=self.floor,
                    anchored=self.anchors is not None,
                )
            )
        columns: dict[str, Any] = {
            "set": np.arange(self.first, self.first + len(self.values), dtype=np.int32),
            "stopped": pa.array([verdict.stopped for verdict in verdicts]),
        }
        columns |= {name: np.array([verdict.anchors[k] for verdict in verdicts]) for k, name in enumerate(ANCHORS)}
        columns |= {name: np.array([verdict.margins.get(name, np.nan) for verdict in verdicts]) for name in stored()}
        return pa.table(columns)


@dataclass(frozen=True, eq=False)
class JudgeJob:
    """Parameter sets to be judged.

    Attributes
    ----------
    names, values
        Coefficients, and their values, shape (sets, coefficients).
    seed
        Of the virtual companies.
    sizes
        On how many companies.
    anchors
        The sets' anchors, shape (sets, 3), if they are not to be solved on these companies.
    patterns
        By which patterns, in which order.
    floor
        A set is given up at the first pattern of which a part has a lower margin than this.
    replaced
        Coefficients that all sets have in common, whatever their own: to switch mechanisms off, also beyond bounds.
    about
        What else the manifest says, in JSON's types.
    """

    names: tuple[str, ...]
    values: Floats
    seed: int
    sizes: Sizes = field(default_factory=Sizes)
    anchors: Floats | None = None
    patterns: tuple[str, ...] = CHEAP_FIRST
    floor: float = -np.inf
    replaced: Mapping[str, float] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.runs // _CHUNK)

    @property
    def runs(self) -> int:
        """Number of sets."""
        return len(self.values)

    def chunk_runs(self, chunk: int) -> int:
        """Return the number of sets in a chunk."""
        return min(_CHUNK, self.runs - chunk * _CHUNK)

    def task(self, chunk: int) -> JudgeTask:
        """Return a chunk's work."""
        rows = slice(chunk * _CHUNK, chunk * _CHUNK + self.chunk_runs(chunk))
        return JudgeTask(
            versions=versions(),
            names=self.names,
            values=self.values[rows],
            anchors=None if self.anchors is None else self.anchors[rows],
            first=rows.start,
            seed=self.seed,
            sizes=self.sizes,
            patterns=self.patterns,
            floor=self.floor,
            replaced=self.replaced,
        )

    def manifest(self) -> dict[str, Any]:
        """Return by what the sets are judged; the sets themselves by their hash."""
        given = [self.values] if self.anchors is None else [self.values, self.anchors]
        return {
            "format": FORMAT,
            "plan": {
                **self.about,
                "seed": self.seed,
                "companies": self.sizes.companies,
                "others": self.sizes.others,
                "per_condition": self.sizes.per_condition,
                **({"spread": self.sizes.spread} if self.sizes.spread else {}),
                "patterns": list(self.patterns),
                "floor": self.floor if np.isfinite(self.floor) else None,
                "replaced": dict(self.replaced),
                "sets": sha256(b"".join(np.ascontiguousarray(block).tobytes() for block in given)).hexdigest(),
            },
            "points": self.runs,
            "runs": self.runs,
            "chunks": self.chunks,
            "versions": versions(),
        }

    def design(self) -> pa.Table:
        """Return a row per set: its number and its coefficients."""
        columns: dict[str, Any] = {"set": np.arange(self.runs, dtype=np.int32)}
        columns |= {name: np.ascontiguousarray(self.values[:, k]) for k, name in enumerate(self.names)}
        return pa.table(columns)


__all__ = ["JudgeJob", "JudgeTask"]
