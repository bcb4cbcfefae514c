"""The notebooks run from top to bottom, are stored without results, and say the same in both languages."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.docs.pages import ROOT

NOTEBOOKS = sorted(ROOT.glob("examples/notebooks/*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


@pytest.mark.slow(5)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path, tmp_path):
    notebook = read(path)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert not [output for output in shown if output.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_results(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_the_lesson_is_the_same_in_both_languages():
    english, german = (read(ROOT / f"examples/notebooks/06_lesson{end}.ipynb").cells for end in ("", ".de"))
    assert [cell.cell_type for cell in english] == [cell.cell_type for cell in german]
    for one, other in zip(english, german, strict=True):
        assert one.source.count("\n## ") == other.source.count("\n## ")
        if one.cell_type == "code":
            assert len(one.source.splitlines()) == len(other.source.splitlines())
