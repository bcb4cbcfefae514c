"""Roadmaps that several files look at; found once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.roadmap import Problem, RoadmapFindings, find_roadmap, gap, pose
from analysis.roadmap.ensemble import under_sets
from experiments.ensemble import shipped
from sim.presets import preset

SETS = 21
"""Just enough for deciders."""


@pytest.fixture(scope="session")
def tower() -> Problem:
    levers = ["talk_first", "joint_planning", "job_rotation"]
    return pose(preset("ivory_tower").scenario(), budget=0.2, levers=levers, horizon=30)


@pytest.fixture(scope="session")
def plain(tower: Problem) -> RoadmapFindings:
    """Return a roadmap that was found by trying all plans."""
    return find_roadmap(tower, companies=4, fresh=6, seed=2, threads=1)


@pytest.fixture(scope="session")
def whole(tower: Problem, plain: RoadmapFindings) -> RoadmapFindings:
    """Return the same with all that can be asked for."""
    over = under_sets(tower, plain, shipped().first(SETS))
    about = {"of": len(shipped()), "families": SETS, "fixed": []}
    return replace(plain, check=gap(tower, companies=4, effort=1), ensemble=over.findings(about))


@pytest.fixture(scope="session")
def empty() -> RoadmapFindings:
    """Return a roadmap in which nothing helps: rotation takes people away from their customers."""
    problem = pose(preset("hoarders").scenario(), budget=0.1, levers=["job_rotation"], horizon=26)
    return find_roadmap(problem, companies=4, fresh=4, threads=1)


@pytest.fixture(scope="session")
def searched() -> RoadmapFindings:
    """Return a roadmap that a search found, of an outcome of which less is better."""
    problem = pose(preset("reference").scenario(), budget=0.1, at_once=3, horizon=26, outcome="escalations")
    return find_roadmap(problem, companies=2, fresh=64, effort=40, threads=1)
