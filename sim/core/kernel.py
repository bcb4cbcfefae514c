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

from collections.abc import Callable, Mapping, Sequence, Sized
from types import ModuleType
from typing import Any, Final, no_type_check

import numpy as np
from numba import njit

from sim.company import ATTRIBUTES, NEWCOMER_TRAITS
from sim.core.compiled import compile_rules
from sim.core.layout import (
    COLLEAGUE_ROWS,
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
    TIE_STATES,
    WEEK_PATH,
    WEEK_ROWS,
)
from sim.parameters import MECHANISMS

R: Final = compile_rules()


def _named(values: Mapping[str, Any]) -> ModuleType:
    """Return constants by name; a module, because Numba reads attributes of nothing else as constants."""
    names = ModuleType("sim.core.rows")
    vars(names).update(values)
    return names


def make_kernel(lanes: int, *, following: bool = False) -> Callable[..., None]:
    """Return the kernel for blocks of ``lanes`` lanes, to be compiled by :func:`sim.core.cache.get_kernel`.

    ``following`` is a constant to the compiler, which drops what it does not need.

    Offsets are unsigned: with signed ones Numba adds a test for negative indices to each access, and nothing is packed.
    """
    u = np.uint64
    L = u(lanes)

    def rows(names: Sequence[str], first: int = 0) -> ModuleType:
        """Return where each row begins, by its name."""
        return _named({name: u((first + k) * lanes) for k, name in enumerate(names)})

    def width(names: Sized) -> np.uint64:
        return u(len(names) * lanes)

    # A person, what is added up per person, a tie, what a tie gives back, the organisation, a department's people.
    P, S, T, Y, W, D = map(rows, (PERSON_ROWS, SUM_ROWS, TIE_ROWS, RESULT_ROWS, WEEK_ROWS, PERSON_MEASURES))
    # What colleagues give each other: rows of ``back`` to be added to those of ``sums`` from the first of them on.
    G = rows(COLLEAGUE_ROWS)
    # What is held, behind the organisation's rows; what a tie writes down, behind what it gives back.
    H, E = rows(HOLDABLE, len(WEEK_ROWS)), rows(TIE_PATH, len(RESULT_ROWS))
    # Columns of arrays that have no lanes: paths of the organisation, of people and of ties, and newcomers.
    WP, PP, TP, N = (
        _named({name: k for k, name in enumerate(names)})
        for names in (WEEK_PATH, PERSON_PATH, TIE_PATH, NEWCOMER_TRAITS)
    )
    person_width, sum_width, tie_width = map(width, (PERSON_ROWS, SUM_ROWS, TIE_ROWS))
    result_width, colleague_width = width(RESULT_ROWS), width(COLLEAGUE_ROWS)
    shared_width, department_width, tie_measures = map(width, (SHARED_ROWS, PERSON_MEASURES, TIE_MEASURES))
    n_tie_measures = u(len(TIE_MEASURES))
    copied = np.array([WEEK_ROWS.index(name) * lanes for name in COPIED_MEASURES.values()], dtype=np.uint64)
    n_copied, n_mechanisms = len(copied), u(len(MECHANISMS))
    n_attributes, n_tie_states = u(len(ATTRIBUTES)), u(len(TIE_STATES))
    copied_at = u((len(MEASURES) - n_copied) * lanes)
    n_tie_path = u(len(TIE_PATH))
    back_width = result_width + (width(TIE_PATH) if following else u(0))
    # The measures of a tie are its last results, in the same order.
    first_measure = getattr(Y, TIE_MEASURES[0])
    M = rows(TIE_MEASURES)

    @no_type_check
    @njit(inline="always", error_model="numpy")
    def set_motives(tie, t, state, i, j, l):
        tie[t + T.distance + l] = R.motive_distance(
            state[i + P.autonomy + l],
            state[j + P.autonomy + l],
            state[i + P.recognition + l],
            state[j + P.recognition + l],
            state[i + P.status + l],
            state[j + P.status + l],
            state[i + P.contacts + l],
            state[j + P.contacts + l],
        )
        tie[t + T.status + l] = R.shared_motive(state[i + P.status + l], state[j + P.status + l])
        tie[t + T.recognition + l] = R.shared_motive(state[i + P.recognition + l], state[j + P.recognition + l])

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
        staff = np.zeros(u(2) * department_width)
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
                    org[W.lever_cost + l] = 0.0
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
                        org[W.lever_cost + l] += R.lever_cost(running[v], one_off[v], intensity[l], before)
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
                        state[row + P.market_knowledge + l] = event_traits[n, N.market_knowledge]
                        state[row + P.product_knowledge + l] = event_traits[n, N.product_knowledge]
                        state[row + P.social_skill + l] = R.newcomer_skill(
                            event_traits[n, N.social_skill], hires * org[W.marketing_hiring_bar + l], f
                        )
                        state[row + P.autonomy + l] = event_traits[n, N.autonomy]
                        state[row + P.recognition + l] = event_traits[n, N.recognition]
                        state[row + P.status + l] = event_traits[n, N.status]
                        state[row + P.contacts + l] = event_traits[n, N.contacts]
                        state[row + P.experience + l] = R.newcomer_experience(
                            event_traits[n, N.experience], org[W.rotation_rate + l], f
                        )
                        state[row + P.regard + l] = R.inherited(state[row + P.regard + l], f.newcomer_trust, f)
                        state[row + P.backlog + l] = 0.0
                        for q in range(adjacency_start[p], adjacency_start[p + u(1)]):
                            e = u(adjacency[q])
                            t = e * tie_width
                            tie[t + T.trust + l] = R.inherited(tie[t + T.trust + l], f.newcomer_trust, f)
                            tie[t + T.friction + l] = R.inherited(tie[t + T.friction + l], 0.0, f)
                            set_motives(tie, t, state, u(tie_m[e]) * person_width, u(tie_s[e]) * person_width, l)

            # --- the organisation
            for l in range(L):
                org[W.demand + l] = demand[lane_company[l], week - first]
            for l in range(L):
                formality, focus, power, depers = (
                    org[W.formality + l],
                    org[W.market_focus + l],
                    org[W.power_gap + l],
                    org[W.depersonalisation + l],
                )
                teams, support, joint = org[W.team_intensity + l], org[W.team_support + l], org[W.joint_planning + l]
                divergence = R.goal_divergence(
                    org[W.shared_goals + l],
                    org[W.goal_ambition + l],
                    org[W.goal_breakdown + l],
                    org[W.goal_horizon + l],
                    c,
                )
                informative = R.informative_disagreement(org[W.voice + l], org[W.role_contrast + l], c)
                fair = R.fair_share(informative, depers, c)
                if following:
                    held = org[H.disagreement + l] > 0.0
                    informative = R.choose(held, week_path[week - first, WP.informative], informative)
                    fair = R.choose(held, week_path[week - first, WP.fair], fair)
                disclosed = R.effective_disclosure(org[W.disclosure + l], power, c)
                spoken, per_reader = R.channel_terms(org[W.oral_share + l], org[W.relevance + l], teams, support, c)
                reported, planned, trained, rotated, teamed = R.fixed_load(
                    org[W.meeting_culture + l],
                    formality,
                    org[W.report_hours + l],
                    org[W.planning_hours + l],
                    org[W.training_hours + l],
                    org[W.rotation_rate + l],
                    teams,
                    c,
                )
                weight = regular_ties + teams * team_ties
                org[W.mandate + l] = R.mandate(org[W.meeting_culture + l], formality, joint, teams, support, c)
                org[W.informative + l] = informative
                org[W.fair + l] = fair
                org[W.relief + l] = R.relief(focus, teams, support, c)
                org[W.structural_disagreement + l] = R.structural_disagreement(
                    divergence, joint, R.meddling(org[W.shared_goals + l], org[W.goal_breakdown + l]), c
                )
                org[W.effective_disclosure + l] = disclosed
                org[W.structural_risk + l] = R.structural_risk(org[W.clarity + l], focus, c)
                org[W.power_risk + l] = R.power_risk(power, c)
                org[W.criticism_risk + l] = R.criticism_risk(informative, depers, c)
                org[W.escalation_pace + l] = R.escalation_pace(depers, c)
                org[W.structural_waste + l] = R.structural_waste(
                    org[W.clarity + l], org[W.it_integration + l], formality, c
                )
                org[W.openness + l] = R.organisation_openness(disclosed, power, c)
                org[W.unclear + l] = R.unclear_factor(org[W.clarity + l], c)
                org[W.perspectives + l] = R.perspectives(power, c)
                org[W.spoken + l] = spoken
                org[W.per_reader + l] = per_reader
                org[W.mail_load + l] = R.mail_load(
                    org[W.oral_share + l], org[W.copies_per_mail + l], org[W.disclosure + l], org[W.relevance + l], c
                )
                org[W.active_regular + l] = 1.0
                org[W.active_team + l] = teams
                org[W.kept_regular + l] = 1.0
                org[W.kept_team + l] = R.team_decisions_kept(support, c)
                org[W.need + l] = R.tie_need(org[W.company_need + l], org[W.demand + l], float(n_people), weight, c)
                org[W.report_hours_spent + l] = reported
                org[W.planning_hours_spent + l] = planned
                org[W.training_hours_spent + l] = trained
                org[W.rotation_hours_spent + l] = rotated
                org[W.team_hours_spent + l] = teamed
                fixed = reported + planned + trained + rotated + teamed
                if following:
                    fixed = R.choose(org[H.time + l] > 0.0, week_path[week - first, WP.fixed], fixed)
                org[W.fixed + l] = fixed
                org[W.weight + l] = weight
                org[W.goal_divergence + l] = divergence
                org[W.rotation_experience + l] = R.rotation_experience(org[W.rotation_rate + l], c)
                org[W.ageing + l] = R.market_ageing(org[W.turbulence + l], org[W.demand + l], c)

            # --- people at the start of the week
            for p in range(n_people):
                row = p * person_width
                regular, further = regular_degree[p], team_degree[p]
                if following:
                    market, product = (
                        person_path[week - first, p, PP.market_knowledge_before],
                        person_path[week - first, p, PP.product_knowledge_before],
                    )
                    regard = person_path[week - first, p, PP.regard_before]
                    for l in range(L):
                        known = org[H.knowledge + l] > 0.0
                        state[row + P.market_knowledge + l] = R.choose(
                            known, market, state[row + P.market_knowledge + l]
                        )
                        state[row + P.product_knowledge + l] = R.choose(
                            known, product, state[row + P.product_knowledge + l]
                        )
                        state[row + P.regard + l] = R.choose(org[H.trust + l] > 0.0, regard, state[row + P.regard + l])
                    if recording:
                        for l in range(L):
                            person_record[week - first, p, PP.market_knowledge_before, l] = state[
                                row + P.market_knowledge + l
                            ]
                            person_record[week - first, p, PP.product_knowledge_before, l] = state[
                                row + P.product_knowledge + l
                            ]
                            person_record[week - first, p, PP.regard_before, l] = state[row + P.regard + l]
                for l in range(L):
                    read = R.read_share(state[row + P.backlog + l], c)
                    degree = regular + org[W.team_intensity + l] * further
                    state[row + P.read_share + l] = read
                    state[row + P.outreach + l] = R.outreach(
                        state[row + P.regard + l],
                        state[row + P.social_skill + l],
                        state[row + P.contacts + l],
                        state[row + P.autonomy + l],
                        read,
                        org[W.mandate + l],
                        c,
                    )
                    state[row + P.limit + l] = R.tie_limit(org[W.fixed + l], degree, c)
                    state[row + P.degree + l] = degree

            # --- interface ties
            sums[:] = 0.0
            total[:] = 0.0
            # Team ties come last, and without teams nobody meets on them: what they would add is zero.
            in_use = n_regular
            for l in range(L):
                # What is written down of dormant ties is wanted where another run uses them.
                if following or org[W.team_intensity + l] > 0.0:
                    in_use = n_ties
            for e in range(in_use):
                t = e * tie_width + T.drawn
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
                    told_trust_first, told_friction_first = told[TP.trust_before], told[TP.friction_before]
                    told_understood, told_idle = told[TP.understanding], told[TP.uninformative]
                    told_relative, told_extra, told_contact = told[TP.relative], told[TP.waste], told[TP.contact]
                    told_escalated, told_trust, told_friction = told[TP.escalated], told[TP.trust], told[TP.friction]
                for l in range(L):
                    active = org[W.active_regular + kind + l]
                    trust, friction, distance = tie[t + T.trust + l], tie[t + T.friction + l], tie[t + T.distance + l]
                    if following:
                        trust = R.choose(org[H.trust + l] > 0.0, told_trust_first, trust)
                        friction = R.choose(org[H.escalation + l] > 0.0, told_friction_first, friction)
                    mk_i, mk_j, pk_i, pk_j = (
                        state[i + P.market_knowledge + l],
                        state[j + P.market_knowledge + l],
                        state[i + P.product_knowledge + l],
                        state[j + P.product_knowledge + l],
                    )
                    sk_i, sk_j = state[i + P.social_skill + l], state[j + P.social_skill + l]
                    strange = R.strangeness(distance, org[W.motive_awareness + l])
                    gap = R.knowledge_gap(mk_i, mk_j, pk_i, pk_j)
                    rich = R.channel(
                        org[W.spoken + l],
                        org[W.per_reader + l],
                        state[i + P.read_share + l],
                        state[j + P.read_share + l],
                    )
                    understood = R.understanding(
                        rich, sk_i, sk_j, gap, strange, state[i + P.experience + l], state[j + P.experience + l], c
                    )
                    if following:
                        understood = R.choose(org[H.understanding + l] > 0.0, told_understood, understood)
                    idle = R.uninformative_disagreement(
                        org[W.structural_disagreement + l], gap, rich, org[W.relief + l], c
                    )
                    if following:
                        idle = R.choose(org[H.disagreement + l] > 0.0, told_idle, idle)
                    decided = R.decision_quality(
                        org[W.fair + l],
                        org[W.informative + l],
                        idle,
                        mk_i,
                        mk_j,
                        pk_i,
                        pk_j,
                        org[W.perspectives + l],
                        c,
                    )
                    willing = R.willingness(
                        state[i + P.outreach + l], state[j + P.outreach + l], trust, friction, org[W.openness + l], c
                    )
                    extra = R.waste(org[W.structural_waste + l], friction, understood, idle, c)
                    if following:
                        extra = R.choose(org[H.time + l] > 0.0, told_extra, extra)
                    relative = R.relative_contact(
                        R.contact_intensity(org[W.mandate + l], willing, c),
                        org[W.need + l],
                        state[i + P.limit + l],
                        state[j + P.limit + l],
                        extra,
                    )
                    if following:
                        relative = R.choose(org[H.time + l] > 0.0, told_relative, relative)
                    contact = active * relative * org[W.need + l]
                    if following:
                        contact = R.choose(org[H.time + l] > 0.0, told_contact, contact)
                    aligned = R.alignment(
                        relative, understood, decided, friction, org[W.unclear + l], org[W.kept_regular + kind + l], c
                    )
                    risk = R.escalation_chance(
                        idle,
                        org[W.structural_risk + l],
                        org[W.power_risk + l],
                        tie[t + T.status + l],
                        org[W.criticism_risk + l],
                        tie[t + T.recognition + l],
                        strange,
                        sk_i,
                        sk_j,
                        trust,
                        org[W.escalation_pace + l],
                        c,
                    )
                    escalated = R.choose(tie[t + T.drawn + l] < active * risk, 1.0, 0.0)
                    if following:
                        escalated = R.choose(org[H.escalation + l] > 0.0, told_escalated, escalated)
                    view = R.lens(state[i + P.regard + l], state[j + P.regard + l], c)
                    next_trust = R.next_trust(trust, aligned, escalated, view, active, c)
                    next_friction = R.next_friction(friction, escalated, sk_i, sk_j, view, active, c)
                    if following:
                        next_trust = R.choose(org[H.trust + l] > 0.0, told_trust, next_trust)
                        next_friction = R.choose(org[H.escalation + l] > 0.0, told_friction, next_friction)
                    share = R.knowledge_exchange(
                        org[W.effective_disclosure + l], understood, relative, org[W.it_integration + l], active, c
                    )
                    back[Y.market_down + l] = R.taken_over(mk_i, mk_j, share)
                    back[Y.product_down + l] = R.taken_over(pk_i, pk_j, share)
                    back[Y.hours + l] = contact * (1.0 + extra)
                    back[Y.mail + l] = contact * org[W.mail_load + l]
                    back[Y.climate + l] = active * R.climate(trust, friction, c)
                    back[Y.escalated + l] = escalated
                    back[Y.strange + l] = active * strange
                    back[Y.market_up + l] = R.taken_over(mk_j, mk_i, share)
                    back[Y.product_up + l] = R.taken_over(pk_j, pk_i, share)
                    back[Y.alignment + l] = active * aligned
                    back[Y.trust + l] = active * next_trust
                    back[Y.friction + l] = active * next_friction
                    back[Y.understanding + l] = active * understood
                    back[Y.disagreement + l] = active * (org[W.informative + l] + idle)
                    back[Y.decision_quality + l] = active * decided
                    back[Y.knowledge_gap + l] = active * gap
                    back[Y.contact_hours + l] = contact
                    back[Y.understanding_unlike + l] = active * distance * understood
                    back[Y.motive_distance + l] = active * distance
                    tie[t + T.trust + l] = next_trust
                    tie[t + T.friction + l] = next_friction
                    if following:
                        back[E.trust_before + l] = trust
                        back[E.friction_before + l] = friction
                        back[E.understanding + l] = understood
                        back[E.uninformative + l] = idle
                        back[E.relative + l] = relative
                        back[E.waste + l] = extra
                        back[E.contact + l] = contact
                        back[E.escalated + l] = escalated
                        back[E.trust + l] = next_trust
                        back[E.friction + l] = next_friction
                if following and recording:
                    for k in range(n_tie_path):
                        for l in range(L):
                            tie_record[week - first, e, k, l] = back[result_width + k * L + l]
                si, sj = u(tie_m[e]) * sum_width, u(tie_s[e]) * sum_width + S.hours
                for x in range(shared_width):
                    sums[si + x] += back[x]
                for x in range(shared_width):
                    sums[sj + x] += back[S.hours + x]
                for x in range(tie_measures):
                    total[x] += back[first_measure + x]

            # --- internal ties
            for e in range(n_inner):
                i, j = u(inner_a[e]) * person_width, u(inner_b[e]) * person_width
                si, sj = u(inner_a[e]) * sum_width, u(inner_b[e]) * sum_width
                for l in range(L):
                    mk_i, mk_j, pk_i, pk_j = (
                        state[i + P.market_knowledge + l],
                        state[j + P.market_knowledge + l],
                        state[i + P.product_knowledge + l],
                        state[j + P.product_knowledge + l],
                    )
                    rg_i, rg_j = state[i + P.regard + l], state[j + P.regard + l]
                    back[G.market_up + l] = R.taken_over(mk_i, mk_j, c.knowledge_flow)
                    back[G.product_up + l] = R.taken_over(pk_i, pk_j, c.knowledge_flow)
                    back[G.rumours + l] = sums[sj + S.escalated + l]
                    back[G.colleagues + l] = rg_j - rg_i
                    back[colleague_width + G.market_up + l] = R.taken_over(mk_j, mk_i, c.knowledge_flow)
                    back[colleague_width + G.product_up + l] = R.taken_over(pk_j, pk_i, c.knowledge_flow)
                    back[colleague_width + G.rumours + l] = sums[si + S.escalated + l]
                    back[colleague_width + G.colleagues + l] = rg_i - rg_j
                for x in range(colleague_width):
                    sums[si + S.market_up + x] += back[x]
                for x in range(colleague_width):
                    sums[sj + S.market_up + x] += back[colleague_width + x]

            # --- people at the end of the week
            staff[:] = 0.0
            for p in range(n_people):
                row, s = p * person_width, p * sum_width
                side = u(0) if p < marketing else department_width
                market_rate = c.learning_other if p < marketing else c.learning_own
                product_rate = c.learning_own if p < marketing else c.learning_other
                if following:
                    seen = person_path[week - first, p]
                    seen_reading, seen_regard = seen[PP.reading_hours], seen[PP.regard]
                    seen_market, seen_product = seen[PP.market_knowledge], seen[PP.product_knowledge]
                for l in range(L):
                    degree, regard, backlog = (
                        state[row + P.degree + l],
                        state[row + P.regard + l],
                        state[row + P.backlog + l],
                    )
                    remaining = R.WEEK_HOURS - org[W.fixed + l] - sums[s + S.hours + l]
                    reading = R.reading_hours(backlog, remaining, c)
                    if following:
                        reading = R.choose(org[H.time + l] > 0.0, seen_reading, reading)
                    core = remaining - reading
                    core_share = core / R.WEEK_HOURS
                    market_taken = sums[s + S.market_down + l] + sums[s + S.market_up + l]
                    product_taken = sums[s + S.product_down + l] + sums[s + S.product_up + l]
                    market = R.learned(
                        state[row + P.market_knowledge + l],
                        market_rate,
                        core_share,
                        market_taken,
                        org[W.training_hours_spent + l],
                        org[W.ageing + l],
                        c,
                    )
                    product = R.learned(
                        state[row + P.product_knowledge + l],
                        product_rate,
                        core_share,
                        product_taken,
                        org[W.training_hours_spent + l],
                        c.product_ageing,
                        c,
                    )
                    if following:
                        market = R.choose(org[H.knowledge + l] > 0.0, seen_market, market)
                        product = R.choose(org[H.knowledge + l] > 0.0, seen_product, product)
                        back[l] = reading
                        # The hours are another run's; nobody can read more than there is.
                        read = R.lower(backlog, reading)
                    else:
                        read = reading
                    backlog = R.next_backlog(backlog, read, sums[s + S.mail + l], org[W.report_hours_spent + l], c)
                    experience = R.next_experience(state[row + P.experience + l], org[W.rotation_experience + l])
                    weight = R.per_tie(degree)
                    strange = sums[s + S.strange + l] * weight
                    regard = R.next_regard(
                        regard,
                        R.own_impression(sums[s + S.climate + l], degree, weight, regard),
                        sums[s + S.colleagues + l],
                        sums[s + S.escalated + l],
                        sums[s + S.rumours + l],
                        org[W.rotation_rate + l],
                        strange,
                        c,
                    )
                    if following:
                        regard = R.choose(org[H.trust + l] > 0.0, seen_regard, regard)
                    state[row + P.market_knowledge + l] = market
                    state[row + P.product_knowledge + l] = product
                    state[row + P.backlog + l] = backlog
                    state[row + P.experience + l] = experience
                    state[row + P.regard + l] = regard
                    staff[side + D.market_knowledge + l] += market
                    staff[side + D.product_knowledge + l] += product
                    staff[side + D.social_skill + l] += state[row + P.social_skill + l]
                    staff[side + D.regard + l] += regard
                    staff[side + D.experience + l] += experience
                    staff[side + D.backlog + l] += backlog
                    staff[side + D.reading_hours + l] += reading
                    staff[side + D.core_hours + l] += core
                    staff[side + D.tie_hours + l] += sums[s + S.hours + l]
                    staff[side + D.strangeness + l] += strange
                    staff[side + D.escalations + l] += sums[s + S.escalated + l]
                if following and recording:
                    for l in range(L):
                        person_record[week - first, p, PP.reading_hours, l] = back[l]
                        person_record[week - first, p, PP.market_knowledge, l] = state[row + P.market_knowledge + l]
                        person_record[week - first, p, PP.product_knowledge, l] = state[row + P.product_knowledge + l]
                        person_record[week - first, p, PP.regard, l] = state[row + P.regard + l]

            # --- the record
            if following:
                # Only now: what training teaches and reports bring to read does not depend on whose hours count.
                for l in range(L):
                    held = org[H.time + l] > 0.0
                    org[W.report_hours_spent + l] = R.choose(
                        held, week_path[week - first, WP.report_hours_spent], org[W.report_hours_spent + l]
                    )
                    org[W.planning_hours_spent + l] = R.choose(
                        held, week_path[week - first, WP.planning_hours_spent], org[W.planning_hours_spent + l]
                    )
                    org[W.training_hours_spent + l] = R.choose(
                        held, week_path[week - first, WP.training_hours_spent], org[W.training_hours_spent + l]
                    )
                    org[W.rotation_hours_spent + l] = R.choose(
                        held, week_path[week - first, WP.rotation_hours_spent], org[W.rotation_hours_spent + l]
                    )
                    org[W.team_hours_spent + l] = R.choose(
                        held, week_path[week - first, WP.team_hours_spent], org[W.team_hours_spent + l]
                    )
                if recording:
                    for l in range(L):
                        week_record[week - first, WP.informative, l] = org[W.informative + l]
                        week_record[week - first, WP.fair, l] = org[W.fair + l]
                        week_record[week - first, WP.fixed, l] = org[W.fixed + l]
                        week_record[week - first, WP.report_hours_spent, l] = org[W.report_hours_spent + l]
                        week_record[week - first, WP.planning_hours_spent, l] = org[W.planning_hours_spent + l]
                        week_record[week - first, WP.training_hours_spent, l] = org[W.training_hours_spent + l]
                        week_record[week - first, WP.rotation_hours_spent, l] = org[W.rotation_hours_spent + l]
                        week_record[week - first, WP.team_hours_spent, l] = org[W.team_hours_spent + l]
            record = out[week - first]
            for k in range(n_tie_measures):
                for l in range(L):
                    record[k * L + l] = total[k * L + l] / org[W.weight + l]
            for l in range(L):
                record[M.understanding_unlike + l] = R.ratio(
                    total[M.understanding_unlike + l], total[M.motive_distance + l]
                )
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
                    for k in range(n_tie_states):
                        for l in range(L):
                            tie_trace[week - first, e, k, l] = tie[e * tie_width + k * L + l]

    made: Callable[..., None] = kernel
    return made


def make_following_kernel(lanes: int) -> Callable[..., None]:
    """Return the kernel that writes down what happened, and takes from another run what it is told to."""
    return make_kernel(lanes, following=True)
