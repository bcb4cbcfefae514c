"""Weekly measures of a company: names, and where they come from.

The names are public: they are the columns of weekly paths and of the Mesa engine's data collector.
"""

from __future__ import annotations

from typing import Final

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
"""Measures that belong to the organisation as a whole, and what they are called while the week is computed."""

MEASURES: Final = (
    *TIE_MEASURES,
    *(f"{name}_marketing" for name in PERSON_MEASURES),
    *(f"{name}_sales" for name in PERSON_MEASURES),
    *COPIED_MEASURES,
)
"""What is recorded each week, per company: means over active interface ties, means over people, the organisation.

Hours are per person, but ``contact_hours`` are per tie; escalations are per person, so a tie's counts on both sides.
"""
