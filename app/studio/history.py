"""Undo and redo: what was there before, what is, and what was taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

LONGEST: Final = 200
"""States that are kept: far more than anybody takes back, and bounded."""


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    """States in the order in which they came about.

    Attributes
    ----------
    present
        The state that counts.
    past, future
        What undo and redo lead to, nearest last.
    """

    present: T
    past: tuple[T, ...] = ()
    future: tuple[T, ...] = ()

    def then(self, state: T) -> History[T]:
        """Return the history with a new state; what was taken back is gone. The same state again is no news."""
        if state == self.present:
            return self
        return History(state, (*self.past, self.present)[-LONGEST:])

    def undo(self) -> History[T]:
        """Return the history one state back, or itself at its beginning."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (*self.future, self.present))

    def redo(self) -> History[T]:
        """Return the history one state on, or itself at its end."""
        if not self.future:
            return self
        return History(self.future[-1], (*self.past, self.present), self.future[:-1])


__all__ = ["LONGEST", "History"]
