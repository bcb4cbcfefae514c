"""The plan of scenario discovery for a scenario."""

from __future__ import annotations

from experiments.plan.designs import LatinHypercube
from experiments.plan.factors import Range
from experiments.plan.plan import Plan
from sim.scenario import Scenario


def discovery_plan(scenario: Scenario, *, points: int, companies: int, seed: int = 1, weeks: int | None = None) -> Plan:
    """Return a plan that mixes all levers at all intensities (a Latin hypercube).

    Parameters
    ----------
    scenario
        The companies; the intensities of its levers do not matter.
    points
        Number of mixtures.
    companies, seed, weeks
        As for :class:`experiments.plan.plan.Plan`. The context of each company is kept with its results.

    Raises
    ------
    BadInputError
        For a scenario with a lever in several steps, and for numbers out of bounds.
    """
    return Plan(
        name=scenario.name,
        scenarios=[scenario],
        factors={"levers.*": Range()},
        design=LatinHypercube(points=points),
        companies=companies,
        seed=seed,
        weeks=weeks,
        context=True,
    )


__all__ = ["discovery_plan"]
