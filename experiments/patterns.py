"""The patterns P1 to P19, each judged on simulated companies, with its figures and its margin.

A part of a pattern is a comparison ``value >= bound``; its margin is the distance in units of a scale that makes the
margins of different parts comparable. A pattern holds if all its parts do. Bounds are those of MODEL, section 7; where
it gives no number ("clearly", "small", "visibly"), the bound is an assumption, and the part's name says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from experiments.anchors import reference_world
from experiments.laboratory import FACTORS, LEVERS, Condition, Laboratory, Outcomes
from experiments.population import Sample
from experiments.survey import ITEMS, Images, rate_departments
from sim import evidence
from sim.company import Shape, coordination_need
from sim.core.engine import World
from sim.outcomes import TYPES
from sim.policies import ALL_POLICIES

Floats = NDArray[np.float64]
PRO, HEAVY, SHY, BLOCKED = range(len(TYPES))
MIDDLE: Final = 0.42
"""Mean adoption of a lever in the virtual sample: the mean of the beta distribution (MODEL, section 6)."""
SIX_INDUSTRIES: Final = 6
"""The industries that the study reports by name come first in E1; electrical and other follow."""


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison of a pattern: it holds if ``value >= bound``; ``scale`` is what counts as a clear difference."""

    name: str
    value: float
    bound: float = 0.0
    scale: float = 1.0

    @property
    def margin(self) -> float:
        """Distance above the bound, in units of the scale."""
        return (self.value - self.bound) / self.scale if np.isfinite(self.value) else -np.inf


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the scorecard."""

    id: str
    parts: tuple[Part, ...]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether all parts hold."""
        return all(part.margin >= 0.0 for part in self.parts)

    @property
    def margin(self) -> float:
        """The smallest margin of the parts."""
        return min(part.margin for part in self.parts)


@dataclass(frozen=True, slots=True)
class Study:
    """What the patterns are judged on.

    Attributes
    ----------
    laboratory
        Parameters with their anchors.
    sample, found
        The virtual sample and its outcomes, shape (companies,).
    other_sample, other_found
        A sample without a common adoption factor (P7).
    companies
        Companies per controlled condition.
    """

    laboratory: Laboratory
    sample: Sample
    found: Outcomes
    other_sample: Sample
    other_found: Outcomes
    companies: int = 256

    def compare(self, conditions: Sequence[Condition], weeks: int = 104, companies: int = 0) -> Outcomes:
        """Return outcomes of controlled conditions, shape (conditions, companies)."""
        return self.laboratory.compare(conditions, companies or self.companies, weeks)


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Return what is said of each pattern: evidence ids, kind of support, sentences in English and German."""
    return tomllib.loads(files("experiments").joinpath("patterns.toml").read_text(encoding="utf-8"))


def middle(intensity: float = MIDDLE, **other: float) -> dict[str, float]:
    """Return all 15 levers at one intensity, but those named."""
    return {**dict.fromkeys(FACTORS, intensity), **other}


def shares(code: Floats) -> list[float]:
    """Return the share of each type."""
    return [float((code == k).mean()) for k in range(len(TYPES))]


def type_shares(study: Study) -> Line:
    """P1: self-blockers are the largest group everywhere, and all four groups exist."""
    code, industry = study.found["type"], study.sample.industry
    overall = shares(code)
    rows = {row.id: shares(code[industry == k]) for k, row in enumerate(evidence.industries())}
    six = list(rows.values())[:SIX_INDUSTRIES]
    lead = min(row[BLOCKED] - max(row[:BLOCKED]) for row in (overall, *six))
    return Line(
        "P1",
        (
            Part("lead of self-blockers where it is smallest", lead, 0.0, 0.05),
            Part("share of the smallest group (bound: assumption)", min(overall), 0.02, 0.02),
            Part(
                "smallest share of professionals in an industry (bound: assumption)",
                min(row[PRO] for row in six),
                0.01,
                0.02,
            ),
        ),
        {"overall": overall, "industries": rows},
    )


def returns(study: Study) -> Line:
    """P2: professionals return 8%, clearly the most; self-blockers the least."""
    code, value = study.found["type"], study.found["return_on_sales"]
    means = [float(value[code == k].mean()) if (code == k).any() else float("nan") for k in range(len(TYPES))]
    target = evidence.professional_return_on_sales()
    return Line(
        "P2",
        (
            Part("distance of professionals from 8% within half a point", 0.005 - abs(means[PRO] - target), 0.0, 0.005),
            Part(
                "lead of professionals over the next (bound: assumption, one point)",
                means[PRO] - max(means[1:]),
                0.01,
                0.01,
            ),
            Part("distance of self-blockers below the next", min(means[:BLOCKED]) - means[BLOCKED], 0.0, 0.01),
        ),
        {"means": dict(zip(TYPES, means, strict=True))},
    )


def divisions(study: Study) -> Line:
    """P3: no division of labour is superior."""
    spread = {}
    for name in ("market_success", "adaptation_success", "return_on_sales"):
        value = study.found[name]
        means = [float(value[study.sample.division_type == kind].mean()) for kind in (1, 2, 3)]
        spread[name] = (max(means) - min(means)) / float(value.std())
    return Line(
        "P3",
        (Part("largest difference in SD stays below 0.3 (bound: assumption)", 0.3 - max(spread.values()), 0.0, 0.1),),
        {"difference_in_sd": spread},
    )


def need(study: Study) -> Line:
    """P4: coordination need by division of labour."""
    one, two, three = (coordination_need(kind, study.laboratory.founding.coupling_weight) for kind in (1, 2, 3))
    return Line(
        "P4",
        (Part("type 2 above type 3", two - three, 0.0, 0.01), Part("type 3 above type 1", three - one, 0.0, 0.01)),
        {"need": {"1": one, "2": two, "3": three}},
    )


def images(study: Study) -> Line:
    """P5: self-image above other-image under both readings of E14, more so for marketing; profiles alike."""
    parts, figures = [], {}
    for reading in ("overrating", "doubt"):
        image = rate_departments(study.found, study.laboratory, reading)
        gaps = {side: _gap(image, side) for side in ("marketing", "sales")}
        alike = min(
            float(np.corrcoef(image.own(side).mean(axis=0), image.other(side).mean(axis=0))[0, 1])
            for side in ("marketing", "sales")
        )
        parts += [
            Part(f"{reading}: sales' own view above marketing's", float(gaps["sales"].mean()), 0.0, 2.0),
            Part(
                f"{reading}: items with self-image on top (bound: assumption)",
                float((gaps["sales"] > 0).mean()),
                0.8,
                0.1,
            ),
            Part(
                f"{reading}: marketing's gap over sales' (bound: assumption)",
                float(gaps["marketing"].mean() / max(0.1, gaps["sales"].mean())),
                1.5,
                0.5,
            ),
            Part(f"{reading}: correlation of profiles (bound: assumption)", alike, 0.7, 0.1),
        ]
        seen = {side: dict(zip(ITEMS, image.other(side).mean(axis=0).tolist(), strict=True)) for side in gaps}
        ahead = [
            seen["sales"][item] - seen["marketing"][item] for item in ("customers", "communication", "negotiation")
        ]
        ahead += [seen["marketing"][item] - seen["sales"][item] for item in ("analytic", "method")]
        parts.append(Part(f"{reading}: strengths lie where E13 says, in the other side's eyes", min(ahead), 0.0, 2.0))
        figures[reading] = {side: dict(zip(ITEMS, gaps[side].tolist(), strict=True)) for side in gaps}
    return Line("P5", tuple(parts), figures)


def _gap(image: Images, side: str) -> Floats:
    gap: Floats = image.own(side).mean(axis=0) - image.other(side).mean(axis=0)
    return gap


def information(study: Study) -> Line:
    """P6: both sides rate the information they get low."""
    image = rate_departments(study.found, study.laboratory, "overrating")
    got = {side: image.information_received(side) for side in ("marketing", "sales")}
    rest = {side: image.rest_of_other(side) for side in ("marketing", "sales")}
    return Line(
        "P6",
        tuple(Part(f"{side}: below the middle of the scale", 50.0 - got[side], 0.0, 5.0) for side in got)
        + tuple(
            Part(f"{side}: below what else it rates in the other", rest[side] - got[side], 0.0, 5.0) for side in got
        ),
        {"information_received": got, "other_items": rest},
    )


def factors(study: Study) -> Line:
    """P7: each factor is more present in professionals, in both samples; none alone lowers quality."""
    lead = {}
    for name, sample, found in (
        ("common", study.sample, study.found),
        ("independent", study.other_sample, study.other_found),
    ):
        good, bad = (sample.adoption[found["type"] == kind] for kind in (PRO, BLOCKED))
        if not len(good) or not len(bad):
            lead[name] = dict.fromkeys(FACTORS, float("nan"))
            continue
        lead[name] = dict(zip(FACTORS, (good.mean(axis=0) - bad.mean(axis=0)).tolist(), strict=True))
    median = study.compare(
        [Condition(world=reference_world(), levers=middle())]
        + [Condition(world=reference_world(), levers=middle(**{name: 1.0})) for name in FACTORS]
    )["cooperation_quality"].mean(axis=1)
    gain = dict(zip(FACTORS, (median[1:] - median[0]).tolist(), strict=True))
    return Line(
        "P7",
        (
            Part("smallest lead in adoption, common factor", min(lead["common"].values()), 0.0, 0.05),
            Part("smallest lead in adoption, no common factor", min(lead["independent"].values()), 0.0, 0.02),
            Part("smallest change in quality, one lever from middle to full", min(gain.values()), 0.0, 0.01),
        ),
        {"lead": lead, "quality_gain": gain},
    )


def _peak(value: Floats) -> tuple[int, float]:
    """Return where the maximum lies, and how far it stands above the higher of the two ends."""
    return int(value.argmax()), float(value.max() - max(value[0], value[-1]))


def harmony(study: Study) -> Line:
    """P8: disagreement against decision quality, on the way from silence to full voice."""
    levels = np.linspace(0.0, 1.0, 9)
    levers = middle(0.6, constructive_conflict=0.0)
    found = study.compare(
        [
            Condition(levers=levers, parameters={"voice": float(x), "depersonalisation": 0.5}, world=reference_world())
            for x in levels
        ],
        companies=64,
    )
    quality, disagreement = found["decision_quality"].mean(axis=1), found["disagreement"].mean(axis=1)
    where, above = _peak(quality)
    return Line(
        "P8",
        (
            Part("interior optimum stands above both ends", above, 0.0, 0.01),
            Part(
                "perfect harmony below the optimum (bound: assumption)", float(quality.max() - quality[0]), 0.02, 0.02
            ),
        ),
        {
            "disagreement": disagreement.tolist(),
            "decision_quality": quality.tolist(),
            "optimum": float(disagreement[where]),
        },
    )


def bureaucracy(study: Study) -> Line:
    """P9: clarity and formality pushed together."""
    levels = np.linspace(0.0, 1.0, 9)
    levers = middle(0.75, clear_processes=0.0)
    found = study.compare(
        [
            Condition(levers=levers, parameters={"clarity": float(x), "formality": float(x)}, world=reference_world())
            for x in levels
        ],
        companies=64,
    )
    efficiency = found["coordination_efficiency"].mean(axis=1)
    heavy = (found["type"] == HEAVY).mean(axis=1)
    where, above = _peak(efficiency)
    return Line(
        "P9",
        (
            Part(
                "interior optimum stands above both ends",
                above / study.laboratory.measurement.efficiency_cut,
                0.0,
                0.05,
            ),
            Part(
                "overbureaucratic share at the far end over the optimum's (bound: assumption)",
                float(heavy[-1] - heavy[where]),
                0.3,
                0.2,
            ),
        ),
        {"level": levels.tolist(), "efficiency": efficiency.tolist(), "overbureaucratic": heavy.tolist()},
    )


def teams(study: Study) -> Line:
    """P10: teams and support."""
    levers = middle(MIDDLE, cross_functional_teams=0.0)
    corners = [(0.0, 0.1), (0.8, 0.1), (0.0, 0.9), (0.8, 0.9)]
    found = study.compare(
        [
            Condition(levers=levers, parameters={"team_intensity": t, "team_support": s}, world=reference_world())
            for t, s in corners
        ]
    )
    quality, profit = (found[name].mean(axis=1) for name in ("cooperation_quality", "return_on_sales"))
    interaction = [float(v[3] - v[2] - v[1] + v[0]) for v in (quality, profit)]
    return Line(
        "P10",
        (
            Part("interaction in quality", interaction[0], 0.0, 0.02),
            Part("interaction in return", interaction[1], 0.0, 0.005),
            Part("teams without support do not pay: return", float(profit[0] - profit[1]), 0.0, 0.005),
        ),
        {"quality": quality.tolist(), "return": profit.tolist(), "corners": corners},
    )


def goals(study: Study) -> Line:
    """P11: ambition, and goals that are not broken down."""
    levels = np.linspace(0.0, 2.0, 9)
    levers = middle(MIDDLE, shared_goals=0.0)
    common = {"shared_goals": 0.85, "goal_breakdown": 0.8, "goal_horizon": 0.7}
    found = study.compare(
        [
            Condition(levers=levers, parameters={**common, "goal_ambition": float(x)}, world=reference_world())
            for x in levels
        ]
        + [
            Condition(
                levers=levers,
                parameters={"shared_goals": x, "goal_breakdown": 0.0, "goal_ambition": 1.0},
                world=reference_world(),
            )
            for x in (0.1, 0.85)
        ],
        companies=64,
    )
    quality, friction = found["cooperation_quality"].mean(axis=1)[:-2], found["friction"].mean(axis=1)[-2:]
    _, above = _peak(quality)
    return Line(
        "P11",
        (
            Part("interior optimum in ambition stands above both ends", above, 0.0, 0.01),
            Part("shared goals without breakdown raise friction", float(friction[1] - friction[0]), 0.0, 0.01),
        ),
        {"ambition": levels.tolist(), "quality": quality.tolist(), "friction": friction.tolist()},
    )


def bundle(study: Study) -> Line:
    """P12: single levers against the bundle, and how long effects take."""
    world = reference_world()
    found = study.compare(
        [Condition(world=world)]
        + [Condition(levers={name: 1.0}, world=world) for name in FACTORS]
        + [Condition(levers=middle(1.0), world=world)],
        companies=128,
    )["cooperation_quality"].mean(axis=1)
    best, full = float(found[1:-1].max() - found[0]), float(found[-1] - found[0])
    path = study.laboratory.paths([Condition(), Condition(levers=middle(1.0), ramped=True)], 64, 156)[
        "cooperation_quality"
    ]
    effect = path[1] - path[0]
    reached = int(np.argmax(effect >= 0.9 * effect[-1]))
    ramp = max(policy.ramp for policy in ALL_POLICIES[: len(FACTORS)])
    return Line(
        "P12",
        (
            Part(
                "bundle over the best single lever (bound: assumption, three times)", full / max(best, 1e-9), 3.0, 1.0
            ),
            Part(
                "weeks beyond the longest ramp until nine tenths of the effect (bound: assumption, 8)",
                reached - ramp,
                8.0,
                8.0,
            ),
        ),
        {
            "single": dict(zip(FACTORS, (found[1:-1] - found[0]).tolist(), strict=True)),
            "bundle": full,
            "weeks_to_90_percent": reached,
        },
    )


def strangers(study: Study) -> Line:
    """P13: understanding between unlike people."""
    found = study.compare(
        [
            Condition(levers=middle(), world=reference_world({"meeting_culture": 0.3})),
            Condition(levers=middle(team_personality=1.0), world=reference_world({"meeting_culture": 0.3})),
            Condition(levers=middle(), world=reference_world({"meeting_culture": 0.9})),
        ]
    )["understanding_unlike"].mean(axis=1)
    helped, contact = float(found[1] - found[0]), float(found[2] - found[0])
    return Line(
        "P13",
        (
            Part("the intervention raises it (bound: assumption)", helped, 0.02, 0.02),
            Part(
                "contact alone gives less than a quarter of that (bound: assumption)",
                0.25 - contact / max(helped, 1e-9),
                0.0,
                0.1,
            ),
        ),
        {"intervention": helped, "contact": contact},
    )


def customer_time(study: Study) -> Line:
    """P14: customer hours at like quality, by matching each overbureaucratic company to a professional one."""
    code, quality, hours = (study.found[name] for name in ("type", "cooperation_quality", "customer_hours"))
    pro, heavy = np.flatnonzero(code == PRO), np.flatnonzero(code == HEAVY)
    if not len(pro) or not len(heavy):
        return Line("P14", (Part("customer hours kept", float("nan")),))
    nearest = pro[np.abs(quality[heavy][:, None] - quality[pro][None, :]).argmin(axis=1)]
    kept = float((hours[nearest] - hours[heavy]).mean())
    return Line("P14", (Part("customer hours kept per week", kept, 0.0, 0.5),), {"hours": kept})


def openness(study: Study) -> Line:
    """P15: openness to changing departments."""
    code, value = study.found["type"], study.found["openness_to_change"]
    means = [float(value[code == k].mean()) if (code == k).any() else float("nan") for k in range(len(TYPES))]
    return Line(
        "P15", (Part("professionals over self-blockers", means[PRO] - means[BLOCKED], 0.0, 0.05),), {"means": means}
    )


def history(study: Study) -> Line:
    """P16: founding friction, an early clash, redrawn chance, at middling levers."""
    levers = middle(0.5)
    found = study.compare(
        [
            Condition(levers=levers, world=reference_world({"founding_friction": 0.05})),
            Condition(levers=levers, world=reference_world({"founding_friction": 0.5})),
            Condition(levers=levers, world=reference_world()),
            Condition(levers=levers, world=reference_world(clash_week=4)),
        ]
    )
    bad = (found["cooperation_quality"] < study.laboratory.measurement.quality_cut).mean(axis=1)
    # Chance: companies of the sample's own context, each drawn four times with the same people.
    worlds = [World(place=Shape(), redraw=redraw) for redraw in range(4)]
    drawn = study.compare([Condition(levers=levers, world=world) for world in worlds])["cooperation_quality"]
    swing = np.ptp(drawn, axis=0) / study.found["cooperation_quality"].std()
    return Line(
        "P16",
        (
            Part("share that ends badly: high over low founding friction", float(bad[1] - bad[0]), 0.15, 0.1),
            Part(
                "share that ends badly: early clash (bound: assumption, 5 points)", float(bad[3] - bad[2]), 0.05, 0.05
            ),
            Part(
                "companies whose quality ranges over half an SD between redraws", float((swing > 0.5).mean()), 0.1, 0.1
            ),
        ),
        {
            "bad_low_friction": float(bad[0]),
            "bad_high_friction": float(bad[1]),
            "bad_median": float(bad[2]),
            "bad_clash": float(bad[3]),
        },
    )


def _threshold(level: Floats, share: Floats) -> float:
    """Return the level at which the share first reaches one half, between grid points by a straight line."""
    above = np.flatnonzero(share >= 0.5)
    if not len(above):
        return float("nan")
    k = int(above[0])
    if k == 0:
        return float(level[0])
    return float(level[k - 1] + (level[k] - level[k - 1]) * (0.5 - share[k - 1]) / (share[k] - share[k - 1]))


SOURED: Final = {"founding_trust": 0.2, "founding_friction": 0.5}
GOOD: Final = {"founding_trust": 0.7, "founding_friction": 0.0}


def hysteresis(study: Study, companies: int = 64) -> Line:
    """P17: the common lever level that heals against the level that keeps; withdrawal from full levers."""
    level = np.linspace(0.0, 1.0, 21)
    conditions = [
        Condition(levers=middle(float(x)), world=reference_world(start)) for start in (SOURED, GOOD) for x in level
    ]
    cut, gap, figures = study.laboratory.measurement.quality_cut, {}, {"level": level.tolist()}
    for weeks in (104, 208):
        good = (study.compare(conditions, weeks, companies)["cooperation_quality"] >= cut).mean(axis=1).reshape(2, -1)
        heal, keep = _threshold(level, good[0]), _threshold(level, good[1])
        gap[weeks] = heal - keep
        figures[f"week_{weeks}"] = {"heal": heal, "keep": keep, "soured": good[0].tolist(), "good": good[1].tolist()}
    return Line(
        "P17",
        (
            Part("healing over keeping, week 104", gap[104], 0.20, 0.05),
            Part("healing over keeping, week 208", gap[208], 0.10, 0.05),
        ),
        figures,
    )


def structure(study: Study) -> Line:
    """P18: one broker against evenly spread ties, as many of them."""
    ties = Shape().sales
    places = [
        Shape(structure=name, interface_degree=2.0 * ties / Shape().people, team_degree=0.0)
        for name in ("spread", "broker")
    ]
    # Companies of the same context, so that people, structure and chance are all that differs between them.
    found = study.compare(
        [Condition(levers=middle(0.5), world=reference_world(place=place)) for place in places]
        + [Condition(levers=middle(0.5), world=World(place=place)) for place in places],
        companies=2 * study.companies,
    )["cooperation_quality"].std(axis=1)
    return Line(
        "P18",
        (Part("spread with a broker over spread without, same context", float(found[1] / found[0]), 1.1, 0.1),),
        {"sd_same_context": found[:2].tolist(), "sd_drawn_context": found[2:].tolist()},
    )


def fork(study: Study) -> Line:
    """P19: where soured interfaces end by meeting culture, and what levers explain."""
    found = study.compare(
        [Condition(levers=middle(0.3), world=reference_world({"meeting_culture": x, **SOURED})) for x in (0.1, 0.9)]
    )["type"]
    shy, blocked = (found == SHY).mean(axis=1), (found == BLOCKED).mean(axis=1)
    quality = study.found["cooperation_quality"]
    design = np.column_stack([np.ones(len(quality)), study.sample.adoption])
    fitted = design @ np.linalg.lstsq(design, quality, rcond=None)[0]
    explained = 1.0 - float(((quality - fitted) ** 2).sum() / ((quality - quality.mean()) ** 2).sum())
    return Line(
        "P19",
        (
            Part("low meeting culture: contact-shy over self-blocking", float(shy[0] - blocked[0]), 0.0, 0.2),
            Part("high meeting culture: self-blocking over contact-shy", float(blocked[1] - shy[1]), 0.0, 0.2),
            Part("quality that levers leave unexplained", 1.0 - explained, 0.18, 0.05),
        ),
        {"contact_shy": shy.tolist(), "self_blocking": blocked.tolist(), "explained": explained},
    )


PATTERNS: Final[dict[str, Callable[[Study], Line]]] = {
    "P1": type_shares,
    "P2": returns,
    "P3": divisions,
    "P4": need,
    "P5": images,
    "P6": information,
    "P7": factors,
    "P8": harmony,
    "P9": bureaucracy,
    "P10": teams,
    "P11": goals,
    "P12": bundle,
    "P13": strangers,
    "P14": customer_time,
    "P15": openness,
    "P16": history,
    "P17": hysteresis,
    "P18": structure,
    "P19": fork,
}
"""How each pattern is judged."""

__all__ = ["LEVERS", "PATTERNS", "Line", "Part", "Study", "catalogue"]
