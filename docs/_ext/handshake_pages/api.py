"""Pages of the Python interface, from the docstrings: the front doors, and a page per package."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from typing import Final

from docutils import nodes
from sphinx.addnodes import desc, desc_annotation
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

FRONT_DOORS: Final = {"sim": "Simulating", "experiments": "Plans and sweeps"}
"""Packages whose own names are what most people need."""
PACKAGES: Final = ("sim", "experiments", "analysis")
_BEFORE: Final = "Most people need the names on this page. The packages below are for those who build on the model."


def api_pages() -> dict[str, str]:
    """Return a page for each package, and one with the front doors."""
    pages = {
        f"{name}.md": _page(name, modules) for package in PACKAGES for name, modules in _packages(package) if modules
    }
    names = sorted(name.removesuffix(".md") for name in pages)
    pages["index.md"] = _index() + "\n## By package\n\n```{toctree}\n:maxdepth: 1\n\n" + "\n".join(names) + "\n```\n"
    return pages


def without_values(app: Sphinx, doctree: nodes.document) -> None:
    """Take the values of data out of a page: they may be whole tables, or hold a path of the machine that builds."""
    for description in doctree.findall(lambda node: isinstance(node, desc) and node["objtype"] == "data"):
        for note in list(description[0].findall(desc_annotation)):
            if note.astext().lstrip().startswith("="):
                note.parent.remove(note)


def _packages(package: str) -> Iterator[tuple[str, list[str]]]:
    """Yield a package and its subpackages, each with its public modules."""
    found = importlib.import_module(package)
    entries = [entry for entry in pkgutil.iter_modules(found.__path__) if not entry.name.startswith("_")]
    yield package, [f"{package}.{entry.name}" for entry in entries if not entry.ispkg]
    for entry in entries:
        if entry.ispkg:
            yield from _packages(f"{package}.{entry.name}")


def _front_doors() -> dict[str, object]:
    """Return what is documented as a name of a package, by that name."""
    return {
        f"{package}.{name}": getattr(importlib.import_module(package), name)
        for package in FRONT_DOORS
        for name in importlib.import_module(package).__all__
    }


def _index() -> str:
    parts = ["# Python", _BEFORE]
    for package, title in FRONT_DOORS.items():
        parts.append(f"## {title}: `{package}`")
        for name, what in _front_doors().items():
            if name.startswith(f"{package}."):
                parts.append(
                    _directive("autoclass", name, ":members:")
                    if inspect.isclass(what)
                    else _directive("autofunction", name)
                )
    return "\n\n".join(parts) + "\n"


def _page(package: str, modules: Sequence[str]) -> str:
    own = [] if package in FRONT_DOORS else _own_names(package, modules)
    options = [f":members: {', '.join(own)}"] if own else []
    about = [f"# `{package}`", _directive("automodule", package, *options)]
    for module in modules:
        hidden = _hidden_names(module)
        options = [f":exclude-members: {', '.join(hidden)}"] if hidden else []
        about += [f"## `{module}`", _directive("automodule", module, ":members:", *options)]
    return "\n\n".join(about) + "\n"


def _own_names(package: str, modules: Sequence[str]) -> list[str]:
    """Return what a package makes itself; what it only hands on is documented where it is made."""
    documented = ModuleAnalyzer.for_module(package).find_attr_docs()
    names = vars(importlib.import_module(package))
    data = [name for scope, name in documented if not scope]
    made = [name for name, what in names.items() if not name.startswith("_") and _made_in(package, what)]
    # A function that is called like a module cannot be told from it in a link.
    return [name for name in (*data, *made) if f"{package}.{name}" not in modules]


def _hidden_names(module: str) -> list[str]:
    """Return names of a module's classes that a front door shows, and those that pydantic makes from generic ones."""
    found = vars(importlib.import_module(module))
    shown = [what.__name__ for what in _front_doors().values() if inspect.isclass(what) and _made_in(module, what)]
    return [*shown, *(name for name in found if not name.isidentifier())]


def _made_in(module: str, what: object) -> bool:
    return (inspect.isclass(what) or inspect.isfunction(what)) and what.__module__ == module


def _directive(name: str, argument: str, *options: str) -> str:
    # Docstrings are reStructuredText.
    lines = [f".. {name}:: {argument}", *(f"   {option}" for option in options)]
    return "```{eval-rst}\n" + "\n".join(lines) + "\n```"
