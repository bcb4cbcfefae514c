"""Anchors: cut-offs of the four types and the cost level, each solved once and stored with the parameters.

The cut-offs are the outcome of the reference company with all 15 levers at one half (ODD, section 7.8): an absolute
anchor, never a median of what is being judged. The cost level makes professionals average 8% return on sales (E19), so
that number is anchored, not evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from experiments.laboratory import FACTORS, Condition, Laboratory
from experiments.population import Sample
from sim import evidence
from sim.graph import Shape
from sim.world import World

MEDIAN_CONTEXT: Final = {
    "meeting_culture": 0.5,
    "founding_trust": 0.45,
    "founding_friction": 0.25,
    "turbulence": 1.0,
}
"""Context of the reference company: the middle of what virtual companies draw."""


def reference_world(
    context: Mapping[str, float] | None = None, *, place: Shape | None = None, clash_week: int = -1
) -> World:
    """Return the reference company's world, with other context by name."""
    pins = tuple({**MEDIAN_CONTEXT, **(context or {})}.items())
    return World(place=place or Shape(), pins=pins, clash_week=clash_week)


def with_cut_offs(laboratory: Laboratory, companies: int = 256, weeks: int = 104) -> Laboratory:
    """Return the laboratory with the cut-offs of its reference company after two years."""
    half = Condition(levers=dict.fromkeys(FACTORS, 0.5), world=reference_world())
    found = laboratory.compare([half], companies, weeks)
    return laboratory.measured(
        quality_cut=float(found["cooperation_quality"].mean()),
        efficiency_cut=float(found["coordination_efficiency"].mean()),
    )


def with_cost_level(laboratory: Laboratory, sample: Sample, found: dict[str, np.ndarray]) -> Laboratory:
    """Return the laboratory with the cost level at which professionals of a simulated sample average E19's number."""
    professional = found["type"] == 0
    if not professional.any():
        return laboratory
    m = laboratory.measurement
    cost = m.cost_share + found["lever_cost"][professional] / 100.0
    # Return is 1 - cost / earned; what is earned does not depend on the cost level.
    earned = cost / (1.0 - found["return_on_sales"][professional])
    levers = (found["lever_cost"][professional] / 100.0 / earned).mean()
    share = (1.0 - evidence.professional_return_on_sales() - levers) / (1.0 / earned).mean()
    return laboratory.measured(cost_share=float(share))
