"""What holds anywhere in the parameter space: bounds, 40 hours, finite numbers, and a lever at zero is no lever."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim import OrganisationModel, Scenario, simulate
from sim.agents import Employee
from sim.agents.record import PERSON
from sim.company import ATTRIBUTES
from sim.core.engine import Block, Engine
from sim.measures import MEASURES, PERSON_MEASURES
from sim.outcomes import OUTCOMES, PURPOSES, TYPES
from sim.parameters import coefficients, founding, parameters, population
from sim.rules import WEEK_HOURS
from sim.settings import settings_of
from tests.sim.strategies import LEVERS, changes, numbers, scenarios

MOTIVES = ("autonomy", "recognition", "status", "contacts")
FIXED_HOURS = ("report_hours", "planning_hours", "training_hours", "rotation_hours", "team_hours")
SHARES = (
    *("alignment", "trust", "friction", "understanding", "decision_quality", "knowledge_gap", "understanding_unlike"),
    *("motive_distance", "mandate", "disclosure", "relevance", "goal_divergence"),
)
"""Company measures in [0, 1]."""
everywhere = st.fixed_dictionaries(
    {group: changes(group, parameters()[group]) for group in ("coefficient", "founding", "mechanism")}
)


def bounds(attribute: str, backlog_limit: float) -> tuple[float, float]:
    if attribute in MOTIVES:
        return -1.0, 1.0
    return 0.0, backlog_limit if attribute == "backlog" else 1.0


def run(scenarios: list[Scenario], numbers: range) -> Block:
    """Run companies of one graph under settings with the same coefficients and founding, in one block."""
    blocks: list[Block] = []
    engine = Engine(
        settings=settings_of(scenarios),
        seed=1,
        weeks=scenarios[0].weeks,
        coefficients=coefficients(scenarios[0].coefficients),
        founding=founding(scenarios[0].founding),
        population=population(),
        block_lanes=32,
        trace=True,
    )
    lanes = np.arange(len(scenarios) * len(numbers), dtype=np.int64)
    engine.run(lanes // len(numbers), np.array(numbers)[lanes % len(numbers)], lambda block: block, blocks.append)
    (block,) = blocks
    return block


@given(everywhere, st.lists(changes("mechanism"), min_size=1, max_size=4), st.booleans(), st.integers(2, 40))
def test_states_stay_in_bounds_and_hours_sum_to_40(
    point: dict[str, dict[str, float]], mechanisms: list[dict[str, float]], clash: bool, weeks: int
) -> None:
    common = {
        "weeks": weeks,
        "company": {"marketing": 4, "sales": 7, "team_degree": 2.0},
        "coefficients": point["coefficient"],
        "founding": point["founding"],
        "clash": {"week": 1} if clash else None,
    }
    settings = [point["mechanism"], *mechanisms]
    block = run([Scenario(name=str(k), parameters=changed, **common) for k, changed in enumerate(settings)], range(6))
    limit = point["coefficient"]["backlog_limit"]
    for column, attribute in enumerate(ATTRIBUTES):
        low, high = bounds(attribute, limit)
        states = block.people[:, :, column]
        assert low <= states.min() <= states.max() <= high, attribute
    assert 0.0 <= block.ties.min() <= block.ties.max() <= 1.0
    assert np.isfinite(block.measures).all()
    for name in SHARES:
        assert -1e-12 <= block.by_name()[name].min() <= block.by_name()[name].max() <= 1.0 + 1e-12, name
    fixed = sum(block.by_name()[name] for name in FIXED_HOURS)
    for department in ("marketing", "sales"):
        parts = [block.by_name()[f"{name}_{department}"] for name in ("tie_hours", "reading_hours", "core_hours")]
        assert min(part.min() for part in parts) >= 0.0
        np.testing.assert_allclose(fixed + sum(parts), WEEK_HOURS, rtol=0.0, atol=1e-9)


@given(scenarios(most_people=30, most_weeks=30, person_weeks=200))
def test_everybodys_hours_sum_to_40_every_week(scenario: Scenario) -> None:
    model = OrganisationModel(scenario, collect=("people",))
    limit = model.coefficients.backlog_limit
    while model.running:
        model.step()
        for tie in model.ties:
            assert 0.0 <= tie.trust <= 1.0
            assert 0.0 <= tie.friction <= 1.0
            assert tie.contact_hours >= 0.0
        for person in model.people:
            assert_in_bounds(person, limit)
    hours = model.datacollector.get_agent_vars_dataframe()[[PERSON + name for name in PURPOSES.values()]]
    assert (hours.to_numpy() >= -1e-12).all()
    np.testing.assert_allclose(hours.sum(axis=1).to_numpy(), WEEK_HOURS, rtol=0.0, atol=1e-9)


def assert_in_bounds(person: Employee, backlog_limit: float) -> None:
    for attribute in ATTRIBUTES:
        low, high = bounds(attribute, backlog_limit)
        assert low <= getattr(person, attribute) <= high, attribute


# Nobody wants to meet, nothing is mandated, nothing written: not an hour of coordination.
SILENT = Scenario(
    weeks=5,
    context={"meeting_culture": 0.0, "founding_trust": 0.0, "founding_friction": 1.0},
    parameters={
        **{"report_hours": 0.0, "planning_hours": 0.0, "formality": 0.0, "joint_planning": 0.0},
        **{"oral_share": 1.0, "disclosure": 0.0, "power_gap": 1.0},
    },
    coefficients={"willing_base": -0.3},
    founding={"backlog_start": 0.0, "regard_base": 0.1, "tie_spread": 0.0},
)


@given(scenarios(most_people=60, most_weeks=60, person_weeks=20_000), changes("outcome"))
@example(SILENT, {})
def test_outcomes_paths_and_hours_are_finite(scenario: Scenario, measured: dict[str, float]) -> None:
    found = simulate(scenario.changed(outcome=measured), companies=3, paths=True, hours=True, threads=1)
    assert np.isfinite(found.outcomes[list(OUTCOMES)].to_numpy()).all()
    assert set(found.outcomes["type"]) <= set(TYPES)
    assert np.isfinite(found.paths.drop(columns="scenario").to_numpy()).all()
    assert (found.hours["hours"] >= -1e-12).all()
    weeks = found.hours.groupby(["company", "department"])["hours"].sum()
    assert len(weeks) == 6
    np.testing.assert_allclose(weeks.to_numpy(), WEEK_HOURS, rtol=0.0, atol=1e-9)


@given(
    scenarios(most_people=40, most_weeks=40, person_weeks=20_000),
    st.sets(st.sampled_from(LEVERS), min_size=1),
    st.data(),
)
@settings(max_examples=50)
def test_a_lever_at_zero_is_no_lever(scenario: Scenario, zero: set[str], data: st.DataObject) -> None:
    levers = {name: lever for name, lever in scenario.model_dump()["levers"].items() if name not in zero}
    idle = {name: {"intensity": 0.0, "start": data.draw(numbers(0.0, 50.0)), "ramp": 3.5} for name in sorted(zero)}
    without, with_idle = (scenario.changed(levers=some) for some in (levers, levers | idle))
    one, other = (run([some], range(3)) for some in (without, with_idle))
    assert one.measures.tobytes() == other.measures.tobytes()
    assert one.people.tobytes() == other.people.tobytes()
    assert one.ties.tobytes() == other.ties.tobytes()


@pytest.mark.parametrize("name", PERSON_MEASURES)
def test_the_record_is_the_mean_over_people(name: str) -> None:
    model = OrganisationModel(Scenario(weeks=3), collect=())
    model.run_model()
    for department, people in (("marketing", model.marketing), ("sales", model.sales)):
        mean = np.mean(people.get(name))
        assert model.measures[f"{name}_{department}"] == pytest.approx(mean, rel=1e-12)
    assert f"{name}_sales" in MEASURES
