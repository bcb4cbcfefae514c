"""Work in the background: taken in turns, called off, and with what is wrong told rather than lost."""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest
import solara

from app.studio import background
from app.studio.background import Helm, use_background
from sim.errors import BadInputError
from sim.lanes import CancelledError

PATIENCE = 20.0


def work_on(helm: Helm, done: int) -> None:
    """Work until it is called off; not for ever, as Python waits for threads of tasks before it ends."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        helm.progress(done, 3)
        time.sleep(0.01)


def until(condition) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.fixture
def run():
    """Render a component that has work done; return what makes it ask, and its task."""
    rendered = []

    def begin(work, asked="question", *, at_once=True):
        seen = {}

        @solara.component
        def Asking(asked):  # noqa: N802  # components are named like classes
            # Solara looks for hooks in loops; this component is inside a function, and calls its hook always.
            seen["task"] = use_background(work, asked, at_once=at_once)  # noqa: SH104

        _, context = solara.render(Asking(asked), handle_error=False)
        rendered.append(context)
        return seen, lambda other: context.render(Asking(other))

    yield begin
    for context in rendered:
        context.close()


def test_the_answer_says_what_it_answers(run):
    seen, _ = run(lambda helm: 42, "first")
    until(lambda: seen["task"].finished)
    assert (seen["task"].value.asked, seen["task"].value.value) == ("first", 42)


def test_work_that_has_to_be_asked_for_waits(run):
    calls = []
    seen, _ = run(lambda helm: calls.append(True), at_once=False)
    time.sleep(0.1)
    assert calls == []
    seen["task"]()
    until(lambda: seen["task"].finished)
    assert calls == [True]


def test_what_cannot_be_is_told(run):
    def work(helm):
        raise BadInputError("bounds", key="budget", value=1, allowed="more")

    seen, _ = run(work)
    until(lambda: seen["task"].finished)
    assert seen["task"].value.value is None
    assert "budget" in seen["task"].value.problem.render("en")


def test_work_that_is_called_off_ends(run):
    ended = []

    def work(helm):
        try:
            work_on(helm, 1)
        except CancelledError:
            ended.append(helm.cancelled())
            raise

    seen, _ = run(work)
    until(lambda: seen["task"].progress == 33.0)
    seen["task"].cancel()
    until(lambda: ended)
    assert ended == [True]
    until(lambda: seen["task"].cancelled)


def test_another_question_calls_the_first_one_off(run):
    begun, ended = [], []

    def work(helm):
        begun.append(True)
        if len(begun) == 1:
            try:
                work_on(helm, 0)
            except CancelledError:
                ended.append(True)
                raise
        return "second"

    seen, ask = run(work, "one")
    until(lambda: begun)
    ask("two")
    until(lambda: ended)
    until(lambda: seen["task"].finished)
    assert seen["task"].value.value == "second"


def test_work_without_instalments_lets_others_have_their_turns(monkeypatch):
    taken, told = [], []

    @contextmanager
    def turn():
        taken.append("in")
        yield
        taken.append("out")

    helm = Helm(lambda: False, lambda *at: told.append(at), turn)
    with helm.shifts() as report:
        report(1, 9)
        assert taken == ["in"]
        monkeypatch.setattr(background, "_SHIFT", 0.0)
        report(2, 9)
        assert taken == ["in", "out", "in"]
    assert taken == ["in", "out", "in", "out"]
    assert told == [(1, 9), (2, 9)]
