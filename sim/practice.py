"""Levers in practice: mechanism parameters over time, and cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sim import rules
from sim.parameters import group_values, parameters
from sim.policies import Policy
from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Practice:
    """A scenario's mechanism parameters, without levers and as the levers move them.

    Attributes
    ----------
    base
        Mechanism parameters by name, without levers.
    levers
        Levers in use, each with its steps: start, ramp, intensity.
    """

    base: dict[str, float]
    levers: tuple[tuple[Policy, tuple[tuple[float, float, float], ...]], ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return the practice of a scenario."""
        levers = tuple(
            (
                policy,
                tuple((step.start, policy.ramp if step.ramp is None else step.ramp, step.intensity) for step in steps),
            )
            for policy in scenario.all_policies()
            if policy.id in scenario.levers and (steps := scenario.levers[policy.id].schedule())
        )
        return cls(group_values("mechanism", scenario.parameters), levers)

    def at(self, week: int) -> tuple[dict[str, float], float]:
        """Return the mechanism parameters as the levers have moved them by this week, and what the levers cost."""
        now, cost = float(week), 0.0
        change = dict.fromkeys(self.base, 0.0)
        for policy, steps in self.levers:
            intensity = before = 0.0
            for start, ramp, target in steps:
                intensity = rules.ramped(now, start, ramp, intensity, target)
                before = rules.ramped(now - 1.0, start, ramp, before, target)
            before = rules.intensity_before(now, steps[0][1], intensity, before)
            cost += rules.lever_cost(policy.running_cost, policy.one_off_cost, intensity, before)
            for name, effect in policy.effects.items():
                change[name] += effect * intensity
        mechanisms = {
            name: rules.clip(self.base[name] + change[name], declared.low, declared.high)
            for name, declared in parameters()["mechanism"].items()
        }
        return mechanisms, cost


__all__ = ["Practice"]
