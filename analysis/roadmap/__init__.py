"""The roadmap: which lever next, and when, within a budget and a limit on simultaneous change."""

from analysis.roadmap.costs import NEVER, QUARTER
from analysis.roadmap.find import find_roadmap
from analysis.roadmap.gap import Gap, gap
from analysis.roadmap.problem import GOALS, Problem, pose
from analysis.roadmap.report import Promise, Roadmap

__all__ = ["GOALS", "NEVER", "QUARTER", "Gap", "Problem", "Promise", "Roadmap", "find_roadmap", "gap", "pose"]
