"""Conclusions that are made up, so that it is known what decides them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.sensitivity.estimates import Sample
from analysis.sensitivity.findings import SensitivityFindings, sensitivity_findings
from analysis.sensitivity.runs import CONCLUSIONS, case_of, indices_plan, screening_plan
from experiments.plan.plan import Plan
from sim.parameters import parameters
from sim.scenario import Scenario

NAMES = [f"coefficients.{name}" for name in list(parameters()["coefficient"])[:8]]
A, B, C, *_ = NAMES
CASE = case_of(Scenario(name="made up", levers={"talk_first": 1.0}))


def shares(plan: Plan) -> dict[str, np.ndarray]:
    """Return how far each factor is on its way from low to high at each point."""
    drawn = plan.draw()
    return {f.target: f.space.share(drawn[:, k]) for k, f in enumerate(plan.space)}


def made_up(plan: Plan) -> pd.DataFrame:
    x = {**dict.fromkeys(NAMES, 0.5), **shares(plan)}
    rare = (x[A] > 0.85) & (x[B] > 0.85) & (x[C] > 0.85)
    return pd.DataFrame(
        {
            "a alone": 3.0 * x[A] - 1.0,
            "a and b": 2.0 * x[A] - 2.0 * x[B],
            "only together": (2.0 * x[A] - 1.0) * (2.0 * x[B] - 1.0),
            "many": sum(x[name] for name in NAMES),
            "rare": np.where(rare, 1.0, 0.0) + 0.0 * x[A],
            "constant": np.full(plan.points, 7.0),
        }
    )


def analysed(*designs: str) -> SensitivityFindings:
    """Return the findings by some designs where A decides every conclusion, B less so, and two others none."""
    names = NAMES[:4]
    plans = {
        "morris": screening_plan(CASE, names, trajectories=20),
        "sobol": indices_plan(CASE, names, samples=128),
    }
    samples = {}
    for name in designs:
        x = shares(plans[name])
        total = 3.0 * x[A] + 2.0 * x[B]
        values = pd.DataFrame({conclusion: (k + 1.0) * total for k, conclusion in enumerate(CONCLUSIONS)})
        samples[name] = Sample(plans[name], values)
    found = sensitivity_findings(CASE, **samples)
    # Whoever has a scenario of their own may name things so that HTML must not take it for its own.
    marked = {name: {**about, "name": {"en": f"<i>{name}", "de": name}} for name, about in found.factors.items()}
    return replace(found, scenario="ivory_tower", factors=marked)
