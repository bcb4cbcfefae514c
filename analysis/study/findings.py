"""The virtual study: companies like the real sample's, two years, a survey, and the scorecard P1 to P19.

What the study found stands beside what the model gives. Only orderings are evidence, except where a number survived.
"""

from __future__ import annotations

import json
import math
import platform
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.study.tables import study_tables
from experiments.laboratory import Laboratory
from experiments.patterns import PATTERNS
from experiments.patterns.sample import SIX_INDUSTRIES
from experiments.scorecard import (
    PER_CONDITION,
    PRO,
    SPREAD,
    UNCOMMON,
    WEEKS,
    Line,
    Study,
    catalogue,
    failure,
    part_support,
    part_text,
    simulated_sample,
)
from sim import evidence
from sim import parameters as pm
from sim.draws import Purpose, stream
from sim.errors import BadInputError, between
from sim.outcomes import TYPES
from sim.version import __version__

Floats = NDArray[np.float64]
Language = Literal["en", "de"]

ENOUGH: Final = 5000
"""Companies from which on P1 is judged; fewer leave too few per industry and type (docs/ODD.md, section 1)."""
RESAMPLES: Final = 1000
"""Samples of 337 drawn from the virtual companies, to show what a sample of the study's size would show."""


@dataclass(frozen=True, slots=True, eq=False)
class StudyReport:
    """What the virtual study gave.

    Attributes
    ----------
    lines
        The scorecard.
    tables
        Tables by id, with plain column names; titles and labels are in ``study.toml``.
    study
        Samples and outcomes, for figures.
    small_samples
        Share of samples of 337 companies that show a pattern, by id of the pattern.
    facts
        What it takes to make it again: seed, sizes, versions, anchors, provenance of the parameters.
    """

    lines: tuple[Line, ...]
    tables: dict[str, pd.DataFrame]
    study: Study
    small_samples: dict[str, float]
    facts: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the scorecard and the facts for ``study.json``: every line with its figures and kind of support."""
        rows = []
        for line in self.lines:
            about = catalogue()[line.id]
            rows.append(
                {
                    "id": line.id,
                    "pattern": {"en": about["en"], "de": about["de"]},
                    "holds": line.holds,
                    "support": about["support"],
                    "evidence": about["evidence"],
                    "parts": [
                        {
                            "name": part.name,
                            "says": {language: part_text(line.id, part.name, language) for language in ("en", "de")},
                            "value": part.value,
                            "bound": part.bound,
                            "bound_from": about["parts"][part.name.partition("/")[0]]["bound"],
                            "margin": part.margin,
                            "holds": part.margin >= 0.0,
                            "why_not": failure(line.id, part),
                            "support": part_support(line.id, part.name),
                        }
                        for part in line.parts
                    ],
                    "figures": line.figures,
                    "share_of_samples_of_337": self.small_samples.get(line.id),
                }
            )
        document = {
            "scorecard": rows,
            "held": sum(line.holds for line in self.lines),
            "lines": len(self.lines),
            **self.facts,
        }
        cleaned: dict[str, Any] = _without_nan(document)
        return cleaned


@cache
def texts() -> dict[str, Any]:
    """Return titles, findings and labels in English and German."""
    return tomllib.loads(files("analysis.study").joinpath("study.toml").read_text(encoding="utf-8"))


def run_study(
    companies: int = ENOUGH,
    seed: int = 1,
    *,
    threads: int | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> StudyReport:
    """Run the virtual study.

    Parameters
    ----------
    companies
        Virtual companies, at least 337. Below 5,000 P1 is reported, but not judged reliably.
    seed
        Which virtual companies.
    threads
        Worker threads; without influence on the results.
    progress
        Told what is being done, and the share that is done.

    Raises
    ------
    BadInputError
        For too few or too many companies.
    """
    least = evidence.COMPANIES
    if not least <= companies <= 1_000_000:
        raise BadInputError("bounds", key="companies", value=companies, allowed=between(least, 1_000_000))
    tell = progress or (lambda _name, _share: None)
    laboratory = Laboratory(pm.Model.changed(), seed=seed)
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
    tables = study_tables(study, {line.id: line for line in lines})
    tell("done", 1.0)
    return StudyReport(tuple(lines), tables, study, small, _facts(study, companies))


def _small_samples(study: Study) -> dict[str, float]:
    """Return in which share of samples of 337, industries as in E1, the patterns of the sample show."""
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


# --- writing --------------------------------------------------------------------------------------------------------


def _facts(study: Study, companies: int) -> dict[str, Any]:
    m = study.laboratory.measurement
    every = [parameter for group in pm.parameters().values() for parameter in group.values()]
    return {
        "companies": companies,
        "weeks": WEEKS,
        "seed": study.laboratory.seed,
        "companies_per_condition": study.companies,
        "p1_judged_on_enough": companies >= ENOUGH,
        "anchors": {name: getattr(m, name) for name in ("quality_cut", "efficiency_cut", "cost_share")},
        "provenance": {kind: sum(p.provenance == kind for p in every) for kind in pm.PROVENANCES},
        "versions": {name: version(name) for name in ("numpy", "numba", "scipy")}
        | {"handshake-sim": __version__, "python": platform.python_version()},
    }


def _without_nan(value: Any) -> Any:
    """Return plain JSON: no NaN, no NumPy numbers."""
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        return float(value) if math.isfinite(value) else None
    return value


def companies_frame(study: Study) -> pd.DataFrame:
    """Return a row per company: its industry, its type, and the outcomes that the figures show."""
    names = ("cooperation_quality", "coordination_efficiency", "return_on_sales")
    industries = [row.id for row in evidence.industries()]
    kinds = np.array(TYPES)[study.found["type"].astype(np.intp)]
    industry = np.array(industries)[study.sample.industry]
    return pd.DataFrame({"industry": industry, "type": kinds, **{name: study.found[name] for name in names}})


def write_study(report: StudyReport, folder: Path) -> None:
    """Write ``study.json``, the companies and the tables as CSV into an existing folder."""
    text = json.dumps(report.to_json(), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "study.json").write_text(text + "\n", encoding="utf-8")
    companies_frame(report.study).to_csv(folder / "companies.csv", index=False, float_format="%.6g")
    (folder / "tables").mkdir()
    for name, table in report.tables.items():
        table.to_csv(folder / "tables" / f"{name}.csv", index=False, float_format="%.6g")
