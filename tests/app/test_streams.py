"""Whoever listens, or does not, makes no difference to results and exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import BAD_INPUT, DONE, FAILED
from tests.texts import both

ROOT = Path(__file__).parents[2]
RUN = ("run", "reference", "--companies", "2", "--weeks", "2")
FULL = Path("/dev/full")


def handshake(folder: Path, *arguments: str, redirected: str = "", language: str = "en") -> tuple[int, str]:
    """Run a command line in a shell that redirects its streams; return the exit code and the standard error."""
    command = f"exec {sys.executable} -m app {' '.join(arguments)} {redirected}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": f"{language}.UTF-8"}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


def test_a_standard_error_that_cannot_be_written_changes_nothing(tmp_path):
    code, _ = handshake(tmp_path, *RUN, "--out", "results", redirected="2>/dev/full" if FULL.exists() else "2>&-")
    assert code == DONE
    assert (tmp_path / "results" / "summary.json").is_file()


@pytest.mark.parametrize(
    "redirected",
    [">&-", pytest.param(">/dev/full", marks=pytest.mark.skipif(not FULL.exists(), reason="no such device"))],
)
def test_a_standard_output_that_cannot_be_written_is_said(tmp_path, redirected):
    code, err = handshake(tmp_path, "levers", redirected=redirected, language="de")
    assert code == FAILED
    assert both("error.output")[1].partition("{")[0] in err
    assert "Traceback" not in err


def test_an_empty_folder_may_be_a_link(tmp_path, cli):
    (tmp_path / "scratch").mkdir()
    (tmp_path / "results").symlink_to("scratch")
    assert cli(*RUN, "--out", "results").code == DONE
    assert (tmp_path / "scratch" / "summary.json").is_file()
    assert [path.name for path in (tmp_path / "scratch").iterdir() if path.name.startswith(".")] == []
    assert cli(*RUN, "--out", "results").code == BAD_INPUT
