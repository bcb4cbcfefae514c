"""Reports on folders: their numbers are those in the files, and what is no such folder is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import experiments
from analysis.discovery.cases import cases, target_of
from analysis.discovery.findings import discovery_report
from analysis.lattice.figures import WITH_COST
from analysis.lattice.findings import lattice_report
from analysis.lattice.runs import LATTICE_OUTCOMES
from analysis.page import Page, render
from analysis.page.folders import kind_of
from analysis.reports import PAGES, folder_page
from analysis.sensitivity.findings import Sample, sensitivity_report
from analysis.sensitivity.runs import CONCLUSIONS, case_of, indices_plan, screening_plan
from analysis.validation.document import NAME as DOCUMENT
from experiments import Plan
from sim import BadInputError
from sim.parameters import parameters
from sim.scenario import Scenario
from tests.analysis.discovery.planted import Planted
from tests.analysis.study.synthetic import synthetic as synthetic_study
from tests.analysis.validation.synthetic import synthetic as synthetic_validation
from tests.texts import both

COEFFICIENTS = list(parameters()["coefficient"])[:4]
LEVERS = ("talk_first", "joint_planning", "shared_goals")


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def lattice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lattice")
    rng = np.random.default_rng(3)
    worth = np.array([0.02, -0.01, 0.005])
    on = np.arange(8)[:, None] >> np.arange(3) & 1
    values = 0.01 + on @ worth + 0.004 * on[:, 0] * on[:, 1] + 0.001 * rng.standard_normal((6, 8))
    report = lattice_report({name: values for name in LATTICE_OUTCOMES if name != "professional"}, LEVERS)
    levers = [
        {
            "id": name,
            "name": {"en": f"<{name}>", "de": f"<{name}>"},
            "on": 1.0,
            "running_cost": 0.1,
            "one_off_cost": 0.2,
        }
        for name in LEVERS
    ]
    facts = {"scenario": "<i>mine</i>", "companies": 6, "settings": 8, "runs": 48, "weeks": 104, "seed": 1}
    content = {**facts, "version": "0", "levers": levers, "stay_on": [], "outcomes": report.to_json()}
    write(folder / "report" / "report.json", json.loads(json.dumps(content, default=float)))
    write(folder / "manifest.json", {})
    (folder / "report" / "tables").mkdir()
    for name, table in report.tables().items():
        table.to_csv(folder / "report" / "tables" / f"{name}.csv", index=False, float_format="%.6g")
    return folder


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    synthetic_study().save(folder)
    return folder


@pytest.fixture(scope="module")
def roadmap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roadmap")
    interval = {"low": 0.01, "high": 0.03}
    content = {
        **{"scenario": "ivory_tower", "outcome": "return_on_sales", "horizon": 26, "budget": 0.2, "at_once": 1},
        **{
            "method": "search",
            "seed": 1,
            "companies": 8,
            "fresh": 40,
            "feasible": 1234.0,
            "valued": 70,
            "version": "0",
        },
        "schedules": {"plan": {"talk_first": 0, "eye_level": -1}, "greedy": {"talk_first": 1, "eye_level": -1}},
        "promise": {"chosen": 0.025, "fresh": 0.02, "fresh_low": 0.01, "fresh_high": 0.03},
        "plan": [
            {"lever": "talk_first", "start": 0, "ramp": 16.0, "full": 15, "today": 0.0, "cost": 0.05}
            | {"worth": 0.02, "worth_low": 0.01, "worth_high": 0.03}
        ],
        "spending": [{"quarter": k, "due": 0.02, "budget": 0.2} for k in range(3)],
        "path": [
            {"quarter": k, "first_week": 13 * k, "last_week": 13 * k + 12, "today": 0.01, "plan": 0.02 + k / 100}
            | {"greedy": 0.02, "difference": 0.01, **interval}
            | {"greedy_difference": 0.01, "greedy_low": 0.0, "greedy_high": 0.02}
            for k in range(2)
        ],
        "baselines": [
            {"name": name, "feasible": name != "everything", "mean": 0.03, "behind": 0.01}
            | {"behind_low": 0.0, "behind_high": 0.02}
            for name in ("plan", "nothing", "earliest", "greedy", "runner_up", "everything")
        ],
    }
    write(folder / "roadmap.json", content)
    (folder / "plan.toml").write_text("name = 'x'\n")
    return folder


@pytest.fixture(scope="module")
def validation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validation")
    (folder / "report").mkdir()
    (folder / "report" / DOCUMENT).write_text("# Validation\n")
    synthetic_validation().save(folder / "report")
    return folder


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sweep") / "out"
    plan = Plan(
        scenarios=["reference"], name="<b>two</b>", companies=4, seed=1, weeks=4,
        factors={"levers.talk_first": {}, "company.division_type": {}},
        outcomes=["return_on_sales", "cooperation_quality", "coordination_efficiency"],
        design={"kind": "factorial", "levels": 3},
    )  # fmt: skip
    experiments.run(plan, folder, workers=1)
    return folder


@pytest.fixture(scope="module")
def discovery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("discovery")
    target = target_of("self_blocking")
    report = discovery_report(cases(Planted(), target, seed=1), target, seed=1)
    predictors = {
        str(name): {"name": {"en": f"<i>{name}", "de": f"<i>{name} (de)"}} for name in report.found.importance.index
    }
    for name, (low, high) in report.reach.items():
        predictors[name] |= {"low": low, "high": high}
    content = {"sweep": "ivory_tower", "seed": 1, "version": "0", **report.to_json(), "predictors": predictors}
    write(folder / "report" / "report.json", content)
    # A scenario's runs lie beside what was found in them.
    write(folder / "manifest.json", {})
    tables(folder, report.tables())
    return folder


def conclusions_of(plan: Plan, of: dict[str, float]) -> pd.DataFrame:
    """Return conclusions that are sums of what stands for the plan's factors, each from 0 to 1."""
    drawn = plan.draw()
    total = sum(of.get(f.target, 0.0) * f.space.share(drawn[:, k]) for k, f in enumerate(plan.space))
    return pd.DataFrame({name: (k + 1.0) * total for k, name in enumerate(CONCLUSIONS)})


@pytest.fixture(scope="module")
def sensitivity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return analysed(tmp_path_factory.mktemp("sensitivity"), "morris", "sobol")


def analysed(folder: Path, *designs: str) -> Path:
    """Write what a sensitivity analysis by these designs writes."""
    case, names = case_of(Scenario(levers={"talk_first": 1.0})), [f"coefficients.{n}" for n in COEFFICIENTS]
    plans = {
        "morris": screening_plan(case, names, trajectories=20),
        "sobol": indices_plan(case, names, samples=128),
    }
    chosen = {name: plans[name] for name in designs}
    weighed = dict(zip(names, (3.0, 2.0, 0.0, 0.0), strict=True))
    samples = {name: Sample(plan, conclusions_of(plan, weighed)) for name, plan in chosen.items()}
    report = sensitivity_report(**samples)
    about = {"unit": "1", "provenance": "assumption", "source": "E1", "low": 0.0, "high": 1.0, "default": 0.5}
    content = {
        **{"scenario": "ivory_tower", "companies": 8, "weeks": 104, "seed": 1, "version": "0"},
        "designs": {name: {"points": plan.points, "factors": names} for name, plan in chosen.items()},
        "factors": {name: {"name": {"en": f"<i>{name}", "de": name}, "decides": [], **about} for name in names},
        "conclusions": report.to_json(),
    }
    write(folder / "report" / "report.json", json.loads(json.dumps(content, default=float)))
    tables(folder, report.tables())
    return folder


def tables(folder: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as commands do."""
    (folder / "report" / "tables").mkdir()
    for name, frame in frames.items():
        path = folder / "report" / "tables" / f"{name}.csv"
        frame.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")


def pages(folder: Path) -> tuple[Page, Page]:
    return folder_page(folder, "en", command="handshake <x>"), folder_page(folder, "de")


@pytest.mark.parametrize("kind", PAGES)
def test_every_kind_of_folder_has_a_report_in_both_languages(kind, request):
    folder = request.getfixturevalue(kind)
    assert kind_of(folder) == kind
    english, german = pages(folder)
    for page in (english, german):
        assert len(page.answer) == 3
        assert all(sentence and "{" not in sentence for sentence in page.answer)
        for table in (*page.tables, *page.assumptions, *(exhibit.table for exhibit in page.exhibits)):
            assert table.rows
            assert all(len(row) == len(table.head) for row in table.rows), table.title
        html = render(page)
        assert f'<html lang="{page.language}">' in html
        assert "<b>is" not in html
        assert "<i>" not in html
        assert "nan" not in html.split("<style>")[0]
    assert "handshake &lt;x&gt;" in render(english)
    # The command does not simulate the same again.
    assert "needs the folder" in render(english)
    assert "braucht den Ordner" in render(german)
    assert german.question != english.question
    assert [exhibit.name for exhibit in german.exhibits] == [exhibit.name for exhibit in english.exhibits]
    values = [[row[1:] for row in exhibit.table.rows] for exhibit in english.exhibits]
    assert any(any(cell for cell in row) for table in values for row in table)


def test_a_lattice_is_ranked_by_what_levers_bring(lattice):
    page, german = pages(lattice)
    found = json.loads((lattice / "report" / "report.json").read_text())["outcomes"][WITH_COST]
    best = max(found["shapley"], key=lambda name: found["shapley"][name]["value"])
    assert best == "talk_first"
    points = f"{100 * found['shapley'][best]['value']:+.2f}"
    assert f"“<{best}>”" in page.answer[0]
    assert points in page.answer[0]
    assert points.replace(".", ",") in german.answer[0]
    bundles = next(exhibit.table for exhibit in page.exhibits if exhibit.name == "bundles").rows
    assert [row[0] for row in bundles] == ["0", "1", "2", "3"]
    assert bundles[0][-1] == both("page.nothing")[0]
    assert f"{100 * found['bundles'][2]['mean']:.2f}" == bundles[2][1].replace("−", "-")
    clear = sum(row["clear"] for row in found["pairs"])
    assert f"{clear} of 3" in page.answer[2]


def test_a_lattice_names_the_levers_that_stay_on(lattice, tmp_path):
    assert "(the scenario" not in pages(lattice)[0].answer[0]
    folder = shutil.copytree(lattice, tmp_path / "lattice")
    path = folder / "report" / "report.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    other = {**content["levers"][0], "id": "eye_level", "name": {"en": "Eye level", "de": "Augenhöhe"}, "on": 0.4}
    write(path, {**content, "stay_on": [other]})
    page, german = pages(folder)
    assert page.answer[0].endswith("(the scenario's other levers stay as they are).")
    shown = [row[0] for table in page.assumptions for row in table.rows]
    assert shown == [*(f"<{name}>" for name in LEVERS), "Eye level"]
    assert german.assumptions[1].rows[0] == ("Augenhöhe", "40 %", "0,10 / 0,20")


def test_a_lattice_is_called_as_asked(lattice):
    page = folder_page(lattice, "en", levers={"talk_first": "Talk!"})
    assert "“Talk!”" in page.answer[0]


def test_a_roadmap_says_what_first_and_what_it_brings(roadmap):
    page, german = pages(roadmap)
    assert page.title == "Ivory tower"
    assert "from week 0" in page.answer[0]
    assert "+2.00 percentage points" in page.answer[1]
    assert "+1,00 bis +3,00" in german.answer[1]
    assert "70 of about 1,234" in page.answer[2]
    assert "70 von etwa 1.234" in german.answer[2]


def test_an_empty_roadmap_says_so(roadmap, tmp_path):
    found = json.loads((roadmap / "roadmap.json").read_text())
    write(tmp_path / "roadmap.json", {**found, "plan": [], "method": "exact"})
    (tmp_path / "plan.toml").write_text("name = 'x'\n")
    page = folder_page(tmp_path, "en")
    assert page.answer[0] == both("roadmap.page.nothing")[0]
    assert "All 1,234 plans" in page.answer[2]
    assert [exhibit.name for exhibit in page.exhibits] == ["path"]


def test_a_discovery_names_its_densest_box(discovery):
    page, german = pages(discovery)
    found = json.loads((discovery / "report" / "report.json").read_text())
    best = max((box for box in found["boxes"] if box["holds"]), key=lambda box: box["density"]["value"])
    assert page.title == "Ivory tower: when are companies self-blocking?"
    assert german.title == "Elfenbeinturm: Wann sind Unternehmen Selbstblockierer?"
    assert f"{100 * best['density']['value']:.0f}% (" in page.answer[1]
    for condition in best["conditions"]:
        assert f"<i>{condition['predictor']}" in page.answer[1]
    boxes, importance = (exhibit.table.rows for exhibit in page.exhibits)
    assert len(boxes) == sum(box["holds"] for box in found["boxes"])
    first = next(iter(found["importance"].values()))
    assert importance[0][1] == f"{first['value']:.3f}"
    assert "companies and points on which nothing was searched" in page.certainty[0]


def test_a_discovery_without_boxes_says_so(discovery, tmp_path):
    found = json.loads((discovery / "report" / "report.json").read_text())
    write(tmp_path / "report" / "report.json", {**found, "boxes": [], "target": "trust < 0.5"})
    tables(tmp_path, {"boxes": pd.DataFrame(columns=["box"])})
    page, german = pages(tmp_path)
    assert page.answer[1] == both("discovery.nothing")[0]
    assert page.answer[0].startswith("Overall, trust < 0.5 holds for")
    assert "Wann ist trust < 0.5?" in german.title
    assert [exhibit.name for exhibit in page.exhibits] == ["importance"]


@pytest.mark.parametrize("designs", [("morris",), ("sobol",), ("morris", "sobol")])
def test_a_sensitivity_analysis_says_what_decides(designs, tmp_path):
    sensitivity = analysed(tmp_path, *designs)
    page = folder_page(sensitivity, "en", conclusions={"effect_return_on_sales": "<i>Returns"})
    found = json.loads((sensitivity / "report" / "report.json").read_text())
    first, second, *rest = found["factors"]
    # Where both designs vary as many factors, the screening's points count.
    higher = found["conclusions"]["effect_return_on_sales"]["points"][next(iter(found["designs"]))]["higher"]
    assert f"raise return on sales at {100 * higher:.0f}% of the points" in page.answer[0]
    assert "Of 4 assumptions, 2 surely decide" in page.answer[1]
    assert f"“<i>{first}”" in page.answer[1]
    assert f"({len(CONCLUSIONS)})" in page.answer[1]
    assert "assumed or different between companies 2" in page.answer[2]
    names = {"matrix"} | ({"effects", "mu_sigma"} if "morris" in designs else set())
    assert {exhibit.name for exhibit in page.exhibits} == names | ({"indices"} if "sobol" in designs else set())
    matrix = next(exhibit.table for exhibit in page.exhibits if exhibit.name == "matrix").rows
    assert [row[0] for row in matrix] == [f"<i>{first}", f"<i>{second}"]
    of_first = found["conclusions"]["return_on_sales"]
    share = of_first["sobol"][first]["total"] if "sobol" in designs else 1.0
    assert f"return_on_sales: {100 * share:.0f}%" in matrix[0][1]
    decided = {row[0]: row[3] for row in page.tables[0].rows}
    assert decided["<i>Returns"] == f"<i>{first}; <i>{second}"
    if "morris" in designs:
        effects = next(exhibit.table for exhibit in page.exhibits if exhibit.name == "effects").rows
        row = next(row for row in effects if row[0] == f"cooperation_quality: <i>{first}")
        assert row[1] == f"{found['conclusions']['cooperation_quality']['morris'][first]['mu']:+.3f}"
    assert not any(name in " ".join(cells) for name in rest for cells in matrix)


def test_other_folders_are_refused(tmp_path):
    with pytest.raises(BadInputError, match="study, sweep, sensitivity, discover, lattice, roadmap or validate"):
        folder_page(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '"x"'])
def test_damaged_files_are_named(tmp_path, content):
    (tmp_path / "study.json").write_text(content)
    with pytest.raises(BadInputError, match=r"study\.json"):
        folder_page(tmp_path)


def test_missing_tables_are_named(study, tmp_path):
    (tmp_path / "study.json").write_bytes((study / "study.json").read_bytes())
    with pytest.raises(BadInputError, match=r"industries\.csv"):
        folder_page(tmp_path)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "industries.csv").write_bytes(b"")
    with pytest.raises(BadInputError, match=r"industries\.csv.*damaged"):
        folder_page(tmp_path)
