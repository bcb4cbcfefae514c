"""The agents' engine: what people do, and what somebody who knows Mesa finds."""

import gc
import json
import pickle
import weakref
from collections.abc import Callable
from typing import Any

import mesa
import networkx as nx
import pandas as pd
import pytest

from sim import BadInputError, OrganisationModel, Scenario
from sim import outcomes as oc
from sim.agents import Employee, MarketingEmployee, SalesEmployee, Tie
from sim.agents.record import PERSON, TIE_COLUMNS
from sim.company import ATTRIBUTES
from sim.measures import MEASURES

NOBODY_LEAVES = {"turnover": 0.0}


def model_of(weeks: int = 10, *, run: int = 0, **changes: Any) -> OrganisationModel:
    """Return a company in which nobody leaves unless said otherwise, some weeks on."""
    scenario = Scenario(**{"weeks": weeks, "founding": NOBODY_LEAVES, **changes})
    model = OrganisationModel(scenario)
    for _ in range(run):
        model.step()
    return model


def states(model: OrganisationModel, chosen: Callable[[Tie], bool] = lambda tie: True) -> list[tuple[float, float]]:
    return [(tie.trust, tie.friction) for tie in model.ties if chosen(tie)]


def is_team(tie: Tie) -> bool:
    return tie.team


# --- Mesa -------------------------------------------------------------------------------------------------------------


def test_a_step_is_a_week_and_the_model_stops_at_its_horizon() -> None:
    model = model_of(weeks=3)
    assert isinstance(model, mesa.Model)
    assert model.running
    model.step()
    assert model.steps == 1
    model.run_model()
    assert model.steps == 3
    assert not model.running
    with pytest.raises(RuntimeError, match="horizon of 3 weeks"):
        model.step()


def test_people_are_agents_of_two_kinds_in_person_order() -> None:
    model = model_of(company={"marketing": 3, "sales": 5})
    assert set(model.agent_types) == {MarketingEmployee, SalesEmployee}
    assert len(model.marketing) == 3
    assert len(model.sales) == 5
    assert list(model.agents) == model.people
    assert [person.number for person in model.people] == list(range(8))
    assert [person.department for person in model.people] == ["marketing"] * 3 + ["sales"] * 5


def test_the_data_collector_has_a_row_per_week_with_every_measure() -> None:
    frame = model_of(run=4).datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == [*MEASURES, *oc.WEEKLY]
    assert list(frame.index) == [0, 1, 2, 3]
    assert frame.notna().all(axis=None)


def test_the_data_collector_knows_everybodys_states_and_hours() -> None:
    model = model_of(run=2, company={"marketing": 2, "sales": 3})
    frame = model.datacollector.get_agent_vars_dataframe()
    hours = [*oc.PURPOSES.values()]
    names = ["number", "department", *ATTRIBUTES, *hours, "escalations", "strangeness"]
    assert list(frame.columns) == [PERSON + name for name in names]
    assert frame.index.names == ["Step", "AgentID"]
    assert frame.index.get_level_values("Step").unique().tolist() == [0, 1]
    assert frame.loc[1, "person_number"].tolist() == [0, 1, 2, 3, 4]
    assert frame.loc[1, "person_regard"].tolist() == [person.regard for person in model.people]
    assert frame[[PERSON + name for name in hours]].sum(axis=1).to_numpy() == pytest.approx(40.0)


def test_batch_run_pairs_the_company_with_its_people_of_the_same_week() -> None:
    weeks, scenario = 5, Scenario(company={"marketing": 2, "sales": 3})
    rows = mesa.batch_run(
        OrganisationModel,
        {"scenario": scenario, "company": [0], "weeks": weeks},
        data_collection_period=1,
        display_progress=False,
    )
    frame = pd.DataFrame(rows)
    model = OrganisationModel(scenario, weeks=weeks)
    model.run_model()
    company = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == weeks * len(model.people)
    for week in range(weeks):
        mine = frame[frame["Step"] == week]
        for name in ("regard", "escalations", "backlog", "contact_hours", "market_knowledge", "strangeness"):
            assert set(mine[name]) == {company.loc[week, name]}, name
        # Escalations happen in a week: the company's mean is that of its people in the very same week.
        assert mine["person_escalations"].mean() == pytest.approx(company.loc[week, "escalations"])


def test_a_model_can_be_pickled_and_goes_on_the_same() -> None:
    model = model_of(run=2, company={"marketing": 2, "sales": 3})
    copy = pickle.loads(pickle.dumps(model))
    for each in (model, copy):
        each.step()
    assert states(copy) == states(model)


def test_the_graph_can_be_written() -> None:
    graph = model_of(run=1, company={"marketing": 2, "sales": 3}).graph
    assert nx.parse_graphml("\n".join(nx.generate_graphml(graph)), node_type=int).edges.keys() == graph.edges.keys()
    assert json.loads(json.dumps(nx.node_link_data(graph)))


def test_a_position_cannot_be_removed() -> None:
    with pytest.raises(RuntimeError, match="position"):
        model_of(run=1).people[0].remove()


def test_the_data_collector_knows_every_tie() -> None:
    model = model_of(run=2, company={"marketing": 2, "sales": 3})
    frame = model.datacollector.get_table_dataframe("ties")
    assert list(frame.columns) == ["week", *TIE_COLUMNS]
    assert frame["week"].tolist() == [0] * len(model.ties) + [1] * len(model.ties)
    now = model.tie_frame()
    assert list(now.columns) == list(TIE_COLUMNS)
    assert now["trust"].tolist() == [tie.trust for tie in model.ties]
    assert frame[frame["week"] == 1]["friction"].tolist() == now["friction"].tolist()


def test_collecting_is_a_choice_and_changes_nothing() -> None:
    scenario = Scenario(weeks=6)
    silent = OrganisationModel(scenario, collect=())
    people = OrganisationModel(scenario, collect=("people",))
    full = OrganisationModel(scenario)
    for model in (silent, people, full):
        model.run_model()
    assert silent.datacollector.model_reporters == {}
    assert silent.datacollector.tables == {}
    assert list(people.datacollector.agent_reporters) == list(full.datacollector.agent_reporters)
    assert people.datacollector.model_reporters == {}
    assert states(silent) == states(people) == states(full)
    with pytest.raises(RuntimeError, match="collect"):
        silent.outcomes()


def test_what_follows_from_a_week_has_the_names_it_says() -> None:
    model = model_of(run=1)
    assert tuple(model.weekly()) == oc.WEEKLY


def test_mesa_runs_it_in_batches() -> None:
    found = mesa.batch_run(
        OrganisationModel,
        {"scenario": [Scenario(weeks=2)], "company": range(3), "collect": [("company",)]},
        number_processes=1,
        display_progress=False,
    )
    assert [row["company"] for row in found] == [0, 1, 2]
    assert len({row["cooperation_quality"] for row in found}) == 3


def test_a_model_nobody_needs_any_more_is_freed() -> None:
    model = model_of(run=1)
    person, seen = weakref.ref(model.people[0]), weakref.ref(model)
    del model
    gc.collect()
    assert seen() is None
    assert person() is None


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        ({"weeks": 0}, "weeks"),
        ({"weeks": 2.0}, "weeks"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
        ({"company": -1}, "company"),
        ({"company": 2**48}, "company"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], key: str) -> None:
    with pytest.raises(BadInputError) as caught:
        OrganisationModel(Scenario(), **arguments)
    assert caught.value.key == key


def test_an_unknown_level_of_collecting_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(BadInputError) as caught:
        OrganisationModel(Scenario(), collect=("peple",))
    assert "people" in str(caught.value)


# --- the communication graph ------------------------------------------------------------------------------------------


def test_the_graph_holds_the_people_and_the_state_of_ties() -> None:
    model = model_of(run=3)
    assert list(model.graph.nodes) == [person.number for person in model.people]
    trust = nx.get_edge_attributes(model.graph, "trust")
    friction = nx.get_edge_attributes(model.graph, "friction")
    assert len(trust) == len(friction) == len(model.ties)
    for tie in model.ties:
        assert trust[tie.marketing.number, tie.sales.number] == tie.trust
        assert friction[tie.marketing.number, tie.sales.number] == tie.friction
    for a, b, kind in model.graph.edges(data="kind"):
        same = model.people[a].department == model.people[b].department
        assert (kind == "internal") is same
        assert ("trust" in model.graph.edges[a, b]) is not same


def test_what_is_written_on_an_edge_counts() -> None:
    model, twin = model_of(run=1), model_of(run=1)
    tie = model.ties[0]
    model.graph.edges[tie.marketing.number, tie.sales.number]["trust"] = 1.0
    model.step()
    twin.step()
    assert tie.contact_hours > twin.ties[0].contact_hours
    assert tie.sales.regard > twin.ties[0].sales.regard


def test_a_broker_carries_all_interface_ties() -> None:
    company = {"marketing": 4, "sales": 6, "structure": "broker", "team_degree": 0.0}
    model = model_of(company=company, run=1)
    assert {tie.marketing.number for tie in model.ties} == {0}
    assert sorted(tie.sales.number for tie in model.ties) == [4, 5, 6, 7, 8, 9]
    broker, *others = model.marketing
    assert broker.tie_hours > 0.0
    assert [person.tie_hours for person in others] == [0.0, 0.0, 0.0]
    spread = model_of(company={**company, "structure": "spread"})
    assert {tie.marketing.number for tie in spread.ties} == {0, 1, 2, 3}


# --- ties -------------------------------------------------------------------------------------------------------------


def test_team_ties_are_dormant_without_teams() -> None:
    model = model_of()
    before = states(model, is_team)
    assert len(before) > 0
    model.run_model()
    assert states(model, is_team) == before
    assert all(tie.contact_hours == 0.0 for tie in model.ties if tie.team)
    assert model.measures["active_ties"] == sum(not tie.team for tie in model.ties)


def test_team_ties_wake_with_teams_and_fall_asleep_again() -> None:
    steps = [{"intensity": 1.0, "ramp": 1.0}, {"intensity": 0.0, "start": 3.0, "ramp": 1.0}]
    model = model_of(levers={"cross_functional_teams": {"steps": steps}})
    at_the_start = states(model, is_team)
    model.step()
    assert states(model, is_team) != at_the_start
    assert all(tie.contact_hours > 0.0 for tie in model.ties)
    for _ in range(3):
        model.step()
    asleep = states(model, is_team)
    model.run_model()
    assert states(model, is_team) == asleep
    assert all(tie.contact_hours == 0.0 for tie in model.ties if tie.team)


def test_teams_share_out_the_need_and_do_not_raise_it() -> None:
    without, with_teams = (model_of(run=1, parameters={"team_intensity": teams}) for teams in (0.0, 0.5))
    team_ties = sum(tie.team for tie in with_teams.ties)
    assert with_teams.week.weight == without.week.weight + 0.5 * team_ties
    assert with_teams.week.need < without.week.need
    assert with_teams.week.need * with_teams.week.weight == pytest.approx(without.week.need * without.week.weight)


def test_a_clash_raises_friction_and_costs_trust_on_every_tie_in_use() -> None:
    model, peaceful = model_of(clash={"week": 2}, run=2), model_of(run=2)
    before = states(model)
    assert before == states(peaceful)
    model.step()
    for (trust, friction), tie in zip(before, model.ties, strict=True):
        if tie.team:
            assert (tie.trust, tie.friction) == (trust, friction)
        else:
            assert tie.escalated == 1.0
            assert tie.friction > friction
            assert tie.trust < trust


def test_half_a_clash_hits_the_first_half_of_the_ties() -> None:
    model = model_of(clash={"week": 0, "share": 0.5}, coefficients={"escalation_rate": 0.005}, run=1)
    regular = [tie for tie in model.ties if not tie.team]
    assert all(tie.escalated == 1.0 for tie in regular[: len(regular) // 2])
    assert sum(tie.escalated for tie in regular[len(regular) // 2 :]) < len(regular) / 4


def test_escalations_travel_to_colleagues_and_not_beyond() -> None:
    model, peaceful = model_of(clash={"week": 0, "share": 0.01}, run=1), model_of(run=1)
    fight = model.ties[0]
    assert fight.escalated == 1.0
    assert peaceful.ties[0].escalated == 0.0
    involved = {fight.marketing, fight.sales}
    heard = {colleague for person in involved for colleague in person.colleagues}
    assert 0 < len(heard | involved) < len(model.people)
    for person, twin in zip(model.people, peaceful.people, strict=True):
        if person in involved | heard:
            assert person.regard < twin.regard
        else:
            assert person.regard == twin.regard
    lost = [twin.regard - person.regard for person, twin in zip(model.people, peaceful.people, strict=True)]
    assert min(lost[person.number] for person in involved) > max(lost[person.number] for person in heard)


def test_friction_heals_where_nothing_happens() -> None:
    model = model_of(weeks=1, coefficients={"escalation_rate": 0.005})
    before = states(model)
    model.run_model()
    calm = [
        (friction, tie.friction) for (_, friction), tie in zip(before, model.ties, strict=True) if not tie.escalated
    ]
    assert all(after <= friction for friction, after in calm)


# --- motives (E36-E43) ------------------------------------------------------------------------------------------------


def test_contact_does_not_lower_strangeness() -> None:
    model = model_of(weeks=52, context={"meeting_culture": 1.0}, parameters={"formality": 0.8, "joint_planning": 1.0})
    model.step()
    strange = [tie.strangeness for tie in model.ties if not tie.team]
    assert min(strange) > 0.0
    model.run_model()
    assert sum(tie.contact_hours for tie in model.ties) > 0.0
    assert [tie.strangeness for tie in model.ties if not tie.team] == strange


def test_knowing_the_other_sides_motives_lowers_strangeness() -> None:
    blind, aware, wise = (model_of(run=1, parameters={"motive_awareness": level}) for level in (0.0, 0.5, 1.0))
    for one, other, third in zip(blind.ties, aware.ties, wise.ties, strict=True):
        if not one.team:
            assert one.strangeness == one.distance
            assert other.strangeness == one.distance / 2
            assert third.strangeness == 0.0
            assert one.understanding < other.understanding < third.understanding


def test_who_wants_to_be_left_alone_reaches_out_less_where_contact_is_mandated() -> None:
    model = model_of(run=1, context={"meeting_culture": 1.0})
    person = model.people[0]
    person.autonomy = -1.0
    person.reach_out(model.week)
    glad = person.outreach
    person.autonomy = 1.0
    person.reach_out(model.week)
    assert person.outreach < glad


# --- people -----------------------------------------------------------------------------------------------------------


def test_the_founders_were_hired_as_the_first_week_would_hire() -> None:
    founding = {**NOBODY_LEAVES, "skill_bar": 0.25, "skill_marketing": 0.4, "person_spread": 0.2}
    easy, picky = (model_of(founding=founding, parameters={"marketing_hiring_bar": bar}) for bar in (0.0, 1.0))
    for one, other in zip(easy.people, picky.people, strict=True):
        gain = 0.25 if one.department == "marketing" else 0.0
        assert other.social_skill == pytest.approx(one.social_skill + gain)


def test_nobody_comes_where_nobody_leaves() -> None:
    model = model_of(weeks=40, run=40)
    assert all(person.arrived == -1 for person in model.people)


def test_newcomers_take_over_the_positions_of_those_who_leave() -> None:
    model = model_of(weeks=104, founding={"turnover": 0.5})
    founders = {person: [getattr(person, motive) for motive in ATTRIBUTES[3:7]] for person in model.people}
    model.run_model()
    assert list(founders) == list(model.agents)
    newcomers = [person for person in model.people if person.arrived >= 0]
    # Every other position changes hands each year: after two, three in four have.
    assert 0.5 < len(newcomers) / len(model.people) < 1.0
    for person, motives in founders.items():
        changed = [getattr(person, motive) for motive in ATTRIBUTES[3:7]] != motives
        assert changed == (person in newcomers)


@pytest.mark.parametrize(("department", "skill"), [("marketing", 0.7), ("sales", 0.5)])
def test_a_newcomer_inherits_half_of_what_was(department: str, skill: float) -> None:
    founding = {"newcomer_memory": 0.5, "newcomer_trust": 0.4, "skill_bar": 0.25, "experience_start": 0.2}
    parameters = {"marketing_hiring_bar": 0.8, "rotation_rate": 0.0}
    model = model_of(run=1, founding={**NOBODY_LEAVES, **founding}, parameters=parameters)
    person = (model.marketing if department == "marketing" else model.sales)[0]
    person.regard = 0.8
    for tie in person.interface:
        tie.edge["trust"], tie.edge["friction"] = 0.2, 0.6
    others = {tie: (tie.trust, tie.friction) for tie in model.ties if tie not in person.interface}
    person.hand_over([0.1, 0.2, 0.5, -0.5, 0.5, 1.0, -1.0, 0.25], model.week, model.founding, number=7)
    assert person.arrived == 7
    assert [person.market_knowledge, person.product_knowledge] == [0.1, 0.2]
    # Marketing looks at social skill as far as its hiring bar goes; sales has always done so.
    assert person.social_skill == pytest.approx(skill)
    assert [person.autonomy, person.recognition, person.status, person.contacts] == [-0.5, 0.5, 1.0, -1.0]
    assert person.experience == pytest.approx(0.1)
    assert person.regard == pytest.approx(0.6)
    assert person.backlog == 0.0
    for tie in person.interface:
        assert tie.trust == pytest.approx(0.3)
        assert tie.friction == pytest.approx(0.3)
        assert tie.distance == pytest.approx(distance(tie))
    assert all((tie.trust, tie.friction) == before for tie, before in others.items())


def distance(tie: Tie) -> float:
    pairs = [(getattr(tie.marketing, motive), getattr(tie.sales, motive)) for motive in ATTRIBUTES[3:7]]
    return sum(abs(one - other) for one, other in pairs) / 8.0


def test_reading_has_its_limits() -> None:
    model = model_of(run=1, coefficients={"reading_share": 0.05})
    week, person = model.week, model.people[0]
    person.backlog = 30.0
    person.reach_out(week)
    person.read(week)
    assert person.reading_hours == pytest.approx(0.05 * (40.0 - week.fixed))
    assert person.core_hours == pytest.approx(0.95 * (40.0 - week.fixed))
    person.backlog = 0.0
    person.reach_out(week)
    person.read(week)
    assert person.reading_hours == 0.0


def test_each_department_learns_its_own_field_faster() -> None:
    model = model_of(run=1)
    marketer, seller = model.people[0], model.people[-1]
    for person in (marketer, seller):
        person.market_knowledge = person.product_knowledge = 0.5
        person.reach_out(model.week)
        person.core_hours = 40.0
        person.learn(model.week)
    assert seller.market_knowledge > marketer.market_knowledge
    assert marketer.product_knowledge > seller.product_knowledge


def test_knowledge_flows_to_the_less_informed_side_only() -> None:
    model = model_of(run=1)
    tie = model.ties[0]

    def after_talking(own: float, their: float) -> list[float]:
        tie.marketing.market_knowledge, tie.sales.market_knowledge = own, their
        people: list[Employee] = [tie.marketing, tie.sales]
        for person in people:
            person.reach_out(model.week)
        tie.marketing.meet(tie, model.week)
        for person in people:
            person.core_hours = 0.0
            person.learn(model.week)
        return [person.market_knowledge for person in people]

    equal = after_talking(0.4, 0.4)
    taught = after_talking(0.4, 0.9)
    assert taught[0] > equal[0]
    # The better informed side neither gains nor loses by telling: only ageing and training act on it.
    alone = after_talking(0.9, 0.9)
    assert taught[1] == alone[1]


def test_regard_spreads_among_colleagues() -> None:
    model = model_of(run=1)
    person = next(person for person in model.people if person.colleagues)
    person.regard = 0.5

    def regard_among(others: float) -> float:
        person.regard = 0.5
        for colleague in person.colleagues:
            colleague.regard = others
            colleague.escalations = 0.0
        person.reach_out(model.week)
        person.listen_to_colleagues(model.week)
        person.form_opinion(model.week)
        return person.regard

    assert regard_among(0.1) < regard_among(0.5) < regard_among(0.9)
