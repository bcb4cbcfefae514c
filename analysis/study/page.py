"""The page of the virtual study, with its part on parameter sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from matplotlib.figure import Figure

from analysis.figures.labels import Labels
from analysis.page.over_sets import decider_table, no_deciders, set_lines
from analysis.page.page import Exhibit, Page, Table
from analysis.page.sections import limits
from analysis.scenario.figures import images, returns_by_type, type_map
from analysis.study.figures import factors, hysteresis, types_by_industry
from analysis.study.findings import StudyFindings, texts
from analysis.study.page_tables import found_note, study_table
from experiments.scorecard import failure_text, part_support, part_text, pattern_text
from sim.parameters import measurement, parameters

_SUPPORT: Final = {"emergent": "emergent", "constructed": "by construction", "anchored": "anchored"}
"""Kinds of support by placeholder."""
_SHOWN: Final = ("types", "factors")
"""Tables that figures show."""


def study_page(found: StudyFindings, say: Labels, *, command: str = "", files: Sequence[tuple[str, str]] = ()) -> Page:
    """Return the page of the virtual study.

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
    n, lines = say.number(found.facts["companies"], 0), len(found.scorecard)
    over = found.ensemble
    tables = {name: study_table(name, frame, say) for name, frame in found.frames.items() if name != "images"}
    inputs = [name for name in tables if texts()["tables"][name]["role"] == "IN"]
    return Page(
        language=say.language,
        kind=say("study.kind"),
        title=say("study.title", n=n),
        question=say("study.question", n=n, lines=lines),
        answer=[
            *(_held(found, say), _kinds(found, say), say("study.sure")),
            *([] if over is None else [_all_hold(over, say)]),
        ],
        exhibits=_exhibits(found, tables, say),
        tables=[
            _scorecard(found, say),
            *(table for name, table in tables.items() if name not in (*inputs, *_SHOWN)),
            *([] if over is None else _over_sets(over, say)),
        ],
        assumptions=[_anchors(found, say), *(tables[name] for name in inputs)],
        limits=limits(say),
        certainty=[*_certainty(found, say), *([] if over is None else _sets_certainty(over, say))],
        command=command,
        facts=[*_facts(found, say), *files],
    )  # fmt: skip


def _held(found: StudyFindings, say: Labels) -> str:
    failing = [line["id"] for line in found.scorecard if not line["holds"]]
    if not failing:
        return say("study.all_hold", lines=len(found.scorecard))
    return say("study.some_hold", held=found.held, lines=len(found.scorecard), failing=", ".join(failing))


def _kinds(found: StudyFindings, say: Labels) -> str:
    holding = [line["support"] for line in found.scorecard if line["holds"]]
    return say("study.kinds", **{name: holding.count(kind) for name, kind in _SUPPORT.items()})


def _certainty(found: StudyFindings, say: Labels) -> list[str]:
    shares = ", ".join(f"{name} {say.percent(share)}" for name, share in found.small_samples.items())
    enough = found.facts.get("p1_judged_on_enough", True)
    few = [] if enough else [say("study.few", n=say.number(found.facts["companies"], 0))]
    return [say("study.margin"), *few, *([say("study.small", shares=shares)] if shares else [])]


def _scorecard(found: StudyFindings, say: Labels) -> Table:
    rows = []
    for line in found.scorecard:
        name = line["id"]
        # The part with the smallest margin decides; it is the one a reader should doubt first.
        part = min(line["parts"], key=_margin)
        words = part_text(name, part["name"], say.language)
        value = say("study.value", says=words, value=_significant(part["value"], say), bound=say.short(part["bound"]))
        why = failure_text(name, part["name"], say.language) if _margin(part) < 0.0 else ""
        holds = say("page.yes" if line["holds"] else "page.no")
        support = say(f"support.{part_support(name, part['name'])}")
        rows.append((f"{name}: {pattern_text(name, say.language)}.", holds, f"{value}. {why}".strip(), support))
    head = [say(f"study.{key}") for key in ("pattern", "holds", "decides", "support")]
    return Table(say("study.scorecard"), head, rows, words=True)


def _margin(part: Mapping[str, Any]) -> float:
    """Return the margin of a part; that of a part that could not be computed is below all others."""
    return float("-inf") if part["margin"] is None else float(part["margin"])


def _significant(value: float | None, say: Labels) -> str:
    """Return a number with three digits after the point below one, and one above ten."""
    if value is None:
        return say.number(float("nan"))
    return say.number(value, 3 if abs(value) < 1.0 else 2 if abs(value) < 10.0 else 1)


def _anchors(found: StudyFindings, say: Labels) -> Table:
    declared = parameters()["outcome"]
    rows = [
        (declared[name].label(say.language), say.number(value, 4), declared[name].source)
        for name, value in found.facts["anchors"].items()
    ]
    return Table(say("study.anchors"), [say("study.anchor"), say("scenario.value"), say("scenario.source")], rows)


def _facts(found: StudyFindings, say: Labels) -> list[tuple[str, str]]:
    facts, versions = found.facts, dict(found.facts["versions"])
    handshake = versions.pop("handshake-sim", "")
    return [
        (say("again.command"), f"handshake study --companies {facts['companies']} --seed {facts['seed']}"),
        (say("again.seed"), str(facts["seed"])),
        (say("again.companies"), say.number(facts["companies"], 0)),
        (say("again.weeks"), say.number(facts["weeks"], 0)),
        (say("again.version"), f"handshake {handshake}"),
        (say("again.libraries"), ", ".join(f"{name} {number}" for name, number in versions.items())),
    ]


# --- figures ----------------------------------------------------------------------------------------------------------


def _exhibits(found: StudyFindings, tables: Mapping[str, Table], say: Labels) -> list[Exhibit]:
    own = []
    if found.companies is not None:
        cuts = measurement(found.facts["anchors"])
        own = [type_map(found.companies, say, cuts), returns_by_type(found.companies, say)]
    profiles = images(found.frames["images"], say, say("shown.images_says"))

    def exhibit(name: str, key: str, draw: Callable[[StudyFindings, str], Figure], table: Table) -> Exhibit:
        says = say(f"study.figures.{key}_says")
        return Exhibit(name, say(f"study.figures.{key}"), says, partial(draw, found, say.language), table)

    return [
        *own,
        exhibit("types_by_industry", "types", types_by_industry, tables["types"]),
        replace(profiles, table=replace(profiles.table, note=found_note("images", say))),
        exhibit("factors", "factors", factors, tables["factors"]),
        exhibit("hysteresis", "hysteresis", hysteresis, _memory(found.memory, say)),
    ]


def _memory(memory: Mapping[str, Any], say: Labels) -> Table:
    columns = [(start, week) for week in (104, 208) for start in ("soured", "good")]
    rows = [
        (say.short(level), *(say.number(100.0 * value, 0) for value in values))
        for level, *values in zip(memory["level"], *(memory[f"week_{w}"][s] for s, w in columns), strict=True)
    ]
    head = (say("study.figures.level"), *(say(f"study.{start}", n=week) for start, week in columns))
    return Table(say("study.hysteresis"), head, rows)


# --- over parameter sets ----------------------------------------------------------------------------------------------


def _all_hold(over: Mapping[str, Any], say: Labels) -> str:
    return say("study.sets.all_hold", count=round(over["all_hold"] * over["sets"]), sets=over["sets"])


def _over_sets(over: Mapping[str, Any], say: Labels) -> list[Table]:
    rows = []
    for name, row in over["patterns"].items():
        margin, part = row["smallest"]["margin"], row["smallest"]["part"]
        least = say.number(float("nan") if margin is None else margin, 1, sign=True)
        rows.append((name, say.percent(row["share"]), least, part_text(name, part, say.language)))
    head = [say("study.pattern"), *(say(f"study.sets.{key}") for key in ("holds", "least", "weakest"))]
    patterns = Table(say("study.sets.patterns"), head, rows, words=True)
    kinds = [
        (say.type(kind), *_percents(row["share"], 0, say), *_percents(row["return_on_sales"], 2, say))
        for kind, row in over["types"].items()
    ]
    head = [say(f"study.sets.{key}") for key in ("type", "share", "range", "return", "range")]
    deciders = decider_table(over["patterns"], say, say("study.sets.decides"))
    return [patterns, Table(say("study.sets.types"), head, kinds), *([] if deciders is None else [deciders])]


def _percents(over: Mapping[str, float | None], digits: int, say: Labels) -> tuple[str, str]:
    """Return median and range of a share or a return, in percent."""
    values = (over[key] for key in ("median", "p05", "p95"))
    median, low, high = (say.number(float("nan") if v is None else 100.0 * v, digits) for v in values)
    return median, say.interval(low, high)


def _sets_certainty(over: Mapping[str, Any], say: Labels) -> list[str]:
    return [
        *set_lines(over, say),
        say("study.sets.note"),
        *filter(None, [no_deciders(over["patterns"], say)]),
        say("ensemble.note"),
    ]


__all__ = ["study_page"]
