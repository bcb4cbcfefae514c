"""The rules, compiled: the same code objects as in :mod:`sim.rules`, inlined by Numba into the kernel."""

from __future__ import annotations

import types

from numba import njit

from sim.array_rules import rebind


def compile_rules() -> types.ModuleType:
    """Return the rules as Numba functions that are inlined where they are called.

    No ``fastmath``: it would let LLVM reorder sums, and the engines would no longer agree bit for bit.
    """
    return rebind({}, njit(inline="always", error_model="numpy"))
