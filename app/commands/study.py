"""``handshake study``: the virtual study."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from math import ceil
from pathlib import Path
from typing import Any, Final

from analysis.comparison.ensemble import studies_report, studies_table
from analysis.comparison.ensemble_runs import Studies, run_studies
from analysis.study.figures import write_figures
from analysis.study.findings import run_study, write_study
from app.terminal.ensemble_view import show_studies
from app.terminal.ensembles import about
from app.terminal.running import Numbers, compiling, stages
from app.terminal.screen import Screen
from app.terminal.study_view import show_study
from experiments.as_json import json_text
from experiments.calibration.verdict import scorecard_sizes
from experiments.ensemble import Ensemble
from experiments.files import new_folder

USUAL_SETS: Final = 40
"""Sets of an ensemble that are judged unless asked for more or less; they take about three minutes."""
_LINES: Final = 10
"""How often progress over sets is told where there is no terminal."""


def study_companies(
    screen: Screen, numbers: Numbers, *, ensemble: Ensemble | None = None, out: Path | None, as_json: bool
) -> None:
    """Run the virtual study, show it, and write its files.

    Parameters
    ----------
    screen
        Where to show it.
    numbers
        How many virtual companies, and which.
    ensemble
        Parameter sets to judge likewise; None for the defaults alone.
    out
        A new folder for ``study.json``, the tables as CSV and the figures as SVG and PNG, with an ensemble also
        ``ensemble.json`` and ``ensemble.csv``; None for none.
    as_json
        Whether to print the content of ``study.json`` instead of tables.

    Raises
    ------
    BadInputError
        For too few companies, or a folder that holds something; before anything is simulated.
    """
    over: dict[str, Any] = {}
    with new_folder(out) if out is not None else nullcontext() as draft:
        with compiling(screen), stages(screen) as progress:
            report = run_study(companies=numbers.companies, seed=numbers.seed, progress=_named(screen, progress))
        if ensemble is not None:
            studies = _over_sets(screen, numbers, ensemble)
            over = about(ensemble) | studies_report(ensemble, studies)
        if draft is not None:
            write_study(report, draft)
            write_figures(report, draft, screen.texts.language)
            if ensemble is not None:
                (draft / "ensemble.json").write_text(json_text(over), encoding="utf-8")
                table = studies_table(ensemble, studies)
                table.to_csv(draft / "ensemble.csv", index=False, float_format="%.6g")
    if as_json:
        screen.emit(report.to_json() | ({"ensemble": over} if over else {}))
        return
    show_study(screen, report, out)
    if over:
        show_studies(screen, over, out)


def _over_sets(screen: Screen, numbers: Numbers, ensemble: Ensemble) -> Studies:
    """Judge every set on as many companies as the defaults."""
    sizes = scorecard_sizes(numbers.companies)
    sets, step = len(ensemble), ceil(len(ensemble) / _LINES)
    with stages(screen) as tell:

        def told(done: int) -> None:
            tell(screen.texts("study.step_sets", done=step * (done // step), sets=sets), done / sets)

        told(0)
        return run_studies(ensemble, sizes, seed=numbers.seed, progress=told)


def _named(screen: Screen, progress: Callable[[str, float], None]) -> Callable[[str, float], None]:
    """Return a progress function that calls the study's steps by their names in the screen's language."""

    def tell(step: str, share: float) -> None:
        progress(screen.texts.get(f"study.step_{step}") or screen.texts("study.step_pattern", id=step), share)

    return tell
