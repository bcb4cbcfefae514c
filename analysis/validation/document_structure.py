"""The section of VALIDATION.md on other structures of the model."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from analysis.page.markdown import markdown
from analysis.validation.structure import StructureFindings
from analysis.validation.structure_judged import CONCLUSIONS, SIZES
from analysis.validation.structure_runs import STANDARD
from experiments.ensemble import ANCHORS
from sim.outcomes import TYPES

_DIGITS: Final = {
    "signs_quality": 0,
    "signs_return": 0,
    "order_of_types": 0,
    "bundle": 1,
    "teams": 3,
    "professionals": 3,
}
_WEEKS: Final = """\
Half and double weeks keep hours per person and calendar week, turn weekly rates, chances, autocorrelation, ramps,
start weeks and the window of the outcomes into those of a step, and count unread hours in units of a step. Exact are
the flows of hours, the market's autoregression at the steps, and the chance to leave. Not exact: mail waits for the
next step before it is read, so that people who keep up have one step's mail unread, and shorter steps make them read
more promptly; weekly rates compound as if nothing they are multiplied with moved within the step; a double week can
hold one escalation of a tie at most, where two weeks hold two; demand is that at the step, not its mean over it;
window, lag and clash fall on whole steps; and the draws are others, so that companies are compared within a week
length and not across.
"""


def structure_section(report: StructureFindings, level: int = 2) -> str:
    """Return findings as a section in English, with headings from ``level`` on."""
    facts, mark = report.facts, "#" * level
    sets = "one parameter set" if facts["sets"] == 1 else f"{facts['sets']} parameter sets"
    return "\n".join(
        [
            f"{mark} Sensitivity to structure\n",
            "Each variant changes how the model is built and no rule; the anchors are solved again for it. Judged "
            f"under {sets} on {facts['companies']} companies per controlled condition (fewer where companies are "
            f"large) and a sample of {facts['sample']} companies, seed {facts['seed']}.\n",
            *_summary(report),
            f"{mark}# Conclusions by variant\n",
            markdown(
                ("conclusion", "what it says", "number in the table"),
                ((f"`{name}`", text, SIZES[name]) for name, text in CONCLUSIONS.items()),
            ),
            _conclusions(report),
            *_turned(report),
            f"{mark}# Types and anchors by variant\n",
            _types(report),
            f"{mark}# Order of turns\n",
            *_order(report),
            f"{mark}# What week length cannot keep\n",
            _WEEKS,
        ]
    )


def _rows(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return a frame as plain rows by index."""
    return {str(name): {str(key): cell for key, cell in row.items()} for name, row in frame.to_dict("index").items()}


def _summary(report: StructureFindings) -> list[str]:
    held = report.held()
    lost = {name: column[column < 1.0] for name, column in held.items()}
    lines = []
    if everywhere := [CONCLUSIONS[str(name)] for name, column in lost.items() if column.empty]:
        lines.append(f"**Survives every variant:** {'; '.join(everywhere)}.\n")
    for name, column in lost.items():
        share_of = dict(zip(held.index, held[name].to_numpy(), strict=True))
        if share_of[STANDARD.id] <= 0.0:
            found = ", ".join(str(variant) for variant, share in share_of.items() if share > 0.0) or "none"
            lines.append(f"**Does not hold in the model as it is:** {CONCLUSIONS[str(name)]}. Holds under: {found}.\n")
        elif not column.empty:
            where = ", ".join(
                str(variant) if share <= 0.0 else f"{variant} (holds in {share:.0%} of the sets)"
                for variant, share in column.items()
            )
            lines.append(f"**Does not survive everywhere:** {CONCLUSIONS[str(name)]}. Lost under: {where}.\n")
    alone = report.one_by_one["holds"].astype(bool)
    verdict = (
        "all hold" if alone.all() else "lost: " + ", ".join(CONCLUSIONS[str(name)] for name in alone.index[~alone])
    )
    largest = _rows(report.order)["draws alike"]["largest_difference"]
    lines.append(
        "**Order of turns:** as long as each tie keeps its draws, another order of ties changes no state by more than "
        f"{largest:.1e}. Where people act one after the other, of the {len(alone)} conclusions that can be judged "
        f"agent by agent {verdict}.\n"
    )
    return lines


def _conclusions(report: StructureFindings) -> str:
    held, sizes = _rows(report.held()), _rows(report.sizes())
    rows = []
    for variant, shares in held.items():
        cells = [variant]
        for name, share in shares.items():
            value = sizes[variant][name]
            number = "-" if math.isnan(value) else f"{value:.{_DIGITS.get(name, 2)}f}"
            cells.append(number if share >= 1.0 else f"**{number}** no" if share <= 0.0 else f"{number} ({share:.0%})")
        rows.append(cells)
    note = "\nBold with `no`: it does not hold; with a percentage: it holds in that share of the sets.\n"
    return markdown(("variant", *(f"`{name}`" for name in report.held())), rows) + note


def _turned(report: StructureFindings) -> list[str]:
    turned = report.turned()
    if turned.empty:
        return []
    return [
        "Effects that clearly change their sign, from the middle level of all levers to this one in full:\n",
        markdown(
            ("variant", "set", "lever", "on", "effect in the standard", "in the variant"),
            (
                (
                    *(row["variant"], row["set"], f"`{row['lever']}`", str(row["outcome"]).replace("_", " ")),
                    *(f"{row[name]:+.4f}" for name in ("standard", "effect")),
                )
                for row in _rows(turned).values()
            ),
        ),
    ]


def _types(report: StructureFindings) -> str:
    shares, returns = (
        _rows(report.types.pivot_table(index="variant", columns="type", values=column, sort=False, dropna=False))
        for column in ("share", "return")
    )
    anchors = _rows(report.anchors.groupby("variant", sort=False)[list(ANCHORS)].mean())

    def cell(variant: str, kind: str) -> str:
        profit = returns[variant].get(kind, math.nan)
        return f"{shares[variant][kind]:.0%} ({'-' if math.isnan(profit) else f'{profit:.1%}'})"

    return markdown(
        (
            "variant",
            *(f"{kind.replace('_', '-')}: share (return)" for kind in TYPES),
            *(f"`{name}`" for name in ANCHORS),
        ),
        (
            (variant, *(cell(variant, kind) for kind in TYPES), *(f"{row[name]:.3f}" for name in ANCHORS))
            for variant, row in anchors.items()
        ),
    )


def _order(report: StructureFindings) -> list[str]:
    return [
        f"{report.facts['agents']} companies, agent by agent. Ties take their turns in another order than the model's; "
        "`draws alike`: each tie keeps its draws; `draws dealt anew`: other ties get them.\n",
        markdown(
            ("order of ties", "largest difference of a state", "mean change of quality", "standard error"),
            (
                (
                    name,
                    f"{row['largest_difference']:.1e}",
                    f"{row['mean_quality']:+.4f}",
                    f"{row['mean_quality_se']:.4f}",
                )
                for name, row in _rows(report.order).items()
            ),
        ),
        "People act one after the other, in a new random order each week, and what is said takes effect at once; "
        "`synchronous` is the model as it is, on the same companies.\n",
        markdown(
            ("conclusion", "one by one", "synchronous", "holds"),
            (
                (f"`{name}`", f"{row['value']:.3f}", f"{row['synchronous']:.3f}", "yes" if row["holds"] else "**no**")
                for name, row in _rows(report.one_by_one).items()
            ),
        ),
    ]


__all__ = ["structure_section"]
