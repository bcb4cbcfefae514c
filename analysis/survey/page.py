"""The page of a survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.figures.images import item_name
from analysis.figures.labels import Labels
from analysis.organisation.page import ids, telling_lines
from analysis.page.page import Page, Table
from analysis.survey.findings import SurveyFindings
from experiments.questionnaire.state import FEWEST
from sim.perceptions import ITEMS
from sim.policies import SUCCESS_FACTORS, by_id


def survey_page(found: SurveyFindings, say: Labels) -> Page:
    """Return the page of a survey.

    Parameters
    ----------
    found
        The findings.
    say
        The language.
    """
    counts = {side: say.number(count, 0) for side, count in found.respondents.items()}
    answer = [say("survey.forms", **counts)]
    if found.without_form:
        named = say.counted("named", len(found.without_form))
        answer.append(say("survey.silent", named=named, ids=ids(found.without_form, say)))
    return Page(
        language=say.language,
        kind=say("survey.kind"),
        title=say("survey.title"),
        question=say("survey.question"),
        answer=[*answer, *telling_lines(found.telling_ids, say)],
        exhibits=[],
        tables=[_images(found, say), _factors(found, say), _coverage(found, say)],
        assumptions=[],
        limits=[],
        certainty=[say("survey.assumed"), say("survey.confidential")],
        command="",
        facts=[],
    )


def _images(found: SurveyFindings, say: Labels) -> Table:
    rows = []
    for item in ITEMS:
        cells = [item_name(item, say.language)]
        for side in found.images:
            own, other = (found.images[side][item][whose] for whose in ("self", "other"))
            gap = say.number(100.0 * (own["mean"] - other["mean"]), 0, sign=True)
            cells += [_rating(own, say), _rating(other, say), gap]
        rows.append(cells)
    columns = ("item", "m_self", "m_other", "gap", "s_self", "s_other", "gap")
    head = [say(f"survey.column_{name}") for name in columns]
    return Table(say("survey.images"), head, rows, note=say("survey.images_note", fewest=FEWEST))


def _rating(mean: Mapping[str, Any], say: Labels) -> str:
    return say("survey.answers", value=say.number(100.0 * mean["mean"], 0), count=mean["answers"])


def _factors(found: SurveyFindings, say: Labels) -> Table:
    rows = []
    for name, row in found.factors.items():
        sides = [row[side] for side in found.respondents]
        cells = [say("survey.answers", value=say.number(s["mean"], 2), count=s["answers"]) for s in sides]
        gap = say.number(sides[0]["mean"] - sides[1]["mean"], 2, sign=True)
        used = say.number(row["intensity"], 2) + ("" if row["known"] else "*")
        rows.append((by_id(SUCCESS_FACTORS)[name].name(say.language), *cells, gap, used))
    head = [say("survey.column_factor"), *(say(f"department.{side}") for side in found.respondents)]
    head += [say(f"survey.column_{name}") for name in ("gap", "used")]
    known = all(row["known"] for row in found.factors.values())
    return Table(say("survey.factors"), head, rows, note="" if known else say("survey.factors_note", fewest=FEWEST))


def _coverage(found: SurveyFindings, say: Labels) -> Table:
    rows = [
        (
            say(f"survey.covered.{row['about']}"),
            say("organisation.known", known=row["answered"], of=row["asked"]),
            say(f"survey.missing.{row['about']}", fewest=FEWEST),
        )
        for row in found.coverage
    ]
    head = [say(f"survey.column_{name}") for name in ("about", "answered", "missing")]
    return Table(say("survey.coverage"), head, rows, words=True)


__all__ = ["survey_page"]
