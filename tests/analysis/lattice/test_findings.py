"""The report of a lattice against brute force: eight scenarios simulated one by one, and worked out by hand."""

from __future__ import annotations

import json
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.lattice.figures import FIGURES, write_figures
from analysis.lattice.findings import lattice_report
from analysis.lattice.runs import LATTICE_OUTCOMES, lattice_plan, lattice_values
from analysis.lattice.walsh import effects
from analysis.stats.intervals import company_limits, mean_limits, paired_limits
from experiments.sweep.results import open_sweep
from experiments.sweep.run import run
from sim import Scenario, simulate

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
def report(values):
    return lattice_report(values, LEVERS)


def rows(report, table, outcome, key):
    return report.of(table, outcome).set_index(key)


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
def test_ends_main_effects_and_shapley_values(report, simulated, outcome):
    f = simulated[outcome]
    none, every = frozenset(), frozenset(range(N))
    ends = report.of("ends", outcome).iloc[0]
    assert (ends["none"], ends["all"]) == pytest.approx((f[none].mean(), f[every].mean()))
    assert (ends["low"], ends["high"]) == pytest.approx(paired(f[every], f[none], outcome))
    for name, chosen in (("none", none), ("all", every)):
        known = company_limits(f[chosen], zero_one=outcome == "professional")
        assert (ends[f"{name}_low"], ends[f"{name}_high"]) == pytest.approx(known[1:])
    effects, shapley = rows(report, "main_effects", outcome, "lever"), rows(report, "shapley", outcome, "lever")
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
def test_pairs_and_triples(report, simulated, outcome):
    f = simulated[outcome]
    pairs = rows(report, "pairs", outcome, "levers")
    assert len(pairs) == 3
    for a, b in combinations(range(N), 2):
        (c,) = set(range(N)) - {a, b}
        found = [
            (f[rest | {a, b}] - f[rest | {a}] - f[rest | {b}] + f[rest]).mean()
            for rest in (frozenset(), frozenset({c}))
        ]
        assert pairs.loc[name_of({a, b}), "effect"] == pytest.approx(np.mean(found), abs=1e-12)
    triple = sum((-1) ** (N - len(chosen)) * f[chosen].mean() for chosen in f)
    assert rows(report, "triples", outcome, "levers")["effect"].to_list() == pytest.approx([triple], abs=1e-12)


@pytest.mark.parametrize("outcome", LATTICE_OUTCOMES)
def test_the_best_bundles(report, simulated, outcome):
    f = simulated[outcome]
    table = rows(report, "bundles", outcome, "k")
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
    top = best[report.best_size(outcome)]
    assert f[top].mean() == pytest.approx(max(means))
    for k in range(N + 1):
        behind = f[top] - f[best[k]]
        assert table.loc[k, "behind"] == pytest.approx(behind.mean(), abs=1e-12)
        low_high = table.loc[k, ["behind_low", "behind_high"]].to_list()
        assert low_high == pytest.approx(list(paired(f[top], f[best[k]], outcome)), abs=1e-12)


def test_interactions_of_any_order():
    values = np.random.default_rng(2).normal(size=(4, 2**5))
    one, levers = {"return_on_sales": values}, tuple("abcde")
    plain = lattice_report(one, levers)
    assert "higher" not in plain.tables()
    assert plain.to_json()["return_on_sales"]["higher"] == []
    for order, counts in ((4, {4: 5}), (5, {4: 5, 5: 1}), (9, {4: 5, 5: 1})):
        report = lattice_report(one, levers, order=order)
        higher = report.of("higher", "return_on_sales")
        assert higher["order"].value_counts().to_dict() == counts
        assert higher["effect"].to_numpy() == pytest.approx(effects(values).mean(axis=0)[higher["set"].to_numpy(int)])
        found = report.to_json()["return_on_sales"]["higher"]
        assert [len(row["levers"]) for row in found] == [4] * 5 + [5] * (order > 4)
        for name, frame in plain.tables().items():
            pd.testing.assert_frame_equal(frame, report.tables()[name])


def test_every_outcome_is_asked_for_once(values, report):
    asked = []

    class Loading(dict):
        def __getitem__(self, outcome):
            asked.append(outcome)
            return super().__getitem__(outcome)

    again = lattice_report(Loading(values), LEVERS)
    assert asked == list(LATTICE_OUTCOMES)
    assert again.outcomes == LATTICE_OUTCOMES
    for name, frame in report.tables().items():
        pd.testing.assert_frame_equal(frame, again.tables()[name])


def test_json_has_everything_in_it(report):
    found = report.to_json()
    assert list(found) == list(LATTICE_OUTCOMES)
    one = found["return_on_sales"]
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


@pytest.mark.parametrize("levers", [1, 2, 3])
@pytest.mark.parametrize("companies", [1, 2])
def test_small_lattices_have_a_report_and_figures(tmp_path, levers, companies):
    rng = np.random.default_rng(levers)
    outcomes = ("return_on_sales", "return_before_levers")
    made = lattice_report({name: rng.normal(size=(companies, 2**levers)) for name in outcomes}, LEVERS[:levers])
    assert [len(made.of(table, outcomes[0])) for table in ("pairs", "triples")] == [[0, 0], [1, 0], [3, 1]][levers - 1]
    assert made.of("shapley", outcomes[0])["low"].isna().all() == (companies == 1)
    made.to_json()
    paths = write_figures(made, tmp_path, {}, "de")
    assert {path.stem for path in paths} == set(FIGURES) - ({"pairs"} if levers == 1 else set())


def test_an_outcome_that_no_lever_changes(tmp_path):
    made = lattice_report({"professional": np.zeros((4, 8))}, LEVERS)
    assert made.best_size("professional") == 0
    assert made.of("spectrum", "professional")["share"].to_list() == [0.0, 0.0, 0.0]
    assert not made.of("pairs", "professional")["clear"].any()


def test_figures_are_the_same_bytes_each_time_and_speak_both_languages(report, tmp_path):
    names = {name: f"Hebel {name[0]}" for name in LEVERS}
    found = []
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        write_figures(report, tmp_path / folder, names, "en" if folder == "c" else "de")
        found.append({path.name: path.read_bytes() for path in (tmp_path / folder / "figures").iterdir()})
    assert found[0] == found[1]
    assert set(found[0]) == {f"{name}.{kind}" for name in FIGURES for kind in ("svg", "png")}
    for name, words in {
        "shapley": ("Prozentpunkte", "points"),
        "bundles": ("Umsatzrendite", "return on sales"),
    }.items():
        for texts, word in zip((found[0], found[2]), words, strict=True):
            assert word in texts[f"{name}.svg"].decode()
    assert "Hebel c" in found[0]["pairs.svg"].decode()


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
        lattice_report({}, LEVERS)
    with pytest.raises(ValueError, match="levers"):
        lattice_report({"return_on_sales": np.zeros((2, 4))}, LEVERS)
