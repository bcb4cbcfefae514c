"""What the tests of sweeps share as fixtures; the rest is in helpers.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.sweep.run import run
from tests.experiments.sweep import helpers
from tests.experiments.sweep.helpers import job, small_plan


@pytest.fixture
def trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder in which functions find out what they are to do."""
    folder = tmp_path / "trouble"
    folder.mkdir()
    monkeypatch.setenv(helpers.TROUBLE, str(folder))
    return folder


@pytest.fixture
def undisturbed(tmp_path: Path) -> Path:
    """Give the folder of a sweep of :func:`job` to which nothing happened."""
    run(job(), tmp_path / "undisturbed", executor="serial")
    return tmp_path / "undisturbed"


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a sweep of :func:`small_plan` to which nothing happened; only to be read."""
    folder = tmp_path_factory.mktemp("sweep") / "simulated"
    run(small_plan(), folder, executor="serial")
    return folder
