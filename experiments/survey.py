"""The virtual survey: heads of marketing and of sales rate their own department and the other one (E3, E12-E14).

Each side judges by its own yardstick, through its regard, and flatters itself. The study allows two readings of why
marketing's self-image and other-image lie so far apart; both are here: marketing overrates itself, or sales doubts the
point of marketing. Ratings run from 0 to 100. All sizes are assumptions (group ``outcome`` of the parameters).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from experiments.laboratory import Laboratory, Outcomes
from experiments.population import quota
from sim import evidence
from sim.draws import Purpose, stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Reading = Literal["overrating", "doubt"]
Side = Literal["marketing", "sales"]

SIDES: Final[tuple[Side, Side]] = ("marketing", "sales")
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
_INFORMATION: Final = slice(7, 11)


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Ratings by side of the respondent.

    Attributes
    ----------
    self_image, other_image
        By the respondents' side: ratings of their own and of the other department, shape (respondents, items).
    """

    self_image: dict[str, Floats]
    other_image: dict[str, Floats]

    def own(self, side: str) -> Floats:
        """Return how a department is rated by itself."""
        return self.self_image[side]

    def other(self, side: str) -> Floats:
        """Return how a department is rated by the other one."""
        return self.other_image["sales" if side == "marketing" else "marketing"]

    def information_received(self, side: str) -> float:
        """Return how a department rates, on average, the information it gets from the other."""
        return float(self.other_image[side][:, _INFORMATION].mean())

    def rest_of_other(self, side: str) -> float:
        """Return how a department rates, on average, everything else in the other."""
        return float(self.other_image[side][:, : _INFORMATION.start].mean())


def rate_departments(found: Outcomes, laboratory: Laboratory, reading: Reading) -> Images:
    """Return the ratings of one respondent per company, in the study's shares of marketing, sales and other heads.

    Other senior managers belong to neither side and are asked nothing here.
    """
    m = laboratory.measurement
    companies = len(found["trust"])
    level = {side: _level(found, side, laboratory) for side in SIDES}
    groups = quota(np.array([group.count for group in evidence.respondents()], dtype=float), companies)
    order = stream(laboratory.seed, Purpose.SURVEY, 0).permutation(companies)
    noise = 2.0 * stream(laboratory.seed, Purpose.SURVEY, 1).random((companies, 2, len(ITEMS))) - 1.0
    chosen = np.split(order, np.cumsum(groups)[:-1])
    own: dict[str, Floats] = {}
    other: dict[str, Floats] = {}
    pairs: tuple[tuple[Side, Side, Ints], ...] = (("marketing", "sales", chosen[0]), ("sales", "marketing", chosen[1]))
    for side, opposite, who in pairs:
        flattery = m.self_serving + (m.marketing_overrating if reading == "overrating" and side == "marketing" else 0.0)
        doubt = m.marketing_doubt if reading == "doubt" and opposite == "marketing" else 0.0
        regard = found[f"regard_{side}"][who, None]
        demand = m.yardstick * np.maximum(0.0, level[side][who] - level[opposite][who])
        view = level[opposite][who] + m.regard_shift * (2.0 * regard - 1.0) - demand - doubt
        own[side] = _rating(level[side][who] + flattery, noise[who, 0], m.rating_noise)
        other[side] = _rating(view, noise[who, 1], m.rating_noise)
    return Images(own, other)


def _rating(view: Floats, noise: Floats, spread: float) -> Floats:
    return 100.0 * np.clip(view + spread * noise, 0.0, 1.0)


def _level(found: Outcomes, side: str, laboratory: Laboratory) -> Floats:
    """Return what there is to rate in a department, in [0, 1], shape (companies, items) (E12, E13)."""
    m = laboratory.measurement
    market, product = found[f"market_knowledge_{side}"], found[f"product_knowledge_{side}"]
    skill = found[f"social_skill_{side}"]
    analysis = np.full_like(skill, m.analysis_marketing if side == "marketing" else m.analysis_sales)
    given, useful, trust = found["disclosure"], found["relevance"], found["trust"]
    # Information fits a need as far as it is useful and the two sides understand each other.
    fits = useful * found["understanding"]
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
            fits,
            useful,
        ]
    )
