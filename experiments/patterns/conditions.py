"""Patterns that are judged under controlled conditions, two years on: P8 to P13."""

from __future__ import annotations

import numpy as np

from experiments.anchors import reference_world
from experiments.laboratory import FACTORS, Condition
from experiments.scorecard import HEAVY, MIDDLE, Floats, Line, Part, Study, middle
from sim.policies import SUCCESS_FACTORS


def peak(value: Floats) -> tuple[int, float]:
    """Return where the maximum lies, and how far the highest value inside stands above the higher of the two ends.

    If an end is higher than everything inside, that is less than nothing.
    """
    return int(value.argmax()), float(value[1:-1].max() - max(value[0], value[-1]))


def harmony(study: Study) -> Line:
    """P8: disagreement against decision quality, on the way from silence to full voice."""
    levels = np.linspace(0.0, 1.0, 9)
    levers = middle(0.6, constructive_conflict=0.0)
    found = study.compare(
        [
            Condition(levers=levers, parameters={"voice": float(x), "depersonalisation": 0.5}, world=reference_world())
            for x in levels
        ],
        companies=study.companies // 4,
    )
    quality, disagreement = found["decision_quality"].mean(axis=1), found["disagreement"].mean(axis=1)
    where, above = peak(quality)
    return Line(
        "P8",
        (
            Part("optimum", above, 0.0, 0.01),
            Part("harmony", float(quality.max() - quality[0]), 0.02, 0.02),
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
        companies=study.companies // 4,
    )
    efficiency = found["coordination_efficiency"].mean(axis=1)
    heavy = (found["type"] == HEAVY).mean(axis=1)
    where, above = peak(efficiency)
    return Line(
        "P9",
        (
            Part(
                "optimum",
                above / study.laboratory.measurement.efficiency_cut,
                0.0,
                0.05,
            ),
            Part(
                "pushed",
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
            Part("interaction_quality", interaction[0], 0.0, 0.02),
            Part("interaction_return", interaction[1], 0.0, 0.005),
            Part("unsupported", float(profit[0] - profit[1]), 0.0, 0.005),
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
        companies=study.companies // 4,
    )
    quality, friction = found["cooperation_quality"].mean(axis=1)[:-2], found["friction"].mean(axis=1)[-2:]
    _, above = peak(quality)
    return Line(
        "P11",
        (
            Part("optimum", above, 0.0, 0.01),
            Part("no_breakdown", float(friction[1] - friction[0]), 0.0, 0.01),
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
        companies=study.companies // 2,
    )["cooperation_quality"].mean(axis=1)
    best, full = float(found[1:-1].max() - found[0]), float(found[-1] - found[0])
    path = study.laboratory.paths([Condition(), Condition(levers=middle(1.0), ramped=True)], study.companies // 4, 156)[
        "cooperation_quality"
    ]
    effect = path[1] - path[0]
    reached = int(np.argmax(effect >= 0.9 * effect[-1]))
    ramp = max(policy.ramp for policy in SUCCESS_FACTORS)
    return Line(
        "P12",
        (
            Part("bundle", full / max(best, 1e-9), 3.0, 1.0),
            Part(
                "months",
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
            Part("intervention", helped, 0.02, 0.02),
            Part(
                "contact",
                0.25 - contact / max(helped, 1e-9),
                0.0,
                0.1,
            ),
        ),
        {"intervention": helped, "contact": contact},
    )
