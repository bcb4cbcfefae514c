"""Scenarios to simulate in order to know what each lever and each of a scenario's moves is worth."""

from __future__ import annotations

from typing import Final

from sim.scenario import Lever, Scenario, Step

BEFORE: Final = "before"
AFTER: Final = "after"
"""Names of the company as it is and of the scenario; the others are named by kind and levers."""


def settings(before: Scenario, after: Scenario, low: list[str], moved: list[str]) -> list[Scenario]:
    """Return both scenarios; each lever in ``low`` alone at full strength; each move alone, and the others without it.

    Parameters
    ----------
    before, after
        The company as it is, and with levers moved.
    low
        Levers below full strength.
    moved
        Levers that the scenario moves.
    """
    found = [before.changed(name=BEFORE), after.changed(name=AFTER)]
    for name in low:
        levers = {**before.levers, name: raised(before, name)}
        found.append(before.changed(name=f"full {name}", levers=levers))
    for name in moved:
        found.append(_with_moves(before, after, f"alone {name}", [name]))
        found.append(_with_moves(before, after, f"without {name}", [other for other in moved if other != name]))
    return found


def pair(before: Scenario, after: Scenario, lever: str, other: str) -> Scenario:
    """Return the company with two of the scenario's moves."""
    return _with_moves(before, after, f"pair {lever} {other}", [lever, other])


def raised(scenario: Scenario, lever: str) -> Lever:
    """Return a lever's schedule from where it is in a scenario to full strength, from the first week on."""
    steps = scenario.levers[lever].schedule() if lever in scenario.levers else ()
    # A lever that is at 0 is not there: its introduction costs, which a step before it would hide.
    in_place = tuple(step for step in steps if step.start <= 0.0) if any(step.intensity > 0.0 for step in steps) else ()
    return Lever(steps=(*in_place, Step(intensity=1.0)))


def moves(before: Scenario, after: Scenario, lever: str) -> bool:
    """Return whether the scenario uses a lever otherwise than the company as it is."""
    return _schedule(before, lever) != _schedule(after, lever)


def intensity(scenario: Scenario, lever: str) -> float:
    """Return the intensity at which a lever ends up."""
    steps = _schedule(scenario, lever)
    return steps[-1].intensity if steps else 0.0


def _with_moves(before: Scenario, after: Scenario, name: str, moves: list[str]) -> Scenario:
    """Return the company as it is with some of the scenario's moves."""
    levers = {lever: kept for lever, kept in before.levers.items() if lever not in moves}
    levers |= {lever: after.levers[lever] for lever in moves if lever in after.levers}
    return before.changed(name=name, levers=levers)


def _schedule(scenario: Scenario, lever: str) -> tuple[Step, ...]:
    steps = scenario.levers[lever].schedule() if lever in scenario.levers else ()
    return steps if any(step.intensity > 0.0 for step in steps) else ()


__all__ = ["AFTER", "BEFORE", "intensity", "moves", "pair", "raised", "settings"]
