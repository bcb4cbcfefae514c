"""The roadmap: which lever to start next, and when, within a budget and a limit on simultaneous change."""

from analysis.roadmap.costs import NEVER, QUARTER
from analysis.roadmap.find import find_roadmap
from analysis.roadmap.findings import Promise, RoadmapFindings
from analysis.roadmap.gap import Gap, gap, shrunk
from analysis.roadmap.outlook import Outlook, outlook, pace
from analysis.roadmap.problem import GOALS, Problem, open_levers, pose

__all__ = [
    "GOALS",
    "NEVER",
    "QUARTER",
    "Gap",
    "Outlook",
    "Problem",
    "Promise",
    "RoadmapFindings",
    "find_roadmap",
    "gap",
    "open_levers",
    "outlook",
    "pace",
    "pose",
    "shrunk",
]
