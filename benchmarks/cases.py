"""The cases: a company of 24, lever settings, engines."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim import Scenario
from sim.core.engine import BLOCK_LANES, Engine, Settings
from sim.graph import Graph, communication_graph
from sim.parameters import coefficients, founding, population
from sim.policies import ALL_POLICIES
from sim.settings import settings_of

Ints = NDArray[np.int64]

SEED: Final = 1
WEEKS: Final = 104
PEOPLE: Final = 24
LANES: Final = 512


@lru_cache
def scenarios(count: int = LANES, people: int = PEOPLE) -> tuple[Scenario, ...]:
    """Return lever settings of one kind of company: all levers in use, strongly or weakly, from some week of a year on.

    Teams are in use from the start, so that no tie is ever dormant, and levers move in most of the first year's weeks:
    there is nothing that an engine could skip.
    """
    rng = np.random.default_rng(SEED)
    marketing = round(people * 10 / 24)
    company = {"marketing": marketing, "sales": people - marketing}
    found = []
    for k in range(count):
        levers = {}
        for policy in ALL_POLICIES:
            start = 0.0 if "team_intensity" in policy.effects else float(rng.integers(0, 52))
            levers[policy.id] = {"intensity": rng.uniform(0.05, 1.0), "start": start}
        found.append(Scenario(name=str(k), company=company, levers=levers))
    return tuple(found)


@lru_cache
def settings(count: int = LANES, people: int = PEOPLE) -> Settings:
    """Return :func:`scenarios` as the engine takes them."""
    return settings_of(scenarios(count, people))


def graph(people: int = PEOPLE) -> Graph:
    """Return the communication graph of the companies measured."""
    place: Any = scenarios(1, people)[0].place()
    return communication_graph(place, SEED, 0)


def engine(given: Settings, *, weeks: int = WEEKS, threads: int = 1, block_lanes: int = BLOCK_LANES) -> Engine:
    """Return an engine that has not drawn anything yet: drawing is part of what is measured."""
    return Engine(
        settings=given,
        seed=SEED,
        weeks=weeks,
        coefficients=coefficients(),
        founding=founding(),
        population=population(),
        threads=threads,
        block_lanes=block_lanes,
    )


def one_company(lanes: int) -> tuple[Ints, Ints]:
    """Return the lanes of one company under so many settings: settings and company numbers."""
    return np.arange(lanes, dtype=np.int64), np.zeros(lanes, dtype=np.int64)


def one_setting(lanes: int) -> tuple[Ints, Ints]:
    """Return the lanes of so many companies under one setting: settings and company numbers."""
    return np.zeros(lanes, dtype=np.int64), np.arange(lanes, dtype=np.int64)


def run(given: Engine, lanes: tuple[Ints, Ints]) -> None:
    """Simulate lanes and keep nothing."""
    given.run(*lanes, reduce=lambda _block: None, collect=lambda _nothing: None)
