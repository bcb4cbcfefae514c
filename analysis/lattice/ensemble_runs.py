"""A lattice's levers under every set of an ensemble: a fraction of its combinations, and some bundles.

All combinations for every set would be too much. A regular fraction of resolution V shows main effects clear of sets of
two and three levers, and pairs clear of single levers and of one another; see :mod:`experiments.plan.fractions`. A set
is a scenario of the sweep, so that a plan is stored and continued as any other, on the same virtual companies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.lattice.runs import LATTICE_OUTCOMES, PROFESSIONAL
from experiments.ensemble import Ensemble
from experiments.plan.designs import Fractional, Lattice
from experiments.plan.plan import ListDesign, Plan
from experiments.sweep.results import Sweep
from sim.errors import unknown_name

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RESOLUTION: Final = 5
"""Of the fraction. Few levers take all their combinations."""


def fraction_plan(lattice: Plan, ensemble: Ensemble) -> Plan:
    """Return the plan that runs a fraction of a lattice under every set.

    Parameters
    ----------
    lattice
        From :func:`analysis.lattice.runs.lattice_plan`.
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
    """Return which levers are on at which points, shape (points, levers)."""
    found: Bools = plan.draw() > np.array([factor.low for factor in plan.space])
    return found


def values_by_set(sweep: Sweep, outcome: str) -> Floats:
    """Return an outcome's mean over companies, shape (sets, points).

    Parameters
    ----------
    sweep
        The complete sweep of one of the plans.
    outcome
        One of :data:`analysis.lattice.runs.LATTICE_OUTCOMES`.
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
    """Return what a set is called in a sweep."""
    return f"set {k}"


__all__ = ["RESOLUTION", "bundles_plan", "fraction_plan", "levers_on", "values_by_set"]
