"""Findings of the validation: patterns on unseen companies, predictions, and the mechanisms that each pattern needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.files import read_json
from analysis.stats.intervals import share_interval
from analysis.stats.robustness import Conclusion
from analysis.validation.runs import FEWEST, Judged, LeftOut
from experiments.as_json import json_text
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.verdict import Sizes
from experiments.ensemble import Ensemble
from experiments.files import write_tables
from experiments.scorecard import catalogue

ENOUGH: Final = 0.95
"""Share of the ensemble in which a pattern has to hold on unseen companies."""
PREDICTED: Final = 0.8
"""Share of the sets calibrated without a pattern in which it has to hold to count as a prediction (assumption)."""
NEEDED: Final = 0.5
"""A pattern needs a mechanism without which it holds in less than this share of the sets (assumption)."""
FILE: Final = "report.json"
_ALL: Final = "all"
"""Key of the share with all mechanisms switched on."""
_NEEDED: Final = (
    *("sets", "families", "ensemble", "fingerprint", "seed", "companies", "companies_per_condition"),
    *("patterns", "coefficients", "predictions", "mechanisms"),
)


@dataclass(frozen=True, slots=True, eq=False)
class ValidationFindings:
    """Findings of the validation.

    Attributes
    ----------
    sets, families
        Number of parameter sets that were judged, and of their clusters.
    ensemble, fingerprint
        Facts and fingerprint of the ensemble of which they are the first.
    seed, companies, companies_per_condition
        Of companies that calibration never saw.
    patterns
        A row per pattern: kind of ``support``, whether it holds in the ``default``, the ``share`` of sets in which it
        holds with an interval that counts clusters (``low``, ``high``;
        :class:`analysis.stats.robustness.Conclusion`), its ``weakest_part`` and that part's ``median_margin``.
    coefficients
        A row per coefficient, the one that the patterns narrow down most first: its ``default``, the middle 90% of the
        ensemble (``p05``, ``p95``), its bounds (``low``, ``high``), and its ``spread`` in the ensemble as a share of
        that under its prior.
    predictions
        A row per pattern left out: sets ``proposed``, ``accepted`` and their ``effective`` number, the ``share`` in
        which it holds with Wilson's 95% interval for that number, the share ``prior`` among sets drawn from the priors,
        and the ``verdict``: ``prediction``, ``fit``, ``any`` (it holds whatever the coefficients) or ``unknown`` (too
        few sets). The share itself decides and not its interval. Empty if no calibration was at hand.
    mechanisms
        By mechanism that is switched off, and by pattern, the share of sets in which it holds; under ``all`` with all
        of them.
    """

    sets: int
    families: int
    ensemble: Mapping[str, Any]
    fingerprint: str
    seed: int
    companies: int
    companies_per_condition: int
    patterns: pd.DataFrame
    coefficients: pd.DataFrame
    predictions: pd.DataFrame
    mechanisms: dict[str, dict[str, float]]

    @property
    def failing(self) -> list[str]:
        """Patterns that hold in too small a share of the ensemble, or not in the default."""
        rows = self.patterns
        return [str(name) for name in rows.loc[(rows["share"] < ENOUGH) | ~rows["default"].astype(bool), "pattern"]]

    @property
    def switched(self) -> list[str]:
        """Mechanisms that were switched off."""
        return [name for name in self.mechanisms if name != _ALL]

    @property
    def idle(self) -> list[str]:
        """Mechanisms that no pattern needs; a mechanism without which a pattern fails that cannot be judged is none."""
        used = {name for pattern in self.patterns["pattern"] for name in self._fails_without(pattern)}
        return [name for name in self.switched if name not in used]

    def needed(self, pattern: str) -> list[str]:
        """Return the mechanisms that a pattern needs; none if it holds in too few sets with all of them to tell."""
        return self._fails_without(pattern) if self.holds_with_all(pattern) else []

    def holds_with_all(self, pattern: str) -> bool:
        """Return whether a pattern holds in enough of the sets with all mechanisms switched on."""
        return self.mechanisms.get(_ALL, {}).get(pattern, 0.0) >= ENOUGH

    def _fails_without(self, pattern: str) -> list[str]:
        return [name for name in self.switched if self.mechanisms[name][pattern] < NEEDED]

    def to_json(self) -> dict[str, Any]:
        """Return everything in JSON's types."""
        return {
            "sets": self.sets,
            "families": self.families,
            "ensemble": dict(self.ensemble),
            "fingerprint": self.fingerprint,
            "seed": self.seed,
            "companies": self.companies,
            "companies_per_condition": self.companies_per_condition,
            "patterns": records(self.patterns),
            "coefficients": records(self.coefficients),
            "predictions": records(self.predictions),
            "mechanisms": self.mechanisms,
            "failing": self.failing,
            "idle_mechanisms": self.idle,
        }

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name."""
        frame = pd.DataFrame.from_dict(self.mechanisms, orient="index", columns=list(catalogue()))
        found = {
            "patterns": self.patterns,
            "coefficients": self.coefficients,
            "mechanisms": frame.rename_axis("mechanism").reset_index(),
        }
        return found if self.predictions.empty else {**found, "predictions": self.predictions}

    def save(self, folder: Path) -> None:
        """Write ``report.json`` and tables as CSV into an existing folder."""
        (folder / FILE).write_text(json_text(self.to_json()), encoding="utf-8", newline="\n")
        write_tables(folder, self.tables())

    @classmethod
    def load(cls, folder: Path) -> ValidationFindings:
        """Read findings from a folder.

        Raises
        ------
        BadInputError
            If a file is missing or damaged.
        """
        found = read_json(folder / FILE, *_NEEDED)
        frames = {name: _frame(found[name]) for name in ("patterns", "coefficients", "predictions")}
        return cls(**{**{name: found[name] for name in _NEEDED}, **frames})


def validation_findings(
    ensemble: Ensemble,
    whole: Ensemble,
    unseen: Judged,
    *,
    seed: int,
    sizes: Sizes,
    switched: Mapping[str, Judged] | None = None,
    left_out: Sequence[LeftOut] = (),
    prior: Judged | None = None,
) -> ValidationFindings:
    """Return the findings of a validation.

    Parameters
    ----------
    ensemble, whole
        The sets that were judged, and the ensemble of which they are the first.
    unseen
        All sets on companies that calibration never saw, with their stored anchors.
    seed, sizes
        Of these companies.
    switched
        Some sets with nothing (empty string) and with each mechanism switched off.
    left_out
        Results for patterns that were not asked for; empty if no calibration was at hand.
    prior
        Sets drawn from the priors; None if no calibration was at hand.
    """
    shares = {
        name or _ALL: {pattern: float(judged.holds(pattern).mean()) for pattern in catalogue()}
        for name, judged in (switched or {}).items()
    }
    return ValidationFindings(
        sets=len(ensemble),
        families=ensemble.relatives,
        ensemble=dict(whole.facts),
        fingerprint=whole.fingerprint,
        seed=seed,
        companies=sizes.companies,
        companies_per_condition=sizes.per_condition,
        patterns=_patterns(ensemble, unseen),
        coefficients=_coefficients(whole),
        predictions=_predictions(left_out, prior),
        mechanisms=shares,
    )


def _patterns(ensemble: Ensemble, unseen: Judged) -> pd.DataFrame:
    rows = []
    for pattern, about in catalogue().items():
        part, margin = unseen.weakest(pattern)
        conclusion = Conclusion(unseen.holds(pattern), unseen.margin(pattern)).under(ensemble)
        low, high = conclusion.interval
        rows.append(
            {
                "pattern": pattern,
                "support": about["support"],
                "default": conclusion.default_holds,
                "share": conclusion.share,
                "low": low,
                "high": high,
                "weakest_part": part,
                "median_margin": margin,
            }
        )
    return pd.DataFrame(rows)


def _coefficients(whole: Ensemble) -> pd.DataFrame:
    priors = coefficient_priors()
    low, high = np.quantile(whole.values, (0.05, 0.95), axis=0)
    frame = pd.DataFrame(
        {
            "coefficient": whole.names,
            "default": whole.values[0],
            "p05": low,
            "p95": high,
            "low": priors.low,
            "high": priors.high,
            "spread": priors.places(whole.values).std(axis=0) / priors.std,
        }
    )
    return frame.sort_values("spread", kind="stable", ignore_index=True)


def _predictions(left_out: Sequence[LeftOut], prior: Judged | None) -> pd.DataFrame:
    rows = []
    for found in left_out:
        under_priors = float("nan") if prior is None else float(prior.holds(found.pattern).mean())
        told = found.effective >= FEWEST
        if under_priors >= ENOUGH and not (told and found.share < PREDICTED):
            verdict = "any"
        elif not told:
            verdict = "unknown"
        else:
            verdict = "prediction" if found.share >= PREDICTED else "fit"
        worth = found.effective
        low, high = share_interval(found.share * worth, worth) if worth else (float("nan"), float("nan"))
        rows.append(
            {
                "pattern": found.pattern,
                "proposed": found.proposed,
                "accepted": found.accepted,
                "effective": found.effective,
                "share": found.share,
                "low": low,
                "high": high,
                "prior": under_priors,
                "verdict": verdict,
            }
        )
    return pd.DataFrame(rows)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table in JSON's types; numbers that are not known become None."""
    return [
        {str(name): None if isinstance(value, float) and np.isnan(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a table from rows in JSON's types; None stands for a number that is not known."""
    return pd.DataFrame([{name: np.nan if value is None else value for name, value in row.items()} for row in rows])


__all__ = ["ENOUGH", "FILE", "NEEDED", "PREDICTED", "ValidationFindings", "records", "validation_findings"]
