"""The runs of the virtual study: companies like the real sample's, two years, the patterns P1 to P19."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from experiments.calibration.verdict import SHARED, Sizes, study_of
from experiments.ensemble import Ensemble
from experiments.laboratory import Laboratory
from experiments.patterns import PATTERNS
from experiments.patterns.sample import SIX_INDUSTRIES
from experiments.scorecard import PER_CONDITION, PRO, SPREAD, UNCOMMON, Line, Study, mean_by_type, simulated_sample
from sim import evidence
from sim.draws import Purpose, stream
from sim.errors import BadInputError, between
from sim.outcomes import TYPES
from sim.parameters import Model

Floats = NDArray[np.float64]

ENOUGH: Final = 5000
"""Least number of companies for judging P1; fewer leave too few per industry and type (docs/CALIBRATION.md)."""
MOST: Final = 1_000_000
RESAMPLES: Final = 1000
"""Samples of 337 drawn from the virtual companies, to see in how many of them a pattern shows."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyRun:
    """The virtual study as it was simulated.

    Attributes
    ----------
    study
        Samples and outcomes.
    lines
        The scorecard.
    small_samples
        Share of samples of 337 companies that show a pattern, by id of the pattern.
    """

    study: Study
    lines: tuple[Line, ...]
    small_samples: dict[str, float]


def run_study(
    companies: int = ENOUGH,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> StudyRun:
    """Run the virtual study.

    Parameters
    ----------
    companies
        Number of virtual companies, at least 337. Below 5,000, P1 is reported but not judged reliably.
    seed
        Of the virtual companies.
    threads
        Worker threads; they do not affect results.
    progress
        Called with the step and the share that is done.

    Raises
    ------
    BadInputError
        For too few or too many companies.
    """
    least = evidence.COMPANIES
    if not least <= companies <= MOST:
        raise BadInputError("bounds", key="companies", value=companies, allowed=between(least, MOST))
    tell = progress or (lambda _name, _share: None)
    laboratory = Laboratory(Model.changed(), seed=seed)
    if threads is not None:
        laboratory = replace(laboratory, threads=threads)
    steps = 1 + len(PATTERNS) + 1
    tell("sample", 0.0)
    sample, found = simulated_sample(laboratory, companies)
    study = Study(laboratory, sample, found, UNCOMMON * companies, PER_CONDITION, spread=SPREAD * PER_CONDITION)
    lines = []
    for k, (name, pattern) in enumerate(PATTERNS.items()):
        tell(name, (1 + k) / steps)
        lines.append(pattern(study))
    tell("resampling", (steps - 1) / steps)
    small = _small_samples(study)
    tell("done", 1.0)
    return StudyRun(study, tuple(lines), small)


def _small_samples(study: Study) -> dict[str, float]:
    """Return the share of samples of 337, industries as in E1, in which the patterns of the sample show."""
    rng = stream(study.laboratory.seed, Purpose.SAMPLE, 1)
    members = [np.flatnonzero(study.sample.industry == k) for k in range(len(evidence.industries()))]
    counts = [row.count for row in evidence.industries()]
    code, profit, open_ = (study.found[name] for name in ("type", "return_on_sales", "openness_to_change"))
    shows = dict.fromkeys(("P1", "P2", "P15"), 0)
    for _ in range(RESAMPLES):
        chosen = [
            rng.choice(group, count, replace=len(group) < count) for group, count in zip(members, counts, strict=True)
        ]
        tallies = [np.bincount(code[part].astype(np.intp), minlength=len(TYPES)) for part in chosen[:SIX_INDUSTRIES]]
        every = np.concatenate(chosen)
        tallies.append(np.bincount(code[every].astype(np.intp), minlength=len(TYPES)))
        shows["P1"] += all(tally[-1] > tally[:-1].max() for tally in tallies)
        if (tallies[-1] > 0).all():
            means = [profit[every][code[every] == k].mean() for k in range(len(TYPES))]
            shows["P2"] += means[PRO] == max(means) and means[-1] == min(means)
            shows["P15"] += open_[every][code[every] == PRO].mean() > open_[every][code[every] == len(TYPES) - 1].mean()
    return {name: float(count) / RESAMPLES for name, count in shows.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Studies:
    """The virtual study under every set of an ensemble.

    Attributes
    ----------
    lines
        The scorecard under each set, in the order of the patterns.
    types
        Shares of the coordination types, shape (sets, types).
    returns
        Mean return on sales of each type, shape (sets, types), as fractions of one; NaN where nobody is of a type.
    sizes
        Numbers of companies that it was judged on.
    """

    lines: tuple[tuple[Line, ...], ...]
    types: Floats
    returns: Floats
    sizes: Sizes


def run_studies(
    ensemble: Ensemble,
    sizes: Sizes,
    *,
    seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Studies:
    """Judge every set of an ensemble by the scorecard, with its own anchors, on the same virtual companies.

    Parameters
    ----------
    ensemble
        The sets.
    sizes
        Numbers of companies.
    seed
        Of the virtual companies.
    threads
        Worker threads; they do not affect results.
    progress
        Called with the number of sets done, after each.
    """
    lines, types, returns = [], [], []
    for k in range(len(ensemble)):
        laboratory = ensemble.laboratory(k, seed, founded=SHARED, threads=threads or os.cpu_count() or 1)
        study = study_of(laboratory, sizes, anchored=True)
        # Figures fill the memory with what nobody will look at.
        lines.append(tuple(replace(pattern(study), figures={}) for pattern in PATTERNS.values()))
        code = study.found["type"]
        types.append([float((code == kind).mean()) for kind in range(len(TYPES))])
        returns.append(mean_by_type(code, study.found["return_on_sales"]))
        if progress is not None:
            progress(k + 1)
    return Studies(tuple(lines), np.array(types), np.array(returns), sizes)


__all__ = ["ENOUGH", "RESAMPLES", "Studies", "StudyRun", "run_studies", "run_study"]
