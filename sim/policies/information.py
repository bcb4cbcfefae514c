"""Levers of information handling: success factors 7 to 10."""

from sim.policies.policy import Policy

TALK_FIRST = Policy(
    id="talk_first",
    number=7,
    group="information",
    en="Talk before writing",
    de="Reden vor Schreiben",
    says_en="What matters is said in person or by phone; mails have few readers in copy.",
    says_de="Wichtiges wird persönlich oder am Telefon besprochen; E-Mails gehen an wenige in Kopie.",
    effects={"oral_share": 0.35, "copies_per_mail": -1.8},
    running_cost=0.02,
    one_off_cost=0.05,
    ramp=16.0,
    evidence=("E26",),
)

LINKED_SYSTEMS = Policy(
    id="linked_systems",
    number=8,
    group="information",
    en="Linked IT systems",
    de="Verbundene IT-Systeme",
    says_en="Systems are linked, both sides see the same figures and share the rules for booking them.",
    says_de="Die Systeme sind verbunden, beide Seiten sehen dieselben Zahlen und buchen nach gleichen Regeln.",
    effects={"it_integration": 0.6},
    running_cost=0.10,
    one_off_cost=0.40,
    ramp=39.0,
    evidence=("E27",),
)

LEAN_REPORTING = Policy(
    id="lean_reporting",
    number=9,
    group="information",
    en="No dead reports",
    de="Keine Blindleistungen",
    says_en="Reports expire, a small set of figures is chosen together, and information is used before acting.",
    says_de=(
        "Berichte haben ein Verfallsdatum, wenige Kennzahlen sind gemeinsam gewählt und werden vor dem Handeln genutzt."
    ),
    effects={"report_hours": -1.2, "relevance": 0.4},
    running_cost=0.02,
    one_off_cost=0.06,
    ramp=20.0,
    evidence=("E28",),
)

INFORMATION_PUSH = Policy(
    id="information_push",
    number=10,
    group="information",
    en="Information as a debt to be brought",
    de="Information als Bringschuld",
    says_en="Nobody sits on information; requests outside the routine are answered, with reasons and feedback.",
    says_de=(
        "Niemand behält Informationen für sich; auch ungeplante Anfragen werden beantwortet, mit "
        "Begründung und Rückmeldung."
    ),
    effects={"disclosure": 0.6},
    running_cost=0.04,
    one_off_cost=0.05,
    ramp=20.0,
    evidence=("E29",),
)

POLICIES = (TALK_FIRST, LINKED_SYSTEMS, LEAN_REPORTING, INFORMATION_PUSH)
