"""Virtual companies like the study's: industries, revenue classes, division of labour, adoption of levers.

Shares come from the evidence (E1, E2, E4, E5). How adoption, meeting culture and practice vary among companies is an
assumption (ODD, section 6); the numbers are in the ``population`` group of the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim import evidence
from sim.draws import Purpose, Streams, stream
from sim.graph import Shape
from sim.lanes import Settings
from sim.parameters import MECHANISMS, Population, group_values, parameters
from sim.policies import SUCCESS_FACTORS
from sim.scenario import default_staff
from sim.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_VARIED: Final = {
    "formality": "formality_spread",
    "report_hours": "report_spread",
    "planning_hours": "planning_spread",
    "goal_ambition": "ambition_spread",
}


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A sample of virtual companies; company numbers are positions.

    Attributes
    ----------
    industry, revenue_class
        Positions in :func:`sim.evidence.industries` and :func:`sim.evidence.revenue_classes`, shape (companies,).
    division_type
        1, 2 or 3, shape (companies,).
    adoption
        Intensity of the 15 success factors, shape (companies, 15).
    base
        Mechanism parameters without levers, shape (companies, mechanisms).
    """

    industry: Ints
    revenue_class: Ints
    division_type: Ints
    adoption: Floats
    base: Floats

    def settings(self) -> Settings:
        """Return the sample for the engine: one setting per company, with practices that are already in place."""
        companies, levers = self.adoption.shape
        classes = [row.id for row in evidence.revenue_classes()]
        worlds = tuple(
            World(place=Shape(*default_staff(name)), division_type=kind) for name in classes for kind in (1, 2, 3)
        )
        return Settings(
            policies=SUCCESS_FACTORS,
            base=self.base,
            start=np.zeros((companies, levers, 1)),
            ramp=np.ones((companies, levers, 1)),
            target=self.adoption[:, :, None],
            worlds=worlds,
            world=3 * self.revenue_class + self.division_type - 1,
        )


def quota(shares: Floats, count: int) -> Ints:
    """Return whole numbers that sum to ``count`` and are as near to the shares as whole numbers can be."""
    exact = shares / shares.sum() * count
    whole: Ints = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: count - whole.sum()]
    whole[rest] += 1
    return whole


@lru_cache(maxsize=8)
def draw_sample(companies: int, seed: int, p: Population, *, common: bool = True) -> Sample:
    """Return a sample like the study's.

    Parameters
    ----------
    companies
        Number of companies; 337 gives exactly the study's counts of industries and revenue classes.
    seed
        Which sample.
    p
        Population parameters.
    common
        Whether companies that use one lever tend to use the others (E35); without it each lever varies on its own.
    """
    rng = stream(seed, Purpose.SAMPLE, 0)
    industries, classes = evidence.industries(), evidence.revenue_classes()
    # Sorted by revenue class, which gives the size: neighbours then share a communication graph.
    revenue_class = np.repeat(
        np.arange(len(classes)), quota(np.array([row.count for row in classes], dtype=float), companies)
    )
    industry = np.repeat(
        np.arange(len(industries)), quota(np.array([row.count for row in industries], dtype=float), companies)
    )
    division = np.empty(companies, dtype=np.int64)
    for k, row in enumerate(industries):
        members = np.flatnonzero(industry == k)
        kinds = np.repeat([1, 2, 3], quota(np.array(evidence.type_shares(row.id)), len(members)))
        division[members] = rng.permutation(kinds)
    # How industries and revenue classes go together is not in the evidence: independent.
    order = rng.permutation(companies)
    adoption, base = np.empty((companies, len(SUCCESS_FACTORS))), np.empty((companies, len(MECHANISMS)))
    base[:] = list(group_values("mechanism").values())
    streams = Streams(seed)
    for number in range(companies):
        own = streams.at(Purpose.ADOPTION, number)
        shared, each = (
            own.beta(p.adoption_alpha, p.adoption_beta),
            own.beta(p.adoption_alpha, p.adoption_beta, len(SUCCESS_FACTORS)),
        )
        weight = p.adoption_common if common else 0.0
        adoption[number] = weight * shared + (1.0 - weight) * each
        swing = 2.0 * own.random(len(_VARIED)) - 1.0
        for (name, spread), deviation in zip(_VARIED.items(), swing.tolist(), strict=True):
            base[number, MECHANISMS.index(name)] += getattr(p, spread) * deviation
        base[number, MECHANISMS.index("team_intensity")] += p.unsupported_teams * own.random()
    declared = parameters()["mechanism"].values()
    base = np.clip(base, [parameter.low for parameter in declared], [parameter.high for parameter in declared])
    return Sample(
        industry=industry[order],
        revenue_class=revenue_class,
        division_type=division[order],
        adoption=adoption,
        base=base,
    )
