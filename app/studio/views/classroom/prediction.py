"""Predict first, then reveal: what somebody expects of a lever, and what the model has happen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

import pandas as pd

from analysis.comparison.findings import compare_outcomes, compare_types
from app.studio.answer import Answer
from sim.declarations import declared
from sim.texts import Texts

Way = Literal["up", "down", "same"]
PROFESSIONAL: Final = "professional"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is to be predicted.

    Attributes
    ----------
    id
        ``professional`` for the share of that type, or the name of an outcome.
    low, high, step
        Of the slider, as shown.
    """

    id: str
    low: float
    high: float
    step: float

    @property
    def scale(self) -> float:
        """How much larger than in the model it is shown."""
        return declared()[self.id].scale

    def text(self, value: float, texts: Texts, *, sign: bool = False, half: float = math.nan) -> str:
        """Return a value in the model's units, or a difference and half its interval, as it is shown."""
        shown = texts.amount(self.id, value, sign=sign, half=half)
        return shown if sign else shown + self.unit(texts)

    def unit(self, texts: Texts) -> str:
        """Return what stands behind its values."""
        return texts(f"amount.{declared()[self.id].unit}.unit")


MEASURES: Final = (
    Measure("cooperation_quality", low=0.0, high=1.0, step=0.01),
    Measure("return_on_sales", low=-20.0, high=20.0, step=0.5),
    Measure(PROFESSIONAL, low=0.0, high=100.0, step=1.0),
)
"""What is predicted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A guess beside what happened, in the model's units.

    Attributes
    ----------
    before, guess, after
        In the baseline, as expected, and as it came.
    difference, low, high
        Of what came to the baseline, and its 95% interval over companies.
    expected, happened
        Which way; ``same`` for a guess within half a slider's step of the baseline, and for a difference whose interval
        holds zero.
    """

    before: float
    guess: float
    after: float
    difference: float
    low: float
    high: float
    expected: Way
    happened: Way

    @property
    def right(self) -> bool:
        """Return whether the direction was right."""
        return self.expected == self.happened


def compared(answer: Answer) -> pd.DataFrame:
    """Return how types and outcomes differ, one row for each, as :mod:`analysis.comparison.findings` has it."""
    frame = pd.concat([answer.before.frame("a"), answer.after.frame("b")], ignore_index=True)
    return pd.concat([compare_types(frame, "a", "b"), compare_outcomes(frame, "a", "b")])


def verdict(measure: Measure, guess: float, found: pd.DataFrame) -> Verdict:
    """Return what a guess was worth.

    Parameters
    ----------
    measure
        What was predicted.
    guess
        What was expected, as it is shown on the slider.
    found
        From :func:`compared`.
    """
    row = cast("pd.Series[float]", found.loc[measure.id])
    before, after, low, high = (float(row[key]) for key in ("a", "b", "low", "high"))
    expected = guess / measure.scale
    return Verdict(
        before=before,
        guess=expected,
        after=after,
        difference=after - before,
        low=low,
        high=high,
        expected=_way(expected - before, 0.5 * measure.step / measure.scale),
        happened="same" if low <= 0.0 <= high or math.isnan(low) else _way(after - before, 0.0),
    )


def guesses_of(sent: object) -> Mapping[str, float] | None:
    """Return guesses by measure as a browser sent them; None if they are not numbers that the sliders can show."""
    if not isinstance(sent, Mapping):
        return None
    found: dict[str, float] = {}
    for measure in MEASURES:
        value = sent.get(measure.id)
        # A comparison with what is not a number is false.
        if isinstance(value, bool) or not isinstance(value, int | float) or not measure.low <= value <= measure.high:
            return None
        found[measure.id] = float(value)
    return found


def _way(difference: float, least: float) -> Way:
    if abs(difference) <= least:
        return "same"
    return "up" if difference > 0.0 else "down"


__all__ = ["MEASURES", "PROFESSIONAL", "Measure", "Verdict", "Way", "compared", "guesses_of", "verdict"]
