"""Handshake: an agent-based simulation of how marketing and sales work together."""

from sim.errors import BadInputError
from sim.model import OrganisationModel
from sim.policies import Policy
from sim.scenario import Scenario
from sim.simulation import Results, simulate

__all__ = ["BadInputError", "OrganisationModel", "Policy", "Results", "Scenario", "simulate"]
