"""Every command and every piece of Python that README and docs/ show runs as printed, unless the page says why not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from tests.docs.pages import ROOT, Block, blocks, pages

NAMES = {path: path.relative_to(ROOT).as_posix() for path in pages()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A new folder with the examples of the source in it, as in a fresh checkout."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    plt.close("all")


def run(block: Block, where: str, names: dict[str, object]) -> None:
    """Run a block; Python remembers the names of the page's earlier blocks."""
    if block.language == "python":
        exec(compile(block.text, where, "exec"), names)
        return
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["sh", "-eu", "-c", block.text], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{where}\n{block.text}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


@pytest.mark.slow(5)
@pytest.mark.parametrize("path", NAMES, ids=NAMES.get)
def test_a_page_runs_as_printed(path, folder):
    assert folder.is_dir()
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(path):
        if block.reason is None:
            run(block, f"{NAMES[path]}, line {block.line}", names)


@pytest.mark.parametrize("path", NAMES, ids=NAMES.get)
def test_what_is_not_run_has_a_reason(path):
    for block in blocks(path):
        assert block.reason is None or len(block.reason.split()) > 1, (NAMES[path], block.line)


def test_most_of_what_is_shown_is_run():
    found = [block.reason is None for path in NAMES for block in blocks(path)]
    assert sum(found) > len(found) / 2


def test_a_wrong_command_is_noticed(folder):
    assert folder.is_dir()
    with pytest.raises(AssertionError, match="somewhere"):
        run(Block("sh", "handshake run no_such_scenario\nhandshake levers\n", 1, None), "somewhere", {})
