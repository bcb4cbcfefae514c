"""Trajectories of virtual companies under one scenario: compact, and in instalments.

:func:`sim.simulate` gives tidy frames; where an answer has to be there before a finger leaves the slider, a frame row
per company and week is too slow. A :class:`Trajectory` holds the same numbers as arrays, and can be continued with
further companies, so that a first answer on few companies is refined to one on many without computing anything twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import frames
from sim.lanes import Founded, Key, Simulated, by_table, run_lanes
from sim.scenario import Scenario
from sim.settings import settings_of

Floats = NDArray[np.float64]

PATHS: Final = (
    "cooperation_quality",
    "coordination_efficiency",
    "return_on_sales",
    "alignment",
    "trust",
    "friction",
    "regard",
    "understanding",
    "disagreement",
    "decision_quality",
    "knowledge_gap",
    "market_knowledge",
    "escalations",
    "backlog",
    "coordination_hours",
    "customer_hours",
    "lever_cost",
)
"""The weekly paths that are kept of each company: measures, and what :func:`sim.outcomes.weekly` makes of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """Trajectories and outcomes of companies under one scenario.

    Attributes
    ----------
    scenario, seed
        What was simulated.
    outcomes
        By name, those of :data:`sim.outcomes.OUTCOMES`, shape (companies,) each; company numbers run from 0.
    types
        Codes of the coordination types, positions in :data:`sim.outcomes.TYPES`, shape (companies,).
    paths
        By name, those of :data:`PATHS`, shape (companies, weeks) each, float32.
    hours
        By department and purpose, hours per person and week in the last quarter, shape (companies,) each.
    images
        By reading (E14) and department that is rated: self-image and other-image, 0 to 1, shape (companies, items,
        2), items in the order of :data:`sim.perceptions.ITEMS`.
    """

    scenario: Scenario
    seed: int
    outcomes: Mapping[str, Floats]
    types: NDArray[np.int8]
    paths: Mapping[str, NDArray[np.float32]] = field(repr=False)
    hours: Mapping[tuple[str, str], Floats] = field(repr=False)
    images: Mapping[tuple[str, str], Floats] = field(repr=False)

    def __len__(self) -> int:
        """Return the number of companies."""
        return len(self.types)

    @property
    def weeks(self) -> int:
        """The horizon."""
        return self.scenario.weeks

    def first(self, companies: int) -> Trajectory:
        """Return the trajectory of the first few companies."""
        return Trajectory(
            self.scenario,
            self.seed,
            {name: values[:companies] for name, values in self.outcomes.items()},
            self.types[:companies],
            {name: values[:companies] for name, values in self.paths.items()},
            {name: values[:companies] for name, values in self.hours.items()},
            {name: values[:companies] for name, values in self.images.items()},
        )

    def frame(self, name: str | None = None) -> pd.DataFrame:
        """Return outcomes as :attr:`sim.Results.outcomes` has them, under the scenario's name or another one."""
        runs = frames.Runs([self.scenario.name if name is None else name], np.arange(len(self)))
        return frames.outcomes(runs, {**self.outcomes, "type": self.types})


def simulate_trajectory(
    scenario: Scenario,
    companies: int,
    *,
    seed: int = 1,
    after: Trajectory | None = None,
    founded: Founded | None = None,
    threads: int | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Trajectory:
    """Simulate a scenario on virtual companies 0 to ``companies`` - 1.

    Parameters
    ----------
    scenario
        What to simulate.
    companies
        Number of companies, all told.
    seed
        As for :func:`sim.simulate`, which gives the same numbers.
    after
        A trajectory of the first of them that is there already; only the others are simulated.
    founded
        As for :func:`sim.simulate`.
    threads
        Worker threads; as many as there are processors if None. Without influence on the results.
    cancelled
        Asked after each block of companies whether anybody still waits.

    Raises
    ------
    CancelledError
        If not.
    """
    begin = 0 if after is None else len(after)
    if begin >= companies:
        assert after is not None
        return after.first(companies)
    tables = by_table(
        run_lanes(
            _kept,
            settings_of([scenario]),
            scenario.model(),
            number=np.arange(begin, companies),
            seed=seed,
            weeks=scenario.weeks,
            threads=threads,
            founded=founded,
            cancelled=cancelled,
        )
    )
    types = tables["outcomes"].pop("type")
    new = Trajectory(scenario, seed, tables["outcomes"], types, tables["paths"], tables["hours"], tables["images"])
    return new if after is None else _joined(after, new)


def _kept(lanes: Simulated) -> dict[Key, NDArray[Any]]:
    """Return what is kept of lanes, by table and name, shape (lanes, ...) each."""
    found, weekly = lanes.outcomes(), lanes.weekly()
    kept: dict[Key, NDArray[Any]] = {("outcomes", name): values for name, values in found.items()}
    kept["outcomes", "type"] = lanes.types(found)
    kept |= {("paths", name): weekly[name].T.astype(np.float32) for name in PATHS}
    kept |= {("hours", key): values for key, values in lanes.hours().items()}
    return kept | {("images", key): values for key, values in lanes.images().items()}


def _joined(one: Trajectory, other: Trajectory) -> Trajectory:
    """Return the trajectory of all companies of two."""

    def both(a: Mapping[Any, NDArray[Any]], b: Mapping[Any, NDArray[Any]]) -> dict[Any, NDArray[Any]]:
        return {name: np.concatenate([a[name], b[name]]) for name in a}

    return Trajectory(
        one.scenario,
        one.seed,
        both(one.outcomes, other.outcomes),
        np.concatenate([one.types, other.types]),
        both(one.paths, other.paths),
        both(one.hours, other.hours),
        both(one.images, other.images),
    )


__all__ = ["PATHS", "Trajectory", "simulate_trajectory"]
