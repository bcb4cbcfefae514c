"""The week on arrays: one compiled function that carries a block of lanes through a range of weeks.

A lane is one (lever setting, company). All lanes of a block share a communication graph. Lanes are the innermost,
contiguous dimension and their number is a compile-time constant, so every inner loop is straight packed arithmetic;
people and ties are outer loops, so fetching a person's state is a row and adding up is a row. The order of operations
is that of :class:`sim.model.OrganisationModel`; the formulas are those of :mod:`sim.rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from sim.company import ATTRIBUTES
from sim.core.compiled import compile_rules
from sim.parameters import MECHANISMS

R: Final = compile_rules()

# Rows of a person: attributes first, then what is derived at the start of each week.
_PERSON: Final = (*ATTRIBUTES, "read_share", "outreach", "limit", "degree")
# Rows added up over a person's ties in a week; the first seven come from interface ties.
_SUMS: Final = ("hours", "mail", "climate", "escalated", "strange", "market", "product", "rumours", "colleagues")
# What an interface tie gives back: five rows for both people, two for each, then measures, then its new state.
_TIE: Final = ("hours", "mail", "climate", "escalated", "strange", "market_up", "product_up", "market_down", "product_down")
TIE_MEASURES: Final = (
    "alignment",
    "trust",
    "friction",
    "understanding",
    "strangeness",
    "disagreement",
    "decision_quality",
    "knowledge_gap",
    "contact_hours",
    "waste_hours",
    "escalations",
    "understanding_unlike",
    "motive_distance",
)
"""Measures that are weighted sums over interface ties before they become means; escalations stay a sum."""
PERSON_MEASURES: Final = (
    "market_knowledge",
    "product_knowledge",
    "social_skill",
    "regard",
    "experience",
    "backlog",
    "reading_hours",
    "core_hours",
)
"""Measures that are means over the people of a department; all but the last three are states."""
ORGANISATION: Final = (
    "mandate",
    "informative",
    "relief",
    "structural_disagreement",
    "disclosure",
    "structural_risk",
    "structural_waste",
    "openness",
    "criticism",
    "unclear",
    "kept",
    "backing",
    "need",
    "report_hours",
    "planning_hours",
    "training_hours",
    "rotation_hours",
    "team_hours",
    "fixed",
    "weight",
    "goal_divergence",
    "demand",
    "lever_cost",
)
"""What follows from mechanism parameters and context in a week, per lane."""
MEASURES: Final = (
    *TIE_MEASURES,
    *(f"{name}_marketing" for name in PERSON_MEASURES),
    *(f"{name}_sales" for name in PERSON_MEASURES),
    "mandate",
    "disclosure",
    "relevance",
    "report_hours",
    "planning_hours",
    "training_hours",
    "rotation_hours",
    "team_hours",
    "goal_divergence",
    "demand",
    "lever_cost",
)
"""What is recorded each week, per lane: means over active interface ties or over people, hours per person."""


def make_kernel(lanes: int) -> Callable[..., None]:
    """Return the kernel for blocks of ``lanes`` lanes, to be compiled by :func:`sim.core.cache.get_kernel`.

    Offsets are unsigned: with signed ones Numba adds a test for negative indices to each access, and nothing vectorises.
    """
    u = np.uint64
    L = u(lanes)
    ZERO, ONE = u(0), u(1)
    PR, SR = u(len(_PERSON) * lanes), u(len(_SUMS) * lanes)
    MK, PK, SK, AU, RE, ST, CO, EX, RG, BL, READ, REACH, LIMIT, DEGREE = (u(k * lanes) for k in range(len(_PERSON)))
    ATTR = u(len(ATTRIBUTES))
    S_HOURS, S_MAIL, S_CLIMATE, S_ESC, S_STRANGE, S_MARKET, S_PRODUCT, S_RUMOUR, S_COLL = (
        u(k * lanes) for k in range(len(_SUMS))
    )
    Y_HOURS, Y_MAIL, Y_CLIMATE, Y_ESC, Y_STRANGE, Y_MUP, Y_PUP, Y_MDOWN, Y_PDOWN = (u(k * lanes) for k in range(len(_TIE)))
    BOTH, GAINED = u(5 * lanes), u(2 * lanes)
    Y_MEASURE = u(len(_TIE) * lanes)
    (
        M_ALIGN, M_TRUST, M_FRICTION, M_UNDERSTANDING, M_STRANGE, M_DISAGREEMENT, M_DECISION, M_GAP, M_CONTACT, M_WASTE,
        M_ESC, M_UNLIKE, M_DISTANCE,
    ) = (u((len(_TIE) + k) * lanes) for k in range(len(TIE_MEASURES)))  # fmt: skip
    TIE_ROWS = u(len(TIE_MEASURES) * lanes)
    Y_TRUST, Y_FRICTION = (u((len(_TIE) + len(TIE_MEASURES) + k) * lanes) for k in range(2))
    (
        O_MANDATE, O_INFORMATIVE, O_RELIEF, O_STRUCTURAL, O_DISCLOSURE, O_RISK, O_WASTE, O_OPEN, O_CRITICISM, O_UNCLEAR,
        O_KEPT, O_BACKING, O_NEED, O_REPORTS, O_PLANNING, O_TRAINING, O_ROTATION, O_TEAMS, O_FIXED, O_WEIGHT, O_GOALS,
        O_DEMAND, O_COST,
    ) = (u((len(MECHANISMS) + k) * lanes) for k in range(len(ORGANISATION)))  # fmt: skip
    (
        VOICE, DEPERS, CONTRAST, FOCUS, TRAINING, HIRING, ROTATION, ORAL, COPIES, IT, REPORTS, RELEVANCE, DISCLOSURE,
        POWER, CLARITY, FORMALITY, TEAMS, SUPPORT, JOINT, PLANNING, GOALS, AMBITION, BREAKDOWN, HORIZON, AWARENESS,
    ) = (u(k * lanes) for k in range(len(MECHANISMS)))  # fmt: skip
    ORG = u((len(MECHANISMS) + len(ORGANISATION)) * lanes)
    P_ROWS = u(len(PERSON_MEASURES) * lanes)
    D_MARKET, D_PRODUCT, D_SKILL, D_REGARD, D_EXPERIENCE, D_BACKLOG, D_READING, D_CORE = (
        u(k * lanes) for k in range(len(PERSON_MEASURES))
    )
    LAST = u((len(TIE_MEASURES) + 2 * len(PERSON_MEASURES)) * lanes)
    COPIED = np.array(
        [
            O_MANDATE, O_DISCLOSURE, RELEVANCE, O_REPORTS, O_PLANNING, O_TRAINING, O_ROTATION, O_TEAMS, O_GOALS, O_DEMAND,
            O_COST,
        ]
    )  # fmt: skip
    COPIED_ROWS = len(COPIED)
    MEASURE_ROWS = u(len(MEASURES) * lanes)
    ESC_ROW = M_ESC - Y_MEASURE
    UNLIKE_ROW, DISTANCE_ROW = M_UNLIKE - Y_MEASURE, M_DISTANCE - Y_MEASURE
    MECHANISM_ROWS = len(MECHANISMS)

    def kernel(first, last, people, ties, chance, settings, c, f, out, person_trace, tie_trace):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        (state, n_marketing, regular_degree, team_degree, inner_a, inner_b) = people
        (tie, tie_m, tie_s, team, adjacency_start, adjacency) = ties
        (lane_company, uniform, demand, culture, turbulence, need, event_week, event_person, event_traits, event_next, event_end) = chance
        (base, low, high, start, ramp, target, running, one_off, effect_lever, effect_parameter, effect_change) = settings
        n_people, n_ties, n_inner = u(regular_degree.shape[0]), u(team.shape[0]), u(inner_a.shape[0])
        n_sales = n_people - u(n_marketing)
        marketing = u(n_marketing)
        n_levers, n_steps = running.shape[0], start.shape[1]
        tracing = person_trace.shape[0] > 0
        regular_ties, team_ties = 0.0, 0.0
        for e in range(n_ties):
            team_ties += team[e]
            regular_ties += 1.0 - team[e]

        org = np.zeros(ORG)
        sums = np.zeros(n_people * SR)
        back = np.zeros(Y_FRICTION + L)
        drawn = np.zeros(n_ties * L)
        total = np.zeros(TIE_ROWS)
        people_total = np.zeros(u(2) * P_ROWS)
        intensity = np.zeros((n_levers, lanes))

        for week in range(first, last):
            now = float(week)
            # --- levers move mechanism parameters
            for l in range(L):
                org[O_COST + l] = 0.0
            for v in range(n_levers):
                for l in range(L):
                    x = 0.0
                    before = 0.0
                    for k in range(n_steps):
                        x = R.ramped(now, start[v, k, l], ramp[v, k, l], x, target[v, k, l])
                        before = R.ramped(now - 1.0, start[v, k, l], ramp[v, k, l], before, target[v, k, l])
                    intensity[v, l] = x
                    org[O_COST + l] += R.lever_cost(running[v], one_off[v], x, R.choose(week > 0, before, 0.0))
            for k in range(MECHANISM_ROWS):
                for l in range(L):
                    org[u(k) * L + l] = base[k, l]
            for n in range(effect_lever.shape[0]):
                v, row = effect_lever[n], u(effect_parameter[n]) * L
                for l in range(L):
                    org[row + l] += effect_change[n] * intensity[v, l]
            for k in range(MECHANISM_ROWS):
                for l in range(L):
                    org[u(k) * L + l] = R.clip(org[u(k) * L + l], low[k], high[k])

            # --- people who left are replaced
            for company in range(event_next.shape[0]):
                while event_next[company] < event_end[company] and event_week[event_next[company]] == week:
                    n = event_next[company]
                    event_next[company] = n + 1
                    p = u(event_person[n])
                    row = p * PR
                    hires = 1.0 if p < marketing else 0.0
                    for l in range(L):
                        if lane_company[l] != company:
                            continue
                        state[row + MK + l] = event_traits[n, 0]
                        state[row + PK + l] = event_traits[n, 1]
                        state[row + SK + l] = R.newcomer_skill(event_traits[n, 2], hires * org[HIRING + l], f)
                        state[row + AU + l] = event_traits[n, 3]
                        state[row + RE + l] = event_traits[n, 4]
                        state[row + ST + l] = event_traits[n, 5]
                        state[row + CO + l] = event_traits[n, 6]
                        state[row + EX + l] = R.newcomer_experience(event_traits[n, 7], org[ROTATION + l], f)
                        state[row + RG + l] = R.inherited(state[row + RG + l], f.newcomer_trust, f)
                        state[row + BL + l] = 0.0
                        for q in range(adjacency_start[p], adjacency_start[p + ONE]):
                            t = u(adjacency[q]) * u(2) * L
                            tie[t + l] = R.inherited(tie[t + l], f.newcomer_trust, f)
                            tie[t + L + l] = R.inherited(tie[t + L + l], 0.0, f)

            # --- the organisation
            for l in range(L):
                company = lane_company[l]
                shock = demand[company, week - first]
                formality, focus, power = org[FORMALITY + l], org[FOCUS + l], org[POWER + l]
                teams, backing = org[TEAMS + l], org[TEAMS + l] * org[SUPPORT + l]
                divergence = R.goal_divergence(org[GOALS + l], org[AMBITION + l], org[BREAKDOWN + l], org[HORIZON + l], c)
                meddle = R.meddling(org[GOALS + l], org[BREAKDOWN + l])
                informative = R.informative_disagreement(org[VOICE + l], org[CONTRAST + l], c)
                disclosed = R.effective_disclosure(org[DISCLOSURE + l], power, c)
                reports, planning, training, rotation, overhead = R.fixed_load(
                    culture[l], formality, org[REPORTS + l], org[PLANNING + l], org[TRAINING + l], org[ROTATION + l], teams, c
                )
                weight = regular_ties + teams * team_ties
                org[O_MANDATE + l] = R.mandate(culture[l], formality, org[JOINT + l], teams, org[SUPPORT + l], c)
                org[O_INFORMATIVE + l] = informative
                org[O_RELIEF + l] = R.relief(focus, teams, org[SUPPORT + l], c)
                org[O_STRUCTURAL + l] = R.structural_disagreement(divergence, org[JOINT + l], meddle, c)
                org[O_DISCLOSURE + l] = disclosed
                org[O_RISK + l] = R.structural_risk(org[CLARITY + l], focus, c)
                org[O_WASTE + l] = R.structural_waste(org[CLARITY + l], org[IT + l], formality, c)
                org[O_OPEN + l] = R.organisation_openness(disclosed, power, c)
                org[O_CRITICISM + l] = R.criticism(informative, org[DEPERS + l])
                org[O_UNCLEAR + l] = R.unclear_factor(org[CLARITY + l], c)
                org[O_KEPT + l] = R.team_decisions_kept(org[SUPPORT + l], c)
                org[O_BACKING + l] = backing
                org[O_NEED + l] = R.tie_need(need[l], shock, float(n_people), weight, c)
                org[O_REPORTS + l] = reports
                org[O_PLANNING + l] = planning
                org[O_TRAINING + l] = training
                org[O_ROTATION + l] = rotation
                org[O_TEAMS + l] = overhead
                org[O_FIXED + l] = reports + planning + training + rotation + overhead
                org[O_WEIGHT + l] = weight
                org[O_GOALS + l] = divergence
                org[O_DEMAND + l] = shock

            # --- people at the start of the week
            for p in range(n_people):
                row = p * PR
                regular, further = regular_degree[p], team_degree[p]
                for l in range(L):
                    read = R.read_share(state[row + BL + l], c)
                    degree = regular + org[TEAMS + l] * further
                    state[row + READ + l] = read
                    state[row + REACH + l] = R.outreach(
                        state[row + RG + l],
                        state[row + SK + l],
                        state[row + CO + l],
                        state[row + AU + l],
                        read,
                        org[O_MANDATE + l],
                        c,
                    )
                    state[row + LIMIT + l] = R.tie_limit(org[O_FIXED + l], degree, c)
                    state[row + DEGREE + l] = degree

            # --- interface ties
            sums[:] = 0.0
            total[:] = 0.0
            for e in range(n_ties):
                for l in range(L):
                    drawn[e * L + l] = uniform[lane_company[l], week - first, e]
            for e in range(n_ties):
                i, j, t, d = u(tie_m[e]) * PR, u(tie_s[e]) * PR, e * u(2) * L, e * L
                is_team = team[e]
                for l in range(L):
                    teams = org[TEAMS + l]
                    active = 1.0 - is_team + is_team * teams
                    kept = 1.0 - is_team + is_team * org[O_KEPT + l]
                    trust, friction = tie[t + l], tie[t + L + l]
                    need_here = org[O_NEED + l]
                    distance = R.motive_distance(
                        state[i + AU + l],
                        state[j + AU + l],
                        state[i + RE + l],
                        state[j + RE + l],
                        state[i + ST + l],
                        state[j + ST + l],
                        state[i + CO + l],
                        state[j + CO + l],
                    )
                    strange = R.strangeness(distance, org[AWARENESS + l])
                    mk_i, mk_j, pk_i, pk_j = state[i + MK + l], state[j + MK + l], state[i + PK + l], state[j + PK + l]
                    sk_i, sk_j = state[i + SK + l], state[j + SK + l]
                    gap = R.knowledge_gap(mk_i, mk_j, pk_i, pk_j)
                    willing = R.willingness(state[i + REACH + l], state[j + REACH + l], trust, friction, org[O_OPEN + l], c)
                    wanted = R.contact_intensity(org[O_MANDATE + l], willing, c)
                    rich = R.channel(
                        org[ORAL + l], org[RELEVANCE + l], state[i + READ + l], state[j + READ + l], org[O_BACKING + l], c
                    )
                    understood = R.understanding(rich, sk_i, sk_j, gap, strange, state[i + EX + l], state[j + EX + l], c)
                    idle = R.uninformative_disagreement(org[O_STRUCTURAL + l], gap, rich, org[O_RELIEF + l], c)
                    decided = R.decision_quality(
                        org[O_INFORMATIVE + l], idle, org[DEPERS + l], mk_i, mk_j, pk_i, pk_j, org[POWER + l], c
                    )
                    risk = R.escalation_chance(
                        idle,
                        org[O_RISK + l],
                        org[POWER + l],
                        state[i + ST + l],
                        state[j + ST + l],
                        strange,
                        org[O_CRITICISM + l],
                        state[i + RE + l],
                        state[j + RE + l],
                        sk_i,
                        sk_j,
                        trust,
                        org[DEPERS + l],
                        c,
                    )
                    escalated = R.choose(drawn[d + l] < active * risk, 1.0, 0.0)
                    view = R.lens(state[i + RG + l], state[j + RG + l], c)
                    extra = R.waste(org[O_WASTE + l], friction, understood, idle, c)
                    contact = R.contact_hours(
                        wanted, need_here, active, state[i + LIMIT + l], state[j + LIMIT + l], extra
                    )
                    aligned = R.alignment(
                        contact, active, need_here, understood, decided, friction, org[O_UNCLEAR + l], kept, c
                    )
                    next_trust = R.next_trust(trust, aligned, escalated, view, active, c)
                    next_friction = R.next_friction(friction, escalated, sk_i, sk_j, view, active, c)
                    share = R.knowledge_exchange(
                        org[O_DISCLOSURE + l], understood, contact, need_here, org[IT + l], active, c
                    )
                    back[Y_HOURS + l] = contact * (1.0 + extra)
                    back[Y_MAIL + l] = R.written_hours(contact, org[ORAL + l], org[COPIES + l], c)
                    back[Y_CLIMATE + l] = active * R.climate(trust, friction, c)
                    back[Y_ESC + l] = escalated
                    back[Y_STRANGE + l] = active * strange
                    back[Y_MUP + l] = R.taken_over(mk_i, mk_j, share)
                    back[Y_PUP + l] = R.taken_over(pk_i, pk_j, share)
                    back[Y_MDOWN + l] = R.taken_over(mk_j, mk_i, share)
                    back[Y_PDOWN + l] = R.taken_over(pk_j, pk_i, share)
                    back[M_ALIGN + l] = active * aligned
                    back[M_TRUST + l] = active * next_trust
                    back[M_FRICTION + l] = active * next_friction
                    back[M_UNDERSTANDING + l] = active * understood
                    back[M_STRANGE + l] = active * strange
                    back[M_DISAGREEMENT + l] = active * (org[O_INFORMATIVE + l] + idle)
                    back[M_DECISION + l] = active * decided
                    back[M_GAP + l] = active * gap
                    back[M_CONTACT + l] = contact
                    back[M_WASTE + l] = contact * extra
                    back[M_ESC + l] = escalated
                    back[M_UNLIKE + l] = active * distance * understood
                    back[M_DISTANCE + l] = active * distance
                    back[Y_TRUST + l] = next_trust
                    back[Y_FRICTION + l] = next_friction
                si, sj = u(tie_m[e]) * SR, u(tie_s[e]) * SR
                for x in range(BOTH + GAINED):
                    sums[si + x] += back[x]
                for x in range(BOTH):
                    sums[sj + x] += back[x]
                for x in range(GAINED):
                    sums[sj + BOTH + x] += back[Y_MDOWN + x]
                for x in range(TIE_ROWS):
                    total[x] += back[Y_MEASURE + x]
                for x in range(u(2) * L):
                    tie[t + x] = back[Y_TRUST + x]

            # --- internal ties
            for e in range(n_inner):
                i, j, si, sj = u(inner_a[e]) * PR, u(inner_b[e]) * PR, u(inner_a[e]) * SR, u(inner_b[e]) * SR
                for l in range(L):
                    mk_i, mk_j, pk_i, pk_j = state[i + MK + l], state[j + MK + l], state[i + PK + l], state[j + PK + l]
                    rg_i, rg_j = state[i + RG + l], state[j + RG + l]
                    back[ZERO + l] = R.taken_over(mk_i, mk_j, c.knowledge_flow)
                    back[L + l] = R.taken_over(pk_i, pk_j, c.knowledge_flow)
                    back[u(2) * L + l] = sums[sj + S_ESC + l]
                    back[u(3) * L + l] = rg_j - rg_i
                    back[u(4) * L + l] = R.taken_over(mk_j, mk_i, c.knowledge_flow)
                    back[u(5) * L + l] = R.taken_over(pk_j, pk_i, c.knowledge_flow)
                    back[u(6) * L + l] = sums[si + S_ESC + l]
                    back[u(7) * L + l] = rg_i - rg_j
                for x in range(u(4) * L):
                    sums[si + S_MARKET + x] += back[x]
                for x in range(u(4) * L):
                    sums[sj + S_MARKET + x] += back[u(4) * L + x]

            # --- people at the end of the week
            people_total[:] = 0.0
            for p in range(n_people):
                row, s = p * PR, p * SR
                own_market = 0.0 if p < marketing else 1.0
                side = ZERO if p < marketing else P_ROWS
                for l in range(L):
                    degree, regard = state[row + DEGREE + l], state[row + RG + l]
                    remaining = R.WEEK_HOURS - org[O_FIXED + l] - sums[s + S_HOURS + l]
                    reading = R.reading_hours(state[row + BL + l], remaining, c)
                    core = remaining - reading
                    training = org[O_TRAINING + l]
                    market = R.learned(
                        state[row + MK + l],
                        own_market,
                        core,
                        sums[s + S_MARKET + l],
                        training,
                        R.market_ageing(turbulence[l], org[O_DEMAND + l], c),
                        c,
                    )
                    product = R.learned(
                        state[row + PK + l], 1.0 - own_market, core, sums[s + S_PRODUCT + l], training, c.product_ageing, c
                    )
                    backlog = R.next_backlog(state[row + BL + l], reading, sums[s + S_MAIL + l], org[O_REPORTS + l], c)
                    experience = R.next_experience(state[row + EX + l], org[ROTATION + l], c)
                    regard = R.next_regard(
                        regard,
                        R.own_impression(sums[s + S_CLIMATE + l], degree, regard),
                        sums[s + S_COLL + l],
                        sums[s + S_ESC + l],
                        sums[s + S_RUMOUR + l],
                        org[ROTATION + l],
                        R.mean_strangeness(sums[s + S_STRANGE + l], degree),
                        c,
                    )
                    state[row + MK + l] = market
                    state[row + PK + l] = product
                    state[row + BL + l] = backlog
                    state[row + EX + l] = experience
                    state[row + RG + l] = regard
                    people_total[side + D_MARKET + l] += market
                    people_total[side + D_PRODUCT + l] += product
                    people_total[side + D_SKILL + l] += state[row + SK + l]
                    people_total[side + D_REGARD + l] += regard
                    people_total[side + D_EXPERIENCE + l] += experience
                    people_total[side + D_BACKLOG + l] += backlog
                    people_total[side + D_READING + l] += reading
                    people_total[side + D_CORE + l] += core

            # --- the record
            record = out[week - first]
            for x in range(TIE_ROWS):
                record[x] = total[x] / org[O_WEIGHT + x % L]
            for l in range(L):
                record[ESC_ROW + l] = total[ESC_ROW + l]
                record[UNLIKE_ROW + l] = R.ratio(total[UNLIKE_ROW + l], total[DISTANCE_ROW + l])
            for x in range(P_ROWS):
                record[TIE_ROWS + x] = people_total[x] / float(marketing)
                record[TIE_ROWS + P_ROWS + x] = people_total[P_ROWS + x] / float(n_sales)
            for k in range(COPIED_ROWS):
                for l in range(L):
                    record[LAST + u(k) * L + l] = org[COPIED[k] + l]
            if tracing:
                for p in range(n_people):
                    for k in range(ATTR):
                        for l in range(L):
                            person_trace[week - first, p, k, l] = state[p * PR + k * L + l]
                for e in range(n_ties):
                    for k in range(u(2)):
                        for l in range(L):
                            tie_trace[week - first, e, k, l] = tie[(e * u(2) + k) * L + l]

    return kernel
