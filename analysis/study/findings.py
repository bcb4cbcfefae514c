"""Findings of the virtual study: the scorecard P1 to P19, and tables of the model beside what the real study found.

Only orderings are evidence, except where a number survived.
"""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.files import read_json, read_table
from analysis.study.runs import ENOUGH, StudyRun
from analysis.study.tables import study_tables
from experiments.as_json import json_text, plain
from experiments.files import write_tables
from experiments.scorecard import WEEKS, Line, Study, catalogue, failure, part_support, part_text
from sim import evidence
from sim.outcomes import TYPES
from sim.parameters import PROVENANCES, parameters
from sim.version import __version__

FILE: Final = "study.json"
_NEEDED: Final = ("scorecard", "held", "lines", "companies", "weeks", "seed", "anchors", "versions")


@dataclass(frozen=True, slots=True, eq=False)
class StudyFindings:
    """Findings of the virtual study.

    Attributes
    ----------
    scorecard
        Per pattern: ``id``, whether it ``holds``, kind of ``support``, ``evidence``, ``parts`` with ``value``,
        ``bound`` and ``margin``, ``figures``, and the share of samples of 337 companies that show it.
    facts
        What is needed to repeat it: seed, sizes, versions, anchors, provenance of the parameters.
    frames
        Tables by id, with plain column names; their titles are in ``study.toml``.
    companies
        A row per company: industry, type, and the outcomes that figures show; None if it was not kept.
    ensemble
        The same over parameter sets (:func:`analysis.study.ensemble.over_sets`), or None.
    sets
        A row per parameter set (:func:`analysis.study.ensemble.sets_table`), or None.
    """

    scorecard: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]
    frames: Mapping[str, pd.DataFrame]
    companies: pd.DataFrame | None
    ensemble: Mapping[str, Any] | None = None
    sets: pd.DataFrame | None = None

    @property
    def held(self) -> int:
        """Number of patterns that hold."""
        return sum(line["holds"] for line in self.scorecard)

    @property
    def small_samples(self) -> dict[str, float]:
        """Share of samples of 337 companies that show a pattern, by id of the pattern."""
        shares = {line["id"]: line.get("share_of_samples_of_337") for line in self.scorecard}
        return {name: share for name, share in shares.items() if share is not None}

    @property
    def memory(self) -> Mapping[str, Any]:
        """Figures of the pattern P17."""
        return next(line["figures"] for line in self.scorecard if line["id"] == "P17")

    def to_json(self) -> dict[str, Any]:
        """Return everything but tables, in JSON's types."""
        over = {} if self.ensemble is None else {"ensemble": plain(self.ensemble)}
        return {**self._alone(), **over}

    def _alone(self) -> dict[str, Any]:
        """Return what ``study.json`` holds: the findings without an ensemble."""
        counts = {"held": self.held, "lines": len(self.scorecard)}
        return {"scorecard": list(self.scorecard), **counts, **self.facts}

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name."""
        return dict(self.frames)

    def save(self, folder: Path) -> None:
        """Write ``study.json`` and tables as CSV into an existing folder; with an ensemble, its two files as well."""
        (folder / FILE).write_text(json_text(self._alone()), encoding="utf-8", newline="\n")
        write_tables(folder, self.frames)
        if self.companies is not None:
            _write(self.companies, folder / "companies.csv")
        if self.ensemble is not None:
            (folder / "ensemble.json").write_text(json_text(self.ensemble), encoding="utf-8", newline="\n")
        if self.sets is not None:
            _write(self.sets, folder / "ensemble.csv")

    @classmethod
    def load(cls, folder: Path) -> StudyFindings:
        """Read findings from a folder.

        Raises
        ------
        BadInputError
            If a file is missing or damaged.
        """
        found = read_json(folder / FILE, *_NEEDED)
        facts = {key: value for key, value in found.items() if key not in ("scorecard", "held", "lines")}
        return cls(
            found["scorecard"],
            facts,
            {name: read_table(folder / "tables" / f"{name}.csv") for name in texts()["tables"]},
            read_table(folder / "companies.csv") if (folder / "companies.csv").is_file() else None,
            read_json(folder / "ensemble.json") if (folder / "ensemble.json").is_file() else None,
            read_table(folder / "ensemble.csv") if (folder / "ensemble.csv").is_file() else None,
        )


@cache
def texts() -> dict[str, Any]:
    """Return titles of tables, findings of the real study and names of columns, as pairs of English and German."""
    return tomllib.loads(files("analysis.study").joinpath("study.toml").read_text(encoding="utf-8"))


def study_findings(
    run: StudyRun, ensemble: Mapping[str, Any] | None = None, sets: pd.DataFrame | None = None
) -> StudyFindings:
    """Return the findings of a run.

    Parameters
    ----------
    run
        The virtual study.
    ensemble, sets
        As for :class:`StudyFindings`.
    """
    tables = study_tables(run.study, {line.id: line for line in run.lines})
    scorecard = plain([_line(line, run.small_samples.get(line.id)) for line in run.lines])
    return StudyFindings(scorecard, plain(_facts(run.study)), tables, companies_frame(run.study), ensemble, sets)


def _line(line: Line, small: float | None) -> dict[str, Any]:
    about = catalogue()[line.id]
    parts = [
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
    ]
    return {
        "id": line.id,
        "pattern": {"en": about["en"], "de": about["de"]},
        "holds": line.holds,
        "support": about["support"],
        "evidence": about["evidence"],
        "parts": parts,
        "figures": line.figures,
        "share_of_samples_of_337": small,
    }


def _facts(study: Study) -> dict[str, Any]:
    m, companies = study.laboratory.measurement, len(study.sample.industry)
    every = [parameter for group in parameters().values() for parameter in group.values()]
    return {
        "companies": companies,
        "weeks": WEEKS,
        "seed": study.laboratory.seed,
        "companies_per_condition": study.companies,
        "p1_judged_on_enough": companies >= ENOUGH,
        "anchors": {name: getattr(m, name) for name in ("quality_cut", "efficiency_cut", "cost_share")},
        "provenance": {kind: sum(p.provenance == kind for p in every) for kind in PROVENANCES},
        "versions": {name: version(name) for name in ("numpy", "numba", "scipy")}
        | {"handshake-sim": __version__, "python": platform.python_version()},
    }


def companies_frame(study: Study) -> pd.DataFrame:
    """Return a row per company: its industry, its type, and the outcomes that the figures show."""
    names = ("cooperation_quality", "coordination_efficiency", "return_on_sales")
    industries = [row.id for row in evidence.industries()]
    kinds = np.array(TYPES)[study.found["type"].astype(np.intp)]
    industry = np.array(industries)[study.sample.industry]
    return pd.DataFrame({"industry": industry, "type": kinds, **{name: study.found[name] for name in names}})


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")


__all__ = ["FILE", "StudyFindings", "companies_frame", "study_findings", "texts"]
