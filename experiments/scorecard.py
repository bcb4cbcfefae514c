"""The scorecard: patterns, their parts, and the samples they are judged on.

A part of a pattern is a comparison ``value >= bound``; its margin is the distance in units of a scale that makes the
margins of different parts comparable. A pattern holds if all its parts do. Bounds stand in ``scorecard.toml``; where
the evidence gives no number ("clearly", "small", "visibly"), the bound is an assumption and marked as one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.laboratory import FACTORS, Condition, Laboratory, Outcomes
from experiments.population import Sample, draw_sample
from sim.outcomes import TYPES
from sim.parameters import population
from sim.texts import Pair, declared

Floats = NDArray[np.float64]
PRO, HEAVY, SHY, BLOCKED = range(len(TYPES))
"""Codes of the four types."""
WEEKS: Final = 104
"""Horizon on which patterns are judged, unless they say otherwise."""


def mean_adoption() -> float:
    """Return the mean adoption of a lever in the virtual sample: the mean of its beta distribution."""
    p = population()
    return p.adoption_alpha / (p.adoption_alpha + p.adoption_beta)


MIDDLE: Final = mean_adoption()
_READINGS: Final[Mapping[str, Pair]] = {
    "overrating": ("reading: marketing overrates itself", "Lesart: Marketing überschätzt sich"),
    "doubt": ("reading: sales doubts marketing", "Lesart: Vertrieb zweifelt am Marketing"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison of a pattern: it holds if ``value >= bound``; ``scale`` is what counts as a clear difference.

    What is compared is said under ``name`` in ``scorecard.toml``; behind a slash stands the reading of E14. Where the
    value is the least of several, these are its ``members``.
    """

    name: str
    value: float
    bound: float = 0.0
    scale: float = 1.0
    members: Mapping[str, float] = field(default_factory=dict)

    @property
    def margin(self) -> float:
        """Distance above the bound, in units of the scale."""
        return (self.value - self.bound) / self.scale if np.isfinite(self.value) else -np.inf


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the scorecard."""

    id: str
    parts: tuple[Part, ...]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Return whether all parts hold."""
        return all(part.margin >= 0.0 for part in self.parts)

    @property
    def margin(self) -> float:
        """The smallest margin of the parts."""
        return min(part.margin for part in self.parts)


PER_CONDITION: Final = 256
"""Companies per controlled condition (assumption)."""
SPREAD: Final = 8
"""Multiple of that number where the spread between companies is compared (P18).

All sets of an ensemble are judged on the same companies, so that the luck of a sample is that of all of them: with
twice as many, the spread fell short in 12 of 40 sets on one sample and in 3 on another.
"""
UNCOMMON: Final = 4
"""Size of the sample without a common adoption factor (P7), as a multiple of the virtual sample.

There the least of fifteen leads is some hundredths, and chance moves it by .4 of its scale among 10,000 companies. Of
30 sets of the ensemble, it held in 30 and 28 on two such samples, and in all 16 that were tried on 40,000.
"""


@dataclass(frozen=True, eq=False)
class Study:
    """The samples on which patterns are judged.

    Attributes
    ----------
    laboratory
        Parameters with their anchors.
    sample, found
        The virtual sample and its outcomes, shape (companies,).
    others
        Companies in the sample without a common adoption factor (P7).
    companies
        Companies per controlled condition; some conditions take a quarter, a half or the double of it.
    spread
        Companies per condition where their spread is compared (P18), which takes more of them than a mean does; the
        double of ``companies`` if 0.
    brief
        Whether figures that are reported, but judge nothing, are left out where they take long.
    """

    laboratory: Laboratory
    sample: Sample
    found: Outcomes
    others: int
    companies: int = 256
    brief: bool = False
    spread: int = 0
    _other: tuple[Sample, Outcomes] | None = field(default=None, init=False, repr=False)

    @property
    def other(self) -> tuple[Sample, Outcomes]:
        """The sample without a common adoption factor and its outcomes; simulated when it is first asked for."""
        # Not a cached property: until Python 3.12 it has one lock for all studies, and sets are judged side by side.
        if self._other is None:
            found = simulated_sample(self.laboratory, self.others, common=False)
            object.__setattr__(self, "_other", found)
        assert self._other is not None
        return self._other

    def compare(self, conditions: Sequence[Condition], weeks: int = 104, companies: int = 0) -> Outcomes:
        """Return outcomes of controlled conditions, shape (conditions, companies)."""
        return self.laboratory.compare(conditions, companies or self.companies, weeks)


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Return the declarations of all patterns: evidence ids, kind of support, sentences in English and German."""
    return tomllib.loads(files("experiments").joinpath("scorecard.toml").read_text(encoding="utf-8"))


def pattern_text(pattern: str, language: str) -> str:
    """Return a pattern in a sentence."""
    about = catalogue()[pattern]
    return declared((about["en"], about["de"]), language)


def part_text(pattern: str, part: str, language: str) -> str:
    """Return what a part of a pattern compares, in words."""
    name, _, reading = part.partition("/")
    about = catalogue()[pattern]["parts"][name]
    text = declared((about["en"], about["de"]), language)
    return f"{text} ({declared(_READINGS[reading], language)})" if reading else text


def part_support(pattern: str, part: str) -> str:
    """Return the kind of support of a part: its own, or the pattern's."""
    about = catalogue()[pattern]
    return str(about["parts"][part.partition("/")[0]].get("support", about["support"]))


def failure(pattern: str, part: Part) -> dict[str, str] | None:
    """Return why a part does not hold, in both languages; None if it holds, empty strings if the reason is unknown."""
    if part.margin >= 0.0:
        return None
    return dict(zip(("en", "de"), _reason(pattern, part.name), strict=True))


def failure_text(pattern: str, part: str, language: str) -> str:
    """Return why a part fails where it does; empty if the reason is unknown."""
    return declared(_reason(pattern, part), language)


def _reason(pattern: str, part: str) -> Pair:
    about = catalogue()[pattern]["parts"][part.partition("/")[0]]
    return str(about.get("fails_en", "")), str(about.get("fails_de", ""))


def simulated_sample(laboratory: Laboratory, companies: int, *, common: bool = True) -> tuple[Sample, Outcomes]:
    """Return a virtual sample and its outcomes after two years, shape (companies,)."""
    sample = draw_sample(companies, laboratory.seed, laboratory.model.population, common=common)
    lanes = np.arange(companies)
    return sample, laboratory.run(sample.settings(), lanes, lanes, WEEKS)


def middle(intensity: float = MIDDLE, **other: float) -> dict[str, float]:
    """Return all 15 levers at one intensity, but those named."""
    return {**dict.fromkeys(FACTORS, intensity), **other}


def mean_by_type(code: Floats, value: Floats) -> list[float]:
    """Return the mean of an outcome for each type, NaN for a type that nobody is of."""
    return [float(value[code == k].mean()) if (code == k).any() else float("nan") for k in range(len(TYPES))]
