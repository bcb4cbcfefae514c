"""The studio's answer: outcomes of the same virtual companies as they are and with the levers moved."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.trajectory import Trajectory


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A comparison on the same virtual companies, which all views show.

    Attributes
    ----------
    before, after
        The baseline and the scenario, on companies 0 to n - 1 of the same seed and over the same weeks.
    refined
        Whether it is on all the companies that were asked for, or a first answer on fewer.
    """

    before: Trajectory
    after: Trajectory
    refined: bool

    def __len__(self) -> int:
        """Return the number of companies."""
        return len(self.after)


__all__ = ["Answer"]
