"""A marketing person, and what happens when one meets a sales person."""

from __future__ import annotations

from typing import ClassVar

from sim import rules
from sim.agents.employee import Employee
from sim.agents.tie import Tie
from sim.agents.week import Week


class MarketingEmployee(Employee):
    """A marketing person: knows the products, learns the market from research and from what sales tells."""

    department: ClassVar[str] = "marketing"

    def hiring_bar(self, week: Week) -> float:
        """Return how much marketing looks at social skill when it hires (E24)."""
        return week.marketing_hiring_bar

    def learn(self, week: Week) -> None:
        """Learn products in one's own work, and the market from research (E13)."""
        c = week.coefficients
        self._learn(week, c.learning_other, c.learning_own)

    def meet(self, tie: Tie, week: Week) -> None:
        """Spend the week's contact with the sales person at the other end of a tie, for both of them.

        Both come as they were when the week began; what the contact changes in people is added up and felt at its end.
        """
        c, partner, edge = week.coefficients, tie.sales, tie.edge
        active, kept = (week.active_team, week.kept_team) if tie.team else (1.0, 1.0)
        trust, friction = edge["trust"], edge["friction"]
        own_market, own_product, own_skill = self.market_knowledge, self.product_knowledge, self.social_skill
        their_market, their_product = partner.market_knowledge, partner.product_knowledge
        their_skill = partner.social_skill

        # How well do they understand each other?
        strange = rules.strangeness(tie.distance, week.motive_awareness)
        gap = rules.knowledge_gap(own_market, their_market, own_product, their_product)
        richness = rules.channel(week.spoken, week.per_reader, self.read_share, partner.read_share)
        understood = rules.understanding(
            richness, own_skill, their_skill, gap, strange, self.experience, partner.experience, c
        )

        # What do they disagree about, and what do they make of it?
        idle = rules.uninformative_disagreement(week.structural_disagreement, gap, richness, week.relief, c)
        decided = rules.decision_quality(
            week.fair,
            week.informative,
            idle,
            own_market,
            their_market,
            own_product,
            their_product,
            week.perspectives,
            c,
        )

        # How much do they meet, and what comes of it?
        willing = rules.willingness(self.outreach, partner.outreach, trust, friction, week.openness, c)
        extra = rules.waste(week.structural_waste, friction, understood, idle, c)
        wanted = rules.contact_intensity(week.mandate, willing, c)
        relative = rules.relative_contact(wanted, week.need, self.tie_limit, partner.tie_limit, extra)
        contact = active * relative * week.need
        aligned = rules.alignment(relative, understood, decided, friction, week.unclear, kept, c)

        # Does it turn personal?
        chance = rules.escalation_chance(
            idle,
            week.structural_risk,
            week.power_risk,
            tie.status,
            week.criticism_risk,
            tie.recognition,
            strange,
            own_skill,
            their_skill,
            trust,
            week.escalation_pace,
            c,
        )
        escalated = 1.0 if tie.drawn < active * chance else 0.0
        view = rules.lens(self.regard, partner.regard, c)
        edge["trust"] = rules.next_trust(trust, aligned, escalated, view, active, c)
        edge["friction"] = rules.next_friction(friction, escalated, own_skill, their_skill, view, active, c)

        # What do they take away?
        share = rules.knowledge_exchange(
            week.effective_disclosure, understood, relative, week.it_integration, active, c
        )
        self._market_told += rules.taken_over(own_market, their_market, share)
        self._product_told += rules.taken_over(own_product, their_product, share)
        partner._market_heard += rules.taken_over(their_market, own_market, share)
        partner._product_heard += rules.taken_over(their_product, own_product, share)
        hours, mail = contact * (1.0 + extra), contact * week.mail_load
        climate = active * rules.climate(trust, friction, c)
        self.take_away(contact, hours, mail, climate, escalated, active * strange)
        partner.take_away(contact, hours, mail, climate, escalated, active * strange)

        tie.understanding, tie.knowledge_gap, tie.strangeness = understood, gap, strange
        tie.disagreement, tie.decision_quality = week.informative + idle, decided
        tie.contact_hours, tie.alignment, tie.escalated = contact, aligned, escalated
