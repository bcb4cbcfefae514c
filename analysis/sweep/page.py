"""The page on a sweep: what its outcome depends on most."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from analysis import figures as plots
from analysis.figures.labels import Labels
from analysis.page.page import Exhibit, Page, Table
from analysis.page.sections import limits
from analysis.scenario.figures import returns_by_type, type_map
from analysis.sweep.findings import INTERVAL_FREE, SweepFindings
from experiments.plan.names import FactorNames
from sim.declarations import OUTCOMES, declared

_WHY: Final = {"morris": "grouped", "saltelli": "grouped", "one_at_a_time": "one_at_a_time"}
"""Texts on why designs have no intervals."""
_SHOWN: Final = 20
"""Most factors in the figure."""


def sweep_page(
    findings: SweepFindings,
    say: Labels,
    *,
    command: str = "",
    files: Sequence[tuple[str, str]] = (),
) -> Page:
    """Return the page on a sweep, finished or not.

    Parameters
    ----------
    findings
        The findings on what is stored.
    say
        The language.
    command
        The command that makes the same page again; empty if there is none.
    files
        Names and checksums of the files that the findings come from.
    """
    called = FactorNames.of_plan(say, findings.plan)
    count = {"stored": findings.stored, "chunks": findings.chunks}
    unfinished = [say("sweep.open", **count)] if findings.stored < findings.chunks else []
    return Page(
        language=say.language,
        kind=say("sweep.kind"),
        title=str(findings.plan["name"]),
        question=say("sweep.question", points=say.number(findings.points, 0), factors=len(findings.factors)),
        answer=(*unfinished, _overall(findings, say), _strongest(findings, called, say), _sure(findings, say)),
        exhibits=_exhibits(findings, called, say),
        tables=[_outcome_table(findings, say)],
        assumptions=[_factor_table(findings, called, say)],
        limits=limits(say),
        certainty=[say("sweep.rows"), *([say("sweep.fraction")] if findings.kind == "fractional" else [])],
        command=command,
        facts=[*_facts(findings, say), *files],
    )


def _overall(found: SweepFindings, say: Labels) -> str:
    values = found.means[found.outcome].to_numpy()
    low, high = np.quantile(values, (0.1, 0.9))
    shown = {
        key: say.amount(found.outcome, value) for key, value in (("mean", values.mean()), ("low", low), ("high", high))
    }
    return say(
        "sweep.runs" if found.scenarios == 1 else "sweep.runs_of_scenarios",
        runs=say.number(found.runs, 0),
        scenarios=found.scenarios,
        outcome=say.outcome(found.outcome),
        **shown,
    )


def _strongest(found: SweepFindings, called: FactorNames, say: Labels) -> str:
    if found.effects.empty:
        return say("sweep.alone")
    if found.kind in INTERVAL_FREE:
        return say("sweep.no_intervals")
    clear = found.effects[(found.effects["low"] > 0.0) | (found.effects["high"] < 0.0)]
    if clear.empty:
        return say("sweep.unclear")
    row = clear.iloc[0]
    effect, low, high = (say.amount(found.outcome, row[key], sign=True) for key in ("value", "low", "high"))
    return say(
        "sweep.strongest",
        factor=say.quoted(called(row["factor"])),
        effect=effect,
        interval=say.interval(low, high),
        low_points=say.number(row["lowest_points"], 0),
        high_points=say.number(row["highest_points"], 0),
    )


def _sure(found: SweepFindings, say: Labels) -> str:
    """Return what the intervals, or that there are none, say of how sure the answer is."""
    if found.intervals:
        return say("sweep.sure")
    return say(f"sweep.{'sizes' if found.effects.empty else _WHY.get(found.kind, 'sizes')}")


def _exhibits(found: SweepFindings, called: FactorNames, say: Labels) -> list[Exhibit]:
    exhibits = [] if found.effects.empty else [_effects(found, called, say)]
    if found.companies is not None:
        exhibits.append(type_map(found.companies, say, found.cuts))
        if "return_on_sales" in found.companies:
            exhibits.append(returns_by_type(found.companies, say))
    return exhibits


def _effects(found: SweepFindings, called: FactorNames, say: Labels) -> Exhibit:
    scale = declared()[found.outcome].scale
    table = found.effects.head(_SHOWN)
    ranking = table.assign(lever=table["factor"], **{key: scale * table[key] for key in ("value", "low", "high")})
    names = {name: called(name) for name in table["factor"]}
    unit = say("sweep.unit_intervals" if found.intervals else "sweep.unit")
    says = [say("sweep.effects_ends" if found.kind == "one_at_a_time" else "sweep.effects_thirds")]
    says += [say("sweep.effects_intervals")] if found.intervals else []
    title = say("sweep.effects", outcome=say.outcome(found.outcome))
    draw = partial(plots.lever_ranking, ranking, names, say.language, title=title, unit=unit)
    rows = []
    for row in found.effects.to_dict("records"):
        low, high = (say.amount(found.outcome, float(row[key]), sign=True) for key in ("low", "high"))
        ends = (
            f"{say.amount(found.outcome, float(row[key]))} ({say.number(row[f'{key}_points'], 0)})"
            for key in ("lowest", "highest")
        )
        value = say.amount(found.outcome, float(row["value"]), sign=True)
        rows.append((called(row["factor"]), *ends, value, say.interval(low, high)))
    head = [say(f"sweep.{key}") for key in ("factor", "lowest", "highest")]
    twin = Table(title, [*head, say("sweep.difference"), say("sweep.interval")], rows)
    return Exhibit("factor_effects", title, " ".join(says), draw, twin)


def _outcome_table(found: SweepFindings, say: Labels) -> Table:
    rows = []
    for name in (name for name in OUTCOMES if name in found.means):
        values = found.means[name]
        low, high = np.quantile(values.to_numpy(), (0.1, 0.9))
        interval = say.interval(say.amount(name, low), say.amount(name, high))
        rows.append((say.outcome(name), say.amount(name, values.mean()), say.amount(name, values.std()), interval))
    head = [say(f"outcome.{key}") for key in ("column", "mean", "sd", "middle")]
    title = say("sweep.by_outcome" if found.scenarios == 1 else "sweep.by_outcome_of_scenarios")
    return Table(title, head, rows, note=say("outcome.note_one"))


def _factor_table(found: SweepFindings, called: FactorNames, say: Labels) -> Table:
    rows = []
    for name in found.factors:
        column = found.design[name]
        if pd.api.types.is_numeric_dtype(column):
            ends = say.short(float(f"{column.min():.4g}")), say.short(float(f"{column.max():.4g}"))
        else:
            ends = say("sweep.values", n=column.drop_duplicates().size), ""
        rows.append((f"{called(name)} ({name})", *ends))
    empty = [(say("page.nothing"), "", "")]
    return Table(say("sweep.range"), [say(f"sweep.{key}") for key in ("factor", "low", "high")], rows or empty)


def _facts(found: SweepFindings, say: Labels) -> list[tuple[str, str]]:
    plan, versions = found.plan, dict(found.manifest["versions"])
    handshake, sources = versions.pop("handshake", ""), versions.pop("sources", "")
    scenarios = ", ".join(str(scenario["name"]) for scenario in plan["scenarios"])
    return [
        (say("again.seed"), str(plan["seed"])),
        (say("again.companies"), say.number(plan["companies"], 0)),
        (say("sweep.scenarios"), scenarios),
        (say("again.version"), f"handshake {handshake}"),
        (say("again.libraries"), ", ".join(f"{name} {number}" for name, number in versions.items())),
        (say("again.sources"), sources),
    ]


__all__ = ["sweep_page"]
