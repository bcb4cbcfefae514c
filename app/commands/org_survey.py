"""``handshake org survey``: the questionnaire as a form, and from filled forms a starting state."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from app.commands.org import refuse
from app.terminal.complaints import said
from app.terminal.screen import Screen
from app.terminal.survey_view import show_survey
from app.terminal.template import scenario_files
from experiments.as_json import json_text
from experiments.files import new_folder, write_new
from experiments.pseudonyms import telling_ids
from experiments.questionnaire.forms import read_forms
from experiments.questionnaire.items import FACTORS, Item, form_sections
from experiments.questionnaire.people import roster
from experiments.questionnaire.state import FEWEST, SIDES, StartingState, starting_state
from sim.errors import BadInputError
from sim.organisation import MOST_PROBLEMS
from sim.perceptions import ITEMS
from sim.policies import SUCCESS_FACTORS, by_id
from sim.tables import Problems
from sim.texts import Texts
from sim.version import __version__

_MARK: Final = "\ufeff"
"""Tells spreadsheets that the file is UTF-8."""


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


def form_text(texts: Texts) -> str:
    """Return an empty form as CSV: a row per question, with headings between them."""
    file = io.StringIO(newline="")
    # As spreadsheets expect it where commas separate decimals.
    rows = csv.writer(file, delimiter=";" if texts.short(0.5) == "0,5" else ",", lineterminator="\n")
    rows.writerow(["item", "question", "scale", "answer"])
    for section, items in form_sections().items():
        rows.writerow(["", texts(f"org.section.{section}"), "", ""])
        rows.writerows([item.id, question(item, texts), scale(item, texts), ""] for item in items)
    return _MARK + file.getvalue()


def question(item: Item, texts: Texts) -> str:
    """Return the wording of a question."""
    if item.kind == "image":
        whose = item.id.removesuffix(f"_{item.about}")
        return texts(f"org.question.{whose}", what=texts(f"org.rated.{item.about}"))
    if item.kind == "factor":
        policy = by_id(SUCCESS_FACTORS)[item.about]
        return texts("org.question.factor", name=policy.name(texts.language), says=policy.says(texts.language))
    if item.kind in ("partner", "colleague"):
        return texts(f"org.question.{item.kind}_{item.about}", number=item.id.split("_")[1])
    return texts(f"org.question.{item.about}")


def scale(item: Item, texts: Texts) -> str:
    """Return what can be answered to a question."""
    if item.scale is None:
        return texts(f"org.scale.{'code' if item.about == 'respondent' else item.about}")
    return texts(f"org.scale.{item.scale.name}", low=f"{item.scale.low:g}", high=f"{item.scale.high:g}")


def read_survey(screen: Screen, files: Sequence[Path], *, out: Path | None, as_json: bool) -> None:
    """Show what filled forms say, and write the starting state that they give to a folder if one is named.

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
    found = report(state)
    if out is not None:
        with new_folder(out) as folder:
            files_of = scenario_files(
                state.scenario, "scenario.toml", screen.texts, head=_head(state, out, screen.texts)
            )
            for file, text in {**files_of, "summary.json": json_text(found)}.items():
                (folder / file).write_text(text, encoding="utf-8", newline="\n")
    if as_json:
        screen.emit(found)
        return
    show_survey(screen, found)
    if out is None:
        screen.say(screen.texts("org.survey.only_shown"), style="dim")
    else:
        screen.say(screen.texts("org.survey.written", folder=out))


def report(state: StartingState) -> dict[str, Any]:
    """Return what filled forms say, in the shape of ``--json``; nothing in it is about a single person."""
    levers = state.scenario.levers
    return {
        "version": __version__,
        "fewest": FEWEST,
        "respondents": state.respondents,
        "people": {side: list(state.people.departments.values()).count(side) for side in SIDES},
        "without_form": state.people.silent,
        "images": {
            rated: {
                item: {
                    name: {"mean": mean.value, "answers": mean.count}
                    for rater in SIDES
                    for name, mean in [("self" if rater == rated else "other", state.images[rated, rater, item])]
                }
                for item in ITEMS
            }
            for rated in SIDES
        },
        "factors": {
            item.about: {
                **{
                    side: {"mean": mean.value, "answers": mean.count}
                    for side in SIDES
                    for mean in [state.factors[item.about, side]]
                },
                "intensity": levers[item.about].intensity,
                "known": not math.isnan(state.presence(item.about)),
            }
            for item in FACTORS
        },
        "context": state.context,
        "drawn_around": state.drawn_around,
        "coverage": [{"about": c.about, "answered": c.answered, "asked": c.asked} for c in state.coverage],
        "telling_ids": telling_ids(state.people.departments),
    }


def _head(state: StartingState, out: Path, texts: Texts) -> str:
    counts = {side: texts.number(count, 0) for side, count in state.respondents.items()}
    lines = [texts("org.survey.head", **counts), texts("org.survey.assumed"), texts("org.survey.confidential")]
    lines += [texts("template.sizes"), texts("template.run", file=out / "scenario.toml")]
    return "\n".join(lines)


__all__ = ["form_text", "question", "read_survey", "report", "scale", "write_form"]
