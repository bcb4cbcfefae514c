"""Controlled conditions: the reference company under given levers, parameters and context, many times over.

The reference company is of middling context (MODEL, section 5). All conditions run on the same virtual companies, so
differences between conditions are matched pairs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import outcomes as oc
from sim.core.engine import BLOCK_LANES, Block, Engine, Settings, World
from sim.core.founded import Founded
from sim.graph import Shape
from sim.parameters import MECHANISMS, Coefficients, Founding, Measurement, Population, group_values, parameters
from sim.perceptions import STATES
from sim.policies import ALL_POLICIES, SUCCESS_FACTORS

Floats = NDArray[np.float64]
Outcomes = dict[str, Floats]

LEVERS: Final = tuple(policy.id for policy in ALL_POLICIES)
FACTORS: Final = tuple(policy.id for policy in SUCCESS_FACTORS)


@dataclass(frozen=True, slots=True)
class Condition:
    """What differs from the reference company.

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
    """A set of parameters, and what it takes to run companies with it.

    Attributes
    ----------
    coefficients, founding, measurement, population
        Parameters.
    seed
        Which companies and chance.
    threads
        Worker threads; without influence on the results.
    mechanisms
        Mechanism parameters without levers, by name.
    founded
        Companies founded already; laboratories that differ in coefficients alone may share them.
    block_lanes
        As for :class:`sim.core.engine.Engine`; without influence on the results.
    """

    coefficients: Coefficients
    founding: Founding
    measurement: Measurement
    population: Population
    seed: int = 1
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    mechanisms: Mapping[str, float] = field(default_factory=lambda: group_values("mechanism"))
    founded: Founded = field(default_factory=Founded, repr=False)
    block_lanes: int = BLOCK_LANES

    def measured(self, **changes: float) -> Laboratory:
        """Return a laboratory with other outcome parameters."""
        return replace(self, measurement=self.measurement._replace(**changes))

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

        def at(block: Block, weeks: int) -> Outcomes:
            measures = {name: values[:weeks] for name, values in block.by_name().items()}
            result = oc.horizon(
                measures, block.graph.marketing, block.graph.sales, block.need, self.coefficients, self.measurement
            )
            result["meeting_culture"] = block.trait("meeting_culture")
            result.update({name: measures[name][-1] for name in STATES if name not in result})
            return result

        def reduce(block: Block) -> Outcomes:
            return {f"{name}@{k}": v for k, weeks in enumerate(horizons) for name, v in at(block, weeks).items()}

        engine = self._engine(settings, max(horizons))
        found = engine.gather(np.asarray(setting, dtype=np.int64), np.asarray(companies, dtype=np.int64), reduce)
        return [
            self.typed({name.removesuffix(end): values for name, values in found.items() if name.endswith(end)})
            for end in (f"@{k}" for k in range(len(horizons)))
        ]

    def typed(self, found: Outcomes) -> Outcomes:
        """Return outcomes with the code of the type under the present cut-offs."""
        code = oc.coordination_type(found["cooperation_quality"], found["coordination_efficiency"], self.measurement)
        return {**found, "type": code.astype(np.float64)}

    def compare(self, conditions: Sequence[Condition], companies: int, weeks: int = 104) -> Outcomes:
        """Return outcomes by name, shape (conditions, companies)."""
        return self.compare_to(conditions, companies, (weeks,))[0]

    def compare_to(self, conditions: Sequence[Condition], companies: int, horizons: Sequence[int]) -> list[Outcomes]:
        """Return what :meth:`compare` does at several horizons of the same runs."""
        setting, number = np.divmod(np.arange(len(conditions) * companies), companies)
        return [
            {name: values.reshape(len(conditions), companies) for name, values in found.items()}
            for found in self._run_to(self._settings(conditions), number, setting, horizons)
        ]

    def paths(self, conditions: Sequence[Condition], companies: int, weeks: int) -> dict[str, Floats]:
        """Return weekly means over companies, shape (conditions, weeks), and the weekly share with good quality."""
        totals: dict[str, Floats] = {}

        def reduce(block: Block) -> tuple[Any, dict[str, Floats]]:
            measures = block.by_name()
            weekly = oc.weekly(
                measures, block.graph.marketing, block.graph.sales, block.need, self.coefficients, self.measurement
            )
            kept = {name: measures[name] for name in ("alignment", "trust", "friction")}
            kept["cooperation_quality"] = weekly["cooperation_quality"]
            kept["good"] = (weekly["cooperation_quality"] >= self.measurement.quality_cut).astype(np.float64)
            return block.setting, kept

        def collect(part: tuple[Any, dict[str, Floats]]) -> None:
            for name, values in part[1].items():
                total = totals.setdefault(name, np.zeros((len(conditions), weeks)))
                np.add.at(total, part[0], values.T)

        setting, number = np.divmod(np.arange(len(conditions) * companies), companies)
        # One thread: sums are then taken in one order, and the last bits are the same each time.
        engine = replace(self._engine(self._settings(conditions), weeks), threads=1)
        engine.run(setting.astype(np.int64), number.astype(np.int64), reduce, collect)
        return {name: total / companies for name, total in totals.items()}

    def _engine(self, settings: Settings, weeks: int) -> Engine:
        return Engine(
            settings=settings,
            seed=self.seed,
            weeks=weeks,
            coefficients=self.coefficients,
            founding=self.founding,
            population=self.population,
            threads=self.threads,
            founded=self.founded,
            block_lanes=self.block_lanes,
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
