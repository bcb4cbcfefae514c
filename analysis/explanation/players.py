"""Differences between two scenarios as players of a game: each lever that differs, and everything else together.

A coalition of players is a scenario between the two: its levers are those of ``after`` where the lever is in the
coalition, those of ``before`` where it is not, and likewise with everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInputError, phrase
from sim.lanes import Settings
from sim.parameters import group_values
from sim.scenario import CHANGES, OwnPolicy, Scenario, Step
from sim.settings import settings_of

OTHER: Final = "other"
"""The player for all that differs besides levers: parameters, coefficients, context, clash."""


@dataclass(frozen=True, slots=True)
class Players:
    """Two scenarios of the same companies, and their differences.

    Attributes
    ----------
    before, after
        The scenarios.
    names
        Ids of the levers that differ, in the levers' order, and :data:`OTHER` if anything else does.
    """

    before: Scenario
    after: Scenario
    names: tuple[str, ...]

    @classmethod
    def of(cls, before: Scenario, after: Scenario) -> Players:
        """Return the differences between two scenarios.

        Raises
        ------
        BadInputError
            If they cannot be run on the same companies, or not over the same weeks.
        """
        if before.weeks != after.weeks:
            horizons = [before.weeks, after.weeks]
            raise BadInputError("invalid", key="weeks", value=horizons, allowed=phrase("same_horizon"))
        if before.place() != after.place():
            name = f"{before.name}, {after.name}"
            raise BadInputError("invalid", key="company", value=name, allowed=phrase("same_companies"))
        known = {policy.id: None for scenario in (before, after) for policy in scenario.all_policies()}
        levers = tuple(lever for lever in known if _schedule(before, lever) != _schedule(after, lever))
        others = _rest(before) != _rest(after) or _redefined(before, after)
        return cls(before, after, (*levers, OTHER) if others else levers)

    def side(self, *, others: bool) -> Scenario:
        """Return the scenario that everything but levers comes from: ``after`` if ``others``, else ``before``."""
        return self.after if others else self.before

    def without(self, lever: str) -> Scenario:
        """Return ``after`` with one lever as in ``before``."""
        levers = {name: schedule for name, schedule in self.after.levers.items() if name != lever}
        if lever in self.before.levers:
            levers[lever] = self.before.levers[lever]
        return self.after.changed(levers=levers, policies=self._policies(others=True))

    def settings(self, coalitions: NDArray[np.bool_], *, others: bool) -> Settings:
        """Return coalitions as lever settings.

        Parameters
        ----------
        coalitions
            Whether a lever is as in ``after``, shape (settings, players); the column of :data:`OTHER` is ignored.
        others
            Whether everything but levers is as in ``after``.
        """
        policies = self._policies(others=others)
        both = settings_of([scenario.changed(policies=policies) for scenario in (self.before, self.after)])
        taken = np.zeros((len(coalitions), len(both.policies)), dtype=np.intp)
        for k, name in enumerate(self.names):
            if name != OTHER:
                taken[:, [policy.id for policy in both.policies].index(name)] = coalitions[:, k]
        lever = np.arange(len(both.policies))
        side = np.full(len(coalitions), int(others))
        return Settings(
            policies=both.policies,
            base=both.base[side],
            start=both.start[taken, lever],
            ramp=both.ramp[taken, lever],
            target=both.target[taken, lever],
            worlds=both.worlds,
            world=both.world[side],
        )

    def _policies(self, *, others: bool) -> tuple[OwnPolicy, ...]:
        """Return the user-defined levers of both sides; where both define one, that of the chosen side."""
        one, two = (self.after, self.before) if others else (self.before, self.after)
        ids = {policy.id for policy in one.policies}
        return (*one.policies, *(policy for policy in two.policies if policy.id not in ids))


def _schedule(scenario: Scenario, lever: str) -> tuple[Step, ...]:
    """Return the schedule of a lever; an empty one if it is never used."""
    steps = scenario.levers[lever].schedule() if lever in scenario.levers else ()
    return steps if any(step.intensity > 0.0 for step in steps) else ()


def _rest(scenario: Scenario) -> tuple[object, ...]:
    """Return everything but levers, the horizon and the name."""
    numbers = [group_values(group, getattr(scenario, table)) for table, group in CHANGES.items()]
    return scenario.company.division_type, scenario.context, scenario.clash, numbers


def _redefined(before: Scenario, after: Scenario) -> bool:
    """Return whether a user-defined lever that is used is defined differently on the two sides."""
    one, other = ({policy.id: policy for policy in scenario.policies} for scenario in (before, after))
    return any(
        one[name] != other[name] and (_schedule(before, name) or _schedule(after, name))
        for name in one.keys() & other.keys()
    )


__all__ = ["OTHER", "Players"]
