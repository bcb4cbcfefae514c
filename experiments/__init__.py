"""Runs: plans and sweeps, virtual populations, controlled conditions, calibration, the ensemble."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.plan.plan import Plan
    from experiments.sweep.results import open_sweep as open
    from experiments.sweep.run import run
    from experiments.sweep.status import status

__all__ = ["Plan", "open", "run", "status"]

_HOMES = {
    "Plan": ("experiments.plan.plan", "Plan"),
    "open": ("experiments.sweep.results", "open_sweep"),
    "run": ("experiments.sweep.run", "run"),
    "status": ("experiments.sweep.status", "status"),
}


def __getattr__(name: str) -> object:
    """Load what is asked for when it is asked for: the virtual study needs none of it."""
    if name in _HOMES:
        from importlib import import_module  # noqa: PLC0415

        module, attribute = _HOMES[name]
        return getattr(import_module(module), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
