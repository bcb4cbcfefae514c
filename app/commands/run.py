"""``handshake run``: simulate one scenario."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Final

from analysis.figures.labels import Labels
from analysis.scenario.findings import ScenarioFindings
from analysis.scenario.page import scenario_page
from app.terminal.complaints import said
from app.terminal.page import show_page
from app.terminal.running import Numbers, find_scenario, simulated
from app.terminal.screen import Screen
from app.terminal.template import scenario_files
from experiments.files import new_folder
from sim.errors import BadInputError

MAX_PATH_ROWS: Final = 2_000_000
"""Most rows of weekly paths of one command."""


def run_scenario(
    screen: Screen, name: str, numbers: Numbers, *, out: Path | None, paths: bool, every: bool, as_json: bool
) -> None:
    """Simulate a scenario, show the findings, and write them to a new folder if one is named.

    Parameters
    ----------
    screen
        Where to show it.
    name
        Scenario file or preset.
    numbers
        How much to simulate.
    out
        Folder for the results; must not exist, or be empty.
    paths
        Whether to write weekly paths, too.
    every
        Whether to show all outcomes.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is simulated or written.
    """
    scenario = find_scenario(name, screen, argument="metavar.scenario")
    if paths:
        _check_paths(numbers.companies * (numbers.weeks or scenario.weeks), out)
    with nullcontext() if out is None else new_folder(out) as draft:
        results = simulated(screen, [scenario], numbers, hours=True, paths=paths)
        findings = ScenarioFindings.of_results(results, scenario)
        if draft is not None:
            _save(findings, draft, screen)
    if as_json:
        screen.emit(findings.to_json())
        return
    show_page(screen, scenario_page(findings, Labels(screen.texts.language), every=every))
    if out is not None:
        screen.say(screen.texts("run.written", folder=out))


def _check_paths(rows: int, out: Path | None) -> None:
    if out is None:
        raise BadInputError("missing", key=said("bad.option", name="--out"), allowed=said("bad.out_for_paths"))
    if rows > MAX_PATH_ROWS:
        key, allowed = said("bad.option", name="--paths"), said("bad.path_rows", high=MAX_PATH_ROWS)
        raise BadInputError("bounds", key=key, value=rows, allowed=allowed)


def _save(findings: ScenarioFindings, folder: Path, screen: Screen) -> None:
    """Write the scenario with a command that runs it again, and the findings."""
    size = {"companies": findings.companies, "weeks": findings.weeks, "seed": findings.seed}
    head = screen.texts("run.head", **size)
    for name, text in scenario_files(findings.scenario, "scenario.toml", screen.texts, head=head).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    findings.save(folder)
