"""What the pages of README and docs/ show to be typed: blocks of shell and Python, in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
GENERATED: Final = ("_build", "_generated", "api", "commands", "levers", "notebooks")
"""Folders below docs/ whose pages are made from the code, and tested with it."""

_BLOCK: Final = re.compile(
    r"(?:<!-- not run: (?P<reason>[^>]*?) -->\n+)?^ *```(?P<language>sh|python)\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page.

    Attributes
    ----------
    language
        ``sh`` or ``python``.
    text
        What stands in it.
    line
        Where it begins in its page.
    reason
        Why it is not run, as a comment before it says (``<!-- not run: takes hours -->``); None if it is.
    """

    language: str
    text: str
    line: int
    reason: str | None


def pages() -> list[Path]:
    """Return the pages that are written by hand and show something to be typed."""
    written = [path for path in sorted(ROOT.glob("docs/**/*.md")) if not set(path.parts) & {*GENERATED}]
    return [path for path in [ROOT / "README.md", *written] if blocks(path)]


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found["language"], found["text"], 1 + text.count("\n", 0, found.start("text")), found["reason"])
        for found in _BLOCK.finditer(text)
    ]
