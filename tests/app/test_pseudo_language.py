"""A language that nobody speaks, on every command: what is not marked does not come from the catalogue.

Every English text is lengthened by a third and put between ⟦ and ⟧. Whatever words then stand outside such marks on a
screen or a page were written in the code, unless they are what the user typed, an id, or a name of a file.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import program
from docs.tools.translation import write_files
from sim import texts
from sim.company import ATTRIBUTES, TIE_STATES
from sim.presets import preset_ids
from sim.texts import Texts, languages
from tests.app.conftest import Cli

LANGUAGE = "xx"
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
_CODE = re.compile(
    r"""
    \S*[_/.=]\S*            # ids, paths, options with values
    | --?[\w-]+             # options
    | \b[A-Z]{1,2}\d+\b     # ids of evidence and patterns
    | \b[0-9a-f]{12,}\b     # hashes
    | handshake[ ]\S+       # commands
    """,
    re.VERBOSE,
)
_SMALL = ("--companies", 6, "--weeks", 8)


def marked(text: str) -> str:
    """Return a text as it is in the language that nobody speaks."""
    return f"⟦{text}{'·' * (len(text) // 3)}⟧" if text.strip() else text


def unmarked(shown: str) -> set[str]:
    """Return the words of what is shown that come from no text of the catalogue."""
    while _MARKED.search(shown):
        shown = _MARKED.sub(" ", shown)
    return set(re.findall(r"[^\W\d_]{2,}", _CODE.sub(" ", shown)))


@pytest.fixture(scope="module", autouse=True)
def language(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("texts")
    write_files(LANGUAGE, folder, marked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDSHAKE_TEXTS", str(folder))
        for cached in (texts._files, texts._table, texts.catalogue):
            cached.cache_clear()
        yield
    for cached in (texts._files, texts._table, texts.catalogue):
        cached.cache_clear()


@pytest.fixture
def wide(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Return the command line on a terminal so wide that no text is broken into lines."""
    monkeypatch.setenv("COLUMNS", "2000")
    return cli


def test_it_is_a_language_like_others():
    assert languages() == ("en", "de", LANGUAGE)
    assert Texts(LANGUAGE)("type.professional") == marked("professional")


def test_words_in_the_code_are_noticed():
    assert unmarked("⟦a ⟦b⟧ c⟧ forgotten 3.5 --option job_rotation") == {"forgotten"}


def test_help(wide):
    for command in program().commands:
        found = wide(command, "--help", language=LANGUAGE)
        assert found.code == 0
        assert unmarked(found.out) <= IDS | CHOICES, command


IDS = {*ATTRIBUTES, *TIE_STATES, *preset_ids().values(), *program().commands, "handshake", "en", "de"}
"""Words that are the same in every language: columns of files, presets, commands."""
CHOICES = {"both", "morris", "sobol", "prim", "tree", "svg", "png", "pdf", "check", "survey"}
"""Words that an option takes, and commands of a group."""
COMMANDS = (
    ("levers",),
    ("levers", "joint_planning"),
    ("new", "--list"),
    ("run", "half_levers", *_SMALL, "--all"),
    ("compare", "half_levers", *_SMALL, "--all", "--ensemble", "--sets", 3),
    ("explain", "half_levers", *_SMALL),
    ("lattice", "half_levers", *_SMALL, "--levers", "talk_first,joint_planning"),
    (
        "roadmap",
        "reference",
        "--budget",
        0.3,
        "--levers",
        "talk_first,joint_planning",
        "--companies",
        6,
        "--horizon",
        26,
    ),
    ("org", "check", "people.csv", "ties.csv"),
    ("org", "survey"),
    ("run", "no_such_preset"),
    ("run", "half_levers", "--companies", "many"),
    ("compare", "half_levers", "--wekes", "3"),
)


@pytest.mark.slow(20)
def test_commands(wide):
    Path("people.csv").write_text("id,department\nM1,marketing\nS1,sales\n")
    Path("ties.csv").write_text("a,b\nM1,S1\n")
    for command in COMMANDS:
        found = wide(*command, "--lang", LANGUAGE)
        typed = {word for part in command for word in re.findall(r"[^\W\d_]{2,}", str(part))}
        assert unmarked(found.out + found.err) - typed - IDS == set(), command
        assert "Traceback" not in found.err


@pytest.mark.slow(10)
def test_a_report(wide):
    found = wide("report", "half_levers", *_SMALL, "--out", "r.html", "--lang", LANGUAGE)
    assert found.code == 0, found.err
    page = Path("r.html").read_text(encoding="utf-8")
    page = re.sub(r"<(style|script|svg|pre|dd).*?</\1>", " ", page, flags=re.DOTALL)
    assert unmarked(html.unescape(re.sub(r"<[^>]+>", " ", page))) == set()
