"""The front door of the compiled engine: scenarios in, tidy frames out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import frames
from sim.draws import MAX_NUMBER, MAX_SEED
from sim.errors import BadInputError, between, phrase
from sim.lanes import Founded, Key, Simulated, by_table, run_lanes
from sim.presets import as_scenario
from sim.scenario import MAX_WEEKS, Scenario
from sim.settings import settings_of

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
    scenarios: Scenario | str | Sequence[Scenario | str],
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
        One or more; their names must differ. A preset also by its name.
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
    batch = tuple(map(as_scenario, (scenarios,) if isinstance(scenarios, (Scenario, str)) else scenarios))
    horizon = _check(batch, companies, seed, weeks, first_company, threads)
    numbers = np.arange(first_company, first_company + companies, dtype=np.int64)

    def keep(lanes: Simulated) -> dict[Key, NDArray[Any]]:
        found = lanes.outcomes()
        kept: dict[Key, NDArray[Any]] = {("outcomes", name): values for name, values in found.items()}
        kept["outcomes", "type"] = lanes.types(found)
        if paths:
            kept |= {("paths", name): values.T for name, values in lanes.weekly().items()}
        if hours:
            kept |= {("hours", key): values for key, values in lanes.hours().items()}
        if perceptions:
            kept |= {("perceptions", key): values for key, values in lanes.images().items()}
        return kept

    found: dict[Key, NDArray[Any]] = {}
    shared = Founded() if founded is None else founded
    for group in _alike(batch):
        chosen = [batch[k] for k in group]
        models = {scenario.model(): None for scenario in chosen}
        part = run_lanes(
            keep,
            settings_of(chosen),
            list(models),
            number=numbers,
            setting=np.arange(len(chosen))[:, None],
            model=np.array([list(models).index(scenario.model()) for scenario in chosen])[:, None],
            seed=seed,
            weeks=horizon,
            threads=threads,
            founded=shared,
            progress=progress,
        )
        # Paths are large: nothing is held twice.
        for key in list(part):
            values = part.pop(key)
            found.setdefault(key, np.empty((len(batch), *values.shape[1:]), dtype=values.dtype))[group] = values
    runs = frames.Runs([scenario.name for scenario in batch], numbers)
    tables = by_table(found)
    del found
    nothing = pd.DataFrame()
    return Results(
        outcomes=frames.outcomes(runs, tables.pop("outcomes")),
        paths=frames.paths(runs, tables.pop("paths")) if paths else nothing,
        hours=frames.hours(runs, tables.pop("hours")) if hours else nothing,
        perceptions=frames.perceptions(runs, tables.pop("perceptions")) if perceptions else nothing,
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
    """Return positions of scenarios that have the same levers to choose from, so that settings hold all of them."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for k, scenario in enumerate(batch):
        key = tuple(
            (p.id, tuple(p.effects.items()), p.running_cost, p.one_off_cost, p.ramp) for p in scenario.all_policies()
        )
        groups.setdefault(key, []).append(k)
    return list(groups.values())
