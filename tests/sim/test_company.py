"""Virtual companies: their graphs, their need to coordinate, and how they, their people and their chance begin."""

import math
from collections.abc import Iterable
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim import graph as graphs
from sim.chance import EscalationDraws, market_paths
from sim.company import ATTRIBUTES, CONTEXT, Companies, hire_founders
from sim.evidence import type_shares
from sim.graph import COMPANIES_PER_GRAPH, Graph, Shape, communication_graph
from sim.need import area_need, coordination_need, coupling_need
from sim.parameters import founding, parameters, population
from sim.world import World, found_companies
from tests.sim.strategies import changes, numbers

Floats = NDArray[np.float64]
SIZES = st.integers(1, 60)
DEGREES = numbers(0.0, 8.0)
STRUCTURES = st.sampled_from(graphs.STRUCTURES)
MANY = np.arange(640)
DEFAULT = World(place=Shape())


def draw(shape: Shape, seed: int = 1, number: int = 0) -> Graph:
    """Draw a graph anew, past the memory of the function."""
    return communication_graph.__wrapped__(shape, seed, number)


def found(world: World = DEFAULT, companies: Any = range(32), weeks: int = 104, seed: int = 1, **f: float) -> Companies:
    companies = np.array(companies, dtype=np.int64)
    return found_companies([world] * len(companies), companies, seed, weeks, founding(f), population())


def people(companies: Companies, hiring_bar: float = 0.0, rotation_rate: float = 0.0, **f: float) -> Floats:
    """States of the founders, hired under these practices, shape (companies, people, attributes)."""
    rows = np.arange(len(companies.numbers))
    return hire_founders(
        companies, rows, np.full(len(rows), hiring_bar), np.full(len(rows), rotation_rate), founding(f)
    )


# --- communication graphs ---------------------------------------------------------------------------------------------


def interface(graph: Graph) -> list[tuple[int, int]]:
    return list(zip(graph.tie_marketing.tolist(), graph.tie_sales.tolist(), strict=True))


def internal(graph: Graph) -> list[tuple[int, int]]:
    return list(zip(graph.inner_a.tolist(), graph.inner_b.tolist(), strict=True))


def internal_ties(size: int, degree: float) -> int:
    """A ring at least, a complete graph at most."""
    ring = size if size > 2 else size - 1
    return min(size * (size - 1) // 2, max(ring, round(degree * size / 2)))


@given(SIZES, SIZES, STRUCTURES, DEGREES, DEGREES, DEGREES, st.integers(0, 5), st.integers(0, 3))
@example(1, 1, "spread", 50.0, 50.0, 50.0, 0, 0)
@example(60, 60, "spread", 50.0, 50.0, 50.0, 0, 0)
@example(1, 60, "broker", 4.0, 0.0, 50.0, 1, 0)
@example(2, 1, "small_world", 4.0, 50.0, 50.0, 0, 0)
@example(60, 60, "hubs", 50.0, 50.0, 50.0, 0, 0)
def test_any_graph(
    m: int, s: int, structure: str, between: float, inside: float, teams: float, seed: int, number: int
) -> None:
    shape = Shape(m, s, structure, between, inside, teams)
    graph = draw(shape, seed, number)
    assert (graph.marketing, graph.sales, graph.people) == (m, s, m + s)
    # Numbers of ties.
    regular = min(m * s, max(1, round(between * (m + s) / 2)))
    if structure == "broker":
        regular = min(regular, s)
    team = min(m * s - regular, round(teams * (m + s) / 2))
    assert (graph.regular_ties, graph.ties) == (regular, regular + team)
    assert len(graph.inner_a) == internal_ties(m, inside) + internal_ties(s, inside)
    # Ends: marketing and sales, lower number first inside a department.
    assert all(a < m <= b < m + s for a, b in interface(graph))
    assert all(a < b < m or m <= a < b < m + s for a, b in internal(graph))
    # No tie twice, team ties after regular ones, both kinds in order.
    assert len({*interface(graph), *internal(graph)}) == graph.ties + len(graph.inner_a)
    assert graph.team.tolist() == [0.0] * regular + [1.0] * team
    assert interface(graph) == sorted(interface(graph)[:regular]) + sorted(interface(graph)[regular:])
    assert internal(graph) == sorted(internal(graph)[: internal_ties(m, inside)]) + sorted(
        internal(graph)[internal_ties(m, inside) :]
    )
    if structure == "broker":
        assert set(graph.tie_marketing[:regular].tolist()) == {0}
    assert_degrees(graph)
    assert_networkx_agrees(graph)


def assert_degrees(graph: Graph) -> None:
    both = graph.regular_degree() + graph.team_degree()
    assert graph.regular_degree().sum() == 2 * graph.regular_ties
    assert graph.team_degree().sum() == 2 * (graph.ties - graph.regular_ties)
    assert [sum(person in tie for tie in interface(graph)) for person in range(graph.people)] == both.tolist()


def assert_networkx_agrees(graph: Graph) -> None:
    view = graph.to_networkx()
    departments = {side: [n for n, d in view.nodes(data="department") if d == side] for side in ("marketing", "sales")}
    assert departments["marketing"] == list(range(graph.marketing))
    assert departments["sales"] == list(range(graph.marketing, graph.people))
    assert [name for _, name in view.nodes(data="name")] == [str(person) for person in range(graph.people)]
    found: dict[str, dict[int, tuple[int, int]]] = {"interface": {}, "team": {}, "internal": {}}
    for a, b, data in view.edges(data=True):
        found[data["kind"]][data["index"]] = (min(a, b), max(a, b))
    split = graph.regular_ties
    assert found["interface"] == dict(enumerate(interface(graph)[:split]))
    assert found["team"] == dict(enumerate(interface(graph)[split:], start=split))
    assert found["internal"] == dict(enumerate(internal(graph)))
    # One good partner can reach everybody: departments are connected.
    colleagues = nx.Graph(internal(graph))
    colleagues.add_nodes_from(range(graph.people))
    for members in departments.values():
        assert nx.is_connected(colleagues.subgraph(members))


@given(SIZES, SIZES, DEGREES)
@settings(max_examples=50)
def test_spread_ties_are_dealt_out_evenly_in_marketing(m: int, s: int, degree: float) -> None:
    count = draw(Shape(m, s, "spread", degree)).regular_degree()[:m]
    assert count.max() - count.min() <= 1


def test_chance_rewires_in_sales_only_now_and_then() -> None:
    count = np.concatenate([draw(Shape(20, 30), number=k).regular_degree()[20:] for k in range(40)])
    assert count.mean() == pytest.approx(100 / 30)
    assert 0.5 < count.std() < 1.5


def test_structures_differ_in_what_they_are_named_for() -> None:
    shapes = {name: Shape(40, 60, name, team_degree=0.0) for name in graphs.STRUCTURES}
    degree = {
        name: np.concatenate([draw(s, number=k).regular_degree() for k in range(20)]) for name, s in shapes.items()
    }
    assert degree["hubs"].std() > 1.5 * degree["random"].std() > 1.5 * degree["spread"].std()
    assert degree["random"].var() == pytest.approx(4.0, rel=0.2)  # nearly Poisson

    def shared(name: str) -> float:
        """Share of colleagues' partners that are one's own partners too."""
        found = []
        for k in range(5):
            view = draw(shapes[name], number=k).to_networkx()
            for a, b, kind in view.edges(data="kind"):
                if kind == "internal":
                    ours, theirs = ({n for n in view[x] if view.edges[x, n]["kind"] == "interface"} for x in (a, b))
                    found.append(len(ours & theirs) / max(1, len(ours | theirs)))
        return float(np.mean(found))

    assert shared("small_world") > 3.0 * shared("random")


def test_a_broker_carries_every_regular_tie() -> None:
    graph = draw(Shape(10, 14, "broker"))
    assert graph.regular_degree().tolist() == [14.0] + [0.0] * 9 + [1.0] * 14
    assert graph.team_degree().sum() == 24


@given(SIZES, SIZES, STRUCTURES, st.integers(0, 2**63 - 1), st.integers(0, 2**40))
@settings(max_examples=30)
def test_the_same_place_has_the_same_graph(m: int, s: int, structure: str, seed: int, number: int) -> None:
    one, other = (draw(Shape(m, s, structure), seed, number) for _ in range(2))
    for name in ("tie_marketing", "tie_sales", "team", "inner_a", "inner_b"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()


def test_other_seeds_and_numbers_have_other_graphs() -> None:
    graphs = [draw(Shape(), seed, number) for seed in range(4) for number in range(4)]
    assert len({tuple(interface(graph)) for graph in graphs}) == 16
    assert len({tuple(internal(graph)) for graph in graphs}) == 16


def test_thirty_two_companies_share_a_graph() -> None:
    assert COMPANIES_PER_GRAPH == 32
    graph = found(companies=[0, 17, 31]).graph
    assert graph is communication_graph(Shape(), 1, 0)
    assert found(companies=[31]).graph is graph
    assert interface(found(companies=[32]).graph) != interface(graph)
    assert found(companies=[32]).graph is found(companies=[63]).graph is communication_graph(Shape(), 1, 1)


# --- coordination need ------------------------------------------------------------------------------------------------


def test_need_by_division_of_labour() -> None:
    weight = parameters()["founding"]["coupling_weight"]
    for coupling in (weight.default, weight.high):
        first, second, third = (coordination_need(kind, coupling) for kind in (1, 2, 3))
        assert second > third > first, "E9"
        assert type_shares("all") @ np.array([first, second, third]) == pytest.approx(1.0), "relative to the average"


def test_need_has_the_same_bits_however_python_adds_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python 3.12 on ``sum`` compensates for rounding; what a company is must not depend on the version."""

    def compensated(values: Iterable[Any], start: Any = 0) -> Any:
        added = [start, *values]
        return math.fsum(added) if any(isinstance(value, float) for value in added) else plain(added)

    plain = sum
    monkeypatch.setattr("builtins.sum", compensated)
    coordination_need.cache_clear()
    found = [coordination_need(kind, weight).hex() for weight in (0.5, 1.0) for kind in (1, 2, 3)]
    coordination_need.cache_clear()
    assert found == [
        "0x1.032dbda14c81dp+0",
        "0x1.f806d4f5fd27fp-1",
        "0x1.fe37588d9d1c2p-1",
        "0x1.fdc34adb243fdp-1",
        "0x1.00ba7f2825468p+0",
        "0x1.016d363c44b3cp+0",
    ]


def test_overlap_alone_would_give_the_wrong_order() -> None:
    # 0.69 and 0.63 (MODEL, section 1): what lies on different sides and belongs together makes the difference.
    means = {kind: np.mean(list(area_need(kind).values())) for kind in (1, 2)}
    assert means == pytest.approx({1: 0.69, 2: 0.63}, abs=0.005)


def hottest(need: dict[Any, float], count: int) -> set[Any]:
    return set(sorted(need, key=lambda name: need[name])[-count:])


def test_hot_spots() -> None:
    # E9: type 1 strategy, product, and selling with advertising, product with research.
    assert hottest(area_need(1), 2) == {"strategy", "product"}
    assert hottest(coupling_need(1), 2) == {("selling", "advertising"), ("product", "market_research")}
    # Type 2 strategy, price, and selling with advertising; product is wholly marketing's, and has to be sold.
    assert hottest(area_need(2), 2) == {"strategy", "price"}
    assert hottest(coupling_need(2), 2) == {("selling", "advertising"), ("product", "selling")}
    # Type 3 strategy, price, selling: carrying central decisions through locally.
    assert {"strategy", "price"} == hottest(area_need(3), 2)
    assert area_need(3)["selling"] > max(area_need(1)["selling"], area_need(2)["selling"])
    assert coupling_need(3)["strategy", "selling"] > max(coupling_need(k)["strategy", "selling"] for k in (1, 2))


@pytest.mark.parametrize("kind", [1, 2, 3])
def test_need_by_area_and_coupling_is_a_share(kind: int) -> None:
    for need in (area_need(kind), coupling_need(kind)):
        assert len(need) == 6
        assert all(0.0 < value < 1.0 for value in need.values())


def test_need_of_a_literal_area() -> None:
    # Type 1 strategy is shared 34 to 66, price 14 to 86 (E6).
    assert area_need(1)["strategy"] == pytest.approx(4 * 0.34 * 0.66)
    assert coupling_need(1)["strategy", "price"] == pytest.approx(0.34 * 0.86 + 0.66 * 0.14)


# --- founding ---------------------------------------------------------------------------------------------------------


def column(states: Floats, name: str) -> Floats:
    return states[:, :, ATTRIBUTES.index(name)]


@given(changes("founding"), st.integers(0, 99), numbers(0.0, 1.0), numbers(0.0, 0.5))
@settings(max_examples=40)
def test_everybody_begins_in_bounds(f: dict[str, float], seed: int, hiring_bar: float, rotation_rate: float) -> None:
    world = World(place=Shape(3, 5, team_degree=2.0), division_type=2)
    companies = found(world, range(6), 60, seed, **f)
    states = people(companies, hiring_bar, rotation_rate, **f)
    for name in ATTRIBUTES:
        low, high = {"backlog": (0.0, 10.0)}.get(name, (-1.0 if name in MOTIVES else 0.0, 1.0))
        assert low <= column(states, name).min() <= column(states, name).max() <= high, name
    for state in (companies.trust, companies.friction):
        assert state.shape == (6, companies.graph.ties)
        assert 0.0 <= state.min() <= state.max() <= 1.0
    assert_context(companies, **f)
    for weeks, who, traits in companies.leavers:
        assert traits.shape == (len(weeks), 8)
        assert set(who.tolist()) <= set(range(8))
        assert np.abs(traits[:, 3:7]).max(initial=0.0) <= 1.0
        for share in (traits[:, 0], traits[:, 1], traits[:, 7]):
            assert 0.0 <= share.min(initial=0.0) <= share.max(initial=0.0) <= 1.0


MOTIVES = ("autonomy", "recognition", "status", "contacts")


def assert_context(companies: Companies, **changed: float) -> None:
    f = founding(changed)
    lows, highs = (0.0, f.trust_low, 0.0, f.turbulence_low), (1.0, f.trust_high, f.friction_high, f.turbulence_high)
    assert (companies.context >= lows).all()
    assert (companies.context <= highs).all()


def test_context_varies_widely() -> None:
    context = found(companies=MANY).context
    culture, trust, friction, turbulence = context.T
    # Beta and uniform draws fill their ranges; meeting culture is as often low as high.
    for values, low, high in ((culture, 0.0, 1.0), (trust, 0.2, 0.7), (friction, 0.0, 0.5), (turbulence, 0.6, 1.4)):
        assert [values.min(), values.mean(), values.max()] == pytest.approx([low, (low + high) / 2, high], abs=0.03)
    correlation = np.corrcoef(context.T) - np.eye(4)
    assert np.abs(correlation).max() < 0.15, "context varies independently"


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("market_knowledge", 1),  # E13: sales knows the customers
        ("product_knowledge", -1),  # E13: marketing knows the product and the method
        ("social_skill", 1),  # E13: sales is strong on communication and negotiation
        ("autonomy", 1),  # E36
        ("recognition", -1),  # E37
        ("status", 1),  # E38
        ("contacts", 1),  # E39
    ],
)
def test_sales_differs_from_marketing(name: str, sign: int) -> None:
    companies = found()
    values = column(people(companies), name)
    marketing, sales = values[:, : companies.graph.marketing], values[:, companies.graph.marketing :]
    assert sign * (sales.mean() - marketing.mean()) > 0.1
    # People differ within a department too.
    assert min(marketing.std(), sales.std()) > 0.05


def test_newcomers_differ_between_departments_as_founders_do_and_know_less() -> None:
    companies = found(companies=MANY)
    marketers = companies.graph.marketing
    who = np.concatenate([person for _, person, _ in companies.leavers])
    traits = np.concatenate([brought for _, _, brought in companies.leavers])
    states = people(companies)
    for side, members in ((who < marketers, slice(0, marketers)), (who >= marketers, slice(marketers, None))):
        founders = states[:, members].mean(axis=(0, 1))
        assert traits[side, 0].mean() < founders[0]
        assert traits[side, 1].mean() < founders[1]
        assert traits[side, 2:7].mean(axis=0) == pytest.approx(founders[2:7], abs=0.05)


def test_founders_were_hired_under_the_practices_in_force() -> None:
    companies = found()
    marketers = companies.graph.marketing
    plain, chosen, rotated = (people(companies, *practice) for practice in ((0.0, 0.0), (1.0, 0.0), (0.0, 0.5)))
    skill = column(chosen, "social_skill") - column(plain, "social_skill")
    assert (skill[:, :marketers] > 0.0).any()
    assert (skill[:, :marketers] >= 0.0).all(), "E24"
    assert (skill[:, marketers:] == 0.0).all(), "sales always selects for it"
    assert column(rotated, "experience").mean() > column(plain, "experience").mean(), "E25"
    same = [k for k, name in enumerate(ATTRIBUTES) if name not in ("social_skill", "experience")]
    assert (plain[:, :, same] == chosen[:, :, same]).all()
    assert (plain[:, :, same] == rotated[:, :, same]).all()


def test_regard_trust_and_friction_begin_with_the_companys_history() -> None:
    companies = found(companies=MANY)
    regard = column(people(companies), "regard").mean(axis=1)
    _, trust, friction, _ = companies.context.T
    assert np.corrcoef(regard, trust)[0, 1] > 0.5
    assert np.corrcoef(regard, friction)[0, 1] < -0.2
    assert companies.trust.mean(axis=1) == pytest.approx(trust, abs=0.05)
    # Where friction is near 0, ties cannot spread below it.
    assert companies.friction.mean(axis=1) == pytest.approx(friction, abs=0.08)


def test_pinned_context_is_fixed_and_the_rest_stays_drawn() -> None:
    free = found().context
    pinned = found(World(place=Shape(), pins=(("founding_friction", 0.4), ("meeting_culture", 0.9)))).context
    for k, name in enumerate(CONTEXT):
        expected = {"founding_friction": [0.4] * 32, "meeting_culture": [0.9] * 32}.get(name, free[:, k].tolist())
        assert pinned[:, k].tolist() == expected, name


def test_a_company_does_not_depend_on_those_beside_it() -> None:
    together, alone = found(companies=range(32)), found(companies=[7])
    for name in ("context", "need", "people", "trust", "friction"):
        assert getattr(together, name)[7].tolist() == getattr(alone, name)[0].tolist(), name
    for beside, own in zip(together.leavers[7], alone.leavers[0], strict=True):
        assert beside.tolist() == own.tolist()


def test_another_redraw_has_the_same_people_and_other_weeks() -> None:
    first, second = found(), found(World(place=Shape(), redraw=1))
    for name in ("context", "people", "trust", "friction"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist()
    assert [weeks.tolist() for weeks, *_ in first.leavers] != [weeks.tolist() for weeks, *_ in second.leavers]


# --- leavers ----------------------------------------------------------------------------------------------------------


def test_leavers_come_in_order_of_time_and_not_in_the_first_week() -> None:
    for weeks, who, _ in found(companies=MANY).leavers:
        assert ((weeks >= 1) & (weeks < 104)).all()
        assert list(zip(weeks.tolist(), who.tolist(), strict=True)) == sorted(
            zip(weeks.tolist(), who.tolist(), strict=True)
        )
        assert len(set(zip(weeks.tolist(), who.tolist(), strict=True))) == len(weeks)


@pytest.mark.parametrize("turnover", [0.05, 0.15, 0.5])
def test_about_as_many_leave_as_turnover_says(turnover: float) -> None:
    leavers = found(companies=MANY, turnover=turnover).leavers
    per_year = sum(len(weeks) for weeks, *_ in leavers) / (len(MANY) * 24) / (103 / 52)
    assert per_year == pytest.approx(turnover, rel=0.06)
    # Somebody leaves at any time of the two years, from either department.
    weeks = np.concatenate([weeks for weeks, *_ in leavers])
    assert np.histogram(weeks, 4)[0] == pytest.approx([len(weeks) / 4] * 4, rel=0.2)


def test_nobody_leaves_without_turnover() -> None:
    assert all(len(weeks) == 0 for weeks, *_ in found(turnover=0.0).leavers)


@given(st.integers(1, 150), st.integers(1, 900))
@settings(max_examples=20)
def test_a_longer_horizon_only_adds_later_leavers(weeks: int, more: int) -> None:
    shorter, longer = (found(companies=range(4), weeks=w, turnover=0.5).leavers for w in (weeks, weeks + more))
    for short, long in zip(shorter, longer, strict=True):
        within = long[0] < weeks
        for few, many in zip(short, long, strict=True):
            assert few.tolist() == many[within].tolist()


# --- the market -------------------------------------------------------------------------------------------------------


def test_demand_is_felt_for_weeks_and_varies_around_one() -> None:
    paths = market_paths(1, list(range(20)), 1000, np.ones(20), founding({"market_memory": 0.9, "market_swing": 0.15}))
    assert paths.shape == (20, 1000)
    assert paths.min() >= 0.5
    assert paths.mean() == pytest.approx(1.0, abs=0.02)
    assert paths[:, 100:].std() == pytest.approx(0.15, rel=0.1)
    autocorrelation = [np.corrcoef(path[:-1], path[1:])[0, 1] for path in paths]
    assert np.mean(autocorrelation) == pytest.approx(0.9, abs=0.03)
    assert np.abs(np.corrcoef(paths) - np.eye(20)).max() < 0.5, "each company has a market of its own"


def test_demand_never_falls_below_one_half() -> None:
    wild = founding({"market_swing": 0.4, "market_memory": 0.0})
    paths = market_paths(1, [0, 1, 2], 500, np.full(3, 3.0), wild)
    assert paths.min() == 0.5
    assert paths.max() > 2.0


def test_turbulence_scales_the_swings_and_nothing_else() -> None:
    calm, wild = (market_paths(1, [3], 200, np.array([turbulence]), founding()) for turbulence in (0.5, 1.5))
    # Away from the floor, which the calm market does not reach.
    free = wild[0] > 0.5
    assert free.sum() > 150
    assert (wild[0][free] - 1.0).tolist() == pytest.approx((3.0 * (calm[0][free] - 1.0)).tolist())


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**48 - 1))
@settings(max_examples=30)
def test_a_longer_market_continues_a_shorter_one(weeks: int, more: int, number: int) -> None:
    longer = market_paths(1, [5, number], weeks + more, np.ones(2), founding())
    assert market_paths(1, [number], weeks, np.ones(1), founding())[0].tolist() == longer[1, :weeks].tolist()


def test_another_redraw_has_another_market() -> None:
    first, second = (market_paths(1, [0], 30, np.ones(1), founding(), [redraw]) for redraw in (0, 1))
    assert (first != second).any()


# --- escalations ------------------------------------------------------------------------------------------------------


def drawn(pieces: list[int], clash_week: int = -1, clash_share: float = 1.0, redraw: int = 0) -> Floats:
    """Numbers of a company with 5 regular and 2 team ties, drawn in pieces."""
    source, parts = EscalationDraws(1, 4, 5, clash_week, clash_share, redraw), []
    for weeks in pieces:
        parts.append(np.empty((weeks, 7)))
        source.draw(parts[-1])
    return np.concatenate(parts)


def test_escalations_are_drawn_week_after_week_in_any_pieces() -> None:
    whole = drawn([20])
    assert ((whole >= 0.0) & (whole < 1.0)).all()
    assert drawn([1, 7, 12]).tolist() == whole.tolist()
    assert drawn([6]).tolist() == whole[:6].tolist()
    assert (drawn([20], redraw=1) != whole).all()


@pytest.mark.parametrize(("share", "ties"), [(1.0, 5), (0.5, 3), (0.2, 1), (0.0, 0)])
@pytest.mark.parametrize("pieces", [[20], [8, 1, 11], [9, 11]])
def test_a_clash_hits_the_first_regular_ties_in_its_week_alone(share: float, ties: int, pieces: list[int]) -> None:
    clashed, quiet = drawn(pieces, 8, share), drawn([20])
    assert (clashed[8, :ties] < 0.0).all()
    quiet[8, :ties] = clashed[8, :ties]
    assert clashed.tolist() == quiet.tolist()
