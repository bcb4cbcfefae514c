"""``handshake compare``: two scenarios on the same virtual companies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.comparison.ensemble import pairs_report, without
from analysis.comparison.findings import ComparisonFindings
from analysis.comparison.page import comparison_page
from analysis.comparison.runs import run_pairs
from analysis.figures.labels import Labels
from app.terminal.complaints import said
from app.terminal.ensembles import about
from app.terminal.page import show_page
from app.terminal.running import Numbers, find_scenario, progress, simulated
from app.terminal.screen import Screen
from experiments.ensemble import Ensemble
from sim import Scenario
from sim.errors import BadInputError


def compare_scenarios(
    screen: Screen,
    a: str,
    b: str,
    numbers: Numbers,
    *,
    ensemble: Ensemble | None = None,
    every: bool,
    as_json: bool,
) -> None:
    """Simulate two scenarios on the same companies and show their differences.

    Parameters
    ----------
    screen
        Where to show it.
    a, b
        Scenario files or presets. Without ``b``, ``a`` without its levers is compared with ``a``: whoever names a
        single scenario wants to know what its levers do.
    numbers
        How much to simulate.
    ensemble
        Parameter sets under which to ask the same; None for the defaults alone.
    every
        Whether to show all outcomes.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is simulated.
    """
    first, second = scenario_pair(screen, a, b)
    one_horizon(first, second, numbers)
    findings = ComparisonFindings.of_results(simulated(screen, [first, second], numbers), first, second)
    if ensemble is not None:
        findings = replace(findings, ensemble=over_sets(screen, first, second, numbers, ensemble))
    if as_json:
        screen.emit(findings.to_json())
    else:
        show_page(screen, comparison_page(findings, Labels(screen.texts.language), every=every))


def over_sets(screen: Screen, a: Scenario, b: Scenario, numbers: Numbers, ensemble: Ensemble) -> dict[str, Any]:
    """Run two scenarios under every set of an ensemble, and return the conclusions as JSON."""
    with progress(screen, 2 * numbers.companies * len(ensemble)) as advance:
        pairs = run_pairs(
            a, b, ensemble, companies=numbers.companies, seed=numbers.seed, weeks=numbers.weeks, progress=advance
        )
    # What both scenarios fix is the same in all sets, whatever stands in them.
    return about(ensemble, a, b) | pairs_report(without(ensemble, a.coefficients.keys() & b.coefficients.keys()), pairs)


def one_horizon(a: Scenario, b: Scenario, numbers: Numbers) -> None:
    """Refuse two scenarios with different horizons if none is asked for.

    Raises
    ------
    BadInputError
        If so.
    """
    if numbers.weeks is None and a.weeks != b.weeks:
        horizons = said("bad.one_horizon", a=a.weeks, b=b.weeks)
        raise BadInputError("missing", key=said("bad.option", name="--weeks"), allowed=horizons)


def uses_levers(scenario: Scenario) -> bool:
    """Return whether any lever is ever in use."""
    return any(step.intensity > 0.0 for lever in scenario.levers.values() for step in lever.schedule())


def scenario_pair(screen: Screen, first: str, second: str) -> tuple[Scenario, Scenario]:
    """Return two scenarios under different names; without a second one, the first without its levers and with them.

    Raises
    ------
    BadInputError
        For an unknown scenario, and for a single one that has no levers to leave out.
    """
    a = find_scenario(first, screen, argument="metavar.a")
    if second:
        b = find_scenario(second, screen, argument="metavar.b")
        if a.name != b.name:
            return a, b
        # Results are told apart by name. Copies of a file keep the name in it; then their files tell which is which.
        files = Path(first).stem, Path(second).stem
        one, other = files if files[0] != files[1] else ("A", "B")
        return a.changed(name=f"{a.name} ({one})"), b.changed(name=f"{b.name} ({other})")
    if not uses_levers(a):
        key = said("bad.argument", name=screen.texts("metavar.b"))
        raise BadInputError("missing", key=key, allowed=said("bad.second_scenario"))
    return a.changed(name=screen.texts("compare.without", name=a.name), levers={}), a
