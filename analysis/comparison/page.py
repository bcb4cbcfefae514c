"""The page on two scenarios on the same virtual companies: what differs, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from analysis.comparison.findings import ComparisonFindings
from analysis.figures.labels import Labels
from analysis.page.over_sets import Conclusions, decider_table, no_deciders, set_lines
from analysis.page.page import Page, Table
from analysis.page.sections import company_table, lever_table, limits, numbers_table, run_facts
from analysis.scenario.figures import exhibits
from analysis.scenario.findings import rows_of
from sim.declarations import MAIN, OUTCOMES
from sim.outcomes import TYPES
from sim.scenario import Scenario
from sim.texts import MISSING

SIZES: Final = ((0.2, "tiny"), (0.5, "small"), (0.8, "medium"), (np.inf, "large"))
"""Names of effect sizes, up to which multiple of the spread among companies each of them holds (Cohen)."""
_A, _B = "A", "B"
_SIDES: Final = ("a", "b")
_ENDS: Final = ("low", "high")


def comparison_page(
    findings: ComparisonFindings,
    say: Labels,
    *,
    command: str = "",
    levers: Mapping[str, str] | None = None,
    every: bool = False,
) -> Page:
    """Return the page on a comparison.

    Parameters
    ----------
    findings
        What differs. Figures are there only with trajectories.
    say
        The language.
    command
        The command that makes the same page again; empty if there is none.
    levers
        Names of levers, by id; others are called as they are declared.
    every
        Whether to show all outcomes, not only the main ones.
    """
    a, b, ensemble = findings.a, findings.b, findings.ensemble
    heads = {_A: a, _B: b}
    size = {"n": say.number(findings.companies, 0), "weeks": say.number(findings.weeks, 0)}
    asked = "question_levers" if _only_levers(a, b) else "question"
    drawn = []
    if findings.trajectories is not None:
        shown = (f"{_A}: {a.name}", f"{_B}: {b.name}")
        drawn = exhibits(
            dict(zip(shown, findings.trajectories, strict=True)), say, dict(zip(shown, heads, strict=True))
        )
    return Page(
        language=say.language,
        kind=say("comparison.kind"),
        title=say("comparison.title", a=a.name, b=b.name),
        question=say(f"comparison.{asked}", a=a.name, b=b.name, **size),
        answer=(_returns(findings, say), _types(findings, say), _sure(ensemble, say)),
        exhibits=drawn,
        tables=[
            _outcome_table(findings, say, every=every),
            _type_table(findings, say),
            _move_table(findings, say),
            *([] if ensemble is None else _tables_over_sets(ensemble, say, every=every)),
        ],
        assumptions=[
            company_table(heads, say),
            lever_table(heads, say, levers or {}, differing=True),
            numbers_table(heads, say),
        ],
        limits=limits(say),
        certainty=_certainty(findings, say, every=every),
        command=command,
        facts=[
            *run_facts((a, b), say, seed=findings.seed, companies=findings.companies, weeks=findings.weeks),
            *([] if ensemble is None else [(say("again.ensemble"), ensemble["fingerprint"])]),
        ],
    )


def _only_levers(a: Scenario, b: Scenario) -> bool:
    """Return whether A is B without its levers."""
    return not a.levers and a.changed(name=b.name) == b.changed(levers={})


def _returns(findings: ComparisonFindings, say: Labels) -> str:
    """Return the sentence on the return on sales."""
    row = rows_of(findings.outcomes)["return_on_sales"]
    values: dict[str, object] = {f"mean_{side}": say.amount("return_on_sales", row[side]) for side in _SIDES}
    values["n"] = say.number(findings.companies, 0)
    if findings.alike:
        return say("comparison.alike", **values)
    if findings.same_returns or findings.companies == 1:
        return say("comparison.same" if findings.same_returns else "comparison.single", **values)
    _, values["interval"] = _difference("return_on_sales", row, say)
    if row["low"] <= 0.0 <= row["high"]:
        return say("comparison.open", **values)
    size = next(name for most, name in SIZES if not findings.effect_size > most)
    points = say.amount("return_on_sales", abs(row["difference"]), sign=True, half=(row["high"] - row["low"]) / 2.0)
    values |= {"points": points.removeprefix("+"), "size": say(f"comparison.{size}")}
    return say("comparison.higher" if row["difference"] > 0.0 else "comparison.lower", **values)


def _types(findings: ComparisonFindings, say: Labels) -> str:
    """Return the sentence on professionals, self-blockers and how many companies are better off."""
    values: dict[str, str] = {}
    types = rows_of(findings.types)
    for name, kind in (("pro", "professional"), ("block", "self_blocking")):
        row = types[kind]
        values |= {f"{name}_{side}": say.number(100.0 * row[side], 0) for side in _SIDES}
        # A single company has no interval and differs clearly in nothing.
        values[f"{name}_clear"] = "" if row["low"] > 0.0 or row["high"] < 0.0 else say("comparison.unclear")
    better = say.number(100.0 * rows_of(findings.outcomes)["return_on_sales"]["probability"], 0)
    return say("comparison.types", better=better, **values)


def _sure(ensemble: Mapping[str, Any] | None, say: Labels) -> str:
    """Return the sentence on how sure the difference in return is."""
    if ensemble is None:
        return say("page.sure")
    row = ensemble["outcomes"]["return_on_sales"]
    low, high = (row["strength"][end] for end in ("p05", "p95"))
    half = (high - low) / 2.0
    low, high = (say.amount("return_on_sales", end, sign=True, half=half) for end in (low, high))
    values = {"sets": say.number(ensemble["sets"], 0), "share": say.percent(row["share"])}
    return say("comparison.sure_sets", low=low, high=high, **values)


def _certainty(findings: ComparisonFindings, say: Labels, *, every: bool) -> list[str]:
    apart, ensemble = findings.measured_differently, findings.ensemble
    lines = [say("comparison.measured", names=", ".join(apart))] if apart else []
    lines += [say("comparison.by_chance"), say("comparison.by_size", ratio=say.number(findings.effect_size, 2))]
    if ensemble is None:
        return [*lines, say("comparison.by_sets")]
    lines += [*set_lines(ensemble, say), say("comparison.by_ensemble")]
    if undecided := no_deciders(_conclusions(ensemble, say, every=every), say):
        lines.append(undecided)
    return lines


def _conclusions(ensemble: Mapping[str, Any], say: Labels, *, every: bool) -> Conclusions:
    """Return the conclusions on the differences that are shown, by their names."""
    outcomes = {say.outcome(name): ensemble["outcomes"][name] for name in _shown(every=every)}
    return outcomes | {say.type(kind): ensemble["types"][kind]["difference"] for kind in TYPES}


def _outcome_table(findings: ComparisonFindings, say: Labels, *, every: bool) -> Table:
    rows, outcomes = [], rows_of(findings.outcomes)
    for name in _shown(every=every):
        row = outcomes[name]
        rows.append(
            (
                say.outcome(name),
                *(say.amount(name, row[side]) for side in _SIDES),
                *_difference(name, row, say),
                say.percent(row["probability"]),
            )
        )
    head = [say(f"outcome.{key}") for key in ("column", "a", "b", "difference", "interval", "better")]
    weeks = {side.upper(): say.number(count, 0) for side, count in findings.averaged_weeks.items()}
    shown = weeks[_A] if weeks[_A] == weeks[_B] else " / ".join(f"{count} ({side})" for side, count in weeks.items())
    return Table(say("outcome.title", weeks=shown), head, rows, note=say("outcome.note"))


def _shown(*, every: bool) -> tuple[str, ...]:
    return OUTCOMES if every else MAIN


def _type_table(findings: ComparisonFindings, say: Labels) -> Table:
    rows = []
    for kind, row in rows_of(findings.types).items():
        shares = (say.percent(row[side], 1) for side in _SIDES)
        rows.append((say.type(kind), *shares, *_difference(str(kind), row, say)))
    head = [say(f"outcome.{key}") for key in ("type", "a", "b", "points", "interval")]
    return Table(say("outcome.types"), head, rows)


def _difference(name: str, row: Mapping[str, float], say: Labels) -> tuple[str, str]:
    return say.amounts(name, row["difference"], row["low"], row["high"], sign=True)


def _move_table(findings: ComparisonFindings, say: Labels) -> Table:
    moves = rows_of(findings.moves)
    rows = [(say.type(kind), *(say.number(moves[kind][to], 0) for to in TYPES)) for kind in TYPES]
    return Table(say("outcome.moves"), (say("outcome.from_to"), *(say(f"type_short.{kind}") for kind in TYPES)), rows)


def _tables_over_sets(ensemble: Mapping[str, Any], say: Labels, *, every: bool) -> list[Table]:
    decided = decider_table(_conclusions(ensemble, say, every=every), say, say("comparison.decides"))
    return [
        _outcomes_over_sets(ensemble, say, every=every),
        _types_over_sets(ensemble, say),
        *([] if decided is None else [decided]),
    ]


def _outcomes_over_sets(ensemble: Mapping[str, Any], say: Labels, *, every: bool) -> Table:
    rows = []
    for name in _shown(every=every):
        row = ensemble["outcomes"][name]
        median = say.amounts(name, *(row["strength"][key] for key in ("median", "p05", "p95")), sign=True)
        share = say.interval(*(say.percent(row[end]) for end in _ENDS))
        rows.append((say.outcome(name), *median, say.percent(row["share"]), share))
    head = (say("outcome.column"), *(say(f"comparison.{key}") for key in ("median", "middle", "same_sign", "share")))
    title = say("comparison.sets", sets=say.number(ensemble["sets"], 0))
    return Table(title, head, rows, note=say("comparison.sets_note"))


def _types_over_sets(ensemble: Mapping[str, Any], say: Labels) -> Table:
    rows = []
    for kind in TYPES:
        row = ensemble["types"][kind]
        cells = []
        for side in _SIDES:
            median, *ends = (say.number(100.0 * row[side][key], 1) for key in ("median", "p05", "p95"))
            cells += [median, say.interval(*ends)]
        rows.append((say.type(kind), *cells, MISSING if _nobody(row) else say.percent(row["difference"]["share"])))
    middle = say("comparison.middle")
    head = (say("outcome.type"), _A, middle, _B, middle, say("comparison.same_sign"))
    note = f"{_professionals(ensemble['types'][TYPES[0]], say)} {say('comparison.types_note')}"
    return Table(say("comparison.types_over_sets"), head, rows, note=note)


def _nobody(row: Mapping[str, Any]) -> bool:
    """Return whether hardly any set has companies of a type under either scenario, so that its change has no sign."""
    return not any(row[side][key] for side in _SIDES for key in ("default", "p05", "p95"))


def _professionals(row: Mapping[str, Any], say: Labels) -> str:
    """Return the sentence on the sets in which the share of professionals changes as it does under the defaults."""
    if _nobody(row):
        return say("comparison.professionals_none")
    conclusion = row["difference"]
    default, sets = conclusion["strength"]["default"], conclusion["sets"]
    way = "more" if default > 0.0 else "less" if default < 0.0 else "same"
    return say(
        f"comparison.professionals_{way}",
        count=say.number(round(conclusion["share"] * sets), 0),
        sets=say.number(sets, 0),
        share=say.percent(conclusion["share"]),
        bounds=say.interval(*(say.percent(conclusion[end]) for end in _ENDS)),
    )


__all__ = ["SIZES", "comparison_page"]
