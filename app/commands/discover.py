"""``handshake discover``: search a sweep or a scenario for conditions under which something is more frequent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.discovery.cases import Target, cases, target_of, target_where
from analysis.discovery.figures import Words, figures
from analysis.discovery.findings import METHODS, discovery_findings
from analysis.discovery.page import discovery_page
from analysis.discovery.runs import discovery_plan
from analysis.figures.labels import Labels
from analysis.figures.style import save_all
from app.terminal.complaints import said, whole_number
from app.terminal.page import show_page
from app.terminal.reports import REPORT, check_report, report_folder
from app.terminal.running import Numbers, find_scenario, neutral_scenario
from app.terminal.screen import Screen
from app.terminal.sweeping import RunOptions
from app.terminal.sweeps import announce, finished, room_for, runs_left
from experiments.plan.plan import Plan
from experiments.sweep.results import Sweep, open_sweep
from sim.errors import BadInputError, unknown_name
from sim.outcomes import OUTCOMES

MAX_POINTS: Final = 100_000
MAX_LEAVES: Final = 100
_OPTIONS: Final = {"of": "--of", "where": "--where", "method": "--method"}


@dataclass(frozen=True, slots=True)
class DiscoveryOptions:
    """Target and method of a search.

    Attributes
    ----------
    target
        What is looked for.
    method
        One of :data:`analysis.discovery.findings.METHODS`.
    leaves
        Most leaves of a tree.
    seed
        Of halves, folds, shuffles and bootstrap.
    """

    target: Target
    method: str
    leaves: int
    seed: int

    @classmethod
    def read(
        cls, of: str, where: str, method: str, leaves: str, seed: int, outcomes: tuple[str, ...]
    ) -> DiscoveryOptions:
        """Return the target and method that ``--of``, ``--where``, ``--method`` and ``--leaves`` name.

        Parameters
        ----------
        of, where, method, leaves
            As written; only one of the first two.
        seed
            As given.
        outcomes
            What ``--where`` may name.

        Raises
        ------
        BadInputError
            For unknown names, and numbers out of bounds.
        """
        if method not in METHODS:
            raise unknown_name(method, METHODS, key=said("bad.option", name="--method"))
        if of and where:
            raise BadInputError(
                "invalid", key=said("bad.option", name="--where"), value=where, allowed=said("discover.one")
            )
        count = whole_number("--leaves", leaves or "8", 2, MAX_LEAVES)
        if leaves and method != "tree":
            allowed = said("bad.only_with", option="--method tree")
            raise BadInputError("invalid", key=said("bad.option", name="--leaves"), value=leaves, allowed=allowed)
        with _at_option():
            target = target_where(where, outcomes) if where else target_of(of or "self_blocking")
        return cls(target, method, count, seed)


@contextmanager
def _at_option() -> Iterator[None]:
    """Let errors name the option at fault."""
    try:
        yield
    except BadInputError as error:
        option = _OPTIONS.get(str(error.key)) if not error.file else None
        raise (error.at(said("bad.option", name=option)) if option else error) from None


def discover(
    screen: Screen,
    source: str,
    *,
    of: str,
    where: str,
    method: str,
    leaves: str,
    companies: str,
    points: str,
    seed: str,
    weeks: str,
    out: Path | None,
    workers: str,
    as_json: bool,
) -> None:
    """Search for conditions under which something is more frequent, show them, and write them if a folder is named.

    Parameters
    ----------
    screen
        Where to print.
    source
        Folder of a sweep, scenario file, or preset.
    of, where
        Target: a type, or a comparison.
    method, leaves
        Method of the search.
    companies, points, seed, weeks, workers
        Sizes of a scenario's runs and where to run them, as text.
    out
        Folder for ``report`` and, of a scenario, for the sweep; None for none.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If a scenario could not be run to the end.
    """
    numbers = Numbers.read(companies or "128", seed, weeks)
    count = whole_number("--points", points or "512", 1, MAX_POINTS)
    run_options = RunOptions.read("threads", workers, "")
    if out is not None:
        check_report(out / REPORT)
    if _is_folder(source):
        for option, given in (
            ("--companies", companies),
            ("--points", points),
            ("--weeks", weeks),
            ("--workers", workers),
        ):
            if given:
                allowed = said("bad.only_with", option=screen.texts("metavar.scenario"))
                raise BadInputError("invalid", key=said("bad.option", name=option), value=given, allowed=allowed)
        sweep = open_sweep(source)
        options = DiscoveryOptions.read(of, where, method, leaves, numbers.seed, _outcomes(sweep))
        answer(screen, sweep, options, out=out, as_json=as_json)
        return
    options = DiscoveryOptions.read(of, where, method, leaves, numbers.seed, OUTCOMES)
    plan = _planned(screen, source, numbers, count)
    with room_for(screen, out) as room:
        announce(screen, plan, run_options, runs_left(plan, room))
        sweep = finished(screen, plan, room, run_options, kept=out is not None)
        answer(screen, sweep, options, out=out, as_json=as_json)


def answer(screen: Screen, sweep: Sweep, options: DiscoveryOptions, *, out: Path | None, as_json: bool) -> None:
    """Search a sweep, show what was found, and write it if a folder is named.

    Parameters
    ----------
    screen
        Where to print.
    sweep
        Where to search.
    options
        What to look for.
    out
        Folder for ``report``, None for none.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        For a sweep that cannot be searched, and if the target is too rare or too frequent.
    """
    with _at_option():
        rows = cases(sweep, options.target, seed=options.seed)
        try:
            findings = discovery_findings(
                rows, options.target, method=options.method, leaves=options.leaves, seed=options.seed
            )
        except BadInputError as error:
            if error.key != "target":
                raise
            # Whoever asked knows nothing of halves: name all rows instead.
            place = said("bad.option", name="--of" if options.target.kind else "--where")
            hits = said("discover.cases", hits=int(rows.target.sum()), rows=len(rows.target), what=options.target.text)
            raise BadInputError("invalid", key=place, value=hits, allowed=said("discover.enough_cases")) from None
    language = screen.texts.language
    if out is not None:
        with report_folder(out / REPORT) as draft:
            findings.save(draft)
            save_all(figures(findings, Words.of_findings(findings, language), rows), draft)
    if as_json:
        screen.emit(findings.to_json())
        return
    show_page(screen, discovery_page(findings, Labels(language)))
    if out is not None:
        screen.say(screen.texts("runs.written", folder=out))


def _planned(screen: Screen, source: str, numbers: Numbers, points: int) -> Plan:
    try:
        scenario = find_scenario(source, screen, argument="metavar.source")
    except BadInputError as error:
        if error.file:
            raise
        raise BadInputError(
            error.problem, key=error.key, value=error.value, allowed=said("discover.sources"), nearest=error.nearest
        ) from None
    neutral = neutral_scenario(scenario, source)
    try:
        return discovery_plan(
            neutral, points=points, companies=numbers.companies, seed=numbers.seed, weeks=numbers.weeks
        )
    except BadInputError as error:
        # A lever in several steps, named where whoever wrote the scenario will find it.
        raise (error.at(f"levers.{error.value}") if str(error.key).startswith("factors.") else error) from None


def _is_folder(source: str) -> bool:
    try:
        return Path(source).is_dir()
    except (OSError, ValueError):  # a name that is too long, or holds a null character
        return False


def _outcomes(sweep: Sweep) -> tuple[str, ...]:
    """Return the outcomes that a sweep has kept; all there are if it has none, which is complained about elsewhere."""
    return tuple(name for name in OUTCOMES if name in sweep.columns) or OUTCOMES


__all__ = ["DiscoveryOptions", "answer", "discover"]
