"""Where things stand in the kernel's arrays: names of rows, one list per array.

All arrays hold rows of lanes. The names of measures are public: they are the columns of weekly paths.
"""

from __future__ import annotations

from typing import Final

from sim.company import ATTRIBUTES
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
SHARED_ROWS: Final = 7

TIE_ROWS: Final = ("trust", "friction", "drawn", "distance", "status", "recognition")
"""An interface tie: state, the week's draw, and what follows from the two people's motives."""

TIE_MEASURES: Final = (
    "alignment",
    "trust",
    "friction",
    "understanding",
    "disagreement",
    "decision_quality",
    "knowledge_gap",
    "contact_hours",
    "understanding_unlike",
    "motive_distance",
)
"""Measures that are weighted sums over interface ties before they become means."""

RESULT_ROWS: Final = (*SUM_ROWS[:9], *TIE_MEASURES)
"""What an interface tie gives back."""

PERSON_MEASURES: Final = (
    "market_knowledge",
    "product_knowledge",
    "social_skill",
    "regard",
    "experience",
    "backlog",
    "reading_hours",
    "core_hours",
    "tie_hours",
    "strangeness",
    "escalations",
)
"""Measures that are means over the people of a department."""

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
    "blindness",
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

COPIED_MEASURES: Final = {
    "mandate": "mandate",
    "disclosure": "effective_disclosure",
    "relevance": "relevance",
    "report_hours": "report_hours_spent",
    "planning_hours": "planning_hours_spent",
    "training_hours": "training_hours_spent",
    "rotation_hours": "rotation_hours_spent",
    "team_hours": "team_hours_spent",
    "goal_divergence": "goal_divergence",
    "demand": "demand",
    "active_ties": "weight",
    "lever_cost": "lever_cost",
}
"""Measures that are rows of the week."""

MEASURES: Final = (
    *TIE_MEASURES,
    *(f"{name}_marketing" for name in PERSON_MEASURES),
    *(f"{name}_sales" for name in PERSON_MEASURES),
    *COPIED_MEASURES,
)
"""What is recorded each week, per lane: means over active interface ties, means over people, rows of the week.

Hours are per person, but ``contact_hours`` are per tie; escalations are per person, so a tie's counts on both sides.
"""
