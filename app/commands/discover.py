"""``handshake discover``: under which conditions something happens, in a sweep or in a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from analysis.discovery.cases import Cases, Target, cases, target_of, target_where
from analysis.discovery.figures import Words, write_figures
from analysis.discovery.findings import METHODS, DiscoveryReport, discovery_report
from analysis.discovery.runs import discovery_plan
from analysis.files import save_findings
from app.terminal.complaints import said, whole_number
from app.terminal.discovery_view import show_discovery
from app.terminal.reports import REPORT, check_report, report_folder
from app.terminal.running import Numbers, find_scenario, neutral_scenario
from app.terminal.screen import Screen
from app.terminal.sweeping import Hands
from app.terminal.sweeps import announce, finished, room_for, runs_left
from experiments.plan.names import FactorNames
from experiments.plan.plan import Plan
from experiments.sweep.results import Sweep, open_sweep
from sim.errors import BadInputError, unknown_name
from sim.outcomes import OUTCOMES
from sim.texts import Texts, languages
from sim.version import __version__

MAX_POINTS: Final = 100_000
MAX_LEAVES: Final = 100
_OPTIONS: Final = {"of": "--of", "where": "--where", "method": "--method"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, and how.

    Attributes
    ----------
    target
        What is looked for.
    method
        One of :data:`analysis.discovery.findings.METHODS`.
    leaves
        Most leaves of a tree.
    seed
        Of halves, folds and shuffles.
    """

    target: Target
    method: str
    leaves: int
    seed: int

    @classmethod
    def read(cls, of: str, where: str, method: str, leaves: str, seed: int, outcomes: tuple[str, ...]) -> Question:
        """Return what ``--of``, ``--where``, ``--method`` and ``--leaves`` ask for.

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
    """Let errors name the option that is to blame."""
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
    """Find out under which conditions something happens, show it, and write it if a folder is named.

    Parameters
    ----------
    screen
        Where to show it.
    source
        Folder of a sweep, scenario file, or preset.
    of, where
        What is looked for: a type, or a comparison.
    method, leaves
        How it is looked for.
    companies, points, seed, weeks, workers
        How a scenario is run, as text.
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
    hands = Hands.read("threads", workers, "")
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
        question = Question.read(of, where, method, leaves, numbers.seed, _outcomes(sweep))
        answer(screen, sweep, question, title="", out=out, as_json=as_json)
        return
    question = Question.read(of, where, method, leaves, numbers.seed, OUTCOMES)
    title, plan = _planned(screen, source, numbers, count)
    with room_for(screen, out) as room:
        announce(screen, plan, hands, runs_left(plan, room))
        sweep = finished(screen, plan, room, hands, kept=out is not None)
        answer(screen, sweep, question, title=title, out=out, as_json=as_json)


def answer(screen: Screen, sweep: Sweep, question: Question, *, title: str, out: Path | None, as_json: bool) -> None:
    """Search a sweep, show what was found, and write it if a folder is named.

    Parameters
    ----------
    screen
        Where to show it.
    sweep
        Where to look.
    question
        What is looked for.
    title
        What the sweep is called; as its plan says if empty.
    out
        Folder for ``report``, None for none.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        For a sweep that cannot be searched, and if what is looked for happens too seldom or too often.
    """
    with _at_option():
        rows = cases(sweep, question.target, seed=question.seed)
        try:
            report = discovery_report(
                rows, question.target, method=question.method, leaves=question.leaves, seed=question.seed
            )
        except BadInputError as error:
            if error.key != "target":
                raise
            # The half that has too few is of no use to whoever asked.
            place = said("bad.option", name="--of" if question.target.kind else "--where")
            hits = said("discover.cases", hits=int(rows.target.sum()), rows=len(rows.target), what=question.target.text)
            raise BadInputError("invalid", key=place, value=hits, allowed=said("discover.enough_cases")) from None
    plan = sweep.manifest["plan"]
    found = described(report, sweep, question)
    names = FactorNames.of_plan(screen.texts, plan)
    if out is not None:
        _write(out / REPORT, report, rows, found, names, screen.texts)
    if as_json:
        screen.emit(found)
    else:
        show_discovery(screen, report, title=title or _name(sweep), names=names, out=out)


def described(report: DiscoveryReport, sweep: Sweep, question: Question) -> dict[str, Any]:
    """Return the report in the shape of ``--json``: nothing in it depends on the language or the machine."""
    plan = sweep.manifest["plan"]
    predictors = {
        name: {language: FactorNames.of_plan(Texts(language), plan)(name) for language in languages()}
        for name in map(str, report.found.importance.index)
    }
    return {
        "sweep": _name(sweep),
        "seed": question.seed,
        "version": __version__,
        **report.to_json(),
        "predictors": {
            name: {"name": labels, **({"low": reach[0], "high": reach[1]} if (reach := report.reach.get(name)) else {})}
            for name, labels in predictors.items()
        },
    }


def _planned(screen: Screen, source: str, numbers: Numbers, points: int) -> tuple[str, Plan]:
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
        plan = discovery_plan(
            neutral, points=points, companies=numbers.companies, seed=numbers.seed, weeks=numbers.weeks
        )
    except BadInputError as error:
        # A lever in several steps, named where whoever wrote the scenario will find it.
        raise (error.at(f"levers.{error.value}") if str(error.key).startswith("factors.") else error) from None
    return scenario.name, plan


def _is_folder(source: str) -> bool:
    try:
        return Path(source).is_dir()
    except (OSError, ValueError):  # a name that is too long, or holds a null character
        return False


def _outcomes(sweep: Sweep) -> tuple[str, ...]:
    """Return the outcomes that a sweep has kept; all there are if it has none, which is complained about elsewhere."""
    return tuple(name for name in OUTCOMES if name in sweep.columns) or OUTCOMES


def _name(sweep: Sweep) -> str:
    return str(sweep.manifest["plan"]["name"])


def _write(
    folder: Path, report: DiscoveryReport, rows: Cases, found: dict[str, Any], names: FactorNames, texts: Texts
) -> None:
    target = report.target
    words = Words(
        texts.language,
        predictors={name: label[:1].upper() + label[1:] for name in found["predictors"] for label in [names(name)]},
        target=texts(f"type.{target.kind}") if target.kind else target.text,
    )
    with report_folder(folder) as draft:
        save_findings(draft, found, report.tables())
        write_figures(report, rows, draft, words)


__all__ = ["Question", "answer", "described", "discover"]
