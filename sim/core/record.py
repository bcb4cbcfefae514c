"""What happened in a run in every detail that another run can follow, and what a block of lanes is to follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.layout import HOLDABLE, PERSON_PATH, TIE_PATH, WEEK_PATH

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What happened in a company, week by week.

    Attributes
    ----------
    week
        Of the organisation, shape (weeks, rows of :data:`sim.core.layout.WEEK_PATH`).
    people
        Shape (weeks, people, rows of :data:`sim.core.layout.PERSON_PATH`).
    ties
        Shape (weeks, interface ties, rows of :data:`sim.core.layout.TIE_PATH`).
    """

    week: Floats
    people: Floats
    ties: Floats

    @classmethod
    def blank(cls, weeks: int, people: int, ties: int) -> Path:
        """Return a path for lanes that follow nothing."""
        return cls(
            np.zeros((weeks, len(WEEK_PATH))),
            np.zeros((weeks, people, len(PERSON_PATH))),
            np.zeros((weeks, ties, len(TIE_PATH))),
        )

    def weeks(self, first: int, last: int) -> tuple[Floats, Floats, Floats]:
        """Return the weeks from ``first`` to before ``last``, as the kernel takes them."""
        return self.week[first:last], self.people[first:last], self.ties[first:last]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Paths of several lanes: as in :class:`Path`, with lanes innermost."""

    week: Floats
    people: Floats
    ties: Floats

    @classmethod
    def empty(cls, weeks: int, people: int, ties: int, lanes: int) -> Record:
        """Return a record to be filled."""
        return cls(
            np.empty((weeks, len(WEEK_PATH), lanes)),
            np.empty((weeks, people, len(PERSON_PATH), lanes)),
            np.empty((weeks, ties, len(TIE_PATH), lanes)),
        )

    def arrays(self) -> tuple[Floats, Floats, Floats]:
        """Return the arrays, as the kernel takes them."""
        return self.week, self.people, self.ties

    def fill(self, first: int, part: Record) -> None:
        """Take over the weeks of ``part`` from week ``first`` on, as many lanes as there are here."""
        for whole, some in zip(self.arrays(), part.arrays(), strict=True):
            whole[first : first + len(some)] = some[..., : whole.shape[-1]]

    def path(self, lane: int) -> Path:
        """Return what happened in one lane."""
        return Path(*(np.ascontiguousarray(array[..., lane]) for array in self.arrays()))


@dataclass(frozen=True, slots=True, eq=False)
class Follow:
    """What the lanes of a block take from another run.

    Attributes
    ----------
    held
        Which of :data:`sim.core.layout.HOLDABLE` each lane takes, shape (lanes, 6).
    path
        Where from: what happened in the one company that all lanes are; None if nothing is held.
    record
        Whether to write down what happens in the lanes.
    """

    held: NDArray[np.bool_]
    path: Path | None = None
    record: bool = False

    @classmethod
    def nothing(cls, lanes: int) -> Follow:
        """Return what lanes follow that are only to be written down."""
        return cls(held=np.zeros((lanes, len(HOLDABLE)), dtype=np.bool_), record=True)


__all__ = ["Follow", "Path", "Record"]
