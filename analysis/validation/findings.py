"""The validation report: which patterns hold on unseen companies, which are predictions, and what each one needs.

Everything here is computed from sweeps that :mod:`analysis.validation.runs` runs; the page that comes of it,
``docs/VALIDATION.md``, is written by ``handshake validate`` and by nobody's hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.scenario.findings import share_interval
from analysis.stats.robustness import Conclusion
from analysis.validation.runs import FEWEST, Judged, LeftOut, mechanisms
from experiments.calibration.priors import coefficient_priors
from experiments.calibration.verdict import SAMPLING_ERRORS, Sizes
from experiments.ensemble import Ensemble
from experiments.scorecard import catalogue, part_text
from sim.parameters import parameters

ENOUGH: Final = 0.95
"""Share of the ensemble in which a pattern has to hold on unseen companies."""
PREDICTED: Final = 0.8
"""Share of the sets calibrated without a pattern in which it has to hold to count as a prediction (assumption)."""
NEEDED: Final = 0.5
"""A pattern needs a mechanism without which it holds in less than this share of the sets (assumption)."""
SHOWN: Final = 15
"""Coefficients that the page shows, of those that the patterns narrow down most."""


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """What the validation found.

    Attributes
    ----------
    ensemble
        The sets that were judged.
    whole
        The ensemble of which they are the first.
    seed, sizes
        Companies that calibration never saw.
    unseen
        All sets on them, with their stored anchors.
    switched
        Some sets with nothing (empty text) and with each mechanism switched off.
    left_out
        What became of patterns that were not asked for; empty if no calibration was at hand.
    prior
        Sets drawn from the priors; None if no calibration was at hand.
    sections
        Further sections of the page, in Markdown.
    """

    ensemble: Ensemble
    whole: Ensemble
    seed: int
    sizes: Sizes
    unseen: Judged
    switched: Mapping[str, Judged] = field(default_factory=dict)
    left_out: Sequence[LeftOut] = ()
    prior: Judged | None = None
    sections: Sequence[str] = ()

    @property
    def patterns(self) -> pd.DataFrame:
        """A row per pattern.

        Kind of support, whether it holds in the default, in which share of the ensemble, with an interval that counts
        families of sets (:class:`analysis.stats.robustness.Conclusion`), and its weakest part with the part's median
        margin.
        """
        rows = []
        for pattern, about in catalogue().items():
            part, margin = self.unseen.weakest(pattern)
            conclusion = Conclusion(self.unseen.holds(pattern), self.unseen.margin(pattern)).under(self.ensemble)
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

    @property
    def predictions(self) -> pd.DataFrame:
        """A row per pattern left out.

        Sets proposed and accepted, the share in which it holds with Wilson's 95% interval for as many sets as they are
        worth, that among the sets drawn from the priors, and what this makes it: ``prediction``, ``fit``, ``any`` (it
        holds whatever the coefficients) or ``unknown`` (too few sets). The share itself decides and not its interval.
        """
        rows = []
        for found in self.left_out:
            prior = float("nan") if self.prior is None else float(self.prior.holds(found.pattern).mean())
            told = found.effective >= FEWEST
            if prior >= ENOUGH and not (told and found.share < PREDICTED):
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
                    "prior": prior,
                    "verdict": verdict,
                }
            )
        return pd.DataFrame(rows)

    @property
    def needs(self) -> pd.DataFrame:
        """Share of sets in which each pattern (column) holds with a mechanism (row) switched off.

        The first row: with all of them.
        """
        return pd.DataFrame.from_dict(self._shares, orient="index", columns=list(catalogue()))

    @property
    def _shares(self) -> dict[str, dict[str, float]]:
        return {
            name or "all": {pattern: float(judged.holds(pattern).mean()) for pattern in catalogue()}
            for name, judged in self.switched.items()
        }

    def needed(self, pattern: str) -> list[str]:
        """Return the mechanisms that a pattern needs; none if it is too weak with all of them to tell."""
        return needed(self._shares, pattern)

    def holds_with_all(self, pattern: str) -> bool:
        """Return whether a pattern holds in enough of the sets on which mechanisms are tried, with all of them on."""
        return _with_all(self._shares, pattern)

    @property
    def learned(self) -> pd.DataFrame:
        """A row per coefficient, the one that the patterns narrow down most first.

        Its default, the middle 90% of the ensemble, its bounds, and its spread in the ensemble as a share of that
        under its prior.
        """
        priors, ensemble = coefficient_priors(), self.whole
        low, high = np.quantile(ensemble.values, (0.05, 0.95), axis=0)
        frame = pd.DataFrame(
            {
                "coefficient": ensemble.names,
                "default": ensemble.values[0],
                "p05": low,
                "p95": high,
                "low": priors.low,
                "high": priors.high,
                "spread": priors.places(ensemble.values).std(axis=0) / priors.std,
            }
        )
        return frame.sort_values("spread", kind="stable", ignore_index=True)

    @property
    def idle(self) -> list[str]:
        """Mechanisms that no pattern needs; those without which one that cannot be judged fails are not among them."""
        shares = self._shares
        used = {name for pattern in catalogue() for name in _fails_without(shares, pattern)}
        return [name for name in self.switched if name and name not in used]

    @property
    def failing(self) -> list[str]:
        """Patterns that hold in too small a share of the ensemble, or not in the default."""
        rows = self.patterns
        return rows.loc[(rows["share"] < ENOUGH) | ~rows["default"], "pattern"].tolist()

    def to_json(self) -> dict[str, Any]:
        """Return all tables in JSON's types."""
        return {
            "sets": len(self.ensemble),
            "families": self.ensemble.relatives,
            "ensemble": dict(self.whole.facts),
            "fingerprint": self.whole.fingerprint,
            "seed": self.seed,
            "companies": self.sizes.companies,
            "companies_per_condition": self.sizes.per_condition,
            "patterns": _records(self.patterns),
            "coefficients": _records(self.learned),
            "predictions": _records(self.predictions),
            "mechanisms": self._shares,
            "failing": self.failing,
            "idle_mechanisms": self.idle,
        }

    def to_markdown(self) -> str:
        """Return the page."""
        environment = Environment(
            loader=PackageLoader("analysis.validation", "."),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            # Markdown, and nothing in it comes from a user.
            autoescape=False,
        )
        environment.filters |= {"percent": _percent, "part": _part}
        shares = self._shares
        return environment.get_template("validation.md").render(
            found=self,
            facts=self.whole.facts,
            procedure=self.whole.facts.get("procedure", {}),
            asked=[
                name for name in catalogue() if name not in self.whole.facts.get("procedure", {}).get("without", [])
            ],
            null_sizes=Sizes(),
            catalogue=catalogue(),
            mechanisms=mechanisms(),
            patterns=_records(self.patterns),
            predictions=_records(self.predictions),
            learned=_records(self.learned),
            labels={name: parameter.en for name, parameter in parameters()["coefficient"].items()},
            shown=SHOWN,
            needs=shares,
            sets=len(next(iter(self.switched.values())).stopped) if self.switched else 0,
            enough=ENOUGH,
            predicted=PREDICTED,
            fewest=f"{FEWEST:g}",
            bound=NEEDED,
            needed={pattern: needed(shares, pattern) for pattern in catalogue()},
            # By what its own calibration asked, which may have been an earlier one.
            sampling_errors=self.whole.facts.get("sampling_errors", SAMPLING_ERRORS),
        )


def needed(shares: Mapping[str, Mapping[str, float]], pattern: str) -> list[str]:
    """Return the mechanisms that a pattern needs; none if it holds in too few sets with all of them to tell.

    Parameters
    ----------
    shares
        By mechanism that is switched off, and by pattern, the share of sets in which it holds; ``all``: with all of
        them.
        As in :attr:`Validation.needs` and the report's JSON.
    pattern
        Which one.
    """
    return _fails_without(shares, pattern) if _with_all(shares, pattern) else []


def _with_all(shares: Mapping[str, Mapping[str, float]], pattern: str) -> bool:
    return shares.get("all", {}).get(pattern, 0.0) >= ENOUGH


def _fails_without(shares: Mapping[str, Mapping[str, float]], pattern: str) -> list[str]:
    return [name for name, row in shares.items() if name != "all" and row[pattern] < NEEDED]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100.0 * share:.0f}%"


def _part(part: str) -> str:
    pattern, _, name = part.partition(".")
    return part_text(pattern, name, "en")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): None if isinstance(value, float) and np.isnan(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


__all__ = ["ENOUGH", "NEEDED", "Validation", "needed"]
