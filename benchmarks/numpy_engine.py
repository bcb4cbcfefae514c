"""The same week as plain NumPy on arrays: what the compiled core has to beat.

It takes the place of the compiled kernel in :class:`sim.core.engine.Engine` (:func:`in_place_of_the_kernel`), so it
gets the same people, chance and lever settings from the same preparation. The formulas are those of :mod:`sim.rules`:
the same code objects with NumPy's functions under them.

It is meant to be as fast as plain NumPy gets without a second writing of the rules, for many lever settings of one
company:

- Every attribute is an array of its own, shape (people, lanes) or (ties, lanes): a rule's result becomes the new state
  without being copied, and one call works on all ties of all lanes.
- ``take`` along the first axis fetches whole rows, in half the time of ``array[index]``.
- Sums over a person's ties are products with the incidence matrix (people, ties) of ones and zeros. For a company of
  ordinary size that is the fastest way: ``np.add.at`` took 5 to 10 times as long, ``np.add.reduceat`` on sorted ties
  twice to four times, adding tie after tie in a loop one and a half times. (The matrix grows with people x ties, so for
  thousands of people another way would be better.)
- ``np.clip`` where the rules move a number into bounds, in half the time of a minimum and a maximum.
- What the organisation is like is worked out anew only in weeks in which a lever moves.
- Lanes are cut into blocks like the core's, but wider: with few lanes calls cost more than arithmetic, with very many
  the arrays no longer fit into the processor's cache. The benchmark tries several widths, and the best counts.

What the core can skip and this cannot is dormant team ties; the benchmarks use all ties in all weeks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from sim.array_rules import rebind
from sim.company import ATTRIBUTES, NEWCOMER_TRAITS, TIE_STATES
from sim.core import engine
from sim.core.layout import PERSON_ROWS, TIE_ROWS, WEEK_ROWS
from sim.measures import COPIED_MEASURES, PERSON_MEASURES, TIE_MEASURES
from sim.parameters import MECHANISMS

Floats = NDArray[np.float64]

R: Final = rebind(
    {"lower": np.minimum, "upper": np.maximum, "choose": np.where, "clip": np.clip}, wrap=lambda rule: rule
)


@contextmanager
def in_place_of_the_kernel() -> Iterator[None]:
    """Let every :class:`sim.core.engine.Engine` run on NumPy inside the ``with`` block."""
    with mock.patch.object(engine, "get_kernel", return_value=run_weeks):
        yield


def run_weeks(
    first: int,
    last: int,
    people: tuple[Any, ...],
    ties: tuple[Any, ...],
    chance: tuple[Any, ...],
    settings: tuple[Any, ...],
    c: Any,
    f: Any,
    out: Floats,
    person_trace: Floats,
    tie_trace: Floats,
    path: Any,
) -> None:
    """Carry a block of lanes through the weeks ``first`` to ``last - 1``; arguments as the compiled kernel's.

    ``path`` is None: mechanisms are held by the other kernel alone.
    """
    assert path is None
    company = _Company(people, ties, chance, settings, c, f)
    for week in range(first, last):
        if company.levers_move(week, start_over=week == first):
            company.organise()
        company.replace_leavers(week)
        company.begin_week(week - first)
        company.meet(week - first)
        company.listen_to_colleagues()
        company.finish_week()
        company.record(out[week - first])
        if len(person_trace):
            for k, name in enumerate(ATTRIBUTES):
                person_trace[week - first, :, k] = getattr(company.person, name)
            for k, name in enumerate(TIE_STATES):
                tie_trace[week - first, :, k] = getattr(company, name)
    company.hand_back()


class _Company:
    """A block of lanes that share a communication graph; ``person``, ``org`` and ``sums`` hold one array per name."""

    def __init__(
        self,
        people: tuple[Any, ...],
        ties: tuple[Any, ...],
        chance: tuple[Any, ...],
        settings: tuple[Any, ...],
        c: Any,
        f: Any,
    ) -> None:
        state, self.marketing, self.regular_degree, self.team_degree, inner_a, inner_b = people
        tie, tie_m, tie_s, self.team, self.adjacency_start, self.adjacency = ties
        self.lane_company, self.uniform, self.demand, *self.events = chance
        org, *self.settings = settings
        self.c, self.f = c, f
        self.tie_m, self.tie_s, self.inner_a, self.inner_b = (
            a.astype(np.intp) for a in (tie_m, tie_s, inner_a, inner_b)
        )
        self.people = len(self.regular_degree)
        self.marketing_sum, self.sales_sum = _incidence(self.tie_m, self.people), _incidence(self.tie_s, self.people)
        self.a_sum, self.b_sum = _incidence(self.inner_a, self.people), _incidence(self.inner_b, self.people)
        self.team_ties = float(self.team.sum())
        self.regular_ties = float(len(self.team)) - self.team_ties
        self.is_team = self.team[:, None] > 0.0
        # The caller's rows, for the end; in between each attribute has an array of its own.
        self.state, self.tie = (
            state.reshape(self.people, len(PERSON_ROWS), -1),
            tie.reshape(len(self.team), len(TIE_ROWS), -1),
        )
        self.person = SimpleNamespace(**{name: self.state[:, k].copy() for k, name in enumerate(ATTRIBUTES)})
        self.trust, self.friction = (self.tie[:, TIE_ROWS.index(name)].copy() for name in TIE_STATES)
        rows = org.reshape(len(WEEK_ROWS), -1)
        given = ("meeting_culture", "turbulence", "company_need")
        self.org = SimpleNamespace(**{name: rows[WEEK_ROWS.index(name)] for name in given})
        self.sums = SimpleNamespace()
        # One company's draws serve all its settings: one column instead of one per lane.
        self.columns = self.lane_company if len(self.uniform) > 1 else np.zeros(1, dtype=np.intp)
        _, _, _, start, ramp, *_ = self.settings
        self.settled = np.max(start + ramp, where=np.isfinite(start), initial=-1.0)
        p, i, j = self.person, self.tie_m, self.tie_s
        motives = [
            motive.take(end, axis=0) for motive in (p.autonomy, p.recognition, p.status, p.contacts) for end in (i, j)
        ]
        self.distance = R.motive_distance(*motives)
        self.recognition, self.status = R.shared_motive(*motives[2:4]), R.shared_motive(*motives[4:6])

    def levers_move(self, week: int, *, start_over: bool) -> bool:
        """Set the mechanism parameters and the levers' cost; return whether anything can have changed."""
        now = float(week)
        # One week longer than the intensities move: one-off costs come from the week before.
        if not start_over and now > self.settled + 1.0:
            return False
        low, high, base, start, ramp, target, running, one_off, effect_lever, effect_parameter, effect_change = (
            self.settings
        )
        level = before = np.zeros_like(start[:, 0])
        for k in range(start.shape[1]):
            level = R.ramped(now, start[:, k], ramp[:, k], level, target[:, k])
            before = R.ramped(now - 1.0, start[:, k], ramp[:, k], before, target[:, k])
        before = R.intensity_before(now, ramp[:, 0], level, before)
        costs = R.lever_cost(running[:, None], one_off[:, None], level, before)
        self.org.lever_cost = costs.sum(axis=0)
        change = np.zeros_like(base)
        for lever, parameter, effect in zip(effect_lever, effect_parameter, effect_change, strict=True):
            change[parameter] += effect * level[lever]
        mechanisms = R.clip(base + change, low[:, None], high[:, None])
        vars(self.org).update(zip(MECHANISMS, mechanisms, strict=True))
        return True

    def organise(self) -> None:
        """Work out what follows from the mechanism parameters, shape (lanes,) each."""
        c, o = self.c, self.org
        joint, teams, support = o.joint_planning, o.team_intensity, o.team_support
        load = R.fixed_load(
            o.meeting_culture,
            o.formality,
            o.report_hours,
            o.planning_hours,
            o.training_hours,
            o.rotation_rate,
            teams,
            c,
        )
        reports, planning, training, rotation, team_hours = load
        o.report_hours_spent, o.planning_hours_spent, o.training_hours_spent = reports, planning, training
        o.rotation_hours_spent, o.team_hours_spent = rotation, team_hours
        o.fixed = reports + planning + training + rotation + team_hours
        o.mandate = R.mandate(o.meeting_culture, o.formality, joint, teams, support, c)
        o.goal_divergence = R.goal_divergence(o.shared_goals, o.goal_ambition, o.goal_breakdown, o.goal_horizon, c)
        o.informative = R.informative_disagreement(o.voice, o.role_contrast, c)
        o.fair = R.fair_share(o.informative, o.depersonalisation, c)
        o.relief = R.relief(o.market_focus, teams, support, c)
        meddling = R.meddling(o.shared_goals, o.goal_breakdown)
        o.structural_disagreement = R.structural_disagreement(o.goal_divergence, joint, meddling, c)
        o.structural_risk = R.structural_risk(o.clarity, o.market_focus, c)
        o.power_risk = R.power_risk(o.power_gap, c)
        o.criticism_risk = R.criticism_risk(o.informative, o.depersonalisation, c)
        o.escalation_pace = R.escalation_pace(o.depersonalisation, c)
        o.structural_waste = R.structural_waste(o.clarity, o.it_integration, o.formality, c)
        o.effective_disclosure = R.effective_disclosure(o.disclosure, o.power_gap, c)
        o.openness = R.organisation_openness(o.effective_disclosure, o.power_gap, c)
        o.unclear = R.unclear_factor(o.clarity, c)
        o.perspectives = R.perspectives(o.power_gap, c)
        o.spoken, o.per_reader = R.channel_terms(o.oral_share, o.relevance, teams, support, c)
        o.mail_load = R.mail_load(o.oral_share, o.copies_per_mail, o.disclosure, o.relevance, c)
        o.rotation_experience = R.rotation_experience(o.rotation_rate, c)
        o.weight = self.regular_ties + teams * self.team_ties
        # Shape (ties, lanes): a team tie is in use only as far as teams are.
        self.active = np.where(self.is_team, teams, 1.0)
        self.kept = np.where(self.is_team, R.team_decisions_kept(support, c), 1.0)
        self.degree = self.regular_degree[:, None] + teams * self.team_degree[:, None]
        self.limit = R.tie_limit(o.fixed, self.degree, c)
        self.per_tie = R.per_tie(self.degree)

    def replace_leavers(self, week: int) -> None:
        """Let newcomers take over the positions of people who leave this week."""
        event_week, event_person, event_traits, event_next, event_end = self.events
        for company in range(len(event_next)):
            while event_next[company] < event_end[company] and event_week[event_next[company]] == week:
                n = event_next[company]
                event_next[company] += 1
                self._replace(int(event_person[n]), event_traits[n], np.flatnonzero(self.lane_company == company))

    def _replace(self, p: int, brought: Floats, lanes: NDArray[np.intp]) -> None:
        x, f = self.person, self.f
        hires = 1.0 if p < self.marketing else 0.0
        given = dict(zip(NEWCOMER_TRAITS, brought, strict=True))
        given["social_skill"] = R.newcomer_skill(given["social_skill"], hires * self.org.marketing_hiring_bar[lanes], f)
        given["experience"] = R.newcomer_experience(given["experience"], self.org.rotation_rate[lanes], f)
        for name, values in given.items():
            getattr(x, name)[p, lanes] = values
        x.regard[p, lanes] = R.inherited(x.regard[p, lanes], f.newcomer_trust, f)
        x.backlog[p, lanes] = 0.0
        e = self.adjacency[self.adjacency_start[p] : self.adjacency_start[p + 1], None]
        i, j = self.tie_m[e], self.tie_s[e]
        self.trust[e, lanes] = R.inherited(self.trust[e, lanes], f.newcomer_trust, f)
        self.friction[e, lanes] = R.inherited(self.friction[e, lanes], 0.0, f)
        motives = [m[end, lanes] for m in (x.autonomy, x.recognition, x.status, x.contacts) for end in (i, j)]
        self.distance[e, lanes] = R.motive_distance(*motives)
        self.recognition[e, lanes], self.status[e, lanes] = (
            R.shared_motive(*motives[2:4]),
            R.shared_motive(*motives[4:6]),
        )

    def begin_week(self, index: int) -> None:
        """Work out demand, and for everybody what is read and how willing one is to meet."""
        c, o, p = self.c, self.org, self.person
        o.demand = self.demand[self.lane_company, index]
        o.need = R.tie_need(o.company_need, o.demand, float(self.people), o.weight, c)
        o.ageing = R.market_ageing(o.turbulence, o.demand, c)
        self.read = R.read_share(p.backlog, c)
        self.outreach = R.outreach(p.regard, p.social_skill, p.contacts, p.autonomy, self.read, o.mandate, c)

    def meet(self, index: int) -> None:
        """Let both ends of every interface tie meet; add up what they take away."""
        c, o, p, i, j = self.c, self.org, self.person, self.tie_m, self.tie_s
        market_i, market_j = p.market_knowledge.take(i, axis=0), p.market_knowledge.take(j, axis=0)
        product_i, product_j = p.product_knowledge.take(i, axis=0), p.product_knowledge.take(j, axis=0)
        skill_i, skill_j = p.social_skill.take(i, axis=0), p.social_skill.take(j, axis=0)
        exp_i, exp_j = p.experience.take(i, axis=0), p.experience.take(j, axis=0)
        active, trust, friction = self.active, self.trust, self.friction
        strange = R.strangeness(self.distance, o.motive_awareness)
        gap = R.knowledge_gap(market_i, market_j, product_i, product_j)
        rich = R.channel(o.spoken, o.per_reader, self.read.take(i, axis=0), self.read.take(j, axis=0))
        understood = R.understanding(rich, skill_i, skill_j, gap, strange, exp_i, exp_j, c)
        idle = R.uninformative_disagreement(o.structural_disagreement, gap, rich, o.relief, c)
        decided = R.decision_quality(
            o.fair, o.informative, idle, market_i, market_j, product_i, product_j, o.perspectives, c
        )
        willing = R.willingness(
            self.outreach.take(i, axis=0), self.outreach.take(j, axis=0), trust, friction, o.openness, c
        )
        extra = R.waste(o.structural_waste, friction, understood, idle, c)
        relative = R.relative_contact(
            R.contact_intensity(o.mandate, willing, c),
            o.need,
            self.limit.take(i, axis=0),
            self.limit.take(j, axis=0),
            extra,
        )
        contact = active * relative * o.need
        aligned = R.alignment(relative, understood, decided, friction, o.unclear, self.kept, c)
        chance = R.escalation_chance(
            idle,
            o.structural_risk,
            o.power_risk,
            self.status,
            o.criticism_risk,
            self.recognition,
            strange,
            skill_i,
            skill_j,
            trust,
            o.escalation_pace,
            c,
        )
        drawn = self.uniform[self.columns, index].T
        escalated = (drawn < active * chance).astype(np.float64)
        view = R.lens(p.regard.take(i, axis=0), p.regard.take(j, axis=0), c)
        self.trust = R.next_trust(trust, aligned, escalated, view, active, c)
        self.friction = R.next_friction(friction, escalated, skill_i, skill_j, view, active, c)
        share = R.knowledge_exchange(o.effective_disclosure, understood, relative, o.it_integration, active, c)
        of_marketing, of_sales, s = self.marketing_sum, self.sales_sum, self.sums
        s.market_down = of_marketing @ R.taken_over(market_i, market_j, share)
        s.product_down = of_marketing @ R.taken_over(product_i, product_j, share)
        s.market_up = of_sales @ R.taken_over(market_j, market_i, share)
        s.product_up = of_sales @ R.taken_over(product_j, product_i, share)
        # Marketing people stand at one end of ties only, sales people at the other: together they are everybody.
        both = of_marketing + of_sales
        s.hours = both @ (contact * (1.0 + extra))
        s.mail = both @ (contact * o.mail_load)
        s.climate = both @ (active * R.climate(trust, friction, c))
        s.escalations = both @ escalated
        s.strange = both @ (active * strange)
        unlike, distance = (active * self.distance * understood).sum(axis=0), (active * self.distance).sum(axis=0)
        totals = (
            (active * aligned).sum(axis=0),
            (active * self.trust).sum(axis=0),
            (active * self.friction).sum(axis=0),
            (active * understood).sum(axis=0),
            (active * (o.informative + idle)).sum(axis=0),
            (active * decided).sum(axis=0),
            (active * gap).sum(axis=0),
            contact.sum(axis=0),
            unlike,
            distance,
        )
        self.met = {name: total / o.weight for name, total in zip(TIE_MEASURES, totals, strict=True)}
        self.met["understanding_unlike"] = R.ratio(unlike, distance)

    def listen_to_colleagues(self) -> None:
        """Add up what people hear inside their department."""
        p, s, a, b, flow = self.person, self.sums, self.inner_a, self.inner_b, self.c.knowledge_flow
        to_a, to_b = self.a_sum, self.b_sum
        for sum_name, name in (("market_up", "market_knowledge"), ("product_up", "product_knowledge")):
            one, other = getattr(p, name).take(a, axis=0), getattr(p, name).take(b, axis=0)
            heard = to_a @ R.taken_over(one, other, flow) + to_b @ R.taken_over(other, one, flow)
            setattr(s, sum_name, getattr(s, sum_name) + heard)
        s.rumours = to_a @ s.escalations.take(b, axis=0) + to_b @ s.escalations.take(a, axis=0)
        apart = p.regard.take(b, axis=0) - p.regard.take(a, axis=0)
        s.colleagues = (to_a - to_b) @ apart

    def finish_week(self) -> None:
        """Let everybody read, work, learn, and think about the other side."""
        c, o, p, s = self.c, self.org, self.person, self.sums
        in_marketing = np.arange(self.people)[:, None] < self.marketing
        market_rate = np.where(in_marketing, c.learning_other, c.learning_own)
        product_rate = np.where(in_marketing, c.learning_own, c.learning_other)
        remaining = R.WEEK_HOURS - o.fixed - s.hours
        reading = R.reading_hours(p.backlog, remaining, c)
        core = remaining - reading
        share, training = core / R.WEEK_HOURS, o.training_hours_spent
        p.market_knowledge = R.learned(
            p.market_knowledge, market_rate, share, s.market_down + s.market_up, training, o.ageing, c
        )
        p.product_knowledge = R.learned(
            p.product_knowledge, product_rate, share, s.product_down + s.product_up, training, c.product_ageing, c
        )
        p.backlog = R.next_backlog(p.backlog, reading, s.mail, o.report_hours_spent, c)
        p.experience = R.next_experience(p.experience, o.rotation_experience)
        strange = s.strange * self.per_tie
        own = R.own_impression(s.climate, self.degree, self.per_tie, p.regard)
        p.regard = R.next_regard(p.regard, own, s.colleagues, s.escalations, s.rumours, o.rotation_rate, strange, c)
        self.felt = (
            p.market_knowledge,
            p.product_knowledge,
            p.social_skill,
            p.regard,
            p.experience,
            p.backlog,
            reading,
            core,
            s.hours,
            strange,
            s.escalations,
        )

    def record(self, row: Floats) -> None:
        """Write the week's measures, shape (measures x lanes,)."""
        measures = row.reshape(-1, self.trust.shape[1])
        n, k = len(PERSON_MEASURES), len(TIE_MEASURES)
        for at, name in enumerate(TIE_MEASURES):
            measures[at] = self.met[name]
        for at, values in enumerate(self.felt):
            measures[k + at] = values[: self.marketing].sum(axis=0) / float(self.marketing)
            measures[k + n + at] = values[self.marketing :].sum(axis=0) / float(self.people - self.marketing)
        for at, name in enumerate(COPIED_MEASURES.values()):
            measures[k + 2 * n + at] = getattr(self.org, name)

    def hand_back(self) -> None:
        """Write the state where the caller keeps it: long horizons come in several pieces."""
        for k, name in enumerate(ATTRIBUTES):
            self.state[:, k] = getattr(self.person, name)
        for name in TIE_STATES:
            self.tie[:, TIE_ROWS.index(name)] = getattr(self, name)


def _incidence(ends: NDArray[np.intp], people: int) -> Floats:
    """Return the matrix, shape (people, ties), that adds up over the ties ending at each person."""
    matrix = np.zeros((people, len(ends)))
    matrix[ends, np.arange(len(ends))] = 1.0
    return matrix
