"""Scenarios for property-based tests: over the whole of what a scenario may say."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from sim import Scenario
from sim.parameters import parameters
from sim.policies import ALL_POLICIES

LEVERS = tuple(policy.id for policy in ALL_POLICIES)
SHARES = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers within bounds; the bounds themselves often."""
    return st.one_of(st.sampled_from([low, high]), st.floats(low, high))


def changes(group: str, names: Iterable[str] | None = None) -> st.SearchStrategy[dict[str, float]]:
    """Changed numbers of a group: some of them, or all of those in ``names``."""
    declared = parameters()[group]
    bounds = {name: numbers(declared[name].low, declared[name].high) for name in names or declared}
    return st.fixed_dictionaries(bounds if names else {}, optional={} if names else bounds)


@st.composite
def schedules(draw: st.DrawFn, weeks: int) -> dict[str, Any]:
    """One step, or several: up, down again, overlapping."""
    starts = draw(st.lists(numbers(0.0, 1.5 * weeks), min_size=1, max_size=4).map(sorted))
    steps = [
        {"intensity": draw(SHARES), "start": start, "ramp": draw(st.none() | numbers(1.0, 2.0 * weeks))}
        for start in starts
    ]
    return steps[0] if len(steps) == 1 else {"steps": steps}


@st.composite
def own_policies(draw: st.DrawFn) -> dict[str, Any]:
    declared = parameters()["mechanism"]
    effects = {
        name: draw(numbers(-(declared[name].high - declared[name].low), declared[name].high - declared[name].low))
        for name in draw(st.lists(st.sampled_from(sorted(declared)), unique=True, max_size=4))
    }
    return {
        "id": "own_lever",
        "en": "Own lever",
        "de": "Eigener Hebel",
        "effects": effects,
        "running_cost": draw(numbers(0.0, 5.0)),
        "one_off_cost": draw(numbers(0.0, 5.0)),
        "ramp": draw(numbers(1.0, 60.0)),
    }


@st.composite
def companies(draw: st.DrawFn, most_people: int) -> dict[str, Any]:
    people = draw(st.one_of(st.just(2), st.integers(2, min(30, most_people)), st.integers(2, most_people)))
    marketing = draw(st.integers(1, people - 1))
    return {
        "marketing": marketing,
        "sales": people - marketing,
        "division_type": draw(st.sampled_from([1, 2, 3])),
        "structure": draw(st.sampled_from(["spread", "broker"])),
        "interface_degree": draw(numbers(0.1, 6.0)),
        "internal_degree": draw(numbers(2.0, 5.0)),
        "team_degree": draw(numbers(0.0, 2.0)),
    }


CONTEXTS = st.fixed_dictionaries(
    {},
    optional={
        "meeting_culture": SHARES,
        "founding_trust": SHARES,
        "founding_friction": SHARES,
        "turbulence": numbers(0.1, 3.0),
    },
)


@st.composite
def scenarios(draw: st.DrawFn, most_people: int = 200, most_weeks: int = 104, person_weeks: int = 2500) -> Scenario:
    """Any scenario without files; the larger the company, the shorter the horizon."""
    company = draw(companies(most_people))
    people = company["marketing"] + company["sales"]
    weeks = draw(st.integers(1, max(2, min(most_weeks, person_weeks // people))))
    own = draw(st.lists(own_policies(), max_size=1))
    names = [*LEVERS, *(policy["id"] for policy in own)]
    return Scenario(
        weeks=weeks,
        company=company,
        context=draw(CONTEXTS),
        levers=draw(st.dictionaries(st.sampled_from(names), schedules(weeks))),
        parameters=draw(changes("mechanism")),
        coefficients=draw(changes("coefficient")),
        founding=draw(changes("founding")),
        clash=draw(st.none() | st.fixed_dictionaries({"week": st.integers(0, weeks), "share": SHARES})),
        policies=own,
    )
