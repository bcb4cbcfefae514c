"""Controlled conditions: the reference company under given levers, parameters and context, many times over.

The reference company is of middling context (ODD, section 7.8). All conditions run on the same virtual companies, so
differences between conditions are matched pairs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim import outcomes as oc
from sim.graph import Shape
from sim.lanes import Founded, Key, Settings, Simulated, by_table, run_lanes
from sim.parameters import MECHANISMS, Coefficients, Measurement, Model, group_values, parameters
from sim.perceptions import STATES
from sim.policies import ALL_POLICIES, SUCCESS_FACTORS
from sim.world import World

Floats = NDArray[np.float64]
Outcomes = dict[str, Floats]
Name = TypeVar("Name")

LEVERS: Final = tuple(policy.id for policy in ALL_POLICIES)
FACTORS: Final = tuple(policy.id for policy in SUCCESS_FACTORS)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: its differences from the reference company.

    Attributes
    ----------
    levers
        Intensity by lever id, in place from the first week.
    parameters
        Mechanism parameters, absolute.
    world
        Place, division of labour, pinned context, clash, redraw.
    schedule
        Later steps for all levers in ``levers``: (week, factor on the intensity, ramp in weeks).
    ramped
        Whether levers start with their own ramp instead of being in place.
    """

    levers: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    world: World = field(default_factory=lambda: World(place=Shape()))
    schedule: tuple[tuple[float, float, float], ...] = ()
    ramped: bool = False


@dataclass(frozen=True, slots=True)
class Laboratory:
    """A model, and what it takes to run companies with it.

    Attributes
    ----------
    model
        The model's numbers.
    seed
        Which companies and chance.
    threads
        Worker threads; without influence on the results.
    mechanisms
        Mechanism parameters without levers, by name.
    founded
        Companies founded already; laboratories that differ in coefficients alone may share them.
    """

    model: Model
    seed: int = 1
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    mechanisms: Mapping[str, float] = field(default_factory=lambda: group_values("mechanism"))
    founded: Founded = field(default_factory=Founded, repr=False)

    @property
    def coefficients(self) -> Coefficients:
        """The model's coefficients."""
        return self.model.coefficients

    @property
    def measurement(self) -> Measurement:
        """The model's outcome parameters."""
        return self.model.measurement

    def measured(self, **changes: float) -> Self:
        """Return a laboratory with other outcome parameters."""
        return replace(self, model=replace(self.model, measurement=self.measurement._replace(**changes)))

    def run(
        self, settings: Settings, companies: NDArray[np.integer], setting: NDArray[np.integer], weeks: int
    ) -> Outcomes:
        """Return the outcomes of lanes by name, shape (lanes,), with the code of the ``type``."""
        return self._run_to(settings, companies, setting, (weeks,))[0]

    def _run_to(
        self,
        settings: Settings,
        companies: NDArray[np.integer],
        setting: NDArray[np.integer],
        horizons: Sequence[int],
    ) -> list[Outcomes]:
        """Return the outcomes at several horizons of the same runs."""

        def at(lanes: Simulated, weeks: int) -> Outcomes:
            measures = {name: values[:weeks] for name, values in lanes.measures().items()}
            result = lanes.outcomes(measures=measures)
            result["meeting_culture"] = lanes.block.trait("meeting_culture")
            result.update({name: measures[name][-1] for name in STATES if name not in result})
            return result

        def keep(lanes: Simulated) -> dict[Key, Floats]:
            return {(str(weeks), name): v for weeks in horizons for name, v in at(lanes, weeks).items()}

        found = by_table(self._kept(keep, settings, companies, setting, max(horizons)))
        return [self.typed(found[str(weeks)]) for weeks in horizons]

    def typed(self, found: Outcomes) -> Outcomes:
        """Return outcomes with the code of the type under the present cut-offs."""
        code = oc.coordination_type(found["cooperation_quality"], found["coordination_efficiency"], self.measurement)
        return {**found, "type": code.astype(np.float64)}

    def compare(self, conditions: Sequence[Condition], companies: int, weeks: int = 104) -> Outcomes:
        """Return outcomes by name, shape (conditions, companies)."""
        return self.compare_to(conditions, companies, (weeks,))[0]

    def compare_to(self, conditions: Sequence[Condition], companies: int, horizons: Sequence[int]) -> list[Outcomes]:
        """Return what :meth:`compare` does at several horizons of the same runs."""
        number, setting = np.arange(companies), np.arange(len(conditions))[:, None]
        return self._run_to(self._settings(conditions), number, setting, horizons)

    def paths(self, conditions: Sequence[Condition], companies: int, weeks: int) -> dict[str, Floats]:
        """Return weekly means over companies, shape (conditions, weeks), and the weekly share with good quality."""

        def keep(lanes: Simulated) -> dict[str, Floats]:
            weekly = lanes.weekly()
            kept = {name: weekly[name].T for name in ("alignment", "trust", "friction", "cooperation_quality")}
            return kept | {"good": (kept["cooperation_quality"] >= self.measurement.quality_cut).astype(np.float64)}

        number, setting = np.arange(companies), np.arange(len(conditions))[:, None]
        found = self._kept(keep, self._settings(conditions), number, setting, weeks)
        # Companies are added up one after another: the last bits are the same each time.
        return {name: oc.mean_over_weeks(values.swapaxes(0, 1)) for name, values in found.items()}

    def _built(self, settings: Settings) -> Settings:
        """Return settings as companies are built here."""
        return settings

    def _kept(
        self,
        keep: Callable[[Simulated], Mapping[Name, Floats]],
        settings: Settings,
        companies: NDArray[np.integer],
        setting: NDArray[np.integer],
        weeks: int,
    ) -> dict[Name, Floats]:
        return run_lanes(
            keep,
            self._built(settings),
            self.model,
            number=companies,
            setting=setting,
            seed=self.seed,
            weeks=weeks,
            threads=self.threads,
            founded=self.founded,
        )

    def _settings(self, conditions: Sequence[Condition]) -> Settings:
        steps = 1 + max(len(condition.schedule) for condition in conditions)
        shape = (len(conditions), len(LEVERS), steps)
        start, ramp, target = np.full(shape, np.inf), np.ones(shape), np.zeros(shape)
        base = np.empty((len(conditions), len(MECHANISMS)))
        declared = parameters()["mechanism"]
        for k, condition in enumerate(conditions):
            values = {**self.mechanisms, **condition.parameters}
            base[k] = [min(declared[name].high, max(declared[name].low, values[name])) for name in MECHANISMS]
            for name, intensity in condition.levers.items():
                v = LEVERS.index(name)
                start[k, v, 0], target[k, v, 0] = 0.0, intensity
                ramp[k, v, 0] = ALL_POLICIES[v].ramp if condition.ramped else 1.0
                for s, (week, factor, length) in enumerate(condition.schedule, start=1):
                    start[k, v, s], target[k, v, s], ramp[k, v, s] = week, factor * intensity, length
        worlds = tuple(dict.fromkeys(condition.world for condition in conditions))
        return Settings(
            policies=ALL_POLICIES,
            base=base,
            start=start,
            ramp=ramp,
            target=target,
            worlds=worlds,
            world=np.array([worlds.index(condition.world) for condition in conditions], dtype=np.int64),
        )
