"""The notebooks as pages: their text and code, without results, as they are stored."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import nbformat

NOTEBOOKS: Final = Path(__file__).parents[3] / "examples" / "notebooks"


def notebook_pages() -> dict[str, str]:
    """Return a page for each notebook, and one that lists them."""
    pages = {f"{path.stem}.md": _page(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"), key=lambda path: path.stem)}
    names = "\n".join(name.removesuffix(".md") for name in pages)
    pages["index.md"] = "# Notebooks\n\n```{toctree}\n:maxdepth: 1\n\n" + names + "\n```\n"
    return pages


def _page(path: Path) -> str:
    notebook = nbformat.read(path, as_version=4)
    title, *parts = (cell.source if cell.cell_type == "markdown" else _code(cell.source) for cell in notebook.cells)
    note = f"*A notebook: `examples/notebooks/{path.name}`. Figures and numbers appear when it is run.*"
    return "\n\n".join([title, note, *parts]) + "\n"


def _code(source: str) -> str:
    # Lines for Jupyter itself are no Python.
    lines = [line for line in source.splitlines() if not line.startswith("%")]
    return "```python\n" + "\n".join(lines) + "\n```"
