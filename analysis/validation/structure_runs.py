"""Other structures of the model: graphs, density, company size, length of a step.

A variant changes how the model is built, never a rule. The anchors (cut-offs of the types, cost level) are solved again
for each, as they are for each parameter set: what is compared are conclusions, not levels.

Week length. A step of ``week`` weeks keeps hours as hours per person and *week*, and turns everything that happens per
week into per step. This is exact for the flows of hours, contact and mail (the backlog is a stock, so it is counted in
units of ``week`` hours), for the market's autoregression at the steps, and for the chance to leave. It is an
approximation elsewhere: mail waits for the next step before it is read, so that people who keep up have one step's mail
unread and shorter steps make them read more promptly; weekly rates compound (1 - (1 - rate)^week) as if they met no
factor that moves with the state; chances of escalation are multiplied by ``week``, so that a double week can hold one
escalation of a tie at most; demand is that at the step, not its mean over it; the outcomes' window, the lag of
adaptation and the week of a clash are rounded to whole steps; a ramp takes its first increment at the end of the first
step. Draws are per step, so that different week lengths have other chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from experiments.laboratory import Laboratory
from experiments.scorecard import Study
from sim.graph import Shape
from sim.lanes import Settings
from sim.parameters import Founding, Measurement, parameters

COMPOUNDING: Final = "/wk"
"""Unit of the coefficients that are weekly rates."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to build the model.

    Attributes
    ----------
    id, group
        Its name, and what it varies: ``graph``, ``density``, ``size``, ``week``; ``standard`` is the model as it is.
    shape
        Changed attributes of :class:`sim.graph.Shape`, in every place.
    week
        Length of a step in weeks.
    thinned
        By how much fewer companies there are per controlled condition, because they are large.
    """

    id: str
    group: str
    shape: Mapping[str, Any] = field(default_factory=dict)
    week: float = 1.0
    thinned: int = 1

    def steps(self, weeks: float) -> int:
        """Return a number of weeks in steps, at least one."""
        return max(1, round(weeks / self.week))

    def settings(self, given: Settings) -> Settings:
        """Return settings in this structure; real organisations stay what they are."""
        worlds = tuple(
            replace(
                world,
                place=replace(world.place, **self.shape) if isinstance(world.place, Shape) else world.place,
                clash_week=world.clash_week if world.clash_week < 0 else round(world.clash_week / self.week),
            )
            for world in given.worlds
        )
        # In place before the first week: no ramp to be stretched (sim.rules.intensity_before).
        in_place = (given.start <= 0.0) & (given.ramp <= 1.0)
        return replace(
            given,
            worlds=worlds,
            start=given.start / self.week,
            ramp=np.where(in_place, given.ramp, np.maximum(1.0, given.ramp / self.week)),
            # One-off costs are stated as a yearly rate of the step in which they fall due.
            policies=tuple(replace(policy, one_off_cost=policy.one_off_cost / self.week) for policy in given.policies),
        )


def sized(people: int) -> dict[str, int]:
    """Return a shape with as many people, departments in the standard's proportion."""
    marketing = max(1, round(people * Shape().marketing / Shape().people))
    return {"marketing": marketing, "sales": people - marketing}


STANDARD: Final = Variant("standard", "standard")
VARIANTS: Final = (
    STANDARD,
    *(Variant(f"graph: {name}", "graph", {"structure": name}) for name in ("broker", "random", "small_world", "hubs")),
    *(Variant(f"interface degree {k:g}", "density", {"interface_degree": k}) for k in (1.0, 2.0, 8.0)),
    *(Variant(f"internal degree {k:g}", "density", {"internal_degree": k}) for k in (2.0, 8.0)),
    *(
        Variant(f"{n} people", "size", sized(n), thinned=k)
        for n, k in ((10, 1), (24, 1), (100, 1), (300, 2), (1000, 4))
    ),
    Variant("half weeks", "week", week=0.5),
    Variant("double weeks", "week", week=2.0),
)
"""The standard first. Its companies have the sizes of the sample; those of ``24 people`` all have that size."""


@dataclass(frozen=True, slots=True)
class VariantLaboratory(Laboratory):
    """A laboratory whose companies are built as a variant says; weeks are given to it in steps."""

    variant: Variant = STANDARD

    def _built(self, settings: Settings) -> Settings:
        return self.variant.settings(settings)


@dataclass(frozen=True, eq=False)
class VariantStudy(Study):
    """A study in a variant: patterns ask for weeks and get steps."""

    variant: Variant = STANDARD

    def compare(self, conditions: Sequence[Any], weeks: int = 104, companies: int = 0) -> dict[str, Any]:
        """Return outcomes of controlled conditions, shape (conditions, companies)."""
        return self.laboratory.compare(conditions, companies or self.companies, self.variant.steps(weeks))


def varied(laboratory: Laboratory, variant: Variant) -> VariantLaboratory:
    """Return a laboratory that builds its companies as a variant says; anchors are still those of ``laboratory``."""
    return VariantLaboratory(
        model=replace(
            laboratory.model,
            coefficients=laboratory.coefficients._replace(**_rates(laboratory, variant.week)),
            founding=_founding(laboratory.model.founding, variant.week),
            measurement=_windows(laboratory.measurement, variant.week),
        ),
        seed=laboratory.seed,
        threads=laboratory.threads,
        mechanisms=laboratory.mechanisms,
        variant=variant,
    )


def compounded(rate: float, week: float) -> float:
    """Return the share that is left out over a step, of a share that is left out each week."""
    # The exact rate for one week: the powers of other steps would change its last bits.
    return rate if week == 1.0 else 1.0 - (1.0 - rate) ** week


def _rates(laboratory: Laboratory, week: float) -> dict[str, float]:
    """Return the coefficients that change with the length of a step, by name."""
    c, found = laboratory.coefficients, {}
    for name, declared in parameters()["coefficient"].items():
        value = float(getattr(c, name))
        if declared.unit == COMPOUNDING:
            found[name] = compounded(value, week)
        elif declared.unit == "h":
            # A stock of hours, counted in units of ``week`` hours: flows into it are hours per week.
            found[name] = value / week
        elif declared.unit == "/h":
            # Learning per hour of training, which is in hours per week.
            found[name] = value * week
    # A chance, of which there are several small ones in a step, and a yearly gain shared out over the steps.
    found["escalation_rate"] = c.escalation_rate * week
    found["experience_gain"] = c.experience_gain * week
    return found


def _founding(f: Founding, week: float) -> Founding:
    # The founding draws divide turnover by the weeks of a year.
    weeks = 52.0
    turnover = f.turnover if week == 1.0 else weeks * compounded(f.turnover / weeks, week)
    return f._replace(turnover=turnover, market_memory=f.market_memory**week, backlog_start=f.backlog_start / week)


def _windows(m: Measurement, week: float) -> Measurement:
    return m._replace(
        window_weeks=float(max(1, round(m.window_weeks / week))), adaptation_lag=float(round(m.adaptation_lag / week))
    )
