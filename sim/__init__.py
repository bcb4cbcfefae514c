"""Handshake: an agent-based simulation of how marketing and sales work together."""

from sim.errors import BadInputError
from sim.policies import Policy
from sim.scenario import Scenario
from sim.simulation import Results, simulate

__all__ = ["BadInputError", "Policy", "Results", "Scenario", "simulate"]
