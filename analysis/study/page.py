"""The report on the folder of a virtual study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.figures.labels import Labels
from analysis.page.folders import Source
from analysis.page.page import Exhibit, Page, Table, ready
from analysis.page.sections import limits
from analysis.scenario.figures import images, returns_by_type, type_map
from analysis.study.figures import Shown, factors, hysteresis, types_by_industry
from analysis.study.findings import texts as study_texts
from sim import evidence
from sim.outcomes import TYPES
from sim.parameters import measurement, parameters
from sim.policies import SUCCESS_FACTORS

_NEEDED = ("scorecard", "held", "lines", "companies", "weeks", "seed", "anchors", "versions")


def study_page(source: Source) -> Page:
    """Return the report on what ``handshake study --out`` has written."""
    say, found = source.say, source.json("study.json", *_NEEDED)
    n = say.number(found["companies"], 0)
    return Page(
        language=say.language,
        kind=say("study.page.kind"),
        title=say("study.page.title", n=n),
        question=say("study.page.question", n=n, lines=found["lines"]),
        answer=(_held(found, say), _kinds(found, say), say("study.page.sure")),
        exhibits=_exhibits(source, found),
        tables=[_scorecard(found, say)],
        assumptions=[_anchors(found, say)],
        limits=limits(say),
        certainty=_certainty(found, say),
        command=source.command,
        facts=_facts(source, found),
    )


def _held(found: dict[str, Any], say: Labels) -> str:
    failing = [line["id"] for line in found["scorecard"] if not line["holds"]]
    if not failing:
        return say("study.page.all_hold", lines=found["lines"])
    return say("study.page.some_hold", held=found["held"], lines=found["lines"], failing=", ".join(failing))


def _kinds(found: dict[str, Any], say: Labels) -> str:
    holding = [line["support"] for line in found["scorecard"] if line["holds"]]
    counts = {name: holding.count(kind) for name, kind in _SUPPORT.items()}
    return say("study.page.kinds", **counts)


_SUPPORT = {"emergent": "emergent", "constructed": "by construction", "anchored": "anchored"}


def _certainty(found: dict[str, Any], say: Labels) -> list[str]:
    small = [
        f"{line['id']} {say.percent(line['share_of_samples_of_337'])}"
        for line in found["scorecard"]
        if line.get("share_of_samples_of_337") is not None
    ]
    few = [] if found.get("p1_judged_on_enough", True) else [say("study.page.few", n=say.number(found["companies"], 0))]
    return [say("study.page.margin"), *few, say("study.page.small", shares=", ".join(small))]


def _scorecard(found: dict[str, Any], say: Labels) -> Table:
    rows = []
    for line in found["scorecard"]:
        decides = min(line["parts"], key=lambda part: float(part["margin"]))
        value = (
            f"{decides['says'][say.language]}: {say.short(_three(decides['value']))} / {say.short(decides['bound'])}"
        )
        holds = say("study.page.yes" if line["holds"] else "study.page.no")
        support = str(study_texts()["support"][line["support"]][say.language])
        rows.append((f"{line['id']}: {line['pattern'][say.language]}", holds, value, support))
    head = [say(f"study.page.{key}") for key in ("says", "holds", "decides", "support")]
    return Table(say("study.page.scorecard"), head, rows, words=True)


def _three(value: float) -> float:
    return float(f"{value:.3g}")


def _anchors(found: dict[str, Any], say: Labels) -> Table:
    declared = parameters()["outcome"]
    rows = [
        (say.of((declared[name].en, declared[name].de)), say.number(value, 4), declared[name].source)
        for name, value in found["anchors"].items()
    ]
    return Table(
        say("study.page.anchors"), [say("study.page.anchor"), say("scenario.value"), say("scenario.source")], rows
    )


def _facts(source: Source, found: dict[str, Any]) -> list[tuple[str, str]]:
    say, versions = source.say, dict(found["versions"])
    handshake = versions.pop("handshake-sim", "")
    return [
        (say("again.command"), f"handshake study --companies {found['companies']} --seed {found['seed']}"),
        (say("again.seed"), str(found["seed"])),
        (say("again.companies"), say.number(found["companies"], 0)),
        (say("again.weeks"), say.number(found["weeks"], 0)),
        (say("again.version"), f"handshake {handshake}"),
        (say("again.libraries"), ", ".join(f"{name} {number}" for name, number in versions.items())),
        *source.hashes("study.json"),
    ]


def _exhibits(source: Source, found: dict[str, Any]) -> list[Exhibit]:
    say = source.say
    cuts = measurement(found["anchors"])
    memory = next(line["figures"] for line in found["scorecard"] if line["id"] == "P17")
    tables = {name: source.table(f"tables/{name}.csv") for name in ("types", "images", "factors")}
    kept = (source.folder / "companies.csv").is_file()
    companies = source.table("companies.csv") if kept else None
    shown = Shown(tables, companies, memory, cuts)
    exhibits = []
    if companies is not None:
        exhibits += [type_map(companies, say, cuts), returns_by_type(companies, say)]
    return [
        *exhibits,
        _of("types_by_industry", say, types_by_industry(shown, say.language), _types(tables["types"], say)),
        images(tables["images"], say, say("shown.images_says")),
        _of("factors", say, factors(shown, say.language), _factors(tables["factors"], say)),
        _of("hysteresis", say, hysteresis(shown, say.language), _memory(memory, say)),
    ]


def _of(name: str, say: Labels, figure: Any, rows: tuple[Sequence[str], list[Sequence[str]]]) -> Exhibit:
    title = say(f"study.page.{name}")
    return Exhibit(name, title, say(f"study.page.{name}_says"), ready(figure), Table(title, *rows))


def _types(table: pd.DataFrame, say: Labels) -> tuple[Sequence[str], list[Sequence[str]]]:
    names = {row.id: say.of((row.label.en, row.label.de)) for row in evidence.industries()}
    rows: list[Sequence[str]] = [
        (names.get(str(row["industry"]), say("study.page.all")), *(say.number(float(row[kind]), 1) for kind in TYPES))
        for row in table.to_dict("records")
    ]
    return (say("study.page.industry"), *(say.type(kind) for kind in TYPES)), rows


def _factors(table: pd.DataFrame, say: Labels) -> tuple[Sequence[str], list[Sequence[str]]]:
    names = {policy.id: policy.name(say.language) for policy in SUCCESS_FACTORS}
    columns = ("professional", "self_blocking", "difference")
    rows: list[Sequence[str]] = [
        (names[str(row["factor"])], *(say.number(float(row[column]), 1) for column in columns))
        for row in table.to_dict("records")
    ]
    return (say("study.page.factor"), say.type("professional"), say.type("self_blocking"), say("study.page.lead")), rows


def _memory(memory: dict[str, Any], say: Labels) -> tuple[Sequence[str], list[Sequence[str]]]:
    weeks = (104, 208)
    columns = [memory[f"week_{week}"][start] for week in weeks for start in ("soured", "good")]
    rows: list[Sequence[str]] = [
        (say.short(level), *(say.percent(value) for value in values))
        for level, *values in zip(memory["level"], *columns, strict=True)
    ]
    head = (
        say("study.page.level"),
        *(say(f"study.page.{start}", n=week) for week in weeks for start in ("soured", "good")),
    )
    return head, rows


__all__ = ["study_page"]
