"""Compiled kernels on disk, keyed on the sources they are made of.

Numba's own cache looks at the file of the compiled function alone. The kernel inlines functions of other modules, so an
edited rule would be served stale; here every version of the sources has a folder of its own. Its key also covers what
the function closes over; here these are other compiled functions, which look different in every process, so a kernel
would never be found again. The folder stands for all of that.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numba
from numba import njit
from numba.core.caching import FunctionCache

from sim.core import kernel as kernel_module

_SOURCES: Final = (
    "rules.py",
    "array_rules.py",
    "company.py",
    "graph.py",
    "measures.py",
    "parameters.py",
    "parameters.toml",
    "core/layout.py",
    "core/kernel.py",
    "core/compiled.py",
    "core/cache.py",
)
_LOCK: Final = Lock()


def sources_hash() -> str:
    """Return a hash of everything the kernel is made of."""
    digest = hashlib.sha256(numba.__version__.encode())
    for name in _SOURCES:
        digest.update(files("sim").joinpath(name).read_bytes())
    return digest.hexdigest()[:20]


class _KernelCache(FunctionCache):
    """Numba's cache, with the signature and the processor as the key inside a folder; without it one only waits."""

    def _index_key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        return sig, codegen.magic_tuple()

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the kernel on disk, or None if there is none that can be read."""
        numbas: Any = super()
        try:
            return numbas.load_overload(sig, target_context)
        except Exception:  # a damaged file can fail in any way
            with suppress(OSError):
                numbas.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the kernel on disk if there is room."""
        numbas: Any = super()
        with suppress(OSError):
            numbas.save_overload(sig, data)


def cache_folder(lanes: int, *, following: bool = False) -> Path | None:
    """Return the folder for this version's kernel for ``lanes`` lanes, or None where none can be written."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        root = Path(os.environ.get("HANDSHAKE_CACHE_DIR") or Path(home).expanduser())
        folder = root / "handshake-sim" / sources_hash() / f"{lanes}{'-following' if following else ''}"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
        return None
    return folder if os.access(folder, os.W_OK) else None


@lru_cache(maxsize=8)
def get_kernel(lanes: int) -> Callable[..., None]:
    """Return the compiled kernel for blocks of ``lanes`` lanes; compilation itself happens at the first call."""
    return _compiled(kernel_module.make_kernel(lanes), cache_folder(lanes))


@lru_cache(maxsize=8)
def get_following_kernel(lanes: int) -> Callable[..., None]:
    """Return the compiled kernel that can follow another run (:mod:`sim.core.holding`), likewise."""
    return _compiled(kernel_module.make_following_kernel(lanes), cache_folder(lanes, following=True))


def _compiled(kernel: Callable[..., None], folder: Path | None) -> Callable[..., None]:
    compiled: Any = njit(nogil=True, error_model="numpy")(kernel)
    if folder is not None:
        settings: Any = numba.config
        with _LOCK:
            before = settings.CACHE_DIR
            try:
                # Read only while the cache is made; other libraries' caches stay where they are.
                settings.CACHE_DIR = str(folder)
                make: Any = _KernelCache
                compiled._cache = make(compiled.py_func)
            finally:
                settings.CACHE_DIR = before
    made: Callable[..., None] = compiled
    return made


def is_compiled(lanes: int, *, following: bool = False) -> bool:
    """Return whether the kernel for ``lanes`` lanes is at hand, in memory or on disk; if not, the first run waits."""
    kernel: Any = get_following_kernel(lanes) if following else get_kernel(lanes)
    folder = kernel.stats.cache_path
    return bool(kernel.signatures) or (folder is not None and any(Path(folder).glob("*.nbc")))
