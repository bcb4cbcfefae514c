"""The section of VALIDATION.md on simulation-based calibration, which checks the inference on known truths."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from analysis.page.markdown import markdown
from analysis.validation.coverage import INFORMED, LEVELS, NAMES, CoverageFindings
from experiments.calibration.inquiry import Inquiry

_SHOWN: Final = 10
"""Most coefficients in the table."""
_ALSO: Final = {
    "procedure": "the procedure",
    "unweighted": "without weights",
    "emulated": "without simulations",
}


TITLE = "Does the procedure cover a known truth?"


def nothing_ranked(inquiry: Inquiry) -> str:
    """Return the section for a check in which no truth was ranked."""
    return (
        f"## {TITLE}\n\nNothing can be said: for none of {inquiry.truths} parameter sets drawn from the priors were at "
        f"least {inquiry.fewest} sets accepted.\n"
    )


def coverage_section(found: CoverageFindings, level: int = 2) -> str:
    """Return findings as a section in English, with headings from ``level`` on."""
    how = found.inquiry
    truths = found.truths[found.truths["ranked"]]
    few = len(found.truths) - found.ranked
    failing = found.failing
    verdict = (
        "No deviation from uniform ranks was found."
        if not failing
        else f"**The ranks are not uniform** of: {', '.join(failing)}."
    )
    margins = int((found.quantities["group"] == "margins").sum())
    lines = [
        f"{'#' * level} {TITLE}",
        f"{how.truths} parameter sets were drawn from the priors of all coefficients, and the model gave the data of "
        f"each: {margins} margins on {how.sizes.companies} virtual companies, with an error that is uniform within "
        f"±{how.width:g} standard deviations. From these the coefficients were inferred as a calibration without "
        "`--near` does, but at the emulated chance itself and not a power of it, and without a second sample: "
        f"{how.first} sets from the priors, emulators, and up to {how.waves} waves of {how.later} proposed sets "
        "per truth, of which only those simulated within the error were accepted. If the procedure is right, the rank "
        f"of a truth among {how.draws} draws is uniform.",
        f"{verdict} {found.ranked} truths were ranked, with {truths['accepted'].median():.0f} accepted sets in the "
        f"median, worth {truths['effective'].median():.0f} (a tenth of the truths: at most "
        f"{truths['effective'].quantile(0.1):.0f}). {few} more had fewer than {how.fewest} accepted sets, and "
        f"{found.without_data} gave no data. Data alone decide on both, so that the ranks of the others stay uniform; "
        "of the truths left out nothing is known.",
        _tests(found),
        "Two errors were made on purpose: one forgets the weights, the other takes proposed sets for accepted. Whether "
        "they are noticed says what the check is worth. p tests whether truths and draws are exchangeable; coverage "
        "has its standard error over truths.",
        _informed(found),
        "It is the inference that is checked here, not the model: truth and draws come from the same model on the same "
        "companies. Nor does it tell of sets that were sought near others, whose chance nobody knows.",
    ]
    return "\n\n".join(lines) + "\n"


def _tests(found: CoverageFindings) -> str:
    levels = [f"{100.0 * each:.0f}" for each in LEVELS]
    rows = [
        [
            NAMES[row["group"]],
            row["quantities"],
            _ALSO[row["kind"]],
            f"{row['p']:.3f}",
            *(f"{100.0 * row[f'covered_{n}']:.1f}{_error(row[f'error_{n}'])}" for n in levels),
        ]
        for row in found.tests.to_dict("records")
    ]
    return markdown(["ranks of", "number", "drawn", "p", *(f"in central {n}%" for n in levels)], rows).rstrip()


def _error(share: float) -> str:
    return "" if np.isnan(share) else f" ± {100.0 * share:.1f}"


def _informed(found: CoverageFindings) -> str:
    own = found.quantities[found.quantities["group"] == "coefficients"]
    informed = own[own["spread"] < INFORMED].sort_values("spread")
    shown = pd.concat([informed.head(_SHOWN), found.quantities[found.quantities["group"] == "margins"]])
    rows = [
        [
            f"`{row['quantity']}`",
            "" if np.isnan(row["spread"]) else f"{row['spread']:.2f}",
            f"{row['rank']:.2f}",
            f"{row['ks']:.3f}",
            f"{row['chi_square']:.3f}",
            f"{100.0 * row['covered_80']:.0f}",
        ]
        for row in shown.to_dict("records")
    ]
    head = (
        f"Of {len(own)} coefficients the data inform {len(informed)}: they leave less than {100.0 * INFORMED:.0f}% of "
    )
    head += "the prior standard deviation. For the others a uniform rank is no achievement."
    worst = found.quantities.sort_values("holm", kind="stable").iloc[0]
    tail = f"The least p after Holm's correction over {2 * len(found.quantities)} tests is {worst['holm']:.3f} "
    tail += f"(`{worst['quantity']}`)."
    names = ["quantity", "spread left", "mean rank", "p (KS)", "p (chi-square)", "in central 80%"]
    return f"{head}\n\n{markdown(names, rows).rstrip()}\n\n{tail}"


__all__ = ["TITLE", "coverage_section", "nothing_ranked"]
