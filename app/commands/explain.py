"""``handshake explain``: why two scenarios differ, lever by lever and mechanism by mechanism."""

from __future__ import annotations

from analysis.explanation import EXPLAINABLE, explain
from analysis.explanation.page import explanation_page
from analysis.figures.labels import Labels
from app.commands.compare import one_horizon, scenario_pair
from app.terminal.complaints import said
from app.terminal.page import show_page
from app.terminal.running import Numbers, compiling, progress
from app.terminal.screen import Screen
from sim.errors import unknown_name


def explain_scenarios(screen: Screen, a: str, b: str, numbers: Numbers, *, outcome: str, as_json: bool) -> None:
    """Attribute the difference between two scenarios to levers and mechanisms, and show the findings.

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

        findings = explain(
            first, second, companies=numbers.companies, seed=numbers.seed, progress=tell, outcomes=[outcome]
        )
    if as_json:
        screen.emit(findings.to_json(screen.texts.language))
    else:
        show_page(screen, explanation_page(findings, Labels(screen.texts.language)))


__all__ = ["explain_scenarios"]
