"""Levers of the people who act: success factors 4 to 6."""

from sim.policies.policy import Policy

KNOWLEDGE_PARITY = Policy(
    id="knowledge_parity",
    number=4,
    group="people",
    en="No knowledge gap",
    de="Kein Wissensgefälle",
    says_en="Both departments are trained so that they know products and markets equally well.",
    says_de="Beide Abteilungen werden geschult, damit sie Produkte und Märkte gleich gut kennen.",
    effects={"training_hours": 1.2},
    running_cost=0.15,
    one_off_cost=0.05,
    ramp=20.0,
    evidence=("E23",),
)

SOCIAL_RECRUITING = Policy(
    id="social_recruiting",
    number=5,
    group="people",
    en="Social skill in hiring",
    de="Soziale Fähigkeiten bei Einstellungen",
    says_en="Lack of social skill rules a candidate out in marketing too, not only in sales.",
    says_de="Mangelnde soziale Fähigkeiten sind auch im Marketing ein Ausschlussgrund, nicht nur im Vertrieb.",
    effects={"marketing_hiring_bar": 0.85},
    running_cost=0.05,
    one_off_cost=0.02,
    ramp=12.0,
    evidence=("E24",),
)

JOB_ROTATION = Policy(
    id="job_rotation",
    number=6,
    group="people",
    en="Job rotation",
    de="Stellentausch zwischen den Abteilungen",
    says_en="Careers cross the fence: people work in the other department, marketers above all in sales.",
    says_de=(
        "Laufbahnen führen über den Zaun: Beschäftigte arbeiten in der anderen Abteilung, "
        "Marketingleute vor allem im Vertrieb."
    ),
    effects={"rotation_rate": 0.25},
    running_cost=0.12,
    one_off_cost=0.08,
    ramp=26.0,
    evidence=("E25", "L2"),
)

POLICIES = (KNOWLEDGE_PARITY, SOCIAL_RECRUITING, JOB_ROTATION)
