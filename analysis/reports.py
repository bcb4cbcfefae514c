"""The registry of folders that commands write: the files that tell a kind of folder, and the page on it.

A new command that saves findings for ``handshake report`` is one line in :data:`KINDS`; nothing below knows them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from analysis.discovery.findings import DiscoveryFindings
from analysis.discovery.page import discovery_page
from analysis.figures.labels import Labels, short_names
from analysis.lattice.findings import LatticeFindings
from analysis.lattice.page import lattice_page
from analysis.page.folders import Source
from analysis.page.page import Page
from analysis.roadmap.findings import RoadmapFindings
from analysis.roadmap.page import roadmap_page
from analysis.sensitivity.findings import SensitivityFindings
from analysis.sensitivity.page import sensitivity_page
from analysis.study.findings import FILE as STUDY
from analysis.study.findings import StudyFindings
from analysis.study.page import study_page
from analysis.sweep.findings import SweepFindings
from analysis.sweep.page import sweep_page
from analysis.validation.findings import FILE as VALIDATION
from analysis.validation.findings import ValidationFindings
from analysis.validation.page import validation_page
from experiments.sweep.manifest import MANIFEST
from sim.errors import BadInputError, Phrase
from sim.scenario import Scenario


def _study(source: Source) -> Page:
    found = StudyFindings.load(source.folder)
    return study_page(found, source.say, command=source.command, files=source.hashes(STUDY))


def _validation(source: Source) -> Page:
    found = ValidationFindings.load(source.folder / "report")
    files = source.hashes(f"report/{VALIDATION}")
    return validation_page(found, source.say, command=source.command, files=files)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of folder.

    Attributes
    ----------
    name
        Its name: that of the question.
    marks
        Files that are all there in such a folder and in none of a later kind in :data:`KINDS`.
    page
        Makes the page.
    """

    name: str
    marks: tuple[str, ...]
    page: Callable[[Source], Page]


def _saved(source: Source, load: Callable[[Path], Any], page: Callable[..., Page]) -> Page:
    """Return the page on findings that are saved in the folder ``report`` beside their runs."""
    findings = load(source.folder / "report")
    return page(findings, source.say, command=source.command, files=source.hashes("report/report.json"))


def _roadmap(source: Source) -> Page:
    found, files = RoadmapFindings.load(source.folder), source.hashes("plan.toml", "roadmap.json")
    # Only the plan knows the names of the company's own levers.
    names = short_names(Scenario.load(source.folder / "plan.toml"), source.say)
    return roadmap_page(found, source.say, command=source.command, levers=names, files=files)


def _lattice(source: Source) -> Page:
    files = source.hashes("manifest.json", "report/report.json")
    findings = LatticeFindings.load(source.folder / "report")
    return lattice_page(findings, source.say, command=source.command, files=files)


def _sweep(source: Source) -> Page:
    found, files = SweepFindings.load(source.folder), source.hashes(MANIFEST)
    return sweep_page(found, source.say, command=source.command, files=files)


KINDS: Final = (
    Kind("study", ("study.json",), _study),
    Kind("roadmap", ("roadmap.json",), _roadmap),
    Kind("validation", ("report/VALIDATION.md",), _validation),
    # Of the following, a folder may hold the sweep, too, that the findings are on.
    Kind("discovery", ("report/tables/boxes.csv",), partial(_saved, load=DiscoveryFindings.load, page=discovery_page)),
    Kind(
        "sensitivity",
        ("report/tables/morris.csv",),
        partial(_saved, load=SensitivityFindings.load, page=sensitivity_page),
    ),
    Kind("lattice", (MANIFEST, "report/tables/shapley.csv"), _lattice),
    Kind("sweep", (MANIFEST,), _sweep),
)
"""The kinds of folders; a folder is of the first one whose marks it has."""


def kind_of(folder: Path) -> Kind:
    """Return the kind of a folder.

    Raises
    ------
    BadInputError
        If no command has written it.
    """
    for kind in KINDS:
        if all((folder / mark).is_file() for mark in kind.marks):
            return kind
    raise BadInputError("invalid", value=str(folder), allowed=Phrase("folder.unknown"))


def folder_page(folder: Path, language: str = "en", *, command: str = "") -> Page:
    """Return the page on the findings that a command has saved into a folder.

    Parameters
    ----------
    folder
        Of ``handshake study``, ``sweep``, ``sensitivity``, ``discover``, ``lattice``, ``roadmap`` or ``validate``.
    language
        The page's language.
    command
        The command that makes the same report again; empty if there is none.

    Raises
    ------
    BadInputError
        For another folder, and for files in it that are missing or damaged.
    """
    return replace(kind_of(folder).page(Source(folder, Labels(language), command)), of_folder=True)


__all__ = ["KINDS", "Kind", "folder_page", "kind_of"]
