"""Facts on what was run for a lattice: size, seed, and levers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from experiments.plan.plan import Plan
from sim.policies import Policy
from sim.texts import Pair
from sim.version import __version__

_LEVERS: Final = ("levers", "stay_on")
FACTS: Final = ("scenario", "companies", "settings", "runs", "weeks", "seed", "version", *_LEVERS)
"""Keys of :meth:`LatticeFacts.to_json`."""


@dataclass(frozen=True, slots=True)
class UsedLever:
    """A lever of the lattice, or one that stays on beside it.

    Attributes
    ----------
    id, name
        Its id, and its declared name.
    on
        Its intensity when it is on, 0 to 1; the strongest of several steps.
    running_cost, one_off_cost
        Cost in full, percent of revenue: per year, and once.
    """

    id: str
    name: Pair
    on: float
    running_cost: float
    one_off_cost: float

    @classmethod
    def of(cls, policy: Policy, on: float) -> UsedLever:
        """Return a lever at an intensity."""
        return cls(policy.id, (policy.name("en"), policy.name("de")), on, policy.running_cost, policy.one_off_cost)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> UsedLever:
        """Return a lever from what :meth:`to_json` returns."""
        costs = row["running_cost"], row["one_off_cost"]
        return cls(row["id"], (row["name"]["en"], row["name"]["de"]), row["on"], *costs)

    def to_json(self) -> dict[str, Any]:
        """Return the lever in JSON's types."""
        return {
            "id": self.id,
            "name": dict(zip(("en", "de"), self.name, strict=True)),
            "on": self.on,
            "running_cost": self.running_cost,
            "one_off_cost": self.one_off_cost,
        }


@dataclass(frozen=True, slots=True)
class LatticeFacts:
    """What was run.

    Attributes
    ----------
    scenario
        Name of the scenario; the id of a preset.
    companies, settings, runs
        Number of virtual companies, of combinations of levers, and of simulations.
    weeks, seed, version
        Simulated weeks, seed, and version of this program.
    levers
        Levers of the lattice, in the order of the bits.
    stay_on
        Other levers that the scenario uses: they are on in all combinations.
    """

    scenario: str
    companies: int
    settings: int
    runs: int
    weeks: int
    seed: int
    version: str
    levers: tuple[UsedLever, ...]
    stay_on: tuple[UsedLever, ...] = ()

    @classmethod
    def of(cls, plan: Plan, policies: Iterable[Policy]) -> LatticeFacts:
        """Return the facts on a plan (:func:`analysis.lattice.runs.lattice_plan`) with the levers that there are."""
        known = {policy.id: policy for policy in policies}
        chosen = {factor.target.removeprefix("levers."): factor.high for factor in plan.space}
        used = plan.scenarios[0].levers
        others = {
            name: max((step.intensity for step in used[name].schedule()), default=0.0)
            for name in known
            if name in used and name not in chosen
        }
        return cls(
            scenario=plan.name,
            companies=plan.companies,
            settings=plan.points,
            runs=plan.runs,
            weeks=plan.horizon,
            seed=plan.seed,
            version=__version__,
            levers=tuple(UsedLever.of(known[name], on) for name, on in chosen.items()),
            stay_on=tuple(UsedLever.of(known[name], on) for name, on in others.items() if on > 0.0),
        )

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> LatticeFacts:
        """Return the facts from what :meth:`to_json` returns."""
        levers, stay_on = (tuple(UsedLever.from_json(row) for row in found[key]) for key in _LEVERS)
        return cls(**{key: found[key] for key in FACTS if key not in _LEVERS}, levers=levers, stay_on=stay_on)

    def to_json(self) -> dict[str, Any]:
        """Return the facts in JSON's types."""
        rows = {key: [lever.to_json() for lever in getattr(self, key)] for key in _LEVERS}
        return {key: getattr(self, key) for key in FACTS} | rows


__all__ = ["FACTS", "LatticeFacts", "UsedLever"]
