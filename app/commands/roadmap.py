"""``handshake roadmap``: which lever next, and when."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from analysis.roadmap import (
    QUARTER,
    Gap,
    Problem,
    Roadmap,
    find_roadmap,
    gap,
    open_levers,
    outlook,
    pace,
    pose,
    shrunk,
)
from analysis.roadmap.ensemble import RoadmapEnsemble, histories, under_sets
from analysis.roadmap.figures import write_figures
from analysis.roadmap.find import MOST_COMPANIES
from analysis.roadmap.gap import SMALL
from analysis.roadmap.outlook import people
from app.terminal.complaints import said, whole_number
from app.terminal.ensembles import about as about_sets
from app.terminal.lattice_view import short_names
from app.terminal.roadmap_ensemble_view import show_roadmap_ensemble
from app.terminal.roadmap_view import Asked, about, show_roadmap
from app.terminal.running import compiling, find_scenario, neutral_scenario, progress
from app.terminal.screen import Screen
from app.terminal.sweeping import duration
from app.terminal.template import scenario_files
from experiments.as_json import json_text
from experiments.ensemble import Ensemble
from experiments.files import new_folder
from sim import Scenario
from sim.draws import MAX_SEED
from sim.errors import BadInputError
from sim.scenario import MAX_WEEKS
from sim.simulation import MAX_THREADS
from sim.texts import Texts
from sim.version import __version__

MAX_EFFORT: Final = 10**8
"""Most companies that a search may simulate: hours, and a gigabyte to remember them."""
MAX_AT_ONCE: Final = 1000
ALL: Final = "all"
"""What stands for all levers that can be started or raised."""
_ASKED: Final = ("budget", "at_once", "levers", "horizon", "outcome")
"""What :func:`analysis.roadmap.pose` may complain about and options give."""
_LONG: Final = 20.0
"""Seconds from which on it is said beforehand how long it will take."""
_FEW: Final = 50_000_000
"""Weeks of people that are not worth a forecast: seconds on any machine."""
_CHECKED_ON: Final = 16
"""Companies on which the search is held against the optimum of a small question."""
_PART: Final = 8
"""The search may simulate one in so many of the companies that the optimum takes."""
_LITTLE: Final = 500_000_000
"""Weeks of people that holding the search against the optimum may take, about: half a minute on two cores."""
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to simulate.

    Attributes
    ----------
    companies, fresh, seed, effort
        As for :func:`analysis.roadmap.find_roadmap`.
    workers
        Threads.
    check
        Whether to hold the search against the optimum of a small question, too.
    """

    companies: int
    fresh: int
    seed: int
    effort: int | None
    workers: int
    check: bool

    @classmethod
    def read(cls, companies: str, fresh: str, seed: str, effort: str, workers: str, *, check: bool) -> Effort:
        """Return what the options give.

        Raises
        ------
        BadInputError
            If one is no whole number, or out of bounds.
        """
        return cls(
            # An interval needs two.
            companies=whole_number("--companies", companies, 2, MOST_COMPANIES),
            fresh=whole_number("--fresh", fresh, 2, MOST_COMPANIES),
            seed=whole_number("--seed", seed, 0, MAX_SEED),
            effort=whole_number("--effort", effort, 1, MAX_EFFORT) if effort else None,
            workers=whole_number("--workers", workers, 1, MAX_THREADS) if workers else os.cpu_count() or 1,
            check=check,
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes
    ----------
    asked
        How it was put; the scenario's name is in the screen's language.
    problem
        The question itself. It is the same in every language.
    """

    asked: Asked
    problem: Problem

    @classmethod
    def read(
        cls, screen: Screen, name: str, *, budget: str, at_once: str, horizon: str, outcome: str, levers: str
    ) -> Question:
        """Return what the command line asks for.

        Raises
        ------
        BadInputError
            For an unknown scenario, lever or outcome, for numbers out of bounds, and for a budget that fits no lever.
        """
        amount, most = _amount("--budget", budget), whole_number("--at-once", at_once, 1, MAX_AT_ONCE)
        weeks = whole_number("--horizon", horizon, QUARTER, MAX_WEEKS) if horizon else None
        scenario = find_scenario(name, screen, argument="metavar.scenario")
        neutral = neutral_scenario(scenario, name)
        named, possible = _levers(neutral, levers), open_levers(neutral)
        try:
            problem = pose(neutral, budget=amount, at_once=most, levers=named, horizon=weeks, outcome=outcome)
        except BadInputError as error:
            if error.key not in _ASKED:
                raise
            complaint = error.at(said("bad.option", name=f"--{str(error.key).replace('_', '-')}"))
            if error.problem == "missing" and possible:
                complaint.allowed = said("roadmap.none_new")
            raise complaint from None
        aside = len(possible) - len(problem.levers) if named is None else 0
        return cls(Asked(scenario.name, name, scenario.weeks, aside), problem)


def run_roadmap(
    screen: Screen,
    question: Question,
    effort: Effort,
    *,
    ensemble: Ensemble | None = None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Find a roadmap, show it, and write its files.

    Parameters
    ----------
    screen
        Where to show it.
    question
        What is asked.
    effort
        How much to simulate.
    ensemble
        Parameter sets under which to hold the plan against its rivals; None for the defaults alone.
    out
        A new folder for ``roadmap.json``, ``plan.toml``, the tables as CSV and the figures as SVG and PNG; None for
        none.
    as_json
        Whether to print the content of ``roadmap.json`` instead of tables.

    Raises
    ------
    BadInputError
        For a folder that holds something; before anything is simulated.
    """
    problem = question.problem
    with new_folder(out) if out is not None else nullcontext() as draft:
        with compiling(screen):
            total = _announce(screen, problem, effort)
        with _told(screen, total) as tell:
            found = find_roadmap(
                problem,
                companies=effort.companies,
                fresh=effort.fresh,
                seed=effort.seed,
                effort=effort.effort,
                threads=effort.workers,
                progress=tell,
            )
        checked = _check(screen, found, effort) if effort.check else None
        report = described(found, checked)
        over = _over_sets(screen, found, effort, ensemble) if ensemble is not None else None
        if over is not None and ensemble is not None:
            report["ensemble"] = {**over.to_json(), **about_sets(ensemble, found.problem.scenario)}
        if draft is not None:
            _write(draft, question, found, over, report, screen.texts)
    if as_json:
        screen.emit(report)
        return
    show_roadmap(screen, found, report, question.asked, out=out)
    if over is not None:
        show_roadmap_ensemble(screen, over, report["ensemble"])


def described(found: Roadmap, checked: tuple[Problem, Gap] | None) -> dict[str, Any]:
    """Return a roadmap in the shape of ``--json``: nothing in it depends on the language or the machine."""
    check = None
    if checked is not None:
        small, against = checked
        asked = {"levers": list(small.levers), "horizon": small.horizon, "companies": _CHECKED_ON}
        check = {**asked, **asdict(against), "share": against.share}
    return {**found.to_dict(), "version": __version__, "check": check}


# --- reading --------------------------------------------------------------------------------------------------------


def _amount(option: str, text: str) -> float:
    """Return an option's value as a positive number with a decimal point.

    Raises
    ------
    BadInputError
        If it is none. A decimal comma is not taken, as it is not in files: who reads 1,000 cannot know what was meant.
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
    """Return the levers that an option names, None for those not in use."""
    if not text.strip():
        return None
    names = [name.strip() for name in text.split(",")]
    # Somebody's own lever may be called so.
    if names == [ALL] and ALL not in {policy.id for policy in scenario.all_policies()}:
        return list(open_levers(scenario))
    return names


# --- running --------------------------------------------------------------------------------------------------------


def _announce(screen: Screen, problem: Problem, effort: Effort) -> int:
    """Say how much there is to do if it takes a while, and return the number of companies to simulate."""
    texts = screen.texts
    rng = np.random.default_rng(effort.seed)
    ahead = outlook(problem, rng, companies=effort.companies, fresh=effort.fresh, effort=effort.effort)
    if ahead.histories * problem.horizon * people(problem) > _FEW:
        seconds = ahead.histories / pace(problem, seed=effort.seed, threads=effort.workers)
        if seconds > _LONG:
            key = "roadmap.forecast_search" if ahead.schedules is None else "roadmap.forecast_exact"
            feasible = about(ahead.feasible, texts) if ahead.schedules is None else texts.number(ahead.feasible, 0)
            numbers = {"feasible": feasible, "histories": texts.number(ahead.histories, 0), "workers": effort.workers}
            screen.fail(texts(key, **numbers, time=duration(seconds, texts)))
    return ahead.histories


@contextmanager
def _told(screen: Screen, total: int) -> Iterator[Callable[[int, int], None]]:
    """Give a function that is told how much is done in all, and show it."""
    seen = 0
    with progress(screen, total) as advance:

        def tell(done: int, _: int) -> None:
            nonlocal seen
            advance(done - seen)
            seen = done

        yield tell


def _check(screen: Screen, found: Roadmap, effort: Effort) -> tuple[Problem, Gap]:
    """Return a small question, and how the search did on it in comparison with the optimum."""
    most = _LITTLE // (4 * QUARTER * people(found.problem) * _CHECKED_ON)
    small = shrunk(found.problem, found.plan["lever"].tolist(), min(SMALL, max(most, 2 * QUARTER)))
    schedules = small.limits.all_feasible(SMALL)
    assert schedules is not None
    total = len(schedules) * _CHECKED_ON
    screen.fail(screen.texts("roadmap.checking"))
    with _told(screen, total) as tell:
        return small, gap(
            small,
            companies=_CHECKED_ON,
            seed=effort.seed,
            effort=max(1, total // _PART),
            threads=effort.workers,
            progress=tell,
        )


def _over_sets(screen: Screen, found: Roadmap, effort: Effort, ensemble: Ensemble) -> RoadmapEnsemble:
    """Hold the plan against its rivals under every set."""
    screen.fail(screen.texts("roadmap_ensemble.running", sets=len(ensemble)))
    with progress(screen, histories(found, len(ensemble))) as advance:
        return under_sets(found, ensemble, threads=effort.workers, progress=advance)


# --- writing --------------------------------------------------------------------------------------------------------


def _write(
    folder: Path,
    question: Question,
    found: Roadmap,
    over: RoadmapEnsemble | None,
    report: dict[str, Any],
    texts: Texts,
) -> None:
    name = texts("roadmap.plan_name", name=question.asked.title)[:_LONGEST_NAME]
    files = scenario_files(
        found.scenario(name),
        "plan.toml",
        texts,
        head=texts("roadmap.head", weeks=found.problem.horizon, seed=found.seed, fresh=found.fresh),
    )
    for file, text in {**files, "roadmap.json": json_text(report)}.items():
        (folder / file).write_text(text, encoding="utf-8", newline="\n")
    (folder / "tables").mkdir()
    frames = {name: getattr(found, name) for name in ("plan", "costs", "spending", "path", "load")}
    frames |= over.tables() if over is not None else {}
    for table, frame in {**frames, "baselines": found.baselines.reset_index()}.items():
        frame.to_csv(folder / "tables" / f"{table}.csv", index=False, float_format="%.6g", lineterminator="\n")
    write_figures(found, folder, short_names(question.problem.scenario, texts), texts.language)


__all__ = ["Effort", "Question", "described", "run_roadmap"]
