"""Which assumption matters for which conclusion: what to run to find out, and the conclusions at each point.

A scenario is run with its levers and without them, on the same virtual companies, while the numbers of the model vary
between their bounds. A scenario without levers is run as it is and with all 15 success factors at full strength: what
levers change is a conclusion in any case. To learn under which conditions something happens, the levers vary instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from experiments.plan.designs import Design, LatinHypercube, Morris, Saltelli
from experiments.plan.factors import Range
from experiments.plan.plan import Plan
from experiments.plan.targets import TABLES
from experiments.sweep.results import Sweep
from sim.errors import BadInputError, phrase
from sim.outcomes import TYPES
from sim.policies import SUCCESS_FACTORS
from sim.scenario import Scenario

WITH: Final = "with"
WITHOUT: Final = "without"
"""Names of the two scenarios of a plan, the same in every language."""
OUTCOMES: Final = ("cooperation_quality", "coordination_efficiency", "return_on_sales")
LEVELS: Final = (*OUTCOMES, *(f"share_{kind}" for kind in TYPES))
"""Conclusions about the scenario as it is: means over companies, and shares of the types among them."""
CHANGED: Final = (*OUTCOMES, "share_professional")
"""Levels of which it is a conclusion what the levers change."""
EFFECTS: Final = tuple(f"effect_{level}" for level in CHANGED)
"""Conclusions about the levers: with them less without them."""
CONCLUSIONS: Final = (*LEVELS, *EFFECTS)
ALL_COEFFICIENTS: Final = "coefficients.*"
MOST_PAIRED: Final = 24
"""Most factors of which pairs are estimated, too; pairs double the number of points, and their number grows faster."""


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
        """Which of the two is the scenario as it is, about which levels are concluded."""
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
        What is varied, each between its own bounds: targets of a plan except levers, which differ between the
        scenarios.
    trajectories
        How many changes of every factor in turn.
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


def discovery_plan(scenario: Scenario, *, points: int, companies: int, seed: int = 1, weeks: int | None = None) -> Plan:
    """Return a plan that mixes all levers at all intensities, to find out under which conditions something happens.

    Parameters
    ----------
    scenario
        What the companies are; how strong its levers are does not matter.
    points
        How many mixtures, a Latin hypercube.
    companies, seed, weeks
        As for :class:`experiments.plan.plan.Plan`. Each comes with the context that it was founded in.

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
    "discovery_plan",
    "indices_plan",
    "screening_plan",
]
