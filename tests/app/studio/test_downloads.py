"""Files that go down can be used elsewhere."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from app.studio.answer import Answer
from app.studio.downloads import (
    csv_download,
    pair_download,
    parquet_download,
    report_download,
    scenario_download,
    template_download,
)
from app.studio.draft import Draft, Move, baseline, opening, scenario
from app.studio.uploads import Upload, taken_in
from experiments.trajectory import simulate_trajectory
from sim import simulate
from sim.scenario import Scenario
from sim.texts import Texts, languages

DRAFT = opening()
OWN = Draft(preset="own_organisation", moves={"joint_planning": Move(0.8)})


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def answer() -> Answer:
    before, after = (simulate_trajectory(found, 12, seed=DRAFT.seed) for found in (baseline(DRAFT), scenario(DRAFT)))
    return Answer(before, after, refined=True)


@pytest.mark.parametrize("language", languages())
def test_the_pair_is_what_handshake_compare_takes(language, answer, tmp_path):
    files = unpacked(pair_download(DRAFT, Texts(language)).content)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    loaded = [Scenario.load(tmp_path / f"{name}.toml") for name in ("baseline", "scenario")]
    assert loaded[0].name != loaded[1].name
    found = simulate(loaded, companies=12, seed=DRAFT.seed).outcomes
    shown = np.concatenate([answer.before.outcomes["return_on_sales"], answer.after.outcomes["return_on_sales"]])
    np.testing.assert_array_equal(found["return_on_sales"], shown)


@pytest.mark.parametrize("draft", [DRAFT, OWN])
def test_a_scenario_comes_up_again_as_it_went_down(draft):
    download = scenario_download(draft, Texts("de"))
    files = {download.name: download.content} if download.name.endswith(".toml") else unpacked(download.content)
    assert ("people.csv" in files) == (draft is OWN)
    again = taken_in([Upload(name, content) for name, content in files.items()], draft)
    trajectories = [simulate_trajectory(scenario(found), 8) for found in (draft, again)]
    np.testing.assert_array_equal(
        trajectories[0].outcomes["return_on_sales"], trajectories[1].outcomes["return_on_sales"]
    )


def test_results_are_the_tidy_frame_of_the_program(answer):
    texts = Texts("en")
    csv = pd.read_csv(io.BytesIO(csv_download(answer, DRAFT, texts).content))
    parquet = pd.read_parquet(io.BytesIO(parquet_download(answer, DRAFT, texts).content))
    expected = simulate([baseline(DRAFT), scenario(DRAFT)], companies=12, seed=DRAFT.seed).outcomes
    for frame in (csv, parquet):
        assert list(frame.columns) == list(expected.columns)
        assert frame["scenario"].nunique() == 2
        np.testing.assert_allclose(frame["trust"], expected["trust"], rtol=1e-12)
    assert list(parquet["type"]) == list(expected["type"])


def test_the_template_can_be_taken_in_as_it_is():
    files = unpacked(template_download().content)
    assert sorted(files) == ["people.csv", "ties.csv"]
    taken = taken_in([Upload(name, content) for name, content in files.items()], Draft())
    assert baseline(taken).place().graph.people == baseline(OWN).place().graph.people


@pytest.mark.parametrize("language", languages())
def test_the_report_is_one_page_in_the_language_of_the_reader(answer, language):
    texts = Texts(language)
    page = report_download(answer, DRAFT, texts).content.decode()
    assert page.startswith("<!DOCTYPE html>")
    assert f'lang="{language}"' in page


def test_the_report_is_there_for_an_organisation_that_came_up():
    taken = taken_in([Upload(name, content) for name, content in unpacked(template_download().content).items()], DRAFT)
    before, after = (simulate_trajectory(found, 4) for found in (baseline(taken), scenario(taken)))
    page = report_download(Answer(before, after, refined=True), taken, Texts("en")).content.decode()
    assert "id,department" not in page


def test_the_same_settings_give_the_same_bytes():
    assert pair_download(DRAFT, Texts("en")).content == pair_download(DRAFT, Texts("en")).content
