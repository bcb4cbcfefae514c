"""``handshake lattice``: a scenario under all on/off combinations of levers, and what that says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer

from analysis.lattice_report import LatticeReport, lattice_report
from analysis.walsh import Floats
from app.complaints import said, whole_number
from app.lattice_files import REPORT, check_place, write_report
from app.lattice_view import short_names, show_lattice
from app.running import Numbers, compiling, find_scenario
from app.screen import Screen
from app.sweeping import INTERRUPTED, Hands, duration, sweep_progress, swept
from experiments.lattice import LATTICE_OUTCOMES, lattice_levers, lattice_plan, lattice_values
from experiments.plan.plan import Plan
from experiments.sweep.jobs import SimulationJob
from experiments.sweep.results import Sweep, open_sweep
from experiments.sweep.run import run
from experiments.sweep.status import forecast
from experiments.sweep.store import Store
from experiments.sweep.tasks import parquet
from sim.errors import BadInputError, StoppedError, between
from sim.presets import presets
from sim.scenario import Scenario
from sim.version import __version__

MAX_RUNS: Final = 2**25
"""Most runs of one lattice: an outcome of them fills 256 MB, and the analysis holds a few such arrays at a time."""
MAX_SHOWN: Final = 100
_LONG: Final = 20.0
"""Seconds from which on it is said beforehand how long it will take."""
_MANY: Final = 500_000
"""Runs from which on the analysis takes long enough to say so: some ten seconds for a million."""
_FEW: Final = 4096
"""Runs that are not worth a forecast, which takes some hundred itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a lattice.

    Attributes
    ----------
    scenario
        As it was found, with its name in the screen's language.
    plan
        What to run. It is the same in every language, and so is its folder.
    levers
        Ids, in the order of the bits.
    most
        How many synergies and antagonisms to show.
    """

    scenario: Scenario
    plan: Plan
    levers: tuple[str, ...]
    most: int

    @classmethod
    def read(cls, screen: Screen, name: str, numbers: Numbers, levers: str, most: str) -> Wanted:
        """Return what the command line asks for.

        Raises
        ------
        BadInputError
            For an unknown scenario or lever, and for numbers out of bounds.
        """
        shown = whole_number("--most", most, 1, MAX_SHOWN)
        scenario = find_scenario(name, screen, argument="metavar.scenario")
        # A preset goes by its id: its name differs between languages.
        neutral = scenario.changed(name=name) if name in presets() and not Path(name).is_file() else scenario
        try:
            chosen = lattice_levers(neutral, [part.strip() for part in levers.split(",")] if levers.strip() else ())
        except BadInputError as error:
            raise error.at(said("bad.option", name="--levers")) if error.key == "levers" else error from None
        room = MAX_RUNS >> len(chosen)
        if numbers.companies > room:
            key = said("bad.option", name="--companies")
            raise BadInputError("bounds", key=key, value=numbers.companies, allowed=between(1, room))
        plan = lattice_plan(neutral, chosen, companies=numbers.companies, seed=numbers.seed, weeks=numbers.weeks)
        return cls(scenario, plan, chosen, shown)


def analyse_lattice(screen: Screen, wanted: Wanted, *, out: Path | None, workers: str, as_json: bool) -> None:
    """Run a lattice, show what it says, and write it into the sweep's folder if one is named.

    Parameters
    ----------
    screen
        Where to show it.
    wanted
        What to run.
    out
        Folder of the sweep, a new one or one to go on with; None for a temporary one.
    workers
        How many, as text; as many as there are processors if empty.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If it could not be finished.
    """
    hands = Hands.read("threads", workers, "")
    if out is not None:
        check_place(out / REPORT)
    names = short_names(wanted.scenario, screen.texts)
    with _sweep(screen, wanted.plan, out, hands) as sweep, _interruptible(screen, out):
        if wanted.plan.runs > _MANY:
            screen.fail(screen.texts("lattice.analysing"))
        report = lattice_report(_Values(sweep), wanted.levers)
        found = described(report, wanted)
        if out is not None:
            write_report(out / REPORT, report, found, names, screen.texts.language)
    if as_json:
        screen.emit(found)
    else:
        show_lattice(screen, report, found, title=wanted.scenario.name, names=names, most=wanted.most, out=out)


def described(report: LatticeReport, wanted: Wanted) -> dict[str, Any]:
    """Return the report in the shape of ``--json``: nothing in it depends on the language or the machine."""
    plan, known = wanted.plan, {policy.id: policy for policy in wanted.scenario.all_policies()}
    levers = [
        {
            "id": name,
            "name": {"en": known[name].name("en"), "de": known[name].name("de")},
            "on": plan.factors[f"levers.{name}"].high,
            "running_cost": known[name].running_cost,
            "one_off_cost": known[name].one_off_cost,
        }
        for name in wanted.levers
    ]
    return {
        "scenario": plan.name,
        "companies": plan.companies,
        "settings": plan.points,
        "runs": plan.runs,
        "weeks": plan.horizon,
        "seed": plan.seed,
        "version": __version__,
        "levers": levers,
        "outcomes": report.to_json(),
    }


class _Values(Mapping[str, Floats]):
    """The outcomes of a lattice, read when they are asked for."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep

    def __getitem__(self, outcome: str) -> Floats:
        return lattice_values(self._sweep, outcome)

    def __iter__(self) -> Iterator[str]:
        return iter(LATTICE_OUTCOMES)

    def __len__(self) -> int:
        return len(LATTICE_OUTCOMES)


# --- running --------------------------------------------------------------------------------------------------------


@contextmanager
def _interruptible(screen: Screen, out: Path | None) -> Iterator[None]:
    """Say after Ctrl-C what is left: with a folder, all runs are."""
    try:
        yield
    except KeyboardInterrupt:
        if out is None:
            raise
        screen.fail(screen.texts("lattice.interrupted", folder=out))
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def _sweep(screen: Screen, plan: Plan, out: Path | None, hands: Hands) -> Iterator[Sweep]:
    """Give the complete sweep of a plan; without a folder for it, it is gone afterwards."""
    job = SimulationJob(plan)
    if out is not None:
        # Refuses a folder with something else before anything is computed, and the forecast computes.
        stored = Store.begin(out, job.manifest(), parquet(job.design())).names()
        _announce(screen, job, hands, plan.runs - sum(job.chunk_runs(chunk) for chunk in stored))
        swept(screen, job, out, hands)
        yield open_sweep(out)
        return
    with tempfile.TemporaryDirectory(prefix="handshake-") as folder:
        store = Path(folder) / "sweep"
        _announce(screen, job, hands, plan.runs)
        try:
            with compiling(screen), sweep_progress(screen, plan.runs) as report:
                outcome = run(job, store, executor=hands.executor, workers=hands.workers, report=report)
        except StoppedError as error:
            # It promises that the same command goes on, which is not so here.
            why = next((value for name, value in error.why.values if name == "reason"), error.why)
            raise StoppedError(said("lattice.stopped", reason=why)) from None
        if outcome.failed:
            found = {"count": len(outcome.failed), "chunks": outcome.chunks}
            found["error"] = Store(store).failure(outcome.failed[0])["error"]
            raise StoppedError(said("lattice.failed", **found))
        yield open_sweep(store)


def _announce(screen: Screen, job: SimulationJob, hands: Hands, left: int) -> None:
    """Say how many runs are left to do, if they take a while."""
    if left <= _FEW:
        return
    with compiling(screen):
        expected = forecast(job.plan, hands.workers)
    seconds = expected.seconds * left / job.runs
    if seconds > _LONG:
        time = duration(seconds, screen.texts)
        numbers = {"runs": screen.texts.number(left, 0), "workers": expected.workers}
        screen.fail(screen.texts("lattice.forecast", time=time, **numbers))


__all__ = ["MAX_RUNS", "Wanted", "analyse_lattice", "described"]
