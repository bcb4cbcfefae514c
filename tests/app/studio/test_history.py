"""Undo and redo."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.studio.history import LONGEST, History

STATES = st.lists(st.integers(), min_size=1, max_size=20)


def history_of(states: list[int]) -> History[int]:
    history = History(states[0])
    for state in states[1:]:
        history = history.then(state)
    return history


@given(STATES)
def test_undoing_everything_leads_to_the_beginning_and_redoing_back(states):
    history = begin = history_of(states)
    while history.past:
        history = history.undo()
    assert history.present == states[0]
    while history.future:
        history = history.redo()
    assert history == begin


@given(STATES)
def test_the_ends_are_ends(states):
    history = history_of(states)
    assert history.redo() is history
    assert History(states[0]).undo() == History(states[0])


def test_a_new_state_forgets_what_was_taken_back():
    history = history_of([1, 2, 3]).undo().then(4)
    assert history == History(4, (1, 2))


def test_the_same_state_again_is_no_news():
    history = history_of([1, 2])
    assert history.then(2) is history


def test_memory_is_bounded():
    assert len(history_of(list(range(LONGEST + 50))).past) == LONGEST
