"""Self-image and other-image of the two departments (E12-E14).

Each side judges by its own yardstick, through its regard, and flatters itself. The study allows two readings of why
marketing's self-image and other-image lie so far apart; both are here: marketing overrates itself, or sales doubts the
point of marketing. All sizes are assumptions (group ``outcome`` of the parameters).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.parameters import Measurement

Floats = NDArray[np.float64]
Reading = Literal["overrating", "doubt"]
Side = Literal["marketing", "sales"]

OPPOSITE: Final[dict[Side, Side]] = {"marketing": "sales", "sales": "marketing"}
READINGS: Final[tuple[Reading, Reading]] = ("overrating", "doubt")
ITEMS: Final = (
    "customers",
    "competitors",
    "products",
    "analytic",
    "method",
    "communication",
    "negotiation",
    "willingness",
    "reliability",
    "fit",
    "relevance",
)
"""What is rated: knowledge (3), skills (4), information provision (4) (E12)."""
INFORMATION: Final = slice(7, 11)
"""The items on information provision."""
STATES: Final = (
    *(
        f"{name}_{side}"
        for name in ("market_knowledge", "product_knowledge", "social_skill", "regard")
        for side in OPPOSITE
    ),
    "disclosure",
    "relevance",
    "trust",
    "understanding",
)
"""Measures that perceptions are made of."""


def substance(found: Mapping[str, Floats], side: Side, m: Measurement) -> Floats:
    """Return what there is to rate in a department, in [0, 1], shape (companies, items) (E12, E13).

    Parameters
    ----------
    found
        The measures :data:`STATES` by name, shape (companies,).
    side
        Which department.
    m
        Outcome parameters.
    """
    market, product = found[f"market_knowledge_{side}"], found[f"product_knowledge_{side}"]
    skill = found[f"social_skill_{side}"]
    analysis = np.full_like(skill, m.analysis_marketing if side == "marketing" else m.analysis_sales)
    given, useful, trust = found["disclosure"], found["relevance"], found["trust"]
    return np.column_stack(
        [
            market,
            (market + product) / 2.0,
            product,
            analysis,
            (analysis + product) / 2.0,
            skill,
            (skill + market) / 2.0,
            given,
            (given + trust) / 2.0,
            # Information fits a need as far as it is useful and the two sides understand each other.
            useful * found["understanding"],
            useful,
        ]
    )


def images(found: Mapping[str, Floats], side: Side, reading: Reading, m: Measurement) -> tuple[Floats, Floats]:
    """Return how a department sees itself, and how it sees the other, in [0, 1], shape (companies, items) each (E14).

    Parameters
    ----------
    found
        The measures :data:`STATES` by name, shape (companies,).
    side
        The department that judges.
    reading
        ``"overrating"``: marketing overrates itself; ``"doubt"``: sales doubts the point of marketing.
    m
        Outcome parameters.
    """
    own, other = substance(found, side, m), substance(found, OPPOSITE[side], m)
    flattery = m.self_serving + (m.marketing_overrating if reading == "overrating" and side == "marketing" else 0.0)
    doubt = m.marketing_doubt if reading == "doubt" and side == "sales" else 0.0
    shift = m.regard_shift * (2.0 * found[f"regard_{side}"][:, None] - 1.0)
    demand = m.yardstick * np.maximum(0.0, own - other)
    return np.clip(own + flattery, 0.0, 1.0), np.clip(other + shift - demand - doubt, 0.0, 1.0)
