"""Reports on folders: their numbers are those in the files, and what is no such folder is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import experiments
from analysis.discovery.cases import cases, target_of
from analysis.discovery.findings import discovery_findings
from analysis.lattice.findings import lattice_findings
from analysis.lattice.runs import LATTICE_OUTCOMES
from analysis.page import Page, render
from analysis.reports import KINDS, folder_page, kind_of
from analysis.roadmap import find_roadmap, pose
from analysis.study.findings import texts as study_texts
from analysis.validation.runs import mechanisms
from experiments import Plan
from experiments.scorecard import catalogue
from sim import BadInputError
from sim.outcomes import TYPES
from sim.perceptions import ITEMS
from sim.policies import SUCCESS_FACTORS
from sim.presets import preset
from tests.analysis.discovery.planted import Planted
from tests.analysis.lattice.made import facts
from tests.analysis.sensitivity.made_up import analysed

LEVERS = ("talk_first", "joint_planning", "shared_goals")


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture(scope="module")
def lattice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lattice")
    values = np.random.default_rng(3).standard_normal((6, 8))
    findings = lattice_findings(dict.fromkeys(LATTICE_OUTCOMES, values), facts(LEVERS, 6))
    (folder / "report").mkdir()
    findings.save(folder / "report")
    write(folder / "manifest.json", {})
    return folder


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    rng = np.random.default_rng(4)
    memory = {"level": [0.0, 0.5, 1.0]}
    memory |= {f"week_{w}": {"soured": [0.0, 0.2, 1.0], "good": [0.1, 0.9, 1.0]} for w in (104, 208)}
    lines = []
    for name in ("P1", "P17"):
        part = {"name": "x", "says": {"en": "a part", "de": "ein Teil"}, "bound": 0.5, "holds": name == "P17"}
        parts = [
            {**part, "value": 0.25, "margin": -1.0 if name == "P1" else 1.0},
            {**part, "value": 0.75, "margin": 2.0},
        ]
        about = {"id": name, "pattern": {"en": "It <b>is</b> so", "de": "Es <b>ist</b> so"}, "support": "emergent"}
        figures = memory if name == "P17" else {}
        lines.append({**about, "holds": name == "P17", "parts": parts, "figures": figures})
    lines[0]["share_of_samples_of_337"] = 0.75
    anchors = {"quality_cut": 0.55, "efficiency_cut": 0.15, "cost_share": 0.75}
    facts = {"held": 1, "lines": 2, "companies": 30, "weeks": 104, "seed": 7, "p1_judged_on_enough": False}
    versions = {"numpy": "2", "handshake-sim": "0"}
    write(folder / "study.json", {"scorecard": lines, **facts, "anchors": anchors, "versions": versions})
    (folder / "tables").mkdir()
    tables = {
        "types": pd.DataFrame([["all", 10.0, 20.0, 30.0, 40.0]], columns=["industry", *TYPES]),
        "images": pd.DataFrame({"item": list(ITEMS)}).assign(
            **dict.fromkeys(("marketing_self", "marketing_other", "sales_self", "sales_other"), 50.0)
        ),
        "factors": pd.DataFrame(
            [(p.id, 60.0, 40.0, 20.0) for p in SUCCESS_FACTORS],
            columns=["factor", "professional", "self_blocking", "difference"],
        ),
    }
    for name, table in tables.items():
        table.to_csv(folder / "tables" / f"{name}.csv", index=False)
    columns = ("cooperation_quality", "coordination_efficiency", "return_on_sales")
    companies = pd.DataFrame({"type": np.resize(TYPES, 30), **{name: rng.random(30) for name in columns}})
    companies.to_csv(folder / "companies.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def roadmap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("roadmap")
    problem = pose(preset("ivory_tower").scenario(), budget=0.2, levers=("talk_first", "joint_planning"), horizon=26)
    find_roadmap(problem, companies=2, fresh=4, threads=1).save(folder)
    (folder / "plan.toml").write_text("name = 'x'\n")
    return folder


@pytest.fixture(scope="module")
def validation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("validation")
    (folder / "report").mkdir()
    (folder / "report" / "VALIDATION.md").write_text("# Validation\n")
    line = {"support": "emergent", "default": True, "share": 0.975, "low": 0.9, "high": 1.0, "median_margin": 1.25}
    part = next(iter(catalogue()["P1"]["parts"]))
    patterns = [{"pattern": "P1", "weakest_part": f"P1.{part}", **line}]
    patterns.append(
        {"pattern": "P2", "weakest_part": patterns[0]["weakest_part"], **line, "share": 0.5, "low": 0.3, "high": 0.7}
    )
    predictions = [
        {"pattern": "P1", "proposed": 60, "accepted": 20, "effective": 9.5, "share": 0.9, "prior": 0.1}
        | {"verdict": "prediction"},
        {"pattern": "P2", "proposed": 60, "accepted": 0, "effective": 0.0, "share": None, "prior": None}
        | {"verdict": "unknown"},
    ]
    first = next(iter(mechanisms()))
    content = {
        **{"sets": 40, "fingerprint": "abc", "seed": 77, "companies": 5000, "patterns": patterns},
        "ensemble": {"procedure": {"without": ["P2"]}},
        **{"predictions": predictions, "failing": ["P2"], "idle_mechanisms": [first]},
        # P2 holds in too few with all of them to tell what it needs.
        "mechanisms": {"all": {"P1": 1.0, "P2": 0.5}, first: {"P1": 0.2, "P2": 0.4}},
    }
    write(folder / "report" / "report.json", content)
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
    found = discovery_findings(cases(Planted(), target, seed=1), target, seed=1)
    (folder / "report").mkdir()
    marked = {name: {"en": f"<i>{name}", "de": f"<i>{name} (de)"} for name in found.names}
    replace(found, names=marked).save(folder / "report")
    # A scenario's runs lie beside what was found in them.
    write(folder / "manifest.json", {})
    return folder


@pytest.fixture(scope="module")
def sensitivity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sensitivity")
    (folder / "report").mkdir()
    analysed("morris", "sobol").save(folder / "report")
    return folder


def pages(folder: Path) -> tuple[Page, Page]:
    return folder_page(folder, "en", command="handshake <x>"), folder_page(folder, "de")


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_every_kind_of_folder_has_a_report_in_both_languages(kind, request):
    folder = request.getfixturevalue(kind)
    assert kind_of(folder).name == kind
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


def test_a_study_says_what_fails_and_what_decides(study):
    page, german = pages(study)
    assert "1 of 2" in page.answer[0]
    assert page.answer[0].endswith("P1.")
    rows = page.tables[0].rows
    assert rows[0][1:3] == ("no", "a part: 0.25 / 0.5")
    assert german.tables[0].rows[0][2] == "ein Teil: 0,25 / 0,5"
    assert any("P1 75%" in sentence for sentence in page.certainty)
    assert str(study_texts()["support"]["emergent"]["de"]) == german.tables[0].rows[0][3]


def test_a_study_of_which_companies_were_not_kept_has_no_map(study, tmp_path):
    for path in study.rglob("*"):
        if path.is_file() and path.name != "companies.csv":
            target = tmp_path / path.relative_to(study)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(path.read_bytes())
    kept, lost = ({exhibit.name for exhibit in folder_page(folder).exhibits} for folder in (study, tmp_path))
    assert kept - lost == {"type_map", "returns_by_type"}


def test_a_validation_counts_what_holds_and_what_was_predicted(validation):
    page, german = pages(validation)
    assert "1 of 2" in page.answer[0]
    assert "P2" in page.answer[0]
    assert "1 emerged all the same" in page.answer[1]
    assert page.tables[0].rows[1][2:4] == ("–", "–")
    assert german.tables[0].rows[0][4] == "Vorhersage"
    assert page.tables[1].rows[0][1] == "P1"
    assert page.certainty[0].startswith("All patterns but P2 were asked for")
    assert "außer P2" in german.certainty[0]


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
    with pytest.raises(BadInputError, match=r"types\.csv"):
        folder_page(tmp_path)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "types.csv").write_bytes(b"")
    with pytest.raises(BadInputError, match=r"types\.csv.*damaged"):
        folder_page(tmp_path)
