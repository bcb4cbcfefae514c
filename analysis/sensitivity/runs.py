"""Plans of a sensitivity analysis, and the conclusions at each of their points.

A scenario is run with its levers and without them, on the same virtual companies, while the numbers of the model vary
between their bounds. A scenario without levers is run as it is and with all 15 success factors at full strength, so
that the effect of levers is a conclusion in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from experiments.plan.designs import Design, Morris, Saltelli
from experiments.plan.factors import Factor, Range
from experiments.plan.names import FactorNames, parameter_of
from experiments.plan.plan import Plan
from experiments.plan.targets import TABLES
from experiments.sweep.results import Sweep
from sim.errors import BadInputError, phrase
from sim.outcomes import TYPES
from sim.policies import SUCCESS_FACTORS
from sim.scenario import Scenario
from sim.texts import Texts, languages

WITH: Final = "with"
WITHOUT: Final = "without"
"""Names of the two scenarios of a plan, the same in every language."""
OUTCOMES: Final = ("cooperation_quality", "coordination_efficiency", "return_on_sales")
LEVELS: Final = (*OUTCOMES, *(f"share_{kind}" for kind in TYPES))
"""Conclusions about the scenario as it is: means over companies, and the share of companies of each type."""
CHANGED: Final = (*OUTCOMES, "share_professional")
"""Levels on which the effect of the levers is a conclusion, too."""
EFFECTS: Final = tuple(f"effect_{level}" for level in CHANGED)
"""Conclusions about the levers: the level with them less the level without them."""
CONCLUSIONS: Final = (*LEVELS, *EFFECTS)
ALL_COEFFICIENTS: Final = "coefficients.*"
MOST_PAIRED: Final = 24
"""Most factors for which pairs are estimated, too: they take twice as many points, for many more indices."""


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario with levers and without.

    Attributes
    ----------
    name
        The scenario's.
    own
        Whether the levers are the scenario's own; if not, they are the 15 success factors at full strength.
    scenarios
        With levers and without, in this order.
    """

    name: str
    own: bool
    scenarios: tuple[Scenario, Scenario]

    @property
    def as_it_is(self) -> Literal["with", "without"]:
        """The one of the two that is the scenario as it is; levels are about it."""
        return "with" if self.own else "without"


def case_of(scenario: Scenario) -> Case:
    """Return a scenario with levers and without."""
    own = any(step.intensity > 0.0 for lever in scenario.levers.values() for step in lever.schedule())
    levers = scenario.levers if own else {policy.id: 1.0 for policy in SUCCESS_FACTORS}
    pair = scenario.changed(name=WITH, levers=levers), scenario.changed(name=WITHOUT, levers={})
    return Case(scenario.name, own, pair)


def screening_plan(
    case: Case,
    factors: Sequence[str] = (ALL_COEFFICIENTS,),
    *,
    trajectories: int,
    companies: int = 32,
    seed: int = 1,
    weeks: int | None = None,
) -> Plan:
    """Return the plan of a Morris screening: trajectories x (factors + 1) points.

    Parameters
    ----------
    case
        The scenarios.
    factors
        Targets to vary, each between its own bounds; no levers, which differ between the two scenarios.
    trajectories
        Number of trajectories; each changes every factor once.
    companies, seed, weeks
        As for :class:`experiments.plan.plan.Plan`.

    Raises
    ------
    BadInputError
        For factors that cannot be varied, and numbers out of bounds.
    """
    return _plan(case, factors, Morris(trajectories=trajectories), companies, seed, weeks)


def indices_plan(
    case: Case,
    factors: Sequence[str] = (ALL_COEFFICIENTS,),
    *,
    samples: int,
    companies: int = 32,
    seed: int = 1,
    weeks: int | None = None,
) -> Plan:
    """Return the plan of Sobol' indices: samples x (factors + 2) points.

    For 2 to :data:`MOST_PAIRED` factors it is samples x (2 factors + 2) points, from which pairs are estimated, too.

    Parameters
    ----------
    case, factors, companies, seed, weeks
        As for :func:`screening_plan`.
    samples
        A power of two.

    Raises
    ------
    BadInputError
        As for :func:`screening_plan`.
    """
    plain = _plan(case, factors, Saltelli(samples=samples, second_order=False), companies, seed, weeks)
    if not 2 <= len(plain.space) <= MOST_PAIRED:
        return plain
    return plain.changed(design=Saltelli(samples=samples, second_order=True))


def _plan(case: Case, factors: Sequence[str], design: Design, companies: int, seed: int, weeks: int | None) -> Plan:
    given: dict[str, Range] = {}
    for target in factors:
        if target.split(".")[0] == "levers":
            allowed = ", ".join(f"{table}.…" for table in TABLES if table != "levers")
            raise BadInputError("invalid", key="factors", value=target, allowed=allowed)
        if target in given:
            raise BadInputError("duplicate", key="factors", value=target)
        given[target] = Range()
    if not given:
        raise BadInputError("missing", key="factors", allowed=phrase("at_least_one"))
    return Plan(
        name=case.name,
        scenarios=case.scenarios,
        factors=given,
        design=design,
        companies=companies,
        seed=seed,
        weeks=weeks,
        outcomes=OUTCOMES,
        rows="points",
    )


def conclusions(sweep: Sweep, case: Case) -> pd.DataFrame:
    """Return the conclusions at each point.

    Parameters
    ----------
    sweep
        The complete sweep of one of the plans.
    case
        Its scenarios.

    Returns
    -------
    pandas.DataFrame
        Index point, in the order of the design; columns :data:`CONCLUSIONS`.
    """
    columns = {f"{name}_mean": name for name in OUTCOMES} | {name: name for name in LEVELS if name not in OUTCOMES}
    frame = sweep.frame(list(columns), factors=False).rename(columns=columns)
    arms = {
        str(name): rows.set_index("point").sort_index()[list(LEVELS)]
        for name, rows in frame.groupby("scenario", observed=True)
    }
    effects = (arms[WITH] - arms[WITHOUT])[list(CHANGED)].set_axis(list(EFFECTS), axis=1)
    return pd.concat([arms[case.as_it_is], effects], axis=1)


def design_facts(plan: Plan) -> dict[str, Any]:
    """Return sizes, numbers of points and runs, and factors of a design, in JSON's types."""
    sizes = {key: value for key, value in plan.design.model_dump().items() if key != "kind" and value is not None}
    return {**sizes, "points": plan.points, "runs": plan.runs, "factors": [factor.target for factor in plan.space]}


def factor_facts(factor: Factor) -> dict[str, Any]:
    """Return name by language, origin and limits of a factor, in JSON's types."""
    number = parameter_of(factor.target)
    limits = {"values": list(factor.values)} if factor.values else {"low": factor.low, "high": factor.high}
    return {
        "name": {language: FactorNames(Texts(language))(factor.target) for language in languages()},
        **{key: getattr(number, key, None) for key in ("unit", "default", "provenance", "source")},
        **limits,
    }


__all__ = [
    "ALL_COEFFICIENTS",
    "CHANGED",
    "CONCLUSIONS",
    "EFFECTS",
    "LEVELS",
    "MOST_PAIRED",
    "WITH",
    "WITHOUT",
    "Case",
    "case_of",
    "conclusions",
    "design_facts",
    "factor_facts",
    "indices_plan",
    "screening_plan",
]
