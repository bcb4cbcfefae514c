"""What the results of a sweep depend on beside its plan: the model's sources and the libraries that compute and write.

A sweep is continued only by what began it. Other sources may give other numbers, and another library other bytes.
"""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from sim.version import __version__

_LIBRARIES: Final = ("numba", "numpy", "pandas", "pyarrow", "salib", "scipy")
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


__all__ = ["sources_hash", "versions"]
