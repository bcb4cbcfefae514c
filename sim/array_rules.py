"""The rules with other helpers under them: the same code objects, on arrays or compiled.

A formula stands in one place, :mod:`sim.rules`. What differs between plain numbers, arrays and compiled code is only
what ``lower``, ``upper`` and ``choose`` mean.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from sim import rules


def rebind(replacements: dict[str, Any], wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> types.ModuleType:
    """Return the functions of :mod:`sim.rules` with other helpers under them, each passed through ``wrap``.

    Functions call each other by their names in one shared namespace, so a rule that uses another gets the wrapped one.
    """
    namespace: dict[str, Any] = {
        name: value for name, value in vars(rules).items() if not isinstance(value, types.FunctionType)
    }
    for name, value in vars(rules).items():
        if isinstance(value, types.FunctionType):
            twin = types.FunctionType(value.__code__, namespace, name, value.__defaults__)
            namespace[name] = replacements.get(name) or wrap(twin)
    # A module object, because Numba resolves attributes of modules, and of nothing else, while it compiles.
    module = types.ModuleType("sim.rebound_rules")
    vars(module).update(namespace)
    return module


ON_ARRAYS: Final = rebind({"lower": np.minimum, "upper": np.maximum, "choose": np.where}, lambda rule: rule)
"""The rules on NumPy arrays of any shapes that go together; element by element the same bits as on numbers."""
