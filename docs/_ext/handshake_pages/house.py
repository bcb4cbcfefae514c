"""The map of the house: every room with what lives there and which rooms it imports, made from the code's imports."""

from __future__ import annotations

import ast
import logging
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[3]
PACKAGES: Final = ("app", "analysis", "experiments", "sim")
"""Highest first: imports point downwards."""


def house_map() -> str:
    """Return the rooms of each package as Markdown tables, highest package first."""
    logging.getLogger("grimp").setLevel(logging.WARNING)
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    rooms = {module: _room(module) for module in sorted(graph.modules)}
    wanted: dict[str, set[str]] = {room: set() for room in rooms.values()}
    for module, room in rooms.items():
        wanted[room] |= {rooms[other] for other in graph.find_modules_directly_imported_by(module)} - {
            room,
            "sim.texts",
        }
    parts = []
    for package in PACKAGES:
        mine = [room for room in wanted if room.partition(".")[0] == package]
        lines = ["| room | what it is | imports |", "| --- | --- | --- |"]
        lines += [f"| `{room}` | {_first_line(room)} | {_listed(package, wanted[room])} |" for room in mine]
        parts.append(f"## {package}/\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _room(module: str) -> str:
    """Return the room that a module is in: the innermost folder of at most three, or the module itself."""
    parts = module.split(".")
    depth = 3 if module.startswith("app.studio.views.") else 2
    return ".".join(parts[:depth])


def _first_line(room: str) -> str:
    """Return the first line of a room's docstring."""
    path = ROOT.joinpath(*room.split("."))
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].replace("|", "\\|").replace("``", "`")


def _listed(package: str, rooms: set[str]) -> str:
    """Return rooms, those of the same package by their last name, others by package."""
    own = sorted(room.partition(".")[2] or room for room in rooms if room.partition(".")[0] == package)
    others = sorted({room.partition(".")[0] for room in rooms} - {package}, key=PACKAGES.index)
    return ", ".join([*(f"`{name}`" for name in own), *(f"{name}/" for name in others)]) or "nothing"
