"""``handshake report``: one self-contained page on a scenario, a comparison, or a folder of another command."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from analysis.comparison.findings import ComparisonFindings
from analysis.comparison.page import comparison_page
from analysis.figures.labels import Labels, short_names
from analysis.figures.style import KINDS, save
from analysis.page import Page, render
from analysis.reports import folder_page
from analysis.scenario.findings import ScenarioFindings
from analysis.scenario.page import scenario_page
from app.commands.compare import one_horizon, over_sets, scenario_pair, uses_levers
from app.terminal.complaints import said, whole_number
from app.terminal.reports import check_page, write_page
from app.terminal.running import Numbers, compiling, find_scenario, progress
from app.terminal.screen import Screen
from experiments.ensemble import Ensemble
from experiments.files import new_folder
from experiments.trajectory import Trajectory, simulate_trajectory
from sim import Scenario
from sim.draws import MAX_SEED
from sim.errors import BadInputError, unknown_name
from sim.lanes import Founded
from sim.scenario import MAX_WEEKS

COMPANIES: Final = "500"
SEED: Final = "1"
"""Companies and seed unless the options name others, as for ``handshake compare``."""
MAX_COMPANIES: Final = 10_000
"""Most companies of a report: all their weekly paths are in memory at the same time."""
_INSTALMENT: Final = 250


@dataclass(frozen=True, slots=True)
class Options:
    """The options of ``handshake report``.

    Attributes
    ----------
    source, other
        Scenario files or presets, the second one may be missing; or a folder.
    out, figures
        File of the report, and new folder of its figures; None for none.
    kind
        Format of the figures: one of :data:`analysis.figures.style.KINDS`.
    sizes
        ``--companies``, ``--seed`` and ``--weeks`` as they were given.
    """

    source: str
    other: str
    out: Path | None
    figures: Path | None
    kind: str
    sizes: tuple[str, str, str]

    @property
    def folder(self) -> Path | None:
        """The folder that the report is on; None if it is on scenarios."""
        path = Path(self.source)
        return path if path.is_dir() else None

    def numbers(self) -> Numbers:
        """Return how much to simulate.

        Raises
        ------
        BadInputError
            If a number is none, or out of bounds.
        """
        companies, seed, weeks = self.sizes
        return Numbers(
            companies=whole_number("--companies", companies or COMPANIES, 1, MAX_COMPANIES),
            seed=whole_number("--seed", seed or SEED, 0, MAX_SEED),
            weeks=whole_number("--weeks", weeks, 1, MAX_WEEKS) if weeks else None,
        )


def write_report(screen: Screen, options: Options, *, ensemble: Ensemble | None = None) -> None:
    """Write a report, or its figures, or both, and show its answer.

    Parameters
    ----------
    screen
        Where to show the answer; the report is in its language.
    options
        The options.
    ensemble
        Parameter sets under which to compare the scenarios, too; None for the defaults alone.

    Raises
    ------
    BadInputError
        For what cannot be reported on, and for files that are in the way; before anything is simulated.
    """
    _check(options, ensemble)
    if options.out is not None:
        check_page(options.out)
    with ExitStack() as stack:
        draft = stack.enter_context(new_folder(options.figures)) if options.figures is not None else None
        page = _page(screen, options, ensemble)
        if draft is not None:
            for exhibit in page.exhibits:
                save(exhibit.draw(), draft, exhibit.name, [options.kind])
        if options.out is not None:
            write_page(options.out, render(page))
    screen.heading(page.title)
    for sentence in page.answer:
        screen.say(sentence)
    screen.say()
    if options.out is not None:
        screen.say(screen.texts("report.written", file=options.out))
    if options.figures is not None:
        screen.say(screen.texts("report.figures_written", folder=options.figures))


def _check(options: Options, ensemble: Ensemble | None) -> None:
    if options.out is None and options.figures is None:
        raise BadInputError("missing", key=said("bad.option", name="--out"), allowed=said("report.out_or_figures"))
    if options.kind not in KINDS:
        raise unknown_name(options.kind, KINDS, key=said("bad.option", name="--format"))
    if options.folder is None:
        return
    given = dict(zip(("--companies", "--seed", "--weeks"), options.sizes, strict=True))
    given |= {"--ensemble": "" if ensemble is None else str(len(ensemble))}
    for option, value in given.items():
        if value:
            key = said("bad.option", name=option)
            raise BadInputError("invalid", key=key, value=value, allowed=said("report.only_scenarios"))
    if options.other:
        key = said("bad.argument", name=said("metavar.b").text())
        raise BadInputError("invalid", key=key, value=options.other, allowed=said("report.one_folder"))


def _page(screen: Screen, options: Options, ensemble: Ensemble | None) -> Page:
    language = screen.texts.language
    if (folder := options.folder) is not None:
        return folder_page(folder, language, command=_command(options, language))
    numbers, say = options.numbers(), Labels(language)
    first = _scenario(screen, options.source)
    command = _command(options, language, numbers, ensemble)
    if not options.other and not uses_levers(first):
        if ensemble is not None:
            raise BadInputError("missing", key=said("bad.argument", name="B"), allowed=said("bad.second_scenario"))
        findings = ScenarioFindings.of_trajectory(_trajectories(screen, [first], numbers)[0])
        return scenario_page(findings, say, command=command, levers=short_names(first, screen.texts))
    a, b = scenario_pair(screen, options.source, options.other)
    one_horizon(a, b, numbers)
    both = ComparisonFindings.of_trajectories(*_trajectories(screen, [a, b], numbers))
    if ensemble is not None:
        both = replace(both, ensemble=over_sets(screen, a, b, numbers, ensemble))
    names = short_names(a, screen.texts) | short_names(b, screen.texts)
    return comparison_page(both, say, command=command, levers=names)


def _scenario(screen: Screen, source: str) -> Scenario:
    try:
        return find_scenario(source, screen, argument="metavar.source")
    except BadInputError as error:
        if error.problem == "unknown" and error.value == source:
            error.allowed = said("report.a_source")
        raise


def _trajectories(screen: Screen, scenarios: list[Scenario], numbers: Numbers) -> list[Trajectory]:
    """Simulate scenarios on the same companies, and show progress."""
    if numbers.weeks is not None:
        scenarios = [scenario.changed(weeks=numbers.weeks) for scenario in scenarios]
    founded = Founded()
    with compiling(screen), progress(screen, numbers.companies * len(scenarios)) as advance:
        return [_trajectory(scenario, numbers, founded, advance) for scenario in scenarios]


def _trajectory(scenario: Scenario, numbers: Numbers, founded: Founded, advance: Callable[[int], None]) -> Trajectory:
    trajectory = None
    for done in range(0, numbers.companies, _INSTALMENT):
        companies = min(numbers.companies, done + _INSTALMENT)
        trajectory = simulate_trajectory(scenario, companies, seed=numbers.seed, after=trajectory, founded=founded)
        advance(companies - done)
    assert trajectory is not None
    return trajectory


def _command(options: Options, language: str, numbers: Numbers | None = None, ensemble: Ensemble | None = None) -> str:
    """Return the command line that makes the same report again."""
    words = ["handshake", "report", options.source, *([options.other] if options.other else [])]
    if numbers is not None:
        words += ["--companies", str(numbers.companies), "--seed", str(numbers.seed)]
        words += ["--weeks", str(numbers.weeks)] if numbers.weeks is not None else []
    words += ["--ensemble", "--sets", str(len(ensemble))] if ensemble is not None else []
    words += ["--out", str(options.out)] if options.out is not None else []
    words += ["--figures", str(options.figures), "--format", options.kind] if options.figures is not None else []
    return shlex.join([*words, "--lang", language])


__all__ = ["COMPANIES", "MAX_COMPANIES", "SEED", "Options", "write_report"]
