"""Scenarios, sizes and simulations of commands, with progress on the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.terminal.complaints import said, whole_number
from app.terminal.screen import Screen
from sim import Results, Scenario, simulate
from sim.draws import MAX_SEED
from sim.errors import BadInputError, nearest_name
from sim.lanes import is_compiled
from sim.presets import preset, preset_ids, presets
from sim.scenario import MAX_WEEKS

MAX_COMPANIES: Final = 100_000
"""Most companies of one command; a sweep is the tool for more."""
_PATIENCE: Final = 1.0
"""Seconds before a bar appears; most runs are over by then."""
_PLAIN_PAUSE: Final = 5.0
"""Seconds between two lines of progress where there is no terminal."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Sizes of a simulation.

    Attributes
    ----------
    companies, seed
        As for :func:`sim.simulate`.
    weeks
        Horizon, None for the scenario's own.
    """

    companies: int
    seed: int
    weeks: int | None

    @classmethod
    def read(cls, companies: str, seed: str, weeks: str = "") -> Numbers:
        """Return the numbers that ``--companies``, ``--seed`` and ``--weeks`` give.

        Raises
        ------
        BadInputError
            If one is no whole number, or out of bounds.
        """
        return cls(
            companies=whole_number("--companies", companies, 1, MAX_COMPANIES),
            seed=whole_number("--seed", seed, 0, MAX_SEED),
            weeks=whole_number("--weeks", weeks, 1, MAX_WEEKS) if weeks else None,
        )


def find_scenario(name: str, screen: Screen, *, argument: str) -> Scenario:
    """Return the scenario in a file, or the preset of that name.

    Parameters
    ----------
    name
        Path of a scenario file, or id of a preset.
    screen
        Whose language the preset's name is in.
    argument
        Which argument this is, as a key of the texts.

    Raises
    ------
    BadInputError
        If there is neither, or the file is no valid scenario.
    """
    path = Path(name)
    if name in presets() and not _is_file(path):
        return preset(name).scenario(screen.texts.language)
    if _is_file(path) or path.suffix or path.name != name:
        return Scenario.load(path)
    names = [*presets(), *(entry.name for entry in Path().glob("*.toml"))]
    key = said("bad.argument", name=screen.texts(argument))
    nearest = nearest_name(name, names, preset_ids())
    raise BadInputError("unknown", key=key, value=name, allowed=said("bad.file_or_preset"), nearest=nearest)


def neutral_scenario(scenario: Scenario, name: str) -> Scenario:
    """Return what :func:`find_scenario` found under a name, called the same in every language: a preset by its id."""
    return scenario.changed(name=name) if name in presets() and not _is_file(Path(name)) else scenario


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long, or holds a null character
        return False


def simulated(screen: Screen, scenarios: Sequence[Scenario], numbers: Numbers, **wanted: Any) -> Results:
    """Simulate and show progress.

    Parameters
    ----------
    screen
        Where to print: on its standard error.
    scenarios, numbers, wanted
        As for :func:`sim.simulate`.
    """
    total = numbers.companies * len(scenarios)
    with compiling(screen), progress(screen, total) as advance:
        return simulate(
            scenarios,
            companies=numbers.companies,
            seed=numbers.seed,
            weeks=numbers.weeks,
            progress=advance,
            **wanted,
        )


@contextmanager
def compiling(screen: Screen, *, following: bool = False) -> Iterator[None]:
    """Print a line if the model has to be compiled, which happens once after each installation or change.

    ``following`` is for who needs the kernel that follows other runs, too (:func:`sim.lanes.run_held`).
    """
    if not is_compiled() or (following and not is_compiled(following=True)):
        screen.fail(screen.texts("progress.compiling"))
    yield


@contextmanager
def progress(screen: Screen, total: int) -> Iterator[Callable[[int], None]]:
    """Yield a function that takes the number of companies just done, and show progress: a bar, or plain lines."""
    if screen.err.is_terminal:
        with _bar(screen, total) as advance:
            yield advance
    else:
        yield _lines(screen, total)


@contextmanager
def _bar(screen: Screen, total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    bar = Progress(*columns, console=screen.err, transient=True)
    task = bar.add_task(screen.texts("progress.simulating"), total=total)
    begun, shown = time.monotonic(), False

    def advance(done: int) -> None:
        nonlocal shown
        bar.advance(task, done)
        if not shown and not bar.finished and time.monotonic() - begun > _PATIENCE:
            bar.start()
            shown = True

    try:
        yield advance
    finally:
        bar.stop()


def _lines(screen: Screen, total: int) -> Callable[[int], None]:
    done, told = 0, time.monotonic()

    def advance(more: int) -> None:
        nonlocal done, told
        done += more
        if done < total and time.monotonic() - told > _PLAIN_PAUSE:
            told = time.monotonic()
            counts = {"done": screen.texts.number(done, 0), "total": screen.texts.number(total, 0)}
            screen.fail(screen.texts("progress.line", **counts))

    return advance


@contextmanager
def stages(screen: Screen) -> Iterator[Callable[[str, float], None]]:
    """Yield a function that takes the current stage and the share done, and show both in the same way."""
    if not screen.err.is_terminal:
        yield _stage_lines(screen)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=screen.err, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda what, share: bar.update(task, description=what, completed=share)


def _stage_lines(screen: Screen) -> Callable[[str, float], None]:
    last = ""

    def tell(what: str, share: float) -> None:
        nonlocal last
        if what != last:
            screen.fail(screen.texts("progress.stage", what=what, share=screen.texts.percent(share, 0)))
            last = what

    return tell


__all__ = [
    "MAX_COMPANIES",
    "Numbers",
    "compiling",
    "find_scenario",
    "neutral_scenario",
    "progress",
    "simulated",
    "stages",
]
