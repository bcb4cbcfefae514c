"""The page on one scenario: what becomes of such companies."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.figures.labels import Labels
from analysis.page.page import Page, Table
from analysis.page.sections import company_table, lever_table, limits, numbers_table, run_facts
from analysis.scenario.figures import exhibits, hours_table
from analysis.scenario.findings import ScenarioFindings, rows_of
from sim.declarations import MAIN, OUTCOMES


def scenario_page(
    findings: ScenarioFindings,
    say: Labels,
    *,
    command: str = "",
    levers: Mapping[str, str] | None = None,
    every: bool = False,
) -> Page:
    """Return the page on one scenario.

    Parameters
    ----------
    findings
        What became of the companies. Figures are there only with a trajectory.
    say
        The language.
    command
        The command that makes the same page again; empty if there is none.
    levers
        Names of levers, by id; others are called as they are declared.
    every
        Whether to show all outcomes, not only the main ones.
    """
    scenario, trajectory = findings.scenario, findings.trajectory
    heads = {say("scenario.here"): scenario}
    size = {"n": say.number(findings.companies, 0), "weeks": say.number(findings.weeks, 0)}
    tables = [_type_table(findings, say), _outcome_table(findings, say, every=every)]
    if trajectory is None:
        weeks = say.number(findings.averaged_weeks, 0)
        tables.append(hours_table(say("scenario.hours", weeks=weeks), {scenario.name: findings.hours}, say))
    return Page(
        language=say.language,
        kind=say("scenario.kind"),
        title=scenario.name,
        question=say("scenario.question", **size),
        answer=(_types(findings, say), _returns(findings, say), say("page.sure")),
        exhibits=[] if trajectory is None else exhibits({scenario.name: trajectory}, say),
        tables=tables,
        assumptions=[company_table(heads, say), lever_table(heads, say, levers or {}), numbers_table(heads, say)],
        limits=limits(say),
        certainty=[say("scenario.by_chance")],
        command=command,
        facts=run_facts((scenario,), say, seed=findings.seed, companies=findings.companies, weeks=findings.weeks),
    )


def _types(findings: ScenarioFindings, say: Labels) -> str:
    types = rows_of(findings.types)
    most = max(types, key=lambda kind: types[kind]["share"])
    values = {}
    for name, kind in (("pro", "professional"), ("block", "self_blocking")):
        row = types[kind]
        values[name] = say.number(100.0 * row["share"], 0)
        values[f"{name}_interval"] = say.interval(*(say.percent(row[end]) for end in ("low", "high")))
    return say(
        "scenario.types",
        most=say.quoted(say.type(most)),
        most_share=say.number(100.0 * types[most]["share"], 0),
        **values,
    )


def _returns(findings: ScenarioFindings, say: Labels) -> str:
    row = rows_of(findings.outcomes)["return_on_sales"]
    mean, interval = say.amounts("return_on_sales", row["mean"], row["low"], row["high"])
    low, high = (say.amount("return_on_sales", row[key]) for key in ("p10", "p90"))
    key = "scenario.returns_single" if findings.companies == 1 else "scenario.returns"
    return say(key, mean=mean, interval=interval, low=low, high=high)


def _outcome_table(findings: ScenarioFindings, say: Labels, *, every: bool) -> Table:
    rows, outcomes = [], rows_of(findings.outcomes)
    for name in OUTCOMES if every else MAIN:
        row = outcomes[name]
        middle = say.interval(*(say.amount(name, row[key]) for key in ("p10", "p90")))
        mean = say.amounts(name, row["mean"], row["low"], row["high"])
        rows.append((say.outcome(name), *mean, say.amount(name, row["sd"]), middle))
    head = [say(f"outcome.{key}") for key in ("column", "mean", "interval", "sd", "middle")]
    title = say("outcome.title", weeks=say.number(findings.averaged_weeks, 0))
    return Table(title, head, rows, note=say("outcome.note_one"))


def _type_table(findings: ScenarioFindings, say: Labels) -> Table:
    rows = [
        (
            say.type(kind),
            say.percent(row["share"], 1),
            say.interval(*(say.percent(row[end], 1) for end in ("low", "high"))),
        )
        for kind, row in rows_of(findings.types).items()
    ]
    return Table(say("outcome.types"), [say(f"outcome.{key}") for key in ("type", "share", "interval")], rows)


__all__ = ["scenario_page"]
