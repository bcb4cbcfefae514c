"""The front door of the compiled engine: which lanes there are, and what is kept of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import Scenario, simulate
from sim.lanes import HOLDABLE, CancelledError, Simulated, run_held, run_lanes
from sim.outcomes import OUTCOMES
from sim.parameters import Model
from sim.settings import settings_of

WEEKS = 8
PLAIN = Scenario(name="plain", weeks=WEEKS)
LEVERS = Scenario(name="levers", weeks=WEEKS, levers={"talk_first": 1.0, "cross_functional_teams": 0.5})
SCENARIOS = (PLAIN, LEVERS)
MODELS = (Model.changed(), Model.changed(coefficients={"need_hours": 2.5}, outcome={"window_weeks": 3.0}))


def outcomes(lanes: Simulated) -> dict[str, NDArray[Any]]:
    return lanes.outcomes(("cooperation_quality", "return_on_sales"))


def test_models_settings_and_companies_are_broadcast_together() -> None:
    numbers = np.arange(30, 36)
    found = run_lanes(
        outcomes, settings_of(SCENARIOS), MODELS, number=numbers, setting=np.arange(2)[:, None],
        model=np.arange(2)[:, None, None], seed=3, weeks=WEEKS,
    )  # fmt: skip
    assert {values.shape for values in found.values()} == {(2, 2, 6)}
    for k, changes in enumerate(({}, {"coefficients": {"need_hours": 2.5}, "outcome": {"window_weeks": 3.0}})):
        batch = [scenario.changed(**changes) for scenario in SCENARIOS]
        alone = simulate(batch, companies=6, first_company=30, seed=3).outcomes
        for name, values in found.items():
            assert values[k].ravel().tolist() == alone[name].tolist(), name


def test_lanes_come_in_the_order_asked_for() -> None:
    numbers, which = np.array([40, 1, 33, 1]), np.array([1, 0, 0, 1])
    found = run_lanes(outcomes, settings_of(SCENARIOS), MODELS[0], number=numbers, setting=which, seed=1, weeks=WEEKS)
    for k, (number, setting) in enumerate(zip(numbers.tolist(), which.tolist(), strict=True)):
        alone = simulate(SCENARIOS[setting], companies=1, first_company=number).outcomes
        assert found["return_on_sales"][k] == alone["return_on_sales"][0]


def test_what_follows_from_a_block_is_what_frames_say() -> None:
    def keep(lanes: Simulated) -> dict[str, NDArray[Any]]:
        found = lanes.outcomes()
        kept = {"type": lanes.types(found), "trust": lanes.weekly()["trust"].T}
        kept["core"] = lanes.hours()["sales", "core"]
        return kept | {"image": lanes.images()["doubt", "sales"][:, 0, 1]}

    found = run_lanes(keep, settings_of([LEVERS]), LEVERS.model(), number=np.arange(3), seed=1, weeks=WEEKS)
    results = simulate(LEVERS, companies=3, paths=True, hours=True, perceptions=True)
    assert found["type"].tolist() == results.outcomes["type"].cat.codes.tolist()
    assert found["trust"].ravel().tolist() == results.paths["trust"].tolist()
    hours = results.hours.query("department == 'sales' and purpose == 'core'")["hours"]
    assert found["core"].tolist() == hours.tolist()
    first = results.perceptions.query("reading == 'doubt' and department == 'sales' and item == 'customers'")
    assert (100.0 * found["image"]).tolist() == first["other_image"].tolist()


def test_progress_counts_the_lanes_of_all_models() -> None:
    done: list[int] = []
    run_lanes(
        outcomes, settings_of([PLAIN]), MODELS, number=np.arange(70), model=np.arange(2)[:, None], seed=1, weeks=WEEKS,
        progress=done.append,
    )  # fmt: skip
    assert sum(done) == 140


def test_nobody_waits_any_more() -> None:
    settings = settings_of([PLAIN])
    with pytest.raises(CancelledError):
        run_lanes(outcomes, settings, MODELS[0], number=np.arange(3), seed=1, weeks=WEEKS, cancelled=lambda: True)
    with pytest.raises(CancelledError):
        run_held(
            outcomes, lambda _alone, held: outcomes(held), (settings, MODELS[0]), (settings, MODELS[0]),
            number=np.arange(3), held=np.zeros((1, len(HOLDABLE)), dtype=np.bool_), seed=1, weeks=WEEKS,
            cancelled=lambda: True,
        )  # fmt: skip


def test_with_nothing_held_a_run_is_the_one_without_the_other() -> None:
    found = run_held(
        lambda lanes: lanes.outcomes(),
        lambda _alone, held: held.outcomes(),
        *((settings_of([scenario]), scenario.model()) for scenario in SCENARIOS),
        number=np.arange(2), held=np.zeros((1, len(HOLDABLE)), dtype=np.bool_), seed=1, weeks=WEEKS,
    )  # fmt: skip
    expected = simulate(SCENARIOS, companies=2).outcomes[list(OUTCOMES)].to_numpy().reshape(2, 2, -1)
    for part, values in zip(found, expected, strict=True):
        assert [part[name].ravel().tolist() for name in OUTCOMES] == values.T.tolist()
