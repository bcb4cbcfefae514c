"""The page of the validation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from analysis.figures.labels import Labels
from analysis.page.page import Exhibit, Page, Table
from analysis.page.sections import limits, version_facts
from analysis.validation.figures import pattern_shares
from analysis.validation.findings import ENOUGH, NEEDED, ValidationFindings
from analysis.validation.runs import mechanism_name
from experiments.scorecard import part_text, pattern_text

_VERDICTS: Final = ("prediction", "fit", "any", "unknown")


def validation_page(
    found: ValidationFindings, say: Labels, *, command: str = "", files: Sequence[tuple[str, str]] = ()
) -> Page:
    """Return the page of a validation.

    Parameters
    ----------
    found
        The findings.
    say
        The language.
    command
        The command that makes the page again; empty if there is none.
    files
        Names and checksums of the files that it was made from.
    """
    sets = say.number(found.sets, 0)
    return Page(
        language=say.language,
        kind=say("validation.kind"),
        title=say("validation.title"),
        question=say("validation.question", sets=sets),
        answer=(_held(found, say), _predicted(found, say), _needed(found, say)),
        exhibits=[_shares(found, say)],
        tables=[*([] if found.predictions.empty else [_predictions(found, say)]), *_mechanisms(found, say)],
        assumptions=[],
        limits=limits(say),
        certainty=[_asked(found, say), say("validation.margins")],
        command=command,
        facts=[
            (say("again.seed"), str(found.seed)),
            (say("again.companies"), say.number(found.companies, 0)),
            (say("again.ensemble"), f"{found.fingerprint} ({sets})"),
            *files,
            *version_facts(say)[1:2],
        ],
    )


def _held(found: ValidationFindings, say: Labels) -> str:
    lines, failing = len(found.patterns), found.failing
    values = {"lines": lines, "enough": say.percent(ENOUGH), "companies": say.number(found.companies, 0)}
    if not failing:
        return say("validation.all_hold", **values)
    return say("validation.some_hold", held=lines - len(failing), failing=", ".join(failing), **values)


def _predicted(found: ValidationFindings, say: Labels) -> str:
    if found.predictions.empty:
        return say("validation.not_left_out")
    verdicts = found.predictions["verdict"].tolist()
    return say("validation.left_out", n=len(verdicts), **{name: verdicts.count(name) for name in _VERDICTS})


def _needed(found: ValidationFindings, say: Labels) -> str:
    if not found.switched:
        return say("validation.no_needs")
    return say("validation.needs", n=len(found.switched), idle=len(found.idle))


def _asked(found: ValidationFindings, say: Labels) -> str:
    without = found.ensemble.get("procedure", {}).get("without", [])
    return say("validation.asked_but", without=", ".join(without)) if without else say("validation.asked_all")


def _shares(found: ValidationFindings, say: Labels) -> Exhibit:
    title, draw = say("validation.shares"), partial(pattern_shares, found, say.language)
    return Exhibit("pattern_shares", title, say("validation.shares_says"), draw, _patterns(found, say))


def _patterns(found: ValidationFindings, say: Labels) -> Table:
    rows = []
    for row in found.patterns.to_dict("records"):
        pattern, _, part = row["weakest_part"].partition(".")
        support = say(f"support.{row['support']}")
        interval = say.interval(say.percent(row["low"]), say.percent(row["high"]))
        rows.append(
            (
                f"{row['pattern']}: {pattern_text(row['pattern'], say.language)} ({support})",
                say("page.yes" if row["default"] else "page.no"),
                f"{say.percent(row['share'])} ({interval})",
                f"{part_text(pattern, part, say.language)}: {say.number(row['median_margin'], 1, sign=True)}",
            )
        )
    keys = ("validation.pattern", "validation.default", "validation.holds_in", "validation.margin")
    return Table(say("validation.patterns"), [say(key) for key in keys], rows, words=True)


def _predictions(found: ValidationFindings, say: Labels) -> Table:
    rows = [
        (
            row["pattern"],
            say(f"validation.verdicts.{row['verdict']}"),
            say.number(row["accepted"], 0),
            say.percent(row["share"]),
            say.percent(row["prior"]),
        )
        for row in found.predictions.to_dict("records")
    ]
    keys = ("accepted", "holds_in", "prior")
    head = [say("study.pattern"), say("validation.verdict"), *(say(f"validation.{key}") for key in keys)]
    return Table(say("validation.predictions"), head, rows, note=say("validation.predictions_note"), left=2)


def _mechanisms(found: ValidationFindings, say: Labels) -> list[Table]:
    rows = []
    for name in found.switched:
        falls = [pattern for pattern in found.patterns["pattern"] if name in found.needed(pattern)]
        rows.append((mechanism_name(name, say.language), ", ".join(falls) or say("page.nothing")))
    if not rows:
        return []
    title = say("validation.mechanisms", enough=say.percent(ENOUGH), needed=say.percent(NEEDED))
    return [Table(title, (say("validation.mechanism"), say("validation.falls")), rows, words=True)]


__all__ = ["validation_page"]
