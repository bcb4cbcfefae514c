"""The equations of one week, each written once, on plain numbers.

Every engine uses these functions: the Mesa agents call them with floats, the core compiles them with Numba, and the
benchmark's plain-NumPy engine runs the same code objects on arrays. To give the same bits everywhere they use only
``+ - * /`` and the three helpers below, no powers, no transcendental functions, and a fixed order of operations.

States lie in [0, 1] unless a docstring says otherwise; hours are per person and week. ``c`` is the coefficient tuple of
:mod:`sim.parameters`. Literals other than 0, 1, 2 and 4 (means of two or four, the inverted U) do not occur: sizes live
in ``parameters.toml``. Ids such as E20 refer to :mod:`sim.evidence`; the order of a week is docs/ODD.md, section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.parameters import Coefficients, Founding

WEEK_HOURS = 40.0
"""Hours in everybody's week."""
WEEKS_PER_YEAR = 52.0


# --- helpers: the only branching there is ---------------------------------------------------------------------------


def lower(a: float, b: float) -> float:
    """Return the smaller of two numbers."""
    return a if a < b else b


def upper(a: float, b: float) -> float:
    """Return the larger of two numbers."""
    return a if a > b else b


def choose(condition: bool, a: float, b: float) -> float:
    """Return ``a`` where the condition holds, else ``b``."""
    return a if condition else b


def clip(x: float, low: float, high: float) -> float:
    """Return ``x`` moved into [low, high]."""
    return upper(low, lower(high, x))


def floored(x: float, weight: float) -> float:
    """Return a factor that falls from 1 to ``1 - weight`` as ``x`` falls from 1 to 0."""
    return 1.0 - weight + weight * x


def floored_mean(a: float, b: float, weight: float) -> float:
    """Return the floored factor of the mean of two people."""
    return 1.0 - weight + weight / 2.0 * (a + b)


# --- levers and the organisation ------------------------------------------------------------------------------------


def ramped(week: float, start: float, ramp: float, before: float, target: float) -> float:
    """Return a lever's intensity on its way from ``before`` to ``target``; linear over ``ramp`` weeks (E35)."""
    return before + (target - before) * clip((week + 1.0 - start) / ramp, 0.0, 1.0)


def mandate(
    meeting_culture: float,
    formality: float,
    joint_planning: float,
    team_intensity: float,
    team_support: float,
    c: Coefficients,
) -> float:
    """Return the share of contact that is mandated whatever anybody wants (E17, E31-E33)."""
    culture = c.mandate_culture * meeting_culture
    structure = c.mandate_structure * (
        (2.0 * formality * formality + joint_planning + team_intensity * team_support) / 4.0
    )
    return culture + (1.0 - culture) * structure


def goal_divergence(
    shared_goals: float, goal_ambition: float, goal_breakdown: float, goal_horizon: float, c: Coefficients
) -> float:
    """Return how far the departments' goals pull apart; easy and utopian goals do not bind (E34, E41, L3)."""
    stretch = (goal_ambition - 1.0) / c.ambition_width
    pull = upper(0.0, 1.0 - stretch * stretch)
    return 1.0 - shared_goals * pull * floored((goal_breakdown + goal_horizon) / 2.0, 1.0 - c.goal_floor)


def meddling(shared_goals: float, goal_breakdown: float) -> float:
    """Return the urge to govern the other side's affairs: shared goals without own means (E34)."""
    return shared_goals * (1.0 - goal_breakdown)


def informative_disagreement(voice: float, role_contrast: float, c: Coefficients) -> float:
    """Return disagreement that carries information: people speak up, from different roles (E20, E21, L1)."""
    return voice * floored(role_contrast, 1.0 - c.content_base)


def relief(market_focus: float, team_intensity: float, team_support: float, c: Coefficients) -> float:
    """Return the factor by which a common opponent and supported teams relax disagreement (E22, E32)."""
    return (1.0 - c.focus_relief * market_focus) * (1.0 - c.team_channel * team_intensity * team_support)


def structural_disagreement(divergence: float, joint_planning: float, meddle: float, c: Coefficients) -> float:
    """Return uninformative disagreement that comes with goals, plans and an unread channel (E26, E33, E34, E41)."""
    return (
        c.clash_goals * divergence
        + c.clash_plans * (1.0 - joint_planning)
        + c.clash_meddling * meddle
        + c.clash_misreading
    )


def effective_disclosure(disclosure: float, power_gap: float, c: Coefficients) -> float:
    """Return disclosure after hoarding by the weaker side (E29, E30)."""
    return disclosure * (1.0 - c.hoarding * power_gap)


def structural_risk(clarity: float, market_focus: float, c: Coefficients) -> float:
    """Return the risk of escalation from turf fights and inward focus (E22, E31)."""
    return c.risk_unclear * (1.0 - clarity) + c.risk_inward * (1.0 - market_focus)


def power_risk(power_gap: float, c: Coefficients) -> float:
    """Return the risk of escalation that a power gap brings where people care for status (E30, E38)."""
    return c.risk_power * power_gap


def structural_waste(clarity: float, it_integration: float, formality: float, c: Coefficients) -> float:
    """Return extra hours per contact hour from muddle and bureaucracy (E17, E27, E31)."""
    muddle = (1.0 - clarity + 1.0 - it_integration) / 2.0
    return c.waste_muddle * muddle + c.waste_formality * formality * formality


def fixed_load(
    meeting_culture: float,
    formality: float,
    report_hours: float,
    planning_hours: float,
    training_hours: float,
    rotation_rate: float,
    team_intensity: float,
    c: Coefficients,
) -> tuple[float, float, float, float, float]:
    """Return hours for reports, planning, training, rotation and teams, together at most ``load_limit`` of a week.

    Reports and planning grow with meeting culture and formality (E17, E28, E32, E33).
    """
    heavy = 1.0 - c.meeting_load + c.meeting_load * (meeting_culture + formality)
    reports = report_hours * heavy
    planning = planning_hours * heavy
    rotation = rotation_rate * c.rotation_hours
    teams = team_intensity * c.team_hours
    total = reports + planning + training_hours + rotation + teams
    limit = c.load_limit * WEEK_HOURS
    scale = choose(total > limit, limit / upper(total, limit), 1.0)
    return reports * scale, planning * scale, training_hours * scale, rotation * scale, teams * scale


def intensity_before(week: float, ramp: float, intensity: float, before: float) -> float:
    """Return the intensity from which a lever rose this week.

    A lever that is there in full in the first week, without a ramp (``ramp`` of its first step is 1), was in place
    before: nothing falls due.
    """
    return choose(week > 0.0, before, choose(ramp > 1.0, 0.0, intensity))


def lever_cost(running: float, one_off: float, intensity: float, before: float) -> float:
    """Return a lever's cost this week, percent of base revenue as a yearly rate; one-off cost falls due as it rises."""
    return running * intensity + one_off * WEEKS_PER_YEAR * upper(0.0, intensity - before)


def criticism_risk(informative: float, depersonalisation: float, c: Coefficients) -> float:
    """Return the risk from criticism that is taken personally: content conflict without face-saving (E20, E37)."""
    return c.risk_criticism * informative * (1.0 - depersonalisation)


def escalation_pace(depersonalisation: float, c: Coefficients) -> float:
    """Return the weekly chance of escalation per point of risk, after face-saving (E20)."""
    return c.escalation_rate * (1.0 - c.risk_damping * depersonalisation)


def fair_share(informative: float, depersonalisation: float, c: Coefficients) -> float:
    """Return informative disagreement that is argued fairly, without loss of face (E20, L4)."""
    return floored(depersonalisation, c.face_saving) * informative


def perspectives(power_gap: float, c: Coefficients) -> float:
    """Return the factor by which a power gap drops perspectives from decisions (E30)."""
    return 1.0 - c.perspective_loss * power_gap


def channel_terms(
    oral_share: float, relevance: float, team_intensity: float, team_support: float, c: Coefficients
) -> tuple[float, float]:
    """Return the channel's richness with nothing read, and what each side's read share adds (E26-E28, E32)."""
    teams = c.team_channel * team_intensity * team_support
    spoken = oral_share + (1.0 - oral_share) * teams
    return spoken, (1.0 - oral_share) * (1.0 - teams) * relevance / 2.0


def unclear_factor(clarity: float, c: Coefficients) -> float:
    """Return the factor by which unclear responsibility lowers alignment (E31)."""
    return 1.0 - c.align_unclear * (1.0 - clarity)


def team_decisions_kept(team_support: float, c: Coefficients) -> float:
    """Return the share of a team's decisions that do not evaporate (E32)."""
    return 1.0 - c.team_evaporation * (1.0 - team_support)


def tie_need(need: float, demand: float, people: float, weight: float, c: Coefficients) -> float:
    """Return needed contact hours per active tie: the company's need, shared out; more ties do not raise it (E9)."""
    return c.need_hours * need * demand * people / (2.0 * weight)


# --- newcomers ------------------------------------------------------------------------------------------------------


def newcomer_skill(brought: float, hiring_bar: float, f: Founding) -> float:
    """Return a newcomer's social skill; ``hiring_bar`` is 0 for sales, which always selects for it (E24)."""
    return clip(brought + f.skill_bar * hiring_bar, 0.0, 1.0)


def newcomer_experience(draw: float, rotation_rate: float, f: Founding) -> float:
    """Return a newcomer's experience of the other side; rotation makes it a criterion of hiring (E25)."""
    return lower(1.0, 2.0 * draw * (f.experience_start + f.experience_hiring * rotation_rate))


def inherited(old: float, fresh: float, f: Founding) -> float:
    """Return what remains of a history when a newcomer takes over: a mix of the old and a fresh start (E20)."""
    return f.newcomer_memory * old + (1.0 - f.newcomer_memory) * fresh


# --- a person at the start of the week ------------------------------------------------------------------------------


def read_share(backlog: float, c: Coefficients) -> float:
    """Return the share of written information that is read; falls with the backlog in hours (E26, E28)."""
    return c.backlog_half / (c.backlog_half + backlog)


def outreach(
    regard: float,
    skill: float,
    contacts: float,
    autonomy: float,
    read: float,
    mandated: float,
    c: Coefficients,
) -> float:
    """Return what a person adds to the willingness to meet (E26, E29, E36, E39)."""
    return (
        c.willing_relation * regard
        + c.willing_open * skill
        + c.willing_motive * (contacts - mandated * autonomy)
        - c.willing_barrier * (1.0 - read)
    ) / 4.0


def tie_limit(fixed: float, ties: float, c: Coefficients) -> float:
    """Return the hours a person can give to each of ``ties`` partners: nobody's week is coordination alone."""
    return c.coordination_limit * (WEEK_HOURS - fixed) * per_tie(ties)


# --- an interface tie -----------------------------------------------------------------------------------------------


def motive_distance(
    autonomy_a: float,
    autonomy_b: float,
    recognition_a: float,
    recognition_b: float,
    status_a: float,
    status_b: float,
    contacts_a: float,
    contacts_b: float,
) -> float:
    """Return the distance of two people's motives, in [0, 1] (E36-E40)."""
    return (
        upper(autonomy_a - autonomy_b, autonomy_b - autonomy_a)
        + upper(recognition_a - recognition_b, recognition_b - recognition_a)
        + upper(status_a - status_b, status_b - status_a)
        + upper(contacts_a - contacts_b, contacts_b - contacts_a)
    ) / (4.0 * 2.0)


def shared_motive(a: float, b: float) -> float:
    """Return how strong a motive in [-1, 1] is in two people together, in [0, 1] (E37, E38)."""
    return (2.0 + a + b) / 4.0


def strangeness(distance: float, motive_awareness: float) -> float:
    """Return what stays strange: it can be understood with the head, contact does not lower it (E40, E43)."""
    return distance * (1.0 - motive_awareness)


def knowledge_gap(market_a: float, market_b: float, product_a: float, product_b: float) -> float:
    """Return the mean difference in market and product knowledge (E23)."""
    return (upper(market_a - market_b, market_b - market_a) + upper(product_a - product_b, product_b - product_a)) / 2.0


def willingness(
    outreach_a: float, outreach_b: float, trust: float, friction: float, openness: float, c: Coefficients
) -> float:
    """Return the willingness to meet, in [0, 1] (E17, E29, E30)."""
    return clip(
        openness + outreach_a + outreach_b + c.willing_relation / 2.0 * trust - c.avoidance * friction, 0.0, 1.0
    )


def organisation_openness(disclosure: float, power_gap: float, c: Coefficients) -> float:
    """Return what the organisation adds to the willingness to meet (E29, E30)."""
    return c.willing_base + (c.willing_open * disclosure - c.willing_barrier * power_gap) / 2.0


def contact_intensity(mandated: float, willing: float, c: Coefficients) -> float:
    """Return contact as a multiple of the need; mandated contact overshoots it (E17)."""
    return c.mandate_overshoot * mandated + (1.0 - mandated) * willing


def channel(spoken: float, per_reader: float, read_a: float, read_b: float) -> float:
    """Return the richness of the channel: spoken, or written, read and useful (E26-E28, E32)."""
    return spoken + per_reader * (read_a + read_b)


def understanding(
    richness: float,
    skill_a: float,
    skill_b: float,
    gap: float,
    strange: float,
    exp_a: float,
    exp_b: float,
    c: Coefficients,
) -> float:
    """Return mutual understanding, a product of floored factors (E23-E26, E40)."""
    return (
        floored(richness, c.understand_channel)
        * floored_mean(skill_a, skill_b, c.understand_skill)
        * floored(1.0 - gap, c.understand_gap)
        * floored(1.0 - strange, c.understand_motive)
        * floored_mean(exp_a, exp_b, c.understand_experience)
    )


def uninformative_disagreement(
    structural: float, gap: float, richness: float, relieved: float, c: Coefficients
) -> float:
    """Return disagreement that helps nobody: goals, plans, gaps, misread messages (E23, E26, E33, E34)."""
    return (structural + c.clash_gap * gap - c.clash_misreading * richness) * relieved


def decision_quality(
    fair: float,
    informative: float,
    uninformative: float,
    market_a: float,
    market_b: float,
    product_a: float,
    product_b: float,
    perspective: float,
    c: Coefficients,
) -> float:
    """Return the quality of joint decisions, in [0, 1]: an inverted U in disagreement (E20, E23, E30, L4)."""
    total = informative + uninformative
    healthy = fair / upper(total, c.conflict_floor)
    apart = c.conflict_optimum + total
    bow = 4.0 * c.conflict_optimum * total / (apart * apart)
    debate = upper(0.0, 1.0 - c.conflict_gain + c.conflict_gain * healthy * bow - c.harmony_loss * (1.0 - healthy))
    return (
        debate
        * floored_mean(lower(market_a, market_b), lower(product_a, product_b), c.decision_knowledge)
        * perspective
    )


def escalation_chance(
    uninformative: float,
    structural: float,
    from_power: float,
    status: float,
    from_criticism: float,
    recognition: float,
    strange: float,
    skill_a: float,
    skill_b: float,
    trust: float,
    pace: float,
    c: Coefficients,
) -> float:
    """Return this week's probability that disagreement turns personal (E20, E22, E30, E31, E37, E38, E40)."""
    risk = uninformative + structural + from_power * status + from_criticism * recognition + c.risk_strange * strange
    chance = pace * risk * (1.0 - c.risk_damping / 2.0 * (skill_a + skill_b)) * (1.0 - c.risk_damping * trust)
    return lower(1.0, chance)


def lens(regard_a: float, regard_b: float, c: Coefficients) -> float:
    """Return the benefit of the doubt (above 0) or hostile reading (below 0) that regard gives (E14)."""
    return c.regard_lens * (regard_a + regard_b - 1.0)


def next_friction(
    friction: float, escalated: float, skill_a: float, skill_b: float, view: float, active: float, c: Coefficients
) -> float:
    """Return relationship conflict after the week: a step up, or repair that slows with friction (E20).

    A tie that is only partly in use repairs in part; that it clashes less often is in the chance already.
    """
    slowed = 1.0 - c.repair_slowing * friction
    repair = c.repair_rate / 2.0 * (1.0 + skill_a + skill_b) * slowed * slowed * (1.0 + view) * friction
    blow = c.friction_step * (1.0 - view) * (1.0 - friction)
    return clip(friction + choose(escalated > 0.0, blow, -active * repair), 0.0, 1.0)


def waste(structural: float, friction: float, understood: float, uninformative: float, c: Coefficients) -> float:
    """Return extra hours per contact hour (E17, E23, E27, E31)."""
    return (
        structural
        + c.waste_friction * friction
        + c.waste_misunderstanding * (1.0 - understood)
        + c.waste_muddle * uninformative / 2.0
    )


def relative_contact(wanted: float, need: float, limit_a: float, limit_b: float, extra: float) -> float:
    """Return contact as a multiple of the need that, with the waste it causes, fits both people's limits in hours."""
    return lower(wanted, lower(limit_a, limit_b) / (need * (1.0 + extra)))


def alignment(
    relative: float, understood: float, decided: float, friction: float, unclear: float, kept: float, c: Coefficients
) -> float:
    """Return how well the two tune their market work, in [0, 1): first hours are the most productive (E16, E17)."""
    worked = c.align_rate * relative * understood * kept
    return worked / (1.0 + worked) * decided * (1.0 - c.align_friction * friction) * unclear


def next_trust(trust: float, aligned: float, escalated: float, view: float, active: float, c: Coefficients) -> float:
    """Return trust after the week: follows alignment, slower up than down, through the lens of regard (E16, E20).

    A tie that is only partly in use follows in part; that it clashes less often is in the chance already.
    """
    pull = lower(1.0, c.trust_scale * aligned) - trust
    rate = c.trust_up * choose(pull > 0.0, 1.0 + view, c.trust_down * (1.0 - view))
    loss = escalated * c.escalation_trust * (1.0 - view) * trust
    return clip(trust + active * rate * pull - loss, 0.0, 1.0)


def knowledge_exchange(
    disclosure: float, understood: float, relative: float, it_integration: float, active: float, c: Coefficients
) -> float:
    """Return the share of a knowledge difference that the weaker side takes over (E27, E29)."""
    return active * (c.knowledge_flow * disclosure * understood * relative + c.knowledge_it * it_integration)


def taken_over(own: float, other: float, share: float) -> float:
    """Return knowledge gained from someone who knows more (E29)."""
    return share * upper(0.0, other - own)


def mail_load(oral_share: float, copies_per_mail: float, disclosure: float, relevance: float, c: Coefficients) -> float:
    """Return reading hours that a contact hour puts on each side; pushing what is of no use adds (E26, E28)."""
    return c.mail_hours * (1.0 - oral_share) * (1.0 + copies_per_mail) * (1.0 + disclosure * (1.0 - relevance))


# --- a person at the end of the week --------------------------------------------------------------------------------


def reading_hours(backlog: float, remaining: float, c: Coefficients) -> float:
    """Return hours of reading: the backlog, within a share of what is left of the week (E26)."""
    return lower(backlog, c.reading_share * remaining)


def next_backlog(backlog: float, read: float, mail: float, reports: float, c: Coefficients) -> float:
    """Return unread hours at the end of the week; beyond the limit mail is dropped (E26, E28)."""
    return lower(backlog - read + mail + c.report_reading * reports, c.backlog_limit)


def learned(
    knowledge: float, rate: float, core_share: float, taken: float, training: float, ageing: float, c: Coefficients
) -> float:
    """Return knowledge after learning from work and training, taking over from others, and ageing (E13, E23)."""
    gain = rate * core_share + c.training_effect * training
    return clip(knowledge + gain * (1.0 - knowledge) + taken - ageing * knowledge, 0.0, 1.0)


def market_ageing(turbulence: float, demand: float, c: Coefficients) -> float:
    """Return this week's ageing of market knowledge: faster in turbulent markets and in shocks (MODEL)."""
    return c.market_ageing * turbulence * demand


def rotation_experience(rotation_rate: float, c: Coefficients) -> float:
    """Return the share of missing experience that a week of rotation at this yearly rate brings (E25)."""
    return c.experience_gain * rotation_rate / WEEKS_PER_YEAR


def next_experience(experience: float, gained: float) -> float:
    """Return experience of the other side after the week (E25)."""
    return lower(1.0, experience + gained * (1.0 - experience))


def climate(trust: float, friction: float, c: Coefficients) -> float:
    """Return what a tie says about the other department: trust, marred by friction (E14)."""
    return trust * (1.0 - c.regard_friction * friction)


def per_tie(ties: float) -> float:
    """Return the weight of one tie in a person's mean; less than a whole tie counts less."""
    return 1.0 / upper(1.0, ties)


def own_impression(climates: float, ties: float, weight: float, regard: float) -> float:
    """Return how far one's own ties' climate lies above one's regard; nothing for people without ties (E14)."""
    return (climates - ties * regard) * weight


def ratio(part: float, whole: float) -> float:
    """Return part / whole, and 0 for 0 / 0."""
    return part / choose(whole > 0.0, whole, 1.0)


def next_regard(
    regard: float,
    own: float,
    colleagues: float,
    escalations: float,
    rumours: float,
    rotation_rate: float,
    strange: float,
    c: Coefficients,
) -> float:
    """Return regard for the other department (E14, E20, E42).

    ``own`` and ``colleagues`` are summed-up differences to own ties' climate and colleagues' regard; ``escalations``
    are one's own, ``rumours`` those of colleagues, which count half; rotation against one's motives costs regard.
    """
    blows = lower(1.0, c.escalation_regard * (escalations + rumours / 2.0))
    grind = c.rotation_misfit * rotation_rate * strange
    return clip(regard + c.regard_follow * own + c.regard_hearsay * colleagues - (blows + grind) * regard, 0.0, 1.0)
