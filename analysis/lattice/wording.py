"""Names of levers, and numbers with their intervals, on the page of a lattice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from analysis.figures.labels import Labels
from analysis.lattice.figures import lever_names
from analysis.lattice.findings import LatticeFindings
from analysis.lattice.runs import PROFESSIONAL

_EVEN: Final = 1e-6
"""Ends of an interval whose distances from the middle differ by less, relative to its width, are equally far off."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Findings, and how they are put into words.

    Attributes
    ----------
    findings
        The findings.
    say
        The language.
    names
        Short names of levers by id.
    """

    findings: LatticeFindings
    say: Labels
    names: Mapping[str, str]

    @classmethod
    def of(cls, findings: LatticeFindings, say: Labels) -> Wording:
        """Return the wording of findings in a language."""
        return cls(findings, say, lever_names(findings, say))

    def called(self, levers: str) -> str:
        """Return the names of a set of levers, whose ids are joined by "+"."""
        return " + ".join(self.names[lever] for lever in levers.split("+"))

    def listed(self, levers: Iterable[str]) -> str:
        """Return the names of levers, one after the other."""
        return ", ".join(self.names[lever] for lever in levers)

    def amount(self, outcome: str, value: float, *, sign: bool = False) -> str:
        """Return an outcome's value or difference; the probability of being professional in percent, or points."""
        if outcome == PROFESSIONAL:
            return self.say.number(100.0 * value, 2, sign=sign)
        return self.say.amount(outcome, value, sign=sign)

    def with_interval(self, outcome: str, row: Mapping[str, Any], name: str, high: str = "high") -> str:
        """Return a difference with half the width of its interval, or with its ends if one of them is farther off.

        Parameters
        ----------
        outcome
            Says how it is written.
        row
            With the value and its interval, which is left out if it is not known.
        name, high
            Names of the value and of the interval's upper end; its lower end is called ``low`` where that is ``high``.
        """
        value = self.amount(outcome, row[name], sign=True)
        if not math.isfinite(row[high]):
            return value
        low = high.replace("high", "low")
        below, above = row[name] - row[low], row[high] - row[name]
        if abs(above - below) > _EVEN * (above + below):
            ends = (self.amount(outcome, row[end], sign=True) for end in (low, high))
            return self.say("lattice.with_interval", value=value, interval=self.say.interval(*ends))
        return self.say("number.plus_minus", value=value, half=self.amount(outcome, above))


__all__ = ["Wording"]
