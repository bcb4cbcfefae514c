"""The organisation in one week: what is the same for everybody in it, computed once."""

from __future__ import annotations

from collections.abc import Mapping

from sim import rules
from sim.parameters import Coefficients


class Week:
    """The conditions under which everybody works this week.

    Parameters
    ----------
    mechanisms
        Mechanism parameters by name, after the levers.
    meeting_culture, turbulence
        Context of the company.
    company_need
        Coordination need relative to the average company.
    demand
        Coordination demand this week relative to its mean.
    people
        Number of people.
    regular_ties, team_ties
        Number of interface ties: those always in use, and those that cross-functional teams bring.
    lever_cost
        Cost of the levers this week in percent of base revenue, as a yearly rate.
    coefficients
        Coefficients of the rules.
    """

    __slots__ = (
        "active_team",
        "ageing",
        "coefficients",
        "criticism_risk",
        "demand",
        "effective_disclosure",
        "escalation_pace",
        "fair",
        "fixed",
        "goal_divergence",
        "informative",
        "it_integration",
        "kept_team",
        "lever_cost",
        "mail_load",
        "mandate",
        "marketing_hiring_bar",
        "motive_awareness",
        "need",
        "openness",
        "per_reader",
        "perspectives",
        "planning_hours_spent",
        "power_risk",
        "relevance",
        "relief",
        "report_hours_spent",
        "rotation_experience",
        "rotation_hours_spent",
        "rotation_rate",
        "spoken",
        "structural_disagreement",
        "structural_risk",
        "structural_waste",
        "team_hours_spent",
        "training_hours_spent",
        "unclear",
        "weight",
    )

    def __init__(
        self,
        mechanisms: Mapping[str, float],
        *,
        meeting_culture: float,
        turbulence: float,
        company_need: float,
        demand: float,
        people: int,
        regular_ties: float,
        team_ties: float,
        lever_cost: float,
        coefficients: Coefficients,
    ) -> None:
        c, m = coefficients, mechanisms
        teams, support, joint = m["team_intensity"], m["team_support"], m["joint_planning"]
        formality, clarity, focus, power = m["formality"], m["clarity"], m["market_focus"], m["power_gap"]
        goals, breakdown, calm = m["shared_goals"], m["goal_breakdown"], m["depersonalisation"]
        self.coefficients = coefficients
        self.demand, self.lever_cost = demand, lever_cost
        self.relevance, self.it_integration, self.motive_awareness = (
            m["relevance"],
            m["it_integration"],
            m["motive_awareness"],
        )
        self.rotation_rate, self.marketing_hiring_bar = m["rotation_rate"], m["marketing_hiring_bar"]
        # What people are told to do, and the hours that are gone before anybody meets.
        self.mandate = rules.mandate(meeting_culture, formality, joint, teams, support, c)
        load = rules.fixed_load(
            meeting_culture,
            formality,
            m["report_hours"],
            m["planning_hours"],
            m["training_hours"],
            self.rotation_rate,
            teams,
            c,
        )
        reports, planning, training, rotation, team_hours = load
        self.report_hours_spent, self.planning_hours_spent, self.training_hours_spent = reports, planning, training
        self.rotation_hours_spent, self.team_hours_spent = rotation, team_hours
        self.fixed = reports + planning + training + rotation + team_hours
        # What they disagree about, and how.
        self.goal_divergence = rules.goal_divergence(goals, m["goal_ambition"], breakdown, m["goal_horizon"], c)
        self.informative = rules.informative_disagreement(m["voice"], m["role_contrast"], c)
        self.fair = rules.fair_share(self.informative, calm, c)
        self.relief = rules.relief(focus, teams, support, c)
        meddling = rules.meddling(goals, breakdown)
        self.structural_disagreement = rules.structural_disagreement(self.goal_divergence, joint, meddling, c)
        self.structural_risk = rules.structural_risk(clarity, focus, c)
        self.power_risk = rules.power_risk(power, c)
        self.criticism_risk = rules.criticism_risk(self.informative, calm, c)
        self.escalation_pace = rules.escalation_pace(calm, c)
        # How they talk and decide.
        self.effective_disclosure = rules.effective_disclosure(m["disclosure"], power, c)
        self.openness = rules.organisation_openness(self.effective_disclosure, power, c)
        self.spoken, self.per_reader = rules.channel_terms(m["oral_share"], self.relevance, teams, support, c)
        self.mail_load = rules.mail_load(m["oral_share"], m["copies_per_mail"], m["disclosure"], m["relevance"], c)
        self.structural_waste = rules.structural_waste(clarity, self.it_integration, formality, c)
        self.unclear = rules.unclear_factor(clarity, c)
        self.perspectives = rules.perspectives(power, c)
        # How much contact each tie needs; a team tie counts as far as teams are used.
        self.active_team, self.kept_team = teams, rules.team_decisions_kept(support, c)
        self.weight = regular_ties + teams * team_ties
        self.need = rules.tie_need(company_need, demand, float(people), self.weight, c)
        # What comes and goes without meeting.
        self.rotation_experience = rules.rotation_experience(self.rotation_rate, c)
        self.ageing = rules.market_ageing(turbulence, demand, c)
