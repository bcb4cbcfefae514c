"""The questionnaire's items: question, scale, and the model's state that an answer stands for.

Asked are the study's ratings of both departments (E12), the presence of its 15 success factors (E20-E34), motives
(E36-E39), and what else the model has to know of people, ties and context. The wording stands with the display texts.
That a scale is linear in the state, from end to end, is an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sim.company import CONTEXT
from sim.organisation import MOTIVES, TIE_STATES, attribute_bounds
from sim.parameters import founding
from sim.perceptions import ITEMS as RATED
from sim.policies import SUCCESS_FACTORS

Kind = Literal["who", "image", "factor", "person", "context", "partner", "colleague"]

MOST_TIES: Final = 40
"""Most partners, and most colleagues, that one form can name."""
SHOWN_TIES: Final = 6
"""For how many there is room in the form as it is written; rows can be added."""
ROUNDED: Final = 4
"""Decimals that states are rounded to; finer than any scale."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From answers to states and back, linearly.

    Attributes
    ----------
    name
        Under which the display texts describe its ends.
    low, high
        Lowest and highest answer. Answers between two steps are taken as they are.
    state_low, state_high
        The states that these stand for.
    step
        Distance between two answers that people choose from.
    """

    name: str
    low: float
    high: float
    state_low: float = 0.0
    state_high: float = 1.0
    step: float = 1.0

    def state(self, answer: float) -> float:
        """Return the state that an answer stands for."""
        share = (answer - self.low) / (self.high - self.low)
        return round(self.state_low + (self.state_high - self.state_low) * share, ROUNDED)

    def answer(self, state: float) -> float:
        """Return the answer of somebody who knows the state: the nearest there is."""
        share = (state - self.state_low) / (self.state_high - self.state_low)
        return self.low + self.step * round((self.high - self.low) * share / self.step)


RATING: Final = Scale("rating", 0.0, 100.0)
PRESENCE: Final = Scale("presence", 1.0, 5.0)
AGREEMENT: Final = Scale("agreement", 1.0, 5.0)
MOTIVE: Final = Scale("motive", 1.0, 5.0, -1.0, 1.0)
PACE: Final = Scale("pace", 1.0, 5.0, founding().turbulence_low, founding().turbulence_high)
"""The calmest and the most turbulent market among virtual companies; the model's unit is of its own making."""
HOURS: Final = Scale("hours", *attribute_bounds("backlog"), *attribute_bounds("backlog"))


@dataclass(frozen=True, slots=True)
class Item:
    """A question.

    Attributes
    ----------
    id
        Its name in forms.
    kind
        What it asks about.
    about
        Name of the rated thing, lever, attribute, context or state of a tie.
    scale
        None where the answer is a code or a word.
    """

    id: str
    kind: Kind
    about: str
    scale: Scale | None = None


def partner_items(number: int) -> tuple[Item, ...]:
    """Return the questions on one contact in the other department."""
    name = f"partner_{number}"
    states = tuple(Item(f"{name}_{state}", "partner", state, AGREEMENT) for state in TIE_STATES)
    return Item(name, "partner", "code"), Item(f"{name}_kind", "partner", "kind"), *states


def colleague_item(number: int) -> Item:
    """Return the question for one contact in one's own department."""
    return Item(f"colleague_{number}", "colleague", "code")


WHO: Final = (Item("respondent", "who", "respondent"), Item("department", "who", "department"))
IMAGES: Final = tuple(Item(f"{whose}_{name}", "image", name, RATING) for whose in ("own", "other") for name in RATED)
FACTORS: Final = tuple(Item(f"factor_{policy.id}", "factor", policy.id, PRESENCE) for policy in SUCCESS_FACTORS)
ASKED_CONTEXT: Final = tuple(
    Item(name, "context", name, PACE if name == "turbulence" else AGREEMENT)
    for name in CONTEXT
    if not name.startswith("founding_")
)
"""Founding trust and friction are not asked for: they are the mean of the ties."""
PERSON: Final = (
    *(Item(name, "person", name, MOTIVE) for name in MOTIVES),
    Item("experience", "person", "experience", AGREEMENT),
    Item("regard", "person", "regard", AGREEMENT),
    Item("backlog", "person", "backlog", HOURS),
)
_TIES: Final = tuple(item for k in range(1, MOST_TIES + 1) for item in (*partner_items(k), colleague_item(k)))
ALL_ITEMS: Final = {item.id: item for item in (*WHO, *IMAGES, *FACTORS, *ASKED_CONTEXT, *PERSON, *_TIES)}


def form_sections() -> dict[str, tuple[Item, ...]]:
    """Return what stands in a form, by section, in its order."""
    numbers = range(1, SHOWN_TIES + 1)
    return {
        "who": WHO,
        "own": tuple(item for item in IMAGES if item.id.startswith("own_")),
        "other": tuple(item for item in IMAGES if item.id.startswith("other_")),
        "factors": FACTORS,
        "context": ASKED_CONTEXT,
        "person": PERSON,
        "partners": tuple(item for k in numbers for item in partner_items(k)),
        "colleagues": tuple(colleague_item(k) for k in numbers),
    }


__all__ = [
    "ALL_ITEMS",
    "ASKED_CONTEXT",
    "FACTORS",
    "IMAGES",
    "PERSON",
    "Item",
    "Scale",
    "form_sections",
]
