"""Why did it change? The difference between two scenarios over levers, over mechanisms, and as chains of steps."""

from analysis.trace.chain import Link
from analysis.trace.levers import split_levers
from analysis.trace.measured import EXPLAINABLE
from analysis.trace.mechanisms import DIRECT, MECHANISMS, split_mechanisms
from analysis.trace.players import OTHER
from analysis.trace.report import USUAL, TraceReport, trace_report
from analysis.trace.running import Runs
from analysis.trace.split import Split
from analysis.trace.words import (
    in_unit,
    measure_amount,
    measure_difference,
    measure_level,
    measure_name,
    measure_scale,
    mechanism_name,
    other_name,
)
from experiments.course import CancelledError

__all__ = [
    "DIRECT",
    "EXPLAINABLE",
    "MECHANISMS",
    "OTHER",
    "USUAL",
    "CancelledError",
    "Link",
    "Runs",
    "Split",
    "TraceReport",
    "in_unit",
    "measure_amount",
    "measure_difference",
    "measure_level",
    "measure_name",
    "measure_scale",
    "mechanism_name",
    "other_name",
    "split_levers",
    "split_mechanisms",
    "trace_report",
]
