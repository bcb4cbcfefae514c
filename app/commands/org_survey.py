"""``handshake org survey``: write the questionnaire as a form, or make a starting state from filled forms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.figures.labels import Labels
from analysis.survey.findings import survey_findings
from analysis.survey.form import form_text
from analysis.survey.page import survey_page
from app.commands.org import refuse
from app.terminal.complaints import said
from app.terminal.page import show_page
from app.terminal.screen import Screen
from app.terminal.template import scenario_files
from experiments.as_json import json_text
from experiments.files import new_folder, write_new
from experiments.questionnaire.forms import read_forms
from experiments.questionnaire.items import form_sections
from experiments.questionnaire.people import roster
from experiments.questionnaire.state import FEWEST, StartingState, starting_state
from sim.errors import BadInputError
from sim.organisation import MOST_PROBLEMS
from sim.tables import Problems
from sim.texts import Texts


def write_form(screen: Screen, out: Path | None, *, as_json: bool) -> None:
    """Write an empty form in the screen's language.

    Raises
    ------
    BadInputError
        If no file is named, or it exists or cannot be written.
    """
    if out is None:
        allowed = said("org.survey.needs_out")
        raise BadInputError("missing", key=said("bad.option", name="--out"), allowed=allowed)
    write_new({out: form_text(screen.texts)})
    if as_json:
        screen.emit({"form": str(out), "items": [item.id for part in form_sections().values() for item in part]})
        return
    screen.say(screen.texts("new.written", file=out))
    screen.say(screen.texts("org.survey.next", fewest=FEWEST), style="dim")


def read_survey(screen: Screen, files: Sequence[Path], *, out: Path | None, as_json: bool) -> None:
    """Show the page on filled forms, and write the starting state that they give to a folder if one is named.

    Everything that is wrong is told at once, and the program ends with the exit code for bad input.

    Parameters
    ----------
    screen
        Where to show it.
    files
        Forms, or tables with a row per respondent.
    out
        Folder; must not exist, or be empty.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        If the forms make no organisation, or nothing can be written to the folder.
    """
    problems = Problems(MOST_PROBLEMS)
    try:
        forms = read_forms([str(file) for file in files], problems)
        people = roster(forms, problems)
    except BadInputError:  # one too many, and among those that were found
        forms = []
    if problems.found:
        refuse(screen, problems.found, as_json=as_json)
    name = screen.texts("org.survey.name") if out is None else out.absolute().name[:200]
    state = starting_state(forms, people, name)
    found = survey_findings(state)
    if out is not None:
        with new_folder(out) as folder:
            files_of = scenario_files(
                state.scenario, "scenario.toml", screen.texts, head=_head(state, out, screen.texts)
            )
            for file, text in {**files_of, "summary.json": json_text(found.to_json())}.items():
                (folder / file).write_text(text, encoding="utf-8", newline="\n")
    if as_json:
        screen.emit(found.to_json())
        return
    show_page(screen, survey_page(found, Labels(screen.texts.language)))
    if out is None:
        screen.say(screen.texts("org.survey.only_shown"), style="dim")
    else:
        screen.say(screen.texts("org.survey.written", folder=out))


def _head(state: StartingState, out: Path, texts: Texts) -> str:
    counts = {side: texts.number(count, 0) for side, count in state.respondents.items()}
    lines = [texts("org.survey.head", **counts), texts("survey.assumed"), texts("survey.confidential")]
    lines += [texts("template.sizes"), texts("template.run", file=out / "scenario.toml")]
    return "\n".join(lines)


__all__ = ["read_survey", "write_form"]
