"""Handshake: an agent-based simulation of how marketing and sales work together.

Here: the model in both engines, its evidence, parameters, levers and outcomes, scenarios and presets, and the catalogue
of texts. Not here: what is run (:mod:`experiments`), what it means (:mod:`analysis`), and whatever writes files,
draws, or talks to people.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.errors import BadInputError
    from sim.model import OrganisationModel
    from sim.policies import Policy
    from sim.scenario import Scenario
    from sim.simulation import Results, simulate

__all__ = ["BadInputError", "OrganisationModel", "Policy", "Results", "Scenario", "simulate"]

_HOMES: Final = {
    "BadInputError": "sim.errors",
    "OrganisationModel": "sim.model",
    "Policy": "sim.policies",
    "Results": "sim.simulation",
    "Scenario": "sim.scenario",
    "simulate": "sim.simulation",
}


def __getattr__(name: str) -> object:
    """Load a name when it is first asked for: the model takes seconds, and the command line's help needs only texts."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
