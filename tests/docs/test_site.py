"""The site of the documentation: it builds without a warning, lacks nothing, and needs no network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import experiments
import sim
from app.cli import program
from sim import evidence
from sim.parameters import parameters
from sim.policies import ALL_POLICIES
from tests.docs.pages import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built anew with warnings as errors; links inside it are among what Sphinx warns of."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-j", str(min(4, os.cpu_count() or 1)), "-E"]
    done = subprocess.run(
        [*command, "-d", str(folder / "doctrees"), str(ROOT / "docs"), str(folder / "html")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder / "html"


def page(site: Path, name: str) -> str:
    return (site / f"{name}.html").read_text(encoding="utf-8")


pytestmark = pytest.mark.slow(5)


def test_every_command_has_a_page(site):
    group = program()
    listed = page(site, "reference/commands/index")
    for name in group.list_commands(None):
        assert f'href="{name}.html"' in listed
        assert "<h1>handshake" in page(site, f"reference/commands/{name}")


def test_every_lever_has_a_page_with_its_four_parts(site):
    for policy in ALL_POLICIES:
        text = page(site, f"reference/levers/{policy.id}")
        for part in ("What the study says", "How the model does it", "What it costs", "What it did in the ensemble"):
            assert f"<h2>{part}<a" in text
        for name in policy.evidence:
            assert f'evidence.html#{name.lower()}"' in text
        for name in policy.effects:
            assert f">{name}</span>" in text
        # Every number that a lever moves enters somewhere.
        assert 'title="sim.rules.' in text


def test_every_number_and_every_piece_of_evidence_is_listed(site):
    text = page(site, "reference/parameters")
    for group in parameters().values():
        for name in group:
            assert f">{name}</span>" in text
    text = page(site, "reference/evidence")
    for one in evidence.statements():
        assert f'id="{one.id.lower()}"' in text


def test_the_front_doors_are_documented(site):
    text = page(site, "reference/api/index")
    for package in (sim, experiments):
        for name in package.__all__:
            assert f'id="{package.__name__}.{name}"' in text


def test_the_pages_load_nothing_from_elsewhere(site):
    loaded = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)\s*=\s*["']((?:https?:)?//[^"']+)""")
    imported = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')]+)""")
    for path in site.rglob("*.html"):
        assert not loaded.findall(path.read_text(encoding="utf-8")), path.name
    for path in site.rglob("*.css"):
        assert not imported.findall(path.read_text(encoding="utf-8")), path.name


def test_nothing_is_named_that_only_this_machine_knows(site):
    for path in site.rglob("*.html"):
        assert str(ROOT) not in path.read_text(encoding="utf-8"), path.name
