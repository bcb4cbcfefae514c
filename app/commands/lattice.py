"""``handshake lattice``: simulate a scenario under all on/off combinations of levers, and show the findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from analysis.comparison.ensemble import without
from analysis.figures.labels import Labels
from analysis.lattice.ensemble import lattice_ensemble, wanted_bundles
from analysis.lattice.facts import LatticeFacts
from analysis.lattice.figures import write_figures
from analysis.lattice.findings import LatticeFindings, OverSets, lattice_findings
from analysis.lattice.page import lattice_page
from analysis.lattice.runs import (
    LATTICE_OUTCOMES,
    LatticeValues,
    bundles_plan,
    fraction_plan,
    lattice_levers,
    lattice_plan,
    levers_on,
    values_by_set,
)
from analysis.lattice.tables import TRIPLES, largest_order
from app.terminal.complaints import said, whole_number
from app.terminal.ensembles import about
from app.terminal.page import show_page
from app.terminal.reports import REPORT, check_report, report_folder
from app.terminal.running import Numbers, find_scenario, neutral_scenario
from app.terminal.screen import Screen
from app.terminal.sweeping import RunOptions
from app.terminal.sweeps import announce, finished, room_for, runs_left
from experiments.ensemble import Ensemble
from experiments.plan.plan import MAX_RUNS as MOST_RUNS
from experiments.plan.plan import Plan
from sim.errors import BadInputError, between
from sim.scenario import Scenario

MAX_RUNS: Final = 2**25
"""Most runs of one lattice: an outcome of them fills 256 MB, and the analysis holds a few such arrays at a time."""
MAX_SHOWN: Final = 100
_FRACTION: Final = Path("ensemble", "fraction")
_BUNDLES: Final = Path("ensemble", "bundles")
"""Folders, in that of the lattice, of what is run under every set."""
_MANY: Final = 500_000
"""Fewest runs whose analysis is announced: it takes some ten seconds for a million."""


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the command.

    Attributes
    ----------
    scenario
        The scenario; its name does not depend on the language, and so neither do the plan and its folder.
    plan
        What to run.
    most
        How many synergies and antagonisms to show.
    order
        Size of the largest sets of levers whose interactions are reported.
    """

    scenario: Scenario
    plan: Plan
    most: int
    order: int

    @classmethod
    def read(cls, screen: Screen, name: str, numbers: Numbers, levers: str, most: str, order: str) -> Options:
        """Return the options that a command line gives.

        Raises
        ------
        BadInputError
            For an unknown scenario or lever, and for numbers out of bounds.
        """
        shown = whole_number("--most", most, 1, MAX_SHOWN)
        neutral = neutral_scenario(find_scenario(name, screen, argument="metavar.scenario"), name)
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
        return cls(neutral, plan, shown, largest)


def analyse_lattice(
    screen: Screen,
    options: Options,
    *,
    ensemble: Ensemble | None = None,
    out: Path | None,
    workers: str,
    as_json: bool,
) -> None:
    """Run a lattice, show its page or JSON, and save the findings into the sweep's folder if one is named.

    Parameters
    ----------
    screen
        Where to show it.
    options
        What to run.
    ensemble
        Parameter sets under which to run a fraction of the lattice, too; None for the defaults alone.
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
    run_options = RunOptions.read("threads", workers, "")
    if out is not None:
        check_report(out / REPORT)
    fraction = _fraction(options, ensemble) if ensemble is not None else None
    with room_for(screen, out) as room:
        left = runs_left(options.plan, room)
        left += runs_left(fraction, room / _FRACTION) if fraction is not None else 0
        announce(screen, options.plan, run_options, left)
        sweep = finished(screen, options.plan, room, run_options, kept=out is not None)
        if options.plan.runs > _MANY:
            screen.fail(screen.texts("lattice.analysing"))
        facts = LatticeFacts.of(options.plan, options.scenario.all_policies())
        findings = lattice_findings(LatticeValues(sweep), facts, order=options.order)
        if ensemble is not None and fraction is not None:
            screen.fail(screen.texts("lattice.running", sets=len(ensemble)))
            over = _over_sets(screen, findings, options, ensemble, fraction, room, run_options, kept=out is not None)
            findings = replace(findings, ensemble=over)
        if out is not None:
            with report_folder(out / REPORT) as draft:
                findings.save(draft)
                write_figures(findings, draft, screen.texts.language)
    if as_json:
        screen.emit(findings.to_json())
        return
    show_page(screen, lattice_page(findings, Labels(screen.texts.language), most=options.most))
    if out is not None:
        screen.say(screen.texts("lattice.written", folder=out))


def _fraction(options: Options, ensemble: Ensemble) -> Plan:
    """Return the plan of the fraction under every set.

    Raises
    ------
    BadInputError
        If that is more than one sweep may hold.
    """
    each = fraction_plan(options.plan.changed(companies=1), ensemble).runs
    if (companies := options.plan.companies) > MOST_RUNS // each:
        key = said("bad.option", name="--companies")
        raise BadInputError("bounds", key=key, value=companies, allowed=between(1, MOST_RUNS // each))
    return fraction_plan(options.plan, ensemble)


def _over_sets(
    screen: Screen,
    findings: LatticeFindings,
    options: Options,
    ensemble: Ensemble,
    fraction: Plan,
    room: Path,
    run_options: RunOptions,
    *,
    kept: bool,
) -> OverSets:
    """Run the fraction and the best bundles under every set, and return the findings."""
    effects = finished(screen, fraction, room / _FRACTION, run_options, kept=kept)
    chosen = wanted_bundles(findings)
    bundles = bundles_plan(fraction, chosen)
    valued = finished(screen, bundles, room / _BUNDLES, run_options, kept=kept)
    found = lattice_ensemble(
        findings,
        # What the scenario fixes is the same in all sets, whatever stands in them.
        without(ensemble, options.scenario.coefficients.keys()),
        on=levers_on(fraction),
        fraction={outcome: values_by_set(effects, outcome) for outcome in LATTICE_OUTCOMES},
        bundles=chosen,
        bundle_values={outcome: values_by_set(valued, outcome) for outcome in LATTICE_OUTCOMES},
    )
    return found.over_sets(about(ensemble, options.scenario), fraction.runs + bundles.runs)


__all__ = ["MAX_RUNS", "Options", "analyse_lattice"]
