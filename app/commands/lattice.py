"""``handshake lattice``: a scenario under all on/off combinations of levers, and what that says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any, Final

from analysis.comparison.ensemble import without
from analysis.files import save_findings
from analysis.lattice.ensemble import LatticeEnsemble, lattice_ensemble, wanted_bundles
from analysis.lattice.ensemble_runs import bundles_plan, fraction_plan, levers_on, values_by_set
from analysis.lattice.figures import write_figures
from analysis.lattice.findings import TRIPLES, LatticeReport, lattice_report
from analysis.lattice.runs import LATTICE_OUTCOMES, lattice_levers, lattice_plan, lattice_values
from analysis.lattice.walsh import Floats
from app.terminal.complaints import said, whole_number
from app.terminal.ensembles import about
from app.terminal.lattice_ensemble_view import show_lattice_ensemble
from app.terminal.lattice_view import short_names, show_lattice
from app.terminal.reports import REPORT, check_report, report_folder
from app.terminal.running import Numbers, find_scenario, neutral_scenario
from app.terminal.screen import Screen
from app.terminal.sweeping import Hands
from app.terminal.sweeps import announce, finished, room_for, runs_left
from experiments.ensemble import Ensemble
from experiments.plan.plan import MAX_RUNS as MOST_RUNS
from experiments.plan.plan import Plan
from experiments.sweep.results import Sweep
from sim.errors import BadInputError, between
from sim.policies import Policy
from sim.scenario import Scenario
from sim.version import __version__

MAX_RUNS: Final = 2**25
"""Most runs of one lattice: an outcome of them fills 256 MB, and the analysis holds a few such arrays at a time."""
MAX_SHOWN: Final = 100
MAX_SETS: Final = 2**16
"""Most sets of levers whose interactions are reported, for each outcome: all sets of 16 levers, half a GB of tables."""
_FRACTION: Final = Path("ensemble", "fraction")
_BUNDLES: Final = Path("ensemble", "bundles")
"""Folders, in that of the lattice, of what is run under every set."""
_MANY: Final = 500_000
"""Runs from which on the analysis takes long enough to say so: some ten seconds for a million."""


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
    order
        Size of the largest sets of levers whose interactions are reported.
    """

    scenario: Scenario
    plan: Plan
    levers: tuple[str, ...]
    most: int
    order: int

    @classmethod
    def read(cls, screen: Screen, name: str, numbers: Numbers, levers: str, most: str, order: str) -> Wanted:
        """Return what the command line asks for.

        Raises
        ------
        BadInputError
            For an unknown scenario or lever, and for numbers out of bounds.
        """
        shown = whole_number("--most", most, 1, MAX_SHOWN)
        scenario = find_scenario(name, screen, argument="metavar.scenario")
        neutral = neutral_scenario(scenario, name)
        try:
            chosen = lattice_levers(neutral, [part.strip() for part in levers.split(",")] if levers.strip() else ())
        except BadInputError as error:
            raise error.at(said("bad.option", name="--levers")) if error.key == "levers" else error from None
        largest = whole_number("--order", order, TRIPLES, largest_order(len(chosen)))
        room = MAX_RUNS >> len(chosen)
        if numbers.companies > room:
            key = said("bad.option", name="--companies")
            raise BadInputError("bounds", key=key, value=numbers.companies, allowed=between(1, room))
        plan = lattice_plan(neutral, chosen, companies=numbers.companies, seed=numbers.seed, weeks=numbers.weeks)
        return cls(scenario, plan, chosen, shown, largest)


def largest_order(levers: int) -> int:
    """Return up to which order the interactions of so many levers are reported: all there are, or what has room."""
    order, sets = 1, 0
    while order < levers and sets + comb(levers, order + 1) <= MAX_SETS:
        order += 1
        sets += comb(levers, order)
    # Triples are what is reported anyway, as far as there are any.
    return max(order, TRIPLES)


def analyse_lattice(
    screen: Screen,
    wanted: Wanted,
    *,
    ensemble: Ensemble | None = None,
    out: Path | None,
    workers: str,
    as_json: bool,
) -> None:
    """Run a lattice, show what it says, and write it into the sweep's folder if one is named.

    Parameters
    ----------
    screen
        Where to show it.
    wanted
        What to run.
    ensemble
        Parameter sets under which to ask the same of a fraction of the lattice; None for the defaults alone.
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
        check_report(out / REPORT)
    names = short_names(wanted.scenario, screen.texts)
    fraction = _fraction(wanted, ensemble) if ensemble is not None else None
    with room_for(screen, out) as room:
        left = runs_left(wanted.plan, room)
        left += runs_left(fraction, room / _FRACTION) if fraction is not None else 0
        announce(screen, wanted.plan, hands, left)
        sweep = finished(screen, wanted.plan, room, hands, kept=out is not None)
        if wanted.plan.runs > _MANY:
            screen.fail(screen.texts("lattice.analysing"))
        report = lattice_report(_Values(sweep), wanted.levers, order=wanted.order)
        found, tables, over = described(report, wanted), report.tables(), None
        if ensemble is not None and fraction is not None:
            # What the scenario fixes is the same in all sets, whatever stands in them.
            varied = without(ensemble, wanted.scenario.coefficients.keys())
            over, runs = _over_sets(screen, report, fraction, varied, room, hands, kept=out is not None)
            found["ensemble"] = {
                "sets": over.sets,
                **about(ensemble, wanted.scenario),
                "settings": over.points,
                "runs": runs,
            }
            found["ensemble"]["outcomes"] = over.to_json()
            tables |= over.tables()
        if out is not None:
            with report_folder(out / REPORT) as draft:
                save_findings(draft, found, tables)
                write_figures(report, draft, names, screen.texts.language, ensemble=over)
    if as_json:
        screen.emit(found)
        return
    show_lattice(screen, report, found, title=wanted.scenario.name, names=names, most=wanted.most, out=out)
    if over is not None:
        show_lattice_ensemble(screen, over, found, names=names, most=wanted.most)


def _fraction(wanted: Wanted, ensemble: Ensemble) -> Plan:
    """Return the plan of the fraction under every set.

    Raises
    ------
    BadInputError
        If that is more than one sweep may hold.
    """
    each = fraction_plan(wanted.plan.changed(companies=1), ensemble).runs
    if (companies := wanted.plan.companies) > MOST_RUNS // each:
        key = said("bad.option", name="--companies")
        raise BadInputError("bounds", key=key, value=companies, allowed=between(1, MOST_RUNS // each))
    return fraction_plan(wanted.plan, ensemble)


def _over_sets(
    screen: Screen, report: LatticeReport, fraction: Plan, varied: Ensemble, room: Path, hands: Hands, *, kept: bool
) -> tuple[LatticeEnsemble, int]:
    """Return what the lattice says under every set, and how many runs that took."""
    screen.fail(screen.texts("lattice_ensemble.running", sets=len(varied)))
    effects = finished(screen, fraction, room / _FRACTION, hands, kept=kept)
    chosen = wanted_bundles(report)
    bundles = bundles_plan(fraction, chosen)
    valued = finished(screen, bundles, room / _BUNDLES, hands, kept=kept)
    found = lattice_ensemble(
        report,
        varied,
        on=levers_on(fraction),
        fraction={outcome: values_by_set(effects, outcome) for outcome in LATTICE_OUTCOMES},
        bundles=chosen,
        bundle_values={outcome: values_by_set(valued, outcome) for outcome in LATTICE_OUTCOMES},
    )
    return found, fraction.runs + bundles.runs


def described(report: LatticeReport, wanted: Wanted) -> dict[str, Any]:
    """Return the report in the shape of ``--json``: nothing in it depends on the language or the machine."""
    plan, known = wanted.plan, {policy.id: policy for policy in wanted.scenario.all_policies()}
    (base,) = plan.scenarios
    strength = {
        name: max((step.intensity for step in base.levers[name].schedule()), default=0.0)
        for name in known
        if name in base.levers and name not in wanted.levers
    }
    return {
        "scenario": plan.name,
        "companies": plan.companies,
        "settings": plan.points,
        "runs": plan.runs,
        "weeks": plan.horizon,
        "seed": plan.seed,
        "version": __version__,
        "levers": [_lever(known[name], plan.factors[f"levers.{name}"].high) for name in wanted.levers],
        "stay_on": [_lever(known[name], on) for name, on in strength.items() if on > 0.0],
        "outcomes": report.to_json(),
    }


def _lever(policy: Policy, on: float | None) -> dict[str, Any]:
    return {
        "id": policy.id,
        "name": {"en": policy.name("en"), "de": policy.name("de")},
        "on": on,
        "running_cost": policy.running_cost,
        "one_off_cost": policy.one_off_cost,
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


__all__ = ["MAX_RUNS", "MAX_SETS", "Wanted", "analyse_lattice", "described", "largest_order"]
