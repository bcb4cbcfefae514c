"""The same model under other libraries' runners: ``mesa.batch_run``, and AgentPy's experiments.

Both run the Mesa engine, company after company, and keep the outcomes that a sweep keeps: what differs is who runs it.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import mesa

from sim import OrganisationModel, Scenario
from sim.measures import MEASURES

if TYPE_CHECKING:
    # Their worker processes import this module to find the model, and need not load what a sweep needs.
    from experiments.plan.plan import Plan

FOLDER: Final = Path(".benchmarks") / "peers"
"""Where AgentPy is, if it is anywhere: not in the environment, where its package `tests` would stand before ours."""
INSTALL: Final = f".venv/bin/python -m pip install --no-deps --target {FOLDER} agentpy==0.1.5"

Found = dict[tuple[int, int], dict[str, float]]
"""Outcomes by name, of each design point and company."""


class Company(OrganisationModel):
    """A company that leaves its outcomes where Mesa's runner looks for results.

    Parameters
    ----------
    scenario
        What is the same in all runs.
    point
        Number of a design point, and the levers' intensities there. One parameter and not many: the runner crosses its
        parameters, and a design is no cross product.
    company, seed, weeks
        As for :class:`sim.OrganisationModel`.
    """

    def __init__(
        self, scenario: Scenario, point: tuple[int, Mapping[str, float]], company: int, seed: int, weeks: int
    ) -> None:
        super().__init__(scenario.changed(levers=dict(point[1])), company=company, seed=seed, weeks=weeks, collect=())
        # No more than outcomes are made of.
        self.datacollector = mesa.DataCollector(model_reporters={name: partial(_measure, name) for name in MEASURES})

    def step(self) -> None:
        """Simulate one week, and after the last one put outcomes in place of what they were made of."""
        super().step()
        if not self.running:
            found = self.outcomes()
            # Results are read from the row of the last week.
            self.datacollector.model_vars = {name: [value] * self.weeks for name, value in found.items()}


def _measure(name: str, model: Company) -> float:
    return model.measures[name]


def settings(plan: Plan) -> list[dict[str, float]]:
    """Return the levers' intensities at each point of a plan that varies nothing else."""
    names = [factor.name for factor in plan.space]
    return [dict(zip(names, row, strict=True)) for row in plan.draw().tolist()]


def batch_run(plan: Plan, processes: int) -> Found:
    """Run a plan's points and companies with Mesa's runner."""
    rows = mesa.batch_run(
        Company,
        {
            # Lists, as the runner takes anything that can be iterated for a list of values.
            "scenario": list(plan.scenarios),
            "point": list(enumerate(settings(plan))),
            "company": list(range(plan.companies)),
            "seed": plan.seed,
            "weeks": plan.horizon,
        },
        number_processes=processes,
        max_steps=plan.horizon,
        display_progress=False,
    )
    return {(row["point"][0], row["company"]): {name: row[name] for name in plan.outcomes} for row in rows}


@cache
def without_agentpy() -> str:
    """Return why AgentPy cannot be measured; nothing if it can."""
    if not (FOLDER / "agentpy").is_dir():
        return f"AgentPy is not there; to measure it: {INSTALL}"
    if missing := [name for name in ("joblib", "SALib") if importlib.util.find_spec(name) is None]:
        return f"AgentPy needs {', '.join(missing)}"
    return ""


@contextmanager
def within_reach() -> Iterator[None]:
    """Make AgentPy importable, here and in processes that are started meanwhile.

    No longer than needed: its package `tests` would stand before ours.
    """
    sys.path.append(str(FOLDER.absolute()))
    try:
        yield
    finally:
        sys.path.remove(str(FOLDER.absolute()))


def agentpy_run(plan: Plan, processes: int) -> Found:
    """Run a plan's points and companies with AgentPy's runner."""
    with within_reach():
        from benchmarks import agentpy_runner  # noqa: PLC0415  (may be missing)

        return agentpy_runner.run(plan, processes)
