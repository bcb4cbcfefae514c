"""The virtual survey: heads of marketing and of sales rate their own department and the other one (E3, E12-E14).

Ratings run from 0 to 100. What a respondent sees is :mod:`sim.perceptions`; here it becomes a sample like the study's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.laboratory import Laboratory, Outcomes
from experiments.population import quota
from sim import evidence
from sim.draws import Purpose, stream
from sim.perceptions import INFORMATION, ITEMS, OPPOSITE, STATES, Reading, Side, images

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Ratings by side of the respondent.

    Attributes
    ----------
    self_image, other_image
        By the respondents' side: ratings of their own and of the other department, shape (respondents, items).
    """

    self_image: dict[Side, Floats]
    other_image: dict[Side, Floats]

    def own(self, side: Side) -> Floats:
        """Return how a department is rated by itself."""
        return self.self_image[side]

    def other(self, side: Side) -> Floats:
        """Return how a department is rated by the other one."""
        return self.other_image[OPPOSITE[side]]

    def information_received(self, side: Side) -> float:
        """Return how a department rates, on average, the information it gets from the other."""
        return float(self.other_image[side][:, INFORMATION].mean())

    def rest_of_other(self, side: Side) -> float:
        """Return how a department rates, on average, everything else in the other."""
        return float(self.other_image[side][:, : INFORMATION.start].mean())


def rate_departments(found: Outcomes, laboratory: Laboratory, reading: Reading) -> Images:
    """Return the ratings of one respondent per company, in the study's shares of marketing, sales and other heads.

    Other senior managers belong to neither side and are asked nothing here.
    """
    m = laboratory.measurement
    companies = len(found["trust"])
    groups = quota(np.array([group.count for group in evidence.respondents()], dtype=float), companies)
    order = stream(laboratory.seed, Purpose.SURVEY, 0).permutation(companies)
    noise = 2.0 * stream(laboratory.seed, Purpose.SURVEY, 1).random((companies, 2, len(ITEMS))) - 1.0
    marketing, sales, _ = np.split(order, np.cumsum(groups)[:-1])
    heads: dict[Side, Ints] = {"marketing": marketing, "sales": sales}
    own: dict[Side, Floats] = {}
    other: dict[Side, Floats] = {}
    for side, who in heads.items():
        seen = images({name: found[name][who] for name in STATES}, side, reading, m)
        own[side], other[side] = (
            100.0 * np.clip(view + m.rating_noise * noise[who, k], 0.0, 1.0) for k, view in enumerate(seen)
        )
    return Images(own, other)
