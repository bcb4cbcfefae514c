"""Levers of the mindset: success factors 1 to 3."""

from sim.policies.policy import Policy

CONSTRUCTIVE_CONFLICT = Policy(
    id="constructive_conflict",
    number=1,
    group="mindset",
    en="Constructive conflict",
    de="Konstruktiver Konflikt",
    says_en="People speak up on content, and positions are discussed apart from the persons who hold them.",
    says_de="Über Inhalte wird offen gestritten, und Positionen werden getrennt von den Personen besprochen.",
    effects={"voice": 0.4, "depersonalisation": 0.5},
    running_cost=0.05,
    one_off_cost=0.10,
    ramp=26.0,
    evidence=("E20", "L4"),
)

CHECKS_AND_BALANCES = Policy(
    id="checks_and_balances",
    number=2,
    group="mindset",
    en="Checks and balances",
    de="Rollen mit Gegengewicht",
    says_en="Marketing optimises the product side of the business and sales the customer side, on purpose.",
    says_de="Marketing optimiert bewusst die Produktseite des Geschäfts, der Vertrieb die Kundenseite.",
    # A position that is owed to a role is no attack on a person: disagreement by design is also less personal (L1).
    effects={"role_contrast": 0.6, "depersonalisation": 0.2},
    running_cost=0.03,
    one_off_cost=0.08,
    ramp=20.0,
    evidence=("E21", "L1"),
)

MARKET_ORIENTATION = Policy(
    id="market_orientation",
    number=3,
    group="mindset",
    en="Market orientation",
    de="Marktorientierung",
    says_en="Both departments look at customers and competitors rather than at products and technology.",
    says_de="Beide Abteilungen blicken auf Kunden und Wettbewerber statt auf Produkte und Technik.",
    effects={"market_focus": 0.5},
    running_cost=0.08,
    one_off_cost=0.10,
    ramp=26.0,
    evidence=("E22",),
)

POLICIES = (CONSTRUCTIVE_CONFLICT, CHECKS_AND_BALANCES, MARKET_ORIENTATION)
