"""Names of a company's people."""

from __future__ import annotations

from experiments.company_trajectory import CompanyTrajectory
from sim.texts import Texts


def person_name(trajectory: CompanyTrajectory, person: int, texts: Texts) -> str:
    """Return a person's name: the id in a real organisation, else department and number, counted from 1."""
    if trajectory.graph.names:
        return trajectory.graph.names[person]
    department = trajectory.department(person)
    number = person + 1 - trajectory.colleagues(person).start
    return texts(f"studio_network.person.{department}", number=number)


__all__ = ["person_name"]
