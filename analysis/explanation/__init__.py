"""Attribution: why two scenarios differ, by levers, by mechanisms, and as chains of steps.

Here: the shares (Shapley values) and the chains, their findings and their page. Not here: whether and how clearly two
scenarios differ (:mod:`analysis.comparison`), and runs with mechanisms held fixed (:mod:`sim.core.holding`).
"""

from analysis.explanation.chain import Link
from analysis.explanation.findings import USUAL, ExplanationFindings, explain
from analysis.explanation.levers import split_levers
from analysis.explanation.measured import EXPLAINABLE
from analysis.explanation.mechanisms import DIRECT, MECHANISMS, split_mechanisms
from analysis.explanation.players import OTHER
from analysis.explanation.runs import Runs
from analysis.explanation.split import Split
from analysis.explanation.words import (
    in_unit,
    mechanism_name,
    other_name,
)

__all__ = [
    "DIRECT",
    "EXPLAINABLE",
    "MECHANISMS",
    "OTHER",
    "USUAL",
    "ExplanationFindings",
    "Link",
    "Runs",
    "Split",
    "explain",
    "in_unit",
    "mechanism_name",
    "other_name",
    "split_levers",
    "split_mechanisms",
]
