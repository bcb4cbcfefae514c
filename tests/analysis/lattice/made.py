"""Made-up lattices for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.lattice.ensemble import LatticeEnsemble, lattice_ensemble, wanted_bundles
from analysis.lattice.facts import LatticeFacts, UsedLever
from analysis.lattice.findings import LatticeFindings, lattice_findings
from analysis.lattice.runs import PROFESSIONAL, WITH_COST, WITHOUT_COST
from experiments.ensemble import ANCHORS, Ensemble
from experiments.plan.fractions import fraction
from sim.parameters import parameters

Floats = NDArray[np.float64]

SETS = 60
SLOPE, *OTHERS = list(parameters()["coefficient"])[:3]


def used_lever(name: str, on: float = 1.0) -> UsedLever:
    """Return a lever whose name has to be escaped on a page."""
    return UsedLever(name, (f"<{name}>", f"<{name} (de)>"), on, 0.1, 0.2)


def facts(levers: Sequence[str], companies: int, *, stay_on: Sequence[UsedLever] = ()) -> LatticeFacts:
    """Return the facts on a lattice of these levers."""
    settings = 2 ** len(levers)
    sizes = {"companies": companies, "settings": settings, "runs": companies * settings, "weeks": 104, "seed": 1}
    rows = tuple(used_lever(name) for name in levers)
    return LatticeFacts(scenario="<i>mine</i>", version="0", levers=rows, stay_on=tuple(stay_on), **sizes)


def settings_of(n: int) -> NDArray[np.bool_]:
    """Return all on/off combinations of n levers, shape (2**n, n)."""
    on: NDArray[np.bool_] = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)
    return on


def over_sets() -> tuple[LatticeEnsemble, Floats, LatticeFindings]:
    """Return a lattice of five levers over sets in which one coefficient turns the effect of the first.

    Returns
    -------
    tuple
        The lattice over the sets, the deciding coefficient's values, shape (sets,), and the findings under the default.
    """
    n, rng = 5, np.random.default_rng(1)
    coefficients = np.column_stack([rng.random(SETS), rng.random(SETS), np.full(SETS, 0.5)])
    coefficients[0] = 0.9, 0.5, 0.5
    slope = np.array([np.nan, 2.0, 1.0, -1.0, 0.5])

    def value(on: NDArray[np.bool_], sets: Sequence[int]) -> Floats:
        weights = np.tile(slope, (len(sets), 1))
        weights[:, 0] = 3.0 * (coefficients[sets, 0] - 0.5)
        found: Floats = weights @ on.T + 0.3 * (on[:, 1] & on[:, 2])
        return found

    on = fraction(n, 5).points().astype(bool)
    full = value(settings_of(n), [0])[0] + 0.01 * rng.normal(size=(6, 1))
    outcomes = {WITH_COST: full, WITHOUT_COST: full, PROFESSIONAL: (full > 2.0).astype(float)}
    findings = lattice_findings(outcomes, facts("abcde", 6))
    bundles = wanted_bundles(findings)

    def values(settings: NDArray[np.bool_]) -> dict[str, Floats]:
        found = value(settings, range(SETS))
        return dict.fromkeys((WITH_COST, WITHOUT_COST), found) | {PROFESSIONAL: (found > 2.0) * 1.0}

    ensemble = Ensemble((SLOPE, *OTHERS), coefficients, np.zeros((SETS, len(ANCHORS))), {})
    chosen = values(settings_of(n)[list(bundles)])
    made = lattice_ensemble(findings, ensemble, on=on, fraction=values(on), bundles=bundles, bundle_values=chosen)
    return made, coefficients[:, 0], findings


__all__ = ["OTHERS", "SETS", "SLOPE", "facts", "over_sets", "settings_of", "used_lever"]
