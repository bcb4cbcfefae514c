"""The rules of a week as steps: cause, effect, direction and evidence.

Nothing here is a result: a chain (:mod:`analysis.explanation.chain`) has such a step only where the runs show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MODEL: Final = "MODEL"
"""Source of a modelling decision, that is, of an assumption."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A step that the rules of a week take.

    Attributes
    ----------
    cause, effect
        A mechanism parameter or a measure, and a measure.
    sign
        1 if more of the cause gives more of the effect, all else equal, -1 if less, 0 if that depends.
    evidence
        Ids in :mod:`sim.evidence`; ``MODEL`` where nothing but the model says so.
    """

    cause: str
    effect: str
    sign: int
    evidence: tuple[str, ...]

    @property
    def support(self) -> str:
        """``"evidence"`` if a source gives the direction, else ``"assumption"``; sizes are always assumptions."""
        return "assumption" if MODEL in self.evidence else "evidence"


def _rules(*told: tuple[str, str, int, str]) -> tuple[Rule, ...]:
    return tuple(Rule(cause, effect, sign, tuple(ids.split())) for cause, effect, sign, ids in told)


RULES: Final = _rules(
    # How they exchange: what is spoken is understood, what is written waits to be read.
    ("oral_share", "backlog", -1, "E26"),
    ("copies_per_mail", "backlog", 1, "E26"),
    ("relevance", "backlog", -1, "E28"),
    ("report_hours", "backlog", 1, "E28"),
    ("backlog", "understanding", -1, "E26"),
    ("oral_share", "understanding", 1, "E26"),
    ("relevance", "understanding", 1, "E28"),
    ("team_support", "understanding", 1, "E32"),
    ("team_intensity", "understanding", 1, "E32"),
    # Who meets: skill, experience, motives, knowledge.
    ("marketing_hiring_bar", "social_skill", 1, "E24"),
    ("social_skill", "understanding", 1, "E24"),
    ("social_skill", "escalations", -1, "E24"),
    ("rotation_rate", "experience", 1, "E25"),
    ("experience", "understanding", 1, "E25"),
    ("rotation_rate", "regard", -1, "E42"),
    ("motive_awareness", "strangeness", -1, "E43"),
    ("strangeness", "understanding", -1, "E40"),
    ("strangeness", "escalations", 1, "E40"),
    ("training_hours", "market_knowledge", 1, "E23"),
    ("training_hours", "knowledge_gap", -1, "E23"),
    ("it_integration", "knowledge_gap", -1, "E27"),
    ("disclosure", "knowledge_gap", -1, "E29"),
    ("contact_hours", "knowledge_gap", -1, "E29"),
    ("knowledge_gap", "understanding", -1, "E23"),
    ("knowledge_gap", "disagreement", 1, "E23"),
    # What they disagree about, and what comes of it.
    ("voice", "disagreement", 1, "E20"),
    ("role_contrast", "disagreement", 1, "E21"),
    ("market_focus", "disagreement", -1, "E22"),
    ("joint_planning", "disagreement", -1, "E33"),
    ("oral_share", "disagreement", -1, "E26"),
    ("relevance", "disagreement", -1, "E28"),
    ("backlog", "disagreement", 1, "E26"),
    ("team_support", "disagreement", -1, "E32"),
    ("shared_goals", "goal_divergence", -1, "E34"),
    ("goal_breakdown", "goal_divergence", -1, "E34"),
    ("goal_horizon", "goal_divergence", -1, "E41"),
    ("goal_ambition", "goal_divergence", 0, "E34"),
    ("goal_divergence", "disagreement", 1, "E41"),
    ("disagreement", "decision_quality", 0, "E20"),
    ("depersonalisation", "decision_quality", 1, "E20"),
    ("voice", "decision_quality", 0, "E20"),
    ("power_gap", "decision_quality", -1, "E30"),
    ("market_knowledge", "decision_quality", 1, "E23"),
    # Where it turns personal.
    ("depersonalisation", "escalations", -1, "E20"),
    ("market_focus", "escalations", -1, "E22"),
    ("clarity", "escalations", -1, "E31"),
    ("power_gap", "escalations", 1, "E30"),
    ("voice", "escalations", 1, "E20"),
    ("disagreement", "escalations", 1, "E20"),
    ("escalations", "friction", 1, "E20"),
    ("friction", "alignment", -1, "E20"),
    ("friction", "waste_hours", 1, "E17"),
    ("escalations", "trust", -1, "E20"),
    ("escalations", "regard", -1, "E20"),
    # Trust and regard.
    ("alignment", "trust", 1, "E16"),
    ("trust", "regard", 1, "E14"),
    ("friction", "regard", -1, "E14"),
    ("trust", "escalations", -1, MODEL),
    ("trust", "contact_hours", 1, MODEL),
    ("regard", "contact_hours", 1, MODEL),
    # Hours.
    ("formality", "mandate", 1, "E31"),
    ("joint_planning", "mandate", 1, "E33"),
    ("team_intensity", "mandate", 1, "E32"),
    ("mandate", "contact_hours", 1, "E17"),
    ("disclosure", "contact_hours", 1, "E29"),
    ("power_gap", "contact_hours", -1, "E30"),
    ("backlog", "contact_hours", -1, MODEL),
    ("friction", "contact_hours", -1, "E17"),
    ("contact_hours", "coordination_hours", 1, "E17"),
    ("clarity", "waste_hours", -1, "E31"),
    ("it_integration", "waste_hours", -1, "E27"),
    ("formality", "waste_hours", 1, "E31"),
    ("understanding", "waste_hours", -1, "E23"),
    ("waste_hours", "coordination_hours", 1, "E17"),
    ("backlog", "coordination_hours", 1, "E28"),
    ("report_hours", "coordination_hours", 1, "E28"),
    ("planning_hours", "coordination_hours", 1, "E33"),
    ("coordination_hours", "customer_hours", -1, "E17"),
    ("training_hours", "customer_hours", -1, MODEL),
    ("rotation_rate", "customer_hours", -1, MODEL),
    ("team_intensity", "customer_hours", -1, "E32"),
    ("customer_hours", "market_knowledge", 1, "E13"),
    # What comes of it all.
    ("understanding", "alignment", 1, MODEL),
    ("decision_quality", "alignment", 1, "E20"),
    ("contact_hours", "alignment", 1, "E17"),
    ("clarity", "alignment", 1, "E31"),
    ("alignment", "cooperation_quality", 1, "E16"),
    ("trust", "cooperation_quality", 1, "E16"),
    ("knowledge_gap", "cooperation_quality", -1, "E16"),
    ("goal_divergence", "cooperation_quality", -1, "E16 E34"),
    ("alignment", "coordination_efficiency", 1, "E16"),
    ("coordination_hours", "coordination_efficiency", -1, "E16 E17"),
    ("regard", "openness_to_change", 1, "E15"),
    ("strangeness", "openness_to_change", -1, "E42"),
    ("alignment", "market_success", 1, MODEL),
    ("customer_hours", "market_success", 1, "E17"),
    ("market_knowledge", "market_success", 1, MODEL),
    ("market_success", "return_on_sales", 1, MODEL),
    ("market_success", "return_before_levers", 1, MODEL),
    ("decision_quality", "return_on_sales", 1, "E20"),
    ("decision_quality", "return_before_levers", 1, "E20"),
    ("lever_cost", "return_on_sales", -1, MODEL),
    ("market_success", "mean_return_on_sales", 1, MODEL),
    ("decision_quality", "mean_return_on_sales", 1, "E20"),
    ("lever_cost", "mean_return_on_sales", -1, MODEL),
    ("alignment", "adaptation_success", 1, "E10"),
    ("market_knowledge", "adaptation_success", 1, "E10"),
    ("cooperation_quality", "professional", 1, "E17"),
    ("coordination_efficiency", "professional", 1, "E17"),
    ("cooperation_quality", "overbureaucratic", 1, "E17"),
    ("coordination_efficiency", "overbureaucratic", -1, "E17"),
    ("cooperation_quality", "contact_shy", -1, "E17"),
    ("coordination_efficiency", "contact_shy", 1, "E17"),
    ("cooperation_quality", "self_blocking", -1, "E17"),
    ("coordination_efficiency", "self_blocking", -1, "E17"),
)
"""The steps, roughly in the order of a week."""

GATES: Final = {
    "understanding": ("understanding",),
    "disagreement": ("disagreement",),
    "escalation": ("escalations",),
    "trust": ("trust", "regard"),
    "knowledge": ("knowledge_gap", "market_knowledge"),
    "time": ("contact_hours", "coordination_hours", "customer_hours"),
    "price": ("decision_quality",),
    "direct": ("lever_cost", "goal_divergence"),
}
"""The gates of each mechanism: measures between what levers do to it and what it does."""

__all__ = ["GATES", "MODEL", "RULES", "Rule"]
