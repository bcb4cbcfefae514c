"""Levers of the organisation: success factors 11 to 15."""

from sim.policies.policy import Policy

EYE_LEVEL = Policy(
    id="eye_level",
    number=11,
    group="organisation",
    en="On eye level",
    de="Auf Augenhöhe",
    says_en="Power is balanced, so that neither side needs to hoard information and both views count.",
    says_de="Die Macht ist ausgeglichen, sodass keine Seite Informationen horten muss und beide Sichtweisen zählen.",
    effects={"power_gap": -0.4},
    running_cost=0.03,
    one_off_cost=0.10,
    ramp=26.0,
    evidence=("E30",),
)

CLEAR_PROCESSES = Policy(
    id="clear_processes",
    number=12,
    group="organisation",
    en="Clear processes and responsibilities",
    de="Klare Prozesse und Zuständigkeiten",
    says_en="Who decides what is settled, which ends turf fights; each rule also brings some formality.",
    says_de="Wer was entscheidet, ist geklärt, das beendet Revierkämpfe; jede Regel bringt auch etwas Formalität mit.",
    effects={"clarity": 0.5, "formality": 0.12},
    running_cost=0.04,
    one_off_cost=0.12,
    ramp=20.0,
    evidence=("E31",),
)

CROSS_FUNCTIONAL_TEAMS = Policy(
    id="cross_functional_teams",
    number=13,
    group="organisation",
    en="Cross-functional teams",
    de="Bereichsübergreifende Teams",
    says_en="Mixed teams work on common tasks, with project skills and the backing of top management.",
    says_de="Gemischte Teams arbeiten an gemeinsamen Aufgaben, mit Projekterfahrung und Rückhalt der Leitung.",
    effects={"team_intensity": 0.7, "team_support": 0.7},
    running_cost=0.10,
    one_off_cost=0.10,
    ramp=20.0,
    evidence=("E32",),
)

JOINT_PLANNING = Policy(
    id="joint_planning",
    number=14,
    group="organisation",
    en="Joint planning",
    de="Gemeinsame Planung",
    says_en="Plans are made together on assumptions that are agreed, written down and updated; this takes hours.",
    says_de=(
        "Pläne entstehen gemeinsam auf vereinbarten, festgehaltenen und aktualisierten Annahmen; das kostet Stunden."
    ),
    effects={"joint_planning": 0.7, "planning_hours": 0.4},
    running_cost=0.05,
    one_off_cost=0.06,
    ramp=26.0,
    evidence=("E33",),
)

SHARED_GOALS = Policy(
    id="shared_goals",
    number=15,
    group="organisation",
    en="Shared goals that count in pay",
    de="Gemeinsame Ziele mit Vergütungswirkung",
    says_en=(
        "Both are paid for shared long-term customer goals, realistic ones, broken down to what each can influence."
    ),
    says_de=(
        "Beide werden nach gemeinsamen langfristigen Kundenzielen vergütet, die realistisch und auf "
        "eigene Stellgrößen heruntergebrochen sind."
    ),
    effects={"shared_goals": 0.7, "goal_breakdown": 0.6, "goal_horizon": 0.5, "goal_ambition": 0.2},
    running_cost=0.10,
    one_off_cost=0.12,
    ramp=26.0,
    evidence=("E34", "L3"),
)

POLICIES = (EYE_LEVEL, CLEAR_PROCESSES, CROSS_FUNCTIONAL_TEAMS, JOINT_PLANNING, SHARED_GOALS)
