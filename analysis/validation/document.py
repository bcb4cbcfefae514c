"""The validation as a document in Markdown and English, docs/VALIDATION.md; only ``handshake validate`` writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.validation.findings import ENOUGH, NEEDED, PREDICTED, ValidationFindings, records
from analysis.validation.runs import FEWEST, mechanisms
from experiments.calibration.verdict import SAMPLING_ERRORS, Sizes
from experiments.ensemble import Ensemble
from experiments.scorecard import catalogue, part_text
from sim.parameters import parameters

NAME: Final = "VALIDATION.md"
SHOWN: Final = 15
"""Number of coefficients shown, of those that the patterns narrow down most."""


def validation_document(
    found: ValidationFindings, whole: Ensemble, *, nulls: int = 0, priors: int = 0, sections: Sequence[str] = ()
) -> str:
    """Return the document.

    Parameters
    ----------
    found
        The findings.
    whole
        The ensemble, of which the sets that were judged are the first.
    nulls, priors
        Number of sets on which mechanisms were switched off, and of sets drawn from the priors.
    sections
        Further sections in Markdown.
    """
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
    facts = found.ensemble
    procedure = facts.get("procedure", {})
    return environment.get_template("document.md").render(
        found=found,
        whole=whole,
        facts=facts,
        procedure=procedure,
        asked=[name for name in catalogue() if name not in procedure.get("without", [])],
        null_sizes=Sizes(),
        catalogue=catalogue(),
        mechanisms=mechanisms(),
        patterns=records(found.patterns),
        predictions=records(found.predictions),
        learned=records(found.coefficients),
        labels={name: parameter.en for name, parameter in parameters()["coefficient"].items()},
        shown=SHOWN,
        needs=found.mechanisms,
        nulls=nulls,
        priors=priors,
        sections=sections,
        enough=ENOUGH,
        predicted=PREDICTED,
        fewest=f"{FEWEST:g}",
        bound=NEEDED,
        needed={pattern: found.needed(pattern) for pattern in catalogue()},
        # That of its own calibration, which may have been an earlier one.
        sampling_errors=facts.get("sampling_errors", SAMPLING_ERRORS),
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100.0 * share:.0f}%"


def _part(part: str) -> str:
    pattern, _, name = part.partition(".")
    return part_text(pattern, name, "en")


__all__ = ["NAME", "validation_document"]
