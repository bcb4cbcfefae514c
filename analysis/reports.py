"""The report on a folder, whichever command has written it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from analysis.discovery.page import discovery_page
from analysis.figures.labels import Labels
from analysis.lattice.page import lattice_page
from analysis.page.folders import Called, Source, kind_of
from analysis.page.page import Page
from analysis.roadmap.page import roadmap_page
from analysis.sensitivity.page import sensitivity_page
from analysis.study.findings import FILE as STUDY
from analysis.study.findings import StudyFindings
from analysis.study.page import study_page
from analysis.sweep.page import sweep_page
from analysis.validation.findings import FILE as VALIDATION
from analysis.validation.findings import ValidationFindings
from analysis.validation.page import validation_page


def _study(source: Source) -> Page:
    found = StudyFindings.load(source.folder)
    return study_page(found, source.say, command=source.command, files=source.hashes(STUDY))


def _validation(source: Source) -> Page:
    found = ValidationFindings.load(source.folder / "report")
    files = source.hashes(f"report/{VALIDATION}")
    return validation_page(found, source.say, command=source.command, files=files)


PAGES: Final[Mapping[str, Callable[[Source], Page]]] = {
    "study": _study,
    "roadmap": roadmap_page,
    "lattice": lattice_page,
    "validation": _validation,
    "discovery": discovery_page,
    "sensitivity": sensitivity_page,
    "sweep": sweep_page,
}
"""What makes the page, by kind of folder (:func:`analysis.page.folders.kind_of`)."""


def folder_page(
    folder: Path,
    language: str = "en",
    *,
    command: str = "",
    levers: Mapping[str, str] | None = None,
    called: Called = lambda _plan: str,
    conclusions: Mapping[str, str] | None = None,
) -> Page:
    """Return the report on what another command has written into a folder, in either language.

    Parameters
    ----------
    folder
        Of ``handshake study``, ``sweep``, ``sensitivity``, ``discover``, ``lattice``, ``roadmap`` or ``validate``.
    language
        ``"en"`` or ``"de"``.
    command
        The command that makes the same report again; empty if there is none.
    levers
        What levers are called, by id; those that are not in it are called as they are declared.
    called
        What the factors of a sweep are called; by their names if nothing else is known.
    conclusions
        What the conclusions of a sensitivity analysis are called, by name; those that are not in it by their names.

    Raises
    ------
    BadInputError
        For another folder, and for files in it that are missing or damaged.
    """
    source = Source(folder, Labels(language), command, levers or {}, called, conclusions or {})
    return replace(PAGES[kind_of(folder)](source), of_folder=True)


__all__ = ["PAGES", "folder_page"]
