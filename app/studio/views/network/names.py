"""Names of a company's people."""

from __future__ import annotations

from experiments.chronicle import Chronicle
from sim.texts import Texts


def person_name(chronicle: Chronicle, person: int, texts: Texts) -> str:
    """Return a person's name: the id in a real organisation, else department and number, counted from 1."""
    if chronicle.graph.names:
        return chronicle.graph.names[person]
    department = chronicle.department(person)
    number = person + 1 - chronicle.colleagues(person).start
    return texts(f"studio_network.person.{department}", number=number)


__all__ = ["person_name"]
