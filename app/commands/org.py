"""``handshake org check``: check the files of one's own organisation, and show what is in them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import typer

from analysis.figures.labels import Labels
from analysis.organisation.findings import organisation_findings
from analysis.organisation.page import organisation_page
from app.terminal.page import show_page
from app.terminal.screen import Screen
from app.terminal.template import commented
from experiments.files import write_new
from sim.errors import BadInputError
from sim.organisation import inspect_organisation
from sim.presets import preset

_BAD_INPUT: Final = 2
"""As in :mod:`app.cli`, which also ends so where a single message is enough."""
_START: Final = "own_organisation"
"""The preset from which the scenario file starts: all success factors are in place a little."""


def check_organisation(screen: Screen, people: Path, ties: Path, *, out: Path | None, as_json: bool) -> None:
    """Check two files and show the page on them; write a scenario that uses them if a file for it is named.

    Everything that is wrong is told at once, and the program ends with the exit code for bad input.

    Parameters
    ----------
    screen
        Where to show it.
    people, ties
        The files.
    out
        File for the scenario; must not exist.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        If the scenario cannot be written.
    """
    inspection = inspect_organisation(str(people), str(ties))
    if inspection.organisation is None:
        refuse(screen, inspection.problems, as_json=as_json)
    found = organisation_findings(inspection.organisation)
    if out is not None:
        write_new({out: _scenario(screen, people, ties, out)})
    if as_json:
        screen.emit({**found.to_json(), "written": None if out is None else str(out)})
        return
    show_page(screen, organisation_page(found, Labels(screen.texts.language)))
    if out is not None:
        screen.say(screen.texts("new.written", file=out))
        screen.say(screen.texts("new.next", file=out), style="dim")


def refuse(screen: Screen, problems: Sequence[BadInputError], *, as_json: bool) -> NoReturn:
    """Tell all that is wrong, and end the program.

    Raises
    ------
    typer.Exit
        Always.
    """
    texts = screen.texts
    if as_json:
        screen.emit({"problems": [_as_data(error, texts.language) for error in problems]})
    for error in problems:
        screen.fail(texts("error.bad_input", message=error.render(texts.language)))
    if len(problems) > 1:
        screen.fail(texts("org.problems", problems=texts.counted("problems", len(problems))))
    raise typer.Exit(_BAD_INPUT)


def _as_data(error: BadInputError, language: str) -> dict[str, Any]:
    def words(value: object) -> str:
        return value.text(language) if hasattr(value, "text") else str(value)

    found = {key: words(getattr(error, key)) for key in ("file", "problem", "key", "value", "allowed", "nearest")}
    return {**found, "message": error.render(language)}


def _scenario(screen: Screen, people: Path, ties: Path, out: Path) -> str:
    texts, start = screen.texts, preset(_START)
    files = {"people": _seen_from(out, people), "ties": _seen_from(out, ties)}
    scenario = start.scenario(texts.language)
    company = {**scenario.company.model_dump(exclude_unset=True), **files}
    lines = [
        texts("org.check.head", **files),
        texts("template.adoption", adoption=texts.number(start.adoption, 1)),
        texts("template.sizes"),
        texts("template.run", file=out),
    ]
    own = scenario.changed(name=(out.stem or start.name(texts.language))[:200], company=company)
    return commented(own, texts, head="\n".join(lines))


def _seen_from(out: Path, file: Path) -> str:
    """Return a file's path as seen from a scenario at ``out``."""
    try:
        return Path(os.path.relpath(file.resolve(), out.resolve().parent)).as_posix()
    except ValueError:  # on another drive
        return file.resolve().as_posix()


__all__ = ["check_organisation", "refuse"]
