"""The patterns P1 to P19: how each is judged (ODD, section 1)."""

from collections.abc import Callable
from typing import Final

from experiments.patterns import conditions, history, sample
from experiments.scorecard import Line, Study

PATTERNS: Final[dict[str, Callable[[Study], Line]]] = {
    "P1": sample.type_shares,
    "P2": sample.returns,
    "P3": sample.divisions,
    "P4": sample.need,
    "P5": sample.images,
    "P6": sample.information,
    "P7": sample.factors,
    "P8": conditions.harmony,
    "P9": conditions.bureaucracy,
    "P10": conditions.teams,
    "P11": conditions.goals,
    "P12": conditions.bundle,
    "P13": conditions.strangers,
    "P14": sample.customer_time,
    "P15": sample.openness,
    "P16": history.history,
    "P17": history.hysteresis,
    "P18": history.structure,
    "P19": history.fork,
}
"""How each pattern is judged."""

__all__ = ["PATTERNS"]
