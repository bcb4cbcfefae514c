"""Layout of the kernel's arrays: names of rows, one list per array.

All arrays hold rows of lanes.
"""

from __future__ import annotations

from typing import Final

from sim.company import ATTRIBUTES, TIE_STATES
from sim.measures import COPIED_MEASURES, MEASURES, PERSON_MEASURES, TIE_MEASURES
from sim.parameters import MECHANISMS

PERSON_ROWS: Final = (*ATTRIBUTES, "read_share", "outreach", "limit", "degree")
"""A person: attributes, then what is derived at the start of each week."""

SUM_ROWS: Final = (
    "market_down",
    "product_down",
    "hours",
    "mail",
    "climate",
    "escalated",
    "strange",
    "market_up",
    "product_up",
    "rumours",
    "colleagues",
)
"""What is added up per person. Of an interface tie's results, marketing takes rows 0-6 and sales rows 2-8, so that one
contiguous addition serves each side."""
SHARED_ROWS: Final = SUM_ROWS[:7]
"""What marketing takes of a tie's results; sales takes as many, from ``hours`` on."""
COLLEAGUE_ROWS: Final = SUM_ROWS[7:]
"""What people take from their colleagues."""

TIE_ROWS: Final = (*TIE_STATES, "drawn", "distance", "status", "recognition")
"""An interface tie: state, the week's draw, and what follows from the two people's motives."""

RESULT_ROWS: Final = (*SUM_ROWS[:9], *TIE_MEASURES)
"""What an interface tie gives back."""

WEEK_ROWS: Final = (
    *MECHANISMS,
    "meeting_culture",
    "turbulence",
    "company_need",
    "demand",
    "mandate",
    "informative",
    "fair",
    "relief",
    "structural_disagreement",
    "effective_disclosure",
    "structural_risk",
    "power_risk",
    "criticism_risk",
    "escalation_pace",
    "structural_waste",
    "openness",
    "unclear",
    "perspectives",
    "spoken",
    "per_reader",
    "mail_load",
    "active_regular",
    "active_team",
    "kept_regular",
    "kept_team",
    "need",
    "report_hours_spent",
    "planning_hours_spent",
    "training_hours_spent",
    "rotation_hours_spent",
    "team_hours_spent",
    "fixed",
    "weight",
    "goal_divergence",
    "rotation_experience",
    "ageing",
    "lever_cost",
)
"""The organisation in a week: mechanism parameters, context, and what follows from them."""

HOLDABLE: Final = ("understanding", "disagreement", "escalation", "trust", "knowledge", "time")
"""What a lane can take from another run instead of computing it; see :mod:`sim.core.holding`."""

WEEK_PATH: Final = (
    "informative",
    "fair",
    "fixed",
    "report_hours_spent",
    "planning_hours_spent",
    "training_hours_spent",
    "rotation_hours_spent",
    "team_hours_spent",
)
"""What can be taken from another run of the organisation in a week."""

PERSON_PATH: Final = (
    "market_knowledge_before",
    "product_knowledge_before",
    "regard_before",
    "reading_hours",
    "market_knowledge",
    "product_knowledge",
    "regard",
)
"""Of a person: as the week begins, newcomers included, and as it ends."""

TIE_PATH: Final = (
    "trust_before",
    "friction_before",
    "understanding",
    "uninformative",
    "relative",
    "waste",
    "contact",
    "escalated",
    "trust",
    "friction",
)
"""Of an interface tie, dormant ones included: what people there would understand if they met."""

__all__ = [
    "COLLEAGUE_ROWS",
    "COPIED_MEASURES",
    "HOLDABLE",
    "MEASURES",
    "PERSON_MEASURES",
    "PERSON_PATH",
    "PERSON_ROWS",
    "RESULT_ROWS",
    "SHARED_ROWS",
    "SUM_ROWS",
    "TIE_MEASURES",
    "TIE_PATH",
    "TIE_ROWS",
    "TIE_STATES",
    "WEEK_PATH",
    "WEEK_ROWS",
]
