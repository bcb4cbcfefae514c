"""The competitor computes what the core computes; otherwise its speed would say nothing."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.numpy_engine import in_place_of_the_kernel
from sim import Scenario
from sim.core.engine import BLOCK_LANES, Block, Engine
from sim.parameters import coefficients, founding, population
from sim.policies import ALL_POLICIES
from sim.settings import settings_of

Ints = NDArray[np.int64]
WEEKS = 30
LANES = BLOCK_LANES + 3


def scenarios(count: int, marketing: int, sales: int) -> list[Scenario]:
    """Return settings with every lever at work, in one or two steps, and some that are off."""
    rng = np.random.default_rng(7)
    found = []
    for k in range(count):
        levers: dict[str, Any] = {}
        for policy in ALL_POLICIES:
            if rng.random() < 0.8:
                first, second = sorted(rng.integers(0, WEEKS, 2).tolist())
                steps = [
                    {"intensity": rng.random(), "start": first, "ramp": 4},
                    {"intensity": rng.random(), "start": second},
                ]
                levers[policy.id] = {"steps": steps[: int(rng.integers(1, 3))]}
        # Half of the staff leave each year, so that newcomers come within a few weeks.
        company = {"marketing": marketing, "sales": sales}
        found.append(Scenario(name=str(k), company=company, levers=levers, founding={"turnover": 0.5}))
    return found


def blocks(batch: list[Scenario], setting: Ints, number: Ints) -> list[Block]:
    engine = Engine(
        settings=settings_of(batch),
        seed=3,
        weeks=WEEKS,
        coefficients=coefficients(batch[0].coefficients),
        founding=founding(batch[0].founding),
        population=population(),
        trace=True,
    )
    found: list[Block] = []
    engine.run(setting, number, lambda block: block, found.append)
    return found


@pytest.mark.parametrize(("marketing", "sales"), [(10, 14), (1, 1), (30, 5)])
@pytest.mark.parametrize("many", ["settings", "companies"])
def test_agrees_with_the_core(marketing: int, sales: int, many: str) -> None:
    batch = scenarios(LANES, marketing, sales)
    lanes, zeros = np.arange(LANES), np.zeros(LANES, dtype=np.int64)
    setting, number = (lanes, zeros) if many == "settings" else (zeros, lanes)
    expected = blocks(batch, setting, number)
    with in_place_of_the_kernel():
        found = blocks(batch, setting, number)
    assert len(found) == len(expected) > 1
    for ours, core in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours.lanes, core.lanes)
        # To the last bit but for sums over ties, whose order the matrix product does not promise.
        np.testing.assert_allclose(ours.people, core.people, rtol=0.0, atol=1e-12)
        np.testing.assert_allclose(ours.ties, core.ties, rtol=0.0, atol=1e-12)
        np.testing.assert_allclose(ours.measures, core.measures, rtol=1e-12, atol=1e-12)


def test_newcomers_come_within_the_tested_weeks() -> None:
    block = blocks(scenarios(1, 10, 14), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))[0]
    motives = block.people[:, :, 3:7]
    assert np.any(motives[-1] != motives[0])
