"""``handshake study``: the virtual study."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from math import ceil
from pathlib import Path
from typing import Any, Final

from analysis.figures.labels import Labels
from analysis.figures.style import save_all
from analysis.study.ensemble import over_sets, sets_table
from analysis.study.findings import study_findings
from analysis.study.page import study_page
from analysis.study.runs import Studies, run_studies, run_study
from app.terminal.ensembles import about
from app.terminal.page import show_page
from app.terminal.running import Numbers, compiling, stages
from app.terminal.screen import Screen
from experiments.calibration.verdict import scorecard_sizes
from experiments.ensemble import Ensemble
from experiments.files import new_folder

USUAL_SETS: Final = 40
"""Default number of parameter sets; they take about three minutes."""
_LINES: Final = 10
"""Number of progress lines over all sets where there is no terminal."""


def study_companies(
    screen: Screen, numbers: Numbers, *, ensemble: Ensemble | None = None, out: Path | None, as_json: bool
) -> None:
    """Run the virtual study, show it, and write its files.

    Parameters
    ----------
    screen
        Where to show it.
    numbers
        Number and seed of the virtual companies.
    ensemble
        Parameter sets to judge as well; None for the defaults alone.
    out
        A new folder for ``study.json``, the tables as CSV and the figures as SVG and PNG, with an ensemble also
        ``ensemble.json`` and ``ensemble.csv``; None for none.
    as_json
        Whether to print JSON instead of the page.

    Raises
    ------
    BadInputError
        For too few companies, or a folder that is not empty; before anything is simulated.
    """
    over: dict[str, Any] = {}
    with new_folder(out) if out is not None else nullcontext() as draft:
        with compiling(screen), stages(screen) as progress:
            run = run_study(companies=numbers.companies, seed=numbers.seed, progress=_named(screen, progress))
        if ensemble is not None:
            studies = _over_sets(screen, numbers, ensemble)
            over = {
                "ensemble": about(ensemble) | over_sets(ensemble, studies),
                "sets": sets_table(ensemble, studies),
            }
        found = study_findings(run, **over)
        page = study_page(found, Labels(screen.texts.language))
        if draft is not None:
            found.save(draft)
            save_all({exhibit.name: exhibit.draw for exhibit in page.exhibits}, draft)
    if as_json:
        screen.emit(found.to_json())
        return
    show_page(screen, page)
    if out is not None:
        for key in ("written", *(("written_sets",) if over else ())):
            screen.say(screen.texts(f"study.{key}", folder=out))


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
    """Return a progress function that names the study's steps in the screen's language."""

    def tell(step: str, share: float) -> None:
        progress(screen.texts.get(f"study.step_{step}") or screen.texts("study.step_pattern", id=step), share)

    return tell
