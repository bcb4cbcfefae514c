"""Pages of the documentation that are made from the code, as a Sphinx extension.

Whatever stands in the code as a declaration (commands, levers, numbers, patterns, evidence, modules) stands there once.
When a build begins, it is written as Markdown: whole pages into the folders of :data:`FOLDERS`, and pieces that
hand-written pages include into ``_generated``. None of these files is kept under version control, and a new command,
lever or module appears by itself. A file is only written if it changes, so that Sphinx does not build it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from handshake_pages.api import api_pages, without_values
from handshake_pages.commands import command_pages
from handshake_pages.levers import lever_pages
from handshake_pages.links import outside_links, where_defined
from handshake_pages.notebooks import notebook_pages
from handshake_pages.tables import pieces

FOLDERS: Final[Mapping[str, Callable[[], Mapping[str, str]]]] = {
    "reference/commands": command_pages,
    "reference/levers": lever_pages,
    "reference/api": api_pages,
    "tutorial/notebooks": notebook_pages,
    "_generated": pieces,
}
"""Folders below ``docs/`` that belong to this extension, and what makes the files in them, by name."""


def write_pages(app: Sphinx) -> None:
    """Write all pages and remove those that nothing makes any more."""
    for name, make in FOLDERS.items():
        folder = Path(app.srcdir, name)
        folder.mkdir(parents=True, exist_ok=True)
        pages = make()
        for file, text in pages.items():
            path = folder / file
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8", newline="\n")
        for path in folder.iterdir():
            if path.name not in pages:
                path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("builder-inited", write_pages)
    app.connect("source-read", outside_links)
    app.connect("doctree-read", without_values)
    app.connect("missing-reference", where_defined)
    app.add_lexer("equations", TextLexer)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
