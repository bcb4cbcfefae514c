"""What docs/SWEEPS.md says beside its commands, which are run in test_pages.py, is true."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

import experiments

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "SWEEPS.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def levers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the page's first commands make, with one company instead of many."""
    commands = blocks("sh")[0]
    file, folder = re.search(r"handshake sweep (\S+) --out (\S+)", commands).groups()
    monkeypatch.chdir(tmp_path)
    plan = experiments.Plan.load(ROOT / file).changed(companies=1)
    experiments.run(plan, folder, executor="serial")
    return Path(folder)


def test_duckdb_reads_the_parts_as_the_page_says(levers):
    assert levers.is_dir()
    query = re.search(r"`(SELECT .*?)`", PAGE, re.DOTALL)[1].replace("\n", " ")
    assert -1.0 < duckdb.sql(query).fetchall()[0][0] < 1.0


def test_the_plan_of_the_page_is_valid(tmp_path):
    (tmp_path / "mine.toml").write_text("[levers]\ntalk_first = 0.5\n", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(blocks("toml")[0], encoding="utf-8")
    plan = experiments.Plan.load(tmp_path / "plan.toml")
    assert (plan.points, len(plan.scenarios), len(plan.space)) == (1000, 2, 7)


def test_every_kind_of_design_is_in_the_table():
    from experiments.plan.designs import KINDS  # noqa: PLC0415

    assert set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)) == {*KINDS, "list"}
