"""The plan that scenario discovery runs for a scenario."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.discovery.runs import discovery_plan
from sim.policies import ALL_POLICIES
from sim.scenario import Scenario


def test_discovery_mixes_all_levers_and_keeps_the_context():
    plan = discovery_plan(Scenario(), points=40, companies=12, seed=7)
    assert [factor.target for factor in plan.space] == [f"levers.{policy.id}" for policy in ALL_POLICIES]
    assert (plan.points, plan.companies, plan.seed, plan.weeks, plan.context) == (40, 12, 7, None, True)
    drawn = plan.draw()
    assert drawn.shape == (40, len(ALL_POLICIES))
    assert np.sort(drawn, axis=0) == pytest.approx(
        np.tile((np.arange(40) + 0.5)[:, None] / 40, len(ALL_POLICIES)), abs=1 / 80
    )
