"""The report on the folder of a validation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import figures as plots
from analysis.figures.labels import Labels
from analysis.page.folders import Source
from analysis.page.page import Exhibit, Page, Table, ready
from analysis.page.sections import limits, version_facts
from analysis.study.findings import texts as study_texts
from analysis.validation.findings import ENOUGH, NEEDED, needed
from analysis.validation.runs import mechanisms
from experiments.scorecard import catalogue, part_text

_FILE = "report/report.json"
_NEEDED = ("sets", "ensemble", "fingerprint", "seed", "companies", "patterns", "predictions", "mechanisms", "failing")


def validation_page(source: Source) -> Page:
    """Return the report on what ``handshake validate --out`` has written."""
    say, found = source.say, source.json(_FILE, *_NEEDED)
    companies = say.number(found["companies"], 0)
    return Page(
        language=say.language,
        kind=say("validation.kind"),
        title=say("validation.title"),
        question=say("validation.question", sets=found["sets"]),
        answer=(_held(found, companies, say), _predicted(found, say), _needed(found, say)),
        exhibits=[_shares(found, say)],
        tables=[*([_predictions(found, say)] if found["predictions"] else []), *_mechanisms(found, say)],
        assumptions=[],
        limits=limits(say),
        certainty=[_asked(found, say), say("validation.margins")],
        command=source.command,
        facts=[
            (say("again.seed"), str(found["seed"])),
            (say("again.companies"), companies),
            (say("again.ensemble"), f"{found['fingerprint']} ({say.number(found['sets'], 0)})"),
            *source.hashes(_FILE),
            *version_facts(say)[1:2],
        ],
    )


def _held(found: Mapping[str, Any], companies: str, say: Labels) -> str:
    values = {"lines": len(found["patterns"]), "enough": say.percent(ENOUGH), "companies": companies}
    failing = found["failing"]
    if not failing:
        return say("validation.all_hold", **values)
    held = len(found["patterns"]) - len(failing)
    return say("validation.some_hold", held=held, failing=", ".join(failing), **values)


def _predicted(found: Mapping[str, Any], say: Labels) -> str:
    verdicts = [row["verdict"] for row in found["predictions"]]
    if not verdicts:
        return say("validation.not_left_out")
    counts = {verdict: verdicts.count(verdict) for verdict in ("prediction", "fit", "any", "unknown")}
    return say("validation.left_out", n=len(verdicts), **counts)


def _needed(found: Mapping[str, Any], say: Labels) -> str:
    switched = [name for name in found["mechanisms"] if name != "all"]
    if not switched:
        return say("validation.no_needs")
    return say("validation.needs", n=len(switched), idle=len(found.get("idle_mechanisms", [])))


def _asked(found: Mapping[str, Any], say: Labels) -> str:
    without = found["ensemble"].get("procedure", {}).get("without", [])
    return say("validation.asked_but", without=", ".join(without)) if without else say("validation.asked_all")


def _shares(found: Mapping[str, Any], say: Labels) -> Exhibit:
    rows, title = found["patterns"], say("validation.shares")
    frame = pd.DataFrame(rows)
    ranking = frame.assign(
        lever=frame["pattern"], value=100.0 * frame["share"], low=100.0 * frame["low"], high=100.0 * frame["high"]
    )
    figure = plots.lever_ranking(ranking, {}, say.language, title=title, unit=say("validation.share"))
    return Exhibit("pattern_shares", title, say("validation.shares_says"), ready(figure), _patterns(rows, say))


def _patterns(rows: list[dict[str, Any]], say: Labels) -> Table:
    cells = []
    for row in rows:
        pattern, _, part = row["weakest_part"].partition(".")
        interval = say.interval(say.percent(row["low"]), say.percent(row["high"]))
        cells.append(
            (
                f"{row['pattern']}: {catalogue()[row['pattern']][say.language]}",
                str(study_texts()["support"][row["support"]][say.language]),
                say("study.page.yes" if row["default"] else "study.page.no"),
                f"{say.percent(row['share'])} ({interval})",
                f"{part_text(pattern, part, say.language)}: {say.number(row['median_margin'], 1, sign=True)}",
            )
        )
    keys = ("study.page.pattern", "study.page.support", "validation.default", "validation.holds_in", "validation.room")
    return Table(say("validation.patterns"), [say(key) for key in keys], cells, words=True)


def _predictions(found: Mapping[str, Any], say: Labels) -> Table:
    cells = []
    for row in found["predictions"]:
        verdict = "verdict_unknown" if row["verdict"] == "unknown" else row["verdict"]
        share, prior = (say.percent(float("nan") if row[key] is None else row[key]) for key in ("share", "prior"))
        cells.append((row["pattern"], say.number(row["accepted"], 0), share, prior, say(f"validation.{verdict}")))
    keys = (
        "study.page.pattern",
        "validation.accepted",
        "validation.holds_in",
        "validation.prior",
        "validation.verdict",
    )
    return Table(say("validation.predictions"), [say(key) for key in keys], cells)


def _mechanisms(found: Mapping[str, Any], say: Labels) -> list[Table]:
    shares = found["mechanisms"]
    patterns = {name: [p for p in catalogue() if name in needed(shares, p)] for name in shares if name != "all"}
    cells = [
        (str(mechanisms()[name][say.language]), ", ".join(falls) or say("page.nothing"))
        for name, falls in patterns.items()
    ]
    if not cells:
        return []
    title = say("validation.mechanisms", enough=say.percent(ENOUGH), needed=say.percent(NEEDED))
    return [Table(title, (say("validation.mechanism"), say("validation.falls")), cells, words=True)]


__all__ = ["validation_page"]
