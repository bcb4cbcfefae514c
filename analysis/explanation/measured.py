"""Measures of a company from which a difference is explained: outcomes, types, and what lies on the way to them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import outcomes as oc
from sim.declarations import RETURNS, declared
from sim.errors import unknown_name
from sim.lanes import Simulated

Floats = NDArray[np.float64]

FURTHER: Final = ("social_skill", "experience", "market_knowledge", "contact_hours", "waste_hours")
"""Measures on the way that are no outcomes: means over all people, hours per person and week."""

EXPLAINABLE: Final = (*oc.OUTCOMES, *oc.TYPES)
"""What can be explained: outcomes, and whether a company is of a type (1 or 0, with a share as mean)."""

ON_THE_WAY: Final = (*(name for name in oc.OUTCOMES if declared()[name].window == "last"), *FURTHER)
"""What a chain can pass through; outcomes of all weeks take their time and are worked out where they are asked for."""


def check_outcomes(names: Collection[str]) -> tuple[str, ...]:
    """Return names of outcomes that can be explained.

    Raises
    ------
    BadInputError
        For another name.
    """
    for name in names:
        if name not in EXPLAINABLE:
            raise unknown_name(name, EXPLAINABLE, key="outcome")
    return tuple(dict.fromkeys(names))


def measured(lanes: Simulated, wanted: Collection[str], price: Floats | None = None) -> dict[str, Floats]:
    """Return measures of companies in the last quarter, by name, shape (lanes,).

    Parameters
    ----------
    lanes
        What was simulated.
    wanted
        Names among :data:`EXPLAINABLE` and :data:`FURTHER`.
    price
        Decision quality that the price depends on, by week, shape (weeks, 1); the lanes' own if None.
    """
    of_type = not set(oc.TYPES).isdisjoint(wanted)
    names = {*wanted, *(("cooperation_quality", "coordination_efficiency") if of_type else ())}
    found = lanes.outcomes(names)
    if price is not None and (priced := [name for name in RETURNS if name in names]):
        measures = lanes.measures()
        measures["decision_quality"] = np.broadcast_to(price, measures["decision_quality"].shape)
        found |= lanes.outcomes(priced, measures)
    if of_type:
        code = lanes.types(found)
        found |= {name: (code == k).astype(np.float64) for k, name in enumerate(oc.TYPES)}
    if not set(FURTHER).isdisjoint(wanted):
        found |= _further(lanes)
    return {name: found[name] for name in wanted}


def _further(lanes: Simulated) -> dict[str, Floats]:
    late, marketing, sales = lanes.late(), lanes.block.graph.marketing, lanes.block.graph.sales
    share = marketing / (marketing + sales)

    def both(name: str) -> Floats:
        mean: Floats = share * late[f"{name}_marketing"] + (1.0 - share) * late[f"{name}_sales"]
        return mean

    contact = 2.0 * late["contact_hours"] * late["active_ties"] / (marketing + sales)
    skills = {name: both(name) for name in ("social_skill", "experience", "market_knowledge")}
    return {**skills, "contact_hours": contact, "waste_hours": both("tie_hours") - contact}


__all__ = ["EXPLAINABLE", "FURTHER", "ON_THE_WAY", "check_outcomes", "measured"]
