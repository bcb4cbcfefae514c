"""An interface tie: a marketing and a sales person who have to do with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim import rules
from sim.parameters import Founding

if TYPE_CHECKING:
    from sim.agents.marketing import MarketingEmployee
    from sim.agents.sales import SalesEmployee
    from sim.agents.week import Week


class Tie:
    """A tie between the departments, with its state and what was seen of it in the last week it was in use.

    Trust and friction are kept on the edge of the communication graph and nowhere else: what is written there counts.

    Parameters
    ----------
    index
        Its place in tie order.
    marketing, sales
        The two people.
    team
        Whether it is in use only as far as cross-functional teams are (E32).
    edge
        The edge's attributes in the communication graph; gets ``trust`` and ``friction``.
    trust, friction
        State at the start.

    Attributes
    ----------
    drawn
        This week's uniform random number: an escalation if it is below its probability.
    distance, status, recognition
        What follows from the two people's motives.
    alignment, understanding, disagreement, decision_quality, knowledge_gap, strangeness
        What came of the week's contact, in [0, 1].
    contact_hours
        Contact, in hours of either person.
    escalated
        1.0 if disagreement turned personal this week, else 0.0.
    """

    __slots__ = (
        "alignment",
        "contact_hours",
        "decision_quality",
        "disagreement",
        "distance",
        "drawn",
        "edge",
        "escalated",
        "index",
        "knowledge_gap",
        "marketing",
        "recognition",
        "sales",
        "status",
        "strangeness",
        "team",
        "understanding",
    )

    def __init__(
        self,
        index: int,
        marketing: MarketingEmployee,
        sales: SalesEmployee,
        *,
        team: bool,
        edge: dict[str, Any],
        trust: float,
        friction: float,
    ) -> None:
        self.index, self.marketing, self.sales, self.team, self.edge = index, marketing, sales, team, edge
        edge["trust"], edge["friction"] = trust, friction
        self.drawn = 1.0
        self.rest()
        self.compare_motives()

    @property
    def trust(self) -> float:
        """Trust between the two, in [0, 1]."""
        value: float = self.edge["trust"]
        return value

    @property
    def friction(self) -> float:
        """Relationship conflict between the two, in [0, 1]."""
        value: float = self.edge["friction"]
        return value

    def compare_motives(self) -> None:
        """Find out how far apart the two people's motives are, and how strong together (E36-E40)."""
        a, b = self.marketing, self.sales
        self.distance = rules.motive_distance(
            a.autonomy, b.autonomy, a.recognition, b.recognition, a.status, b.status, a.contacts, b.contacts
        )
        self.status = rules.shared_motive(a.status, b.status)
        self.recognition = rules.shared_motive(a.recognition, b.recognition)

    def pass_on(self, founding: Founding) -> None:
        """Hand the tie to a newcomer at one end, who inherits part of its history (E20)."""
        edge, fresh = self.edge, founding.newcomer_trust
        edge["trust"] = rules.inherited(edge["trust"], fresh, founding)
        edge["friction"] = rules.inherited(edge["friction"], 0.0, founding)
        self.compare_motives()

    def rest(self) -> None:
        """Let a week pass without contact; trust and friction stay as they are."""
        self.alignment = self.understanding = self.disagreement = self.decision_quality = 0.0
        self.knowledge_gap = self.strangeness = self.contact_hours = self.escalated = 0.0

    def weighed(self, week: Week) -> tuple[float, ...]:
        """Return what the tie adds to the measures of :data:`sim.measures.TIE_MEASURES`; team ties as far as in use."""
        active, understood, edge = week.active_team if self.team else 1.0, self.understanding, self.edge
        return (
            active * self.alignment,
            active * edge["trust"],
            active * edge["friction"],
            active * understood,
            active * self.disagreement,
            active * self.decision_quality,
            active * self.knowledge_gap,
            self.contact_hours,
            active * self.distance * understood,
            active * self.distance,
        )
