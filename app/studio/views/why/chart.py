"""The chart of the attribution: the scenario's difference over levers and over mechanisms; both add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from analysis.explanation import (
    DIRECT,
    OTHER,
    ExplanationFindings,
    Link,
    in_unit,
    mechanism_name,
    other_name,
)
from app.studio.charts.chart import Chart
from app.studio.charts.effects import Effect, effects_height, effects_option
from sim.declarations import BETTER, declared
from sim.texts import Texts

By = Literal["lever", "mechanism"]


def chart(report: ExplanationFindings, texts: Texts, dark: bool, by: By, outcome: str) -> Chart:
    """Return one of the two splits of an outcome, the largest share first.

    Parameters
    ----------
    report
        Why the scenarios differ.
    texts, dark
        Language and page.
    by
        Over what it is split.
    outcome
        One of the report's outcomes.
    """
    language, what = texts.language, texts.mention(outcome)
    frame = report.levers if by == "lever" else report.mechanisms
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()} for row in frame[frame["outcome"] == outcome].to_dict("records")
    ]
    rows.sort(key=lambda row: -abs(row["share"]))
    names = {policy.id: policy.name(language) for policy in report.after.all_policies()}
    names |= {OTHER: other_name(language)}
    labels = [names[row["lever"]] if by == "lever" else mechanism_name(row["mechanism"], language) for row in rows]
    cells = [_cells(row, outcome, texts) for row in rows]
    effects, scale = [], declared()[outcome].scale
    for row, label, (told, interval, _) in zip(rows, labels, cells, strict=True):
        share, low, high = (scale * row[key] for key in ("share", "low", "high"))
        effects.append(Effect(label, f"{label}: {told} ({interval})", share, low, high, BETTER[outcome]))
    return Chart(
        title=texts(f"studio_why.title_{by}", what=texts.outcome(outcome, unit=False)),
        says=_says(rows, labels, outcome, texts),
        option=effects_option(effects, in_unit(texts("studio_why.axis", what=what), outcome, language), "", dark=dark),
        columns=[
            texts(f"studio_why.column_{by}"),
            in_unit(texts("studio_why.column_share"), outcome, language),
            texts("studio_why.column_interval"),
            texts("studio_why.column_clear"),
        ],
        rows=[(label, *told) for label, told in zip(labels, cells, strict=True)],
        note=_note(report, by, texts),
        height=effects_height(effects),
    )


def total(report: ExplanationFindings, texts: Texts, outcome: str) -> str:
    """Return in a sentence what there is to explain."""
    row: dict[Any, Any] = report.total.to_dict("index")[outcome]
    before, after = (texts.quantity(outcome, row[key]) for key in ("before", "after"))
    return texts(
        "studio_why.total",
        what=texts.outcome(outcome, unit=False),
        before=before,
        after=after,
        difference=texts.quantity(outcome, row["difference"], sign=True, half=(row["high"] - row["low"]) / 2.0),
        companies=texts.number(report.companies, 0),
    )


@dataclass(frozen=True, slots=True)
class Chain:
    """Return in words how a lever changes an outcome.

    Attributes
    ----------
    begin
        The lever.
    steps
        What follows from what stands before, and what the step rests on.
    """

    begin: str
    steps: tuple[tuple[str, str], ...]


def chains(report: ExplanationFindings, texts: Texts, outcome: str) -> list[Chain]:
    """Return the chains to an outcome, those with the largest share first."""
    found: dict[int, list[Link]] = {}
    for link in report.chain(texts.language, outcome):
        found.setdefault(link.chain, []).append(link)
    return [
        Chain(
            links[0].cause_text,
            tuple(
                (link.effect_text, texts(f"studio_why.{link.support}", evidence=", ".join(link.evidence)))
                for link in links
            ),
        )
        for links in found.values()
    ]


def _as_begin(name: str) -> str:
    """Return a name as it begins a sentence."""
    return name[:1].upper() + name[1:]


def _cells(row: dict[str, Any], outcome: str, texts: Texts) -> tuple[str, str, str]:
    share, interval = texts.amounts(outcome, row["share"], row["low"], row["high"], sign=True)
    return share, interval, texts(f"studio_why.{'yes' if row['clear'] else 'no'}")


def _says(rows: list[dict[str, Any]], labels: list[str], outcome: str, texts: Texts) -> str:
    clear = [(label, row) for label, row in zip(labels, rows, strict=True) if row["clear"]]
    if not clear:
        return texts("studio_why.nothing_clear")
    label, row = clear[0]
    half = (row["high"] - row["low"]) / 2.0
    return texts("studio_why.most", label=label, share=texts.quantity(outcome, row["share"], sign=True, half=half))


def _note(report: ExplanationFindings, by: By, texts: Texts) -> str:
    if by == "mechanism":
        return texts("studio_why.note_mechanism", direct=mechanism_name(DIRECT, texts.language))
    if report.exact:
        return texts("studio_why.note_exact")
    return texts("studio_why.note_sampled", orders=texts.number(report.lever_split.orders, 0))


__all__ = ["By", "Chain", "chains", "chart", "total"]
