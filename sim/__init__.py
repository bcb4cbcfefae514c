"""Handshake: an agent-based simulation of how marketing and sales work together."""

from typing import TYPE_CHECKING

from sim.errors import BadInputError
from sim.policies import Policy
from sim.scenario import Scenario
from sim.simulation import Results, simulate

if TYPE_CHECKING:
    from sim.model import OrganisationModel

__all__ = ["BadInputError", "OrganisationModel", "Policy", "Results", "Scenario", "simulate"]


def __getattr__(name: str) -> object:
    """Load the Mesa engine when it is first asked for: Mesa takes longer to load than everything else."""
    if name == "OrganisationModel":
        from sim.model import OrganisationModel  # noqa: PLC0415

        return OrganisationModel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
