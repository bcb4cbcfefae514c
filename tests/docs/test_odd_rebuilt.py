"""A company built again from docs/ODD.md alone: its equations, its order of the week, its draws; and the model's own.

Nothing here calls a rule, a founding function or a draw of the model.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim import OrganisationModel, Scenario
from sim.need import coordination_need
from sim.parameters import group_values, parameters
from sim.policies import ALL_POLICIES
from tests.docs.test_odd import EQUATIONS, HELPERS, NUMBERS

SEED, COMPANY, WEEKS = 3, 37, 40
PURPOSES = {"GRAPH": 1, "CONTEXT": 2, "PEOPLE": 3, "MARKET": 4, "ESCALATION": 5, "LEAVERS": 6, "NEWCOMERS": 7}
N = NUMBERS
POPULATION = group_values("population")
MOTIVES = ("autonomy", "recognition", "status", "contacts")


def compiled(name: str) -> Callable[..., Any]:
    """The equation as a function of its arguments."""
    arguments, where, result = EQUATIONS[name]
    steps = [(local, compile(text, name, "eval")) for local, text in where]
    final = compile(result, name, "eval")

    def function(*values: float) -> Any:
        known = {**HELPERS, **N, **dict(zip(arguments, values, strict=True))}
        for local, code in steps:
            known[local] = eval(code, known)
        return eval(final, known)

    return function


R = {name: compiled(name) for name in EQUATIONS}


def drawn_from(purpose: str, number: int) -> np.random.Generator:
    key = np.array([SEED, 256 * number + PURPOSES[purpose]], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key))


def clip(x: float, low: float, high: float) -> float:
    return max(low, min(high, x))


class Rebuilt:
    """Section 5, then section 3."""

    def __init__(self, m: int, s: int, levers: dict[str, tuple[float, float, float]]) -> None:
        self.m, self.s, self.levers = m, s, levers
        self.graph()
        self.founding()

    def graph(self) -> None:
        m, s, p, rng = self.m, self.s, self.m + self.s, drawn_from("GRAPH", COMPANY // 32)
        count = min(m * s, max(1, round(4.0 * p / 2)))
        left, right, cycle = rng.permutation(m), rng.permutation(s), math.lcm(m, s)
        pairs = [(int(left[k % m]), int(right[(k + k // cycle) % s])) for k in range(count)]
        chance, who = rng.random(count), rng.integers(0, s, count)
        present = set(pairs)
        for (a, b), x, other in zip(pairs, chance.tolist(), who.tolist(), strict=True):
            if x < 0.25 and (a, other) not in present:
                present.remove((a, b))
                present.add((a, other))
        team: set[tuple[int, int]] = set()
        wanted = min(m * s - count, round(1.0 * p / 2))
        while len(team) < wanted:
            a, b = rng.integers(0, m, 2 * wanted), rng.integers(0, s, 2 * wanted)
            for pair in zip(a.tolist(), b.tolist(), strict=True):
                if pair not in present and len(team) < wanted:
                    team.add(pair)
        self.ties = [(a, m + b, 0.0) for a, b in sorted(present)] + [(a, m + b, 1.0) for a, b in sorted(team)]
        self.inner = []
        for first, size in ((0, m), (m, s)):
            order = rng.permutation(size).tolist()
            ring = {tuple(sorted((order[k], order[(k + 1) % size]))) for k in range(size)}
            full = min(size * (size - 1) // 2, max(len(ring), round(4.0 * size / 2)))
            while len(ring) < full:
                for a, b in rng.integers(0, size, (2 * (full - len(ring)) + 8, 2)).tolist():
                    if a != b and len(ring) < full:
                        ring.add((min(a, b), max(a, b)))
            self.inner += sorted((first + a, first + b) for a, b in ring)

    def profile(self, person: int) -> dict[str, float]:
        side = "marketing" if person < self.m else "sales"
        names = ("market_knowledge", "product_knowledge", *MOTIVES)
        return {
            "skill": N[f"skill_{side}"],
            "spread": N[f"motive_spread_{side}"],
            **{name: N[f"{name}_{side}"] for name in names},
        }

    def founding(self) -> None:
        rng = drawn_from("CONTEXT", COMPANY)
        u = rng.random(3)
        self.trust0 = N["trust_low"] + (N["trust_high"] - N["trust_low"]) * u[0]
        self.friction0 = N["friction_high"] * u[1]
        self.turbulence = N["turbulence_low"] + (N["turbulence_high"] - N["turbulence_low"]) * u[2]
        self.culture = rng.beta(POPULATION["culture_alpha"], POPULATION["culture_beta"])
        people, rng = self.m + self.s, drawn_from("PEOPLE", COMPANY)
        d, ties = 2 * rng.random((people, 9)) - 1, 2 * rng.random((2, len(self.ties))) - 1
        now, _ = self.mechanisms(0)
        regard = N["regard_base"] + N["regard_trust"] * self.trust0 - N["regard_start_friction"] * self.friction0
        self.people = []
        for k in range(people):
            one = self.hired(k, d[k], 1.0, now)
            one |= {"regard": clip(regard + N["tie_spread"] * d[k, 8], 0, 1), "backlog": N["backlog_start"]}
            self.people.append(one)
        self.trust = [clip(self.trust0 + N["tie_spread"] * x, 0, 1) for x in ties[0]]
        self.friction = [clip(self.friction0 + N["tie_spread"] * x, 0, 1) for x in ties[1]]
        tenures = drawn_from("LEAVERS", COMPANY).geometric(N["turnover"] / 52, (64, people))
        brought = drawn_from("NEWCOMERS", COMPANY).random((64, people, 8))
        left = tenures.cumsum(axis=0)
        self.leavers = {
            (int(left[r, k]), k): 2 * brought[r, k] - 1 for r in range(64) for k in range(people) if left[r, k] < WEEKS
        }
        market, level, self.demand = drawn_from("MARKET", COMPANY).random((WEEKS, 3)), 0.0, []
        for row in market:
            level = N["market_memory"] * level + math.sqrt(1 - N["market_memory"] ** 2) * 2 * (row.sum() - 1.5)
            self.demand.append(max(0.5, 1 + N["market_swing"] * self.turbulence * level))
        self.chance = drawn_from("ESCALATION", COMPANY).random((WEEKS, len(self.ties)))

    def hired(self, person: int, d: Any, knowledge: float, now: dict[str, float]) -> dict[str, float]:
        own, bar = self.profile(person), now["marketing_hiring_bar"] if person < self.m else 0.0
        found = {
            name: clip(knowledge * (own[name] + N["person_spread"] * d[k]), 0, 1)
            for k, name in enumerate(("market_knowledge", "product_knowledge"))
        }
        found["skill"] = R["newcomer_skill"](own["skill"] + N["person_spread"] * d[2], bar)
        found |= {name: clip(own[name] + own["spread"] * d[3 + k], -1, 1) for k, name in enumerate(MOTIVES)}
        found["experience"] = R["newcomer_experience"]((d[7] + 1) / 2, now["rotation_rate"])
        return found

    def mechanisms(self, week: int) -> tuple[dict[str, float], float]:
        values, cost = group_values("mechanism"), 0.0
        for policy in ALL_POLICIES:
            if policy.id in self.levers:
                target, start, ramp = self.levers[policy.id]
                level, before = (R["ramped"](w, start, ramp, 0.0, target) for w in (week, week - 1))
                before = R["intensity_before"](week, ramp, level, before)
                cost += R["lever_cost"](policy.running_cost, policy.one_off_cost, level, before)
                for name, effect in policy.effects.items():
                    values[name] += effect * level
        declared = parameters()["mechanism"]
        return {name: clip(x, declared[name].low, declared[name].high) for name, x in values.items()}, cost

    # In one piece, in the order of section 3: that order is what is tested.
    def week(self, w: int) -> dict[str, float]:  # noqa: PLR0912, PLR0915
        p, (o, cost) = self.people, self.mechanisms(w)
        for (when, k), d in sorted(self.leavers.items()):
            if when == w:
                regard = R["inherited"](p[k]["regard"], N["newcomer_trust"])
                p[k] = {**self.hired(k, d, N["newcomer_knowledge"], o), "regard": regard, "backlog": 0.0}
                for e, (a, b, _) in enumerate(self.ties):
                    if k in (a, b):
                        self.trust[e] = R["inherited"](self.trust[e], N["newcomer_trust"])
                        self.friction[e] = R["inherited"](self.friction[e], 0.0)
        teams, support, joint = o["team_intensity"], o["team_support"], o["joint_planning"]
        mandate = R["mandate"](self.culture, o["formality"], joint, teams, support)
        team = [kind for _, _, kind in self.ties]
        weight, need = len(team) - sum(team) + teams * sum(team), coordination_need(1, N["coupling_weight"])
        need = R["tie_need"](need, self.demand[w], len(p), weight)
        disclosed = R["effective_disclosure"](o["disclosure"], o["power_gap"])
        openness = R["organisation_openness"](disclosed, o["power_gap"])
        hours = ("report_hours", "planning_hours", "training_hours", "rotation_rate")
        load = R["fixed_load"](self.culture, o["formality"], *(o[name] for name in hours), teams)
        fixed = sum(load)
        goals = (o["goal_ambition"], o["goal_breakdown"], o["goal_horizon"])
        divergence = R["goal_divergence"](o["shared_goals"], *goals)
        meddle = R["meddling"](o["shared_goals"], o["goal_breakdown"])
        informative = R["informative_disagreement"](o["voice"], o["role_contrast"])
        fair = R["fair_share"](informative, o["depersonalisation"])
        relief = R["relief"](o["market_focus"], teams, support)
        structural = R["structural_disagreement"](divergence, joint, meddle)
        risk = R["structural_risk"](o["clarity"], o["market_focus"])
        criticism = R["criticism_risk"](informative, o["depersonalisation"])
        power, pace = R["power_risk"](o["power_gap"]), R["escalation_pace"](o["depersonalisation"])
        spoken, reader = R["channel_terms"](o["oral_share"], o["relevance"], teams, support)
        mail = R["mail_load"](o["oral_share"], o["copies_per_mail"], o["disclosure"], o["relevance"])
        muddle = R["structural_waste"](o["clarity"], o["it_integration"], o["formality"])
        unclear, kept_team = R["unclear_factor"](o["clarity"]), R["team_decisions_kept"](support)
        perspective = R["perspectives"](o["power_gap"])
        # People at the start of the week.
        degree = [sum(1.0 if t == 0 else teams for a, b, t in self.ties if k in (a, b)) for k in range(len(p))]
        read = [R["read_share"](one["backlog"]) for one in p]
        reach = [
            R["outreach"](one["regard"], one["skill"], one["contacts"], one["autonomy"], r, mandate)
            for one, r in zip(p, read, strict=True)
        ]
        limit = [R["tie_limit"](fixed, x) for x in degree]
        account = [
            dict.fromkeys(
                ("hours", "mail", "climate", "escalations", "strange", "market", "product", "rumours", "opinions"), 0.0
            )
            for _ in p
        ]
        totals = dict.fromkeys(("alignment", "trust", "friction", "decision_quality", "contact_hours"), 0.0)
        for e, (a, b, kind) in enumerate(self.ties):
            if kind and not teams:
                continue
            active, kept = (teams, kept_team) if kind else (1.0, 1.0)
            i, j, trust, friction = p[a], p[b], self.trust[e], self.friction[e]
            markets, products = (
                (i["market_knowledge"], j["market_knowledge"]),
                (
                    i["product_knowledge"],
                    j["product_knowledge"],
                ),
            )
            distance = R["motive_distance"](*(one[name] for name in MOTIVES for one in (i, j)))
            strange = R["strangeness"](distance, o["motive_awareness"])
            gap = R["knowledge_gap"](*markets, *products)
            rich = R["channel"](spoken, reader, read[a], read[b])
            skills = (i["skill"], j["skill"])
            understood = R["understanding"](rich, *skills, gap, strange, i["experience"], j["experience"])
            idle = R["uninformative_disagreement"](structural, gap, rich, relief)
            decided = R["decision_quality"](fair, informative, idle, *markets, *products, perspective)
            willing = R["willingness"](reach[a], reach[b], trust, friction, openness)
            extra = R["waste"](muddle, friction, understood, idle)
            wanted = R["contact_intensity"](mandate, willing)
            relative = R["relative_contact"](wanted, need, limit[a], limit[b], extra)
            contact = active * relative * need
            aligned = R["alignment"](relative, understood, decided, friction, unclear, kept)
            status, recognition = (R["shared_motive"](i[name], j[name]) for name in ("status", "recognition"))
            chance = R["escalation_chance"](
                idle, risk, power, status, criticism, recognition, strange, *skills, trust, pace
            )
            escalated = 1.0 if self.chance[w, e] < active * chance else 0.0
            view = R["lens"](i["regard"], j["regard"])
            self.trust[e] = R["next_trust"](trust, aligned, escalated, view, active)
            self.friction[e] = R["next_friction"](friction, escalated, *skills, view, active)
            share = R["knowledge_exchange"](disclosed, understood, relative, o["it_integration"], active)
            for own, other in ((a, b), (b, a)):
                account[own]["hours"] += contact * (1 + extra)
                account[own]["mail"] += contact * mail
                account[own]["climate"] += active * R["climate"](trust, friction)
                account[own]["escalations"] += escalated
                account[own]["strange"] += active * strange
                for name in ("market", "product"):
                    known = (p[own][f"{name}_knowledge"], p[other][f"{name}_knowledge"])
                    account[own][name] += R["taken_over"](*known, share)
            for name, value in (
                ("alignment", aligned),
                ("trust", self.trust[e]),
                ("friction", self.friction[e]),
                ("decision_quality", decided),
            ):
                totals[name] += active * value
            totals["contact_hours"] += contact
        for a, b in self.inner:
            for own, other in ((a, b), (b, a)):
                for name in ("market", "product"):
                    known = (p[own][f"{name}_knowledge"], p[other][f"{name}_knowledge"])
                    account[own][name] += R["taken_over"](*known, N["knowledge_flow"])
                account[own]["rumours"] += account[other]["escalations"]
                account[own]["opinions"] += p[other]["regard"] - p[own]["regard"]
        core_sales, after = 0.0, []
        ageing = {"market": R["market_ageing"](self.turbulence, self.demand[w]), "product": N["product_ageing"]}
        for k, (one, got) in enumerate(zip(p, account, strict=True)):
            remaining = 40 - fixed - got["hours"]
            reading = R["reading_hours"](one["backlog"], remaining)
            core, own_field, new = remaining - reading, "product" if k < self.m else "market", dict(one)
            for name in ("market", "product"):
                rate = N["learning_own"] if name == own_field else N["learning_other"]
                known = one[f"{name}_knowledge"]
                new[f"{name}_knowledge"] = R["learned"](known, rate, core / 40, got[name], load[2], ageing[name])
            new["backlog"] = R["next_backlog"](one["backlog"], reading, got["mail"], load[0])
            new["experience"] = R["next_experience"](one["experience"], R["rotation_experience"](o["rotation_rate"]))
            per_tie = R["per_tie"](degree[k])
            own = R["own_impression"](got["climate"], degree[k], per_tie, one["regard"])
            new["regard"] = R["next_regard"](
                one["regard"],
                own,
                got["opinions"],
                got["escalations"],
                got["rumours"],
                o["rotation_rate"],
                got["strange"] * per_tie,
            )
            core_sales += core if k >= self.m else 0.0
            after.append(new)
        self.people = after
        found = {name: value / weight for name, value in totals.items()}
        found |= {
            f"{name}_marketing": sum(one[name] for one in after[: self.m]) / self.m
            for name in ("market_knowledge", "regard", "backlog", "experience")
        }
        return {**found, "core_hours_sales": core_sales / self.s, "mandate": mandate, "lever_cost": cost}


@pytest.mark.slow(5)
def test_a_company_built_from_the_page_is_the_models():
    levers = {
        "constructive_conflict": (1.0, 4.0, 10.0),
        "cross_functional_teams": (0.8, 10.0, 12.0),
        "job_rotation": (0.6, 0.0, 1.0),
        "social_recruiting": (1.0, 0.0, 1.0),
        "shared_goals": (0.7, 2.0, 26.0),
    }
    steps = {name: {"intensity": x, "start": start, "ramp": ramp} for name, (x, start, ramp) in levers.items()}
    scenario = Scenario(company={"marketing": 6, "sales": 9}, levers=steps)
    model, rebuilt = (
        OrganisationModel(scenario, company=COMPANY, seed=SEED, weeks=WEEKS, collect=()),
        Rebuilt(6, 9, levers),
    )
    assert [(t.marketing.number, t.sales.number, float(t.team)) for t in model.ties] == rebuilt.ties
    escalations = 0.0
    for week in range(WEEKS):
        model.step()
        found = rebuilt.week(week)
        for name, value in found.items():
            assert value == pytest.approx(model.measures[name], rel=1e-9, abs=1e-12), (week, name)
        escalations += model.measures["escalations_marketing"]
    # The run passes through newcomers and escalations.
    assert rebuilt.leavers
    assert escalations > 0.0
