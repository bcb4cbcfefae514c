"""The manifest of a sweep's folder: what the sweep is, and whether it is the one that is to be continued."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sim.errors import BadInputError, phrase

MANIFEST: Final = "manifest.json"
DESIGN_SUM: Final = "design_sha256"
"""Under this name, the manifest holds the checksum of the design."""
_NEEDED: Final = {"plan": dict, "points": int, "runs": int, "chunks": int, DESIGN_SUM: str}


def with_design(manifest: Mapping[str, Any], design: bytes) -> dict[str, Any]:
    """Return a manifest with the checksum of the design that belongs to it."""
    return {**manifest, DESIGN_SUM: hashlib.sha256(design).hexdigest()}


def as_text(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest as the content of its file: the same manifest, the same bytes."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest in a folder.

    Raises
    ------
    BadInputError
        If there is none, or it cannot be read.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise BadInputError("no_store", file=str(folder)) from None
    except PermissionError:
        raise BadInputError("no_file", file=str(path)) from None
    except (OSError, ValueError, RecursionError):  # RecursionError: lists a thousand deep
        raise BadInputError("damaged", file=str(path), allowed=phrase("new_folder")) from None
    if not isinstance(found, dict) or not all(isinstance(found.get(key), kind) for key, kind in _NEEDED.items()):
        raise BadInputError("damaged", file=str(path), allowed=phrase("new_folder"))
    return found


def compare(folder: Path, wanted: Mapping[str, Any]) -> None:
    """Refuse to continue another sweep.

    Parameters
    ----------
    folder
        The sweep's.
    wanted
        The manifest of the sweep that is to be continued.

    Raises
    ------
    BadInputError
        Naming what differs.
    """
    different = _differences(read(folder), json.loads(as_text(wanted)))
    # Another version may declare other parameters, and write the same design in other bytes.
    by_version = [name for name in different if name.split(".")[0] in ("versions", "parameters", DESIGN_SUM)]
    if by_plan := [name for name in different if name not in by_version]:
        allowed = phrase("its_plan_or_new_folder")
        raise BadInputError("other_plan", file=str(folder), value=_some(by_plan), allowed=allowed)
    if by_version:
        allowed = phrase("its_version_or_new_folder")
        raise BadInputError("other_version", file=str(folder), value=_some(by_version), allowed=allowed)


def _differences(a: Any, b: Any, key: str = "") -> list[str]:
    """Return the keys under which two pieces of JSON differ."""
    if isinstance(a, dict) and isinstance(b, dict):
        names = dict.fromkeys((*a, *b))
        return [found for n in names for found in _differences(a.get(n), b.get(n), f"{key}.{n}" if key else n)]
    return [] if a == b else [key]


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


__all__ = ["DESIGN_SUM", "MANIFEST", "as_text", "compare", "read", "with_design"]
