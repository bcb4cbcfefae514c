"""Findings on a lattice against brute force: eight scenarios simulated one by one, and worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.lattice.facts import FACTS
from analysis.lattice.findings import LatticeFindings, lattice_findings
from analysis.lattice.runs import LATTICE_OUTCOMES, lattice_plan, lattice_values
from analysis.lattice.tables import largest_order, lattice_tables
from analysis.lattice.walsh import effects
from analysis.stats.intervals import company_limits, mean_limits, paired_limits
from experiments.as_json import plain
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from sim import BadInputError, Scenario, simulate
from tests.analysis.lattice.made import facts, over_sets, used_lever

LEVERS = ("constructive_conflict", "job_rotation", "clear_processes")
COMPANIES = 8
WEEKS = 30
N = len(LEVERS)


def name_of(chosen):
    return "+".join(LEVERS[v] for v in sorted(chosen))


@pytest.fixture(scope="module")
def simulated():
    """Return each outcome by the set of levers that are on, an array over companies, from plain simulations."""
    found = {}
    sets = [frozenset(chosen) for k in range(N + 1) for chosen in combinations(range(N), k)]
    for chosen in sets:
        scenario = Scenario(levers={LEVERS[v]: 1.0 for v in chosen})
        frame = simulate([scenario], companies=COMPANIES, seed=5, weeks=WEEKS).outcomes.sort_values("company")
        for outcome in LATTICE_OUTCOMES:
            column = frame["type"] == "professional" if outcome == "professional" else frame[outcome]
            found.setdefault(outcome, {})[chosen] = column.to_numpy(dtype=float)
    return found


@pytest.fixture(scope="module")
def values(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lattice") / "sweep"
    run(lattice_plan(Scenario(), LEVERS, companies=COMPANIES, seed=5, weeks=WEEKS), folder)
    sweep = open_sweep(folder)
    return {outcome: lattice_values(sweep, outcome) for outcome in LATTICE_OUTCOMES}


@pytest.fixture(scope="module")
def findings(values):
    return lattice_findings(values, facts(LEVERS, COMPANIES))


def rows(findings, table, outcome, key):
    return findings.of(table, outcome).set_index(key)


def interval(column, outcome):
    if outcome == "professional":
        _, low, high = mean_limits(column[:, None], bound=1.0)
        return low[0], high[0]
    mean, half = column.mean(), stats.sem(column) * stats.t.ppf(0.975, len(column) - 1)
    return mean - half, mean + half


def paired(after, before, outcome):
    return (
        paired_limits(after, before, zero_one=True)[1:] if outcome == "professional" else interval(after - before, "")
    )


@pytest.mark.parametrize("outcome", LATTICE_OUTCOMES)
def test_ends_main_effects_and_shapley_values(findings, simulated, outcome):
    f = simulated[outcome]
    none, every = frozenset(), frozenset(range(N))
    ends = findings.of("ends", outcome).iloc[0]
    assert (ends["none"], ends["all"]) == pytest.approx((f[none].mean(), f[every].mean()))
    assert (ends["low"], ends["high"]) == pytest.approx(paired(f[every], f[none], outcome))
    for name, chosen in (("none", none), ("all", every)):
        known = company_limits(f[chosen], zero_one=outcome == "professional")
        assert (ends[f"{name}_low"], ends[f"{name}_high"]) == pytest.approx(known[1:])
    effects, shapley = rows(findings, "main_effects", outcome, "lever"), rows(findings, "shapley", outcome, "lever")
    for v, lever in enumerate(LEVERS):
        others = [chosen for chosen in f if v not in chosen]
        effect = np.mean([f[chosen | {v}] - f[chosen] for chosen in others], axis=0)
        assert effects.loc[lever, "effect"] == pytest.approx(effect.mean())
        orders = list(permutations(range(N)))
        before = [frozenset(order[: order.index(v)]) for order in orders]
        value = np.mean([f[chosen | {v}] - f[chosen] for chosen in before], axis=0)
        assert shapley.loc[lever, "value"] == pytest.approx(value.mean())
        assert tuple(shapley.loc[lever, ["low", "high"]]) == pytest.approx(interval(value, outcome))
    assert shapley["value"].sum() == pytest.approx(ends["difference"])


@pytest.mark.parametrize("outcome", LATTICE_OUTCOMES)
def test_pairs_and_triples(findings, simulated, outcome):
    f = simulated[outcome]
    pairs = rows(findings, "pairs", outcome, "levers")
    assert len(pairs) == 3
    for a, b in combinations(range(N), 2):
        (c,) = set(range(N)) - {a, b}
        found = [
            (f[rest | {a, b}] - f[rest | {a}] - f[rest | {b}] + f[rest]).mean()
            for rest in (frozenset(), frozenset({c}))
        ]
        assert pairs.loc[name_of({a, b}), "effect"] == pytest.approx(np.mean(found), abs=1e-12)
    triple = sum((-1) ** (N - len(chosen)) * f[chosen].mean() for chosen in f)
    assert rows(findings, "triples", outcome, "levers")["effect"].to_list() == pytest.approx([triple], abs=1e-12)


@pytest.mark.parametrize("outcome", LATTICE_OUTCOMES)
def test_the_best_bundles(findings, simulated, outcome):
    f = simulated[outcome]
    table = rows(findings, "bundles", outcome, "k")
    best = []
    for k in range(N + 1):
        sets = [chosen for chosen in f if len(chosen) == k]
        # Of equals, the one with the lowest number.
        best.append(min(sets, key=lambda chosen: (-round(f[chosen].mean(), 12), sum(2**v for v in chosen))))
        assert table.loc[k, "levers"] == name_of(best[k])
        assert table.loc[k, "mean"] == pytest.approx(f[best[k]].mean())
        smaller = best[k - 1] if k else best[0]
        assert table.loc[k, "added"] == name_of(best[k] - smaller)
        assert table.loc[k, "removed"] == name_of(smaller - best[k])
    means = [f[chosen].mean() for chosen in best]
    top = best[findings.best_size(outcome)]
    assert f[top].mean() == pytest.approx(max(means))
    for k in range(N + 1):
        behind = f[top] - f[best[k]]
        assert table.loc[k, "behind"] == pytest.approx(behind.mean(), abs=1e-12)
        low_high = table.loc[k, ["behind_low", "behind_high"]].to_list()
        assert low_high == pytest.approx(list(paired(f[top], f[best[k]], outcome)), abs=1e-12)


def test_interactions_of_any_order():
    values = np.random.default_rng(2).normal(size=(4, 2**5))
    one, levers = {"return_on_sales": values}, tuple("abcde")
    plain = lattice_findings(one, facts(levers, 4))
    assert "higher" not in plain.tables()
    assert plain.to_json()["outcomes"]["return_on_sales"]["higher"] == []
    for order, counts in ((4, {4: 5}), (5, {4: 5, 5: 1}), (9, {4: 5, 5: 1})):
        findings = lattice_findings(one, facts(levers, 4), order=order)
        higher = findings.of("higher", "return_on_sales")
        assert higher["order"].value_counts().to_dict() == counts
        assert higher["effect"].to_numpy() == pytest.approx(effects(values).mean(axis=0)[higher["set"].to_numpy(int)])
        found = findings.to_json()["outcomes"]["return_on_sales"]["higher"]
        assert [len(row["levers"]) for row in found] == [4] * 5 + [5] * (order > 4)
        for name, frame in plain.tables().items():
            pd.testing.assert_frame_equal(frame, findings.tables()[name])


def test_every_outcome_is_asked_for_once(values, findings):
    asked = []

    class Loading(dict):
        def __getitem__(self, outcome):
            asked.append(outcome)
            return super().__getitem__(outcome)

    again = lattice_findings(Loading(values), facts(LEVERS, COMPANIES))
    assert asked == list(LATTICE_OUTCOMES)
    assert again.outcomes == LATTICE_OUTCOMES
    for name, frame in findings.tables().items():
        pd.testing.assert_frame_equal(frame, again.tables()[name])


def test_json_has_everything_in_it(findings):
    found = findings.to_json()
    assert list(found) == [*FACTS, "outcomes"]
    assert list(found["outcomes"]) == list(LATTICE_OUTCOMES)
    one = found["outcomes"]["return_on_sales"]
    assert list(one) == [
        "ends",
        "main_effects",
        "shapley",
        "total_indices",
        "spectrum",
        "pairs",
        "triples",
        "higher",
        "best_size",
        "bundles",
    ]
    assert list(one["shapley"]) == list(LEVERS)
    assert [row["order"] for row in one["spectrum"]] == [1, 2, 3]
    assert sum(row["share"] for row in one["spectrum"]) == pytest.approx(1.0)
    assert all(len(row["levers"]) == 2 for row in one["pairs"])
    assert [row["k"] for row in one["bundles"]] == [0, 1, 2, 3]
    assert one["bundles"][3]["levers"] == list(LEVERS)
    assert (one["bundles"][0]["levers"], one["bundles"][0]["runner_up"]) == ([], None)
    assert len(one["bundles"][1]["runner_up"]) == 1
    json.dumps(found)


def test_an_outcome_that_no_lever_changes():
    made = lattice_findings({"professional": np.zeros((4, 8))}, facts(LEVERS, 4))
    assert made.best_size("professional") == 0
    assert made.of("spectrum", "professional")["share"].to_list() == [0.0, 0.0, 0.0]
    assert not made.of("pairs", "professional")["clear"].any()


def test_the_lattice_from_python_works_as_the_documentation_has_it(tmp_path, monkeypatch, capsys):
    text = (Path(__file__).parents[3] / "docs" / "SWEEPS.md").read_text(encoding="utf-8")
    code = text.partition("## The lattice from Python")[2].partition("```python")[2].partition("```")[0]
    monkeypatch.chdir(tmp_path)
    found: dict = {}
    exec(compile(code, "docs/SWEEPS.md", "exec"), found)
    values, levers = found["values"], found["levers"]
    assert values.shape == found["index"].shape == (8, 2 ** len(levers))
    pair = sum(1 << levers.index(name) for name in ("joint_planning", "shared_goals"))
    both = np.array([x & pair == pair for x in range(16)])
    one = np.array([(x & pair).bit_count() == 1 for x in range(16)])
    by_hand = values[:, both].sum(axis=1) - values[:, one].sum(axis=1) + values[:, ~both & ~one].sum(axis=1)
    assert found["mean"]["joint_planning+shared_goals"] == pytest.approx(by_hand.mean() / 4)
    out = capsys.readouterr().out
    assert out.startswith(str(found["mean"]["joint_planning+shared_goals"]))
    assert "+".join(levers)[:20] in out or "..." in out


def test_values_that_are_no_lattice_are_refused():
    with pytest.raises(ValueError, match="outcome"):
        lattice_tables({}, LEVERS)
    with pytest.raises(ValueError, match="levers"):
        lattice_tables({"return_on_sales": np.zeros((2, 4))}, LEVERS)


def test_interactions_are_reported_up_to_the_order_that_has_room():
    assert [largest_order(n) for n in (1, 3, 4, 15, 16)] == [3, 3, 4, 15, 16]
    assert [largest_order(n) for n in (17, 20)] == [8, 6]


# --- files ----------------------------------------------------------------------------------------------------------


def same(one, other):
    assert plain(one.to_json()) == plain(other.to_json())
    assert one.facts == other.facts
    assert list(one.tables()) == list(other.tables())


@pytest.mark.parametrize(("levers", "companies", "order"), [(5, 4, 5), (3, 1, 3), (2, 3, 3), (1, 1, 3)])
def test_what_is_saved_is_loaded_with_all_digits(tmp_path, levers, companies, order):
    values = np.random.default_rng(levers).normal(size=(companies, 2**levers))
    outcomes = {"return_on_sales": values, "professional": (values > 0.0).astype(float)}
    found = lattice_findings(outcomes, facts("abcde"[:levers], companies, stay_on=[used_lever("f", 0.5)]), order=order)
    found.save(tmp_path)
    again = LatticeFindings.load(tmp_path)
    same(found, again)
    for name, table in found.tables().items():
        pd.testing.assert_frame_equal(table, again.tables()[name], check_dtype=False)


def test_what_holds_over_sets_is_loaded(tmp_path):
    made, _, found = over_sets()
    found = replace(found, ensemble=made.over_sets({"of": 99, "families": 60, "fixed": []}, runs=7))
    assert {"ensemble", "ensemble_deciders", "ensemble_main_effects"} < set(found.tables())
    found.save(tmp_path)
    same(found, LatticeFindings.load(tmp_path))


@pytest.mark.parametrize("change", [{"levers": [{"id": "a"}]}, {"outcomes": {"return_on_sales": {}}}, {"outcomes": []}])
def test_damaged_files_are_named(tmp_path, findings, change):
    findings.save(tmp_path)
    path = tmp_path / "report.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BadInputError, match=r"report\.json.*damaged"):
        LatticeFindings.load(tmp_path)
