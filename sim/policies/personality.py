"""The intervention of the second source: team personality in three steps."""

from sim.policies.policy import Policy

TEAM_PERSONALITY = Policy(
    id="team_personality",
    number=16,
    group="personality",
    en="Team personality in three steps",
    de="Teampersönlichkeit in drei Schritten",
    says_en="Profiles of people and teams, compared inside each team, lead to concrete agreements on working together.",
    says_de=(
        "Profile von Personen und Teams werden im Team verglichen und führen zu konkreten "
        "Vereinbarungen zur Zusammenarbeit."
    ),
    effects={"motive_awareness": 0.7},
    running_cost=0.03,
    one_off_cost=0.15,
    ramp=26.0,
    evidence=("E40", "E43"),
)

POLICIES = (TEAM_PERSONALITY,)
