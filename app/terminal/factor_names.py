"""What the factors of a plan and other predictors are called, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.company import CONTEXT
from sim.parameters import Parameter, parameters
from sim.policies import ALL_POLICIES
from sim.scenario import CHANGES
from sim.texts import Texts


def declared(target: str) -> Parameter | None:
    """Return the number of the model that a factor varies, None if it varies something else."""
    table, _, name = target.partition(".")
    return parameters()[CHANGES[table]].get(name) if table in CHANGES else None


@dataclass(frozen=True, slots=True)
class FactorNames:
    """Names of factors.

    Attributes
    ----------
    texts
        Of the language.
    own
        Names of levers that scenarios bring along, by id.
    """

    texts: Texts
    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_plan(cls, texts: Texts, plan: Mapping[str, Any]) -> FactorNames:
        """Return the names for a plan in JSON's types, as it stands in a sweep's manifest."""
        own = [policy for scenario in plan["scenarios"] for policy in scenario["policies"]]
        return cls(texts, {policy["id"]: policy[texts.language] for policy in own})

    def __call__(self, target: str) -> str:
        """Return what a factor is called."""
        texts = self.texts
        table, _, rest = target.partition(".")
        name, _, part = rest.partition(".")
        if table == "levers":
            return texts(f"discover.{part}", lever=self.lever(name)) if part in ("start", "ramp") else self.lever(name)
        if (number := declared(target)) is not None:
            return number.label(texts.language)
        if (name or target) in CONTEXT:
            return texts(f"discover.context.{name or target}")
        # What is said of a key in a scenario file begins with its name.
        found = texts.get(f"field.{target}", texts.get(f"discover.{target}", target))
        return found.partition(":")[0].partition(";")[0]

    def lever(self, name: str) -> str:
        """Return what a lever is called, in brief."""
        known = {policy.id: policy.name(self.texts.language) for policy in ALL_POLICIES}
        return self.own.get(name) or self.texts.get(f"lattice.short.{name}") or known.get(name, name)


__all__ = ["FactorNames", "declared"]
