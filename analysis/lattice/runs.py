"""The complete lever lattice: a scenario under all on/off combinations of levers, as a plan and as arrays.

On means as strongly and as the scenario has a lever, or in full from the first week with its own ramp if the scenario
does not use it; off means not at all. Levers outside of the lattice stay as they are in the scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.plan.designs import MAX_LATTICE, Lattice
from experiments.plan.factors import Range
from experiments.plan.plan import Plan
from experiments.sweep.results import Sweep
from sim.errors import BadInputError, between, phrase, unknown_name
from sim.policies import SUCCESS_FACTORS
from sim.scenario import Scenario

Floats = NDArray[np.float64]

MEASURED: Final = (
    "return_on_sales",
    "return_before_levers",
    "cooperation_quality",
    "coordination_efficiency",
)
"""Outcomes of each company that are kept."""
PROFESSIONAL: Final = "professional"
"""Whether a company is professional, 0 or 1; its mean over companies is the probability."""
LATTICE_OUTCOMES: Final = (*MEASURED, PROFESSIONAL)


def lattice_levers(scenario: Scenario, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the levers of a lattice, in their own order: those wanted, or the 15 success factors.

    Raises
    ------
    BadInputError
        For an unknown lever, one named twice, one that the scenario uses in several steps, and too many.
    """
    known = [policy.id for policy in scenario.all_policies()]
    for name in wanted:
        if name not in known:
            raise unknown_name(name, known, key="levers")
        if list(wanted).count(name) > 1:
            raise BadInputError("duplicate", key="levers", value=name)
    if len(wanted) > MAX_LATTICE:
        raise BadInputError("bounds", key="levers", value=len(wanted), allowed=between(1, MAX_LATTICE))
    chosen = tuple(name for name in known if name in wanted) if wanted else tuple(p.id for p in SUCCESS_FACTORS)
    for name in chosen:
        _on(scenario, name)
    return chosen


def _on(scenario: Scenario, lever: str) -> float:
    if lever not in scenario.levers:
        return 1.0
    steps = scenario.levers[lever].schedule()
    if len(steps) != 1:
        raise BadInputError(
            "invalid", key=f"levers.{lever}", value=lever, allowed=phrase("one_step", name=scenario.name)
        )
    return steps[0].intensity


def lattice_plan(
    scenario: Scenario,
    levers: Sequence[str],
    *,
    companies: int,
    seed: int = 1,
    weeks: int | None = None,
    first_company: int = 0,
) -> Plan:
    """Return the plan of a lattice: bit v of a point's number says whether lever v is on.

    Parameters
    ----------
    scenario
        What the company is and does; a lever that it has at intensity 0 counts as not used.
    levers
        Ids, as :func:`lattice_levers` returns them.
    companies, first_company, seed, weeks
        As for :class:`experiments.plan.plan.Plan`.
    """
    used = {name: lever for name, lever in scenario.levers.items() if name not in levers or _on(scenario, name) > 0.0}
    changes: dict[str, Any] = {} if len(used) == len(scenario.levers) else {"levers": used}
    base = scenario.changed(**changes) if changes else scenario
    return Plan(
        name=scenario.name,
        scenarios=[base],
        factors={f"levers.{name}": Range(low=0.0, high=_on(base, name)) for name in levers},
        design=Lattice(),
        companies=companies,
        first_company=first_company,
        seed=seed,
        weeks=weeks,
        outcomes=MEASURED,
    )


def lattice_values(sweep: Sweep, outcome: str) -> Floats:
    """Return an outcome over a lattice, shape (companies, 2**levers), column by point number.

    Parameters
    ----------
    sweep
        The complete sweep of :func:`lattice_plan`.
    outcome
        One of :data:`LATTICE_OUTCOMES`.
    """
    if outcome not in LATTICE_OUTCOMES:
        raise unknown_name(outcome, LATTICE_OUTCOMES, key="outcome")
    plan = sweep.manifest["plan"]
    values = np.full((plan["companies"], sweep.manifest["points"]), np.nan)
    column = "type" if outcome == PROFESSIONAL else outcome
    for part in sweep.batches([column], factors=False):
        found = part[column] == PROFESSIONAL if outcome == PROFESSIONAL else part[column]
        values[part["company"].to_numpy() - plan["first_company"], part["point"].to_numpy()] = found.to_numpy()
    return values


__all__ = ["LATTICE_OUTCOMES", "MEASURED", "PROFESSIONAL", "lattice_levers", "lattice_plan", "lattice_values"]
