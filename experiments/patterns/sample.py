"""Patterns that are judged on the virtual sample: P1 to P7, P14, P15."""

from __future__ import annotations

from typing import Final

import numpy as np

from experiments.anchors import reference_world
from experiments.laboratory import FACTORS, Condition
from experiments.scorecard import BLOCKED, HEAVY, PRO, Floats, Line, Part, Study, mean_by_type, middle
from experiments.survey import Images, rate_departments
from sim import evidence
from sim.need import coordination_need
from sim.outcomes import TYPES
from sim.perceptions import ITEMS, OPPOSITE, READINGS, Side

SIX_INDUSTRIES: Final = 6
"""The industries that the study reports by name come first in E1; electrical and other follow."""


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
            Part("smallest_lead", lead, 0.0, 0.05),
            Part("smallest_group", min(overall), 0.02, 0.02),
            Part(
                "professionals_everywhere",
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
    means = mean_by_type(code, value)
    target = evidence.professional_return_on_sales()
    return Line(
        "P2",
        (
            Part("eight_percent", 0.005 - abs(means[PRO] - target), 0.0, 0.005),
            Part(
                "lead_over_next",
                means[PRO] - max(means[1:]),
                0.01,
                0.01,
            ),
            Part("self_blockers_last", min(means[:BLOCKED]) - means[BLOCKED], 0.0, 0.01),
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
        (Part("difference_between_types", 0.3 - max(spread.values()), 0.0, 0.1),),
        {"difference_in_sd": spread},
    )


def need(study: Study) -> Line:
    """P4: coordination need by division of labour."""
    one, two, three = (coordination_need(kind, study.laboratory.model.founding.coupling_weight) for kind in (1, 2, 3))
    return Line(
        "P4",
        (Part("two_over_three", two - three, 0.0, 0.01), Part("three_over_one", three - one, 0.0, 0.01)),
        {"need": {"1": one, "2": two, "3": three}},
    )


def images(study: Study) -> Line:
    """P5: self-image above other-image under both readings of E14, more so for marketing; profiles alike."""
    parts: list[Part] = []
    figures: dict[str, object] = {}
    for reading in READINGS:
        image = rate_departments(study.found, study.laboratory, reading)
        gaps = {side: _gap(image, side) for side in OPPOSITE}
        alike = min(
            float(np.corrcoef(image.own(side).mean(axis=0), image.other(side).mean(axis=0))[0, 1]) for side in OPPOSITE
        )
        parts += [
            Part(f"sales_self_image/{reading}", float(gaps["sales"].mean()), 0.0, 2.0),
            Part(
                f"items_with_self_on_top/{reading}",
                float((gaps["sales"] > 0).mean()),
                0.8,
                0.1,
            ),
            Part(
                f"marketing_gap/{reading}",
                float(gaps["marketing"].mean() / max(0.1, gaps["sales"].mean())),
                1.5,
                0.5,
            ),
            Part(f"profiles_alike/{reading}", alike, 0.7, 0.1),
        ]
        seen = {side: dict(zip(ITEMS, image.other(side).mean(axis=0).tolist(), strict=True)) for side in gaps}
        ahead = [
            seen["sales"][item] - seen["marketing"][item] for item in ("customers", "communication", "negotiation")
        ]
        ahead += [seen["marketing"][item] - seen["sales"][item] for item in ("analytic", "method")]
        parts.append(Part(f"strengths/{reading}", min(ahead), 0.0, 2.0))
        figures[reading] = {side: dict(zip(ITEMS, gaps[side].tolist(), strict=True)) for side in gaps}
    return Line("P5", tuple(parts), figures)


def _gap(image: Images, side: Side) -> Floats:
    gap: Floats = image.own(side).mean(axis=0) - image.other(side).mean(axis=0)
    return gap


def information(study: Study) -> Line:
    """P6: both sides rate the information they get low."""
    image = rate_departments(study.found, study.laboratory, "overrating")
    got = {side: image.information_received(side) for side in OPPOSITE}
    rest = {side: image.rest_of_other(side) for side in OPPOSITE}
    return Line(
        "P6",
        tuple(Part(f"{side}_below_middle", 50.0 - got[side], 0.0, 5.0) for side in got)
        + tuple(Part(f"{side}_below_rest", rest[side] - got[side], 0.0, 5.0) for side in got),
        {"information_received": got, "other_items": rest},
    )


def factors(study: Study) -> Line:
    """P7: each factor is more present in professionals, in both samples; none alone lowers quality."""
    lead = {}
    for name, sample, found in (
        ("common", study.sample, study.found),
        ("independent", *study.other),
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
            Part("lead_common", min(lead["common"].values()), 0.0, 0.05, lead["common"]),
            Part("lead_independent", min(lead["independent"].values()), 0.0, 0.02, lead["independent"]),
            Part("alone", min(gain.values()), 0.0, 0.01, gain),
        ),
        {"lead": lead, "quality_gain": gain},
    )


def customer_time(study: Study) -> Line:
    """P14: customer hours at like quality, by matching each overbureaucratic company to a professional one."""
    code, quality, hours = (study.found[name] for name in ("type", "cooperation_quality", "customer_hours"))
    pro, heavy = np.flatnonzero(code == PRO), np.flatnonzero(code == HEAVY)
    if not len(pro) or not len(heavy):
        return Line("P14", (Part("customer_hours", float("nan")),))
    nearest = pro[np.abs(quality[heavy][:, None] - quality[pro][None, :]).argmin(axis=1)]
    kept = float((hours[nearest] - hours[heavy]).mean())
    return Line("P14", (Part("customer_hours", kept, 0.0, 0.5),), {"hours": kept})


def openness(study: Study) -> Line:
    """P15: openness to changing departments."""
    code, value = study.found["type"], study.found["openness_to_change"]
    means = mean_by_type(code, value)
    return Line("P15", (Part("openness", means[PRO] - means[BLOCKED], 0.0, 0.05),), {"means": means})
