"""Patterns of history, chance and structure: P16 to P19."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from experiments.anchors import reference_world
from experiments.laboratory import Condition
from experiments.scorecard import BLOCKED, MIDDLE, SHY, Floats, Line, Part, Study, middle
from sim.graph import Shape
from sim.world import World


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
            Part("founding_friction", float(bad[1] - bad[0]), 0.15, 0.1),
            Part("clash", float(bad[3] - bad[2]), 0.05, 0.05),
            Part("redraws", float((swing > 0.5).mean()), 0.1, 0.1),
        ),
        {
            "bad_low_friction": float(bad[0]),
            "bad_high_friction": float(bad[1]),
            "bad_median": float(bad[2]),
            "bad_clash": float(bad[3]),
        },
    )


def threshold(level: Floats, share: Floats) -> float:
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


def withdrawal(study: Study, keep: float, companies: int = 64) -> list[dict[str, Any]]:
    """Return what happens when full levers are withdrawn after two years: to above and below ``keep``, and to none.

    A half-life is the number of weeks until a measure has gone half of its way to where it is two years later; there is
    none where the interface does not sour.
    """
    full, ramp, weeks = 104, 20.0, 208
    levels = [min(1.0, keep + 0.1), max(0.0, keep - 0.1), 0.0]
    conditions = [
        Condition(levers=middle(1.0), world=reference_world(), schedule=((float(full), level, ramp),))
        for level in levels
    ]
    path = study.laboratory.paths(conditions, companies, weeks)
    found = []
    for k, level in enumerate(levels):
        row: dict[str, Any] = {
            "level": level,
            "ramp_weeks": ramp,
            "good_at_full": float(path["good"][k, full - 1]),
            "good_after_a_year": float(path["good"][k, full + 52 - 1]),
            "half_life_weeks": {},
        }
        for name, sours in (("alignment", -1.0), ("trust", -1.0), ("friction", 1.0)):
            moved = sours * (path[name][k, full:] - path[name][k, full - 1])
            half = int(np.argmax(moved >= moved[-1] / 2.0)) + 1
            row["half_life_weeks"][name] = half if moved[-1] > 0.0 else None
        found.append(row)
    return found


def hysteresis(study: Study) -> Line:
    """P17: the common lever level that heals against the level that keeps; withdrawal from full levers."""
    level = np.linspace(0.0, 1.0, 21)
    conditions = [
        Condition(levers=middle(float(x)), world=reference_world(start)) for start in (SOURED, GOOD) for x in level
    ]
    cut, gap = study.laboratory.measurement.quality_cut, {}
    figures: dict[str, Any] = {"level": level.tolist()}
    companies = study.companies // 4
    quality = dict(zip((104, 208), study.laboratory.compare_to(conditions, companies, (104, 208)), strict=True))
    if not study.brief:
        quality[520] = study.compare(conditions, 520, companies // 2)
    for weeks, found in quality.items():
        share = (found["cooperation_quality"] >= cut).mean(axis=1).reshape(2, -1)
        heal, keep = threshold(level, share[0]), threshold(level, share[1])
        gap[weeks] = heal - keep
        figures[f"week_{weeks}"] = {"heal": heal, "keep": keep, "soured": share[0].tolist(), "good": share[1].tolist()}
    if not study.brief:
        # Whether the gap lasts for ten years, and how fast withdrawal tells, is not in the evidence.
        keep = figures["week_104"]["keep"]
        figures["withdrawal"] = withdrawal(study, keep if np.isfinite(keep) else MIDDLE, companies)
    return Line(
        "P17",
        (Part("week_104", gap[104], 0.20, 0.05), Part("week_208", gap[208], 0.10, 0.05)),
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
        companies=study.spread or 2 * study.companies,
    )["cooperation_quality"].std(axis=1)
    return Line(
        "P18",
        (
            Part("broker", float(found[1] / found[0]), 1.1, 0.1),
            Part("broker_drawn", float(found[3] / found[2]), 1.1, 0.1),
        ),
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
            Part("low_culture", float(shy[0] - blocked[0]), 0.0, 0.2),
            Part("high_culture", float(blocked[1] - shy[1]), 0.0, 0.2),
            Part("unexplained", 1.0 - explained, 0.18, 0.05),
        ),
        {"contact_shy": shy.tolist(), "self_blocking": blocked.tolist(), "explained": explained},
    )
