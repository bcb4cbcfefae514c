"""``handshake explain``: why two scenarios differ, lever by lever and mechanism by mechanism."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from analysis.explanation import EXPLAINABLE, OTHER, TraceReport, mechanism_name, other_name, trace_report
from app.commands.compare import one_horizon, scenario_pair
from app.terminal.complaints import said
from app.terminal.explain_view import show_explanation
from app.terminal.running import Numbers, compiling, progress
from app.terminal.screen import Screen
from sim import Scenario
from sim.errors import unknown_name
from sim.version import __version__


def explain_scenarios(screen: Screen, a: str, b: str, numbers: Numbers, *, outcome: str, as_json: bool) -> None:
    """Simulate two scenarios, and what lies between them, on the same companies, and show why they differ.

    Parameters
    ----------
    screen
        Where to show it.
    a, b
        Scenario files or presets. Without ``b``, ``a`` without its levers is compared with ``a``.
    numbers
        How much to simulate.
    outcome
        What to explain: one of :data:`analysis.explanation.EXPLAINABLE`.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is simulated.
    """
    if outcome not in EXPLAINABLE:
        raise unknown_name(outcome, EXPLAINABLE, key=said("bad.option", name="--outcome"))
    first, second = scenario_pair(screen, a, b)
    one_horizon(first, second, numbers)
    if numbers.weeks is not None:
        first, second = first.changed(weeks=numbers.weeks), second.changed(weeks=numbers.weeks)
    with compiling(screen, following=True), progress(screen, numbers.companies) as advance:
        done = 0

        def tell(share: float) -> None:
            nonlocal done
            now = int(share * numbers.companies)
            advance(now - done)
            done = now

        found = trace_report(
            first, second, companies=numbers.companies, seed=numbers.seed, progress=tell, outcomes=[outcome]
        )
    answer = report(found, first, second, screen.texts.language)
    if as_json:
        screen.emit(answer)
    else:
        show_explanation(screen, answer)


def report(found: TraceReport, a: Scenario, b: Scenario, language: str) -> dict[str, Any]:
    """Return why two scenarios differ, in the shape of ``--json``."""
    outcome = found.outcomes[0]
    policies = {policy.id: policy.name(language) for side in (a, b) for policy in side.all_policies()}
    names = policies | {OTHER: other_name(language)}

    def shares(frame: Any, player: str, named: Any) -> dict[str, Any]:
        rows = frame.drop(columns="outcome").set_index(player).to_dict("index")
        return {name: {"name": _capital(named(name)), **row} for name, row in rows.items()}

    return {
        "a": a.name,
        "b": b.name,
        "companies": found.companies,
        "weeks": b.weeks,
        "seed": found.seed,
        "version": __version__,
        "outcome": outcome,
        "total": found.total.loc[outcome].to_dict(),
        "orders": found.lever_split.orders,
        "levers": shares(found.levers, "lever", names.__getitem__),
        "mechanisms": shares(found.mechanisms, "mechanism", lambda name: mechanism_name(name, language)),
        "chain": [asdict(link) for link in found.chain(language)],
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


__all__ = ["explain_scenarios", "report"]
