"""Which assumption decides which conclusion: the findings of a sensitivity analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.files import read_json, save_findings
from analysis.sensitivity.estimates import (
    DECIDES,
    NO_EFFECTS,
    NO_PAIRS,
    Basis,
    Sample,
    screened,
    sobol_tables,
    spreads,
)
from analysis.sensitivity.runs import Case, design_facts, factor_facts
from sim.version import __version__

_FACTS: Final = ("scenario", "levers", "method", "companies", "weeks", "seed", "version")
_LIMITS: Final = ("values", "low", "high")


@dataclass(frozen=True, eq=False)
class SensitivityFindings:
    """What a sensitivity analysis found.

    Frames have a column ``conclusion`` and are empty if their design was not run.

    Attributes
    ----------
    scenario
        Its name; a preset's id.
    levers
        ``scenario`` if its own levers are judged, ``success_factors`` if it has none and the 15 success factors are.
    method
        ``morris``, ``sobol`` or ``both``.
    companies, weeks, seed, version
        Companies per point, horizon, seed, and version of the model.
    designs
        For each design run its sizes, ``points``, ``runs`` and the targets of its ``factors``.
    factors
        For each target varied: ``name`` by language, ``unit``, ``default``, ``provenance`` and ``source`` (None for
        what is no parameter), and its limits: ``low`` and ``high``, or ``values``.
    points
        For each design (column ``design``) mean, spread and signs of the conclusions over its points, as in
        :func:`analysis.sensitivity.estimates.spreads`.
    morris
        Per factor ``mu``, ``mu_star`` with ``low`` and ``high``, ``sigma``, as in
        :func:`analysis.sensitivity.indices.morris_screening`; whether it ``decides``, and whether that is ``open``: the
        interval includes the threshold, so that more trajectories could tell.
    sobol
        Per factor ``first`` and ``total`` index, each with ``_low`` and ``_high``; ``decides`` and ``open`` by the
        total.
    pairs
        Per pair (``first``, ``second``) their second-order index: ``value``, ``low``, ``high``.
    """

    scenario: str
    levers: str
    method: str
    companies: int
    weeks: int
    seed: int
    version: str
    designs: Mapping[str, Mapping[str, Any]]
    factors: Mapping[str, Mapping[str, Any]]
    points: pd.DataFrame
    morris: pd.DataFrame
    sobol: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def conclusions(self) -> tuple[str, ...]:
        """The conclusions, in the order of the input."""
        return tuple(dict.fromkeys(self.points["conclusion"]))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables to save, by name."""
        return {**self._frames, "factors": self._factor_table()}

    def of(self, table: str, conclusion: str) -> pd.DataFrame:
        """Return the rows of a table for one conclusion."""
        found = self._parts[table].get(conclusion)
        return self._frames[table].drop(columns="conclusion")[:0] if found is None else found

    @property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return {"points": self.points, "morris": self.morris, "sobol": self.sobol, "pairs": self.pairs}

    @cached_property
    def _parts(self) -> dict[str, dict[str, pd.DataFrame]]:
        """The rows of all tables by conclusion."""
        return {
            name: {
                str(conclusion): rows.drop(columns="conclusion").reset_index(drop=True)
                for conclusion, rows in frame.groupby("conclusion", sort=False)
            }
            for name, frame in self._frames.items()
        }

    def spread(self, conclusion: str) -> dict[str, Any]:
        """Return mean, spread and signs of a conclusion in the design that varied most factors."""
        design = max(self.designs, key=lambda name: len(self.designs[name]["factors"]))
        frame = self.of("points", conclusion)
        return records(frame[frame["design"] == design])[0]

    def basis(self, conclusion: str) -> Basis | None:
        """Return which design tells what decides a conclusion: indices if they do, else the screening, or None."""
        order: tuple[Basis, ...] = ("sobol", "morris")
        return next((name for name in order if self.tells(name, conclusion)), None)

    def tells(self, design: Basis, conclusion: str) -> bool:
        """Return whether a design tells what decides a conclusion that varies.

        It does not if no factor clearly decides, but some may.
        """
        if design not in self.designs or self._constant(design, conclusion):
            return False
        frame = self.of(design, conclusion)
        return bool(frame["decides"].any() or not frame["open"].any())

    def constant(self, conclusion: str) -> bool:
        """Return whether a conclusion is the same at all points of all designs."""
        return all(self._constant(name, conclusion) for name in self.designs)

    def _constant(self, design: str, conclusion: str) -> bool:
        frame = self.of("points", conclusion)
        return bool(frame.loc[frame["design"] == design, "constant"].item())

    def deciding(self, conclusion: str) -> tuple[str, ...]:
        """Return what decides a conclusion, the most important first; nothing where that cannot be told."""
        name = self.basis(conclusion)
        if name is None:
            return ()
        frame = self.of(name, conclusion)
        strength = "total" if name == "sobol" else "mu_star"
        chosen = frame[frame["decides"]].sort_values(strength, ascending=False, kind="stable")
        return tuple(chosen["factor"])

    def decided(self) -> dict[str, tuple[str, ...]]:
        """Return the conclusions that each deciding factor decides; the factor that decides most comes first."""
        found: dict[str, list[str]] = {}
        for conclusion in self.conclusions:
            for factor in self.deciding(conclusion):
                found.setdefault(factor, []).append(conclusion)
        most = sorted(found, key=lambda factor: -len(found[factor]))
        return {factor: tuple(found[factor]) for factor in most}

    def untold(self) -> tuple[str, ...]:
        """Return the conclusions of which no design tells what decides them, although they vary."""
        return tuple(name for name in self.conclusions if self.basis(name) is None and not self.constant(name))

    def to_json(self) -> dict[str, Any]:
        """Return everything that is known, in JSON's types; it depends neither on the language nor on the machine."""
        decided = self.decided()
        return {
            **{name: getattr(self, name) for name in _FACTS},
            "designs": self.designs,
            "decides_above": dict(DECIDES),
            "factors": {
                target: {
                    **{key: value for key, value in about.items() if key not in _LIMITS},
                    "decides": list(decided.get(target, ())),
                    **{key: about[key] for key in _LIMITS if key in about},
                }
                for target, about in self.factors.items()
            },
            "conclusions": {conclusion: self._conclusion(conclusion) for conclusion in self.conclusions},
        }

    def _conclusion(self, conclusion: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "basis": self.basis(conclusion),
            "decided_by": list(self.deciding(conclusion)),
            "points": {row.pop("design"): row for row in records(self.of("points", conclusion))},
        }
        for name in self.designs:
            found[name] = {row.pop("factor"): row for row in records(self.of(name, conclusion))}
        if "sobol" in self.designs:
            found["pairs"] = records(self.of("pairs", conclusion)) if len(self.pairs) else None
        return found

    def save(self, folder: Path) -> None:
        """Write ``report.json`` and ``tables/`` into an existing folder."""
        save_findings(folder, self.to_json(), self.tables())

    @classmethod
    def load(cls, folder: Path) -> SensitivityFindings:
        """Return the findings that were saved into a folder.

        Raises
        ------
        BadInputError
            If ``report.json`` is missing or damaged.
        """
        found = read_json(folder / "report.json", *_FACTS, "designs", "factors", "conclusions")
        about = found["conclusions"]

        def effects(design: str) -> pd.DataFrame:
            rows = [
                {"conclusion": conclusion, "factor": factor, **row}
                for conclusion, of in about.items()
                for factor, row in of.get(design, {}).items()
            ]
            return pd.DataFrame(rows) if rows else NO_EFFECTS

        points = [
            {"design": name, "conclusion": conclusion, **of["points"][name]}
            for name in found["designs"]
            for conclusion, of in about.items()
        ]
        pairs = [{"conclusion": name, **row} for name, of in about.items() for row in of.get("pairs") or ()]
        return cls(
            **{name: found[name] for name in _FACTS},
            designs=found["designs"],
            factors={
                target: {key: value for key, value in factor.items() if key != "decides"}
                for target, factor in found["factors"].items()
            },
            points=pd.DataFrame(points),
            morris=effects("morris"),
            sobol=effects("sobol"),
            pairs=pd.DataFrame(pairs) if pairs else NO_PAIRS,
        )

    def _factor_table(self) -> pd.DataFrame:
        columns, decided = ("unit", "low", "high", "default", "provenance", "source"), self.decided()
        rows = [
            {
                "factor": target,
                **{f"name_{language}": name for language, name in about["name"].items()},
                **{column: about.get(column) for column in columns},
                "decides": "+".join(decided.get(target, ())),
            }
            for target, about in self.factors.items()
        ]
        return pd.DataFrame(rows)


def sensitivity_findings(
    case: Case, *, morris: Sample | None = None, sobol: Sample | None = None, confidence: float = 0.95
) -> SensitivityFindings:
    """Return what one or two designs say.

    Parameters
    ----------
    case
        The scenario with and without levers.
    morris
        A Morris design.
    sobol
        A Saltelli design.
    confidence
        Of the intervals, which say how far more points would move the numbers.

    Raises
    ------
    BadInputError
        If a conclusion is not finite somewhere.
    """
    samples: dict[Basis, Sample | None] = {"morris": morris, "sobol": sobol}
    given = {name: sample for name, sample in samples.items() if sample is not None}
    if not given:
        raise ValueError("there must be at least one design")
    first, *_ = plans = [sample.plan for sample in given.values()]
    indices, pairs = sobol_tables(sobol, confidence) if sobol else (NO_EFFECTS, NO_PAIRS)
    return SensitivityFindings(
        scenario=case.name,
        levers="scenario" if case.own else "success_factors",
        method="both" if len(given) > 1 else next(iter(given)),
        companies=first.companies,
        weeks=first.horizon,
        seed=first.seed,
        version=__version__,
        designs={name: design_facts(sample.plan) for name, sample in given.items()},
        factors={factor.target: factor_facts(factor) for factor in max((plan.space for plan in plans), key=len)},
        points=pd.concat([spreads(name, sample.values) for name, sample in given.items()], ignore_index=True),
        morris=screened(morris, confidence) if morris else NO_EFFECTS,
        sobol=indices,
        pairs=pairs,
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame by the names of its columns."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


__all__ = ["SensitivityFindings", "records", "sensitivity_findings"]
