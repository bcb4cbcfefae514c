"""What states mean: cooperation quality, coordination efficiency, the four types, return on sales, success.

All functions take floats or arrays of any shape. Nothing here feeds back into the simulation, and the return on sales
never looks at the type (E19 would be circular).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim import declarations
from sim.parameters import Coefficients, Measurement
from sim.rules import WEEK_HOURS, WEEKS_PER_YEAR

Floats = NDArray[np.float64]
Number = TypeVar("Number", float, Floats)

TYPES: Final = ("professional", "overbureaucratic", "contact_shy", "self_blocking")
"""The four coordination types (E17); their position is their code."""

OUTCOMES: Final = declarations.OUTCOMES
"""Outcomes of a lane, declared in ``outcomes.toml``: means over the last weeks (``window_weeks``) or the whole run."""
_WHOLE_RUN: Final = frozenset(name for name, one in declarations.declared().items() if one.window == "whole")

WEEKLY: Final = (
    "cooperation_quality",
    "coordination_efficiency",
    "return_on_sales",
    "return_before_levers",
    "market_success",
    "openness_to_change",
    "market_knowledge",
    "regard",
    "strangeness",
    "escalations",
    "backlog",
    "coordination_hours",
    "customer_hours",
)
"""What :func:`weekly` makes of a week's measures."""

PURPOSES: Final = {
    "contact": "contact_hours",
    "waste": "waste_hours",
    "reading": "reading_hours",
    "reports": "report_hours",
    "planning": "planning_hours",
    "training": "training_hours",
    "rotation": "rotation_hours",
    "teams": "team_hours",
    "core": "core_hours",
}
"""What the 40 hours go to; they always sum to 40."""


def cooperation_quality(alignment: Number, gap: Number, divergence: Number, trust: Number, m: Measurement) -> Number:
    """Return the mean of alignment, one face to the customer, and trust, in [0, 1] (E16)."""
    face = 1.0 - (m.face_gap * np.minimum(1.0, m.gap_scale * gap) + (1.0 - m.face_gap) * divergence)
    quality: Number = (alignment + face + trust) / 3.0
    return quality


def coordination_efficiency(alignment: Number, hours: Number, need: Number, c: Coefficients, m: Measurement) -> Number:
    """Return result over effort: alignment, and what is reached without, per coordinating hour of the need (E16, E17).

    ``hours`` are all coordinating hours per person and week; ``need`` is the company's relative to the average one. Who
    does not coordinate at all would be infinitely efficient: effort counts as at least that share of the need which is
    reached without.
    """
    needed = c.need_hours * need
    efficiency: Number = (alignment + m.idle_result) * needed / np.maximum(hours, m.idle_result * needed)
    return efficiency


def coordination_type(quality: Number, efficiency: Number, m: Measurement) -> NDArray[np.int8]:
    """Return the code of the type among :data:`TYPES`; the cut-offs are absolute and set once (E17)."""
    poor_quality = np.asarray(quality) < m.quality_cut
    poor_efficiency = np.asarray(efficiency) < m.efficiency_cut
    return (2 * poor_quality + poor_efficiency).astype(np.int8)


def revenue(alignment: Number, need: Number, core_share: Number, knowledge: Number, m: Measurement) -> Number:
    """Return revenue at full price relative to base revenue.

    The benefit of need multiplies alignment, not its deviation, or companies with more need would be punished (E10).
    """
    tuned = 1.0 + m.revenue_alignment * (need * alignment - m.alignment_reference)
    return (
        tuned
        * (1.0 - m.revenue_core + m.revenue_core * core_share)
        * (1.0 - m.revenue_knowledge + m.revenue_knowledge * knowledge)
    )


def return_on_sales(full: Number, decision_quality: Number, lever_cost: Number, m: Measurement) -> Number:
    """Return profit over revenue (E19): poor decisions give the price away, people and levers cost.

    ``full`` is revenue at full price relative to base, ``lever_cost`` is in percent of base revenue per year. The cost
    level is anchored: it was solved so that professionals average 8%.
    """
    earned = full * (1.0 - m.price_softness * (1.0 - decision_quality))
    return 1.0 - (m.cost_share + lever_cost / 100.0) / earned


def openness_to_change(regard: Number, strangeness: Number, m: Measurement) -> Number:
    """Return readiness to move to the other department, in [0, 1] (E15, E42)."""
    openness: Number = regard * (1.0 - np.minimum(1.0, m.openness_strangeness * strangeness))
    return openness


def weekly(
    measures: Mapping[str, Floats], marketing: int, sales: int, need: Floats, c: Coefficients, m: Measurement
) -> dict[str, Floats]:
    """Return what follows from a week's measures, by name; shapes as the measures' (weeks, lanes).

    Parameters
    ----------
    measures
        Weekly measures by name (:data:`sim.measures.MEASURES`).
    marketing, sales
        Number of people.
    need
        Coordination need relative to the average company, shape (lanes,).
    c, m
        Coefficients and outcome parameters.
    """
    share = marketing / (marketing + sales)

    def both(name: str) -> Floats:
        return share * measures[f"{name}_marketing"] + (1.0 - share) * measures[f"{name}_sales"]

    reading, tie_hours, core = both("reading_hours"), both("tie_hours"), both("core_hours")
    hours = tie_hours + reading + measures["report_hours"] + measures["planning_hours"]
    alignment, knowledge = measures["alignment"], both("market_knowledge")
    full, no_cost = revenue(alignment, need, core / WEEK_HOURS, knowledge, m), np.zeros_like(alignment)
    return {
        "cooperation_quality": cooperation_quality(
            alignment, measures["knowledge_gap"], measures["goal_divergence"], measures["trust"], m
        ),
        "coordination_efficiency": coordination_efficiency(alignment, hours, need, c, m),
        "return_on_sales": return_on_sales(full, measures["decision_quality"], measures["lever_cost"], m),
        "return_before_levers": return_on_sales(full, measures["decision_quality"], no_cost, m),
        "market_success": full,
        "openness_to_change": openness_to_change(both("regard"), both("strangeness"), m),
        "market_knowledge": knowledge,
        "regard": both("regard"),
        "strangeness": both("strangeness"),
        "escalations": both("escalations"),
        "backlog": both("backlog"),
        "coordination_hours": hours,
        "customer_hours": measures["core_hours_sales"],
    }


def weekly_factor(name: str) -> float:
    """Return by what a weekly value is multiplied to be in the unit of the outcome of the same name."""
    one = declarations.declared().get(name)
    return WEEKS_PER_YEAR if one is not None and one.unit == "/yr" else 1.0


def mean_over_weeks(values: Floats) -> Floats:
    """Return the mean over the first axis, added up week after week.

    ``values.mean(axis=0)`` adds in another order where there is a single lane: the last bits of a lane's outcome would
    depend on whether other lanes are there.
    """
    total: Floats = np.add.accumulate(values, axis=0)[-1]
    return total / len(values)


def horizon(
    measures: Mapping[str, Floats],
    marketing: int,
    sales: int,
    need: Floats,
    c: Coefficients,
    m: Measurement,
    wanted: Collection[str] = OUTCOMES,
) -> dict[str, Floats]:
    """Return the outcomes of lanes by name, shape (lanes,), from weekly measures, shape (weeks, lanes).

    ``wanted`` names the outcomes to work out; who needs few of them waits less.
    """
    window = slice(-int(m.window_weeks), None)
    # Two outcomes look at the whole run; the others at its last weeks alone.
    whole = not _WHOLE_RUN.isdisjoint(wanted)
    weeks = weekly(
        measures if whole else {name: values[window] for name, values in measures.items()},
        marketing, sales, need, c, m,
    )  # fmt: skip
    every = {**measures, **weeks}
    found = {name: mean_over_weeks(every[name][window]) for name in wanted if name in every}
    if "coordination_efficiency" in wanted:
        effort, result = (mean_over_weeks(every[name][window]) for name in ("coordination_hours", "alignment"))
        found["coordination_efficiency"] = coordination_efficiency(result, effort, need, c, m)
    if "escalations" in wanted:
        found["escalations"] = found["escalations"] * WEEKS_PER_YEAR
    if "mean_return_on_sales" in wanted:
        found["mean_return_on_sales"] = mean_over_weeks(weeks["return_on_sales"])
    if "adaptation_success" in wanted:
        found["adaptation_success"] = _adaptation(measures, weeks["market_knowledge"], m)
    return {name: found[name] for name in OUTCOMES if name in wanted}


def _adaptation(measures: Mapping[str, Floats], knowledge: Floats, m: Measurement) -> Floats:
    """Return how well companies know their market and are aligned some weeks after demand stood high (E10)."""
    weeks = len(measures["demand"])
    lag = min(int(m.adaptation_lag), weeks - 1)
    shock = np.maximum(0.0, measures["demand"][: weeks - lag] - 1.0)
    adapted = (knowledge[lag:] + measures["alignment"][lag:]) / 2.0
    weight, weighted = mean_over_weeks(shock), mean_over_weeks(shock * adapted)
    return np.where(weight > 0.0, weighted / np.where(weight > 0.0, weight, 1.0), mean_over_weeks(adapted))


def hours_by_purpose(measures: Mapping[str, Floats], marketing: int, sales: int) -> dict[tuple[str, str], Floats]:
    """Return hours per person and week by (department, purpose), from measures of any shape."""
    found: dict[tuple[str, str], Floats] = {}
    for department, people in (("marketing", marketing), ("sales", sales)):
        contact = measures["contact_hours"] * measures["active_ties"] / people
        for purpose, name in PURPOSES.items():
            if purpose == "contact":
                found[department, purpose] = contact
            elif purpose == "waste":
                found[department, purpose] = measures[f"tie_hours_{department}"] - contact
            elif purpose in ("reading", "core"):
                found[department, purpose] = measures[f"{name}_{department}"]
            else:
                found[department, purpose] = measures[name]
    return found
