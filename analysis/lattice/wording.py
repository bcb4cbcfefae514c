"""Names of levers, and numbers with their intervals, on the page of a lattice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from analysis.figures.labels import Labels
from analysis.lattice.figures import lever_names
from analysis.lattice.findings import LatticeFindings

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

    def with_interval(self, outcome: str, row: Mapping[str, Any], name: str, high: str = "high") -> str:
        """Return a difference with half the width of its interval, or with its ends if one of them is farther off.

        Parameters
        ----------
        outcome
            Its declaration decides the digits.
        row
            With the value and its interval, which is left out if it is not known.
        name, high
            Names of the value and of the interval's upper end; its lower end is called ``low`` where that is ``high``.
        """
        if not math.isfinite(row[high]):
            return self.say.amount(outcome, row[name], sign=True)
        low = high.replace("high", "low")
        below, above = row[name] - row[low], row[high] - row[name]
        if abs(above - below) <= _EVEN * (above + below):
            return self.say.plus_minus(outcome, row[name], above)
        value, interval = self.say.amounts(outcome, row[name], row[low], row[high], sign=True)
        return self.say("lattice.with_interval", value=value, interval=interval)


__all__ = ["Wording"]
