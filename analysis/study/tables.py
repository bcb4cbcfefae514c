"""The tables of the virtual study: what the study found beside what the model gives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.laboratory import FACTORS
from experiments.scorecard import PRO, Line, Study
from experiments.survey import rate_departments
from sim import evidence
from sim.need import area_need, coordination_need, coupling_need
from sim.outcomes import TYPES
from sim.perceptions import ITEMS
from sim.policies import SUCCESS_FACTORS

Floats = NDArray[np.float64]


def study_tables(study: Study, lines: dict[str, Line]) -> dict[str, pd.DataFrame]:
    """Return the tables by id, with plain column names; titles and labels are in ``study.toml``."""
    sample, found, code = study.sample, study.found, study.found["type"]
    industries = evidence.industries()
    kinds = (1, 2, 3)

    def percent(mask: NDArray[np.bool_]) -> float:
        return 100.0 * float(mask.mean()) if mask.size else math.nan

    image = rate_departments(found, study.laboratory, "overrating")
    names = (
        "cooperation_quality",
        "coordination_efficiency",
        "coordination_hours",
        "customer_hours",
        "openness_to_change",
    )
    gain, lead = lines["P7"].figures["quality_gain"], sample.adoption
    return {
        "industries": pd.DataFrame(
            [(r.id, float(r.percent), percent(sample.industry == k)) for k, r in enumerate(industries)],
            columns=["industry", "study", "sample"],
        ),
        "revenue_classes": pd.DataFrame(
            [
                (r.id, float(r.percent), percent(sample.revenue_class == k))
                for k, r in enumerate(evidence.revenue_classes())
            ],
            columns=["revenue_class", "study", "sample"],
        ),
        "divisions": pd.DataFrame(
            [
                (
                    r.id,
                    evidence.type_share_row(r.id).certainty,
                    *(percent(sample.division_type[sample.industry == k] == kind) for kind in kinds),
                )
                for k, r in enumerate(industries)
            ],
            columns=["industry", "certainty", "type_1", "type_2", "type_3"],
        ),
        "responsibilities": pd.DataFrame(
            {"area": list(evidence.TASK_AREAS)}
            | {f"type_{kind}": [100.0 * share for share in evidence.marketing_share(kind)] for kind in kinds}
        ),
        "need": pd.DataFrame(
            [(kind, coordination_need(kind, study.laboratory.model.founding.coupling_weight)) for kind in kinds],
            columns=["division", "need"],
        ),
        "areas": _areas(),
        "success_by_division": pd.DataFrame(
            [
                (
                    kind,
                    int((sample.division_type == kind).sum()),
                    *(
                        scale * float(found[name][sample.division_type == kind].mean())
                        for name, scale in (
                            ("market_success", 1.0),
                            ("adaptation_success", 1.0),
                            ("return_on_sales", 100.0),
                        )
                    ),
                )
                for kind in kinds
            ],
            columns=["division", "companies", "market_success", "adaptation_success", "return_on_sales"],
        ),
        "images": pd.DataFrame(
            {"item": list(ITEMS)}
            | {
                f"{side}_{who}": rate(side).mean(axis=0)
                for side in ("marketing", "sales")
                for who, rate in (("self", image.own), ("other", image.other))
            }
        ),
        "types": pd.DataFrame(
            [
                (name, *(percent(code[mask] == k) for k in range(len(TYPES))))
                for name, mask in [("all", np.ones(len(code), dtype=bool))]
                + [(r.id, sample.industry == k) for k, r in enumerate(industries)]
            ],
            columns=["industry", *TYPES],
        ),
        "returns": pd.DataFrame(
            [
                (
                    name,
                    percent(code == k),
                    100.0 * _mean(found["return_on_sales"][code == k]),
                    *(_mean(found[column][code == k]) for column in names),
                )
                for k, name in enumerate(TYPES)
            ],
            columns=["type", "share", "return_on_sales", *names],
        ),
        "memory": _memory(lines["P17"].figures),
        "withdrawal": _withdrawal(lines["P17"].figures["withdrawal"]),
        "factors": pd.DataFrame(
            [
                (
                    policy.id,
                    100.0 * _mean(lead[code == PRO, k]),
                    100.0 * _mean(lead[code == len(TYPES) - 1, k]),
                    100.0 * (_mean(lead[code == PRO, k]) - _mean(lead[code == len(TYPES) - 1, k])),
                    gain[FACTORS[k]],
                )
                for k, policy in enumerate(SUCCESS_FACTORS)
            ],
            columns=["factor", "professional", "self_blocking", "difference", "alone"],
        ),
    }


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else math.nan


def _memory(figures: dict[str, Any]) -> pd.DataFrame:
    rows = [(weeks, figures[f"week_{weeks}"]["heal"], figures[f"week_{weeks}"]["keep"]) for weeks in (104, 208, 520)]
    return pd.DataFrame([(*row, row[1] - row[2]) for row in rows], columns=["week", "heal", "keep", "difference"])


def _withdrawal(rows: list[dict[str, Any]]) -> pd.DataFrame:
    def weeks(row: dict[str, Any], name: str) -> float:
        half = row["half_life_weeks"][name]
        return math.nan if half is None else float(half)

    return pd.DataFrame(
        [
            (
                row["level"],
                100.0 * row["good_at_full"],
                100.0 * row["good_after_a_year"],
                *(weeks(row, name) for name in ("alignment", "trust", "friction")),
            )
            for row in rows
        ],
        columns=["level", "at_full", "later", "alignment", "trust", "friction"],
    )


def _areas() -> pd.DataFrame:
    rows = {area: [area_need(kind)[area] for kind in (1, 2, 3)] for area in evidence.TASK_AREAS}
    rows |= {f"{a} - {b}": [coupling_need(kind)[a, b] for kind in (1, 2, 3)] for a, b in coupling_need(1)}
    return pd.DataFrame(
        [(name, *values) for name, values in rows.items()], columns=["area", "type_1", "type_2", "type_3"]
    )
