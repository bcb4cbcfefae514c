"""Mechanisms held at the path of another run: what is held is that path, what is not is as always, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario
from sim.core import engine as engine_module
from sim.core import holding
from sim.core.engine import Block, Engine
from sim.core.holding import HOLDABLE, run_held
from sim.core.layout import PERSON_PATH, TIE_PATH, WEEK_PATH
from sim.core.record import Follow, Path
from sim.measures import MEASURES
from sim.parameters import coefficients, founding, population
from sim.policies import ALL_POLICIES
from sim.settings import settings_of
from tests.sim.followed import followed
from tests.sim.strategies import LEVERS, SHARES, companies, scenarios, schedules

# What each mechanism takes over, by the arrays of a path.
TAKEN = {
    "understanding": ((), (), ("understanding",)),
    "disagreement": (("informative", "fair"), (), ("uninformative",)),
    "escalation": ((), (), ("friction_before", "escalated", "friction")),
    "trust": ((), ("regard_before", "regard"), ("trust_before", "trust")),
    "knowledge": (
        (),
        ("market_knowledge_before", "product_knowledge_before", "market_knowledge", "product_knowledge"),
        (),
    ),
    "time": (
        WEEK_PATH[WEEK_PATH.index("fixed") :],
        ("reading_hours",),
        ("relative", "waste", "contact"),
    ),
}
MASKS = st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=4).map(np.array)
BEFORE = Scenario(weeks=30)
AFTER = BEFORE.changed(
    levers={policy.id: 0.8 for policy in ALL_POLICIES}, parameters={"voice": 0.6}, clash={"week": 4, "share": 0.5}
)


def engine_of(scenario: Scenario, **changes: Any) -> Engine:
    return Engine(
        **{
            "settings": settings_of([scenario]),
            "seed": 1,
            "weeks": scenario.weeks,
            "coefficients": coefficients(scenario.coefficients),
            "founding": founding(scenario.founding),
            "population": population(),
            **changes,
        }
    )


def block_of(engine: Engine, company: int, follow: Follow | None = None) -> Block:
    """Run a company in as many lanes as there is something to follow, or in one."""
    lanes = 1 if follow is None else len(follow.held)
    return engine.run_block(
        np.arange(lanes), np.zeros(lanes, dtype=np.int64), np.full(lanes, company, dtype=np.int64), follow
    )


def path_of(block: Block, lane: int = 0) -> Path:
    assert block.record is not None
    return block.record.path(lane)


@given(scenarios(), st.integers(0, 99), MASKS)
def test_writing_down_and_holding_at_the_own_path_changes_nothing(
    scenario: Scenario, company: int, masks: np.ndarray
) -> None:
    engine = engine_of(scenario)
    plain = block_of(engine, company).measures[..., 0]
    recorded = block_of(engine, company, Follow.nothing(1))
    assert recorded.measures[..., 0].tolist() == plain.tolist()
    held = block_of(engine, company, Follow(masks, path_of(recorded)))
    for lane in range(len(masks)):
        assert held.measures[..., lane].tolist() == plain.tolist()


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Scenario, Scenario]:
    """Any two scenarios of one company."""
    one = draw(scenarios(most_people=30, most_weeks=40))
    other = draw(scenarios(most_people=30, most_weeks=40))
    return one, other.changed(company=one.company.model_dump(), weeks=one.weeks)


@given(pairs(), st.integers(0, 99), MASKS)
def test_what_is_held_is_the_other_path_and_nothing_held_is_nothing_changed(
    pair: tuple[Scenario, Scenario], company: int, masks: np.ndarray
) -> None:
    before, after = map(engine_of, pair)
    path = path_of(block_of(before, company, Follow.nothing(1)))
    masks = np.concatenate([np.zeros((1, 6), dtype=np.bool_), masks])
    found = block_of(after, company, Follow(masks, path, record=True))
    assert found.measures[..., 0].tolist() == block_of(after, company).measures[..., 0].tolist()
    for lane, mask in enumerate(masks):
        used = path_of(found, lane)
        for mechanism, held in zip(HOLDABLE, mask, strict=True):
            parts = zip((WEEK_PATH, PERSON_PATH, TIE_PATH), TAKEN[mechanism], ("week", "people", "ties"), strict=True)
            for rows, taken, name in parts:
                at = [rows.index(row) for row in taken]
                if held:
                    assert getattr(used, name)[..., at].tolist() == getattr(path, name)[..., at].tolist(), mechanism


def test_all_that_a_path_holds_belongs_to_one_mechanism() -> None:
    for rows, taken in zip((WEEK_PATH, PERSON_PATH, TIE_PATH), zip(*TAKEN.values(), strict=True), strict=True):
        assert sorted(rows) == sorted(row for part in taken for row in part)


def test_holding_all_of_them_leaves_hardly_anything_of_a_difference() -> None:
    # Alignment still sees clarity, team decisions and dropped perspectives; the rest of a week is that of before.
    before, after = engine_of(BEFORE), engine_of(AFTER)
    path = path_of(block_of(before, 3, Follow.nothing(1)))
    masks = np.array([[False] * 6, [True] * 6])
    free, held = np.moveaxis(block_of(after, 3, Follow(masks, path)).measures[-1], -1, 0)
    plain = block_of(before, 3).measures[-1, :, 0]
    for name in (
        "core_hours_sales",
        "reading_hours_marketing",
        "market_knowledge_sales",
        "regard_sales",
        "report_hours",
    ):
        at = MEASURES.index(name)
        assert held[at] == plain[at] != free[at], name


# --- against the agents' engine ---------------------------------------------------------------------------------------


@st.composite
def comparable(draw: st.DrawFn) -> tuple[Scenario, Scenario]:
    """Two scenarios whose teams and demand are the same (see :mod:`tests.sim.followed`)."""
    company = draw(companies(12))
    weeks = draw(st.integers(1, 30))
    teams = draw(SHARES)
    levers = st.dictionaries(
        st.sampled_from([name for name in LEVERS if name != "cross_functional_teams"]), schedules(weeks)
    )
    pins = st.fixed_dictionaries(
        {}, optional={"meeting_culture": SHARES, "founding_trust": SHARES, "founding_friction": SHARES}
    )
    clash = st.none() | st.fixed_dictionaries({"week": st.integers(0, weeks), "share": SHARES})

    def one() -> Scenario:
        given_context = {**draw(pins), "turbulence": 1.0}
        return Scenario(
            weeks=weeks,
            company=company,
            levers=draw(levers),
            context=given_context,
            clash=draw(clash),
            parameters={"team_intensity": teams, "voice": draw(SHARES)},
        )

    return one(), one()


@given(comparable(), st.integers(0, 99), st.sets(st.sampled_from(HOLDABLE)))
def test_agents_with_the_same_held_do_the_same(pair: tuple[Scenario, Scenario], company: int, held: set[str]) -> None:
    before, after = pair
    plain, notes = followed(before, {}, (), company=company, seed=1)
    recorded = block_of(engine_of(before), company, Follow.nothing(1))
    assert recorded.measures[..., 0].tolist() == plain
    masks = np.array([[name in held for name in HOLDABLE]])
    found = block_of(engine_of(after), company, Follow(masks, path_of(recorded)))
    assert found.measures[..., 0].tolist() == followed(after, notes, held, company=company, seed=1)[0]


# --- many companies ---------------------------------------------------------------------------------------------------

ALL_MASKS = (np.arange(64)[:, None] >> np.arange(6) & 1).astype(np.bool_)
NUMBERS = np.array([0, 1, 2, 31, 32, 33, 70])


def run(**changes: Any) -> tuple[list[Any], list[Any]]:
    before, after = (engine_of(scenario, **changes) for scenario in (BEFORE, AFTER))
    told: list[int] = []
    found = run_held(
        before,
        after,
        NUMBERS,
        ALL_MASKS[::3],
        lambda block: {"last": block.measures[-1].T, "number": block.number},
        lambda alone, block: {
            "last": block.measures[-1].T,
            "more": block.measures[-1].T - alone.measures[-1].T,
            "number": block.number,
            "same": np.full(len(block.number), alone.number[0]),
        },
        told.append,
    )
    assert sum(told) == len(NUMBERS) * (1 + len(ALL_MASKS[::3]))
    first, second = ({name: values.tolist() for name, values in part.items()} for part in found)
    assert first.pop("number") == NUMBERS.tolist()
    for name in ("number", "same"):
        assert second.pop(name) == [[number] * len(ALL_MASKS[::3]) for number in NUMBERS.tolist()]
    return first, second


@pytest.fixture(scope="module")
def expected() -> tuple[list[Any], list[Any]]:
    return run()


def test_the_run_before_and_the_free_run_are_the_plain_ones(expected: tuple[Any, Any]) -> None:
    for scenario, found in ((BEFORE, expected[0]["last"]), (AFTER, [runs[0] for runs in expected[1]["last"]])):
        engine = engine_of(scenario)
        assert found == [block_of(engine, number).measures[-1, :, 0].tolist() for number in NUMBERS]


@pytest.mark.parametrize("changes", [{"threads": 3}, {"block_lanes": 4}], ids=str)
def test_threads_and_width_of_blocks_make_no_difference(expected: tuple[Any, Any], changes: dict[str, int]) -> None:
    assert run(**changes) == expected


@pytest.mark.parametrize(
    ("module", "limit"),
    [
        (holding, "_NUMBERS"),
        (holding, "_TOGETHER"),
        (engine_module, "_RECORDED_IN_MEMORY"),
        (engine_module, "_DRAWS_IN_MEMORY"),
    ],
)
def test_memory_makes_no_difference(
    expected: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch, module: Any, limit: str
) -> None:
    monkeypatch.setattr(module, limit, 1)
    assert run() == expected


@pytest.mark.parametrize(
    "other", [{"weeks": 29}, {"company": {"sales": 3}}], ids=["another horizon", "another company"]
)
def test_a_run_follows_the_same_companies_only(other: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="same companies, seed and horizon"):
        run_held(
            engine_of(BEFORE), engine_of(AFTER.changed(**other)), NUMBERS, ALL_MASKS, lambda _: {}, lambda _, __: {}
        )


def test_an_exception_ends_the_run() -> None:
    def refuse(_: Block) -> dict[str, Any]:
        raise RuntimeError("nobody waits any more")

    for threads in (1, 2):
        before, after = (engine_of(scenario, threads=threads) for scenario in (BEFORE, AFTER))
        with pytest.raises(RuntimeError, match="nobody waits"):
            run_held(before, after, NUMBERS, ALL_MASKS[:1], refuse, lambda _, __: {"x": np.zeros(1)})
