"""Positioned random numbers: the same place gives the same numbers, and no two places do."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import BadInputError
from sim.draws import MAX_NUMBER, MAX_REDRAW, MAX_SEED, Purpose, Streams, stream

PURPOSES = st.sampled_from(Purpose)
SEEDS = st.integers(0, MAX_SEED)
NUMBERS = st.integers(0, MAX_NUMBER - 1)
REDRAWS = st.integers(0, MAX_REDRAW)
PLACES = st.tuples(PURPOSES, NUMBERS, REDRAWS)


@given(SEEDS, PURPOSES, NUMBERS, REDRAWS)
def test_streams_are_philox_with_a_key_of_seed_and_place(seed: int, purpose: Purpose, number: int, redraw: int) -> None:
    key = np.array([seed, number * 256 + 16 * redraw + purpose.value], dtype=np.uint64)
    expected = np.random.Generator(np.random.Philox(key=key))
    found = stream(seed, purpose, number, redraw)
    assert found.random(5).tolist() == expected.random(5).tolist()
    assert found.integers(0, 1000, 3).tolist() == expected.integers(0, 1000, 3).tolist()
    assert found.beta(1.5, 2.5) == expected.beta(1.5, 2.5)


def test_keys_of_different_places_differ() -> None:
    # Below 16: purpose; up to 256: redraw; beyond: number.
    assert all(0 < purpose < 16 for purpose in Purpose)
    assert len({16 * redraw + purpose for purpose, redraw in product(Purpose, range(MAX_REDRAW + 1))}) == 16 * len(
        Purpose
    )
    assert 16 * MAX_REDRAW + max(Purpose) < 256
    assert (MAX_NUMBER - 1) * 256 + 255 < 2**64


@given(st.integers(0, 5), st.lists(st.tuples(PLACES, st.integers(0, 9)), min_size=1, max_size=6), PLACES)
@settings(max_examples=50)
def test_what_was_drawn_before_makes_no_difference(
    seed: int, before: list[tuple[tuple[Purpose, int, int], int]], place: tuple[Purpose, int, int]
) -> None:
    streams = Streams(seed)
    for earlier, count in before:
        generator = streams.at(*earlier)
        # Odd numbers of small integers leave half a draw behind, normal numbers use up any amount.
        generator.random(count)
        generator.standard_normal(count)
        generator.integers(0, 10, count, dtype=np.uint32)
    assert streams.at(*place).random(4).tolist() == stream(seed, *place).random(4).tolist()
    assert streams.at(*place).integers(0, 99, 4, dtype=np.uint32).tolist() == (
        stream(seed, *place).integers(0, 99, 4, dtype=np.uint32).tolist()
    )


@given(st.lists(st.tuples(SEEDS, PURPOSES, NUMBERS, REDRAWS), min_size=2, max_size=6, unique=True))
def test_other_seeds_purposes_numbers_and_redraws_differ(places: list[tuple[int, Purpose, int, int]]) -> None:
    assert len({stream(*place).random(2).tobytes() for place in places}) == len(places)


@pytest.mark.parametrize("changed", [(2, 1, 5, 0), (1, 2, 5, 0), (1, 1, 6, 0), (1, 1, 5, 1)])
def test_each_part_of_a_place_counts(changed: tuple[int, int, int, int]) -> None:
    seed, purpose, number, redraw = changed
    here = stream(1, Purpose(1), 5).random(100)
    there = stream(seed, Purpose(purpose), number, redraw).random(100)
    assert not np.isin(there, here).any()
    assert abs(np.corrcoef(here, there)[0, 1]) < 0.4


@given(PLACES, st.integers(1, 20), st.integers(1, 20))
def test_a_longer_horizon_continues_a_shorter_one(place: tuple[Purpose, int, int], weeks: int, more: int) -> None:
    longer = stream(3, *place).random((weeks + more, 7))
    assert stream(3, *place).random((weeks, 7)).tolist() == longer[:weeks].tolist()
    # Also if it is drawn in two pieces.
    pieces = stream(3, *place)
    assert np.concatenate([pieces.random((weeks, 7)), pieces.random((more, 7))]).tolist() == longer.tolist()


def test_a_generator_of_ones_own_stays_valid() -> None:
    mine = stream(1, Purpose.MARKET, 0)
    first = mine.random()
    stream(1, Purpose.MARKET, 0).random(10)
    assert [first, mine.random()] == stream(1, Purpose.MARKET, 0).random(2).tolist()


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1, 2**64, float("nan")])
def test_seeds_out_of_bounds_are_refused(seed: int) -> None:
    with pytest.raises(BadInputError, match=f"key seed.*0 to {MAX_SEED}"):
        Streams(seed)


@pytest.mark.parametrize("number", [-1, MAX_NUMBER, 2**64])
def test_numbers_out_of_bounds_are_refused(number: int) -> None:
    with pytest.raises(BadInputError, match="key company"):
        stream(1, Purpose.PEOPLE, number)


@pytest.mark.parametrize("redraw", [-1, MAX_REDRAW + 1])
def test_redraws_out_of_bounds_are_refused(redraw: int) -> None:
    with pytest.raises(BadInputError, match=r"key redraw.*0 to 15"):
        stream(1, Purpose.PEOPLE, 0, redraw)


def test_the_highest_place_works() -> None:
    assert 0.0 <= stream(MAX_SEED, max(Purpose), MAX_NUMBER - 1, MAX_REDRAW).random() < 1.0
