"""Identity of a sweep: hashes of its plan and of the model's sources, and versions of the libraries.

A sweep is continued only by what began it. Other sources may give other numbers, and another library other bytes.
"""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from experiments.plan.plan import Plan
from sim.organisation import is_text
from sim.parameters import parameters
from sim.version import __version__

_LIBRARIES: Final = ("numba", "numpy", "pandas", "pyarrow", "pydoe", "salib", "scipy")
_SOURCES: Final = {"sim": (".py", ".toml", ".csv"), "experiments.plan": (".py",), "experiments.sweep": (".py",)}


@cache
def sources_hash() -> str:
    """Return a hash of the model's sources and of those of plans and sweeps."""
    digest = hashlib.sha256()
    for package, endings in _SOURCES.items():
        for name, content in _files(files(package), endings):
            digest.update(f"{package}/{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(folder: Traversable, endings: tuple[str, ...], prefix: str = "") -> list[tuple[str, bytes]]:
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _files(entry, endings, f"{prefix}{entry.name}/")
        elif entry.name.endswith(endings):
            found.append((prefix + entry.name, entry.read_bytes()))
    return found


@cache
def versions() -> dict[str, str]:
    """Return the versions that results depend on, by name."""
    return {
        "handshake": __version__,
        "sources": sources_hash(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        **{name: version(name) for name in _LIBRARIES},
    }


def provenance() -> list[dict[str, Any]]:
    """Return every number of the model with its bounds, and where it comes from."""
    return [
        {"name": f"{group}.{p.name}", "default": p.default, "low": p.low, "high": p.high}
        | {"provenance": p.provenance, "source": p.source}
        for group, declared in parameters().items()
        for p in declared.values()
    ]


def without_folders(plan: Plan) -> dict[str, Any]:
    """Return a plan in JSON's types; of files only the name, as the same ones may lie elsewhere on another machine."""
    found = plan.model_dump(mode="json")
    for scenario in found["scenarios"]:
        for key in ("people", "ties"):
            if (file := scenario["company"][key]) is not None:
                scenario["company"][key] = f"{key}.csv" if is_text(file) else Path(file).name
    return found


def file_hashes(plan: Plan) -> dict[str, dict[str, str]]:
    """Return SHA-256 of the files of real organisations, by scenario and key: their content decides."""
    named = {s.name: {"people": s.company.people, "ties": s.company.ties} for s in plan.scenarios}
    return {
        name: {key: hashlib.sha256(_content(file)).hexdigest() for key, file in files.items() if file}
        for name, files in named.items()
        if any(files.values())
    }


def _content(file: str) -> bytes:
    return file.encode() if is_text(file) else Path(file).read_bytes()


__all__ = ["file_hashes", "provenance", "sources_hash", "versions", "without_folders"]
