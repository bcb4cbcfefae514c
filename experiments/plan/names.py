"""Display names of what a plan varies: levers, numbers of the model, the kind of company and its context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.company import CONTEXT
from sim.parameters import Parameter, parameters
from sim.policies import ALL_POLICIES
from sim.scenario import CHANGES
from sim.texts import Texts


def parameter_of(target: str) -> Parameter | None:
    """Return the model parameter that a factor varies, None if it varies something else."""
    table, _, name = target.partition(".")
    return parameters()[CHANGES[table]].get(name) if table in CHANGES else None


@dataclass(frozen=True, slots=True)
class FactorNames:
    """Names of factors in one language.

    Attributes
    ----------
    texts
        The language.
    own
        Names of levers that scenarios define themselves, by id.
    """

    texts: Texts
    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_plan(cls, texts: Texts, plan: Mapping[str, Any]) -> FactorNames:
        """Return the names for a plan in JSON's types, as it stands in a sweep's manifest."""
        own = [policy for scenario in plan["scenarios"] for policy in scenario["policies"]]
        return cls(texts, {policy["id"]: texts.of((policy["en"], policy["de"])) for policy in own})

    def __call__(self, target: str) -> str:
        """Return the name of a factor, or of a company's context."""
        texts = self.texts.inside("")
        table, _, rest = target.partition(".")
        name, _, part = rest.partition(".")
        if table == "levers":
            return texts(f"factor.{part}", lever=self.lever(name)) if part in ("start", "ramp") else self.lever(name)
        if (parameter := parameter_of(target)) is not None:
            return parameter.label(texts.language)
        if (name or target) in CONTEXT:
            return texts(f"factor.context.{name or target}")
        # The description of a key of a scenario file begins with its name.
        found = texts.get(f"field.{target}", texts.get(f"factor.{target}", target))
        return found.partition(":")[0].partition(";")[0]

    def lever(self, name: str) -> str:
        """Return the short name of a lever."""
        known = {policy.id: policy.name(self.texts.language) for policy in ALL_POLICIES}
        return self.own.get(name) or self.texts.inside("").get(f"lattice.short.{name}") or known.get(name, name)


__all__ = ["FactorNames", "parameter_of"]
