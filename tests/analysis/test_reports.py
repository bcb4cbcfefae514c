"""Reports on folders: their numbers are those in the files, and what is no such folder is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import experiments
from analysis.discovery.cases import cases, target_of
from analysis.discovery.findings import discovery_findings
from analysis.lattice.findings import lattice_findings
from analysis.lattice.runs import LATTICE_OUTCOMES
from analysis.page import Page, render
from analysis.reports import KINDS, folder_page, kind_of
from analysis.roadmap import find_roadmap, pose
from analysis.validation.document import NAME as DOCUMENT
from experiments import Plan
from sim import BadInputError
from sim.presets import preset
from tests.analysis.discovery.planted import Planted
from tests.analysis.lattice.made import facts
from tests.analysis.sensitivity.made_up import analysed
from tests.analysis.study.synthetic import synthetic as synthetic_study
from tests.analysis.validation.synthetic import synthetic as synthetic_validation

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
    synthetic_study().save(folder)
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
