"""A lever of one's own in ten lines: what it does alone, and together with one of the study's.

Run it with ``python examples/own_lever.py``.
"""

from analysis.comparison.findings import compare_outcomes
from sim import Scenario, simulate

JOINT_VISITS = {
    "id": "joint_visits",
    "en": "Joint visits to customers",
    "de": "Gemeinsame Kundenbesuche",
    "effects": {"oral_share": 0.15, "market_focus": 0.25, "training_hours": 0.5},  # changes at full strength
    "running_cost": 0.06,  # percent of revenue per year, like the sizes of the effects an assumption of its author
    "ramp": 13.0,  # weeks
}


def main() -> None:
    """Compare no lever, the own lever, and the own lever together with talking before writing."""
    nothing = Scenario(name="nothing", policies=[JOINT_VISITS])
    visits = nothing.changed(name="visits", levers={"joint_visits": 1.0})
    both = nothing.changed(name="both", levers={"joint_visits": 1.0, "talk_first": {"intensity": 0.8, "start": 26}})
    outcomes = simulate([nothing, visits, both], companies=500, seed=1).outcomes
    for scenario in ("visits", "both"):
        difference = compare_outcomes(outcomes, "nothing", scenario)
        shown = difference.loc[["cooperation_quality", "trust", "customer_hours", "return_on_sales"]]
        print(f"\nnothing -> {scenario}\n{shown[['a', 'b', 'low', 'high', 'probability']].round(3)}")


if __name__ == "__main__":
    main()
