"""Compiled kernels on disk, keyed on the sources they are made of.

Numba's own cache looks at the file of the compiled function alone. The kernel inlines functions of other modules, so an
edited rule would be served stale; here every version of the sources has a folder of its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numba
from numba import njit

from sim.core import kernel as kernel_module

_SOURCES: Final = ("rules.py", "company.py", "parameters.py", "parameters.toml", "core/kernel.py", "core/compiled.py", "core/cache.py")
_LOCK: Final = Lock()


def sources_hash() -> str:
    """Return a hash of everything the kernel is made of."""
    digest = hashlib.sha256(numba.__version__.encode())
    for name in _SOURCES:
        digest.update(files("sim").joinpath(name).read_bytes())
    return digest.hexdigest()[:20]


def cache_folder() -> Path | None:
    """Return the folder for this version's kernels, or None where none can be written."""
    root = Path(os.environ.get("HANDSHAKE_CACHE_DIR") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser())
    folder = root / "handshake-sim" / sources_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


@lru_cache(maxsize=8)
def get_kernel(lanes: int) -> Callable[..., None]:
    """Return the compiled kernel for blocks of ``lanes`` lanes; compilation itself happens at the first call."""
    with _LOCK:
        folder = cache_folder()
        compile_ = njit(nogil=True, error_model="numpy", cache=folder is not None)
        before = numba.config.CACHE_DIR
        try:
            # Read only while the function is decorated; other libraries' caches stay where they are.
            numba.config.CACHE_DIR = str(folder or "")
            compiled: Callable[..., Any] = compile_(kernel_module.make_kernel(lanes))
        finally:
            numba.config.CACHE_DIR = before
    return compiled
