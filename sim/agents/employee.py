"""An employee of either department: what people do whatever side they are on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import mesa

from sim import rules
from sim.agents.week import Week
from sim.company import ATTRIBUTES, NEWCOMER_TRAITS
from sim.parameters import Founding

if TYPE_CHECKING:
    from sim.agents.tie import Tie


class Employee(mesa.Agent):
    """A position in one of the two departments, and who fills it.

    When somebody leaves, the agent stays: the newcomer takes over the position with its ties. Everything is in [0, 1]
    unless said otherwise.

    Parameters
    ----------
    model
        The company.
    number
        Place in person order, from 0; marketing comes first.
    name
        What the person is called.
    traits
        The ten attributes of :data:`sim.company.ATTRIBUTES`.
    regular_ties, team_ties
        Number of interface ties: always in use, and in use as far as teams are.

    Attributes
    ----------
    market_knowledge, product_knowledge
        What one knows (E13).
    social_skill
        Communication, negotiation, empathy, teamwork, conflict ability.
    autonomy, recognition, status, contacts
        Motives in [-1, 1] (E36-E39).
    experience
        Experience of the other side (E25).
    regard
        Regard for the other department (E14).
    backlog
        Unread written information in hours.
    interface, colleagues
        Ties to the other department, and the people one talks to in one's own; both in tie order.
    contact_hours, tie_hours, reading_hours, core_hours
        This week's hours: contact, contact and the waste it causes, reading, core work.
    escalations, strangeness
        Escalations on one's ties this week, and how strange one's partners are on average.
    arrived
        Week in which the person came; -1 for the founders.
    """

    department: ClassVar[str]
    market_knowledge: float
    product_knowledge: float
    social_skill: float
    autonomy: float
    recognition: float
    status: float
    contacts: float
    experience: float
    regard: float
    backlog: float

    def __init__(
        self,
        model: mesa.Model,
        *,
        number: int,
        name: str,
        traits: Sequence[float],
        regular_ties: float,
        team_ties: float,
    ) -> None:
        super().__init__(model)
        self.number, self.name, self.arrived = number, name, -1
        self.regular_ties, self.team_ties = regular_ties, team_ties
        self.interface: list[Tie] = []
        self.colleagues: list[Employee] = []
        vars(self).update(zip(ATTRIBUTES, traits, strict=True))
        self.read_share = self.outreach = self.tie_limit = self.ties_in_use = 0.0
        self.contact_hours = self.tie_hours = self.reading_hours = self.core_hours = 0.0
        self.strangeness = self.escalations = 0.0
        self._begin()

    def _begin(self) -> None:
        """Forget what was added up in the week before."""
        self.contact_hours = self.tie_hours = self._mail = self._climate = 0.0
        self.escalations = self._strange = 0.0
        # Knowledge taken over from partners and from colleagues is added up apart; see SalesEmployee.
        self._market_told = self._product_told = self._market_heard = self._product_heard = 0.0
        self._rumours = self._opinions = 0.0

    @property
    def waste_hours(self) -> float:
        """Hours of this week that contact cost beyond contact itself."""
        return self.tie_hours - self.contact_hours

    # --- coming and going -------------------------------------------------------------------------------------------

    @abstractmethod
    def hiring_bar(self, week: Week) -> float:
        """Return the weight of social skill in hiring beyond what the department always asks for (E24)."""

    def remove(self) -> None:
        """Refuse: a position stays, with its ties; the person in it is replaced (:meth:`hand_over`).

        Raises
        ------
        RuntimeError
            Always. Without this, Mesa would forget the agent while the company goes on meeting it.
        """
        raise RuntimeError("a position cannot be removed; leave it out of the organisation's files instead")

    def hand_over(self, traits: Sequence[float], week: Week, founding: Founding, number: int) -> None:
        """Leave, and have a newcomer take over the position.

        Parameters
        ----------
        traits
            What the newcomer brings, in the order of :data:`sim.company.NEWCOMER_TRAITS`.
        week
            This week's conditions; the organisation decides whom it hires.
        founding
            What newcomers are like.
        number
            Number of the week.
        """
        self.arrived = number
        vars(self).update(zip(NEWCOMER_TRAITS, traits, strict=True))
        self.social_skill = rules.newcomer_skill(self.social_skill, self.hiring_bar(week), founding)
        self.experience = rules.newcomer_experience(self.experience, week.rotation_rate, founding)
        self.regard = rules.inherited(self.regard, founding.newcomer_trust, founding)
        self.backlog = 0.0
        for tie in self.interface:
            tie.pass_on(founding)

    # --- the week ---------------------------------------------------------------------------------------------------

    def reach_out(self, week: Week) -> None:
        """Begin the week: see what is read, how willing one is to meet, and for how much there is time."""
        c = week.coefficients
        self._begin()
        self.read_share = rules.read_share(self.backlog, c)
        self.outreach = rules.outreach(
            self.regard, self.social_skill, self.contacts, self.autonomy, self.read_share, week.mandate, c
        )
        self.ties_in_use = self.regular_ties + week.active_team * self.team_ties
        self.tie_limit = rules.tie_limit(week.fixed, self.ties_in_use, c)

    def take_away(
        self, contact: float, hours: float, mail: float, climate: float, escalated: float, strange: float
    ) -> None:
        """Add up what the contact on one tie leaves with a person on either side."""
        self.contact_hours += contact
        self.tie_hours += hours
        self._mail += mail
        self._climate += climate
        self.escalations += escalated
        self._strange += strange

    def listen_to_colleagues(self, week: Week) -> None:
        """Hear from colleagues what they know, what they think of the other side, and with whom they fell out (E42)."""
        flow = week.coefficients.knowledge_flow
        taken_over = rules.taken_over
        own_market, own_product, own_regard = self.market_knowledge, self.product_knowledge, self.regard
        market, product, rumours, opinions = self._market_heard, self._product_heard, 0.0, 0.0
        for colleague in self.colleagues:
            market += taken_over(own_market, colleague.market_knowledge, flow)
            product += taken_over(own_product, colleague.product_knowledge, flow)
            rumours += colleague.escalations
            opinions += colleague.regard - own_regard
        self._market_heard, self._product_heard, self._rumours, self._opinions = market, product, rumours, opinions

    def finish_week(self, week: Week) -> None:
        """Read, work and learn in the hours that are left, and think about the other side."""
        self.read(week)
        self.learn(week)
        self.form_opinion(week)

    def read(self, week: Week) -> None:
        """Read as much of the backlog as there is time for; what is left is core work (E26, E28)."""
        c = week.coefficients
        remaining = rules.WEEK_HOURS - week.fixed - self.tie_hours
        reading = rules.reading_hours(self.backlog, remaining, c)
        self.reading_hours, self.core_hours = reading, remaining - reading
        self.backlog = rules.next_backlog(self.backlog, reading, self._mail, week.report_hours_spent, c)

    @abstractmethod
    def learn(self, week: Week) -> None:
        """Learn from work, training, partners and colleagues."""

    def _learn(self, week: Week, market_rate: float, product_rate: float) -> None:
        """Learn at the department's weekly rates; knowledge ages and rotation brings experience (E13, E23, E25)."""
        c, training, learned = week.coefficients, week.training_hours_spent, rules.learned
        core_share = self.core_hours / rules.WEEK_HOURS
        market_taken = self._market_told + self._market_heard
        product_taken = self._product_told + self._product_heard
        self.market_knowledge = learned(
            self.market_knowledge, market_rate, core_share, market_taken, training, week.ageing, c
        )
        self.product_knowledge = learned(
            self.product_knowledge, product_rate, core_share, product_taken, training, c.product_ageing, c
        )
        self.experience = rules.next_experience(self.experience, week.rotation_experience)

    def form_opinion(self, week: Week) -> None:
        """Come to think better or worse of the other department (E14, E20, E42)."""
        regard, ties = self.regard, self.ties_in_use
        weight = rules.per_tie(ties)
        self.strangeness = self._strange * weight
        self.regard = rules.next_regard(
            regard,
            rules.own_impression(self._climate, ties, weight, regard),
            self._opinions,
            self.escalations,
            self._rumours,
            week.rotation_rate,
            self.strangeness,
            week.coefficients,
        )
