"""Reports on sweeps: they claim what the design lets them claim, of the runs that are stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import experiments
from analysis.page import Page
from analysis.page.page import Exhibit
from analysis.reports import folder_page
from experiments import Plan
from experiments.plan.names import FactorNames
from experiments.sweep import jobs
from sim.parameters import measurement
from sim.scenario import Scenario
from sim.texts import Texts
from tests.texts import both

NAMES = FactorNames(Texts("en"))
LEVERS = {"levers.talk_first": {}, "levers.joint_planning": {}, "levers.shared_goals": {}}
MAP = ["return_on_sales", "cooperation_quality", "coordination_efficiency"]


def swept(folder: Path, design: dict[str, Any], **changes: Any) -> Path:
    """Run a small sweep into a new folder."""
    given: dict[str, Any] = {
        **{"scenarios": ["reference"], "name": "small", "companies": 4, "seed": 1, "weeks": 4, "rows": "points"},
        **{"factors": LEVERS, "outcomes": ["return_on_sales"], "design": design},
    }
    experiments.run(Plan(**given | changes), folder, workers=1)
    return folder


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut a small sweep into some parts, as a large one is."""
    monkeypatch.setattr(jobs, "_FEWEST_TIE_WEEKS", 0)
    monkeypatch.setattr(jobs, "_CHUNKS", 4)


def exhibit(page: Page, name: str) -> Exhibit:
    return next(found for found in page.exhibits if found.name == name)


@pytest.mark.parametrize("rows", ["companies", "points"])
def test_a_sweep_compares_low_and_high_values(rows, tmp_path):
    sweep = swept(tmp_path / "out", {"kind": "factorial", "levels": 3}, rows=rows, outcomes=MAP)
    page = folder_page(sweep, "en")
    column = "return_on_sales" if rows == "companies" else "return_on_sales_mean"
    frame = experiments.open(sweep).frame([column])
    points = frame.groupby("point")[[column, "levers.talk_first"]].mean()
    value = points.loc[points["levers.talk_first"] == 1.0, column].mean()
    value -= points.loc[points["levers.talk_first"] == 0.0, column].mean()
    row = next(row for row in exhibit(page, "factor_effects").table.rows if row[0] == NAMES("levers.talk_first"))
    assert row[1].endswith(" (9)")
    assert row[2].endswith(" (9)")
    assert row[3] == f"{100 * value:+.2f}".replace("-", "−")
    assert ("type_map" in {found.name for found in page.exhibits}) == (rows == "companies")


def test_scenarios_that_share_points_are_no_more_cases(tmp_path):
    design = {"kind": "latin_hypercube", "points": 9}
    one, two = (
        folder_page(swept(tmp_path / name, design, scenarios=[Scenario(name=each) for each in name]), "en")
        for name in ("a", "ab")
    )
    # The same runs under another name are not twice as many.
    assert exhibit(one, "factor_effects").table.rows == exhibit(two, "factor_effects").table.rows
    assert "the middle 80% of the points" in one.answer[0]
    assert "each of 2 scenarios at each point" in two.answer[0]


def test_the_spread_is_that_of_a_sample(tmp_path):
    sweep = swept(tmp_path / "out", {"kind": "latin_hypercube", "points": 5})
    values = experiments.open(sweep).frame(["return_on_sales_mean"])["return_on_sales_mean"]
    assert folder_page(sweep).tables[0].rows[0][2] == f"{100 * values.std(ddof=1):.1f}"


@pytest.mark.parametrize(
    ("design", "why"),
    [
        ({"kind": "morris", "trajectories": 4}, "sweep.grouped"),
        ({"kind": "saltelli", "samples": 4}, "sweep.grouped"),
        ({"kind": "one_at_a_time"}, "sweep.one_at_a_time"),
    ],
)
def test_a_design_without_intervals_says_so(design, why, tmp_path):
    sweep = swept(tmp_path / "out", design)
    for language in ("en", "de"):
        page = folder_page(sweep, language)
        german = language == "de"
        assert list(page.answer[1:]) == [both("sweep.no_intervals")[german], both(why)[german]]
        effects = exhibit(page, "factor_effects")
        assert {row[4] for row in effects.table.rows} == {"–"}
        assert both("sweep.effects_intervals")[german] not in effects.says


def test_one_at_a_time_is_compared_with_where_it_begins(tmp_path):
    sweep = swept(tmp_path / "out", {"kind": "one_at_a_time"})
    # No lever is in use at the first point; at the last of its own each is in full.
    values = experiments.open(sweep).frame(["return_on_sales_mean"]).set_index("point")["return_on_sales_mean"]
    design = experiments.open(sweep).design
    found = {row[0]: row[3] for row in exhibit(folder_page(sweep), "factor_effects").table.rows}
    for name in LEVERS:
        effect = values[design.index[design[name] == 1.0][0]] - values[0]
        assert found[NAMES(name)] == f"{100 * effect:+.2f}".replace("-", "−")


@pytest.mark.parametrize(("kind", "half"), [("lattice", 4), ("factorial", 4), ("fractional", 2)])
def test_factors_with_two_values_are_ranked(kind, half, tmp_path):
    # Of resolution 3, three factors take half of their eight combinations.
    design = {"kind": kind} | ({"resolution": 3} if kind == "fractional" else {})
    page = folder_page(swept(tmp_path / "out", design), "en")
    rows = exhibit(page, "factor_effects").table.rows
    assert len(rows) == len(LEVERS)
    assert all(cell.endswith(f" ({half})") for row in rows for cell in row[1:3])
    assert page.answer[2] == both("sweep.sure")[0]
    assert (both("sweep.fraction")[0] in page.certainty) == (kind == "fractional")


def test_where_nothing_was_varied_nothing_is_said_of_intervals(tmp_path):
    page = folder_page(swept(tmp_path / "out", {"kind": "list", "points": [{}]}, factors={}), "en")
    assert list(page.answer[1:]) == [both("sweep.alone")[0], both("sweep.sizes")[0]]


@pytest.mark.usefixtures("in_parts")
def test_of_an_unfinished_sweep_what_is_stored_is_counted(tmp_path):
    sweep = swept(tmp_path / "out", {"kind": "latin_hypercube", "points": 40}, rows="companies")
    whole = folder_page(sweep, "en")
    assert "at 40 points" in whole.question
    assert whole.answer[0].startswith("Over 160 runs")
    parts = sorted((sweep / "parts").iterdir())
    for part in parts[len(parts) // 2 :]:
        part.unlink()
    frame = experiments.open(sweep).frame()
    assert 0 < len(frame) < 160
    for language, begins in (("en", "The sweep is not finished"), ("de", "Der Sweep ist nicht fertig")):
        page = folder_page(sweep, language)
        assert page.answer[0].startswith(begins)
        assert f" {len(frame)} " in page.answer[1]
        assert f" {frame['point'].nunique()} " in page.question


@pytest.mark.parametrize(
    ("scenarios", "factors", "lines"),
    [
        ([{}], {}, ("quality_cut", "efficiency_cut")),
        ([{"quality_cut": 0.5}], {}, ("quality_cut", "efficiency_cut")),
        ([{"quality_cut": 0.5}, {}], {}, ("efficiency_cut",)),
        ([{"quality_cut": 0.5}, {}], {"outcome.efficiency_cut": {"low": 0.1, "high": 0.2}}, ()),
    ],
)
def test_a_map_has_the_cut_offs_that_hold_for_all(scenarios, factors, lines, tmp_path):
    named = [Scenario(name=str(k), outcome=outcome) for k, outcome in enumerate(scenarios)]
    design = {"kind": "latin_hypercube", "points": 4}
    sweep = swept(tmp_path, design, scenarios=named, factors=LEVERS | factors, rows="companies", outcomes=MAP)
    found = exhibit(folder_page(sweep), "type_map")
    drawn = [float(value) for line in found.draw().axes[0].lines for value in (*line.get_xdata(), *line.get_ydata())]
    cuts = measurement(scenarios[0])
    for name in ("quality_cut", "efficiency_cut"):
        assert (getattr(cuts, name) in drawn) == (name in lines)
    assert found.says.startswith(both(f"shown.{('map_open', 'map_one', 'map_says')[len(lines)]}")[0][:90])


def test_a_map_says_how_many_companies_it_shows(tmp_path):
    design = {"kind": "latin_hypercube", "points": 32}
    sweep = swept(tmp_path, design, rows="companies", outcomes=MAP, companies=64)
    page = folder_page(sweep, "de")
    assert "Von 2.048 Unternehmen sind 1.500 gezeichnet" in exhibit(page, "type_map").says
    few = swept(tmp_path / "few", {"kind": "latin_hypercube", "points": 2}, rows="companies", outcomes=MAP)
    assert "gezeichnet" not in exhibit(folder_page(few, "de"), "type_map").says


@pytest.mark.usefixtures("in_parts")
def test_sums_of_parts_give_the_means_of_points(tmp_path):
    sweep = swept(tmp_path, {"kind": "lattice"}, companies=50, rows="companies")
    assert experiments.open(sweep).chunks > 1
    mean = experiments.open(sweep).frame()["return_on_sales"].mean()
    assert f"is {100 * mean:.1f};".replace("-", "−") in folder_page(sweep).answer[0]
