"""``handshake compare``: two scenarios on the same virtual companies."""

from __future__ import annotations

from typing import Any

from analysis.compare import compare_outcomes, compare_types, moves
from app.complaints import said
from app.running import Numbers, find_scenario, simulated
from app.screen import Screen
from app.tables import show_compare
from sim import Results, Scenario
from sim.errors import BadInputError
from sim.version import __version__


def compare_scenarios(screen: Screen, a: str, b: str, numbers: Numbers, *, every: bool, as_json: bool) -> None:
    """Simulate two scenarios on the same companies and show what differs.

    Parameters
    ----------
    screen
        Where to show it.
    a, b
        Scenario files or presets. Without ``b``, ``a`` without its levers is compared with ``a``: whoever names a
        single scenario wants to know what its levers do.
    numbers
        How much to simulate.
    every
        Whether to show all outcomes.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is simulated.
    """
    first, second = _pair(screen, a, b)
    if numbers.weeks is None and first.weeks != second.weeks:
        horizons = said("bad.one_horizon", a=first.weeks, b=second.weeks)
        raise BadInputError("missing", key=said("bad.option", name="--weeks"), allowed=horizons)
    found = report(simulated(screen, [first, second], numbers), first, second)
    if as_json:
        screen.emit(found)
    else:
        show_compare(screen, found, every=every)


def _pair(screen: Screen, first: str, second: str) -> tuple[Scenario, Scenario]:
    a = find_scenario(first, screen, argument="metavar.a")
    if second:
        b = find_scenario(second, screen, argument="metavar.b")
        # Results are told apart by name.
        return (a, b) if a.name != b.name else (a.changed(name=f"{a.name} (A)"), b.changed(name=f"{b.name} (B)"))
    if not any(step.intensity > 0.0 for lever in a.levers.values() for step in lever.schedule()):
        key = said("bad.argument", name=screen.texts("metavar.b"))
        raise BadInputError("missing", key=key, allowed=said("bad.second_scenario"))
    return a.changed(name=screen.texts("compare.without", name=a.name), levers={}), a


def report(results: Results, a: Scenario, b: Scenario) -> dict[str, Any]:
    """Return what differs, in the shape of ``--json``."""
    frame = results.outcomes
    outcomes = compare_outcomes(frame, a.name, b.name).to_dict("index")
    directions = {1: "higher", -1: "lower", 0: None}
    return {
        "a": a.name,
        "b": b.name,
        "companies": len(frame) // 2,
        "weeks": results.weeks,
        "seed": results.seed,
        "version": __version__,
        "types": compare_types(frame, a.name, b.name).to_dict("index"),
        "moves": moves(frame, a.name, b.name).to_dict("index"),
        "outcomes": {name: {**row, "better": directions[row["better"]]} for name, row in outcomes.items()},
    }
