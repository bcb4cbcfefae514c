"""A few companies as they are and with levers moved, as the studio answers about them."""

from __future__ import annotations

import pytest

from app.studio.answer import Answer
from experiments.trajectory import simulate_trajectory
from sim.scenario import Scenario

WEEKS = 45
LEVERS = {
    "joint_planning": {"intensity": 1.0, "start": 4},
    "shared_goals": 0.8,
    "constructive_conflict": {"intensity": 1.0, "start": 4},
}


@pytest.fixture(scope="session")
def answer() -> Answer:
    scenarios = Scenario(name="before", weeks=WEEKS), Scenario(name="after", weeks=WEEKS, levers=LEVERS)
    before, after = (simulate_trajectory(scenario, 220, seed=3) for scenario in scenarios)
    return Answer(before, after, refined=True)


@pytest.fixture(scope="session")
def unchanged(answer) -> Answer:
    return Answer(answer.before, answer.before, refined=True)


@pytest.fixture(scope="session")
def reverse(answer) -> Answer:
    return Answer(answer.after, answer.before, refined=True)
