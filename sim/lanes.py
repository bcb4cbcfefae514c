"""The front door of the compiled engine: lanes in, what is kept of each of them out.

A lane is one lever setting on one virtual company under one model. Whoever simulates many of them says which, and what
is to be kept of a lane; how lanes are cut into blocks, on how many threads they run and which of them share companies
is decided behind this door, and makes no difference to what comes out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim import outcomes as oc
from sim import perceptions as pc
from sim.core import cache, holding
from sim.core.engine import BLOCK_LANES, Block, Engine, Settings
from sim.core.founded import Founded
from sim.core.layout import HOLDABLE
from sim.parameters import Model

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Name = TypeVar("Name")
Key = tuple[str, Any]
"""A table of results, and what a column of it is called."""


class CancelledError(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """Lanes that were simulated side by side, and what follows from their weeks.

    Attributes
    ----------
    block
        What happened in them.
    model
        The numbers under which it happened.
    """

    block: Block
    model: Model

    def measures(self) -> dict[str, Floats]:
        """Return the measures of :data:`sim.measures.MEASURES` by name, shape (weeks, lanes)."""
        return self.block.by_name()

    def weekly(self) -> dict[str, Floats]:
        """Return measures and what :func:`sim.outcomes.weekly` makes of them, shape (weeks, lanes)."""
        measures, graph, c, m = self.measures(), self.block.graph, self.model.coefficients, self.model.measurement
        return {**measures, **oc.weekly(measures, graph.marketing, graph.sales, self.block.need, c, m)}

    def outcomes(
        self, wanted: Collection[str] = oc.OUTCOMES, measures: Mapping[str, Floats] | None = None
    ) -> dict[str, Floats]:
        """Return outcomes by name, shape (lanes,).

        Parameters
        ----------
        wanted
            Which of :data:`sim.outcomes.OUTCOMES`.
        measures
            What they are worked out from; what was measured if None.
        """
        graph, c, m = self.block.graph, self.model.coefficients, self.model.measurement
        given = self.measures() if measures is None else measures
        return oc.horizon(given, graph.marketing, graph.sales, self.block.need, c, m, wanted)

    def types(self, outcomes: Mapping[str, Floats]) -> NDArray[np.int8]:
        """Return the codes of the coordination types, shape (lanes,), from quality and efficiency."""
        return oc.coordination_type(
            outcomes["cooperation_quality"], outcomes["coordination_efficiency"], self.model.measurement
        )

    def late(self) -> dict[str, Floats]:
        """Return the means of measures over the last weeks, by name, shape (lanes,)."""
        window = int(self.model.measurement.window_weeks)
        return {name: oc.mean_over_weeks(values[-window:]) for name, values in self.measures().items()}

    def hours(self) -> dict[tuple[str, str], Floats]:
        """Return hours per person and week in the last weeks by (department, purpose), shape (lanes,)."""
        return oc.hours_by_purpose(self.late(), self.block.graph.marketing, self.block.graph.sales)

    def images(self) -> dict[tuple[str, str], Floats]:
        """Return self-image and other-image in the last week by (reading, department that is rated).

        Shape (lanes, items, 2), in [0, 1], items in the order of :data:`sim.perceptions.ITEMS` (E14).
        """
        last = {name: values[-1] for name, values in self.measures().items()}
        found: dict[tuple[str, str], Floats] = {}
        for reading in pc.READINGS:
            seen = {side: pc.images(last, side, reading, self.model.measurement) for side in pc.OPPOSITE}
            for side, opposite in pc.OPPOSITE.items():
                found[reading, side] = np.stack([seen[side][0], seen[opposite][1]], axis=-1)
        return found


def run_lanes(
    keep: Callable[[Simulated], Mapping[Name, NDArray[Any]]],
    settings: Settings,
    models: Model | Sequence[Model],
    *,
    number: Ints,
    setting: Ints | int = 0,
    model: Ints | int = 0,
    seed: int,
    weeks: int,
    threads: int | None = None,
    founded: Founded | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[Name, NDArray[Any]]:
    """Simulate lanes and return what is kept of them, by name.

    ``number``, ``setting`` and ``model`` are broadcast together: settings ``np.arange(3)[:, None]`` on the companies
    ``np.arange(200)`` are 600 lanes, and what is kept of them has the shape (3, 200, ...).

    Parameters
    ----------
    keep
        Makes arrays of lanes side by side, with one entry per lane; called in worker threads.
    settings
        Lever settings.
    models
        The numbers of the model; one set, or several.
    number, setting, model
        Company number, position among the settings and position among the models of each lane.
    seed, weeks
        Chance and horizon, the same for all lanes.
    threads
        Worker threads; as many as there are processors if None. Without influence on the results.
    founded
        Companies founded already, for who simulates the same ones again. Without influence on the results.
    progress
        Told how many lanes more are done, now and then.
    cancelled
        Asked now and then whether nobody waits any more.

    Returns
    -------
    dict
        What ``keep`` made, by its names; the shape of the lanes comes first.

    Raises
    ------
    CancelledError
        If nobody waits any more.
    """
    shape = np.broadcast_shapes(*(np.shape(given) for given in (setting, number, model)))
    settings_of, numbers, models_of = (
        np.broadcast_to(given, shape).ravel().astype(np.int64) for given in (setting, number, model)
    )
    among = (models,) if isinstance(models, Model) else models
    shared = Founded() if founded is None else founded
    found: dict[Name, NDArray[Any]] = {}
    # One model after another, as a block has one. Blocks of several would change this loop and `Simulated`, no caller.
    order = np.argsort(models_of, kind="stable")
    for lanes in np.split(order, np.flatnonzero(np.diff(models_of[order])) + 1):
        one = among[models_of[lanes[0]]]

        def reduce(block: Block, model: Model = one) -> tuple[NDArray[np.int64], Mapping[Name, NDArray[Any]]]:
            return block.lanes, _kept(keep, Simulated(block, model), cancelled=cancelled)

        def collect(
            part: tuple[NDArray[np.int64], Mapping[Name, NDArray[Any]]], lanes: NDArray[np.int64] = lanes
        ) -> None:
            for name, values in part[1].items():
                if name not in found:
                    found[name] = np.empty((len(numbers), *values.shape[1:]), dtype=values.dtype)
                found[name][lanes[part[0]]] = values

        engine = _engine(settings, one, seed=seed, weeks=weeks, threads=threads, founded=shared)
        engine.run(settings_of[lanes], numbers[lanes], reduce, collect, progress)
    return {name: values.reshape(*shape, *values.shape[1:]) for name, values in found.items()}


def run_held(
    keep_before: Callable[[Simulated], Mapping[str, NDArray[Any]]],
    keep_after: Callable[[Simulated, Simulated], Mapping[str, NDArray[Any]]],
    before: tuple[Settings, Model],
    after: tuple[Settings, Model],
    *,
    number: Ints,
    held: NDArray[np.bool_],
    seed: int,
    weeks: int,
    threads: int | None = None,
    founded: Founded | None = None,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """Simulate companies under one setting, and under another with mechanisms held at their path under the first.

    Parameters
    ----------
    keep_before
        Makes arrays of lanes under the first setting, as for :func:`run_lanes`.
    keep_after
        Makes arrays of lanes under the second; given the one company that all of them are under the first, and them.
    before, after
        The two: settings, of which the first counts, and model.
    number
        Company numbers, shape (companies,).
    held
        Which of :data:`HOLDABLE` are held, shape (runs, 6); each run is done on each company. See
        :mod:`sim.core.holding`.
    seed, weeks, threads, founded, progress, cancelled
        As for :func:`run_lanes`; there are ``companies * (1 + runs)`` lanes.

    Returns
    -------
    tuple of dict
        What was kept, by name: shape (companies, ...) and shape (companies, runs, ...).

    Raises
    ------
    CancelledError
        If nobody waits any more.
    ValueError
        If the two are not of the same companies.
    """
    shared = Founded() if founded is None else founded
    first, second = (
        _engine(settings, model, seed=seed, weeks=weeks, threads=threads, founded=shared)
        for settings, model in (before, after)
    )
    return holding.run_held(
        first,
        second,
        number.astype(np.int64),
        held,
        lambda block: _kept(keep_before, Simulated(block, before[1]), cancelled=cancelled),
        lambda alone, block: _kept(
            keep_after, Simulated(alone, before[1]), Simulated(block, after[1]), cancelled=cancelled
        ),
        progress,
    )


def by_table(kept: Mapping[Key, NDArray[Any]]) -> dict[str, dict[Any, NDArray[Any]]]:
    """Return what was kept under pairs of a table and a column as columns by table."""
    tables: dict[str, dict[Any, NDArray[Any]]] = {}
    for (table, column), values in kept.items():
        tables.setdefault(table, {})[column] = values
    return tables


def load_kernel() -> None:
    """Load the compiled kernel, for who starts threads: two of them would compile it twice."""
    cache.get_kernel(BLOCK_LANES)


def is_compiled(*, following: bool = False) -> bool:
    """Return whether the kernel is at hand; if not, the first run compiles it, which takes half a minute.

    ``following`` asks for the one of :func:`run_held`.
    """
    return cache.is_compiled(BLOCK_LANES, following=following)


def _engine(
    settings: Settings, model: Model, *, seed: int, weeks: int, threads: int | None, founded: Founded
) -> Engine:
    return Engine(
        settings=settings,
        seed=seed,
        weeks=weeks,
        coefficients=model.coefficients,
        founding=model.founding,
        population=model.population,
        threads=threads or os.cpu_count() or 1,
        founded=founded,
    )


def _kept(
    keep: Callable[..., Mapping[Name, NDArray[Any]]], *lanes: Simulated, cancelled: Callable[[], bool] | None
) -> Mapping[Name, NDArray[Any]]:
    if cancelled is not None and cancelled():
        raise CancelledError
    return keep(*lanes)


__all__ = [
    "HOLDABLE",
    "CancelledError",
    "Founded",
    "Key",
    "Settings",
    "Simulated",
    "by_table",
    "is_compiled",
    "load_kernel",
    "run_held",
    "run_lanes",
]
