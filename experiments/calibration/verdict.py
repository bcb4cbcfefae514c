"""The verdict on a parameter set: its distance from reproducing the patterns, cheap patterns first.

The distance of a set from a pattern is how far the pattern's weakest part falls short of holding clearly, in units of
the part's scale (:class:`experiments.scorecard.Part`); clearly means by the part's sampling error. The distance
of the set is that from its hardest pattern, as in history matching, where a set is as implausible as its most
implausible output.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.anchors import with_cost_level, with_cut_offs
from experiments.ensemble import ANCHORS
from experiments.laboratory import FACTORS, Laboratory, Outcomes
from experiments.patterns import PATTERNS
from experiments.scorecard import PER_CONDITION, SPREAD, UNCOMMON, Study, catalogue, simulated_sample
from sim import parameters as pm
from sim.lanes import Founded
from sim.perceptions import READINGS

Floats = NDArray[np.float64]

SAMPLING_ERRORS: Final = 1.5
"""A part holds clearly if its margin is at least so many of its sampling errors, those on the calibration's companies.

With 1, and a second sample on which it had only to hold, two parts that many sets barely meet failed on unseen
companies in a fifth of the ensemble: of many sets near a bound, those that were lucky are chosen."""
LEAST_CLEARANCE: Final = 0.1
"""And at least so much of its scale (assumption): a sampling error of nothing was measured at a few sets only."""
FARTHEST: Final = 10.0
"""Distance of a part that cannot even be computed, as when nobody is of a type; no part counts as farther."""
CHEAP_FIRST: Final = (
    *("P4", "P1", "P2", "P3", "P5", "P6", "P14", "P15"),
    *("P13", "P19", "P10", "P8", "P9", "P11", "P12", "P18", "P16", "P7", "P17"),
)
"""The patterns in the order in which a set is judged: those on the virtual sample alone, then by what they cost."""
REJECTING_FIRST: Final = (
    *("P4", "P1", "P2", "P3", "P5", "P6", "P14", "P15", "P19", "P17"),
    *("P11", "P13", "P8", "P9", "P10", "P16", "P12", "P18", "P7"),
)
"""The patterns in the order in which sets drawn from the priors are found wanting soonest: P17 costs as much as all
before it and rejects two in five, P18 as many, but costs twice as much; P7 rejects nearly none and costs the most."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of companies on which a set is judged: by default, those of a calibration.

    Many companies where chance weighs most (P7, P18), fewer than on the scorecard where it does not.

    Attributes
    ----------
    companies
        Virtual companies in the sample.
    others
        In the sample without a common adoption factor (P7).
    per_condition
        Companies per controlled condition.
    spread
        As for :class:`experiments.scorecard.Study`.
    """

    companies: int = 1685
    others: int = 10_000
    per_condition: int = 128
    spread: int = SPREAD * PER_CONDITION

    def coarser(self, times: int) -> Sizes:
        """Return so many times fewer companies everywhere."""
        return Sizes(self.companies // times, self.others // times, self.per_condition // times, self.spread // times)


def scorecard_sizes(companies: int) -> Sizes:
    """Return the sizes of the scorecard for a virtual sample of so many companies."""
    return Sizes(companies, UNCOMMON * companies, PER_CONDITION, SPREAD * PER_CONDITION)


FULL: Final = scorecard_sizes(5000)
"""Sizes of the scorecard (5,000 companies, so that P1 does not depend on chance)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a set.

    Attributes
    ----------
    margins
        By pattern and part, such as ``"P2.lead_over_next"``, and by member of a part, such as ``"P7.alone/eye_level"``;
        without those of patterns that were not judged any more.
    anchors
        :data:`experiments.ensemble.ANCHORS`.
    stopped
        The pattern that was too far off to go on, or an empty text.
    """

    margins: Mapping[str, float]
    anchors: tuple[float, ...]
    stopped: str


def parts() -> tuple[str, ...]:
    """Return all parts of all patterns, as :class:`Verdict` names them."""
    named = []
    for pattern, about in catalogue().items():
        for part in about["parts"]:
            # P5 is judged under both readings of E14.
            named += (
                [f"{pattern}.{part}/{reading}" for reading in READINGS] if pattern == "P5" else [f"{pattern}.{part}"]
            )
    return tuple(named)


MEMBERS: Final = {f"P7.{part}": FACTORS for part in ("lead_common", "lead_independent", "alone")}
"""Parts whose margin is the least of several, and which these are."""


@cache
def targets() -> Mapping[str, str]:
    """Return the targets that emulators are fitted to, each with its part.

    That is the parts, but for those that are the least of several: each of these is emulated, as a least value has
    kinks where one member takes the place of another.
    """
    found: dict[str, str] = {}
    for part in parts():
        found |= {f"{part}/{name}": part for name in MEMBERS[part]} if part in MEMBERS else {part: part}
    return found


@cache
def columns() -> tuple[str, ...]:
    """Return all margins that are stored: those of the parts first, then those of members."""
    return (*parts(), *(target for target, part in targets().items() if target != part))


@cache
def clearances() -> Mapping[str, float]:
    """Return by part the margin from which on it holds clearly; its sampling error is in ``noise.toml``."""
    text = files("experiments.calibration").joinpath("noise.toml").read_text(encoding="utf-8")
    measured = tomllib.loads(text)["sampling_error"]
    return {part: max(LEAST_CLEARANCE, SAMPLING_ERRORS * measured[part]) for part in parts()}


def pattern_of(part: str) -> str:
    """Return the pattern that a part belongs to."""
    return part.partition(".")[0]


def shortfall(margins: Floats) -> Floats:
    """Return the distances of margins, shape (..., parts), from holding clearly: from 0 to :data:`FARTHEST`."""
    clear = np.array(list(clearances().values()))
    missing: Floats = np.clip(clear - np.nan_to_num(margins, nan=-np.inf), 0.0, FARTHEST)
    return missing


SHARED: Final = Founded(most_bytes=3_000_000_000)
"""Companies of all sets that are judged in this process: sets differ in coefficients alone."""


def laboratory_of(
    coefficients: Mapping[str, float], seed: int, outcome: Mapping[str, float] | None = None, **more: Any
) -> Laboratory:
    """Return controlled conditions with coefficients and outcome parameters by name; the others are the defaults'."""
    return Laboratory(pm.Model.changed(coefficients=coefficients, outcome=outcome or {}), seed=seed, **more)


def study_of(laboratory: Laboratory, sizes: Sizes, *, anchored: bool = False, brief: bool = True) -> Study:
    """Return the study on which patterns are judged.

    Parameters
    ----------
    laboratory
        Parameters and seed.
    sizes
        Numbers of companies.
    anchored
        Whether the laboratory's anchors stay; otherwise they are solved here.
    brief
        As for :class:`experiments.scorecard.Study`.
    """
    if not anchored:
        laboratory = with_cut_offs(laboratory, 2 * sizes.per_condition)
    sample, found = simulated_sample(laboratory, sizes.companies)
    if not anchored:
        solved = with_cost_level(laboratory, sample, found)
        exchange_cost_level(found, laboratory.measurement.cost_share, solved.measurement.cost_share)
        laboratory = solved
    return Study(laboratory, sample, found, sizes.others, sizes.per_condition, brief, sizes.spread)


def exchange_cost_level(found: Outcomes, old: float, new: float) -> None:
    """Put another cost level into outcomes: return is 1 - cost / earned, so nothing need be simulated again."""
    cost = old + found["lever_cost"] / 100.0
    for name in ("return_on_sales", "mean_return_on_sales"):
        found[name] = 1.0 - (1.0 - found[name]) * (cost + new - old) / cost
    found["return_before_levers"] = 1.0 - (1.0 - found["return_before_levers"]) * new / old


def judge(
    laboratory: Laboratory,
    sizes: Sizes,
    *,
    patterns: Sequence[str] = CHEAP_FIRST,
    floor: float = -np.inf,
    anchored: bool = False,
) -> Verdict:
    """Judge a parameter set by patterns.

    Parameters
    ----------
    laboratory
        The set, and which companies.
    sizes
        Numbers of companies.
    patterns
        Patterns in the order of judging.
    floor
        The set is given up at the first pattern of which a part has a lower margin than this.
    anchored
        As for :func:`study_of`.
    """
    study = study_of(laboratory, sizes, anchored=anchored)
    margins: dict[str, float] = {}
    stopped = ""
    for pattern in patterns:
        line = PATTERNS[pattern](study)
        for part in line.parts:
            margins[f"{pattern}.{part.name}"] = part.margin
            for name, value in part.members.items():
                margins[f"{pattern}.{part.name}/{name}"] = (value - part.bound) / part.scale
        if line.margin < floor:
            stopped = pattern
            break
    m = study.laboratory.measurement
    return Verdict(margins, tuple(float(getattr(m, name)) for name in ANCHORS), stopped)


__all__ = [
    "CHEAP_FIRST",
    "FARTHEST",
    "FULL",
    "REJECTING_FIRST",
    "SAMPLING_ERRORS",
    "SHARED",
    "Sizes",
    "Verdict",
    "clearances",
    "exchange_cost_level",
    "judge",
    "laboratory_of",
    "parts",
    "pattern_of",
    "scorecard_sizes",
    "shortfall",
    "study_of",
]
