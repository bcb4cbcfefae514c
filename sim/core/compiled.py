"""The rules, compiled: the same code objects as in :mod:`sim.rules`, inlined by Numba into the kernel."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from numba import njit

from sim import rules


def rebind(replacements: dict[str, Any], wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> types.ModuleType:
    """Return the functions of :mod:`sim.rules` with other helpers under them, each passed through ``wrap``.

    Functions call each other by their names in one shared namespace, so a rule that uses another rule gets the wrapped one.
    """
    namespace: dict[str, Any] = {name: value for name, value in vars(rules).items() if not isinstance(value, types.FunctionType)}
    for name, value in vars(rules).items():
        if isinstance(value, types.FunctionType):
            twin = types.FunctionType(value.__code__, namespace, name, value.__defaults__)
            namespace[name] = replacements.get(name) or wrap(twin)
    # A module object, because Numba resolves attributes of modules, and of nothing else, while it compiles.
    module = types.ModuleType("sim.core.rebound_rules")
    vars(module).update(namespace)
    return module


def compile_rules() -> types.ModuleType:
    """Return the rules as Numba functions that are inlined where they are called.

    No ``fastmath``: it would let LLVM reorder sums, and the engines would no longer agree bit for bit.
    """
    return rebind({}, njit(inline="always", error_model="numpy"))
