"""Findings of a virtual study without a run: two patterns, and a row or two in each table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.study.findings import StudyFindings
from sim import evidence
from sim.outcomes import TYPES
from sim.perceptions import ITEMS
from sim.policies import SUCCESS_FACTORS

MEMORY = {"level": [0.0, 0.5, 1.0]} | {
    f"week_{week}": {"soured": [0.0, 0.2, 1.0], "good": [0.1, 0.9, 1.0]} for week in (104, 208)
}
SIDES = ("marketing_self", "marketing_other", "sales_self", "sales_other")


def line(name: str, parts: dict[str, tuple[float | None, float, float | None]], **more: Any) -> dict[str, Any]:
    """Return a line of the scorecard; parts are values, bounds and margins by name."""
    told = [
        {"name": part, "value": value, "bound": bound, "margin": margin, "holds": margin is not None and margin >= 0.0}
        for part, (value, bound, margin) in parts.items()
    ]
    about = {"id": name, "support": "emergent", "holds": all(part["holds"] for part in told), "parts": told}
    return {**about, "figures": {}, **more}


def conclusion(share: float, margin: float, part: str) -> dict[str, Any]:
    return {
        "share": share, "families": 3, "decided_by": [], "smallest": {"margin": margin, "part": part, "set": 1},
    }  # fmt: skip


OVER = {
    **{"sets": 3, "of": 9, "families": 3, "all_hold": 2 / 3},
    "patterns": {"P1": conclusion(2 / 3, -0.5, "smallest_group"), "P17": conclusion(1.0, 2.0, "week_208")},
    "types": {
        kind: {
            "share": {"median": 0.25, "p05": 0.2, "p95": 0.3},
            "return_on_sales": {"median": 0.08, "p05": None, "p95": 0.1},
        }
        for kind in TYPES
    },
}


def synthetic(**changes: Any) -> StudyFindings:
    """Return findings in which P1 fails and P17 holds."""
    rng, columns = np.random.default_rng(4), ("cooperation_quality", "coordination_efficiency", "return_on_sales")
    first, kinds = evidence.industries()[0].id, [1, 2, 3]
    frames = {
        "industries": pd.DataFrame([(first, 20.0, 21.0)], columns=["industry", "study", "sample"]),
        "revenue_classes": pd.DataFrame(
            [(evidence.revenue_classes()[0].id, 1.0, 2.0)], columns=["revenue_class", "study", "sample"]
        ),
        "divisions": pd.DataFrame(
            [(first, "certain", 1.0, 2.0, 3.0)], columns=["industry", "certainty", "type_1", "type_2", "type_3"]
        ),
        "responsibilities": pd.DataFrame(
            [(evidence.TASK_AREAS[0], 1.0, 2.0, 3.0)], columns=["area", "type_1", "type_2", "type_3"]
        ),
        "need": pd.DataFrame({"division": kinds, "need": [0.9, 1.0, 1.1]}),
        "areas": pd.DataFrame(
            [(" - ".join(evidence.TASK_AREAS[:2]), 0.1, 0.2, 0.3)], columns=["area", "type_1", "type_2", "type_3"]
        ),
        "success_by_division": pd.DataFrame(
            {"division": kinds, "companies": [9, 8, 7], "market_success": 0.5, "adaptation_success": 0.5}
        ).assign(return_on_sales=2.5),
        "images": pd.DataFrame({"item": list(ITEMS)}).assign(**dict.fromkeys(SIDES, 50.0)),
        "types": pd.DataFrame([["all", 10.0, 20.0, 30.0, 40.0]], columns=["industry", *TYPES]),
        "returns": pd.DataFrame(
            {
                "type": list(TYPES),
                "share": 25.0,
                "return_on_sales": [8.0, 1.0, 6.0, float("nan")],
                "customer_hours": 28.0,
            }
        ),
        "memory": pd.DataFrame([(104, 0.7, 0.4, 0.3)], columns=["week", "heal", "keep", "difference"]),
        "withdrawal": pd.DataFrame(
            [(0.5, 100.0, 90.0, 11.0, float("nan"), 52.0)],
            columns=["level", "at_full", "later", "alignment", "trust", "friction"],
        ),
        "factors": pd.DataFrame(
            [(policy.id, 60.0, 40.0, 20.0, 0.01) for policy in SUCCESS_FACTORS],
            columns=["factor", "professional", "self_blocking", "difference", "alone"],
        ),
    }
    given: dict[str, Any] = {
        "scorecard": [
            line(
                "P1",
                {"smallest_lead": (0.75, 0.5, 2.0), "smallest_group": (0.25, 0.5, -1.0)},
                share_of_samples_of_337=0.75,
            ),
            line("P17", {"week_208": (0.137, 0.1, 0.7)}, figures=MEMORY),
        ],
        "facts": {
            **{"companies": 30, "weeks": 104, "seed": 7, "p1_judged_on_enough": False},
            "anchors": {"quality_cut": 0.55, "efficiency_cut": 0.15, "cost_share": 0.75},
            "versions": {"numpy": "2", "handshake-sim": "0"},
        },
        "frames": frames,
        "companies": pd.DataFrame({"type": np.resize(TYPES, 30), **{name: rng.random(30) for name in columns}}),
    }
    return StudyFindings(**{**given, **changes})
