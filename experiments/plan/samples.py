"""Designs that sample the space, by chance and yet evenly: for metamodels, and for sensitivity analysis."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from scipy.stats import qmc

from experiments.plan.spaces import (
    MAX_POINTS,
    AnyDesign,
    Floats,
    Levels,
    Points,
    Spaces,
    need_a_choice,
    placed,
    unit_cube,
)
from sim.errors import BadInputError, phrase


def _power_of_two(value: int, info: ValidationInfo) -> int:
    if value & (value - 1):
        near = 2 ** (value.bit_length() - 1)
        allowed = phrase("a_power_of_two_such_as", low=near, high=2 * near)
        raise BadInputError("invalid", key=f"design.{info.field_name}", value=value, allowed=allowed)
    return value


def _even(value: int, info: ValidationInfo) -> int:
    if value % 2:
        allowed = phrase("an_even_number")
        raise BadInputError("invalid", key=f"design.{info.field_name}", value=value, allowed=allowed)
    return value


PowerOfTwo = Annotated[int, Field(strict=True, ge=2, le=MAX_POINTS), AfterValidator(_power_of_two)]


class LatinHypercube(AnyDesign):
    """As many strata per factor as points, and one point in each.

    Attributes
    ----------
    points
        How many.
    optimisation
        ``random-cd`` swaps coordinates until the points are spread more evenly (centred discrepancy); from some
        thousand points on this takes longer than most simulations.
    """

    kind: Literal["latin_hypercube"] = "latin_hypercube"
    points: Points
    optimisation: Literal["random-cd"] | None = None

    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""
        return self.points

    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points."""
        sampler = qmc.LatinHypercube(len(spaces), rng=seed, optimization=self.optimisation)
        return placed(sampler.random(self.points), spaces)


class Sobol(AnyDesign):
    """A scrambled Sobol' sequence: points spread evenly over the space.

    Attributes
    ----------
    points
        How many; a power of two, without which the sequence loses its balance.
    """

    kind: Literal["sobol"] = "sobol"
    points: PowerOfTwo

    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""
        return self.points

    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points."""
        return placed(qmc.Sobol(len(spaces), rng=seed).random(self.points), spaces)


class Saltelli(AnyDesign):
    """The points from which Sobol' indices are estimated; see :func:`analysis.sensitivity.indices.sobol_indices`.

    Attributes
    ----------
    samples
        Size N of the two samples that are mixed factor by factor; a power of two.
    second_order
        Whether pairs of factors are estimated, too: N (2 D + 2) instead of N (D + 2) points for D factors.
    """

    kind: Literal["saltelli"] = "saltelli"
    samples: PowerOfTwo
    second_order: Annotated[bool, Field(strict=True)] = True

    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""
        return self.samples * ((2 if self.second_order else 1) * len(spaces) + 2)

    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points."""
        # SALib takes seconds to import, and few plans need it.
        from SALib.sample import sobol  # noqa: PLC0415

        cube = unit_cube(spaces)
        return placed(sobol.sample(cube, self.samples, calc_second_order=self.second_order, seed=seed), spaces)


class Morris(AnyDesign):
    """Trajectories on a grid, each a change of every factor in turn.

    :func:`analysis.sensitivity.indices.morris_screening` reads them.

    Attributes
    ----------
    trajectories
        How many are drawn.
    levels
        Number of grid lines per factor; even, so that all of them are visited equally often.
    optimal_trajectories
        How many of them to keep, those farthest from one another (Campolongo 2007, Ruano 2012); all if None.
    """

    kind: Literal["morris"] = "morris"
    trajectories: Annotated[int, Field(strict=True, ge=2, le=100_000)]
    levels: Annotated[Levels, AfterValidator(_even)] = 4
    optimal_trajectories: Annotated[int, Field(strict=True, ge=2, le=100_000)] | None = None

    @model_validator(mode="after")
    def _fewer(self) -> Morris:
        if self.optimal_trajectories is not None and self.optimal_trajectories >= self.trajectories:
            raise BadInputError(
                "bounds",
                key="design.optimal_trajectories",
                value=self.optimal_trajectories,
                allowed=phrase("fewer_than_trajectories"),
            )
        return self

    def size(self, spaces: Spaces) -> int:
        """Return the number of points."""
        need_a_choice(spaces)
        return (self.optimal_trajectories or self.trajectories) * (len(spaces) + 1)

    def rows(self, spaces: Spaces, seed: int, baseline: Floats) -> Floats:
        """Return the points."""
        from SALib.sample import morris  # noqa: PLC0415

        drawn = morris.sample(
            unit_cube(spaces),
            self.trajectories,
            self.levels,
            self.optimal_trajectories,
            local_optimization=True,
            seed=seed,
        )
        # Back on the grid exactly: the sampler's coordinates carry rounding errors.
        return placed(np.rint(drawn * (self.levels - 1)) / (self.levels - 1), spaces)


__all__ = ["LatinHypercube", "Morris", "Saltelli", "Sobol"]
