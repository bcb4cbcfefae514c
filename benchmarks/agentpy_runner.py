"""AgentPy's runner around the Mesa engine; to be imported inside :func:`benchmarks.peers.within_reach`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import agentpy as ap

from benchmarks.peers import Company, Found, settings
from sim import Scenario

if TYPE_CHECKING:
    from experiments.plan.plan import Plan


class Model(ap.Model):  # type: ignore[misc]
    """A company whose weeks are AgentPy's steps.

    Its parameters are a lever's intensity each, as AgentPy takes them, beside the design point's ``number``,
    ``company``, ``chance`` (the seed; AgentPy makes others of one called ``seed``) and ``steps``.
    """

    def setup(self, scenario: Scenario) -> None:
        """Found the company."""
        p: dict[str, Any] = self.p
        levers = {name.removeprefix("levers."): value for name, value in p.items() if name.startswith("levers.")}
        self.inner = Company(scenario, (p["number"], levers), p["company"], p["chance"], p["steps"])

    def step(self) -> None:
        """Simulate one week."""
        self.inner.step()

    def end(self) -> None:
        """Report outcomes."""
        for name, values in self.inner.datacollector.model_vars.items():
            self.report(name, values[-1])


def run(plan: Plan, processes: int) -> Found:
    """Run a plan's points and companies."""
    runs = [(k, point, company) for k, point in enumerate(settings(plan)) for company in range(plan.companies)]
    columns: dict[str, list[Any]] = {
        "number": [k for k, _, _ in runs],
        "company": [company for _, _, company in runs],
        "chance": [plan.seed] * len(runs),
        "steps": [plan.horizon] * len(runs),
        **{f"levers.{name}": [point[name] for _, point, _ in runs] for name in runs[0][1]},
    }
    # Value by value: a design is no cross product.
    sample = ap.Sample({name: ap.Values(*values) for name, values in columns.items()}, product=False)
    with warnings.catch_warnings():
        # It was written for an older pandas, which says so and does what it is asked to.
        warnings.simplefilter("ignore", DeprecationWarning)
        experiment = ap.Experiment(Model, sample, randomize=False, scenario=plan.scenarios[0])
        reported = experiment.run(n_jobs=processes, display=False)["reporters"]
    return {
        (k, company): {name: float(reported[name].iloc[row]) for name in plan.outcomes}
        for row, (k, _, company) in enumerate(runs)
    }
