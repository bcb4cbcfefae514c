"""What docs/OWN_ORGANISATION.md shows is run as printed, and what it lists is all there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from app.cli import call
from experiments.questionnaire.state import FEWEST
from sim.company import ATTRIBUTES
from sim.organisation import TIE_STATES, attribute_bounds

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "OWN_ORGANISATION.md", ROOT / "examples" / "organisation" / "README.md"]
PAGE = PAGES[0].read_text(encoding="utf-8")


def blocks(language: str, page: str = PAGE) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def words(line: str) -> list[str]:
    """Return a command as a shell would hand it over."""
    parts = shlex.split(line, comments=True)
    return [name for part in parts for name in (sorted(map(str, Path().glob(part))) if "*" in part else [part])]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_run_as_printed(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    commands = [words(line) for block in blocks("sh", page.read_text(encoding="utf-8")) for line in block.splitlines()]
    assert len(commands) >= 4
    for program, *arguments in commands:
        assert program == "handshake"
        code = call(arguments)
        assert code == 0, (arguments, capsys.readouterr().err)


@pytest.mark.parametrize("block", blocks("python"))
def test_the_python_examples_run(block, monkeypatch):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    exec(compile(block, "docs/OWN_ORGANISATION.md", "exec"), names)
    assert len(names["outcomes"]) == 20


def test_every_column_is_explained():
    for name in (*ATTRIBUTES, *TIE_STATES):
        assert re.search(rf"^\|.*`{name}`", PAGE, re.MULTILINE), name


def test_numbers_of_the_page_are_those_of_the_code():
    assert f"hours, up to {attribute_bounds('backlog')[1]:g} |" in PAGE
    assert FEWEST == 4
    assert "formed from four answers on" in PAGE
