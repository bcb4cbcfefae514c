"""The levers: 15 success factors in four groups, the intervention on personality, and a user's own."""

from sim.policies import information, mindset, organisation, people, personality
from sim.policies.policy import POLICY_GROUPS, Policy, by_id

SUCCESS_FACTORS = (*mindset.POLICIES, *people.POLICIES, *information.POLICIES, *organisation.POLICIES)
"""The study's 15 success factors, in its order (E20-E34)."""

ALL_POLICIES = (*SUCCESS_FACTORS, *personality.POLICIES)
"""The 15 success factors and the intervention (E43)."""

__all__ = ["ALL_POLICIES", "POLICY_GROUPS", "SUCCESS_FACTORS", "Policy", "by_id"]
