"""Outcomes as they are declared in ``outcomes.toml``: names, unit, digits, and which direction is better.

Whatever shows, compares or ranks outcomes reads it here. How they are computed stands in :mod:`sim.outcomes`, and how
an amount is written in a language in :class:`sim.texts.Texts`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

UNITS: Final = ("1", "%", "%/yr", "h", "h/wk", "/yr")
WINDOWS: Final = ("last", "whole", "")
_MOST_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is measured of a company, or a type of companies, and how it is shown.

    Attributes
    ----------
    id
        Its name in results.
    en, de, short_en, short_de
        Its name as inside a sentence, without the unit; a short one for 80 columns, empty where it is the same.
    says_en, says_de
        What it is, in one sentence.
    unit
        One of :data:`UNITS`: index without dimension, share of one shown in percent, percent of revenue per year,
        hours, hours per week, per person and year.
    digits
        How many stand after the point.
    better
        1 if more is better, -1 if less is, 0 if neither.
    window
        Over which weeks it is averaged: ``last`` or ``whole``; empty for what is shown like an outcome and is none.
    evidence
        Ids in :mod:`sim.evidence`.
    main
        Whether it is shown unless all outcomes are asked for.
    """

    id: str
    en: str
    de: str
    says_en: str
    says_de: str
    unit: str
    digits: int
    better: int
    window: str
    evidence: tuple[str, ...]
    main: bool = False
    short_en: str = ""
    short_de: str = ""

    def __post_init__(self) -> None:
        """Refuse a declaration that cannot be shown.

        Raises
        ------
        ValueError
            For an unknown unit, window or direction.
        """
        for name, known in (("unit", UNITS), ("window", WINDOWS), ("better", (1, 0, -1))):
            if getattr(self, name) not in known:
                raise ValueError(f"{self.id}.{name}: {getattr(self, name)!r}, known are {known}")

    @property
    def percent(self) -> bool:
        """Whether it is a share of one that is shown in percent."""
        return self.unit == "%"

    @property
    def scale(self) -> float:
        """By what it is multiplied to be shown."""
        return 100.0 if self.percent else 1.0

    def digits_beside(self, half: float) -> int:
        """Return how many digits stand after the point of a number whose interval is known.

        They keep two significant digits of half the interval; without an interval that says something, there is one
        more than declared.

        Parameters
        ----------
        half
            Half the interval, in the outcome's own scale.
        """
        if not math.isfinite(half) or half <= 0.0:
            return self.digits + 1
        # As written with two significant digits: 0.999 is 1.0.
        exponent = int(f"{self.scale * half:.1e}".partition("e")[2])
        return min(_MOST_DIGITS, max(0, 1 - exponent))


@cache
def declared() -> Mapping[str, Outcome]:
    """Return everything that is declared, by id, in the order of the file."""
    raw = tomllib.loads(files("sim").joinpath("outcomes.toml").read_text(encoding="utf-8"))
    return {name: Outcome(id=name, **{**entry, "evidence": tuple(entry["evidence"])}) for name, entry in raw.items()}


OUTCOMES: Final = tuple(name for name, outcome in declared().items() if outcome.window)
"""Outcomes of a lane, in the order of results."""
MAIN: Final = tuple(name for name in OUTCOMES if declared()[name].main)
"""Those that are shown unless all are asked for."""
RETURNS: Final = tuple(name for name in OUTCOMES if declared()[name].percent)
"""Returns: profit over revenue. They are shares of one and shown in percent, and no other outcome is."""
BETTER: Final = {name: outcome.better for name, outcome in declared().items()}
"""Whether more of what is declared is better (1), worse (-1) or neither (0)."""

__all__ = ["BETTER", "MAIN", "OUTCOMES", "RETURNS", "UNITS", "WINDOWS", "Outcome", "declared"]
