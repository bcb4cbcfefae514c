"""The declaration of a lever: what it moves, what it costs, how long it takes, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sim.errors import BadInputError, between, phrase, unknown_name
from sim.parameters import parameters
from sim.texts import declared

POLICY_BOUNDS: Final = {"running_cost": (0.0, 100.0), "one_off_cost": (0.0, 100.0), "ramp": (1.0, 520.0)}
"""Lowest and highest costs (percent of base revenue) and ramp (weeks)."""
POLICY_GROUPS: Final = ("mindset", "people", "information", "organisation", "personality", "own")


@dataclass(frozen=True, slots=True)
class Policy:
    """A lever.

    Attributes
    ----------
    id
        Its name in scenarios: lower-case letters, digits and underscores.
    number
        Its number in the study, 1 to 15; 16 for the intervention; 0 for a user's own.
    group
        One of :data:`POLICY_GROUPS`.
    en, de, says_en, says_de
        Name and one-sentence explanation in English and German.
    effects
        Change of mechanism parameters at full intensity. Sizes are assumptions, directions the evidence's.
    running_cost
        Percent of base revenue per year at full intensity (assumption).
    one_off_cost
        Percent of base revenue, falling due while the intensity rises (assumption).
    ramp
        Weeks until it works in full (assumption).
    evidence
        Ids in :mod:`sim.evidence`; empty for a user's own.
    """

    id: str
    en: str
    de: str
    effects: Mapping[str, float]
    says_en: str = ""
    says_de: str = ""
    number: int = 0
    group: str = "own"
    running_cost: float = 0.1
    one_off_cost: float = 0.1
    ramp: float = 20.0
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a declaration that the engines could not use."""
        key = f"policy.{self.id}"
        if not self.id.isascii() or not self.id.replace("_", "a").isalnum() or self.id != self.id.lower():
            raise BadInputError("invalid", key="policy.id", value=self.id, allowed=phrase("name_characters"))
        if self.group not in POLICY_GROUPS:
            raise unknown_name(self.group, POLICY_GROUPS, key=f"{key}.group")
        mechanisms = parameters()["mechanism"]
        for name, change in self.effects.items():
            if name not in mechanisms:
                raise unknown_name(name, mechanisms, key=f"{key}.effects")
            reach = mechanisms[name].high - mechanisms[name].low
            if not -reach <= change <= reach:
                raise BadInputError("bounds", key=f"{key}.effects.{name}", value=change, allowed=between(-reach, reach))
        for name, (low, high) in POLICY_BOUNDS.items():
            if not low <= (value := getattr(self, name)) <= high:
                raise BadInputError("bounds", key=f"{key}.{name}", value=value, allowed=between(low, high))

    def name(self, language: str) -> str:
        """Return its name in ``"en"`` or ``"de"``."""
        return declared((self.en, self.de), language)

    def says(self, language: str) -> str:
        """Return its one-sentence explanation in ``"en"`` or ``"de"``."""
        return declared((self.says_en, self.says_de), language)


def by_id(policies: Iterable[Policy]) -> dict[str, Policy]:
    """Return policies by id.

    Raises
    ------
    BadInputError
        If an id occurs twice.
    """
    found: dict[str, Policy] = {}
    for policy in policies:
        if policy.id in found:
            raise BadInputError("duplicate", key="policy.id", value=policy.id)
        found[policy.id] = policy
    return found
