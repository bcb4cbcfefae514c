"""``handshake roadmap``: which lever next, and when."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from analysis.figures.labels import Labels, short_names
from analysis.figures.style import save_all
from analysis.roadmap import QUARTER, Gap, Problem, find_roadmap, gap, open_levers, outlook, pace, pose, shrunk
from analysis.roadmap.ensemble import histories, under_sets
from analysis.roadmap.figures import figures
from analysis.roadmap.find import MOST_COMPANIES
from analysis.roadmap.findings import OverSets, RoadmapFindings
from analysis.roadmap.outlook import people
from analysis.roadmap.page import roadmap_page
from analysis.roadmap.words import roughly
from app.terminal.complaints import said, whole_number
from app.terminal.ensembles import about as about_sets
from app.terminal.page import show_page
from app.terminal.running import compiling, find_scenario, neutral_scenario, progress
from app.terminal.screen import Screen
from app.terminal.sweeping import duration
from app.terminal.template import scenario_files
from experiments.ensemble import Ensemble
from experiments.files import new_folder
from sim import Scenario
from sim.draws import MAX_SEED
from sim.errors import BadInputError
from sim.scenario import MAX_WEEKS
from sim.simulation import MAX_THREADS

MAX_EFFORT: Final = 10**8
"""Most companies that a search may simulate: hours, and a gigabyte to remember them."""
MAX_AT_ONCE: Final = 1000
ALL: Final = "all"
"""The value of ``--levers`` for all levers that can be started or raised."""
_ASKED: Final = ("budget", "at_once", "levers", "horizon", "outcome")
"""Arguments of :func:`analysis.roadmap.pose` that options give."""
_LONG: Final = 20.0
"""Seconds from which on the time it will take is announced."""
_FEW: Final = 50_000_000
"""Weeks of people that are not worth a forecast: seconds on any machine."""
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked, and how much to simulate.

    Attributes
    ----------
    problem
        The question. It is the same in every language.
    today
        The scenario, named in the screen's language.
    named
        The scenario as the command line names it.
    aside
        Number of levers that are in place in part and were not named.
    companies, fresh, seed, effort
        As for :func:`analysis.roadmap.find_roadmap`.
    workers
        Threads.
    check
        Whether to hold the search against the optimum of a small question, too.
    """

    problem: Problem
    today: Scenario
    named: str
    aside: int
    companies: int
    fresh: int
    seed: int
    effort: int | None
    workers: int
    check: bool

    @classmethod
    def read(
        cls,
        screen: Screen,
        name: str,
        *,
        budget: str,
        at_once: str,
        horizon: str,
        outcome: str,
        levers: str,
        companies: str,
        fresh: str,
        seed: str,
        effort: str,
        workers: str,
        check: bool,
    ) -> Options:
        """Return what the command line asks for.

        Raises
        ------
        BadInputError
            For an unknown scenario, lever or outcome, for numbers out of bounds, and for a budget that fits no lever.
        """
        counts = {
            # An interval needs two.
            "companies": whole_number("--companies", companies, 2, MOST_COMPANIES),
            "fresh": whole_number("--fresh", fresh, 2, MOST_COMPANIES),
            "seed": whole_number("--seed", seed, 0, MAX_SEED),
        }
        most = whole_number("--effort", effort, 1, MAX_EFFORT) if effort else None
        threads = whole_number("--workers", workers, 1, MAX_THREADS) if workers else os.cpu_count() or 1
        amount, limit = _amount("--budget", budget), whole_number("--at-once", at_once, 1, MAX_AT_ONCE)
        weeks = whole_number("--horizon", horizon, QUARTER, MAX_WEEKS) if horizon else None
        today = find_scenario(name, screen, argument="metavar.scenario")
        neutral = neutral_scenario(today, name)
        given, possible = _levers(neutral, levers), open_levers(neutral)
        try:
            problem = pose(neutral, budget=amount, at_once=limit, levers=given, horizon=weeks, outcome=outcome)
        except BadInputError as error:
            if error.key not in _ASKED:
                raise
            complaint = error.at(said("bad.option", name=f"--{str(error.key).replace('_', '-')}"))
            if error.problem == "missing" and possible:
                complaint.allowed = said("roadmap.none_new")
            raise complaint from None
        aside = len(possible) - len(problem.levers) if given is None else 0
        return cls(problem, today, name, aside, **counts, effort=most, workers=threads, check=check)


def run_roadmap(
    screen: Screen, options: Options, *, ensemble: Ensemble | None = None, out: Path | None, as_json: bool
) -> None:
    """Find a roadmap, show it, and write its files.

    Parameters
    ----------
    screen
        Where to show it.
    options
        What is asked.
    ensemble
        Parameter sets under which to hold the plan against its rivals; None for the defaults alone.
    out
        A new folder for ``roadmap.json``, ``plan.toml``, the tables as CSV and the figures as SVG and PNG; None for
        none.
    as_json
        Whether to print the content of ``roadmap.json`` instead of the page.

    Raises
    ------
    BadInputError
        For a folder that holds something; before anything is simulated.
    """
    names = short_names(options.today, screen.texts)
    with new_folder(out) if out is not None else nullcontext() as draft:
        found = _findings(screen, options, ensemble)
        if draft is not None:
            found.save(draft)
            _write_plan(draft, screen, options, found)
            save_all(figures(found, names, screen.texts.language), draft)
    if as_json:
        screen.emit(found.to_json())
        return
    show_page(screen, roadmap_page(found, Labels(screen.texts.language), levers=names, aside=options.aside))
    if out is not None:
        screen.say(screen.texts("roadmap.written", folder=out))
        # Unbroken, so that it can be copied.
        screen.out.print(screen.texts("roadmap.next", command=_comparison(options, out)), soft_wrap=True)


def _findings(screen: Screen, options: Options, ensemble: Ensemble | None) -> RoadmapFindings:
    with compiling(screen):
        _announce(screen, options)
    with _told(screen) as tell:
        found = find_roadmap(
            options.problem,
            companies=options.companies,
            fresh=options.fresh,
            seed=options.seed,
            effort=options.effort,
            threads=options.workers,
            progress=tell,
        )
    if options.check:
        found = replace(found, check=_check(screen, options, found))
    if ensemble is not None:
        found = replace(found, ensemble=_over_sets(screen, options, found, ensemble))
    return found


def _announce(screen: Screen, options: Options) -> None:
    """Say how much there is to do if it takes a while."""
    texts, problem = screen.texts, options.problem
    rng = np.random.default_rng(options.seed)
    ahead = outlook(problem, rng, companies=options.companies, fresh=options.fresh, effort=options.effort)
    if ahead.histories * problem.horizon * people(problem) <= _FEW:
        return
    seconds = ahead.histories / pace(problem, seed=options.seed, threads=options.workers)
    if seconds > _LONG:
        key = "roadmap.forecast_search" if ahead.schedules is None else "roadmap.forecast_exact"
        feasible = roughly(ahead.feasible, texts) if ahead.schedules is None else texts.number(ahead.feasible, 0)
        numbers = {"feasible": feasible, "histories": texts.number(ahead.histories, 0), "workers": options.workers}
        screen.fail(texts(key, **numbers, time=duration(seconds, texts)))


def _check(screen: Screen, options: Options, found: RoadmapFindings) -> Gap:
    screen.fail(screen.texts("roadmap.checking"))
    small = shrunk(options.problem, found.plan["lever"].tolist())
    with _told(screen) as tell:
        return gap(small, seed=options.seed, threads=options.workers, progress=tell)


def _over_sets(screen: Screen, options: Options, found: RoadmapFindings, ensemble: Ensemble) -> OverSets:
    problem = options.problem
    screen.fail(screen.texts("roadmap.over_sets.running", sets=len(ensemble)))
    with progress(screen, histories(problem, found, len(ensemble))) as advance:
        over = under_sets(problem, found, ensemble, threads=options.workers, progress=advance)
    return over.findings(about_sets(ensemble, problem.scenario))


@contextmanager
def _told(screen: Screen) -> Iterator[Callable[[int, int], None]]:
    """Yield a function that is told how many company histories are done, and of how many, and shows it."""
    with ExitStack() as stack:
        advance: Callable[[int], None] | None = None
        seen = 0

        def tell(done: int, total: int) -> None:
            nonlocal advance, seen
            advance = advance or stack.enter_context(progress(screen, total))
            advance(done - seen)
            seen = done

        yield tell


def _write_plan(folder: Path, screen: Screen, options: Options, found: RoadmapFindings) -> None:
    """Write the plan as a scenario."""
    texts = screen.texts
    name = texts("roadmap.plan_name", name=options.today.name)[:_LONGEST_NAME]
    files = scenario_files(
        options.problem.scheduled(found.schedule, name),
        "plan.toml",
        texts,
        head=texts("roadmap.head", weeks=found.horizon, seed=found.seed, fresh=found.fresh),
    )
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")


def _comparison(options: Options, out: Path) -> str:
    """Return the command that compares today with the plan."""
    words = ["handshake", "compare", options.named, str(out / "plan.toml")]
    weeks = options.problem.horizon
    return shlex.join([*words, *(["--weeks", str(weeks)] if options.today.weeks != weeks else [])])


def _amount(option: str, text: str) -> float:
    """Return an option's value as a positive number with a decimal point.

    Raises
    ------
    BadInputError
        If it is none. A decimal comma is refused, as it is in files: 1,000 could mean either.
    """
    key, allowed = said("bad.option", name=option), said("roadmap.an_amount")
    if not _is_decimal(text):
        pointed = text.replace(",", ".")
        raise BadInputError(
            "type", key=key, value=text, allowed=allowed, nearest=pointed if _is_decimal(pointed) else ""
        )
    if not 0.0 < float(text) <= 1000.0:
        raise BadInputError("bounds", key=key, value=text, allowed=allowed)
    return float(text)


def _is_decimal(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", text) is not None


def _levers(scenario: Scenario, text: str) -> list[str] | None:
    """Return the levers that ``--levers`` names, None for those not in use."""
    if not text.strip():
        return None
    names = [name.strip() for name in text.split(",")]
    # Somebody's own lever may be called so.
    if names == [ALL] and ALL not in {policy.id for policy in scenario.all_policies()}:
        return list(open_levers(scenario))
    return names


__all__ = ["Options", "run_roadmap"]
