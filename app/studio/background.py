"""Work that takes seconds: it begins when it is asked for, tells how far it is, and can be called off.

It waits for its turns at the processors (:meth:`app.studio.simulator.Simulator.turn`), behind everybody's first
answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import solara
import solara.lab

from app.studio.simulator import SIMULATOR
from sim.errors import BadInputError
from sim.lanes import CancelledError
from sim.texts import Texts

R = TypeVar("R")

_SHIFT: Final = 0.3
"""Seconds after which work that knows no instalments lets others have its turn."""


@dataclass(frozen=True, slots=True, eq=False)
class Helm:
    """Callbacks for work under way: report progress, ask whether to stop.

    Attributes
    ----------
    cancelled
        Whether nobody waits any more.
    progress
        To be told how much of how much is done; ends the work by raising :class:`CancelledError` if nobody waits.
    turn
        To be entered around what keeps a processor busy.
    """

    cancelled: Callable[[], bool]
    progress: Callable[[int, int], None]
    turn: Callable[[], AbstractContextManager[None]]

    @contextmanager
    def shifts(self) -> Iterator[Callable[[int, int], None]]:
        """Keep a turn for the block of a ``with``, and give what is to be told how much of how much is done.

        For work that knows no instalments: when it tells how far it is, others may have had their turns in between.
        """
        with ExitStack() as stack:
            stack.enter_context(self.turn())
            begun = time.monotonic()

            def told(done: int, total: int) -> None:
                nonlocal begun
                self.progress(done, total)
                if time.monotonic() - begun > _SHIFT:
                    stack.close()
                    stack.enter_context(self.turn())
                    begun = time.monotonic()

            yield told


@dataclass(frozen=True, slots=True, eq=False)
class Done(Generic[R]):
    """The result of background work.

    Attributes
    ----------
    asked
        What it is an answer to.
    value
        The answer; None if what was asked cannot be.
    problem
        Why it cannot be.
    """

    asked: object
    value: R | None
    problem: BadInputError | None = None


def use_background(work: Callable[[Helm], R], asked: object, *, at_once: bool) -> solara.lab.Task[[], Done[R]]:
    """Have work done in a thread of the user's.

    Parameters
    ----------
    work
        What to do; called in the thread.
    asked
        What it answers; something else calls off what is being done.
    at_once
        Whether it begins by itself whenever something else is asked. If not, the task has to be called.
    """

    def run() -> Done[R]:
        def cancelled() -> bool:
            return not task.is_current()

        def progress(done: int, total: int) -> None:
            if cancelled():
                raise CancelledError
            percent = float(100 * done // max(total, 1))
            # Every change is sent to the browser.
            if percent != task.progress:
                task.progress = percent

        try:
            return Done(asked, work(Helm(cancelled, progress, lambda: SIMULATOR.turn(cancelled))))
        except BadInputError as error:
            return Done(asked, None, error)

    task: solara.lab.Task[[], Done[R]] = solara.lab.use_task(run, dependencies=[asked] if at_once else None)
    return task


@solara.component
def Progress(task: solara.lab.Task[[], Done[R]], what: str, texts: Texts) -> None:
    """Show how far work is while it is done, with a way to call it off.

    Parameters
    ----------
    task
        From :func:`use_background`.
    what
        What is being done.
    texts
        The language.
    """
    if not task.pending:
        return
    percent = int(task.progress or 0)
    with solara.Row(gap="12px", classes=["hs-working"], style={"align-items": "center"}):
        bar = {"role": "progressbar", "aria-label": what, "aria-valuemin": 0, "aria-valuemax": 100}
        solara.v.Html(
            tag="div",
            attributes={**bar, "aria-valuenow": percent},
            style_="flex: 1; max-width: 320px; height: 8px; border-radius: 4px; "
            "background: color-mix(in srgb, currentColor 20%, transparent)",
            children=[
                solara.v.Html(
                    tag="div",
                    style_=f"width: {percent}%; height: 8px; border-radius: 4px; background: currentColor",
                )
            ],
        )
        solara.v.Html(
            tag="span", children=[f"{what} {texts.percent(percent / 100.0, 0)}"], attributes={"role": "status"}
        )
        Press(texts("studio_work.cancel"), task.cancel, "hs-cancel")


@solara.component
def Press(label: str, on_click: Callable[[], None], name: str = "", disabled: bool = False) -> None:
    """Show a button."""
    solara.Button(
        label, on_click=on_click, disabled=disabled, outlined=True, classes=[name] if name else [],
        style={"text-transform": "none", "letter-spacing": "normal"},
    )  # fmt: skip


__all__ = ["Done", "Helm", "Press", "Progress", "use_background"]
