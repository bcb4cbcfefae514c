"""Scenario discovery: what was hidden is found, and where nothing was hidden nothing is."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.discovery import search as discovery
from analysis.discovery.boxes import inside
from analysis.discovery.search import Box, Condition, Discovery, prim, tree
from sim.errors import BadInputError

METHODS = [tree, prim]
INDUSTRIES = ["retail", "energy", "chemicals", "media"]


def cases(seed: int, rows: int = 4000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "trust": rng.random(rows),
            "turbulence": rng.uniform(10.0, 20.0, rows),
            "weeks": rng.integers(1, 11, rows),
            "industry": pd.Categorical.from_codes(rng.integers(0, 4, rows), INDUSTRIES),
            "broker": rng.random(rows) < 0.5,
            "scenario": rng.choice(["a", "b"], rows),
        }
    )


def planted(frame: pd.DataFrame) -> np.ndarray:
    """A box of about 12 % of the rows."""
    there = frame["trust"].between(0.3, 0.8) & (frame["weeks"] >= 6)
    return (there & frame["industry"].isin(["energy", "media"])).to_numpy()


def happens(frame: pd.DataFrame, seed: int, within: float = 0.9, elsewhere: float = 0.05) -> np.ndarray:
    return np.random.default_rng(seed + 1000).random(len(frame)) < np.where(planted(frame), within, elsewhere)


def noise(frame: pd.DataFrame, seed: int) -> np.ndarray:
    return np.random.default_rng(seed + 2000).random(len(frame)) < 0.3


def by_predictor(box: Box) -> dict[str, Condition]:
    return {condition.predictor: condition for condition in box.conditions}


# ----------------------------------------------------------------------------------------------------------------------
# What is there is found
# ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_prim_finds_the_planted_box(seed):
    frame = cases(seed)
    box = prim(frame, happens(frame, seed), seed=seed).boxes[0]
    found = by_predictor(box)
    assert set(found) == {"trust", "weeks", "industry"}
    assert (found["trust"].low, found["trust"].high) == pytest.approx((0.3, 0.8), abs=0.04)
    assert (found["weeks"].low, found["weeks"].high) == (6, None)
    assert found["industry"].categories == ("energy", "media")
    assert box.holds


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_leaves_of_a_tree_cover_the_planted_box(seed):
    frame = cases(seed)
    found = tree(frame, happens(frame, seed), seed=seed)
    covered = np.any([inside(box.conditions, frame) for box in found.boxes], axis=0)
    assert (covered == planted(frame)).mean() > 0.97
    # Energy and media are split one by one, so the box may come in two pieces.
    assert 1 <= len(found.boxes) <= 3
    assert all(box.holds for box in found.boxes)
    assert {condition.predictor for box in found.boxes for condition in box.conditions} == {
        "trust",
        "weeks",
        "industry",
    }


@pytest.mark.parametrize("method", METHODS)
def test_what_a_box_is_worth(method):
    frame = cases(4, 20_000)
    found = method(frame, happens(frame, 4), seed=4)
    base = 0.125 * 0.9 + 0.875 * 0.05
    assert found.base == pytest.approx(base, abs=0.01)
    assert found.rows == (10_000, 10_000)
    for box in found.boxes:
        assert box.density.value == pytest.approx(0.9, abs=0.06)
        assert box.lift.value == pytest.approx(box.density.value / found.base)
        assert box.density.value * box.share.value == pytest.approx(box.coverage.value * found.base)
        for estimate in (box.share, box.coverage, box.density, box.lift):
            assert estimate.low < estimate.value < estimate.high
    table = found.table()
    assert table["coverage"].sum() == pytest.approx(0.125 * 0.9 / base, abs=0.06)
    assert table["share"].sum() == pytest.approx(0.125, abs=0.015)
    assert list(table.columns[:3]) == ["share", "share_low", "share_high"]
    # Sensitivity about 0.72, specificity about 0.985.
    assert found.balanced_accuracy == pytest.approx(0.85, abs=0.03)
    assert found.auc == pytest.approx(0.85, abs=0.04)
    assert set(found.importance.index[:3]) == {"trust", "weeks", "industry"}
    assert (found.importance["value"][:3] > 0.05).all()
    assert (found.importance["value"][3:].abs() < 0.01).all()


@pytest.mark.parametrize("method", METHODS)
def test_measures_are_those_of_the_held_out_half(method):
    # The first half is a function of the seed and of the number of rows: whatever the target, rows stay where they are.
    frame = cases(5).assign(row=np.arange(4000))
    found = method(frame, happens(frame, 5), seed=5)
    held = np.ones(4000, dtype=bool)
    held[np.random.default_rng(5).permutation(4000)[:2000]] = False
    target = happens(frame, 5)
    assert found.base == target[held].mean()
    box = found.boxes[0]
    rows = inside(box.conditions, frame) & held
    assert box.density.value == target[rows].mean()
    interval = stats.binomtest(int(target[rows].sum()), int(rows.sum())).proportion_ci(0.95, "wilson")
    assert (box.density.low, box.density.high) == (interval.low, interval.high)


@pytest.mark.parametrize("method", METHODS)
def test_limits_that_matter_have_small_quasi_p_values(method):
    frame = cases(6)
    found = method(frame, happens(frame, 6), seed=6)
    for condition in (condition for box in found.boxes for condition in box.conditions):
        for limit, p in (
            (condition.low, condition.p_low),
            (condition.high, condition.p_high),
            (condition.categories, condition.p_categories),
        ):
            assert (limit is None) == (p is None)
            assert p is None or p < 0.05


def test_the_quasi_p_value_is_a_binomial_test_against_the_box_without_the_limit():
    frame = cases(7)
    target = happens(frame, 7)
    box = prim(frame, target, seed=7).boxes[0]
    held = np.ones(4000, dtype=bool)
    held[np.random.default_rng(7).permutation(4000)[:2000]] = False
    others = [c for c in box.conditions if c.predictor != "industry"]
    hits = target[inside(box.conditions, frame) & held]
    wider = target[inside(others, frame) & held]
    known = stats.binomtest(int(hits.sum()), len(hits), wider.mean(), alternative="greater").pvalue
    assert by_predictor(box)["industry"].p_categories == pytest.approx(known)


def test_a_tree_partitions_whole_numbers_and_limits_belong_to_their_box():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"n": rng.integers(0, 6, 2000), "x": rng.choice([0.25, 0.5, 0.75], 2000)})
    frame = frame.assign(other=rng.random(2000))
    found = tree(frame, ((frame["n"] >= 4) & (frame["x"] > 0.5)).to_numpy(), seed=1, leaves=4)
    assert len(found.boxes) == 1
    conditions = by_predictor(found.boxes[0])
    assert (conditions["n"].low, conditions["n"].high) == (4, None)
    assert isinstance(conditions["n"].low, int)
    assert 0.5 < conditions["x"].low <= 0.75
    assert (found.boxes[0].density.value, found.boxes[0].coverage.value, found.auc) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("method", METHODS)
def test_booleans_and_texts_are_categories(method):
    frame = cases(8)
    found = method(frame, (frame["broker"] & (frame["scenario"] == "b")).to_numpy(), seed=8)
    (box,) = found.boxes
    assert {c.predictor: c.categories for c in box.conditions} == {"broker": (True,), "scenario": ("b",)}
    assert found.balanced_accuracy == found.auc == 1.0


@pytest.mark.parametrize("method", METHODS)
def test_predictors_that_never_change_are_never_used(method):
    frame = cases(9).assign(one=1, same=pd.Categorical(["x"] * 4000), yes=True)
    found = method(frame, happens(frame, 9), seed=9)
    assert found.boxes
    assert (found.importance.loc[["one", "same", "yes"]] == 0.0).all(axis=None)


def test_prim_goes_on_outside_of_the_boxes_that_it_has():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.random((6000, 4)), columns=list("abcd"))
    corners = (frame["a"] < 0.3) & (frame["b"] < 0.4), (frame["c"] > 0.8) & (frame["d"] > 0.5)
    target = rng.random(6000) < np.where(corners[0] | corners[1], 0.95, 0.02)
    found = prim(frame, target, seed=0)
    assert [set(by_predictor(box)) for box in found.boxes[:2]] == [{"a", "b"}, {"c", "d"}]
    assert found.table()["coverage"].sum() == pytest.approx(0.9, abs=0.07)
    assert found.table()["coverage"].sum() <= 1.0
    assert len(prim(frame, target, seed=0, boxes=1).boxes) == 1


# ----------------------------------------------------------------------------------------------------------------------
# What is not there is not found
# ----------------------------------------------------------------------------------------------------------------------


def test_a_tree_finds_nothing_in_noise():
    boxes = 0
    for seed in range(12):
        frame = cases(seed, 2000)
        found = tree(frame, noise(frame, seed), seed=seed)
        boxes += len(found.boxes)
        assert found.auc == pytest.approx(0.5, abs=0.06)
        assert found.importance["value"].abs().max() < 0.05
        assert found.boxes or (found.balanced_accuracy, found.auc) == (0.5, 0.5)
        assert not any(box.holds for box in found.boxes)
    # Cross-validation cuts nearly all trees down to the root.
    assert boxes <= 6


def test_prim_finds_nothing_in_noise():
    for seed in range(12):
        frame = cases(seed, 2000)
        assert not any(box.holds for box in prim(frame, noise(frame, seed), seed=seed).boxes)


@pytest.mark.slow(5)
def test_what_is_found_in_noise_does_not_hold_on_the_other_half(monkeypatch):
    # Without asking whether limits are significant, PRIM finds boxes in anything.
    monkeypatch.setattr(discovery, "_SIGNIFICANT", 1.0)
    boxes = []
    for seed in range(5):
        frame = cases(seed, 2000)
        boxes += prim(frame, noise(frame, seed), seed=seed).boxes
    assert len(boxes) > 10
    assert np.mean([box.lift.value for box in boxes]) == pytest.approx(1.0, abs=0.1)
    assert sum(box.holds for box in boxes) <= 0.1 * len(boxes)


def test_a_box_without_held_out_rows_has_no_density():
    frame = pd.DataFrame({"x": np.arange(40.0)})
    target = np.zeros(40, dtype=bool)
    first = np.random.default_rng(3).permutation(40)[:20]
    target[first[:6]] = True
    target[[k for k in range(40) if k not in first][:6]] = True
    frame["x"] = np.where(np.isin(np.arange(40), first[:6]), 100.0, frame["x"] % 7)
    found = tree(frame, target, seed=3)
    assert found.boxes[0].share.value == 0.0
    assert np.isnan(found.boxes[0].density.value)
    assert not found.boxes[0].holds


# ----------------------------------------------------------------------------------------------------------------------
# The same again
# ----------------------------------------------------------------------------------------------------------------------


def said(found: Discovery) -> str:
    exact = [(box.conditions, box.share, box.coverage, box.density) for box in found.boxes]
    return repr((exact, found.base, found.balanced_accuracy, found.auc)) + found.importance.to_csv(float_format="%r")


@pytest.mark.slow(5)
def test_another_process_finds_the_same():
    code = f"""
import hashlib, importlib.util, sys
spec = importlib.util.spec_from_file_location("these_tests", {__file__!r})
sys.modules["these_tests"] = t = importlib.util.module_from_spec(spec)
spec.loader.exec_module(t)
frame = t.cases(1, 1000)
print(hashlib.sha256("".join(t.said(m(frame, t.happens(frame, 1), seed=9)) for m in t.METHODS).encode()).hexdigest())
"""
    frame = cases(1, 1000)
    here = "".join(said(method(frame, happens(frame, 1), seed=9)) for method in METHODS)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[3],
        # Other texts come first in sets.
        env={"PYTHONHASHSEED": "1", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hashlib.sha256(here.encode()).hexdigest()


@pytest.mark.parametrize("method", METHODS)
def test_the_seed_decides_about_the_halves_and_global_random_numbers_are_left_alone(method):
    frame = cases(2, 1000)
    before = str(np.random.get_state())  # noqa: NPY002
    found = [said(method(frame, happens(frame, 2), seed=seed)) for seed in (0, 2**63 - 1)]
    assert found[0] != found[1]
    assert before == str(np.random.get_state())  # noqa: NPY002


@pytest.mark.parametrize("method", METHODS)
def test_rows_that_belong_together_stay_together(method):
    frame = cases(3, 1000)
    groups = np.repeat(np.arange(100), 10)
    # What happens is decided by the group, and the group's number is a predictor: there is nothing to learn from it.
    decided = np.random.default_rng(0).random(100) < 0.5
    found = method(pd.DataFrame({"x": frame["trust"], "group": groups}), decided[groups], seed=1, groups=groups)
    assert found.rows == (500, 500)
    assert found.auc < 0.62


def test_the_table_handed_in_is_left_as_it_was():
    frame = cases(2, 1000)
    before = frame.copy()
    for method in METHODS:
        method(frame, happens(frame, 2), seed=0)
    pd.testing.assert_frame_equal(frame, before)


# ----------------------------------------------------------------------------------------------------------------------
# What cannot be
# ----------------------------------------------------------------------------------------------------------------------

FRAME = cases(0, 100)
TARGET = np.arange(100) % 2 == 0


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("given", "english", "german"),
    [
        ({"target": TARGET.astype(int)}, "key target", "Schlüssel target"),
        ({"target": TARGET[:50]}, "100 values", "100 Werte"),
        ({"target": np.zeros(100, dtype=bool)}, "(0 of 100 true)", "(0 von 100 wahr)"),
        ({"target": np.arange(100) < 4}, "in each half at least 5 rows", "in jeder Hälfte mindestens 5 Zeilen"),
        (
            {"frame": FRAME.assign(trust=FRAME["trust"].where(FRAME["trust"] > 0.5))},
            "missing or not finite",
            "fehlen oder",
        ),
        ({"frame": FRAME.assign(trust=np.inf)}, "100 of 100", "100 von 100"),
        ({"frame": FRAME.assign(broker=pd.Series([None, True] * 50))}, "key broker", "Schlüssel broker"),
        ({"frame": FRAME[[]]}, "at least one", "mindestens eines"),
        ({"groups": np.zeros(100)}, "at least 10", "mindestens 10"),
        ({"seed": -1}, "key seed", "Schlüssel seed"),
        ({"smallest": 0.7}, "0 to 0.5", "0 bis 0.5"),
        ({"confidence": 1.0}, "key confidence", "Schlüssel confidence"),
    ],
)
def test_bad_input_is_refused_in_both_languages(method, given, english, german):
    with pytest.raises(BadInputError) as caught:
        method(**({"frame": FRAME, "target": TARGET, "seed": 0} | given))
    assert english in caught.value.render("en")
    assert german in caught.value.render("de")


def test_without_the_extra_there_is_no_prim(monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.prim", None)
    with pytest.raises(BadInputError) as caught:
        prim(FRAME, TARGET, seed=0)
    assert "pip install 'handshake-sim[discovery]'" in caught.value.render("en")
    assert "nach pip install 'handshake-sim[discovery]'" in caught.value.render("de")
