"""Scenarios as arrays of lever settings, the form in which the compiled engine takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.core.engine import Settings
from sim.parameters import group_values
from sim.scenario import Scenario
from sim.world import world_of


def settings_of(scenarios: Sequence[Scenario]) -> Settings:
    """Return scenarios with the same levers as arrays."""
    policies = scenarios[0].all_policies()
    schedules = [
        [scenario.levers[policy.id].schedule() if policy.id in scenario.levers else () for policy in policies]
        for scenario in scenarios
    ]
    steps = max(1, *(len(schedule) for row in schedules for schedule in row))
    shape = (len(scenarios), len(policies), steps)
    start, ramp, target = np.full(shape, np.inf), np.ones(shape), np.zeros(shape)
    for s, row in enumerate(schedules):
        for v, schedule in enumerate(row):
            for k, step in enumerate(schedule):
                start[s, v, k], target[s, v, k] = step.start, step.intensity
                ramp[s, v, k] = policies[v].ramp if step.ramp is None else step.ramp
    worlds = [world_of(scenario) for scenario in scenarios]
    distinct = tuple(dict.fromkeys(worlds))
    return Settings(
        policies=policies,
        base=np.array([list(group_values("mechanism", scenario.parameters).values()) for scenario in scenarios]),
        start=start,
        ramp=ramp,
        target=target,
        worlds=distinct,
        world=np.array([distinct.index(world) for world in worlds], dtype=np.int64),
    )
