"""The week on arrays: one compiled function that carries a block of lanes through a range of weeks.

A lane is one (lever setting, company). All lanes of a block share a communication graph. Lanes are the innermost,
contiguous dimension and their number is a compile-time constant, so every inner loop is straight packed arithmetic;
people and ties are outer loops, so fetching a person's state is a row and adding up is a row. The order of operations
is that of :class:`sim.model.OrganisationModel`; the formulas are those of :mod:`sim.rules`.

LLVM packs a loop only if it can prove, with few run-time checks, that what it writes is not what it reads. Hence few
arrays, each with all its rows, and ``tie`` holds the draws as well.

There are two kernels of one source. The following one also writes down what happened on every tie, and takes what it
is told to from another run instead of computing it (:mod:`sim.core.holding`). In the plain one all of that is left out
when it is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, no_type_check

import numpy as np
from numba import njit

from sim.core.compiled import compile_rules
from sim.core.layout import (
    COPIED_MEASURES,
    HOLDABLE,
    MEASURES,
    PERSON_MEASURES,
    PERSON_PATH,
    PERSON_ROWS,
    RESULT_ROWS,
    SHARED_ROWS,
    SUM_ROWS,
    TIE_MEASURES,
    TIE_PATH,
    TIE_ROWS,
    WEEK_PATH,
    WEEK_ROWS,
)
from sim.parameters import MECHANISMS

R: Final = compile_rules()


def make_kernel(lanes: int, *, following: bool = False) -> Callable[..., None]:
    """Return the kernel for blocks of ``lanes`` lanes, to be compiled by :func:`sim.core.cache.get_kernel`.

    ``following`` is a constant to the compiler, which drops what it does not need.

    Offsets are unsigned: with signed ones Numba adds a test for negative indices to each access, and nothing is packed.
    """
    u = np.uint64
    L = u(lanes)
    TWO = u(2)

    def rows(names: Iterable[str], first: int = 0) -> tuple[np.uint64, ...]:
        return tuple(u((first + k) * lanes) for k, _ in enumerate(names))

    MK, PK, SK, AU, RE, ST, CO, EX, RG, BL, READ, REACH, LIMIT, DEGREE = rows(PERSON_ROWS)
    S_MDOWN, S_PDOWN, S_HOURS, S_MAIL, S_CLIMATE, S_ESC, S_STRANGE, S_MUP, S_PUP, S_RUMOUR, S_COLLEAGUES = rows(
        SUM_ROWS
    )
    T_TRUST, T_FRICTION, T_DRAWN, T_DISTANCE, T_STATUS, T_RECOGNITION = rows(TIE_ROWS)
    (
        Y_MDOWN, Y_PDOWN, Y_HOURS, Y_MAIL, Y_CLIMATE, Y_ESC, Y_STRANGE, Y_MUP, Y_PUP, Y_ALIGN, Y_TRUST, Y_FRICTION,
        Y_UNDERSTOOD, Y_DISAGREEMENT, Y_DECISION, Y_GAP, Y_CONTACT, Y_UNLIKE, Y_DISTANCE,
    ) = rows(RESULT_ROWS)  # fmt: skip
    (
        VOICE, DEPERS, CONTRAST, FOCUS, TRAINING, HIRING, ROTATION, ORAL, COPIES, IT, REPORTS, RELEVANCE, DISCLOSURE,
        POWER, CLARITY, FORMALITY, TEAMS, SUPPORT, JOINT, PLANNING, GOALS, AMBITION, BREAKDOWN, HORIZON, AWARENESS,
        CULTURE, TURBULENCE, COMPANY_NEED, DEMAND, MANDATE, INFORMATIVE, FAIR, RELIEF, STRUCTURAL, DISCLOSED, RISK,
        POWER_RISK, CRITICISM, PACE, WASTE, OPENNESS, UNCLEAR, PERSPECTIVES, SPOKEN, PER_READER, MAIL,
        ACTIVE, ACTIVE_TEAM, KEPT, KEPT_TEAM, NEED, REPORTED, PLANNED, TRAINED, ROTATED, TEAMED, FIXED, WEIGHT,
        DIVERGENCE, EXPERIENCED, AGEING, COST,
    ) = rows(WEEK_ROWS)  # fmt: skip
    (
        D_MARKET, D_PRODUCT, D_SKILL, D_REGARD, D_EXPERIENCE, D_BACKLOG, D_READING, D_CORE, D_TIES, D_STRANGE, D_ESC,
    ) = rows(PERSON_MEASURES)  # fmt: skip
    person_width, sum_width, tie_width = (u(len(names) * lanes) for names in (PERSON_ROWS, SUM_ROWS, TIE_ROWS))
    result_width = u(len(RESULT_ROWS) * lanes)
    shared_width, tie_measures = u(SHARED_ROWS * lanes), u(len(TIE_MEASURES) * lanes)
    department_width, n_tie_measures = u(len(PERSON_MEASURES) * lanes), u(len(TIE_MEASURES))
    copied = np.array([WEEK_ROWS.index(name) * lanes for name in COPIED_MEASURES.values()], dtype=np.uint64)
    n_copied, n_mechanisms, n_attributes = len(copied), u(len(MECHANISMS)), u(10)
    copied_at = u((len(MEASURES) - n_copied) * lanes)
    H_UNDERSTANDING, H_DISAGREEMENT, H_ESCALATION, H_TRUST, H_KNOWLEDGE, H_TIME = rows(HOLDABLE, len(WEEK_ROWS))
    W_INFORMATIVE, W_FAIR, W_FIXED, W_REPORTED, W_PLANNED, W_TRAINED, W_ROTATED, W_TEAMED = range(len(WEEK_PATH))
    P_MARKET_FIRST, P_PRODUCT_FIRST, P_REGARD_FIRST, P_READING, P_MARKET, P_PRODUCT, P_REGARD = range(len(PERSON_PATH))
    (
        E_TRUST_FIRST, E_FRICTION_FIRST, E_UNDERSTOOD, E_IDLE, E_RELATIVE, E_WASTE, E_CONTACT, E_ESC, E_TRUST,
        E_FRICTION,
    ) = range(len(TIE_PATH))  # fmt: skip
    (
        Y_TRUST_FIRST, Y_FRICTION_FIRST, Y_USED, Y_IDLE, Y_RELATIVE, Y_WASTE, Y_MET, Y_CLASHED, Y_TRUSTED, Y_RUBBED,
    ) = rows(TIE_PATH, len(RESULT_ROWS))  # fmt: skip
    n_tie_path = u(len(TIE_PATH))
    back_width = result_width + (n_tie_path * L if following else u(0))
    AWAY, UNLIKE_AT, DISTANCE_AT = Y_ALIGN, Y_UNLIKE - Y_ALIGN, Y_DISTANCE - Y_ALIGN

    @no_type_check
    @njit(inline="always", error_model="numpy")
    def set_motives(tie, t, state, i, j, l):
        tie[t + T_DISTANCE + l] = R.motive_distance(
            state[i + AU + l],
            state[j + AU + l],
            state[i + RE + l],
            state[j + RE + l],
            state[i + ST + l],
            state[j + ST + l],
            state[i + CO + l],
            state[j + CO + l],
        )
        tie[t + T_STATUS + l] = R.shared_motive(state[i + ST + l], state[j + ST + l])
        tie[t + T_RECOGNITION + l] = R.shared_motive(state[i + RE + l], state[j + RE + l])

    @no_type_check
    def kernel(first, last, people, ties, chance, settings, c, f, out, person_trace, tie_trace, path):
        state, n_marketing, regular_degree, team_degree, inner_a, inner_b = people
        tie, tie_m, tie_s, team, adjacency_start, adjacency = ties
        lane_company, uniform, demand, event_week, event_person, event_traits, event_next, event_end = chance
        org, low, high, base, start, ramp, target, running, one_off, effect_lever, effect_parameter, effect_change = (
            settings
        )
        n_people, n_ties, n_inner = u(regular_degree.shape[0]), u(team.shape[0]), u(inner_a.shape[0])
        marketing = u(n_marketing)
        n_levers, n_steps = running.shape[0], start.shape[1]
        tracing = person_trace.shape[0] > 0
        if following:
            week_path, person_path, tie_path, week_record, person_record, tie_record = path
            recording = week_record.shape[0] > 0
        regular_ties, team_ties, settled = 0.0, 0.0, -1.0
        for e in range(n_ties):
            team_ties += team[e]
            regular_ties += 1.0 - team[e]
        n_regular = u(regular_ties)
        alone = uniform.shape[0] == 1
        for v in range(n_levers):
            for k in range(n_steps):
                for l in range(L):
                    if start[v, k, l] < np.inf:
                        settled = max(settled, start[v, k, l] + ramp[v, k, l])
        sums = np.zeros(n_people * sum_width)
        back = np.zeros(back_width)
        total = np.zeros(tie_measures)
        staff = np.zeros(TWO * department_width)
        intensity, earlier = np.zeros(L), np.zeros(L)
        change = np.zeros(n_mechanisms * L)

        for e in range(n_ties):
            i, j, t = u(tie_m[e]) * person_width, u(tie_s[e]) * person_width, e * tie_width
            for l in range(L):
                set_motives(tie, t, state, i, j, l)

        for week in range(first, last):
            now = float(week)
            # --- levers move mechanism parameters; once all have settled there is nothing to do
            # (one week later than the intensities: one-off costs come from the week before)
            if week == first or now <= settled + 1.0:
                change[:] = 0.0
                for l in range(L):
                    org[COST + l] = 0.0
                for v in range(n_levers):
                    intensity[:] = 0.0
                    earlier[:] = 0.0
                    for k in range(n_steps):
                        starts, ramps, targets = start[v, k], ramp[v, k], target[v, k]
                        for l in range(L):
                            intensity[l] = R.ramped(now, starts[l], ramps[l], intensity[l], targets[l])
                            earlier[l] = R.ramped(now - 1.0, starts[l], ramps[l], earlier[l], targets[l])
                    first_ramps = ramp[v, 0]
                    for l in range(L):
                        before = R.intensity_before(now, first_ramps[l], intensity[l], earlier[l])
                        org[COST + l] += R.lever_cost(running[v], one_off[v], intensity[l], before)
                    for n in range(effect_lever.shape[0]):
                        if effect_lever[n] == v:
                            row = u(effect_parameter[n]) * L
                            for l in range(L):
                                change[row + l] += effect_change[n] * intensity[l]
                for k in range(n_mechanisms):
                    for l in range(L):
                        org[k * L + l] = R.clip(base[k, l] + change[k * L + l], low[k], high[k])

            # --- people who left are replaced
            for company in range(event_next.shape[0]):
                while event_next[company] < event_end[company] and event_week[event_next[company]] == week:
                    n = event_next[company]
                    event_next[company] = n + 1
                    p = u(event_person[n])
                    row = p * person_width
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
                        for q in range(adjacency_start[p], adjacency_start[p + u(1)]):
                            e = u(adjacency[q])
                            t = e * tie_width
                            tie[t + T_TRUST + l] = R.inherited(tie[t + T_TRUST + l], f.newcomer_trust, f)
                            tie[t + T_FRICTION + l] = R.inherited(tie[t + T_FRICTION + l], 0.0, f)
                            set_motives(tie, t, state, u(tie_m[e]) * person_width, u(tie_s[e]) * person_width, l)

            # --- the organisation
            for l in range(L):
                org[DEMAND + l] = demand[lane_company[l], week - first]
            for l in range(L):
                formality, focus, power, depers = org[FORMALITY + l], org[FOCUS + l], org[POWER + l], org[DEPERS + l]
                teams, support, joint = org[TEAMS + l], org[SUPPORT + l], org[JOINT + l]
                divergence = R.goal_divergence(
                    org[GOALS + l], org[AMBITION + l], org[BREAKDOWN + l], org[HORIZON + l], c
                )
                informative = R.informative_disagreement(org[VOICE + l], org[CONTRAST + l], c)
                fair = R.fair_share(informative, depers, c)
                if following:
                    held = org[H_DISAGREEMENT + l] > 0.0
                    informative = R.choose(held, week_path[week - first, W_INFORMATIVE], informative)
                    fair = R.choose(held, week_path[week - first, W_FAIR], fair)
                disclosed = R.effective_disclosure(org[DISCLOSURE + l], power, c)
                spoken, per_reader = R.channel_terms(org[ORAL + l], org[RELEVANCE + l], teams, support, c)
                reported, planned, trained, rotated, teamed = R.fixed_load(
                    org[CULTURE + l],
                    formality,
                    org[REPORTS + l],
                    org[PLANNING + l],
                    org[TRAINING + l],
                    org[ROTATION + l],
                    teams,
                    c,
                )
                weight = regular_ties + teams * team_ties
                org[MANDATE + l] = R.mandate(org[CULTURE + l], formality, joint, teams, support, c)
                org[INFORMATIVE + l] = informative
                org[FAIR + l] = fair
                org[RELIEF + l] = R.relief(focus, teams, support, c)
                org[STRUCTURAL + l] = R.structural_disagreement(
                    divergence, joint, R.meddling(org[GOALS + l], org[BREAKDOWN + l]), c
                )
                org[DISCLOSED + l] = disclosed
                org[RISK + l] = R.structural_risk(org[CLARITY + l], focus, c)
                org[POWER_RISK + l] = R.power_risk(power, c)
                org[CRITICISM + l] = R.criticism_risk(informative, depers, c)
                org[PACE + l] = R.escalation_pace(depers, c)
                org[WASTE + l] = R.structural_waste(org[CLARITY + l], org[IT + l], formality, c)
                org[OPENNESS + l] = R.organisation_openness(disclosed, power, c)
                org[UNCLEAR + l] = R.unclear_factor(org[CLARITY + l], c)
                org[PERSPECTIVES + l] = R.perspectives(power, c)
                org[SPOKEN + l] = spoken
                org[PER_READER + l] = per_reader
                org[MAIL + l] = R.mail_load(org[ORAL + l], org[COPIES + l], org[DISCLOSURE + l], org[RELEVANCE + l], c)
                org[ACTIVE + l] = 1.0
                org[ACTIVE_TEAM + l] = teams
                org[KEPT + l] = 1.0
                org[KEPT_TEAM + l] = R.team_decisions_kept(support, c)
                org[NEED + l] = R.tie_need(org[COMPANY_NEED + l], org[DEMAND + l], float(n_people), weight, c)
                org[REPORTED + l] = reported
                org[PLANNED + l] = planned
                org[TRAINED + l] = trained
                org[ROTATED + l] = rotated
                org[TEAMED + l] = teamed
                fixed = reported + planned + trained + rotated + teamed
                if following:
                    fixed = R.choose(org[H_TIME + l] > 0.0, week_path[week - first, W_FIXED], fixed)
                org[FIXED + l] = fixed
                org[WEIGHT + l] = weight
                org[DIVERGENCE + l] = divergence
                org[EXPERIENCED + l] = R.rotation_experience(org[ROTATION + l], c)
                org[AGEING + l] = R.market_ageing(org[TURBULENCE + l], org[DEMAND + l], c)

            # --- people at the start of the week
            for p in range(n_people):
                row = p * person_width
                regular, further = regular_degree[p], team_degree[p]
                if following:
                    market, product = (
                        person_path[week - first, p, P_MARKET_FIRST],
                        person_path[week - first, p, P_PRODUCT_FIRST],
                    )
                    regard = person_path[week - first, p, P_REGARD_FIRST]
                    for l in range(L):
                        known = org[H_KNOWLEDGE + l] > 0.0
                        state[row + MK + l] = R.choose(known, market, state[row + MK + l])
                        state[row + PK + l] = R.choose(known, product, state[row + PK + l])
                        state[row + RG + l] = R.choose(org[H_TRUST + l] > 0.0, regard, state[row + RG + l])
                    if recording:
                        for l in range(L):
                            person_record[week - first, p, P_MARKET_FIRST, l] = state[row + MK + l]
                            person_record[week - first, p, P_PRODUCT_FIRST, l] = state[row + PK + l]
                            person_record[week - first, p, P_REGARD_FIRST, l] = state[row + RG + l]
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
                        org[MANDATE + l],
                        c,
                    )
                    state[row + LIMIT + l] = R.tie_limit(org[FIXED + l], degree, c)
                    state[row + DEGREE + l] = degree

            # --- interface ties
            sums[:] = 0.0
            total[:] = 0.0
            # Team ties come last, and without teams nobody meets on them: what they would add is zero.
            in_use = n_regular
            for l in range(L):
                # What is written down of dormant ties is wanted where another run uses them.
                if following or org[TEAMS + l] > 0.0:
                    in_use = n_ties
            for e in range(in_use):
                t = e * tie_width + T_DRAWN
                if alone:
                    number = uniform[0, week - first, e]
                    for l in range(L):
                        tie[t + l] = number
                else:
                    for l in range(L):
                        tie[t + l] = uniform[lane_company[l], week - first, e]
            for e in range(in_use):
                i, j, t = u(tie_m[e]) * person_width, u(tie_s[e]) * person_width, e * tie_width
                kind = u(team[e]) * L
                if following:
                    told = tie_path[week - first, e]
                    told_trust_first, told_friction_first = told[E_TRUST_FIRST], told[E_FRICTION_FIRST]
                    told_understood, told_idle = told[E_UNDERSTOOD], told[E_IDLE]
                    told_relative, told_extra, told_contact = told[E_RELATIVE], told[E_WASTE], told[E_CONTACT]
                    told_escalated, told_trust, told_friction = told[E_ESC], told[E_TRUST], told[E_FRICTION]
                for l in range(L):
                    active = org[ACTIVE + kind + l]
                    trust, friction, distance = tie[t + T_TRUST + l], tie[t + T_FRICTION + l], tie[t + T_DISTANCE + l]
                    if following:
                        trust = R.choose(org[H_TRUST + l] > 0.0, told_trust_first, trust)
                        friction = R.choose(org[H_ESCALATION + l] > 0.0, told_friction_first, friction)
                    mk_i, mk_j, pk_i, pk_j = state[i + MK + l], state[j + MK + l], state[i + PK + l], state[j + PK + l]
                    sk_i, sk_j = state[i + SK + l], state[j + SK + l]
                    strange = R.strangeness(distance, org[AWARENESS + l])
                    gap = R.knowledge_gap(mk_i, mk_j, pk_i, pk_j)
                    rich = R.channel(org[SPOKEN + l], org[PER_READER + l], state[i + READ + l], state[j + READ + l])
                    understood = R.understanding(
                        rich, sk_i, sk_j, gap, strange, state[i + EX + l], state[j + EX + l], c
                    )
                    if following:
                        understood = R.choose(org[H_UNDERSTANDING + l] > 0.0, told_understood, understood)
                    idle = R.uninformative_disagreement(org[STRUCTURAL + l], gap, rich, org[RELIEF + l], c)
                    if following:
                        idle = R.choose(org[H_DISAGREEMENT + l] > 0.0, told_idle, idle)
                    decided = R.decision_quality(
                        org[FAIR + l], org[INFORMATIVE + l], idle, mk_i, mk_j, pk_i, pk_j, org[PERSPECTIVES + l], c
                    )
                    willing = R.willingness(
                        state[i + REACH + l], state[j + REACH + l], trust, friction, org[OPENNESS + l], c
                    )
                    extra = R.waste(org[WASTE + l], friction, understood, idle, c)
                    if following:
                        extra = R.choose(org[H_TIME + l] > 0.0, told_extra, extra)
                    relative = R.relative_contact(
                        R.contact_intensity(org[MANDATE + l], willing, c),
                        org[NEED + l],
                        state[i + LIMIT + l],
                        state[j + LIMIT + l],
                        extra,
                    )
                    if following:
                        relative = R.choose(org[H_TIME + l] > 0.0, told_relative, relative)
                    contact = active * relative * org[NEED + l]
                    if following:
                        contact = R.choose(org[H_TIME + l] > 0.0, told_contact, contact)
                    aligned = R.alignment(
                        relative, understood, decided, friction, org[UNCLEAR + l], org[KEPT + kind + l], c
                    )
                    risk = R.escalation_chance(
                        idle,
                        org[RISK + l],
                        org[POWER_RISK + l],
                        tie[t + T_STATUS + l],
                        org[CRITICISM + l],
                        tie[t + T_RECOGNITION + l],
                        strange,
                        sk_i,
                        sk_j,
                        trust,
                        org[PACE + l],
                        c,
                    )
                    escalated = R.choose(tie[t + T_DRAWN + l] < active * risk, 1.0, 0.0)
                    if following:
                        escalated = R.choose(org[H_ESCALATION + l] > 0.0, told_escalated, escalated)
                    view = R.lens(state[i + RG + l], state[j + RG + l], c)
                    next_trust = R.next_trust(trust, aligned, escalated, view, active, c)
                    next_friction = R.next_friction(friction, escalated, sk_i, sk_j, view, active, c)
                    if following:
                        next_trust = R.choose(org[H_TRUST + l] > 0.0, told_trust, next_trust)
                        next_friction = R.choose(org[H_ESCALATION + l] > 0.0, told_friction, next_friction)
                    share = R.knowledge_exchange(org[DISCLOSED + l], understood, relative, org[IT + l], active, c)
                    back[Y_MDOWN + l] = R.taken_over(mk_i, mk_j, share)
                    back[Y_PDOWN + l] = R.taken_over(pk_i, pk_j, share)
                    back[Y_HOURS + l] = contact * (1.0 + extra)
                    back[Y_MAIL + l] = contact * org[MAIL + l]
                    back[Y_CLIMATE + l] = active * R.climate(trust, friction, c)
                    back[Y_ESC + l] = escalated
                    back[Y_STRANGE + l] = active * strange
                    back[Y_MUP + l] = R.taken_over(mk_j, mk_i, share)
                    back[Y_PUP + l] = R.taken_over(pk_j, pk_i, share)
                    back[Y_ALIGN + l] = active * aligned
                    back[Y_TRUST + l] = active * next_trust
                    back[Y_FRICTION + l] = active * next_friction
                    back[Y_UNDERSTOOD + l] = active * understood
                    back[Y_DISAGREEMENT + l] = active * (org[INFORMATIVE + l] + idle)
                    back[Y_DECISION + l] = active * decided
                    back[Y_GAP + l] = active * gap
                    back[Y_CONTACT + l] = contact
                    back[Y_UNLIKE + l] = active * distance * understood
                    back[Y_DISTANCE + l] = active * distance
                    tie[t + T_TRUST + l] = next_trust
                    tie[t + T_FRICTION + l] = next_friction
                    if following:
                        back[Y_TRUST_FIRST + l] = trust
                        back[Y_FRICTION_FIRST + l] = friction
                        back[Y_USED + l] = understood
                        back[Y_IDLE + l] = idle
                        back[Y_RELATIVE + l] = relative
                        back[Y_WASTE + l] = extra
                        back[Y_MET + l] = contact
                        back[Y_CLASHED + l] = escalated
                        back[Y_TRUSTED + l] = next_trust
                        back[Y_RUBBED + l] = next_friction
                if following and recording:
                    for k in range(n_tie_path):
                        for l in range(L):
                            tie_record[week - first, e, k, l] = back[result_width + k * L + l]
                si, sj = u(tie_m[e]) * sum_width, u(tie_s[e]) * sum_width + S_HOURS
                for x in range(shared_width):
                    sums[si + x] += back[x]
                for x in range(shared_width):
                    sums[sj + x] += back[S_HOURS + x]
                for x in range(tie_measures):
                    total[x] += back[AWAY + x]

            # --- internal ties
            for e in range(n_inner):
                i, j = u(inner_a[e]) * person_width, u(inner_b[e]) * person_width
                si, sj = u(inner_a[e]) * sum_width, u(inner_b[e]) * sum_width
                for l in range(L):
                    mk_i, mk_j, pk_i, pk_j = state[i + MK + l], state[j + MK + l], state[i + PK + l], state[j + PK + l]
                    rg_i, rg_j = state[i + RG + l], state[j + RG + l]
                    back[l] = R.taken_over(mk_i, mk_j, c.knowledge_flow)
                    back[L + l] = R.taken_over(pk_i, pk_j, c.knowledge_flow)
                    back[u(2) * L + l] = sums[sj + S_ESC + l]
                    back[u(3) * L + l] = rg_j - rg_i
                    back[u(4) * L + l] = R.taken_over(mk_j, mk_i, c.knowledge_flow)
                    back[u(5) * L + l] = R.taken_over(pk_j, pk_i, c.knowledge_flow)
                    back[u(6) * L + l] = sums[si + S_ESC + l]
                    back[u(7) * L + l] = rg_i - rg_j
                for x in range(u(4) * L):
                    sums[si + S_MUP + x] += back[x]
                for x in range(u(4) * L):
                    sums[sj + S_MUP + x] += back[u(4) * L + x]

            # --- people at the end of the week
            staff[:] = 0.0
            for p in range(n_people):
                row, s = p * person_width, p * sum_width
                side = u(0) if p < marketing else department_width
                market_rate = c.learning_other if p < marketing else c.learning_own
                product_rate = c.learning_own if p < marketing else c.learning_other
                if following:
                    seen = person_path[week - first, p]
                    seen_reading, seen_regard = seen[P_READING], seen[P_REGARD]
                    seen_market, seen_product = seen[P_MARKET], seen[P_PRODUCT]
                for l in range(L):
                    degree, regard, backlog = state[row + DEGREE + l], state[row + RG + l], state[row + BL + l]
                    remaining = R.WEEK_HOURS - org[FIXED + l] - sums[s + S_HOURS + l]
                    reading = R.reading_hours(backlog, remaining, c)
                    if following:
                        reading = R.choose(org[H_TIME + l] > 0.0, seen_reading, reading)
                    core = remaining - reading
                    core_share = core / R.WEEK_HOURS
                    market_taken = sums[s + S_MDOWN + l] + sums[s + S_MUP + l]
                    product_taken = sums[s + S_PDOWN + l] + sums[s + S_PUP + l]
                    market = R.learned(
                        state[row + MK + l], market_rate, core_share, market_taken, org[TRAINED + l], org[AGEING + l], c
                    )
                    product = R.learned(
                        state[row + PK + l],
                        product_rate,
                        core_share,
                        product_taken,
                        org[TRAINED + l],
                        c.product_ageing,
                        c,
                    )
                    if following:
                        market = R.choose(org[H_KNOWLEDGE + l] > 0.0, seen_market, market)
                        product = R.choose(org[H_KNOWLEDGE + l] > 0.0, seen_product, product)
                        back[l] = reading
                        # The hours are another run's; nobody can read more than there is.
                        read = R.lower(backlog, reading)
                    else:
                        read = reading
                    backlog = R.next_backlog(backlog, read, sums[s + S_MAIL + l], org[REPORTED + l], c)
                    experience = R.next_experience(state[row + EX + l], org[EXPERIENCED + l])
                    weight = R.per_tie(degree)
                    strange = sums[s + S_STRANGE + l] * weight
                    regard = R.next_regard(
                        regard,
                        R.own_impression(sums[s + S_CLIMATE + l], degree, weight, regard),
                        sums[s + S_COLLEAGUES + l],
                        sums[s + S_ESC + l],
                        sums[s + S_RUMOUR + l],
                        org[ROTATION + l],
                        strange,
                        c,
                    )
                    if following:
                        regard = R.choose(org[H_TRUST + l] > 0.0, seen_regard, regard)
                    state[row + MK + l] = market
                    state[row + PK + l] = product
                    state[row + BL + l] = backlog
                    state[row + EX + l] = experience
                    state[row + RG + l] = regard
                    staff[side + D_MARKET + l] += market
                    staff[side + D_PRODUCT + l] += product
                    staff[side + D_SKILL + l] += state[row + SK + l]
                    staff[side + D_REGARD + l] += regard
                    staff[side + D_EXPERIENCE + l] += experience
                    staff[side + D_BACKLOG + l] += backlog
                    staff[side + D_READING + l] += reading
                    staff[side + D_CORE + l] += core
                    staff[side + D_TIES + l] += sums[s + S_HOURS + l]
                    staff[side + D_STRANGE + l] += strange
                    staff[side + D_ESC + l] += sums[s + S_ESC + l]
                if following and recording:
                    for l in range(L):
                        person_record[week - first, p, P_READING, l] = back[l]
                        person_record[week - first, p, P_MARKET, l] = state[row + MK + l]
                        person_record[week - first, p, P_PRODUCT, l] = state[row + PK + l]
                        person_record[week - first, p, P_REGARD, l] = state[row + RG + l]

            # --- the record
            if following:
                # Only now: what training teaches and reports bring to read does not depend on whose hours count.
                for l in range(L):
                    held = org[H_TIME + l] > 0.0
                    org[REPORTED + l] = R.choose(held, week_path[week - first, W_REPORTED], org[REPORTED + l])
                    org[PLANNED + l] = R.choose(held, week_path[week - first, W_PLANNED], org[PLANNED + l])
                    org[TRAINED + l] = R.choose(held, week_path[week - first, W_TRAINED], org[TRAINED + l])
                    org[ROTATED + l] = R.choose(held, week_path[week - first, W_ROTATED], org[ROTATED + l])
                    org[TEAMED + l] = R.choose(held, week_path[week - first, W_TEAMED], org[TEAMED + l])
                if recording:
                    for l in range(L):
                        week_record[week - first, W_INFORMATIVE, l] = org[INFORMATIVE + l]
                        week_record[week - first, W_FAIR, l] = org[FAIR + l]
                        week_record[week - first, W_FIXED, l] = org[FIXED + l]
                        week_record[week - first, W_REPORTED, l] = org[REPORTED + l]
                        week_record[week - first, W_PLANNED, l] = org[PLANNED + l]
                        week_record[week - first, W_TRAINED, l] = org[TRAINED + l]
                        week_record[week - first, W_ROTATED, l] = org[ROTATED + l]
                        week_record[week - first, W_TEAMED, l] = org[TEAMED + l]
            record = out[week - first]
            for k in range(n_tie_measures):
                for l in range(L):
                    record[k * L + l] = total[k * L + l] / org[WEIGHT + l]
            for l in range(L):
                record[UNLIKE_AT + l] = R.ratio(total[UNLIKE_AT + l], total[DISTANCE_AT + l])
            for x in range(department_width):
                record[tie_measures + x] = staff[x] / float(marketing)
                record[tie_measures + department_width + x] = staff[department_width + x] / float(n_people - marketing)
            for k in range(n_copied):
                for l in range(L):
                    record[copied_at + u(k) * L + l] = org[copied[k] + l]
            if tracing:
                for p in range(n_people):
                    for k in range(n_attributes):
                        for l in range(L):
                            person_trace[week - first, p, k, l] = state[p * person_width + k * L + l]
                for e in range(n_ties):
                    for k in range(TWO):
                        for l in range(L):
                            tie_trace[week - first, e, k, l] = tie[e * tie_width + k * L + l]

    made: Callable[..., None] = kernel
    return made


def make_following_kernel(lanes: int) -> Callable[..., None]:
    """Return the kernel that writes down what happened, and takes from another run what it is told to."""
    return make_kernel(lanes, following=True)
