"""Why did it change? The difference between two scenarios over levers, over mechanisms, and as chains of steps."""

from analysis.explanation.chain import Link
from analysis.explanation.findings import USUAL, TraceReport, trace_report
from analysis.explanation.levers import split_levers
from analysis.explanation.measured import EXPLAINABLE
from analysis.explanation.mechanisms import DIRECT, MECHANISMS, split_mechanisms
from analysis.explanation.players import OTHER
from analysis.explanation.running import Runs
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
    "Link",
    "Runs",
    "Split",
    "TraceReport",
    "in_unit",
    "mechanism_name",
    "other_name",
    "split_levers",
    "split_mechanisms",
    "trace_report",
]
