"""Trajectories of virtual companies under one scenario: compact, and in instalments.

:func:`sim.simulate` gives tidy frames; where an answer has to be there before a finger leaves the slider, a frame row
per company and week is too slow. A :class:`Course` holds the same numbers as arrays, and can be continued with further
companies, so that a first answer on few companies is refined to one on many without computing anything twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import outcomes as oc
from sim import perceptions as pc
from sim.core.engine import Block, Engine
from sim.core.founded import Founded
from sim.parameters import Coefficients, Measurement, coefficients, founding, measurement, population
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


class CancelledError(Exception):
    """Somebody no longer waits for the answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
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

    def first(self, companies: int) -> Course:
        """Return the course of the first few companies."""
        return Course(
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
        frame = pd.DataFrame({key: self.outcomes[key] for key in oc.OUTCOMES})
        kinds = pd.Categorical.from_codes(self.types, categories=pd.Index(oc.TYPES))
        frame.insert(0, "type", pd.Series(kinds))
        frame.insert(0, "company", np.arange(len(self), dtype=np.int64))
        frame.insert(0, "scenario", self.scenario.name if name is None else name)
        return frame


def simulate_course(
    scenario: Scenario,
    companies: int,
    *,
    seed: int = 1,
    after: Course | None = None,
    founded: Founded | None = None,
    threads: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Course:
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
        A course of the first of them that is there already; only the others are simulated.
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
    c, f, m = coefficients(scenario.coefficients), founding(scenario.founding), measurement(scenario.outcome)
    engine = Engine(
        settings=settings_of([scenario]), seed=seed, weeks=scenario.weeks, coefficients=c, founding=f,
        population=population(), threads=threads or os.cpu_count() or 1,
        founded=Founded() if founded is None else founded,
    )  # fmt: skip

    def reduce(block: Block) -> Mapping[Any, NDArray[Any]]:
        if cancelled():
            raise CancelledError
        return _reduced(block, c, m)

    numbers = np.arange(begin, companies, dtype=np.int64)
    found = engine.gather(np.zeros(len(numbers), dtype=np.int64), numbers, reduce)
    new = Course(
        scenario=scenario,
        seed=seed,
        outcomes={name: found[f"outcome.{name}"] for name in oc.OUTCOMES},
        types=found["type"],
        paths={name: found[f"path.{name}"] for name in PATHS},
        hours={
            (side, purpose): found[f"hours.{side}.{purpose}"] for side in pc.OPPOSITE for purpose in oc.PURPOSES
        },
        images={
            (reading, side): found[f"images.{reading}.{side}"] for reading in pc.READINGS for side in pc.OPPOSITE
        },
    )  # fmt: skip
    return new if after is None else _joined(after, new)


def _reduced(block: Block, c: Coefficients, m: Measurement) -> dict[str, NDArray[Any]]:
    """Return what is kept of a block, shape (lanes, ...) each."""
    measures, marketing, sales = block.by_name(), block.graph.marketing, block.graph.sales
    horizon = oc.horizon(measures, marketing, sales, block.need, c, m)
    kept: dict[str, NDArray[Any]] = {f"outcome.{name}": values for name, values in horizon.items()}
    kept["type"] = oc.coordination_type(horizon["cooperation_quality"], horizon["coordination_efficiency"], m)
    every = {**measures, **oc.weekly(measures, marketing, sales, block.need, c, m)}
    kept |= {f"path.{name}": every[name].T.astype(np.float32) for name in PATHS}
    window = int(m.window_weeks)
    late = {name: oc.mean_over_weeks(values[-window:]) for name, values in measures.items()}
    for (side, purpose), values in oc.hours_by_purpose(late, marketing, sales).items():
        kept[f"hours.{side}.{purpose}"] = values
    last = {name: values[-1] for name, values in measures.items()}
    for reading in pc.READINGS:
        seen = {side: pc.images(last, side, reading, m) for side in pc.OPPOSITE}
        for side, opposite in pc.OPPOSITE.items():
            kept[f"images.{reading}.{side}"] = np.stack([seen[side][0], seen[opposite][1]], axis=-1)
    return kept


def _joined(one: Course, other: Course) -> Course:
    """Return the course of all companies of two."""

    def both(a: Mapping[Any, NDArray[Any]], b: Mapping[Any, NDArray[Any]]) -> dict[Any, NDArray[Any]]:
        return {name: np.concatenate([a[name], b[name]]) for name in a}

    return Course(
        one.scenario,
        one.seed,
        both(one.outcomes, other.outcomes),
        np.concatenate([one.types, other.types]),
        both(one.paths, other.paths),
        both(one.hours, other.hours),
        both(one.images, other.images),
    )


__all__ = ["PATHS", "CancelledError", "Course", "simulate_course"]
