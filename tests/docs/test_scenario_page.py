"""The page on the scenario file shows what the command that it names prints."""

from __future__ import annotations

import pytest

from app.cli import call
from tests.docs.pages import ROOT


def test_the_page_shows_what_its_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = "handshake new - --preset reference"
    assert f"`{command}`" in (ROOT / "docs" / "reference" / "scenario_file.md").read_text(encoding="utf-8")
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_ext"))
    from handshake_pages.tables import pieces  # noqa: PLC0415

    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert call(command.split()[1:]) == 0
    assert pieces()["scenario.toml"] == capsys.readouterr().out
