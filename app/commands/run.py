"""``handshake run``: simulate one scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from analysis.scenario.findings import averaged_weeks, mean_hours, summary, type_shares
from app.terminal.complaints import said
from app.terminal.running import Numbers, find_scenario, simulated
from app.terminal.screen import Screen
from app.terminal.tables import show_run
from app.terminal.template import scenario_files
from experiments.as_json import json_text
from experiments.files import new_folder
from sim import Results, Scenario
from sim.errors import BadInputError
from sim.version import __version__

MAX_PATH_ROWS: Final = 2_000_000
"""Most rows of weekly paths of one command."""


def run_scenario(
    screen: Screen, name: str, numbers: Numbers, *, out: Path | None, paths: bool, every: bool, as_json: bool
) -> None:
    """Simulate a scenario, show what comes out, and write it to a new folder if one is named.

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

    def simulate() -> Results:
        return simulated(screen, [scenario], numbers, hours=True, paths=paths)

    if out is None:
        found = report(simulate(), scenario)
    else:
        with new_folder(out) as folder:
            results = simulate()
            found = report(results, scenario)
            _write(folder, results, scenario, found, screen)
    if as_json:
        screen.emit(found)
        return
    show_run(screen, found, every=every)
    if out is not None:
        screen.say(screen.texts("run.written", folder=out))


def _check_paths(rows: int, out: Path | None) -> None:
    if out is None:
        raise BadInputError("missing", key=said("bad.option", name="--out"), allowed=said("bad.out_for_paths"))
    if rows > MAX_PATH_ROWS:
        key, allowed = said("bad.option", name="--paths"), said("bad.path_rows", high=MAX_PATH_ROWS)
        raise BadInputError("bounds", key=key, value=rows, allowed=allowed)


def report(results: Results, scenario: Scenario) -> dict[str, Any]:
    """Return what is known about the companies after a run, in the shape of ``--json``."""
    hours = mean_hours(results.hours).droplevel("scenario")
    return {
        "scenario": scenario.name,
        "companies": len(results.outcomes),
        "weeks": results.weeks,
        "averaged_weeks": averaged_weeks(scenario, results.weeks),
        "seed": results.seed,
        "version": __version__,
        "types": type_shares(results.outcomes).droplevel("scenario").to_dict("index"),
        "outcomes": summary(results.outcomes).droplevel("scenario").to_dict("index"),
        "hours": {side: dict(hours[side]) for side in ("marketing", "sales")},
    }


def _write(folder: Path, results: Results, scenario: Scenario, found: dict[str, Any], screen: Screen) -> None:
    head = screen.texts("run.head", companies=found["companies"], weeks=found["weeks"], seed=found["seed"])
    files = scenario_files(scenario, "scenario.toml", screen.texts, head=head)
    for name, text in {**files, "summary.json": json_text(found)}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    frames = {"outcomes": results.outcomes, "hours": results.hours, "paths": results.paths}
    for name, frame in frames.items():
        if not frame.empty:
            frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
