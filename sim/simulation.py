"""The front door of the compiled engine: scenarios in, tidy frames out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import outcomes as oc
from sim.core.engine import MAX_NUMBER, Block, Engine
from sim.core.founded import Founded
from sim.draws import MAX_SEED
from sim.errors import BadInputError, between, phrase
from sim.frames import MAKERS, Lanes, joined
from sim.parameters import Coefficients, Measurement, coefficients, founding, measurement, population
from sim.policies import Policy
from sim.scenario import MAX_WEEKS, Scenario
from sim.settings import settings_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MAX_COMPANIES = 10_000_000
MAX_THREADS = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """Results of a simulation.

    Attributes
    ----------
    outcomes
        One row per (scenario, company): the outcomes of :data:`sim.outcomes.OUTCOMES` and the coordination ``type``.
    paths
        On request, one row per (scenario, company, week): the measures of :data:`sim.measures.MEASURES` and what
        :func:`sim.outcomes.weekly` makes of them. Empty otherwise.
    hours
        On request, one row per (scenario, company, department, purpose): hours per person and week in the last quarter.
    perceptions
        On request, one row per (scenario, company, reading, department, item): self-image and other-image, 0 to 100.
    seed, weeks
        With which it can be made again.
    """

    outcomes: pd.DataFrame
    paths: pd.DataFrame = field(repr=False)
    hours: pd.DataFrame = field(repr=False)
    perceptions: pd.DataFrame = field(repr=False)
    seed: int
    weeks: int


def simulate(
    scenarios: Scenario | Sequence[Scenario],
    *,
    companies: int = 200,
    seed: int = 1,
    weeks: int | None = None,
    first_company: int = 0,
    paths: bool = False,
    hours: bool = False,
    perceptions: bool = False,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
    founded: Founded | None = None,
) -> Results:
    """Simulate scenarios, each on the same virtual companies.

    Parameters
    ----------
    scenarios
        One or more; their names must differ.
    companies
        Number of virtual companies; company numbers run from ``first_company``.
    seed
        The same seed gives the same companies and the same chance under every scenario.
    weeks
        Horizon; the scenarios' own if None, which must then agree.
    paths, hours, perceptions
        Whether to keep weekly paths, hours by purpose, and how the departments see themselves and each other.
    threads
        Worker threads; as many as there are processors if None. Without influence on the results.
    progress
        Told the number of lanes done, now and then.
    founded
        Companies founded already, for who simulates the same ones again under other numbers. Without influence on the
        results.

    Raises
    ------
    BadInputError
        For arguments out of bounds and scenarios that do not fit together.
    """
    batch = (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)
    horizon = _check(batch, companies, seed, weeks, first_company, threads)
    numbers = np.arange(first_company, first_company + companies, dtype=np.int64)
    wanted = [name for name, asked in (("paths", paths), ("hours", hours), ("perceptions", perceptions)) if asked]
    columns: dict[str, Floats] = {}
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in MAKERS}
    total = len(batch) * companies
    shared = Founded() if founded is None else founded
    for group in _alike(batch):
        chosen = [batch[k] for k in group]
        c, f, m = (coefficients(chosen[0].coefficients), founding(chosen[0].founding), measurement(chosen[0].outcome))
        engine = Engine(
            settings=settings_of(chosen), seed=seed, weeks=horizon, coefficients=c, founding=f, population=population(),
            threads=threads or os.cpu_count() or 1, founded=shared,
        )  # fmt: skip
        names, positions = [scenario.name for scenario in chosen], np.array(group, dtype=np.int64)

        def reduce(
            block: Block, c: Coefficients = c, m: Measurement = m, names: list[str] = names, at: Ints = positions
        ) -> tuple[Ints, dict[str, Floats], dict[str, pd.DataFrame]]:
            found = oc.horizon(block.by_name(), block.graph.marketing, block.graph.sales, block.need, c, m)
            code = oc.coordination_type(found["cooperation_quality"], found["coordination_efficiency"], m)
            rows = at[block.setting] * companies + (block.number - first_company)
            lanes = Lanes(block, rows, names, c, m)
            return rows, {**found, "type": code.astype(np.float64)}, {name: MAKERS[name](lanes) for name in wanted}

        def collect(result: tuple[Ints, dict[str, Floats], dict[str, pd.DataFrame]]) -> None:
            rows, found, frames = result
            for name, values in found.items():
                columns.setdefault(name, np.empty(total))[rows] = values
            for name, frame in frames.items():
                parts[name].append(frame)

        lanes = np.arange(len(chosen) * companies, dtype=np.int64)
        engine.run(lanes // companies, numbers[lanes % companies], reduce, collect, progress)
    frame = pd.DataFrame({name: columns[name] for name in oc.OUTCOMES})
    codes = columns["type"].astype(np.int8)
    frame.insert(0, "type", pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(oc.TYPES))))
    frame.insert(0, "company", np.tile(numbers, len(batch)))
    frame.insert(0, "scenario", np.repeat([s.name for s in batch], companies))
    return Results(
        outcomes=frame,
        paths=joined(parts["paths"]),
        hours=joined(parts["hours"]),
        perceptions=joined(parts["perceptions"]),
        seed=seed,
        weeks=horizon,
    )


def _check(
    batch: Sequence[Scenario], companies: int, seed: int, weeks: int | None, first: int, threads: int | None
) -> int:
    if not batch:
        raise BadInputError("missing", key="scenarios", allowed=phrase("at_least_one"))
    names = [scenario.name for scenario in batch]
    for name in names:
        if names.count(name) > 1:
            raise BadInputError("duplicate", key="scenarios.name", value=name)
    horizons = {scenario.weeks for scenario in batch}
    if weeks is None and len(horizons) > 1:
        raise BadInputError("invalid", key="weeks", value=sorted(horizons), allowed=phrase("same_horizon"))
    horizon = batch[0].weeks if weeks is None else weeks
    checks: tuple[tuple[str, object, int, int], ...] = (
        ("companies", companies, 1, MAX_COMPANIES),
        ("weeks", horizon, 1, MAX_WEEKS),
        ("seed", seed, 0, MAX_SEED),
        ("first_company", first, 0, MAX_NUMBER - MAX_COMPANIES),
        ("threads", 1 if threads is None else threads, 1, MAX_THREADS),
    )
    for key, value, low, high in checks:
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
            raise BadInputError(
                "bounds", key=key, value=value, allowed=phrase("a_whole_number", range=between(low, high))
            )
    return int(horizon)


def _alike(batch: Sequence[Scenario]) -> list[list[int]]:
    """Return positions of scenarios that can run together: same coefficients, founding, measurement and levers."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for k, scenario in enumerate(batch):
        changes = (scenario.coefficients, scenario.founding, scenario.outcome)
        key = (*(tuple(sorted(change.items())) for change in changes), _lever_key(scenario.all_policies()))
        groups.setdefault(key, []).append(k)
    return list(groups.values())


def _lever_key(policies: Sequence[Policy]) -> tuple[Any, ...]:
    return tuple((p.id, tuple(p.effects.items()), p.running_cost, p.one_off_cost, p.ramp) for p in policies)
