"""The report on two scenarios on the same virtual companies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.comparison.findings import compare_outcomes, compare_types, measured_differently, moves
from analysis.figures.labels import Labels
from analysis.page.page import Page, Table, render
from analysis.page.sections import company_table, lever_table, limits, numbers_table, run_facts
from analysis.scenario.figures import exhibits
from analysis.scenario.findings import averaged_weeks
from experiments.course import Course
from sim.declarations import MAIN
from sim.errors import BadInputError, phrase
from sim.outcomes import TYPES
from sim.scenario import Scenario

SIZES: Final = ((0.2, "tiny"), (0.5, "small"), (0.8, "medium"), (np.inf, "large"))
"""What an effect is called up to which multiple of the spread among companies (Cohen)."""
_A, _B = "A", "B"


def comparison_report(
    before: Course,
    after: Course,
    language: str = "en",
    *,
    command: str = "",
    levers: Mapping[str, str] | None = None,
    ensemble: Mapping[str, Any] | None = None,
) -> str:
    """Return the report on two courses as one self-contained HTML page.

    Parameters
    ----------
    before, after
        Courses of the same companies: as they are (A), and with what was changed (B).
    language
        ``"en"`` or ``"de"``.
    command
        The command that makes the same report again; empty if there is none.
    levers
        What levers are called, by id; those that are not in it are called as they are declared.
    ensemble
        What :func:`analysis.comparison.ensemble.pairs_report` says of the same comparison under other parameter sets,
        with the ``fingerprint`` of their ensemble and which of their numbers the scenarios have ``fixed``; None if that
        was not asked.

    Raises
    ------
    BadInputError
        If the two are not of the same companies over the same weeks.
    """
    return render(comparison_page(before, after, language, command=command, levers=levers, ensemble=ensemble))


def comparison_page(
    before: Course,
    after: Course,
    language: str = "en",
    *,
    command: str = "",
    levers: Mapping[str, str] | None = None,
    ensemble: Mapping[str, Any] | None = None,
) -> Page:
    """Return the page that :func:`comparison_report` makes HTML of; for its parameters see there."""
    if len(before) != len(after) or before.seed != after.seed:
        raise BadInputError("invalid", key="company", allowed=phrase("same_companies"))
    if before.weeks != after.weeks:
        raise BadInputError("invalid", key="weeks", value=after.weeks, allowed=phrase("same_horizon"))
    say = Labels(language)
    found = _Found(before, after)
    a, b = before.scenario, after.scenario
    shown = {f"{_A}: {a.name}": before, f"{_B}: {b.name}": after}
    heads = {_A: a, _B: b}
    apart = measured_differently(a, b)
    asked = "question_levers" if _only_levers(a, b) else "question"
    return Page(
        language=language,
        kind=say("comparison.kind"),
        title=say("comparison.title", a=a.name, b=b.name),
        question=say(
            f"comparison.{asked}", a=a.name, b=b.name, n=say.number(len(after), 0), weeks=say.number(after.weeks, 0)
        ),
        answer=(found.returns(say), found.types_sentence(say), _certain(ensemble, say)),
        exhibits=exhibits(shown, say, dict(zip(shown, heads, strict=True))),
        tables=[
            found.outcome_table(say),
            found.type_table(say),
            found.move_table(say),
            *([_set_table(ensemble, say)] if ensemble is not None else []),
        ],
        assumptions=[
            company_table(heads, say),
            lever_table(heads, say, levers or {}, differing=True),
            numbers_table(heads, say),
        ],
        limits=limits(say),
        certainty=[
            *([say("comparison.measured", names=", ".join(apart))] if apart else []),
            say("comparison.by_chance"),
            say("comparison.by_size", ratio=say.number(found.ratio, 2)),
            *_by_sets(ensemble, say),
        ],
        command=command,
        facts=[
            *run_facts((a, b), say, seed=after.seed, companies=len(after), weeks=after.weeks),
            *([(say("again.ensemble"), ensemble["fingerprint"])] if ensemble is not None else []),
        ],
    )


def _only_levers(a: Scenario, b: Scenario) -> bool:
    """Return whether A is B without its levers."""
    return not a.levers and a.changed(name=b.name) == b.changed(levers={})


class _Found:
    """What differs, and how it is said."""

    def __init__(self, before: Course, after: Course) -> None:
        frame = pd.concat([before.frame(_A), after.frame(_B)], ignore_index=True)
        self.outcomes: dict[str, dict[str, float]] = compare_outcomes(frame, _A, _B).to_dict("index")  # type: ignore[assignment]
        self.types: dict[str, dict[str, float]] = compare_types(frame, _A, _B).to_dict("index")  # type: ignore[assignment]
        self.moves = moves(frame, _A, _B)
        self.companies = len(after)
        self.weeks = [averaged_weeks(course.scenario, course.weeks) for course in (before, after)]
        difference = after.outcomes["return_on_sales"] - before.outcomes["return_on_sales"]
        self.same = not difference.any()
        spread = float(before.outcomes["return_on_sales"].std(ddof=1)) if len(before) > 1 else np.nan
        self.ratio = abs(self.outcomes["return_on_sales"]["difference"]) / spread if spread else np.nan

    def returns(self, say: Labels) -> str:
        """Return the sentence on the return on sales."""
        row = self.outcomes["return_on_sales"]
        values: dict[str, object] = {
            "mean_a": say.number(100.0 * row["a"], 2),
            "mean_b": say.number(100.0 * row["b"], 2),
            "n": say.number(self.companies, 0),
        }
        if self.same or self.companies == 1:
            return say("comparison.same" if self.same else "comparison.single", **values)
        values["interval"] = _points_interval(row, say, sign=True)
        if row["low"] <= 0.0 <= row["high"]:
            return say("comparison.open", **values)
        size = next(name for most, name in SIZES if not self.ratio > most)
        values |= {"points": say.number(100.0 * abs(row["difference"]), 2), "size": say(f"comparison.{size}")}
        return say("comparison.higher" if row["difference"] > 0.0 else "comparison.lower", **values)

    def types_sentence(self, say: Labels) -> str:
        """Return the sentence on professionals, self-blockers and who is better off."""
        pro, block = self.types["professional"], self.types["self_blocking"]
        values = {
            f"{name}_{side}": say.number(100.0 * row[side], 0)
            for name, row in (("pro", pro), ("block", block))
            for side in ("a", "b")
        }
        for name, row in (("pro", pro), ("block", block)):
            values[f"{name}_clear"] = say("comparison.unclear") if row["low"] <= 0.0 <= row["high"] else ""
        better = say.number(100.0 * self.outcomes["return_on_sales"]["probability"], 0)
        return say("comparison.types", better=better, **values)

    def outcome_table(self, say: Labels) -> Table:
        """Return what differs, outcome by outcome."""
        rows = []
        for name in MAIN:
            row = self.outcomes[name]
            low, high = (say.amount(name, row[end], sign=True) for end in ("low", "high"))
            rows.append(
                (
                    say.outcome(name),
                    say.amount(name, row["a"]),
                    say.amount(name, row["b"]),
                    say.amount(name, row["difference"], sign=True),
                    say.interval(low, high),
                    say.percent(row["probability"]),
                )
            )
        head = [say(f"outcome.{key}") for key in ("column", "a", "b", "difference", "interval", "better")]
        weeks = [say.number(count, 0) for count in self.weeks]
        shown = weeks[0] if weeks[0] == weeks[1] else f"{weeks[0]} ({_A}) / {weeks[1]} ({_B})"
        return Table(say("outcome.title", weeks=shown), head, rows, note=say("outcome.note"))

    def type_table(self, say: Labels) -> Table:
        """Return the shares of the types."""
        rows = [
            (
                say.type(kind),
                say.percent(row["a"], 1),
                say.percent(row["b"], 1),
                say.number(100.0 * row["difference"], 1, sign=True),
                _points_interval(row, say, digits=1, sign=True),
            )
            for kind, row in self.types.items()
        ]
        head = [say(f"outcome.{key}") for key in ("type", "a", "b", "points", "interval")]
        return Table(say("outcome.types"), head, rows)

    def move_table(self, say: Labels) -> Table:
        """Return who goes where."""
        rows = [(say.type(kind), *(say.number(self.moves[to][kind], 0) for to in TYPES)) for kind in TYPES]
        return Table(say("outcome.moves"), (say("outcome.from_to"), *(say.type(kind) for kind in TYPES)), rows)


def _points_interval(row: Mapping[str, float], say: Labels, *, digits: int = 2, sign: bool = False) -> str:
    low, high = (say.number(100.0 * row[end], digits, sign=sign) for end in ("low", "high"))
    return say.interval(low, high)


def _certain(ensemble: Mapping[str, Any] | None, say: Labels) -> str:
    if ensemble is None:
        return say("comparison.sure")
    row = ensemble["outcomes"]["return_on_sales"]
    low, high = (say.number(100.0 * row["strength"][end], 2, sign=True) for end in ("p05", "p95"))
    values = {"sets": say.number(ensemble["sets"], 0), "share": say.percent(row["share"])}
    return say("comparison.sure_sets", low=low, high=high, **values)


def _by_sets(ensemble: Mapping[str, Any] | None, say: Labels) -> list[str]:
    if ensemble is None:
        return [say("comparison.by_sets")]
    fixed = ensemble["fixed"]
    return [say("comparison.by_ensemble"), *([say("comparison.by_fixed", names=", ".join(fixed))] if fixed else [])]


def _set_table(ensemble: Mapping[str, Any], say: Labels) -> Table:
    rows: list[Sequence[str]] = []
    for name in MAIN:
        row = ensemble["outcomes"][name]
        share = f"{say.percent(row['share'])} ({say.interval(say.percent(row['low']), say.percent(row['high']))})"
        ends = (say.amount(name, row["strength"][end], sign=True) for end in ("p05", "p95"))
        rows.append((say.outcome(name), share, say.interval(*ends)))
    head = (say("outcome.column"), say("comparison.sets_share"), say("comparison.sets_middle"))
    title = say("comparison.sets", sets=say.number(ensemble["sets"], 0))
    return Table(title, head, rows, note=say("comparison.sets_note"))


__all__ = ["SIZES", "comparison_page", "comparison_report"]
