"""``handshake study``: the virtual study."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from analysis.study_figures import write_figures
from app.running import Numbers, compiling, stages
from app.screen import Screen
from app.study_view import show_study
from experiments.files import new_folder
from experiments.study import run_study, write_study


def study_companies(screen: Screen, numbers: Numbers, *, out: Path | None, as_json: bool) -> None:
    """Run the virtual study, show it, and write its files.

    Parameters
    ----------
    screen
        Where to show it.
    numbers
        How many virtual companies, and which.
    out
        A new folder for ``study.json``, the tables as CSV and the figures as SVG and PNG; None for none.
    as_json
        Whether to print the content of ``study.json`` instead of tables.

    Raises
    ------
    BadInputError
        For too few companies, or a folder that holds something; before anything is simulated.
    """
    with new_folder(out) if out is not None else nullcontext() as draft:
        with compiling(screen), stages(screen) as progress:
            report = run_study(companies=numbers.companies, seed=numbers.seed, progress=_named(screen, progress))
        if draft is not None:
            write_study(report, draft)
            write_figures(report, draft, screen.texts.language)
    if as_json:
        screen.emit(report.to_json())
    else:
        show_study(screen, report, out)


def _named(screen: Screen, progress: Callable[[str, float], None]) -> Callable[[str, float], None]:
    """Return a progress function that calls the study's steps by their names in the screen's language."""

    def tell(step: str, share: float) -> None:
        progress(screen.texts.get(f"study.step_{step}") or screen.texts("study.step_pattern", id=step), share)

    return tell
