"""What levers do under the sets of the ensemble, and whether the stored figures are the model's."""

from __future__ import annotations

import numpy as np
import pytest

from docs.tools import lever_effects as le
from experiments.ensemble import shipped
from sim import simulate
from sim.policies import ALL_POLICIES


def test_the_stored_figures_belong_to_the_model():
    assert le.outdated(le.stored_effects(), shipped()) == "", le.COMMAND


def test_the_stored_figures_are_possible():
    stored = le.stored_effects()
    assert (stored["low"] <= stored["median"]).all()
    assert (stored["median"] <= stored["high"]).all()
    assert stored["positive"].between(0.0, 1.0).all()
    assert set(stored["sets"]) == {len(shipped())}


def test_an_effect_is_the_mean_with_the_lever_less_the_mean_without():
    ensemble = shipped().first(2)
    plan = le.effects_plan(ensemble, companies=1)
    levels = plan.draw()
    found = le.effects_by_set(ensemble, companies=1)
    for k, base in enumerate(plan.scenarios):
        settings = [
            base.changed(name=str(point), levers=dict(zip((p.id for p in ALL_POLICIES), row, strict=True)))
            for point, row in enumerate(levels.tolist())
        ]
        outcomes = simulate(settings, companies=1, seed=le.SEED).outcomes
        for name in le.OUTCOMES:
            value = outcomes[name].to_numpy()
            effect = [value[column > 0.5].mean() - value[column < 0.5].mean() for column in levels.T]
            np.testing.assert_allclose(found[name][k], effect, rtol=1e-9, atol=1e-12)


@pytest.fixture
def stored():
    return le.stored_effects()


def test_another_ensemble_is_noticed(stored):
    assert shipped().first(3).fingerprint in le.outdated(stored, shipped().first(3))


def test_another_lever_is_noticed(stored):
    assert "left out" in le.outdated(stored.iloc[: -len(le.OUTCOMES)], shipped())


def test_another_model_is_noticed(stored):
    stored.loc[0, "default"] += 0.001
    assert "has changed" in le.outdated(stored, shipped())


def test_the_command_says_how_to_renew_the_figures(stored, tmp_path, capsys):
    stored["ensemble"] = "0" * 12
    stored.to_csv(tmp_path / "old.csv", index=False)
    assert le.main(["--file", str(tmp_path / "old.csv")]) == 1
    assert le.COMMAND in capsys.readouterr().err
