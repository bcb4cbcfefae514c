"""The headline: baseline against scenario in figures, always visible."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import solara

from analysis.comparison.findings import compare_outcomes, compare_types
from app.studio.answer import Answer
from app.studio.panels.words import words
from sim.declarations import declared
from sim.outcomes import TYPES
from sim.texts import Texts, kept_together

OUTCOMES: Final = ("cooperation_quality", "coordination_efficiency", "return_on_sales", "lever_cost")
"""What is always visible beside the types."""
_CERTAIN: Final = frozenset({"lever_cost"})
_GOOD_TYPE: Final = "professional"


@solara.component_vue("headline.vue")
def _Headline(
    words: dict[str, str],
    status: str,
    stage: str,
    types: list[dict[str, Any]],
    outcomes: list[dict[str, Any]],
) -> None:
    """Draw the panel."""


@solara.component
def Headline(answer: Answer | None, busy: bool, texts: Texts) -> None:
    """Show what the levers change.

    Parameters
    ----------
    answer
        What to show, None before there is one.
    busy
        Whether it answers an earlier question, and the answer to the last one is on its way.
    texts
        Of the language.
    """
    figures = solara.use_memo(lambda: None if answer is None else headline(answer, texts), [answer, texts.language])
    _Headline(
        words=words(texts, "studio.headline"),
        status=status(answer, busy, texts),
        stage=stage(answer, busy),
        types=[] if figures is None else figures["types"],
        outcomes=[] if figures is None else figures["outcomes"],
    )


def stage(answer: Answer | None, busy: bool) -> str:
    """Return how far the answer is: ``busy``, ``first``, ``refined``, or ``failed``."""
    if busy:
        return "busy"
    if answer is None:
        return "failed"
    return "refined" if answer.refined else "first"


def status(answer: Answer | None, busy: bool, texts: Texts) -> str:
    """Return what the figures are based on, or that they are on their way."""
    if busy:
        return texts("studio.headline.waiting" if answer is None else "studio.headline.computing")
    if answer is None:
        return texts("studio.headline.failed")
    companies, weeks = len(answer), answer.after.weeks
    return texts(
        f"studio.headline.{stage(answer, busy)}",
        companies=texts.counted("virtual_companies", companies),
        weeks=texts.counted("weeks", weeks),
    )


def compared(answer: Answer) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how types and outcomes differ, as :mod:`analysis.comparison.findings` has it."""
    frame = pd.concat([answer.before.frame("a"), answer.after.frame("b")], ignore_index=True)
    return compare_types(frame, "a", "b"), compare_outcomes(frame, "a", "b")


def headline(answer: Answer, texts: Texts) -> dict[str, list[dict[str, Any]]]:
    """Return the figures of the headline as they are shown, and as numbers."""
    types, outcomes = (frame.to_dict("index") for frame in compared(answer))
    return {
        "types": [_type_row(kind, types[kind], texts) for kind in TYPES],
        "outcomes": [_outcome_row(name, outcomes[name], texts) for name in OUTCOMES],
    }


def _type_row(kind: str, row: Mapping[Any, Any], texts: Texts) -> dict[str, Any]:
    difference, interval = texts.amounts(kind, row["difference"], row["low"], row["high"], sign=True)
    better = 1 if kind == _GOOD_TYPE else 0
    return {
        "id": kind,
        "name": texts(f"type.{kind}"),
        "before": texts.quantity(kind, row["a"]),
        "after": texts.quantity(kind, row["b"]),
        "difference": texts("studio.headline.points", value=difference),
        "interval": interval,
        "sense": _sense(row["low"], row["high"], better),
        **_numbers(row),
    }


def _outcome_row(name: str, row: Mapping[Any, Any], texts: Texts) -> dict[str, Any]:
    probability = float(row["probability"])
    unit = kept_together(texts(f"amount.{declared()[name].unit}.unit"))
    difference, interval = texts.amounts(name, row["difference"], row["low"], row["high"], sign=True)
    likely = texts("studio.headline.likely", share=texts.percent(probability, 0))
    return {
        "id": name,
        "name": texts(f"studio.headline.{name}"),
        "before": texts.amount(name, row["a"]) + unit,
        "after": texts.amount(name, row["b"]) + unit,
        "difference": texts("studio.headline.points", value=difference) if unit else difference,
        "interval": interval,
        "sense": _sense(row["low"], row["high"], int(row["better"])),
        "likely": "" if name in _CERTAIN else kept_together(likely),
        "probability": None if math.isnan(probability) else probability,
        **_numbers(row),
    }


def _numbers(row: Mapping[Any, Any]) -> dict[str, float]:
    """Return what a test or a screen reader's user may want in full."""
    return {"a": float(row["a"]), "b": float(row["b"]), "change": float(row["difference"])}


def _sense(low: float, high: float, better: int) -> str:
    """Return ``better`` or ``worse`` where the interval leaves no doubt about the sign, ``same`` otherwise."""
    if low <= 0.0 <= high or math.isnan(low):
        return "same"
    if better == 0:
        return "more" if low > 0.0 else "less"
    return "better" if low * better > 0.0 else "worse"


__all__ = ["OUTCOMES", "Headline", "compared", "headline", "stage", "status"]
