"""The report on one scenario: what becomes of such companies."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.figures.labels import Labels
from analysis.page.page import Page, Table
from analysis.page.sections import company_table, lever_table, limits, numbers_table, run_facts
from analysis.scenario.figures import exhibits
from analysis.scenario.findings import averaged_weeks, summary, type_shares
from experiments.course import Course
from sim.declarations import MAIN


def companies_page(
    course: Course, language: str = "en", *, command: str = "", levers: Mapping[str, str] | None = None
) -> Page:
    """Return the report on a course.

    Parameters
    ----------
    course
        What became of companies under one scenario.
    language
        ``"en"`` or ``"de"``.
    command
        The command that makes the same report again; empty if there is none.
    levers
        What levers are called, by id; those that are not in it are called as they are declared.
    """
    say, scenario = Labels(language), course.scenario
    frame = course.frame()
    outcomes: dict[str, dict[str, float]] = summary(frame).droplevel("scenario").to_dict("index")  # type: ignore[assignment]
    types: dict[str, dict[str, float]] = type_shares(frame).droplevel("scenario").to_dict("index")  # type: ignore[assignment]
    heads = {say("scenario.here"): scenario}
    return Page(
        language=language,
        kind=say("companies.kind"),
        title=scenario.name,
        question=say("companies.question", n=say.number(len(course), 0), weeks=say.number(course.weeks, 0)),
        answer=(_types(types, say), _returns(outcomes["return_on_sales"], say), say("comparison.sure")),
        exhibits=exhibits({scenario.name: course}, say),
        tables=[_outcome_table(outcomes, averaged_weeks(scenario, course.weeks), say), _type_table(types, say)],
        assumptions=[company_table(heads, say), lever_table(heads, say, levers or {}), numbers_table(heads, say)],
        limits=limits(say),
        certainty=[say("companies.by_chance")],
        command=command,
        facts=run_facts((scenario,), say, seed=course.seed, companies=len(course), weeks=course.weeks),
    )


def _types(types: Mapping[str, Mapping[str, float]], say: Labels) -> str:
    most = max(types, key=lambda kind: types[kind]["share"])
    values = {}
    for name, kind in (("pro", "professional"), ("block", "self_blocking")):
        row = types[kind]
        values[name] = say.number(100.0 * row["share"], 0)
        values[f"{name}_interval"] = say.interval(*(say.percent(row[end]) for end in ("low", "high")))
    return say(
        "companies.types",
        most=say.quoted(say.type(most)),
        most_share=say.number(100.0 * types[most]["share"], 0),
        **values,
    )


def _returns(row: Mapping[str, float], say: Labels) -> str:
    shown = {key: say.number(100.0 * value, 1) for key, value in row.items()}
    interval = say.interval(shown["low"], shown["high"])
    key = "companies.returns_single" if row["low"] != row["low"] else "companies.returns"
    return say(key, mean=shown["mean"], interval=interval, low=shown["p10"], high=shown["p90"])


def _outcome_table(outcomes: Mapping[str, Mapping[str, float]], weeks: int, say: Labels) -> Table:
    rows = []
    for name in MAIN:
        shown = {key: say.amount(name, value) for key, value in outcomes[name].items()}
        interval, middle = say.interval(shown["low"], shown["high"]), say.interval(shown["p10"], shown["p90"])
        rows.append((say.outcome(name), shown["mean"], interval, shown["sd"], middle))
    head = [say(f"outcome.{key}") for key in ("column", "mean", "interval", "sd", "middle")]
    return Table(say("outcome.title", weeks=say.number(weeks, 0)), head, rows, note=say("outcome.note_one"))


def _type_table(types: Mapping[str, Mapping[str, float]], say: Labels) -> Table:
    rows = [
        (
            say.type(kind),
            say.percent(row["share"], 1),
            say.interval(*(say.percent(row[end], 1) for end in ("low", "high"))),
        )
        for kind, row in types.items()
    ]
    return Table(say("outcome.types"), [say(f"outcome.{key}") for key in ("type", "share", "interval")], rows)


__all__ = ["companies_page"]
