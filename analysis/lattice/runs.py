"""Runs of the complete lever lattice: a scenario under all on/off combinations of levers, as plans and as arrays.

A lever that is on has the intensity and the schedule of the scenario; if the scenario does not use it, it is on in full
from the first week with its own ramp. A lever that is off has no effect at all. Levers outside of the lattice stay as
they are in the scenario.

Under every parameter set of an ensemble, all combinations would be too many runs. There, a regular fraction of
resolution V is run, in which main effects are clear of sets of two and three levers, and pairs of single levers and of
one another (:mod:`experiments.plan.fractions`), and some bundles. Each set is a scenario of the sweep, on the same
virtual companies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.ensemble import Ensemble
from experiments.plan.designs import MAX_LATTICE, Fractional, Lattice
from experiments.plan.factors import Range
from experiments.plan.plan import ListDesign, Plan
from experiments.sweep.results import Sweep
from sim.errors import BadInputError, between, phrase, unknown_name
from sim.policies import SUCCESS_FACTORS
from sim.scenario import Scenario

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WITH_COST: Final = "return_on_sales"
WITHOUT_COST: Final = "return_before_levers"
"""The return with and without what the levers cost."""
MEASURED: Final = (
    WITH_COST,
    WITHOUT_COST,
    "cooperation_quality",
    "coordination_efficiency",
)
"""Outcomes of each company that are kept."""
PROFESSIONAL: Final = "professional"
"""Whether a company is professional, 0 or 1; its mean over companies is the probability."""
LATTICE_OUTCOMES: Final = (*MEASURED, PROFESSIONAL)
RESOLUTION: Final = 5
"""Of the fraction. With few levers, it has all their combinations."""


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
        The company and its levers; a lever at intensity 0 counts as not used.
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


class LatticeValues(Mapping[str, Floats]):
    """Outcomes of the complete sweep of a lattice (:func:`lattice_values`), each loaded when it is asked for."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep

    def __getitem__(self, outcome: str) -> Floats:
        return lattice_values(self._sweep, outcome)

    def __iter__(self) -> Iterator[str]:
        return iter(LATTICE_OUTCOMES)

    def __len__(self) -> int:
        return len(LATTICE_OUTCOMES)


def fraction_plan(lattice: Plan, ensemble: Ensemble) -> Plan:
    """Return the plan that runs a fraction of a lattice under every set.

    Parameters
    ----------
    lattice
        From :func:`lattice_plan`.
    ensemble
        The sets. Numbers of the model that the scenario changes itself stay its own.
    """
    base = lattice.scenarios[0]
    return lattice.changed(
        scenarios=[ensemble.scenario(base, k).changed(name=_name(k)) for k in range(len(ensemble))],
        # There is no fraction of a single lever's two settings.
        design=Fractional(resolution=RESOLUTION) if len(lattice.factors) > 1 else Lattice(),
        rows="points",
    )


def bundles_plan(fraction: Plan, bundles: Sequence[int]) -> Plan:
    """Return the plan that runs bundles under every set.

    Parameters
    ----------
    fraction
        From :func:`fraction_plan`.
    bundles
        Sets of levers; bit v is lever v.
    """
    points: tuple[dict[str, float | str], ...] = tuple(
        {factor.target: factor.high if bundle >> v & 1 else factor.low for v, factor in enumerate(fraction.space)}
        for bundle in bundles
    )
    return fraction.changed(design=ListDesign(points=points))


def levers_on(plan: Plan) -> Bools:
    """Return whether levers are on at the points of a plan, shape (points, levers)."""
    found: Bools = plan.draw() > np.array([factor.low for factor in plan.space])
    return found


def values_by_set(sweep: Sweep, outcome: str) -> Floats:
    """Return an outcome's mean over companies, shape (sets, points).

    Parameters
    ----------
    sweep
        The complete sweep of one of the plans.
    outcome
        One of :data:`LATTICE_OUTCOMES`.
    """
    if outcome not in LATTICE_OUTCOMES:
        raise unknown_name(outcome, LATTICE_OUTCOMES, key="outcome")
    column = f"share_{PROFESSIONAL}" if outcome == PROFESSIONAL else f"{outcome}_mean"
    names = [_name(k) for k in range(len(sweep.manifest["plan"]["scenarios"]))]
    values = np.full((len(names), sweep.manifest["points"]), np.nan)
    for part in sweep.batches([column], factors=False):
        rows = part["scenario"].cat.set_categories(names).cat.codes.to_numpy()
        values[rows, part["point"].to_numpy()] = part[column].to_numpy()
    return values


def _name(k: int) -> str:
    """Return the name of a set's scenario in a sweep."""
    return f"set {k}"


__all__ = [
    "LATTICE_OUTCOMES",
    "MEASURED",
    "PROFESSIONAL",
    "RESOLUTION",
    "WITHOUT_COST",
    "WITH_COST",
    "LatticeValues",
    "bundles_plan",
    "fraction_plan",
    "lattice_levers",
    "lattice_plan",
    "lattice_values",
    "levers_on",
    "values_by_set",
]
