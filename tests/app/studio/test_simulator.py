"""Answers: the same numbers whoever asks and how often, first ones first."""

from __future__ import annotations

from threading import Event, Thread

import numpy as np
import pytest

from app.studio.draft import Draft, Move, baseline, scenario
from app.studio.simulator import FIRST, Question, Simulator, Trajectories, Turns, bearable
from experiments.trajectory import simulate_trajectory
from sim.lanes import CancelledError
from sim.scenario import CompanyProfile, Scenario

WEEKS = 26


def question(companies: int = 2 * FIRST, intensity: float = 0.8) -> Question:
    draft = Draft(preset="machine_builder", weeks=WEEKS, moves={"joint_planning": Move(intensity)})
    return Question(baseline(draft), scenario(draft), seed=5, companies=companies)


def test_a_first_answer_is_refined_to_all_companies():
    asked = question()
    first, refined = Simulator(turns=1).answers(asked)
    # A short horizon lets a first answer have all that fits into the work of 200 companies over two years.
    assert [len(answer) for answer in (first, refined)] == [FIRST, 2 * FIRST]
    assert [answer.refined for answer in (first, refined)] == [False, True]
    whole = simulate_trajectory(asked.after, 2 * FIRST, seed=5)
    np.testing.assert_array_equal(refined.after.outcomes["return_on_sales"], whole.outcomes["return_on_sales"])
    np.testing.assert_array_equal(first.after.types, whole.types[:FIRST])


def test_who_asks_again_gets_the_refined_answer_at_once():
    simulator = Simulator(turns=1)
    *_, refined = simulator.answers(question())
    (again,) = simulator.answers(question())
    assert again.refined
    assert again.after is refined.after


def test_the_baseline_is_simulated_once(monkeypatch):
    seen: list[str] = []

    def counted(found, companies, **wanted):
        seen.append(found.name)
        return simulate_trajectory(found, companies, **wanted)

    monkeypatch.setattr("app.studio.simulator.simulate_trajectory", counted)
    simulator = Simulator(turns=1)
    for intensity in (0.6, 0.7, 0.8):
        list(simulator.answers(question(FIRST, intensity)))
    assert seen.count("baseline") == 1
    assert seen.count("scenario") == 3


def test_whoever_no_longer_waits_gets_nothing():
    gone = Event()
    answers = Simulator(turns=1).answers(question(), gone.is_set)
    assert not next(answers).refined
    gone.set()
    with pytest.raises(CancelledError):
        next(answers)


def test_large_organisations_get_fewer_companies_and_never_none():
    usual, large = Scenario(), Scenario(company=CompanyProfile(marketing=3000, sales=3000))
    assert bearable(usual, FIRST) == FIRST
    assert 0 < bearable(large, FIRST) < FIRST // 10
    (answer,) = Simulator(turns=1).answers(
        Question(
            Scenario(name="a", weeks=1, company=large.company), Scenario(name="b", weeks=520), seed=1, companies=40
        )
    )
    assert answer.refined


def test_urgent_turns_come_first_and_others_in_order():
    turns, order = Turns(1), []
    with turns.take(urgent=True):
        waiting = []
        for name, urgent in (("late", False), ("later", False), ("now", True)):
            waiting.append(Thread(target=take, args=(turns, name, urgent, order)))
            waiting[-1].start()
            while len(turns) < len(waiting):
                waiting[-1].join(0.001)
    for thread in waiting:
        thread.join()
    assert order == ["now", "late", "later"]


def take(turns: Turns, name: str, urgent: bool, order: list[str]) -> None:
    with turns.take(urgent=urgent):
        order.append(name)


def test_never_more_turns_than_there_are():
    turns, most, inside = Turns(2), [], []

    def work() -> None:
        with turns.take(urgent=True):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 20
    assert max(most) <= 2


def test_a_turn_that_is_called_off_makes_way_for_the_next():
    turns = Turns(1)
    with turns.take(urgent=True), pytest.raises(CancelledError), turns.take(urgent=True, cancelled=lambda: True):
        pass
    with turns.take(urgent=False):
        assert len(turns) == 0


def test_trajectories_are_kept_within_bounds_and_the_longer_one_stays():
    one = simulate_trajectory(Scenario(weeks=WEEKS), 4)
    trajectories = Trajectories(most_bytes=1)
    trajectories.keep((b"a", 1), one)
    trajectories.keep((b"a", 1), one.first(2))
    assert trajectories.get((b"a", 1)) is one
    trajectories.keep((b"b", 1), one)
    assert trajectories.get((b"a", 1)) is None
    assert trajectories.get((b"b", 1)) is one


def test_with_the_last_user_goes_what_was_kept():
    simulator = Simulator(turns=1)
    leave = [simulator.welcome(), simulator.welcome()]
    list(simulator.answers(question(FIRST)))
    leave[0]()
    assert simulator.kept_bytes > 0
    leave[1]()
    assert simulator.kept_bytes == 0
